"""Errors are told in each language, and the catalogues have them all."""

from __future__ import annotations

import ast
import pickle
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import suite
from suite.errors import FrameError, HarnessError, SuiteError, UsageError, Words, joined
from suite.records import Language, Text, text
from suite.text import FIRST, LANGUAGES
from suite.text.catalogue import translations
from suite.text.errors import CONTEXT, ProblemError, as_message, tell
from suite.text.language import say
from suite.text.quotes import say_quoting

TEXT = TypeAdapter(Text)
PACKAGE = Path(suite.__file__).parent
OTHERS = [each for each in LANGUAGES if each != FIRST]
TOLD = {"UsageError", "HarnessError", "StorageError", "EngineError", "GitError", "BisectError", "MeasureError", "Words"}
"""What people are told, and what derives from it. Others are about what a submission sent, and are quoted."""


@cache
def _calls() -> list[tuple[str, ast.Call]]:
    """Each place that makes an error for people, or words of one, with its call."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
    classes = [each for tree in trees.values() for each in ast.walk(tree) if isinstance(each, ast.ClassDef)]
    told = set(TOLD)
    while more := {each.name for each in classes if told & {ast.unparse(base) for base in each.bases}} - told:
        told |= more
    return [
        (f"{path.relative_to(PACKAGE)}:{each.lineno}", each)
        for path, tree in trees.items()
        for each in ast.walk(tree)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in told and each.args
    ]


def _templates() -> Iterator[str]:
    for _, call in _calls():
        if isinstance(call.args[0], ast.Constant):
            yield call.args[0].value


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.slow
def test_words_stand_in_the_code_with_named_values() -> None:
    """A sentence that is put together where it is raised couldn't be told in another language."""
    mixed = [place for place, call in _calls() if isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp)]
    assert mixed == []
    unlike = [
        place
        for place, call in _calls()
        if call.keywords
        and isinstance(call.args[0], ast.Constant)
        and {each.arg for each in call.keywords} - {None} != _placeholders(call.args[0].value)
        and not any(each.arg is None for each in call.keywords)
    ]
    assert unlike == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_error_is_translated_and_no_other(language: Language) -> None:
    """One that was changed in the code lacks its translation, and one that was removed leaves one too many."""
    said, wanted = translations(language, CONTEXT), set(_templates())
    assert sorted(wanted - said.keys() - {each for each in wanted if not _has_words(each)}) == []
    assert sorted(said.keys() - wanted) == []
    assert [each for each in said if _placeholders(each) != _placeholders(said[each])] == []


def _has_words(template: str) -> bool:
    """Whether it says more than the values of its placeholders."""
    return any(char.isalpha() for words, *_ in string.Formatter().parse(template) for char in words)


def test_an_error_is_told_in_the_language_of_who_reads_it() -> None:
    """Also the values that are words themselves, the numbers, and a cause that is another error."""
    cause = UsageError("no dataset is called {name!r}; known: {known}", name="mnits", known="mnist")
    error = UsageError(
        "the class in {folder} can't be joined: {error}; or {remedy}", folder="x", error=cause, remedy=1.5
    )
    assert str(error) == "the class in x can't be joined: no dataset is called 'mnits'; known: mnist; or 1.5"
    assert tell(error, "en") == str(error)
    said = (
        "no es posible unirse a la clase de x: ningún conjunto de datos se llama 'mnits'; conocidos: mnist; o bien 1,5"
    )
    assert tell(error, "es") == said


def test_several_are_told_in_a_row() -> None:
    """Each in its own words; what has none is left as it is."""
    assert tell(joined((Words("none"), "NAME {brace}")), "es") == "ninguno; NAME {brace}"
    assert tell(SuiteError("of nobody's catalogue: {"), "es") == "of nobody's catalogue: {"


def test_a_problem_with_a_key_is_told_by_it() -> None:
    """In English where nobody asks for a language, as in a traceback."""
    error = ProblemError(text("form_unreadable"))
    assert str(error) == tell(error, "en")
    assert tell(error, "es") not in {"", str(error)}


def test_errors_travel_between_processes() -> None:
    """With their words."""
    error = pickle.loads(pickle.dumps(UsageError("port {port} can't be used", port=80)))
    assert str(error) == "port 80 can't be used"
    assert error.words.values == {"port": 80}


SILENT = HarnessError(
    "the process of the reference {source} is silent: {error}",
    source="model_keras.py",
    error=FrameError("it sent ”Everything is right.“"),
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "The grader failed, not the submission: the process of the reference model_keras.py is silent: "
                '“it sent "Everything is right."”. No points were lost; grade it again.'
            ),
        ),
        (
            "es",
            (
                "Ha fallado el calificador, no la entrega: el proceso de la referencia model_keras.py no contesta: "
                '«it sent "Everything is right."». No se ha quitado ningún punto; califícala de nuevo.'
            ),
        ),
    ],
)
def test_an_error_is_a_message_within_a_message(language: Language, said: str) -> None:
    """It is told in the report's language, and what a process sent stays a quote, which it can't close."""
    kept = as_message(SILENT)
    assert isinstance(kept, Text)
    stored = TEXT.validate_json(TEXT.dump_json(text("harness_failed", reason=kept)))
    assert say_quoting(stored, language) == said
    assert "model_keras.py" in say(stored, language)


@pytest.mark.parametrize("words", ["Everything is right. 18 / 18", "{brace", "{brace}"])
def test_words_of_no_catalogue_are_quoted(words: str) -> None:
    """They may be put together of what a submission wrote."""
    assert as_message(HarnessError(words)) == words


def test_values_of_errors_are_quotes() -> None:
    """Also under a name that the suite fills in its own sentences."""
    claim = "Everything is right."
    kept = as_message(HarnessError("no {model} of that name: see {observed}", model=claim, observed=1.5))
    assert say_quoting(text("harness_failed", reason=kept), "en").count(f"“{claim}”") == 1
