"""Three graders behind one interface: a class is laid out, marked by the command that its users type, and read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.benchmarks.peers.work import CELLS, TESTS, code, names, write_notebook

ROOT = Path(__file__).parent.parent.parent.parent
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2", "COLUMNS": "200"}


class Grader(Protocol):
    """Something that marks a class."""

    @property
    def name(self) -> str:
        """As it stands in the table."""

    def grade(self, folder: Path, copies: int) -> float:
        """Seconds from the command to the last mark, for a class in an empty folder; every mark must be full."""


@dataclass(frozen=True, slots=True)
class Suite:
    """This suite, with every check of `stacked_rnn`: it runs, shapes, counts, functional proof and accuracy."""

    name: str
    runtime: Path
    """The folder in which it looks for a resident process."""
    jobs: int

    def grade(self, folder: Path, copies: int) -> float:
        """`suite grade class/`."""
        for name in names(copies):
            write_notebook(folder / "class" / f"{name}.ipynb", list(map(code, CELLS)))
        words = ["grade", str(folder / "class"), "--assignment", "stacked_rnn", "--report", str(folder / "report")]
        seconds = self.run(*words, "--assignments", str(ROOT / "reference"), "--jobs", str(self.jobs))
        found = json.loads((folder / "report" / "results.json").read_text("utf-8"))["results"]
        _expect_full([(result["score"], result["max_score"]) for result in found], copies)
        return seconds

    def run(self, *words: str) -> float:
        """Seconds that a command takes."""
        self.runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths = {"XDG_RUNTIME_DIR": str(self.runtime), "PYTHONPATH": str(ROOT)}
        return _time([sys.executable, "-m", "suite", *words], ROOT, paths)


@dataclass(frozen=True, slots=True)
class NbGrader:
    """nbgrader: the tests stand in locked cells of the notebook, and each submission gets a new kernel."""

    python: Path
    name: str = "nbgrader"

    def grade(self, folder: Path, copies: int) -> float:
        """`nbgrader autograde`, after the assignment has been made."""
        own = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
        tests = own | {"grade": True, "locked": True, "points": 1, "cell_type": "code"}
        cells = [code(source, nbgrader=own | {"grade_id": f"cell{at}"}) for at, source in enumerate(CELLS)]
        cells += [code(source, nbgrader=tests | {"grade_id": f"test{at}"}) for at, source in enumerate(TESTS)]
        (folder / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'course'\n", "utf-8"
        )
        write_notebook(folder / "source" / "work" / "work.ipynb", cells)
        program = [str(self.python), "-m", "nbgrader"]
        _time([*program, "generate_assignment", "work"], folder)
        released = (folder / "release" / "work" / "work.ipynb").read_bytes()
        for name in names(copies):
            place = folder / "submitted" / name / "work"
            place.mkdir(parents=True)
            (place / "work.ipynb").write_bytes(released)
        seconds = _time([*program, "autograde", "work"], folder)
        _expect_full(self._read(folder), copies)
        return seconds

    def _read(self, folder: Path) -> list[tuple[float, float]]:
        script = (
            "import json; from nbgrader.api import Gradebook; book = Gradebook('sqlite:///gradebook.db'); "
            "print(json.dumps([(each.score, each.max_score) for each in book.assignment_submissions('work')]))"
        )
        done = subprocess.run([self.python, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
        return [(score, top) for score, top in json.loads(done.stdout)]


@dataclass(frozen=True, slots=True)
class Otter:
    """otter-grader without containers: one process calls its API for each submission, so its start is paid once.

    `otter grade` would build a Docker image and start containers; `otter run` would start anew for each submission.
    """

    python: Path
    name: str = "otter-grader"

    def grade(self, folder: Path, copies: int) -> float:
        """`otter.api.grade_submission` for each submission."""
        archive = folder / "autograder.zip"
        with zipfile.ZipFile(archive, "w") as content:
            content.writestr("otter_config.json", "{}")
            for at, source in enumerate(TESTS):
                content.writestr(f"tests/q{at}.py", _ok_test(f"q{at}", source))
        paths = [write_notebook(folder / "class" / f"{name}.ipynb", list(map(code, CELLS))) for name in names(copies)]
        marks = folder / "marks.json"
        script = (
            "import json, sys; from otter.api import grade_submission; marks, archive, *paths = sys.argv[1:]; "
            "found = [grade_submission(path, archive, quiet=True) for path in paths]; "
            "json.dump([(each.total, each.possible) for each in found], open(marks, 'w'))"
        )
        command = [str(self.python), "-c", script, str(marks), str(archive), *map(str, paths)]
        seconds = _time(command, folder)
        _expect_full([(score, top) for score, top in json.loads(marks.read_text("utf-8"))], copies)
        return seconds


def _ok_test(name: str, source: str) -> str:
    """A test of otter's, which is a doctest."""
    case = {"code": f">>> {source}\n", "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return f"OK_FORMAT = True\ntest = { ({'name': name, 'points': 1, 'suites': [suite]})!r}\n"


def _expect_full(marks: Sequence[tuple[float, float]], copies: int) -> None:
    """A grader that loses points, or a submission, wasn't measured at the same work."""
    if len(marks) != copies or any(score != top or not top for score, top in marks):
        raise RuntimeError(f"{copies} full marks were expected, these came: {marks}")


def _time(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> float:
    """Seconds that a command takes; what it wrote is shown if it fails."""
    begin = time.perf_counter()
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader starts programs of its environment
    variables = os.environ | QUIET | {"PATH": path} | (environment or {})
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"{command[:6]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds
