"""What is wrong with an assignment's settings, in sentences: file, line, key, what was expected, an example."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from suite.assignments.tasks import KINDS
from suite.errors import AssignmentError, Words, joined

Path: TypeAlias = tuple[int | str, ...]
LONGEST_SEEN = 60  # characters of a wrong value
EXPECTED = {
    "string_type": Words("a text in quotes"),
    "int_type": Words("a whole number"),
    "int_parsing": Words("a whole number"),
    "int_from_float": Words("a whole number"),
    "float_type": Words("a number"),
    "float_parsing": Words("a number"),
    "bool_type": Words("true or false"),
    "bool_parsing": Words("true or false"),
    "tuple_type": Words("a list"),
    "list_type": Words("a list"),
    "dict_type": Words("a table"),
    "model_type": Words("a table"),
    "greater_than": Words("a number above {gt}"),
    "greater_than_equal": Words("a number of at least {ge}"),
    "less_than": Words("a number below {lt}"),
    "less_than_equal": Words("a number of at most {le}"),
    "finite_number": Words("a finite number"),
    "literal_error": Words("one of {expected}"),
    "too_short": Words("at least {min_length} of them"),
    "too_long": Words("at most {max_length} of them"),
    "string_too_short": Words("a text that isn't empty"),
    "string_pattern_mismatch": Words("a text like {pattern}"),
    "union_tag_invalid": Words("one of {expected_tags}"),
}


class WrongSettingError(AssignmentError):
    """A setting that is valid by itself, and can't be had."""

    def __init__(self, path: Path, problem: Words) -> None:
        super().__init__(problem)
        self.path = path


def describe_wrong_setting(error: WrongSettingError, source: str) -> Words:
    """Its line, its key and what is wrong with it."""
    return joined((_where(error.path, source), error.words), ": ")


def describe_errors(error: ValidationError, settings: type[BaseModel], source: str) -> Words:
    """One line for each wrong setting; `source` is the TOML text that was read.

    Of a table in which something is wrong nothing else is said: that it is too short, say, as its part doesn't count.
    """
    found = error.errors(include_url=False)
    places = [each["loc"] for each in found]
    innermost = (
        each for each in found if not any(place[: len(each["loc"])] == each["loc"] != place for place in places)
    )
    return joined((_describe(each, settings, source) for each in innermost), "\n  ")


def _describe(error: ErrorDetails, settings: type[BaseModel], source: str) -> Words:
    """Where, what was expected, what was seen, and an example."""
    path = _without_kind(error["loc"])
    where = _where(path, source)
    if error["type"] == "value_error":
        problem = error["ctx"]["error"].args[0]
        return joined((where, problem) if path else (problem,), ": ")
    field, known = _find(settings, path)
    if error["type"] == "extra_forbidden":
        return joined((where, Words("there is no such key; {hint}", hint=_suggest(str(path[-1]), known))), ": ")
    meaning, example = _meaning(field), _say_example(path, field)
    if error["type"] == "missing":
        return Words("{where}: this key is missing{meaning}{example}", where=where, meaning=meaning, example=example)
    return Words(
        "{where}: should be {expected}, and is {seen}{meaning}{example}",
        where=where,
        expected=_expected(error),
        seen=_shorten(error["input"]),
        meaning=meaning,
        example=example,
    )


def _expected(error: ErrorDetails) -> Words | str:
    """What would be right, in our words where there are some, else in pydantic's."""
    known = EXPECTED.get(error["type"])
    return Words(known.template, **error.get("ctx", {})) if known else error["msg"]


def _say_example(path: Path, field: FieldInfo | None) -> Words | str:
    example = _example(path, field) if field else ""
    return Words("; for example {example}", example=example) if example else ""


def _where(path: Path, source: str) -> Words:
    """The line, where it is known, and the key."""
    line = find_line(source, path)
    return Words("line {line}, {key}", line=line, key=name_key(path)) if line else name_key(path)


def name_key(path: Path) -> Words:
    """The key as a reader of the file would say it: `tasks, number 2, probes`."""
    if not path:
        return Words("the file")
    return joined((Words("number {number}", number=part + 1) if isinstance(part, int) else part for part in path), ", ")


def find_line(source: str, path: Path) -> int:
    """The line of a key, or of the innermost table above it that has a line of its own; 0 if there is none."""
    lines = dict(_lines(source))
    for length in range(len(path), 0, -1):
        if found := lines.get(path[:length]):
            return found
    return 0


def _lines(source: str) -> Iterator[tuple[Path, int]]:
    """Each table and key that has a line of its own, with that line's number."""
    table: Path = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if found := re.match(r"\[\[\s*([^\]]+?)\s*\]\]", text):
            counts[found[1]] = counts.get(found[1], -1) + 1
            table = (*_split(found[1]), counts[found[1]])
            yield table, number
        elif found := re.match(r"\[\s*([^\]]+?)\s*\]", text):
            table = _split(found[1])
            yield table, number
        elif found := re.match(r"""([\w."'-]+)\s*=""", text):
            yield (*table, *_split(found[1])), number


def _split(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))


def _without_kind(path: Path) -> Path:
    """The place of an error without the kind of its task, which pydantic puts behind the task's number."""
    match path:
        case ("tasks", int() as number, str() as kind, *rest) if kind in KINDS:
            return ("tasks", number, *rest)
    return path


def _find(settings: type[BaseModel], path: Path) -> tuple[FieldInfo | None, list[str]]:
    """The field at a path, and the keys that its table knows."""
    models, field = [settings], None
    known = sorted(_own_fields(settings))
    for part in path:
        if isinstance(part, int):
            continue
        fields = {name: each for model in models for name, each in model.model_fields.items()}
        known = sorted({name for model in models for name in _own_fields(model)}) or known
        if part not in fields:  # a key of a free table, such as the name of a model, or an unknown one
            field = None
            continue
        field = fields[part]
        models = list(tables_in(field.annotation)) or []
    return field, known


def _own_fields(model: type[BaseModel]) -> Iterator[str]:
    """Keys that may stand in the file: those that are described there."""
    return (name for name, field in model.model_fields.items() if not field.exclude)


def tables_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The settings classes in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from tables_in(part)


def _suggest(key: str, known: Sequence[str]) -> Words:
    near = difflib.get_close_matches(key, known, 1)
    if near:
        return Words("did you mean {near}? Known here: {known}", near=near[0], known=", ".join(known))
    return Words("Known here: {known}", known=", ".join(known))


def _meaning(field: FieldInfo | None) -> str:
    """The first sentence of a key's description."""
    if field is None or not field.description:
        return ""
    sentence = re.split(r"[.;](?:\s|$)", " ".join(field.description.split()), maxsplit=1)[0]
    return f" ({sentence})"


def _example(path: Path, field: FieldInfo) -> str:
    """A line of TOML that would do."""
    value = field.examples[0] if field.examples else field.get_default()
    if value is None or isinstance(value, BaseModel) or not isinstance(value, str | int | float | list | tuple):
        return ""
    return f"{path[-1]} = {as_toml(value)}"


def as_toml(value: Any) -> str:
    """A value of plain types as TOML writes it on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {as_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_toml(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _shorten(value: Any) -> str:
    text = as_toml(value) if isinstance(value, str | int | float | list | dict) else str(value)
    return text if len(text) <= LONGEST_SEEN else f"{text[:LONGEST_SEEN]}…"
