"""Writes the `assignment.toml` of a proposal: only what differs from the defaults, with a comment on each part."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suite.assignments.setting_errors import as_toml
from suite.assignments.settings import BUDGETS
from suite.authoring.proposal.tasks import ProposedKind, ProposedTask, is_known
from suite.records import Language, text
from suite.text.language import say

MARGIN = 3
"""Limits are so many times what was seen."""
MODEL_SHARES = {"shapes": 3, "parameters": 5, "function": 5}
"""As the defaults share them."""
WIDTH = 118
COMMENTS: Mapping[ProposedKind, str] = {
    "model": "new_c_model",
    "function": "new_c_function",
    "value": "new_c_value",
    "open": "new_c_open",
    "manual": "new_c_manual",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Everything that stands in the file."""

    title: str
    """The notebook's title."""
    tasks: tuple[ProposedTask, ...]
    """What is asked for."""
    runtime: str
    """In which the references run."""
    datasets: tuple[str, ...]
    """Datasets that the notebook loads."""
    data: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Tables `[data.NAME]`."""
    seconds: float = 0.0
    """How long the notebook took."""
    language: Language = "en"
    """Of the comments."""


def write_settings(proposal: Proposal) -> str:
    """The whole file."""
    return "\n".join(_lines(proposal)).strip() + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    def comment(key: str, **values: str | float) -> str:
        return f"# {say(text(key, **values), proposal.language)}"

    asked = [task for task in proposal.tasks if task.kind != "manual" or is_known("manual")]
    yield from _head(proposal, _checks(asked), comment)
    for name, table in proposal.data.items():
        yield from ("", comment("new_c_data"), f"[data.{name}]")
        yield from (f"{key} = {_toml(value)}" for key, value in table.items())
    for task in proposal.tasks:
        if task in asked:
            yield from ("", comment(COMMENTS[task.kind], cell=task.cell + 1), *_task(task))
        else:
            yield ""
            yield comment("new_c_not_asked", title=task.title, cell=task.cell + 1, points=f"{task.points:g}")
    for task in asked:
        if task.measured:
            yield from ("", comment("new_c_measured"), f"[accuracy.models.{task.id}]")
            yield from (f"{key} = {_toml(value)}" for key, value in task.measured.items())
    yield from _limits(proposal, comment("new_c_limits", seconds=round(proposal.seconds)))


def _head(proposal: Proposal, checks: Mapping[str, float], comment: Callable[..., str]) -> Iterator[str]:
    """What stands before the first table."""
    yield comment("new_c_top")
    yield f"title = {_toml(proposal.title)}"
    if proposal.runtime != "keras":
        yield from (comment("new_c_runtime"), f"runtime = {_toml(proposal.runtime)}")
    if proposal.datasets:
        yield from (comment("new_c_datasets"), f"datasets = {_toml(proposal.datasets)}")
    if checks:
        yield from ("", comment("new_c_points"))
        yield from (f"checks.{name}.points = {points:g}" for name, points in checks.items())


def _task(task: ProposedTask) -> Iterator[str]:
    yield "[[tasks]]"
    if task.kind != "model":
        yield f"kind = {_toml(task.kind)}"
    yield f"id = {_toml(task.id)}"
    if task.title != task.id:
        yield f"title = {_toml(task.title)}"
    if task.kind in {"function", "value"} and task.variable != task.id:
        yield f"names = {_toml([task.variable])}"
    if task.kind == "manual":
        yield f"criteria = {_toml([{'id': 'answer', 'points': task.points or 1}])}"
    yield from (_setting(key, value) for key, value in task.settings.items())


def _setting(key: str, value: Any) -> str:
    """A key on one line, or a list of tables with a table on each."""
    line = f"{key} = {_toml(value)}"
    if len(line) <= WIDTH or not isinstance(value, list):
        return line
    return "\n".join([f"{key} = [", *(f"    {_toml(each)}," for each in value), "]"])


def _checks(tasks: Sequence[ProposedTask]) -> dict[str, float]:
    """Points as the questions give them; none where they give none, as the defaults then count."""
    results = sum(task.points for task in tasks if task.kind in {"function", "value"})
    models = sum(task.points for task in tasks if task.kind == "model")
    scores = sum(task.points for task in tasks if task.kind == "open")
    if not results + models + scores:
        return {}
    whole = sum(MODEL_SHARES.values())
    found = {name: round(models * share / whole, 2) for name, share in MODEL_SHARES.items() if models}
    if models:
        found["function"] = round(models - found["shapes"] - found["parameters"], 2)
    if any(task.measured for task in tasks):
        found["accuracy"] = round(models / 4, 2)
    found |= {"score": scores} if any(task.kind == "open" for task in tasks) else {}
    return found | ({"results": results} if any(task.kind in {"function", "value"} for task in tasks) else {})


def _limits(proposal: Proposal, comment: str) -> Iterator[str]:
    """The time of each budget, where three times what was seen is more than the default."""
    wanted = MARGIN * proposal.seconds
    if wanted <= BUDGETS["quick"].wall_seconds:
        return
    factor = wanted / BUDGETS["quick"].wall_seconds
    yield from ("", comment)
    for name, budget in BUDGETS.items():
        yield from (f"[budgets.{name}]", f"wall_seconds = {round(factor * budget.wall_seconds, -1):g}")


def _toml(value: Any) -> str:
    """A value on one line; keys that are no plain words in quotes."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return f"{value:g}" if isinstance(value, float) else as_toml(value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)
