"""Small projects under git, and benchmarks whose figures a revision states itself."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suite.tracking.compare.harness import StartedEachTime
from tests.tracking.history.nights import as_file


@dataclass(frozen=True)
class Project:
    """A repository."""

    folder: Path

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        command = ["git", "-C", str(self.folder), *identity, *arguments]
        environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    def commit(self, name: str, files: Mapping[str, str]) -> str:
        """Write files, commit all and tag the commit."""
        for path, content in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", name)
        self.git("tag", name)
        return self.git("rev-parse", "HEAD")

    @property
    def worktrees(self) -> int:
        return len(self.git("worktree", "list").splitlines())


def make_project(folder: Path) -> Project:
    folder.mkdir(parents=True, exist_ok=True)
    project = Project(folder)
    project.git("init", "--quiet", "--initial-branch", "main")
    return project


@dataclass(frozen=True)
class Stated(StartedEachTime):
    """A harness whose measurements lie in each revision's `bench.json`: copying it is measuring."""

    def names(self, tree: Path) -> list[str]:
        return [each["fullname"] for each in json.loads((tree / "bench.json").read_text())["benchmarks"]]

    def command(self, tree: Path, names: Sequence[str], written: Path) -> list[str]:  # noqa: ARG002 - of the interface
        return ["cp", str(tree / "bench.json"), str(written)]

    def profiled(self, tree: Path, name: str, written: Path) -> list[str]:
        return self.command(tree, [name], written)

    def calls(self, name: str) -> tuple[str, ...]:  # noqa: ARG002 - of the interface
        return ("bench.json",)

    def paths(self, tree: Path) -> list[Path]:
        return [tree]

    def roots(self, tree: Path, name: str, files: Collection[str]) -> set[str]:  # noqa: ARG002 - of the interface
        return {"bench.json", f"{name}.py"} & set(files)


def stated(times: Mapping[str, float], memory: int = 100 << 20, compiling: float = 0.5) -> dict[str, str]:
    """A file of measurements: seconds by name, and the same memory and time to compile for all."""
    document = as_file(40, dict.fromkeys(times, 0.0))
    for entry in document["benchmarks"]:
        entry["fullname"] = entry["name"]
        entry["stats"] = {"median": times[entry["name"]]}
        entry["extra_info"] = {"peak_memory_bytes": memory, "compile_seconds": compiling}
    return {"bench.json": json.dumps(document)}
