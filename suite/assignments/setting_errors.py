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
from suite.errors import AssignmentError

Path: TypeAlias = tuple[int | str, ...]
LONGEST_SEEN = 60  # characters of a wrong value
EXPECTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "finite_number": "a finite number",
    "literal_error": "one of {expected}",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "string_too_short": "a text that isn't empty",
    "string_pattern_mismatch": "a text like {pattern}",
    "union_tag_invalid": "one of {expected_tags}",
}


class WrongSettingError(AssignmentError):
    """A setting that is valid by itself, and can't be had."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(problem)
        self.path = path


def describe_wrong_setting(error: WrongSettingError, source: str) -> str:
    """Its line, its key and what is wrong with it."""
    return f"  {_where(error.path, source)}: {error}"


def describe_errors(error: ValidationError, settings: type[BaseModel], source: str) -> str:
    """One line for each wrong setting; `source` is the TOML text that was read.

    Of a table in which something is wrong nothing else is said: that it is too short, say, as its part doesn't count.
    """
    found = error.errors(include_url=False)
    places = [each["loc"] for each in found]
    innermost = (
        each for each in found if not any(place[: len(each["loc"])] == each["loc"] != place for place in places)
    )
    return "\n".join(f"  {_describe(each, settings, source)}" for each in innermost)


def _describe(error: ErrorDetails, settings: type[BaseModel], source: str) -> str:
    """Where, what was expected, what was seen, and an example."""
    path = _without_kind(error["loc"])
    where = _where(path, source)
    if error["type"] == "value_error":
        return f"{where}: {error['ctx']['error']}" if path else f"{error['ctx']['error']}"
    field, known = _find(settings, path)
    if error["type"] == "extra_forbidden":
        return f"{where}: there is no such key; {_suggest(str(path[-1]), known)}"
    example = f"; for example {_example(path, field)}" if field and _example(path, field) else ""
    if error["type"] == "missing":
        return f"{where}: this key is missing{_meaning(field)}{example}"
    expected = EXPECTED.get(error["type"], "").format_map(error.get("ctx", {})) or error["msg"]
    return f"{where}: should be {expected}, and is {_shorten(error['input'])}{_meaning(field)}{example}"


def _where(path: Path, source: str) -> str:
    """The line, where it is known, and the key."""
    line = find_line(source, path)
    return f"line {line}, {name_key(path)}" if line else name_key(path)


def name_key(path: Path) -> str:
    """The key as a reader of the file would say it: `tasks, number 2, probes`."""
    if not path:
        return "the file"
    return ", ".join(f"number {part + 1}" if isinstance(part, int) else str(part) for part in path)


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


def _suggest(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"{meant}Known here: {', '.join(known)}"


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
