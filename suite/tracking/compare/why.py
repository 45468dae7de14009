"""Why open regressions are slower: their benchmarks, sampled in the revisions before and after, for issue and page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from suite.errors import SuiteError
from suite.files import write_atomically
from suite.temporary import open_temporary
from suite.tracking.compare.harness import Harness
from suite.tracking.compare.profiles import (
    MOST_PROFILES,
    Profile,
    ProfileError,
    as_speedscope,
    growth,
    profile_both,
)
from suite.tracking.compare.summary import MOST_FUNCTIONS
from suite.tracking.history.check import CheckedRecord
from suite.tracking.history.figures import TIME
from suite.tracking.history.judge import JudgedChange
from suite.tracking.history.pages import profile_name
from suite.tracking.history.records import Growth
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
    runs, series = (judged.change.good_run, judged.change.first_run), judged.series
    commits = [checked.runs[run][0].commit if run in checked.runs else "" for run in runs]
    if series.dirty or not all(commits):
        raise ProfileError("no revision is known of a night before or after it")
    lasts = [float(series.figures[series.runs.index(run)]) for run in runs]
    with open_temporary("why") as folder:
        trees = [worktree(repository, commit) for commit in commits]
        return profile_both(harness, trees, series.benchmark.fullname, lasts, folder)
