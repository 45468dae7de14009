"""Learning curves on a page: numbers become a line, names become text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import escape

from suite.records import Curve, CurveBand, Language, LayerComparison, Measure, Outcome, Report, Verdict, text
from suite.report import write
from suite.report.curves import MOST, draw_curve, ends
from tests.report.test_render import HOSTILE, SCRIPT, hostile

__all__ = ["hostile"]  # a fixture

MEASURED = Verdict(
    check="accuracy",
    task="stack",
    model="stack10",
    outcome=Outcome.PASS,
    points=1.0,
    max_points=1.0,
    expected=None,
    observed=None,
    message=text("accuracy_needs_function"),
    measure=Measure(
        name="accuracy", value=0.7, low=0.6, high=0.8, limit=0.5, smaller_is_better=False, reference=(0.6, 0.8)
    ),
)


def _draw(values: Sequence[float | None], band: Sequence[tuple[float, float]] = ()) -> str:
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
    """It runs along its upper ends and back along its lower ones, step by step, and is never without height."""
    assert _outline(_draw((0.0, 0.2), [(0.5, 1.0), (0.0, 0.5)])) == [(44, 8), (312, 68), (312, 128), (44, 68)]
    assert _outline(_draw((0.0, 1.0), [(0.5, 0.5)] * 2)) == [(44, 68), (312, 68), (312, 70), (44, 70)]
    assert "band" not in _draw((0.0, 1.0))
    assert len(_outline(_draw([1.0] * 10_000, [(0.0, 2.0)] * 10_000))) == 2 * MOST


def _outline(drawn: str) -> list[tuple[float, float]]:
    """The corners of the band."""
    (points,) = re.findall(r'class="band" points="([^"]+)"', drawn)
    return [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]


STEPS = CurveBand(runs=20, low=(1.0, 0.5, 0.25), high=(3.0, 1.5, 0.75))


@pytest.mark.parametrize(
    ("language", "said", "described"),
    [
        (
            "en",
            "The band shows where 95% of 20 trainings of the reference are at each step.",
            "2 → 0.5. The band of the reference's trainings ends at 0.250 to 0.750. 2 of 3 steps lie in the band.",
        ),
        (
            "es",
            "La franja muestra dónde está en cada paso el 95 % de 20 entrenamientos de la referencia.",
            (
                "2 → 0,5. La franja de los entrenamientos de la referencia termina entre 0,250 y 0,750. "
                "2 de 3 pasos caen dentro de la franja."
            ),
        ),
    ],
)
def test_a_page_says_where_the_references_are(
    hostile: Report, tmp_path: Path, language: Language, said: str, described: str
) -> None:
    """The curve of the host's training lies on the references' band, in words too."""
    curve = Curve(name="loss", values=(2.0, 0.1, 0.5), claimed=False, band=STEPS)
    html = _page(replace(hostile, language=language), curve, tmp_path)
    assert said in html
    assert f"<desc>{escape(described)}</desc>" in html
    assert len(_outline(html)) == 6
    bare = _page(replace(hostile, language=language), replace(curve, band=None), tmp_path)
    assert said not in bare
    assert 'class="band"' not in bare


def test_without_steps_a_page_shows_where_the_references_end(hostile: Report, tmp_path: Path) -> None:
    """The band of a measure with the curve's name, as from a calibration without steps, is as high all along."""
    curve = Curve(name="val_accuracy", values=(0.1, 0.5), claimed=True)
    html = _page(hostile, curve, tmp_path, MEASURED)
    assert "where 95% of the reference&#39;s trainings end" in html
    assert "The band of the reference&#39;s trainings ends at 0.600 to 0.800.</desc>" in html
    (left, right, *_) = _outline(html)
    assert left[1] == right[1]


def test_a_single_value_stands_in_a_list(hostile: Report, tmp_path: Path) -> None:
    """One epoch makes no line, so its value is said below the pictures, and no empty picture stands among them."""
    html = _page(hostile, Curve(name="val_loss", values=(2.1,), claimed=True), tmp_path)
    assert "epoch by epoch: 2.1</li></ul>" in html
    assert "<figcaption>" not in html


def test_names_stay_text(hostile: Report, tmp_path: Path) -> None:
    """A metric's name is the submission's, and becomes no markup."""
    for name in (SCRIPT, HOSTILE):
        html = _page(hostile, Curve(name=name, values=(1.0, 2.0), claimed=True), tmp_path)
        assert html.count("<polyline") == 1
        assert SCRIPT not in html
        assert "<img src=x" not in html


def _page(report: Report, curve: Curve, folder: Path, *verdicts: Verdict) -> str:
    """The page of a submission with this curve."""
    comparison = LayerComparison(
        task="stack", model="stack10", place=None, variable=HOSTILE, framework="keras", rows=(), curves=(curve,)
    )
    result = replace(report.results[0], comparisons=(comparison,), verdicts=verdicts or report.results[0].verdicts)
    write(replace(report, results=(result,)), folder)
    (page,) = (folder / "submissions").iterdir()
    return page.read_text("utf-8")
