"""A page with every benchmark of a record: how it compares, by group."""

from __future__ import annotations

import itertools
import math
from importlib.resources import files
from pathlib import Path

import jinja2

from suite.files import write_atomically
from suite.tracking.bench.record import Record, TimeRatio


def write_page(record: Record, path: Path) -> None:
    """Write a self-contained page, without scripts."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters |= {"ratio": ratio, "seconds": seconds, "count": count, "mebibytes": mebibytes}
    template = environment.from_string(files("suite.tracking.bench").joinpath("page.html.j2").read_text("utf-8"))
    ordered = sorted(record.benchmarks, key=lambda benchmark: benchmark.group)
    groups = [(name, list(each)) for name, each in itertools.groupby(ordered, key=lambda benchmark: benchmark.group)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, template.render(record=record, groups=groups).encode("utf-8", "replace"))


def ratio(comparison: TimeRatio | None) -> str:
    """A ratio with its interval, such as `1.23 (1.20 … 1.27)`."""
    if comparison is None:
        return "–"
    low, high = (math.exp(end) for end in comparison.interval)
    return f"{math.exp(comparison.log_ratio):.3g} ({low:.3g} … {high:.3g})"


def seconds(value: float | None) -> str:
    """A time with a suitable unit."""
    if value is None:
        return "–"
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.3g} µs"


def count(value: float | None) -> str:
    """A number with three digits and separators."""
    return "–" if value is None else f"{float(f'{value:.3g}'):,.0f}"


def mebibytes(value: int | None) -> str:
    """Bytes in whole MiB."""
    return "–" if value is None else f"{value >> 20} MiB"
