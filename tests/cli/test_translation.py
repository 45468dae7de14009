"""Help is there in every language, and click's own words too."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import click
import pytest

from suite.cli import COMMANDS, main
from suite.cli.language import of_command_line
from suite.cli.translation import CLICK, OWN, paragraphs
from suite.records import Language
from suite.text import FIRST, LANGUAGES
from suite.text.catalogue import translations
from tests.conftest import run_suite

OTHERS = [each for each in LANGUAGES if each != FIRST]


def _texts(command: click.Command) -> Iterator[str]:
    """Every paragraph of a command's help, and of those below it."""
    if command.help:
        yield from paragraphs(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _texts(each)


def _all() -> set[str]:
    context = click.Context(main)
    commands = (main.get_command(context, name) for name in COMMANDS)
    below = (text for command in commands if command for text in _texts(command))
    return {"Commands", *COMMANDS.values(), *_texts(main), *below} - {""}


@pytest.mark.parametrize("language", OTHERS)
def test_every_help_text_is_translated_and_no_other(language: Language) -> None:
    """A text that was changed in the code lacks its translation, and one that was removed leaves one too many."""
    assert _all() - translations(language, OWN).keys() == set()
    assert translations(language, OWN).keys() - _all() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_of_click_are_still_its_words(language: Language) -> None:
    """Another version of click may say something else."""
    code = "".join(path.read_text("utf-8") for path in files("click").iterdir() if path.name.endswith(".py"))
    assert [each for each in translations(language, CLICK) if f'"{each}"' not in code] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--help",), ("Uso:", "Opciones", "Comandos", "Califica entregas y escribe un informe.", "Códigos de salida")),
        (("grade", "--help"), ("PATH es un cuaderno", "Ejemplos:\n", "suite grade submissions", "obligatorio")),
        (("history", "check", "--help"), ("Evalúa el registro de una rama", "[por defecto: ")),
        (("grade", "x", "-a", "nobody"), ("error: ninguna práctica se llama 'nobody' en", "; conocidas: ")),
        (("grad",), ("No existe el comando 'grad'.",)),
        (("grade", "x", "-a", "y", "--budget", "z"), ("Error: Valor no válido para '--budget': 'z' no es uno de",)),
    ],
)
def test_help_in_spanish(arguments: tuple[str, ...], said: tuple[str, ...]) -> None:
    """In a Spanish locale all of it is Spanish."""
    done = run_suite(*arguments, LC_ALL="es_ES.UTF-8", COLUMNS="200")
    for words in said:
        assert words in done.stdout + done.stderr
    for words in ("Usage:", "Options", "Show this", "[default", "required", "Try '"):
        assert words not in done.stdout + done.stderr


def test_help_in_the_language_that_is_named() -> None:
    """The option counts before the locale, in either form."""
    assert of_command_line(["grade", "--lang", "es", "--help"], {}) == "es"
    assert of_command_line(["grade", "--lang=es"], {"LANG": "en_GB"}) == "es"
    assert of_command_line(["grade", "--lang", "xx"], {"LANG": "es_CO"}) == "es"
    assert of_command_line(["grade"], {}) == "en"
