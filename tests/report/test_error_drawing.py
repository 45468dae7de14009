"""Where a model errs, in pictures."""

from __future__ import annotations

import re

from suite.records import ErrorBin
from suite.report.error_drawing import DEEPEST, draw_confusion, draw_errors


def test_cells_have_their_counts_and_right_ones_another_colour() -> None:
    """Depth is the share of a row; a class without rows has no depth."""
    drawn = draw_confusion([[9, 1, 0], [0, 4, 0], [0, 0, 0]], "Class", "Answered", "Title", "13 of 14")
    assert drawn.count('class="fill good"') == 3
    assert drawn.count('class="fill bad"') == 6
    assert max(float(depth) for depth in re.findall(r'fill-opacity="([\d.]+)"', drawn)) == DEEPEST
    assert re.findall(r'class="count middle"[^>]*>(\d+)<', drawn) == ["9", "1", "4"]


def test_many_classes_have_colours_only() -> None:
    """There is no room for numbers; the table beside it has them."""
    counts = [[1] * 20 for _ in range(20)]
    assert "count" not in draw_confusion(counts, "Class", "Answered", "Title", "")


def test_errors_stand_beside_the_line_of_none() -> None:
    """Which is on the picture even where all errors lie on one side."""
    bins = [ErrorBin(answer=place, low=1.0, middle=2.0, high=3.0, rows=10) for place in (0.0, 1.0)]
    drawn = draw_errors(bins, "Errors", "Errors")
    (zero,) = re.findall(r'class="mark"[^>]*y1="([\d.]+)"', drawn)
    ends = re.findall(r'class="range own"[^>]*y1="([\d.]+)"', drawn)
    assert len(ends) == 2
    assert all(float(end) < float(zero) for end in ends)
