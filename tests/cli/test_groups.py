"""Options stand where people look for them; a fault of ours is told as one, without a traceback unless asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from suite.cli import main
from suite.cli.groups import OpenGroup
from tests.conftest import ROOT, run_suite

RUNNER = CliRunner()


@click.group(cls=OpenGroup)
@click.option("--own", is_flag=True)
@click.option("--both")
def group(*, own: bool, both: str | None) -> None:
    click.echo(f"own {own} {both}")


@group.command()
@click.option("--database", default="usual")
@click.option("--both")
@click.option("--pair", nargs=2)
@click.option("--fast/--slow", default=False)
@click.option("--confirm", is_flag=False, flag_value="by itself")
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...], **options: object) -> None:
    click.echo(f"{options} {names}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("--database x check", "check --database x"),
        ("--database=x check a b", "check --database=x a b"),
        ("--fast --pair 1 2 check a", "check --fast --pair 1 2 a"),
        ("--slow check", "check --slow"),
        ("--confirm check", "check --confirm"),
        ("--own --database x check", "--own check --database x"),
        ("--own --both x check", "--own check --both x"),
        ("--database check check", "check --database check"),
    ],
)
def test_options_before_and_after_a_command_are_the_same(before: str, after: str) -> None:
    """With values of their own, several or none."""
    first, second = (RUNNER.invoke(group, each.split()) for each in (before, after))
    assert (first.exit_code, first.output) == (second.exit_code, second.output) == (0, second.output)


@pytest.mark.parametrize("wrong", ["--nothing check", "--database", "check --own", "nothing --database x"])
def test_what_nobody_knows_is_wrong_usage(wrong: str) -> None:
    """As click says it."""
    ended = RUNNER.invoke(group, wrong.split())
    assert ended.exit_code == 2
    assert "Traceback" not in ended.output


@pytest.mark.slow
def test_the_record_is_named_before_or_after(tmp_path: Path) -> None:
    """`suite history --database X list`, and `--lang` before any command."""
    record = tmp_path / "nights.sqlite"
    before, after = (
        run_suite(*words)
        for words in (("history", "--database", record, "list"), ("history", "list", "--database", record))
    )
    assert before.stderr == after.stderr
    assert "nights.sqlite" in before.stderr
    assert "Falta el argumento" in run_suite("--lang", "es", "grade").stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["list", "check", "render", "export"])
def test_a_record_that_is_not_there_is_not_made_by_reading(command: str, tmp_path: Path) -> None:
    """A mistyped name would otherwise look like a record without nights."""
    done = run_suite("history", command, "--database", tmp_path / "mistyped.sqlite")
    assert done.returncode == 2
    assert "there is no record" in done.stderr
    assert not (tmp_path / "mistyped.sqlite").exists()


def test_what_was_meant_is_named() -> None:
    """The command that is like the word, and the assignments that there are."""
    assert "Did you mean 'grade'?" in RUNNER.invoke(main, ["gradee"]).output
    ended = RUNNER.invoke(main, ["grade", "ana.ipynb", "--assignments", str(ROOT / "reference")])
    assert ended.exit_code == 2
    assert "Known here: news_rnn, rnn_guide, sequence_theory, stacked_rnn." in " ".join(ended.output.split())


@pytest.mark.slow
@pytest.mark.parametrize("position", [0, 2])
def test_a_users_mistake_shows_its_traceback_only_if_asked(position: int, tmp_path: Path) -> None:
    """Wherever `--debug` stands."""
    words: list[str | Path] = ["report", tmp_path]
    plain = run_suite(*words)
    assert plain.returncode == 2
    assert "Traceback" not in plain.stderr
    words.insert(position, "--debug")
    told = run_suite(*words)
    assert told.returncode == 2
    assert "Traceback" in told.stderr
    assert told.stderr.endswith(plain.stderr)


def _broken(**_options: object) -> None:
    raise KeyError("a fault")


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_ours_is_told_as_one(*, debug: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With where it is and what to do, and exit code 3."""
    monkeypatch.setattr("suite.cli.work.doctor.doctor", _broken)
    ended = RUNNER.invoke(main, ["doctor", *(["--debug"] if debug else [])])
    assert ended.exit_code == 3
    assert "KeyError" in ended.stderr
    assert "suite/cli/doctor.py:" in " ".join(ended.stderr.split())
    assert "--debug" in ended.stderr
    assert ("Traceback" in ended.stderr) == debug


@pytest.mark.slow
def test_quiet_says_nothing_but_errors(tmp_path: Path) -> None:
    """Not even on standard output; the exit code says how it ended."""
    done = run_suite("assignments", "check", "reference/stacked_rnn", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    wrong = run_suite("--quiet", "report", tmp_path)
    assert wrong.returncode == 2
    assert "error:" in wrong.stderr


def test_what_stands_behind_two_dashes_is_no_option() -> None:
    """A submission may be called as it likes."""
    ended = RUNNER.invoke(main, ["check", "--", "--debug"])
    assert "'--debug' does not exist" in ended.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there(shell: str) -> None:
    """What docs/how-to.md has a shell evaluate."""
    assert "_SUITE_COMPLETE" in _complete(_SUITE_COMPLETE=f"{shell}_source")


def test_completion_finds_commands_and_options() -> None:
    """As bash asks for them."""
    assert "history" in _complete(_SUITE_COMPLETE="bash_complete", COMP_WORDS="suite his", COMP_CWORD="1")
    words = "suite history list --data"
    assert "--database" in _complete(_SUITE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="3")


def _complete(**environment: str) -> str:
    """What the program says to a shell; `python -m suite` isn't what a shell completes."""
    program = Path(sys.executable).with_name("suite")
    return subprocess.run([program], env=os.environ | environment, capture_output=True, text=True, check=True).stdout


def test_every_command_takes_a_language() -> None:
    """Also those that write nothing in it, as their errors are told in it, too."""
    for text in _helps(main, None):
        assert "--lang " in text, text
    for words in (["--lang", "es", "--help"], ["--help", "--lang", "es"], ["--lang", "es", "history", "--help"]):
        assert RUNNER.invoke(main, words).exit_code == 0, words
    assert "gradee" in RUNNER.invoke(main, ["--lang", "es", "gradee"]).output


def _helps(command: click.Command, above: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=command.name, parent=above, terminal_width=60)
    yield command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if each := command.get_command(context, name):
                yield from _helps(each, context)


def test_help_fits_a_narrow_terminal() -> None:
    """Sixty columns, but for what can't be broken: command lines and names."""
    lines = [line for text in _helps(main, None) for line in text.splitlines()]
    prose = [line for line in lines if not line.strip().startswith(("suite ", "-", "Usage"))]
    assert [line for line in prose if len(line) > 60] == []


@pytest.mark.slow
def test_no_colour_where_none_is_wanted(tmp_path: Path) -> None:
    """By NO_COLOR, even in a terminal, and where there is no terminal."""
    for environment in ({"NO_COLOR": "1", "FORCE_COLOR": ""}, {}):
        assert "\x1b[3" not in run_suite("report", tmp_path, **environment).stderr
