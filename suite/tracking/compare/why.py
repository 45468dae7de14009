"""Why open regressions are slower: their benchmarks, sampled in the revisions before and after, for issue and page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from suite.errors import SuiteError
from suite.files import write_atomically
from suite.temporary import open_temporary
from suite.tracking.compare.comparison import MOST_PROFILES, PROFILE_SECONDS
from suite.tracking.compare.harness import Harness
from suite.tracking.compare.profiles import Growth, Profile, ProfileError, as_speedscope, growth, profile
from suite.tracking.compare.summary import MOST_FUNCTIONS
from suite.tracking.history.check import CheckedRecord
from suite.tracking.history.checkouts import Clock
from suite.tracking.history.duel import TimeIsUpError
from suite.tracking.history.figures import TIME
from suite.tracking.history.judge import JudgedChange
from suite.tracking.history.pages import profile_name
from suite.tracking.history.revisions import worktree


def explain(
    checked: CheckedRecord, harness: Harness, repository: Path, folder: Path, told: Callable[[int, SuiteError], None]
) -> Mapping[int, list[Growth]]:
    """The functions that take longer, by number of the change; profiles are written into the folder for speedscope.

    Of those that need a profile the first few get one; `told` hears of what can't have one, and why.
    """
    slower = [each for each in checked.regressions if each.series.figure == TIME][:MOST_PROFILES]
    found = {}
    for each in slower:
        try:
            before, after = _profile(each, checked, harness, repository)
        except SuiteError as error:
            told(each.number, error)
            continue
        document = as_speedscope(each.series.benchmark.fullname, before, after)
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / profile_name(each.number), json.dumps(document).encode())
        found[each.number] = growth(before, after, MOST_FUNCTIONS)
    return found


def _profile(
    judged: JudgedChange, checked: CheckedRecord, harness: Harness, repository: Path
) -> tuple[Profile, Profile]:
    """Of the last surely good revision, and of that of the first slow night."""
    found: list[Profile] = []
    clock = Clock(ends=time.monotonic() + PROFILE_SECONDS)
    with open_temporary("why") as folder:
        for run in (judged.change.good_run, judged.change.first_run):
            commit = checked.runs[run][0].commit if run in checked.runs else ""
            if not commit or judged.series.dirty:
                raise ProfileError("no revision is known of a night before or after it")
            seconds = float(judged.series.figures[judged.series.runs.index(run)])
            with worktree(repository, commit) as tree:
                try:
                    found.append(profile(harness, tree, judged.series.benchmark.fullname, seconds, folder, clock))
                except TimeIsUpError:
                    raise ProfileError("it took longer than {seconds} s", seconds=PROFILE_SECONDS) from None
    before, after = found
    return before, after
