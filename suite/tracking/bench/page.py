"""A page with every benchmark of a record: how it compares, by group, in figures and as bars and intervals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from markupsafe import Markup

from suite.files import write_atomically
from suite.pages import open_templates
from suite.pages.bars import interval
from suite.pages.drawing import Axis
from suite.records import Language
from suite.text.local import local, local_count
from suite.tracking.amounts import NONE, amount, rounded
from suite.tracking.bench.record import Benchmark, Record, TimeRatio

DIGITS = 3
MARGIN = 0.05  # of a log ratio: where all are equal, an axis still has a width


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """What ran in turns."""

    name: str
    benchmarks: tuple[Benchmark, ...]
    pairs: tuple[tuple[str, TimeRatio], ...]
    """Each two of them once."""
    anchors: Axis
    """Places of the logs of ratios to the anchor."""
    others: Axis
    """Places of the logs of ratios of pairs; equal times stand in the middle."""

    @property
    def slowest(self) -> float:
        """Seconds of the benchmark that takes longest."""
        return max((benchmark.median for benchmark in self.benchmarks), default=0.0) or 1.0


def write_page(record: Record, path: Path, language: Language = "en") -> None:
    """Write a self-contained page, without scripts."""
    environment = open_templates("suite.tracking.bench", style="bench.css", language=language)
    environment.filters |= {
        "ratio": partial(ratio, language=language),
        "amount": partial(amount, language=language),
        "count": partial(count, language=language),
        "place": _place,
    }
    template = environment.get_template("bench.html.j2")
    ordered = sorted(record.benchmarks, key=lambda benchmark: benchmark.group)
    groups = [_view(name, tuple(each)) for name, each in itertools.groupby(ordered, key=lambda one: one.group)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, template.render(record=record, groups=groups).encode("utf-8", "replace"))


def pairs_of(benchmarks: Sequence[Benchmark]) -> list[tuple[str, TimeRatio]]:
    """Each two that were compared, once."""
    return [
        (benchmark.fullname, comparison)
        for benchmark in benchmarks
        for comparison in benchmark.comparisons
        if comparison.other != "anchor" and benchmark.fullname < comparison.other
    ]


def _view(name: str, benchmarks: tuple[Benchmark, ...]) -> GroupView:
    pairs = pairs_of(benchmarks)
    anchored = [end for one in benchmarks if one.to_anchor for end in one.to_anchor.interval]
    widest = max((abs(end) for _, pair in pairs for end in pair.interval), default=0.0) + MARGIN
    low, high = min(anchored, default=0.0), max(anchored, default=0.0)
    return GroupView(
        name=name,
        benchmarks=benchmarks,
        pairs=tuple(pairs),
        anchors=Axis(low=low - MARGIN, high=high + MARGIN, start=0, end=1),
        others=Axis(low=-widest, high=widest, start=0, end=1),
    )


def _place(comparison: TimeRatio, axis: Axis) -> Markup:
    """The interval on an axis of logs, with a line where times are equal, if that is on it."""
    low, high = (axis.at(end) for end in comparison.interval)
    equal = axis.at(0.0) if axis.low < 0 < axis.high else None
    return interval(axis.at(comparison.log_ratio), low, high, mark=equal)


def ratio(comparison: TimeRatio | None, language: Language) -> str:
    """A ratio with its interval, such as `1.23 (1.20 … 1.27)`."""
    if comparison is None:
        return NONE
    middle, low, high = (rounded(math.exp(end), DIGITS) for end in (comparison.log_ratio, *comparison.interval))
    return str(local(f"{middle} ({low} … {high})", language))


def count(value: float | None, language: Language) -> str:
    """A number with three digits and separators."""
    return NONE if value is None else local_count(float(f"{value:.3g}"), language)
