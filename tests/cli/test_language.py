"""A command speaks the language that it is told, else the assignment's, else the locale's."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.text.spoken import of_environment
from tests.conftest import run_suite

ENGLISH, SPANISH = "points in all", "puntos en total"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "es_CO.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_MESSAGES": "es_ES", "LANG": "en_GB"}, "es"),
        ({"LANG": "xx_YY.UTF-8"}, "en"),
    ],
)
def test_the_locale(environment: dict[str, str], language: str) -> None:
    """The first variable that says something counts, and a language without a catalogue is English."""
    assert of_environment(environment) == language


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "own", "locale", "total"),
    [
        ("", "", "es_CO.UTF-8", SPANISH),
        ("", "en", "es_CO.UTF-8", ENGLISH),
        ("es", "en", "C", SPANISH),
        ("", "es", "C", SPANISH),
    ],
)
def test_the_order(tmp_path: Path, option: str, own: str, locale: str, total: str) -> None:
    """Option, assignment, locale."""
    (tmp_path / "essay").mkdir()
    language = f'language = "{own}"\n' if own else ""
    task = '[[tasks]]\nkind = "manual"\nid = "e"\ntitle = "E"\ncriteria = [{ id = "c", points = 1 }]\n'
    (tmp_path / "essay" / "assignment.toml").write_text(f'{language}title = "T"\n{task}', "utf-8")
    options = ("--lang", option) if option else ()
    done = run_suite("assignments", "show", tmp_path / "essay", *options, LC_ALL=locale)
    assert done.returncode == 0, done.stderr
    assert total in done.stdout
