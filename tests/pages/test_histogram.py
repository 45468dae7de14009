"""How many there are of each size."""

from __future__ import annotations

from suite.pages.histogram import count_bins, draw_histogram


def test_every_number_is_in_one_bin() -> None:
    """The most itself is in the last one, and a bound belongs to the bin that it begins."""
    assert [each.count for each in count_bins([0, 0.9, 1, 9.99, 10, 12], 10, 10)] == [2, 1, *[0] * 6, 0, 3]


def test_columns_say_their_counts() -> None:
    """Each column has its number, and the picture says what it shows."""
    drawn = draw_histogram(count_bins([1, 1, 1, 9], 10, 5), "Marks", "Four of them.")
    assert drawn.count('<rect class="fill"') == 2
    assert ">3</text>" in drawn
    assert "<title>Marks</title><desc>Four of them.</desc>" in drawn


def test_nothing_is_drawn_of_nothing() -> None:
    """A class without scores has axes and no column."""
    assert "<rect" not in draw_histogram(count_bins([], 10, 5), "Marks", "None.")
