"""Compares two revisions: which benchmarks the later one's change can touch, and what became of each."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from suite.errors import UsageError
from suite.records import Outcome
from suite.temporary import open_temporary
from suite.tracking.compare.harness import Harness
from suite.tracking.compare.profiles import MOST_PROFILES, Profile, ProfileError, profile_both
from suite.tracking.compare.reach import changed_files, touched
from suite.tracking.compare.settings import series
from suite.tracking.history.checkouts import FOREVER, Clock
from suite.tracking.history.duel import JudgedSeries, Key, duel
from suite.tracking.history.figures import TIME
from suite.tracking.history.revisions import git, is_ancestor, resolve, worktree


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is known of a change."""

    base: str
    """Full hash of the revision that the change begins with."""
    head: str
    """Full hash of the revision with the change."""
    branched: bool
    """Whether `base` is where the change left the named revision, which has gone on since."""
    judged: Mapping[Key, JudgedSeries]
    """By benchmark and series."""
    untouched: tuple[str, ...]
    """Benchmarks that the change can't touch, which weren't measured."""
    unmeasured: tuple[str, ...]
    """Benchmarks that one of the revisions couldn't measure."""
    added: tuple[str, ...]
    """Benchmarks that `base` doesn't have."""
    removed: tuple[str, ...]
    """Benchmarks that `head` doesn't have."""
    profiles: Mapping[str, tuple[Profile, Profile]] = field(default_factory=dict)
    """Of benchmarks that got slower, before and after."""
    unprofiled: Mapping[str, ProfileError] = field(default_factory=dict)
    """Why there is none of others that got slower."""
    seconds: float
    """How long it took."""
    seed: int
    """Of the coin that ordered the measurements."""

    def of(self, outcome: Outcome) -> list[Key]:
        """What was judged so."""
        return [key for key, each in self.judged.items() if each.judgement.outcome is outcome]

    @property
    def outcome(self) -> Outcome:
        """FAIL if anything is slower or larger, INCONCLUSIVE if anything can't be said, else PASS."""
        if self.of(Outcome.FAIL):
            return Outcome.FAIL
        return Outcome.INCONCLUSIVE if self.of(Outcome.INCONCLUSIVE) or self.unmeasured else Outcome.PASS

    @property
    def quads(self) -> int:
        """Of the benchmark that was measured most often."""
        return max((len(each.timing.quads) for each in self.judged.values()), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be compared."""

    repository: Path
    """A checkout of the project."""
    base: str
    """A revision."""
    head: str
    """A revision."""
    only: tuple[str, ...] = ()
    """Patterns that a benchmark's full name may hold; all if there are none."""
    everything: bool = False
    """Whether benchmarks that the change can't touch are measured too."""
    minutes: float | None = None
    """Most that it may take; `None` for as long as it takes."""
    seed: int
    """Of the coin that orders the measurements."""
    profiled: bool = False
    """Whether benchmarks that got slower are run under a profiler afterwards."""


def compare(
    asked: Asked, harness: Harness, found: Callable[[Sequence[str]], None], told: Callable[[int], None]
) -> Comparison:
    """Compare; `found` is told the benchmarks that will be measured, `told` the number of quads after each.

    A change is what `head` has done since it left `base`. Interrupted by `KeyboardInterrupt`, it removes its worktrees.

    Raises:
        UsageError: a revision is unknown, `head` is the earlier one, or no benchmark's name is like the patterns.
        MeasureError: a revision's benchmarks can't be listed or run at all.
    """
    begin = time.monotonic()
    clock = FOREVER if asked.minutes is None else Clock(ends=begin + 60 * asked.minutes)
    named, head = resolve(asked.repository, asked.base), resolve(asked.repository, asked.head)
    if named != head and is_ancestor(asked.repository, head, named):
        raise UsageError(
            "{head} is an earlier revision than {base}; name the earlier one first", head=asked.head, base=asked.base
        )
    base = git(asked.repository, "merge-base", named, head, check=False).stdout.strip() or named
    with ExitStack() as stack:
        trees = (
            stack.enter_context(worktree(asked.repository, base)),
            stack.enter_context(worktree(asked.repository, head)),
        )
        folder = stack.enter_context(open_temporary("compare"))
        old, new = (_wanted(harness.names(tree), asked.only) for tree in trees)
        if not old and not new:
            patterns = " or ".join(map(repr, asked.only)) or "any name"
            raise UsageError(
                "neither revision has a benchmark with {patterns}; suite bench --list names those of one",
                patterns=patterns,
            )
        shared = [name for name in new if name in set(old)]
        names = shared if asked.everything else _touched(asked, harness, trees, shared, (base, head))
        found(names)

        open_pair = partial(harness.open_pair, folder=folder, clock=clock)
        figures = series(gpu=harness.gpu)
        rules = {name: each.rule.model_copy(update={"quads": harness.quads}) for name, each in figures.items()}
        judged = (
            duel(trees, names, open_pair, rules, asked.seed, turns=harness.turns, told=lambda quads, _: told(quads))
            if names
            else {}
        )
        slower = _slowest(judged) if asked.profiled else {}
        profiles, unprofiled = _profile(harness, trees, slower, folder)
    return Comparison(
        base=base,
        head=head,
        branched=base != named,
        judged=judged,
        profiles=profiles,
        unprofiled=unprofiled,
        untouched=tuple(name for name in shared if name not in set(names)),
        unmeasured=tuple(name for name in names if (name, TIME) not in judged),
        added=tuple(name for name in new if name not in set(old)),
        removed=tuple(name for name in old if name not in set(new)),
        seconds=time.monotonic() - begin,
        seed=asked.seed,
    )


def _slowest(judged: Mapping[Key, JudgedSeries]) -> dict[str, JudgedSeries]:
    """The benchmarks whose time got longer, the most first."""
    slower = {
        name: each
        for (name, series), each in judged.items()
        if series == TIME and each.judgement.outcome is Outcome.FAIL
    }
    ordered = sorted(slower, key=lambda name: -slower[name].judgement.ratio)
    return {name: slower[name] for name in ordered[:MOST_PROFILES]}


def _profile(
    harness: Harness, trees: tuple[Path, Path], slower: Mapping[str, JudgedSeries], folder: Path
) -> tuple[dict[str, tuple[Profile, Profile]], dict[str, ProfileError]]:
    """The profiles of both revisions, and why there are none; a profile that fails takes no verdict back."""
    found: dict[str, tuple[Profile, Profile]] = {}
    problems: dict[str, ProfileError] = {}
    for name, each in slower.items():
        lasts = (each.base, each.base * each.judgement.ratio)
        try:
            found[name] = profile_both(harness, [nullcontext(tree) for tree in trees], name, lasts, folder)
        except ProfileError as error:
            problems[name] = error
    return found, problems


def _wanted(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """As `suite bench --only` understands patterns; those with brackets, as names have, as they are written too."""
    return [
        name
        for name in names
        if not patterns or any(pattern in name or fnmatch.fnmatchcase(name, f"*{pattern}*") for pattern in patterns)
    ]


def _touched(
    asked: Asked, harness: Harness, trees: tuple[Path, Path], names: Sequence[str], commits: tuple[str, str]
) -> list[str]:
    beside = {str(PurePosixPath(name.partition("::")[0]).parent) for name in names if "::" in name}
    return touched(harness, trees, names, changed_files(asked.repository, *commits), beside)
