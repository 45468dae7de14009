"""A revision's own `suite bench`: each revision has its references measured by its own code."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from suite.records import Device
from suite.tracking.compare.harness import StartedEachTime
from suite.tracking.history.checkouts import FOREVER, last_words, python, run
from suite.tracking.history.confirm import device_of, device_options
from suite.tracking.history.duel import MeasureError

GROUPS = ("sandboxes", "frameworks", "datasets", "messages")
"""Entry points whose parts a benchmark loads by name."""
PROGRAMS = ("suite/__main__.py", "suite/cli/bench.py", "suite/cli/work/bench.py")
INSIDE, FRAMEWORKS = "suite/inside/", "suite/inside/frameworks/"
"""What runs in the sandbox is started there by name."""


@dataclass(frozen=True, slots=True)
class SuiteBench(StartedEachTime):
    """Names are `assignment/model/framework/work/device`.

    Compilation can be measured once in a process, and a run measures in many short segments, beside the anchor.
    """

    device: Device = "cpu"
    """What the references compute on that are compared; which one a name says."""

    @property
    def gpu(self) -> bool:
        """Where they compute there."""
        return self.device == "gpu"

    def names(self, tree: Path) -> list[str]:
        """As `suite bench --list` prints them."""
        done = run(
            python("-m", "suite", "bench", "--list", *device_options(self.device)), tree, self.paths(tree), FOREVER
        )
        if done.returncode != 0:
            raise MeasureError("a revision's suite bench --list fails: {reason}", reason=last_words(done))
        return done.stdout.split()

    def command(self, tree: Path, names: Sequence[str], written: Path) -> list[str]:  # noqa: ARG002 - of the interface
        """`suite bench --quick` with the narrowest pattern that covers all: older revisions take one pattern only."""
        return python("-m", "suite", "bench", "--quick", *_options(names, written))

    def profiled(self, tree: Path, name: str, written: Path) -> list[str]:  # noqa: ARG002 - of the interface
        """With as many processes and rounds as a night has, as `--quick` leaves too few samples."""
        return python("-m", "suite", "bench", *_options([name], written))

    def calls(self, name: str) -> tuple[str, ...]:
        """The worker's part that times, and then the framework's."""
        return ("suite/inside/worker/timed_calls.py", f"{FRAMEWORKS}{name.split('/')[2]}/")

    def paths(self, tree: Path) -> list[Path]:
        """The checkout."""
        return [tree]

    def roots(self, tree: Path, name: str, files: Collection[str]) -> set[str]:
        """The command, what it loads by name, what it starts in the sandbox, and the assignment's own files.

        A model's benchmark in one framework uses no file of another framework.
        """
        assignment, _, framework, *_ = name.split("/")
        parts = _entry_points(tree)
        own = f"{FRAMEWORKS}{framework}/"
        others = {each for each in parts["frameworks"] if each != framework}
        folder = f"reference/{assignment}/"
        strange = {f"{folder}model_{each}.py" for each in others}
        found = {*PROGRAMS, *(_as_file(parts[group][each]) for group in GROUPS for each in parts[group])}
        found -= {_as_file(parts["frameworks"][each]) for each in others}
        found |= {each for each in files if each.startswith(folder) and each not in strange}
        found |= {each for each in files if each.startswith(own)}
        found |= {each for each in files if each.startswith(INSIDE) and not _is_framework(each)}
        return found & set(files)


def _options(names: Sequence[str], written: Path) -> list[str]:
    return [
        *device_options(device_of(names[0])),
        "--only",
        cover(names),
        "--json",
        str(written),
        "--report",
        str(written.with_suffix(".html")),
    ]


def cover(names: Sequence[str]) -> str:
    """The pattern of what all names begin and end with."""
    start = os.path.commonprefix(list(names))  # noqa: RUF071 - of letters, not of folders
    end = os.path.commonprefix([each[len(start) :][::-1] for each in names])[::-1]  # noqa: RUF071 - the same
    return start if len(set(names)) == 1 else f"{start}*{end}"


def _is_framework(file: str) -> bool:
    return file.startswith(FRAMEWORKS) and "/" in file.removeprefix(FRAMEWORKS)


def _entry_points(tree: Path) -> dict[str, dict[str, str]]:
    """A checkout's own parts; without a `pyproject.toml` that can be read there are none."""
    try:
        project = tomllib.loads((tree / "pyproject.toml").read_text("utf-8")).get("project", {})
    except (OSError, ValueError):
        project = {}
    groups = project.get("entry-points", {})
    return {group: dict(groups.get(f"notebook_suite.{group}", {})) for group in GROUPS}


def _as_file(entry: str) -> str:
    """The file of an entry point such as `suite.data.images:MNIST`."""
    return entry.partition(":")[0].replace(".", "/") + ".py"
