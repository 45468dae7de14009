"""Open regressions in Markdown, for an issue; names and messages of the record can't become markup or mentions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from suite.text.untrusted import as_code
from suite.tracking.history.check import CheckedRecord
from suite.tracking.history.environment import upgraded
from suite.tracking.history.figures import TIME
from suite.tracking.history.judge import JudgedChange
from suite.tracking.history.records import Growth

COMMIT_DIGITS = 10
NONE: Final[Mapping[int, Sequence[Growth]]] = MappingProxyType({})


def as_markdown(checked: CheckedRecord, why: Mapping[int, Sequence[Growth]] = NONE) -> str:
    """A table of the open regressions, or a sentence that there is none.

    `why` has by number the functions that take longer in one call, with their seconds before and after.
    """
    if not checked.regressions:
        return "No confirmed regression is open.\n"
    rows = "\n".join(_row(each, checked) for each in checked.regressions)
    beside = [_beside(each, checked) for each in checked.regressions if each.upgrade]
    caveats = "\n".join(["", *beside, ""]) if beside else ""
    return (
        "A fresh measurement confirmed that these are slower or larger than before.\n\n"
        "| change | benchmark | since | commit of that night | last surely good | number |\n"
        "|---:|---|---|---|---|---:|\n"
        f"{rows}\n{caveats}{_why(checked, why)}\n"
        "`suite history bisect GOOD BAD COMMAND` finds the commit; `suite bench compare GOOD BAD --only BENCHMARK "
        "--profile DIR` says which functions take longer; `suite history accept NUMBER` accepts the new level.\n"
    )


def _why(checked: CheckedRecord, why: Mapping[int, Sequence[Growth]]) -> str:
    """A table for each regression that was sampled."""
    tables = []
    for each in checked.regressions:
        if grown := why.get(each.number):
            lines = [f"| {as_code(name)} | {before:.6f} | {after:.6f} |" for name, before, after in grown]
            head = ["| function | own seconds of a call before | now |", "|---|---:|---:|"]
            tables.append("\n".join([f"\n{_name(each)}, change {each.number}:\n", *head, *lines, ""]))
    return "".join(tables)


def _beside(each: JudgedChange, checked: CheckedRecord) -> str:
    what = ", ".join(as_code(one) for one in upgraded(each.upgrade, checked.runs))
    return f"- {_name(each)}: the machine changed in the same nights, and the slowdown may come from it: {what}"


def _name(each: JudgedChange) -> str:
    """The benchmark, and the figure if it isn't the time."""
    figure = "" if each.change.figure == TIME else f" ({each.change.figure})"
    return as_code(each.series.benchmark.fullname) + figure


def _row(each: JudgedChange, checked: CheckedRecord) -> str:
    run, good = checked.runs[each.change.first_run][0], checked.runs.get(each.change.good_run)
    percent = f"{100 * math.expm1(each.change.magnitude):+.1f} %"
    commit = as_code(run.commit[:COMMIT_DIGITS]) + (f" {as_code(run.subject)}" if run.subject else "")
    cells = (
        percent,
        _name(each),
        f"{run.measured_at:%Y-%m-%d}",
        commit,
        as_code(good[0].commit[:COMMIT_DIGITS] if good else ""),
        str(each.number),
    )
    return f"| {' | '.join(cells)} |"
