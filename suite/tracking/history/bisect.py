"""Finds the commit that changed a time: a binary search over git's history that measures each step twice or more.

`git bisect` chooses the revisions, merges and skipped ones included, in a separate worktree; the user's working tree
and branch stay as they are. A revision counts as good or bad only when two measurements agree; if the first two
don't, a third decides. A revision that can't be measured is skipped.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from suite.errors import SuiteError, UsageError
from suite.tracking.history.revisions import git, is_ancestor, resolve, worktree

Word = Literal["good", "bad", "skip"]
FIRST_BAD = re.compile(r"^([0-9a-f]{40,64}) is the first bad commit", re.MULTILINE)
AGREEING = 2
"""Measurements that must agree on a revision: with 1 % wrong verdicts, a search of 10 steps then fails in 0.3 % of
cases instead of 10 % (per step, 3 pairs of 3 measurements with probability 0.01² each)."""


class BisectError(SuiteError):
    """The search can't continue, or doesn't lead to a single commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One revision that was measured."""

    commit: str
    """Full hash."""
    codes: tuple[int | None, ...]
    """Exit codes of the measurements; `None` for one that took too long."""
    word: Word
    """The verdict given to git."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBadCommit:
    """The commit that made the change."""

    commit: str
    """Full hash of the first bad commit."""
    subject: str
    """First line of its message."""
    author: str
    """Its author."""
    steps: tuple[Step, ...]
    """All measured revisions."""


def bisect(  # noqa: PLR0913 - one parameter an option
    repository: Path,
    good: str,
    bad: str,
    command: str,
    *,
    limit_seconds: float,
    tell: Callable[[Step], None] = lambda _: None,
) -> FirstBadCommit:
    """Search between a good and a bad revision, after checking both by measuring.

    `command` runs in a worktree of the revision, without a shell: exit code 0 means good, 125 and codes from 128 that
    it can't be measured, anything else bad, as for `git bisect run`.

    Raises:
        UsageError: a revision is unknown or not as claimed, or the good one isn't an ancestor of the bad one.
        BisectError: several commits remain possible, because of skipped revisions.
    """
    words = shlex.split(command)
    if not words:
        raise UsageError("the command is empty; expected one that measures and exits with 0 (good) or 1 (bad)")
    first, last = resolve(repository, good), resolve(repository, bad)
    if first == last or not is_ancestor(repository, first, last):
        raise UsageError(
            "{good} isn't an earlier revision of {bad}; give the good one first, from the same branch",
            good=good,
            bad=bad,
        )
    with worktree(repository, last) as tree:
        steps: list[Step] = []

        def measure(commit: str) -> Step:
            steps.append(_measure(tree, commit, words, limit_seconds))
            tell(steps[-1])
            return steps[-1]

        _expect(measure(last), "bad", bad)
        git(tree, "checkout", "--quiet", "--detach", first)
        _expect(measure(first), "good", good)
        found = _search(tree, first, last, measure)
        subject, author = git(tree, "show", "--no-patch", "--format=%s%x00%an", found).stdout.strip().split("\0")
        return FirstBadCommit(commit=found, subject=subject, author=author, steps=tuple(steps))


def _search(tree: Path, good: str, bad: str, measure: Callable[[str], Step]) -> str:
    """Let git choose revisions until it names one commit."""
    said = git(tree, "bisect", "start", "--no-checkout", bad, good).stdout
    while (found := FIRST_BAD.search(said)) is None:
        commit = git(tree, "rev-parse", "BISECT_HEAD").stdout.strip()
        git(tree, "checkout", "--quiet", "--detach", "--force", commit)
        done = git(tree, "bisect", measure(commit).word, commit, check=False)
        said = done.stdout
        if done.returncode != 0:
            raise BisectError("no single commit can be named: {reason}", reason=" ".join((said + done.stderr).split()))
    return found[1]


def _measure(tree: Path, commit: str, words: list[str], limit_seconds: float) -> Step:
    """Measure until two measurements agree; three at most."""
    codes: list[int | None] = []
    said: list[Word] = []
    while not any(said.count(word) >= AGREEING for word in ("good", "bad", "skip")) and len(codes) <= AGREEING:
        codes.append(_run(tree, commit, words, limit_seconds))
        said.append(_as_word(codes[-1]))
    agreed: list[Word] = [word for word in ("good", "bad") if said.count(word) >= AGREEING]
    return Step(commit=commit, codes=tuple(codes), word=agreed[0] if agreed else "skip")


def _run(tree: Path, commit: str, words: list[str], limit_seconds: float) -> int | None:
    try:
        done = subprocess.run(
            words,
            cwd=tree,
            check=False,
            timeout=limit_seconds,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"SUITE_HISTORY_COMMIT": commit},
        )
    except FileNotFoundError:
        raise UsageError(
            "there is no program {program!r}; name one on the PATH, or in every revision", program=words[0]
        ) from None
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def _as_word(code: int | None) -> Word:
    if code == 0:
        return "good"
    unmeasurable = code is None or code < 0 or code == 125 or code >= 128  # noqa: PLR2004 - as git bisect run
    return "skip" if unmeasurable else "bad"


def _expect(step: Step, word: Word, name: str) -> None:
    if step.word != word:
        raise UsageError(
            "{name} was expected to measure as {expected}, and is {seen} (exit codes {codes}); name other "
            "revisions, or a command that tells them apart",
            name=name,
            expected=word,
            seen=step.word,
            codes=", ".join(map(str, step.codes)),
        )
