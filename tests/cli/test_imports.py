"""Help, version and completion import what they show and nothing else; commands import what they use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite.cli import COMMANDS, main

pytestmark = pytest.mark.slow

PROGRAM = """
import json, sys
before = set(sys.modules)
from suite.cli import main
try:
    main(sys.argv[1:], prog_name="suite")
except SystemExit as ended:
    code = ended.code
print(json.dumps([code, sorted(set(sys.modules) - before)]), file=sys.stderr)
"""
STANDARD = sys.stdlib_module_names
ALONE = {"suite", "suite.cli", "suite.endings", "suite.text", "suite.text.spoken"} | {
    *("suite.cli.groups", "suite.cli.language", "suite.cli.translation")
}
"""The suite's modules that its own help and its version need."""
PACKAGES = {name: {"click"} for name in COMMANDS} | {"history": {"click", "rich"}}
"""What the help of each command imports besides the suite and the standard library."""
HEAVY = {"asyncio", "multiprocessing", "sqlite3"}
"""Of the standard library, what takes long to import and no help needs."""
SUBCOMMANDS = [("data", "give"), ("history", "check"), ("history", "confirm")]


def run(*words: str, **environment: str) -> tuple[str, int, set[str]]:
    """What a command prints, its exit code and the modules that it imports."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return done.stdout, code, set(modules)


def packages(modules: set[str]) -> set[str]:
    """The packages other than the suite and the standard library."""
    return {name.partition(".")[0] for name in modules} - STANDARD - {"suite"}


@pytest.mark.parametrize("word", ["--help", "-h", "--version"])
def test_alone(word: str) -> None:
    """Without a command no command is imported."""
    shown, code, modules = run(word)
    assert shown
    assert code == 0
    assert {name for name in modules if name.partition(".")[0] == "suite"} == ALONE
    assert packages(modules) == {"click"}
    assert not modules & HEAVY


@pytest.mark.parametrize("words", [(name,) for name in COMMANDS] + SUBCOMMANDS)
def test_help_of_a_command(words: tuple[str, ...]) -> None:
    """Its help imports its options, and nothing of what it does."""
    shown, code, modules = run(*words, "--help")
    assert shown.startswith(f"Usage: suite {' '.join(words)}")
    assert code == 0
    assert packages(modules) == PACKAGES[words[0]]
    assert not {name for name in modules if name.startswith(("suite.cli.work", "suite.assignments", "suite.grading"))}
    assert not modules & HEAVY


FORESEEING = """
import json, sys
from suite.cli import main
from suite.cli.work import grade

def foresee(*_):
    print(json.dumps(sorted(sys.modules)))
    sys.exit(0)

grade.foresee = foresee
main(sys.argv[1:])
"""


def test_servers_start_before_the_rest_is_imported(tmp_path: Path) -> None:
    """What `grade` needs later is imported while the warm servers import."""
    source = tmp_path / "ana.py"
    source.write_text("import torch")
    done = subprocess.run(
        [sys.executable, "-c", FORESEEING, "grade", str(source), "-a", "stacked_rnn", "--report", str(tmp_path / "r")],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(json.loads(done.stdout))
    assert not modules & {"nbclient", "jupyter_client", "zmq", "suite.grading.pipeline", "suite.report.html"}


def test_a_server_begins_before_a_command_is_imported() -> None:
    """What starts one needs no assignment, and no package that takes long."""
    program = (
        "import sys; before = set(sys.modules); import suite.sandbox.namespaces; print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert packages(modules) == {"psutil"}
    assert not modules & {"suite.assignments", "suite.grading"}


def test_every_command_is_declared() -> None:
    """The line in the list is the first of the command's own help."""
    for name, line in COMMANDS.items():
        command = main.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == name
        assert line


@pytest.mark.parametrize(
    ("words", "expected"),
    [("suite gr", "grade"), ("suite grade --budget st", "standard"), ("suite history ch", "check")],
)
def test_completion(words: str, expected: str) -> None:
    """A shell gets names of commands and values of options, and waits for no library."""
    count = str(len(words.split()) - 1)
    shown, code, modules = run(_SUITE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
    assert expected in shown
    assert code == 0
    assert packages(modules) <= {"click", "rich"}
