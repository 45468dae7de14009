"""Answers questions about the notebook's functions and variables: calls them, reads them."""

from __future__ import annotations

import difflib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from suite.codec import Frame
from suite.inside.frameworks.interface import InsideFramework
from suite.inside.frameworks.views import Array, describe_error
from suite.inside.worker.plain_values import pack, unpack

NEAR = 5  # names that are like a missing one
FEW = 200  # names among which they are looked for


def read(namespace: Mapping[str, Any], question: Frame) -> Frame:
    """A variable's value."""
    name = _find(namespace, question.body["names"])
    if not name:
        return Frame(body=_answer(near=_near(namespace, question.body["names"][0])))
    arrays: dict[str, Array] = {}
    return Frame(body=_answer(name=name, result=pack(namespace[name], arrays)), arrays=arrays)


def call(namespace: Mapping[str, Any], question: Frame, frameworks: Sequence[InsideFramework]) -> Frame:
    """Call a function with the host's arguments; what it returned, what it raised, and its arguments afterwards."""
    body = question.body
    name = _find(namespace, body["names"])
    if not name:
        return Frame(body=_answer(near=_near(namespace, body["names"][0])))
    framework = next((each for each in frameworks if each.name == body["given_as"]), None)
    as_array: Callable[[Array], Any] = framework.tensors.to_tensor if framework else lambda array: array
    given = [unpack(node, question.arrays, as_array) for node in body["arguments"]]
    keywords = {key: unpack(node, question.arrays, as_array) for key, node in body["keywords"].items()}
    everything = [*given, *keywords.values()]
    gradients: list[Any] = []
    try:
        with _limited(body["seconds"]):
            function = _as_function(namespace[name], body["made_with"])
            if framework and body["gradients"]:
                result, gradients = framework.tensors.gradients(lambda: function(*given, **keywords), everything)
            else:
                result = function(*given, **keywords)
    except Exception as error:  # noqa: BLE001 - what a submission's function raises is part of the answer
        raised = _answer(name=name, raised=type(error).__name__[:300], problem=describe_error(error))
        return Frame(body=raised)
    arrays: dict[str, Array] = {}
    answer = _answer(
        name=name,
        result=pack(result, arrays),
        after=[pack(value, arrays) for value in everything],
        gradients=[pack(each, arrays) for each in gradients],
    )
    return Frame(body=answer, arrays=arrays)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` in what takes longer, so that one endless function doesn't end the process."""

    def end(*_: Any) -> None:
        raise TimeoutError(f"it takes longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _answer(**found: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"name": "", "near": [], "result": None, "after": [], "gradients": []}
    return empty | {"raised": "", "problem": ""} | found


def _find(namespace: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((name for name in names if name in namespace), "")


def _near(namespace: Mapping[str, Any], name: str) -> list[str]:
    """Names of the notebook's own that are like it."""
    own = [each for each in namespace if isinstance(each, str) and not each.startswith("_")][-FEW:]
    lower = {each.lower(): each for each in own}
    return [lower[each][:300] for each in difflib.get_close_matches(name.lower(), list(lower), NEAR)]


def _as_function(value: Any, made_with: Mapping[str, Any]) -> Callable[..., Any]:
    """What is called: a function, or an object of a class."""
    function: Callable[..., Any] = value(**made_with) if isinstance(value, type) else value
    return function
