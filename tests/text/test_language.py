"""The catalogue says everything in every language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import suite
from suite.grading.store import REASONS
from suite.judging.checks import all_checks
from suite.judging.diagnoses import all_causes
from suite.records import LANGUAGES, Outcome, text
from suite.text.language import catalogue, say

PACKAGE = Path(suite.__file__).parent


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", catalogue())
def test_languages_agree(key: str) -> None:
    """Each entry has every language, with the same placeholders."""
    entry = catalogue()[key]
    assert tuple(entry) == LANGUAGES
    assert len({frozenset(_placeholders(sentence)) for sentence in entry.values()}) == 1


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    """`text("key")` and `label("key")` name entries that exist."""
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    pages = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.j2"))
    keys = set(re.findall(r'\btext\(\s*"(\w+)"', code)) | set(re.findall(r'\blabel\("(page_\w+)"', code))
    keys |= {f"page_{key}" for key in re.findall(r'\blabel\("(\w+)"', pages)}
    keys |= {f"outcome_{outcome.value.replace(' ', '_')}" for outcome in Outcome}
    keys |= {f"check_{check}" for check in all_checks()}
    keys |= {f"stale_{reason}" for reason in (*REASONS, "schema", "run")}
    keys |= {f"group_{cause.name}" for cause in all_causes()}
    keys |= {name for check in all_checks().values() for name in check.values.values()}
    assert keys
    assert keys - catalogue().keys() == set()


def test_every_entry_is_used() -> None:
    """No entry outlives the code that said it."""
    sources = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.j2")]
    words = set(re.findall(r"\w+", "\n".join(path.read_text("utf-8") for path in sources)))
    fixed = {key for key in catalogue() if key.startswith(("outcome_", "check_", "stale_", "group_"))}
    unused = {key for key in catalogue().keys() - fixed if not {key, key.removeprefix("page_")} & words}
    assert unused == set()


def test_braces_in_values_are_kept() -> None:
    """A student's text is a value, never a template."""
    assert "{0.__class__}" in say(text("forward_failed", problem="{0.__class__}"), "en")
