"""Every command line of the documentation is one that the code takes; the tutorials' are run by test_tutorials.py."""

from __future__ import annotations

import configparser
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from suite.cli import ANYWHERE, main
from suite.cli.groups import OpenGroup
from tests.conftest import ROOT
from tests.docs.pages import PAGES, SHELL, blocks, commands, spans

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TOX = configparser.ConfigParser(interpolation=None)
TOX.read(ROOT / "tox.ini", "utf-8")
ENVIRONMENTS = {name.removeprefix("testenv:") for name in TOX.sections()}
EXTRAS = re.compile(r"(?:notebook-suite|\.|\.whl)\[([\w,]+)\]")
PLACEHOLDER = re.compile(r"[A-Z_]+(\.\w+)?|…|.*[|…].*|[$]\w+")
"""What stands for something of the reader's, or for one of several words."""


class WrongCommandError(AssertionError):
    """A command line that the code doesn't take."""


def _of_the_suite(words: list[str]) -> Iterator[list[str]]:
    """The arguments of `suite` if it is the program, also behind another one such as GNU parallel."""
    names = [Path(word).name for word in words]
    if "suite" in names:
        yield words[names.index("suite") + 1 :]


def _resolve(words: list[str]) -> tuple[click.Command, click.Context, list[str]]:
    """The command that the first words name, its context, and the rest."""
    command: click.Command = main
    context = click.Context(main, info_name="suite")
    words = [word for word in words if word not in ANYWHERE]
    while isinstance(command, OpenGroup) and (words := command.hand_on(context, words)) and words[0][0] != "-":
        found = command.get_command(context, words[0])
        if found is None:
            raise WrongCommandError(f"{words[0]} is no command of {context.command_path}")
        command, context, words = found, click.Context(found, info_name=words[0], parent=context), words[1:]
    return command, context, words


def check(words: list[str]) -> None:
    """Parse the arguments of `suite` as it would, but for paths, which are the reader's."""
    command, context, rest = _resolve(words)
    try:
        values, _, _ = command.make_parser(context).parse_args(rest)
    except click.UsageError as error:
        raise WrongCommandError(f"suite {' '.join(words)}: {error.format_message()}") from error
    for parameter in command.params:
        value = values.get(parameter.name or "")
        if value is None or isinstance(value, bool) or isinstance(parameter.type, (click.Path, click.File)):
            continue
        if isinstance(parameter.type, (click.Choice, click.IntRange)) and not PLACEHOLDER.fullmatch(str(value)):
            try:
                parameter.type_cast_value(context, value)
            except click.UsageError as error:
                raise WrongCommandError(f"suite {' '.join(words)}: {error.format_message()}") from error
    given = {parameter.name for parameter in command.params if values.get(parameter.name or "") not in (None, (), [])}
    needed = {parameter.name for parameter in command.params if parameter.required}
    if "help" not in values and needed - given:
        raise WrongCommandError(f"suite {' '.join(words)} lacks {sorted(map(str, needed - given))}")


def _check_tox(words: list[str]) -> None:
    if "-e" in words and (unknown := {*words[words.index("-e") + 1].split(",")} - ENVIRONMENTS):
        raise WrongCommandError(f"tox.ini has no environment {unknown}")


def _check_python(words: list[str]) -> None:
    match words[1:]:
        case ["-m", module, *_] if module.split(".")[0] in {"suite", "tests", "docs", "reference"}:
            if importlib.util.find_spec(module) is None:
                raise WrongCommandError(f"no module {module}")
        case [script, *_] if script.startswith("docs/") and not (ROOT / script).is_file():
            raise WrongCommandError(f"no script {script}")
        case _:
            pass


def _check_line(words: list[str]) -> None:
    """One command line, by its program."""
    for arguments in _of_the_suite(words):
        check(arguments)
    program = Path(words[0]).name
    if program == "tox":
        _check_tox(words)
    elif program in {"python", "python3"}:
        _check_python(words)
    for word in words:
        for extras in EXTRAS.findall(word):
            assert {*extras.split(",")} <= PROJECT["optional-dependencies"].keys(), word


def _check_text(text: str) -> None:
    for words in commands(text):
        _check_line(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_line_is_one_that_the_code_takes(page: Path) -> None:
    """In every block of a page: commands of the suite with their options, tox's environments, modules and extras."""
    for block in blocks(page):
        if block.language in SHELL:
            _check_text(block.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_in_a_sentence_is_there(page: Path) -> None:
    """Within sentences commands may be shortened, so only the command and the names of its options are held."""
    for span in spans(page):
        for words in commands(span):
            if words[0] == "tox":
                _check_tox(words)
            elif words[0] == "suite":
                _hold_names(words[1:])


def _hold_names(words: list[str]) -> None:
    if not words or PLACEHOLDER.fullmatch(words[0]):
        return
    for alternative in words[0].split("|"):
        command, context, rest = _resolve([alternative, *(word for word in words[1:] if word != "…")])
        known = {name for each in command.get_params(context) for name in (*each.opts, *each.secondary_opts)}
        unknown = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)} - known
        if unknown:
            raise WrongCommandError(f"suite {' '.join(words)}: no option {unknown}")


@pytest.mark.parametrize(
    "wrong",
    [
        "suite grdae class",
        "suite grade class -a stacked_rnn --raport x",
        "suite grade class",
        "suite grade class -a stacked_rnn --budget huge",
        "suite history chekc",
        "tox -e nihgtly",
        "python -m tests.nothing",
        "cd x && suite export reports/monday --too moodle",
        "parallel suite grade x --shard {}/12 --stor y ::: 1 2",
    ],
)
def test_a_wrong_command_line_is_seen(wrong: str) -> None:
    """Each of these has one mistake."""
    with pytest.raises(WrongCommandError):
        _check_text(wrong)
