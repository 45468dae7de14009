"""A comparison as Markdown, for a pull request, and as JSON; names of benchmarks can't become markup or mentions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from suite.records import Language, Outcome, Text, text
from suite.text.errors import tell
from suite.text.language import label, say
from suite.text.local import local
from suite.text.untrusted import as_code
from suite.tracking.amounts import amount
from suite.tracking.compare.comparison import Comparison
from suite.tracking.compare.profiles import growth
from suite.tracking.compare.settings import FALSE_FAILS
from suite.tracking.history.duel import JudgedSeries, Key
from suite.tracking.history.figures import COMPILE, FIGURES, GPU_MEMORY, MEMORY, TIME

SCHEMA_VERSION = 1
MOST_FUNCTIONS = 5
WHY_HEADS = ("page_compare_function", "page_compare_before", "page_compare_after")
DIGITS = 10
MARKER = "<!-- suite bench compare -->"
"""The first line, by which the comment that is to be updated is found."""
WORDS = {Outcome.FAIL: "slower", Outcome.PASS: "same", Outcome.INCONCLUSIVE: "undecided"}
VERDICTS = {
    Outcome.FAIL: "compare_slower",
    Outcome.PASS: "compare_same",
    Outcome.INCONCLUSIVE: "compare_undecided",
}
CELLS = {
    Outcome.FAIL: "page_compare_slower",
    Outcome.PASS: "page_compare_same",
    Outcome.INCONCLUSIVE: "page_compare_undecided",
}
NAMES = {
    TIME: "page_compare_time",
    MEMORY: "page_compare_memory",
    GPU_MEMORY: "page_compare_gpu_memory",
    COMPILE: "page_compare_compile",
}
HEADS = (
    "page_compare_benchmark",
    "page_compare_series",
    "page_compare_ratio",
    "page_compare_interval",
    "page_compare_before",
    "page_compare_verdict",
)
ORDER = (Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.PASS)


def as_markdown(comparison: Comparison, language: Language) -> str:
    """The verdict, a table of what was measured, and what wasn't."""
    lines = [MARKER, f"### {say(verdict(comparison), language)}", "", *_table(comparison, language)]
    lines += [line for name in comparison.profiles for line in _why(comparison, name, language)]
    lines += [f"- {sentence}" for sentence in notes(comparison, language)]
    return "\n".join(lines) + "\n"


def verdict(comparison: Comparison) -> Text:
    """The comparison in one sentence."""
    keys = comparison.of(comparison.outcome)
    names = ", ".join(sorted({as_code(name) for name, _ in keys}))
    return text(VERDICTS[comparison.outcome], names=names or "–", measured=len(_measured(comparison)))


def notes(comparison: Comparison, language: Language) -> Iterator[str]:
    """What was compared, how, and what wasn't measured."""
    what = text(
        "compare_revisions",
        base=as_code(comparison.base[:DIGITS]),
        head=as_code(comparison.head[:DIGITS]),
        quads=comparison.quads,
        minutes=f"{comparison.seconds / 60:.1f}",
        seed=str(comparison.seed),
    )
    yield say(what, language)
    if comparison.branched:
        yield label("compare_branched", language)
    tolerances = {name: f"{FIGURES[name].rule.tolerance:.0%}" for name in (TIME, MEMORY, COMPILE)}
    yield say(text("compare_rate", rate=f"{FALSE_FAILS:.0%}", **tolerances), language)
    groups = {
        "compare_untouched": comparison.untouched,
        "compare_unmeasured": comparison.unmeasured,
        "compare_added": comparison.added,
        "compare_removed": comparison.removed,
    }
    for key, names in groups.items():
        if names:
            yield say(text(key, count=len(names), names=_few(names)), language)
    for name, problem in comparison.unprofiled.items():
        yield say(
            text("compare_unprofiled", name=as_code(name), problem=as_code(tell(problem, language), 400)), language
        )


def rows(comparison: Comparison, language: Language) -> Iterator[tuple[str, ...]]:
    """What was judged, the worst first: series, benchmark, ratio, interval, before, verdict; each as plain text."""

    def worst(item: tuple[Key, JudgedSeries]) -> tuple[int, float, Key]:
        key, each = item
        return ORDER.index(each.judgement.outcome), -each.judgement.ratio, key

    for (name, series), each in sorted(comparison.judged.items(), key=worst):
        interval = _interval(each)
        yield (
            name,
            label(NAMES[series], language),
            str(local(f"{each.judgement.ratio:.3f}", language)),
            str(local("{:.3f} … {:.3f}".format(*interval), language)) if interval else "–",
            amount(each.base, FIGURES[series].unit, language),
            label(CELLS[each.judgement.outcome], language),
        )


def _table(comparison: Comparison, language: Language) -> list[str]:
    if not comparison.judged:
        return []
    heads = [label(each, language) for each in HEADS]
    lines = [" | ".join(heads), "--- | --- | ---: | ---: | ---: | ---"]
    lines += [" | ".join((as_code(name), *rest)) for name, *rest in rows(comparison, language)]
    return [*(f"| {line} |" for line in lines), ""]


def _why(comparison: Comparison, name: str, language: Language) -> Iterator[str]:
    """A table of the functions that take longer in one call."""
    yield label("compare_why", language, name=as_code(name))
    yield ""
    heads = (label(each, language) for each in WHY_HEADS)
    yield f"| {' | '.join(heads)} |"
    yield "| --- | ---: | ---: |"
    for function, before, after in growth(*comparison.profiles[name], MOST_FUNCTIONS):
        cells = (as_code(function), *(amount(each, "seconds", language) for each in (before, after)))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _measured(comparison: Comparison) -> set[str]:
    return {name for name, _ in comparison.judged}


def _few(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(as_code(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown}, …"


def as_json(comparison: Comparison) -> dict[str, Any]:
    """All of it, with the raw quads: `own` is of `head`, in billionths of the benchmark's first figure."""
    return {
        "schema_version": SCHEMA_VERSION,
        "outcome": WORDS[comparison.outcome],
        "base": comparison.base,
        "head": comparison.head,
        "branched": comparison.branched,
        "seconds": comparison.seconds,
        "seed": comparison.seed,
        "declared_false_fail_rate": FALSE_FAILS,
        "compared": [_as_entry(key, each) for key, each in comparison.judged.items()],
        "why": {name: growth(*both, MOST_FUNCTIONS) for name, both in comparison.profiles.items()},
        "untouched": comparison.untouched,
        "unmeasured": comparison.unmeasured,
        "added": comparison.added,
        "removed": comparison.removed,
    }


def _interval(each: JudgedSeries) -> tuple[float, float] | None:
    """Of the ratio; `None` where too few quads say nothing of one end."""
    low, high = each.judgement.interval
    return (low, high) if low > 0 and math.isfinite(high) else None


def _as_entry(key: Key, each: JudgedSeries) -> dict[str, Any]:
    return {
        "benchmark": key[0],
        "series": key[1],
        "outcome": WORDS[each.judgement.outcome],
        "ratio": each.judgement.ratio,
        "interval": _interval(each),
        "p_value": each.judgement.p_value,
        "power": each.judgement.power,
        "tolerance": FIGURES[key[1]].rule.tolerance,
        "slowdown": FIGURES[key[1]].rule.slowdown,
        "before": each.base,
        "quads": [asdict(quad) for quad in each.timing.quads],
    }
