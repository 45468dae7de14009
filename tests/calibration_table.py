"""The table of docs/accuracy.md, from the stored calibrations: `python -m tests.calibration_table` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from suite import assignments
from suite.assignments import Distribution

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
HEAD = (
    "| model | framework | data | runs | mean | sd | bound | by | false fails of a training (95 % interval) "
    "| of a submission, at most |\n|---|---|---|---|---|---|---|---|---|---|\n"
)


def table() -> str:
    """Head and one row a distribution."""
    return HEAD + "".join(_rows())


def stored() -> str:
    """What the page holds."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


def _rows() -> Iterator[str]:
    for folder in sorted(path.parent for path in (ROOT / "reference").glob("*/calibration.json")):
        assignment = assignments.load(folder.name, folder.parent)
        for found in assignment.calibration.distributions:
            yield _row(found, assignment.accuracy.trainings, found.data if assignment.datasets else "made")


def _row(found: Distribution, trainings: int, data: str) -> str:
    by = found.method if found.normal_p is None else f"{found.method}, p {found.normal_p:.2f}"
    low, high = found.interval
    fails = f"{found.false_fails} of {found.held_out} ({100 * low:.1f} to {100 * high:.1f} %)"
    cells = (f"`{found.model}`", found.framework, data, str(len(found.right)), f"{found.mean:.3f}", f"{found.sd:.3f}")
    return "| " + " | ".join((*cells, f"{found.bound:.3f}", by, fails, f"{100 * high**trainings:.2g} %")) + " |\n"


if __name__ == "__main__":
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.replace(stored(), table()), "utf-8")
