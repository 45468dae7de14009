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
from suite.evidence.results.arguments import DRAWN, Call, Node, draw_calls
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
    reference: ReferenceProcess[bool] | None
    """The process of `functions.py`; `None` where there is none: then it is only tried whether functions can be
    called."""
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
        unmade = self.reference is None and isinstance(task, FunctionTask) and task.generator
        if not isinstance(task, FunctionTask) or unmade:  # only the reference makes its arguments
            return self._examine_value(channel, task)
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
            if self.reference is None:
                case = _try(seen, call.label)
            else:
                case = _compare(self._ask_reference("call", arrays, **question), seen, task, call.label)
            cases.append(replace(case, arguments=call.shown))
        return _as_comparison(task, seen, cases, compared=self.reference is not None)

    def _examine_value(self, channel: Channel, task: ResultTask) -> ResultComparison:
        seen = _ask(channel.ask, "value", {}, names=list(task.names))
        if self.reference is None:
            return _as_comparison(task, seen, [ResultCase(label=ALL)], compared=False)
        case = _compare(self._ask_reference("value", {}, names=list(task.names)), seen, task, ALL)
        return _as_comparison(task, seen, [case])

    def _calls(self, task: FunctionTask, generator: np.random.Generator) -> Iterator[Call]:
        """The calls that the assignment describes, or those that its generator makes.

        Without a reference no edges, on which it may raise an exception itself.
        """
        if not task.generator:
            calls = draw_calls(task, generator)
            yield from (call for call in calls if self.reference is not None or call.label == DRAWN)
            return
        for _ in range(task.calls):
            seed = int(generator.integers(1 << 53))
            answered = self._ask_reference("call", {}, **_generate(task.generator, seed))
            made = answered.value(answered.answer.result).node or NONE
            arguments = tuple(made.get("items", ()))
            keywords = dict(made.get("entries", ()))
            if not arguments and not keywords:
                raise HarnessError(
                    "{generator} in functions.py should return a list or a table of arguments", generator=task.generator
                )
            yield Call(label=DRAWN, arguments=arguments, keywords=keywords, arrays=answered.frame.arrays)

    def _ask_reference(self, question: str, arrays: dict[str, np.ndarray[Any, Any]], **values: Any) -> _Answered:
        assert self.reference is not None  # noqa: S101 - for the type checker; callers have asked
        answered = _ask(self.reference.ask, question, arrays, **values)
        if not answered.answer.name:
            raise HarnessError("functions.py defines no {name}, which the assignment asks for", name=values["names"][0])
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


def _as_comparison(
    task: ResultTask, seen: _Answered, cases: Sequence[ResultCase], *, compared: bool = True
) -> ResultComparison:
    found = seen.answer
    return ResultComparison(
        task=task.id,
        name=found.name,
        cases=tuple(cases) if found.name else (),
        near=tuple(found.near),
        compared=compared,
    )


def _try(seen: _Answered, label: str) -> ResultCase:
    """One call by itself: whether it raised something."""
    said = _say_raised(seen.answer)
    return ResultCase(label=label, gap="raised" if said else "", seen=said)


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
    return ResultCase(label=label, gap=gap, expected=wanted.raised, seen=_say_raised(seen))


def _say_raised(seen: ResultAnswer) -> str:
    """The class of an exception and what it says, once each."""
    named = seen.problem.startswith(seen.raised)
    return (seen.problem if named else f"{seen.raised}: {seen.problem}")[:300] if seen.raised else ""


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
