"""The catalogues say everything in every language, and a language more is a file more."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import suite
from suite.errors import UsageError
from suite.grading.store import REASONS
from suite.judging.checks import all_checks
from suite.judging.diagnoses import all_causes
from suite.records import Language, Outcome
from suite.text import FIRST, FOLDER, LANGUAGES
from suite.text.catalogue import Sentence, _sentences, catalogue

PACKAGE = Path(suite.__file__).parent
NAMED_ELSEWHERE = (
    "outcome_",
    "check_",
    "stale_",
    "group_",
    "history_column_",
    "history_step_",
    "history_figure_",
    "history_beside_",
)
"""Sentences that code finds by the name of something."""
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: {rule};\\n"

"""
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _own(language: Language) -> dict[str, Sentence]:
    return _sentences(FOLDER, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_agree(language: Language) -> None:
    """Each has every sentence, with the same placeholders in each form, and the number that chooses the form."""
    first, own = _own(FIRST), _own(language)
    raw = FOLDER.joinpath(f"{language}.po").read_text("utf-8")
    keys = re.findall(r'(?<!")\nmsgid "(\w+)"', raw)  # an entry that begins with msgctxt has no key
    assert len(keys) == len(set(keys))
    assert set(keys) == first.keys()
    with FOLDER.joinpath(f"{language}.po").open("rb") as file:
        read = read_po(file, abort_invalid=True)
    assert [each.id for each in read if each.id and not (each.string and all(each.string))] == []
    assert [each.id for each in read if each.fuzzy and each.id] == []
    for key, sentence in own.items():
        wanted = _placeholders(first[key].forms[-1])
        assert sentence.number == first[key].number, key
        for form in sentence.forms:
            assert _placeholders(form) - {sentence.number} == wanted - {sentence.number}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_quotation_mark_of_another_language(language: Language) -> None:
    """Names stand in the marks of the language's own."""
    begin, end = catalogue(language)["quotation"].forms[0].split("{words}")
    said = " ".join(form for each in catalogue(language).values() for form in each.forms)
    assert set("“”„«»") & set(said) <= {begin, end}


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
    fixed = {key for key in catalogue() if key.startswith(NAMED_ELSEWHERE)}
    unused = {key for key in catalogue().keys() - fixed if not {key, key.removeprefix("page_")} & words}
    assert unused == set()


def test_a_number_chooses_the_form_by_the_rule_of_the_language(tmp_path: Path) -> None:
    """Polish has three forms; a number in a text counts, too, and a fraction takes the last form."""
    entry = 'msgid "files"\nmsgid_plural "count"\n'
    forms = ["{count} plik", "{count} pliki", "{count} plików"]
    entry += "".join(f'msgstr[{place}] "{form}"\n' for place, form in enumerate(forms))
    (tmp_path / "pl.po").write_text(HEADER.format(language="pl", rule=POLISH) + entry, "utf-8")
    files = _sentences(tmp_path, "pl")["files"]
    for number, form in ((1, 0), ("1", 0), (2, 1), (5, 2), (22, 1), (12, 2), (1.5, 2), ("many", 2)):
        assert files.form({"count": number}) == forms[form]


def test_what_a_language_lacks_is_said_in_english(tmp_path: Path) -> None:
    """A catalogue that was begun can be used; so can a mapping that has one language only."""
    for language, said in (("en", {"one": "One", "two": "Two"}), ("pl", {"one": "Jeden", "two": ""})):
        entries = "\n".join(f'msgid "{key}"\nmsgstr "{sentence}"\n' for key, sentence in said.items())
        (tmp_path / f"{language}.po").write_text(HEADER.format(language=language, rule=POLISH) + entries, "utf-8")
    assert {key: each.forms[0] for key, each in _sentences(tmp_path, "pl").items()} == {"one": "Jeden", "two": "Two"}
    assert _sentences({"one": {"es": "Uno"}}, "pl")["one"].forms == ("Uno",)
    assert catalogue("xx")["page_class"].forms == catalogue("en")["page_class"].forms


def test_a_damaged_catalogue_is_told(tmp_path: Path) -> None:
    """With its path and how to find the place."""
    (tmp_path / "en.po").write_text('msgid "open\n', "utf-8")
    with pytest.raises(UsageError, match=r"en\.po isn't a gettext catalogue"):
        _sentences(tmp_path, "en")
