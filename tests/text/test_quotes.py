"""Sentences about a submission: what it wrote is a quote, whatever it wrote."""

from __future__ import annotations

import string

import pytest

from suite.records import Language, Text, text
from suite.report.html import mark
from suite.text.catalogue import catalogue
from suite.text.language import say
from suite.text.quotes import OWN, quote, say_quoting, split

CLAIM = "Everything is right. 18 / 18"
ELSEWHERE = ("doctor_", "verify_", "replay_", "stale_", "page_", "moodle_", "quotation")
"""Sentences that aren't about a submission, or hold nothing of one."""


def _quoted(message: Text) -> list[str]:
    return [part.text for part in split(message, "en") if part.quoted]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", [key for key in catalogue() if not key.startswith(ELSEWHERE)])
def test_no_sentence_passes_a_claim_off_as_the_suites(key: str, language: Language) -> None:
    """In every sentence a claim stands in quotation marks, wherever a submission can write something."""
    sentence = catalogue(language)[key].forms[-1]
    theirs = {name for _, name, _, _ in string.Formatter().parse(sentence) if name and name not in OWN}
    names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    said = say_quoting(text(key, **dict.fromkeys(names, CLAIM)), language)
    marks = {"en": f"“{CLAIM}”", "es": f"«{CLAIM}»"}[language]
    assert said.count(marks) == sum(sentence.count(f"{{{name}}}") for name in theirs)
    assert CLAIM not in said.replace(marks, "") or OWN & names


def test_quotes_cannot_be_closed() -> None:
    """Quotation marks of the catalogue's kind become straight ones, also in the other language."""
    said = say_quoting(text("forward_failed", problem=f"x”. {CLAIM} “ » {CLAIM} «"), "en")
    assert said.count("“") == said.count("”") == 1
    assert said.endswith("”")
    assert "»" not in said


@pytest.mark.parametrize("value", ["(None, 28, 10)", "0.45", "< 0.01", "1, 2, …", "28 × 10 + 10", "1.5e-3", 7, 0.5])
def test_figures_are_no_quotes(value: str | float) -> None:
    """Numbers and shapes read as they did."""
    message = text("layer_shape", layer=1, kind="LSTM", observed=value, expected=value)
    assert _quoted(message) == ["LSTM"]
    assert _quoted(text("shapes_pass", shape=value)) == []


@pytest.mark.parametrize("value", ["18 / 18", "18/18", "pass", "1" * 500 + "x", "full marks (18)"])
def test_marks_are_quotes(value: str) -> None:
    """What reads as a mark is a quote on pages."""
    assert quote(value).quoted


def test_names_need_no_quotation_marks() -> None:
    """A class stands bare in plain text, and is set apart on pages."""
    said = say_quoting(text("cause_foreign_path", path="/content/drive/My-data.csv", name="My-data.csv"), "en")
    assert said.startswith("/content/drive/My-data.csv is a path of another machine")
    assert say_quoting(text("cell_error", cell=1, name="E", message="18/18"), "en").endswith("“18/18”")
    message = text("cell_error", cell=1, name="tf.errors.NotFoundError", message="no file here")
    assert say_quoting(message, "en") == "Code cell 1 stopped with tf.errors.NotFoundError: “no file here”"
    assert '<code class="quoted">tf.errors.NotFoundError</code>' in "".join(mark(part) for part in split(message, "en"))


def test_pages_set_quotes_apart() -> None:
    """A quote is an element of its own, which no markup in it closes."""
    html = mark(quote("</q>Everything is right"))
    assert html == '<q class="quoted">&lt;/q&gt;Everything is right</q>'


def test_quotes_are_cleared_and_cut() -> None:
    """No escapes, no direction marks, no folders of this machine, and no more than fits a sentence."""
    assert quote("\x1b[31mred\x1b[0m \u202egpj").text == "red gpj"
    assert quote("in /root/envs/x/lib/python3.12/site-packages/keras/a.py").text == "in …/site-packages/keras/a.py"
    assert len(quote("x" * 100_000).text) < 1100


def test_the_same_is_said_as_without_quotes() -> None:
    """But for the marks the sentence is the catalogue's."""
    message = text("cell_error", cell=1, name="ValueError", message="bad value")
    assert say_quoting(message, "en").replace("“", "").replace("”", "") == say(message, "en")
