"""Checks out git revisions in separate worktrees; the user's working tree and branch stay as they are."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suite.errors import SuiteError, UsageError, Words
from suite.temporary import open_temporary


class GitError(SuiteError):
    """A git command failed."""


@contextmanager
def worktree(repository: Path, commit: str) -> Iterator[Path]:
    """A separate checkout of a commit, removed at the end of the block."""
    with open_temporary("revision") as folder:
        tree = folder / "tree"
        git(repository, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            git(repository, "worktree", "remove", "--force", str(tree), check=False)


def resolve(repository: Path, name: str) -> str:
    """Full hash of a revision; `UsageError` if it doesn't exist."""
    done = git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", check=False)
    if done.returncode != 0:
        shallow = git(repository, "rev-parse", "--is-shallow-repository", check=False).stdout.strip() == "true"
        remedy = Words("; the clone is shallow: git fetch --unshallow gets the rest") if shallow else ""
        raise UsageError(
            "{repository} has no revision {name!r}; expected a commit, a branch or a tag{remedy}",
            repository=repository,
            name=name,
            remedy=remedy,
        )
    return done.stdout.strip()


def is_ancestor(repository: Path, earlier: str, later: str) -> bool:
    """Whether a commit is one that another is built on, or the same."""
    return git(repository, "merge-base", "--is-ancestor", earlier, later, check=False).returncode == 0


def git(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, without prompts and in English; raises `GitError` if it fails and `check` is true."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
    )
    if check and done.returncode != 0:
        raise GitError("git {command} failed: {reason}", command=arguments[0], reason=" ".join(done.stderr.split()))
    return done
