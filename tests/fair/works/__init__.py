"""Works by assignment: a module for each, with the right ones and the wrong ones by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fair.works import news_rnn, rnn_guide, sequence_theory, stacked_rnn
from tests.fair.works.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """The works of one assignment, by name."""

    right: Mapping[str, Work]
    """Every point is due to them."""
    wrong: Mapping[str, Work]
    """Each has a mistake that must cost something."""


WORKS = {
    "stacked_rnn": Works(right=stacked_rnn.RIGHT, wrong=stacked_rnn.WRONG),
    "sequence_theory": Works(right=sequence_theory.RIGHT, wrong=sequence_theory.WRONG),
    "news_rnn": Works(right=news_rnn.RIGHT, wrong=news_rnn.WRONG),
    "rnn_guide": Works(right=rnn_guide.RIGHT, wrong=rnn_guide.WRONG),
}
"""By name of the assignment."""
