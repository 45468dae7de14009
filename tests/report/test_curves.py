"""Learning curves on a page: numbers become a line, names become text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from suite.records import Curve, LayerComparison, Report
from suite.report import write
from suite.report.curves import MOST, draw_curve, ends
from tests.report.test_render import HOSTILE, SCRIPT, hostile

__all__ = ["hostile"]  # a fixture


def _draw(values: Sequence[float | None], band: tuple[float, float] | None = None) -> str:
    return draw_curve(values, "Loss", "2 → 0", band)


def test_line_falls_from_the_first_value_to_the_last() -> None:
    """The highest value stands at the top, and the line goes from left to right."""
    drawn = _draw((2.0, 1.0, 0.0))
    points = re.findall(r"([\d.]+),([\d.]+)", drawn)
    xs, ys = zip(*((float(x), float(y)) for x, y in points), strict=True)
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys)
    assert xs[1] - xs[0] == xs[2] - xs[1]
    assert "<title>Loss</title><desc>2 → 0</desc>" in drawn


def test_gaps_and_long_curves() -> None:
    """A missing or infinite value breaks the line; a long curve has a bounded number of points; none draws nothing."""
    assert _draw((1.0, None, 2.0, float("inf"), 3.0)).count("<polyline") == 3
    assert _draw([1.0] * 10_000).count(",") <= MOST
    assert _draw((None,)) == ends((None,)) == ""
    assert ends((2.5, None, 1.25)) == "2.5 → 1.25"


def test_a_band_lies_on_the_same_scale() -> None:
    """Where the references end: below the top where the curve goes higher, and never without height."""
    assert 'class="band" x="44" y="8"' in _draw((0.0, 0.2), (0.5, 1.0))
    assert 'height="2"' in _draw((0.0, 1.0), (0.5, 0.5))
    assert "band" not in _draw((0.0, 1.0))


def test_names_stay_text(hostile: Report, tmp_path: Path) -> None:
    """A metric's name is the submission's, and becomes no markup."""
    curves = tuple(Curve(name=name, values=(1.0, 2.0), claimed=True) for name in (SCRIPT, HOSTILE))
    comparison = LayerComparison(
        task="stack", model="stack10", place=None, variable=HOSTILE, framework="keras", rows=(), curves=curves
    )
    report = replace(hostile, results=(replace(hostile.results[0], comparisons=(comparison,)),))
    write(report, tmp_path)
    (page,) = (tmp_path / "submissions").iterdir()
    html = page.read_text("utf-8")
    assert html.count("<polyline") == len(curves)
    assert SCRIPT not in html
    assert "<img src=x" not in html
