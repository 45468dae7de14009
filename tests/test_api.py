"""The API: few names, imported when they are used, the same functions as the command line's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import suite
from suite import api
from suite.errors import UsageError
from suite.records import Outcome
from tests.conftest import ROOT

IMPORTS = (
    "import sys, json; before = set(sys.modules); import suite; print(json.dumps(sorted(set(sys.modules) - before)))"
)


def test_importing_the_suite_imports_nothing_else() -> None:
    """No function of the API, and no library."""
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert packages - set(sys.stdlib_module_names) == {"suite"}


def test_names() -> None:
    """What is listed is there, and nothing else."""
    assert suite.__all__ == ["Result", "__version__", "check", "grade"]
    assert (suite.grade, suite.check) == (api.grade, api.check)
    with pytest.raises(AttributeError, match="no attribute 'mark'"):
        suite.mark  # noqa: B018 - that it isn't there


def test_the_command_line_calls_it() -> None:
    """The class is graded by the same function."""
    assert "api.grade(" in (ROOT / "suite" / "cli" / "work" / "grade.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], "nothing"), "no assignment is called 'nothing'"),
        ((["x"], "stacked_rnn", "/nowhere"), "holds no assignment"),
    ],
)
def test_a_wrong_call(arguments: tuple[list[str], str], said: str) -> None:
    """What isn't there is said before anything runs."""
    work, assignment, *root = arguments
    with pytest.raises(UsageError, match=said):
        suite.grade(work, assignment, assignments=root[0] if root else None)


@pytest.mark.slow
def test_grading(tmp_path: Path) -> None:
    """A result for each submission, in their order; what can't be read is its own problem."""
    broken = tmp_path / "broken.ipynb"
    broken.write_text("no notebook")
    work = [ROOT / "submissions" / "bruno.py"]
    results = suite.grade([*work, broken], "stacked_rnn")
    assert [result.submission for result in results] == [*(path.stem for path in work), "broken"]
    assert results[-1].status is Outcome.ERROR
    assert all(isinstance(result, suite.Result) for result in results)
