"""Messages and labels become sentences."""

from __future__ import annotations

from suite.records import text
from suite.text.language import label, label_or, say


def test_braces_in_values_are_kept() -> None:
    """A student's text is a value, never a template."""
    assert "{0.__class__}" in say(text("forward_failed", problem="{0.__class__}"), "en")


def test_numbers_are_written_as_the_language_does() -> None:
    """Decimals get a comma in Spanish, also inside a sentence."""
    message = text("assignment_points", points="17.67")
    assert "17.67" in say(message, "en")
    assert "17,67" in say(message, "es")


def test_labels_without_values_are_left_to_a_script() -> None:
    """Their placeholders stand there for it."""
    assert label("page_shown_of", "en") == "{shown} of {all} shown"
    assert label_or("no_such_key", "fallback", "es") == "fallback"
