"""The trend page: one self-contained file, drawn by its own script; no text from the record can run as code."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from suite.files import write_atomically
from suite.pages import open_templates
from suite.records import Language
from suite.text.language import label
from suite.text.local import local
from suite.text.untrusted import encodable, strip_escapes
from suite.tracking.history.check import CheckedRecord
from suite.tracking.history.columns import COMMIT_DIGITS, Runs, as_columns
from suite.tracking.history.environment import upgraded
from suite.tracking.history.figures import COMPILE, FIGURES, GPU_MEMORY, LEARNING, MEMORY, STEPS, TIME
from suite.tracking.history.judge import JudgedChange
from suite.tracking.history.records import ChangeStatus

STATUSES = {
    ChangeStatus.REGRESSION.value: "trend_regression",
    ChangeStatus.UNCONFIRMED.value: "trend_unconfirmed",
    ChangeStatus.ENVIRONMENT.value: "trend_environment",
    ChangeStatus.IMPROVEMENT.value: "trend_improvement",
    ChangeStatus.PAST.value: "trend_past",
    ChangeStatus.DISMISSED.value: "trend_dismissed",
}
FIGURE_LABELS = {
    TIME: "trend_seconds",
    MEMORY: "trend_memory",
    GPU_MEMORY: "trend_gpu_memory",
    COMPILE: "trend_compile",
    STEPS: "trend_steps",
    LEARNING: "trend_learning",
}
DATA = "history.json"
SCHEMA_VERSION = 1
"""Of that file, which has what the page draws: runs as columns, and series with their changes."""
SPOKEN = (
    "trend_night",
    "trend_ratio",
    "trend_shown",
    "trend_dirty",
)
"""Labels that the script shows."""
SHOWN = (
    ChangeStatus.REGRESSION,
    ChangeStatus.UNCONFIRMED,
    ChangeStatus.ENVIRONMENT,
    ChangeStatus.IMPROVEMENT,
    ChangeStatus.PAST,
)
"""Statuses shown in the table, most urgent first; dismissed changes are only in the charts."""


def profile_name(number: int) -> str:
    """File of the profiles that say why the change of that number is slower."""
    return f"change-{number}.speedscope.json"


def write_pages(checked: CheckedRecord, folder: Path, language: Language, profiles: Path | None = None) -> Path:
    """Write `index.html` and `history.json` into the folder and return the page's path.

    Changes with a file in the folder `profiles` are linked with it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = _environment(language).get_template("trend.html.j2")
    series, judged, runs = checked.series, checked.judged, checked.runs
    columns = as_columns(series, judged, runs)
    rows = [row | {"profile": _link(profiles, row["number"], folder)} for row in _rows(judged, runs, language)]
    html = page.render(
        columns=columns,
        data=as_script_data(
            columns | {"labels": _labels(language), "figures": _figures(language), "language": language}
        ),
        changes=rows,
        branch=checked.branch,
        figures=FIGURE_LABELS,
        frameworks=sorted({each.benchmark.framework for each in series if each.benchmark.framework}),
    )
    write_atomically(folder / "index.html", encodable(html).encode())
    document = {"schema_version": SCHEMA_VERSION, "branch": checked.branch.name} | columns
    write_atomically(folder / DATA, encodable(json.dumps(document, allow_nan=False)).encode())
    return folder / "index.html"


def as_script_data(value: Any) -> str:
    """JSON that can't end the script element around it and that no parser takes for markup."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _rows(judged: Sequence[JudgedChange], runs: Runs, language: Language) -> list[dict[str, Any]]:
    """The table of changes: open regressions first, then by status and the newest first."""
    places = {key: place for place, key in enumerate(runs)}
    shown = [each for each in judged if each.change.status in SHOWN]
    shown.sort(key=lambda each: (not each.open, SHOWN.index(each.change.status), -places[each.change.first_run]))
    return [
        {
            "number": each.number,
            "name": each.series.benchmark.name,
            "figure": each.series.figure,
            "status": each.change.status.value,
            "open": each.open,
            "accepted": each.change.accepted,
            "percent": _percent(each.change.magnitude, language),
            "date": runs[each.change.first_run][0].measured_at.date().isoformat(),
            "commit": runs[each.change.first_run][0].commit[:COMMIT_DIGITS],
            "subject": runs[each.change.first_run][0].subject,
            "good": runs[each.change.good_run][0].commit[:COMMIT_DIGITS] if each.change.good_run in runs else "",
            "beside": "; ".join(upgraded(each.upgrade, runs)),
        }
        for each in shown
    ]


def _link(profiles: Path | None, number: int, folder: Path) -> str:
    """Address of a change's profiles, relative to the page; empty where there are none."""
    if profiles is None or not (profiles / profile_name(number)).is_file():
        return ""
    return quote(os.path.relpath(profiles / profile_name(number), folder))


def _percent(magnitude: float, language: Language) -> str:
    """A log ratio in percent, with the language's decimal mark."""
    return str(local(f"{100 * math.expm1(magnitude):+.1f}".replace("-", "−"), language))


def _labels(language: Language) -> dict[str, str]:
    keys = {**STATUSES, **{name: name for name in SPOKEN}}
    return {name: label(f"page_{key}", language) for name, key in keys.items()}


def _figures(language: Language) -> dict[str, dict[str, str]]:
    """What each figure is called, and in what it counts."""
    return {
        name: {"label": label(f"page_{FIGURE_LABELS[name]}", language), "unit": each.unit}
        for name, each in FIGURES.items()
    }


def _environment(language: Language) -> jinja2.Environment:
    """The templates with the names of statuses."""
    environment = open_templates("suite.tracking.history", script="trend.js", style="trend.css", language=language)
    environment.globals["figure_label"] = lambda figure: label(f"page_{FIGURE_LABELS[figure]}", language)
    environment.globals["status_label"] = lambda status: label(f"page_{STATUSES[status]}", language)
    environment.filters["plain"] = lambda text: strip_escapes(str(text))
    return environment
