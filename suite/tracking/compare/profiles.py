"""Why: where a benchmark that got slower spends its time, in both revisions, by a sampling profiler.

py-spy looks at the processes from outside, so the measured code runs as it always does; what it samples here decides
nothing. Of each stack only what the benchmark itself called counts, and shares become seconds of one call.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any, TypeAlias

from suite.tracking.compare.harness import Harness
from suite.tracking.history.checkouts import Clock, run
from suite.tracking.history.duel import MeasureError, TimeIsUpError
from suite.tracking.history.records import Growth

RATE = 100
"""Samples a second; with more, py-spy itself falls behind on two cores."""
FEWEST = 30
"""Samples below which a function's share may be off by more than its half."""
PROFILER = "py-spy"
MOST_PROFILES = 3
"""One change has one cause more often than three; each takes a run of both revisions."""
PROFILE_SECONDS = 180
"""For both revisions of one benchmark; it comes on top of `minutes`, which are for the verdict."""
STACK = re.compile(r"(?P<frames>.+) (?P<count>\d+)")
FRAME = re.compile(r"(?P<function>.+) \((?P<file>.+?)(?::(?P<line>\d+))?\)")
LINE = re.compile(r":\d+\)$")
EXPORTER = "suite bench compare"
SCHEMA = "https://www.speedscope.app/file-format-schema.json"

Stack: TypeAlias = tuple[str, ...]
"""Frames such as `work (lib/work.py:1)`, the outermost first."""


class ProfileError(MeasureError):
    """There is no profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One benchmark in one revision."""

    seconds: float
    """Of one call, as it was measured without the profiler."""
    samples: Mapping[Stack, int]
    """Samples by stack."""

    def by_function(self) -> dict[str, float]:
        """Seconds of one call that each function takes, without what it calls."""
        own: Counter[str] = Counter()
        for stack, count in self.samples.items():
            own[stack[-1]] += count
        return {function: self.seconds * count / own.total() for function, count in own.items()}


def profile(  # noqa: PLR0913, PLR0917 - what is run, where, and how long
    harness: Harness, tree: Path, name: str, seconds: float, folder: Path, clock: Clock
) -> Profile:
    """Run a benchmark under the profiler.

    Raises:
        ProfileError: there is no py-spy, it may not look, or it saw too little.
    """
    program = which(PROFILER, path=str(Path(sys.executable).parent)) or which(PROFILER)
    if program is None:
        raise ProfileError("py-spy isn't installed: pip install 'notebook-suite[compare]'")
    written = folder / "stacks.txt"
    written.unlink(missing_ok=True)
    command = harness.profiled(tree, name, folder / "profiled.json")
    options = ["--subprocesses", "--function", "--full-filenames", "--rate", str(RATE), "--format", "raw"]
    done = run(
        [program, "record", *options, "--output", str(written), "--", *command], tree, harness.paths(tree), clock
    )
    if not written.is_file():
        said = " ".join((done.stderr or done.stdout)[-300:].split())
        raise ProfileError(
            "py-spy recorded nothing, as it may look at no process here, or the benchmark failed: {said}", said=said
        )
    samples = read_stacks(written.read_text("utf-8", "replace"), harness.calls(name), tree)
    if sum(samples.values()) < FEWEST:
        raise ProfileError("py-spy saw fewer than {fewest} samples of the benchmark's own code", fewest=FEWEST)
    return Profile(seconds=seconds, samples=samples)


def profile_both(
    harness: Harness, trees: Sequence[AbstractContextManager[Path]], name: str, lasts: Sequence[float], folder: Path
) -> tuple[Profile, Profile]:
    """A benchmark in two checkouts, one opened after the other, where a call lasts so many seconds.

    Raises:
        ProfileError: one of them can't be sampled, or both take longer than `PROFILE_SECONDS`.
    """
    clock, found = Clock(ends=time.monotonic() + PROFILE_SECONDS), list[Profile]()
    try:
        for opening, seconds in zip(trees, lasts, strict=True):
            with opening as tree:
                found.append(profile(harness, tree, name, seconds, folder, clock))
    except TimeIsUpError:
        raise ProfileError("it took longer than {seconds} s", seconds=PROFILE_SECONDS) from None
    before, after = found
    return before, after


def read_stacks(raw: str, calls: Sequence[str], tree: Path) -> dict[Stack, int]:
    """Of py-spy's lines those that pass through all of these files in turn, from the last of them inwards.

    Paths within the checkout are relative to it, so that both revisions have the same.
    """
    found: Counter[Stack] = Counter()
    for line in raw.splitlines():
        if (matched := STACK.fullmatch(line)) is None:
            continue
        frames = matched["frames"].split(";")
        last = -1
        for file in calls:
            last = max((place for place, frame in enumerate(frames) if place > last and file in frame), default=-1)
            if last < 0:
                break
        if last >= 0 and frames[last + 1 :]:
            found[tuple(each.replace(f"{tree}/", "") for each in frames[last + 1 :])] += int(matched["count"])
    return dict(found)


def growth(before: Profile, after: Profile, most: int) -> list[Growth]:
    """The functions whose own seconds of a call grew most, the most first."""
    old, new = _without_lines(before.by_function()), _without_lines(after.by_function())
    grown = sorted(old.keys() | new.keys(), key=lambda each: (old.get(each, 0) - new.get(each, 0), each))
    return [(each, old.get(each, 0.0), new.get(each, 0.0)) for each in grown if new.get(each, 0) > old.get(each, 0)][
        :most
    ]


def _without_lines(seconds: Mapping[str, float]) -> dict[str, float]:
    """A function may have moved in its file."""
    found: defaultdict[str, float] = defaultdict(float)
    for frame, value in seconds.items():
        found[LINE.sub(")", frame)] += value
    return found


def as_speedscope(name: str, before: Profile, after: Profile) -> dict[str, Any]:
    """Both as profiles of one file of speedscope, which shows them without a network, too."""
    frames = list(dict.fromkeys(frame for each in (before, after) for stack in each.samples for frame in stack))
    places = {frame: place for place, frame in enumerate(frames)}
    return {
        "$schema": SCHEMA,
        "exporter": EXPORTER,
        "name": name,
        "activeProfileIndex": 1,
        "shared": {"frames": [_as_frame(frame) for frame in frames]},
        "profiles": [_as_profile(label, each, places) for label, each in (("before", before), ("after", after))],
    }


def _as_profile(label: str, each: Profile, places: Mapping[str, int]) -> dict[str, Any]:
    """Weights are seconds of one call."""
    total = sum(each.samples.values())
    return {
        "type": "sampled",
        "name": label,
        "unit": "seconds",
        "startValue": 0,
        "endValue": each.seconds,
        "samples": [[places[frame] for frame in stack] for stack in each.samples],
        "weights": [each.seconds * count / total for count in each.samples.values()],
    }


def _as_frame(frame: str) -> dict[str, Any]:
    matched = FRAME.fullmatch(frame)
    if matched is None:
        return {"name": frame}
    line = {} if matched["line"] is None else {"line": int(matched["line"])}
    return {"name": matched["function"], "file": matched["file"], **line}
