"""What a form says becomes an entry of the ledger. Here the browser's bytes become records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from pydantic import ValidationError

from suite.errors import UsageError
from suite.marking.entries import ADAPTER, AnyEntry, now
from suite.records import Text, text

MAX_FIELDS = 500
Fields: TypeAlias = Mapping[str, list[str]]
POINTS, COMMENTS, OWN = "points.", "comments.", "own."
"""What the names of a rubric's fields begin with; the criterion's id follows."""


class FormError(UsageError):
    """What was filled in can't be entered."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.key)
        self.message = message


def read_fields(body: bytes) -> Fields:
    """The fields of a form as a browser sends them."""
    try:
        return parse_qs(
            body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise FormError(text("form_unreadable")) from error


def as_entry(fields: Fields, who: str) -> AnyEntry:
    """The entry that a form asks for; `FormError` says what is wrong with it."""
    action = one(fields, "action")
    if action not in READERS:
        raise FormError(text("form_unreadable"))
    given = {"action": action, "who": who, "when": now()} | READERS[action](fields)
    try:
        return ADAPTER.validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"][1:]))
        raise FormError(text("form_wrong", field=field, problem=first["msg"])) from error


def one(fields: Fields, name: str) -> str:
    """A field's value, without space around it; empty if it isn't there."""
    return fields.get(name, [""])[-1].strip().replace("\r\n", "\n")


def _mark(fields: Fields) -> dict[str, Any]:
    points = {name.removeprefix(POINTS): _number(one(fields, name)) for name in fields if name.startswith(POINTS)}
    comments = {
        criterion: [*fields.get(f"{COMMENTS}{criterion}", []), *filter(None, [one(fields, f"{OWN}{criterion}")])]
        for criterion in points
    }
    return _about_submission(fields) | {
        "task": one(fields, "task"),
        "points": {criterion: given for criterion, given in points.items() if given is not None},
        "comments": {criterion: said for criterion, said in comments.items() if said},
        "comment": one(fields, "comment"),
    }


def _override(fields: Fields) -> dict[str, Any]:
    verdict = {name: one(fields, name) for name in ("check", "task", "model")}
    return _about_submission(fields) | verdict | {"points": _number(one(fields, "points"))} | _words(fields, "reason")


def _comment(fields: Fields) -> dict[str, Any]:
    return _about_submission(fields) | _words(fields, "about", "comment")


def _request(fields: Fields) -> dict[str, Any]:
    return _about_submission(fields) | _words(fields, "about", "request")


def _hours(fields: Fields) -> dict[str, Any]:
    return _about_submission(fields) | {"hours": _number(one(fields, "hours"))} | _words(fields, "reason")


def _words(fields: Fields, *names: str) -> dict[str, Any]:
    return {name: one(fields, name) for name in names}


def _about_submission(fields: Fields) -> dict[str, Any]:
    """The submission as it was when the form was shown."""
    return _words(fields, "submission", "content_hash")


def _number(value: str) -> str | None:
    """A number with a decimal comma or point; `None` for an empty field."""
    return value.replace(",", ".") or None


READERS: dict[str, Callable[[Fields], dict[str, Any]]] = {
    "mark": _mark,
    "override": _override,
    "comment": _comment,
    "group comment": lambda fields: _words(fields, "cause", "comment"),
    "request": _request,
    "answer": lambda fields: _words(fields, "request", "answer"),
    "extension": _hours,
    "late": _hours,
    "withdrawal": lambda fields: _words(fields, "entry"),
}
"""How each action's form is read."""
