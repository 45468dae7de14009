"""Asks the process of an instructor's notebook what its names hold, so that an assignment can be proposed from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from suite.errors import AnswerError
from suite.evidence.interview.answers import Answer, Finite, Line, Name, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.results.answers import ResultAnswer, check_node
from suite.evidence.results.arguments import Node
from suite.records import ArgumentSeen, NameSeen

MAX_ARGUMENTS = 50


class _ArgumentHeader(BaseModel):
    """An argument as `calls` describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    keyword: Name
    form: Name
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=8)]
    dtype: Name
    low: Finite
    high: Finite
    constant: Line


class _CallsAnswer(Answer):
    """Answer to `calls`."""

    function: bool
    given_as: Name
    calls: Annotated[list[Annotated[list[_ArgumentHeader], Field(max_length=MAX_ARGUMENTS)]], Field(max_length=50)]


def look_at_names(channel: Channel, names: Sequence[str]) -> Iterator[NameSeen]:
    """What each name held when the notebook had ended."""
    for name in names:
        try:
            yield _look(channel, name)
        except AnswerError:
            yield NameSeen(name=name, kind="other")


def _look(channel: Channel, name: str) -> NameSeen:
    answer = parse(_CallsAnswer, channel.ask("calls", name=name))
    if answer.function:
        calls = tuple(tuple(_as_argument(each) for each in call) for call in answer.calls)
        return NameSeen(name=name, kind="function", given_as=answer.given_as, calls=calls)
    frame = channel.ask("value", names=[name])
    found = parse(ResultAnswer, frame)
    if not found.name:
        return NameSeen(name=name, kind="missing")
    node = check_node(found.result, frame.arrays)
    return NameSeen(name=name, kind="value" if _is_plain(node) else "other")


def _as_argument(header: _ArgumentHeader) -> ArgumentSeen:
    values: dict[str, Any] = header.model_dump() | {"shape": tuple(header.shape)}
    return ArgumentSeen(**values)


def _is_plain(node: Node) -> bool:
    """Whether all of a value can be compared."""
    if "items" in node:
        return all(_is_plain(each) for each in node["items"])
    if "entries" in node:
        return all(_is_plain(each) for _, each in node["entries"])
    return "other" not in node
