"""Asks a submission's process and the reference's for the same results, and compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from suite.assignments import FunctionTask, ResultTask
from suite.codec import Frame
from suite.errors import AnswerError, HarnessError
from suite.evidence.interview.answers import parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.probe_inputs import RESULTS, stream
from suite.evidence.interview.reference_process import ReferenceProcess
from suite.evidence.results.answers import ResultAnswer, check_node
from suite.evidence.results.arguments import Call, Node, draw_calls
from suite.evidence.results.comparing import Difference, Value, compare
from suite.records import Gap, ResultCase, ResultComparison

NONE: Node = {"none": True}
GRACE_SECONDS = 5  # for the process to end a call by itself
ALL = "value"
"""Label of the one case of a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """What one side answered."""

    answer: ResultAnswer
    frame: Frame

    def value(self, node: Any) -> Value:
        """A node of the answer, once it has the right form."""
        return Value(node=check_node(node, self.frame.arrays), arrays=self.frame.arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultExaminer:
    """Compares the functions and variables of one assignment's submissions with the reference's."""

    tasks: tuple[ResultTask, ...]
    """What is asked for."""
    reference: ReferenceProcess[bool]
    """The process of `functions.py`."""
    seed: int | None
    """Seed of all arguments; `None` for unseeded ones."""

    def examine(self, channel: Channel) -> Iterator[ResultComparison]:
        """One comparison per task; raises `FrameError` where the process stops answering."""
        for number, task in enumerate(self.tasks):
            try:
                yield self._examine(channel, task, stream(self.seed, RESULTS, number))
            except AnswerError as error:
                yield ResultComparison(task=task.id, name="", problem=str(error)[:600])

    def _examine(self, channel: Channel, task: ResultTask, generator: np.random.Generator) -> ResultComparison:
        if not isinstance(task, FunctionTask):
            seen = _ask(channel.ask, "value", {}, names=list(task.names))
            case = _compare(self._ask_reference("value", {}, names=list(task.names)), seen, task, ALL)
            return _as_comparison(task, seen, [case])
        cases = []
        for call in self._calls(task, generator):
            question: dict[str, Any] = {
                "names": list(task.names),
                "arguments": list(call.arguments),
                "keywords": dict(call.keywords),
                "made_with": task.made_with,
                "given_as": task.given_as,
                "gradients": task.gradients,
                "seconds": task.seconds,
            }
            arrays = dict(call.arrays)
            seen = _ask(channel.ask, "call", arrays, patience=task.seconds + GRACE_SECONDS, **question)
            if not seen.answer.name:
                return _as_comparison(task, seen, [])
            wanted = self._ask_reference("call", arrays, **question)
            cases.append(replace(_compare(wanted, seen, task, call.label), arguments=call.shown))
        return _as_comparison(task, seen, cases)

    def _calls(self, task: FunctionTask, generator: np.random.Generator) -> Iterator[Call]:
        """The calls that the assignment describes, or those that its generator makes."""
        if not task.generator:
            yield from draw_calls(task, generator)
            return
        for _ in range(task.calls):
            seed = int(generator.integers(1 << 53))
            answered = self._ask_reference("call", {}, **_generate(task.generator, seed))
            made = answered.value(answered.answer.result).node or NONE
            arguments = tuple(made.get("items", ()))
            keywords = dict(made.get("entries", ()))
            if not arguments and not keywords:
                raise HarnessError(f"{task.generator} in functions.py should return a list or a table of arguments")
            yield Call(label="drawn", arguments=arguments, keywords=keywords, arrays=answered.frame.arrays)

    def _ask_reference(self, question: str, arrays: dict[str, np.ndarray[Any, Any]], **values: Any) -> _Answered:
        answered = _ask(self.reference.ask, question, arrays, **values)
        if not answered.answer.name:
            raise HarnessError(f"functions.py defines no {values['names'][0]}, which the assignment asks for")
        return answered


def _ask(ask: Callable[..., Frame], question: str, arrays: dict[str, Any], **values: Any) -> _Answered:
    frame = ask(question, arrays, **values)
    return _Answered(answer=parse(ResultAnswer, frame), frame=frame)


def _generate(name: str, seed: int) -> dict[str, Any]:
    """The question that has a generator make the arguments of one call."""
    arguments = [{"seed": seed}]
    return {
        "names": [name],
        "arguments": arguments,
        "keywords": {},
        "made_with": {},
        "given_as": "numpy",
        "gradients": False,
        "seconds": GRACE_SECONDS,
    }


def _as_comparison(task: ResultTask, seen: _Answered, cases: Sequence[ResultCase]) -> ResultComparison:
    found = seen.answer
    return ResultComparison(
        task=task.id, name=found.name, cases=tuple(cases) if found.name else (), near=tuple(found.near)
    )


def _compare(wanted: _Answered, seen: _Answered, task: ResultTask, label: str) -> ResultCase:
    """One call or value: exceptions, then the result, then arguments that were changed, then gradients."""
    if not seen.answer.name:
        return ResultCase(label=label)
    if wanted.answer.raised or seen.answer.raised:
        return _compare_raised(wanted.answer, seen.answer, label)
    found = compare(wanted.value(wanted.answer.result), seen.value(seen.answer.result), same_dtype=task.same_dtype)
    if _is_equal(found, task):
        found = _first(_compare_all(wanted, seen, "after", task), task) or found
    if _is_equal(found, task):
        found = _first(_compare_all(wanted, seen, "gradients", task), task) or found
    return ResultCase(
        label=label,
        gap=found.gap,
        place=found.place,
        expected=found.expected[:300],
        seen=found.seen[:300],
        difference=found.amount,
    )


def _compare_raised(wanted: ResultAnswer, seen: ResultAnswer, label: str) -> ResultCase:
    """Exceptions where due: whether there is one, not which."""
    if wanted.raised and seen.raised:
        return ResultCase(label=label)
    gap: Gap = "not raised" if wanted.raised else "raised"
    said = f"{seen.raised}: {seen.problem}" if seen.raised else ""
    return ResultCase(label=label, gap=gap, expected=wanted.raised, seen=said[:300])


def _is_equal(found: Difference, task: ResultTask) -> bool:
    return found.gap in ("", "numbers") and found.amount <= task.tolerance


def _first(differences: Iterator[Difference], task: ResultTask) -> Difference | None:
    """The first one that counts."""
    return next((each for each in differences if not _is_equal(each, task)), None)


def _compare_all(wanted: _Answered, seen: _Answered, what: str, task: ResultTask) -> Iterator[Difference]:
    """The arguments after the call, or the gradients, each with its place."""
    pairs = zip(getattr(wanted.answer, what), getattr(seen.answer, what), strict=False)
    for number, (mine, theirs) in enumerate(pairs, 1):
        found = compare(wanted.value(mine), seen.value(theirs), same_dtype=False)
        if what == "gradients":
            yield replace(found, gap="gradient" if found.gap else "", place=f"argument {number}")
        elif not _is_equal(found, task):
            yield replace(found, gap="changed", place=f"argument {number}")
