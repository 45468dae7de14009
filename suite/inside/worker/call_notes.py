"""Notes with what a notebook calls some of its functions, so that the host can call them alike."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from suite.codec import Frame
from suite.inside.frameworks.interface import InsideFramework
from suite.inside.frameworks.views import Array
from suite.inside.worker.plain_values import Node, pack

MAX_CALLS = 20
"""Calls of one function that are noted."""
MAX_NUMBERS = 100_000
"""Numbers of one argument; larger ones are noted without."""
MAX_CONSTANT = 2000
"""Characters of an argument that is no array."""


class CallNotes:
    """Wraps the functions of these names as soon as a cell has defined them."""

    def __init__(self, shell: Any, names: Sequence[str], frameworks: Sequence[InsideFramework]) -> None:
        self._shell = shell
        self._names = names
        self._frameworks = frameworks
        self._wrapped: dict[str, Any] = {}
        self._calls: dict[str, list[list[dict[str, Any]]]] = {}
        self._given_as: dict[str, str] = {}
        if names:
            shell.events.register("post_run_cell", self._look)

    def _look(self, _result: Any) -> None:
        namespace = self._shell.user_ns
        for name in self._names:
            value = namespace.get(name)
            if inspect.isfunction(value) and value is not self._wrapped.get(name):
                self._wrapped[name] = namespace[name] = self._noting(name, value)

    def _noting(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            noted = self._calls.setdefault(name, [])
            if len(noted) < MAX_CALLS:
                with suppress(Exception):  # arguments of any class
                    noted.append([self._describe(name, "", value) for value in args])
                    noted[-1] += [self._describe(name, key, value) for key, value in kwargs.items()]
            return function(*args, **kwargs)

        return call

    def _describe(self, name: str, keyword: str, value: Any) -> dict[str, Any]:
        arrays: dict[str, Array] = {}
        node = pack(value, arrays)
        for framework in self._frameworks:
            if type(value).__module__.partition(".")[0] in {*framework.libraries, "tensorflow"} and arrays:
                self._given_as[name] = framework.name
        empty = {
            "keyword": keyword[:300],
            "form": "other",
            "shape": [],
            "dtype": "",
            "low": 0.0,
            "high": 0.0,
            "constant": "",
        }
        if "array" in node and node["of"] in {"array", "number"} and arrays[node["array"]].size <= MAX_NUMBERS:
            array = arrays[node["array"]]
            numbers = array.astype("float64") if array.size else array
            low, high = (float(numbers.min()), float(numbers.max())) if array.size else (0.0, 0.0)
            plain = json.dumps(array.item()) if node["of"] == "number" else ""
            found = {
                "form": node["of"],
                "shape": list(array.shape),
                "dtype": array.dtype.name,
                "low": low,
                "high": high,
            }
            return empty | found | {"constant": plain[:MAX_CONSTANT]}
        written = json.dumps(_literal(node, arrays))
        return empty | ({"form": "constant", "constant": written} if len(written) <= MAX_CONSTANT else {})

    def answer(self, question: Frame) -> Frame:
        """What is known of one function: whether it is one, and its calls."""
        name = question.body["name"]
        value = self._shell.user_ns.get(name)
        body = {
            "function": inspect.isroutine(value),
            "calls": self._calls.get(name, []),
            "given_as": self._given_as.get(name, "numpy"),
        }
        return Frame(body=body)


def _literal(node: Node, arrays: dict[str, Array]) -> Any:
    """A node as plain JSON; `ValueError` if it can't be written down."""
    if "array" in node:
        return arrays[node["array"]].tolist()
    if "items" in node:
        return [_literal(each, arrays) for each in node["items"]]
    if "entries" in node:
        return {key: _literal(each, arrays) for key, each in node["entries"]}
    if "text" in node:
        return node["text"]
    if "none" in node:
        return None
    raise ValueError("it can't be written down")
