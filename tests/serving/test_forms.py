"""What browsers send becomes entries, or a sentence."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from suite.marking.entries import GroupCommentEntry, MarkEntry, OverrideEntry
from suite.serving.forms import MAX_FIELDS, FormError, as_entry, read_fields

MARK = {
    "action": "mark",
    "submission": "ana",
    "content_hash": "1",
    "task": "essay",
    "points.clarity": "2,5",
    "points.sources": " 6 ",
    "comments.clarity": ["Shorter.", "Better."],
    "own.clarity": "Own\r\nwords",
    "own.sources": "",
    "comment": "",
}


def _read(**changes: object) -> object:
    return as_entry(read_fields(urlencode(MARK | changes, doseq=True).encode()), "Eva")


def test_a_rubric_becomes_a_mark() -> None:
    """Points with a comma or a point; comments that were chosen and those that were written."""
    entry = _read()
    assert isinstance(entry, MarkEntry)
    assert entry.points == {"clarity": 2.5, "sources": 6}
    assert entry.comments == {"clarity": ("Shorter.", "Better.", "Own\nwords")}
    assert (entry.who, entry.submission, entry.content_hash) == ("Eva", "ana", "1")


def test_other_forms() -> None:
    """Each action's own fields."""
    override = _read(action="override", check="", points="3", reason="because")
    assert isinstance(override, OverrideEntry)
    assert (override.check, override.points) == ("", 3)
    group = _read(action="group comment", cause="sequence", comment="c")
    assert isinstance(group, GroupCommentEntry)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"action": "shout"}, "form_unreadable"),
        ({"points.clarity": "much"}, "form_wrong"),
        ({"points.clarity": "-1"}, "form_wrong"),
        ({"points.clarity": "nan"}, "form_wrong"),
        ({"action": "override", "points": "", "reason": "r"}, "form_wrong"),
        ({"action": "override", "points": "1", "reason": " "}, "form_wrong"),
        ({"action": "comment", "comment": ""}, "form_wrong"),
        ({"action": "comment", "comment": "x" * 20_001}, "form_wrong"),
        ({"action": "extension", "hours": "-1"}, "form_wrong"),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, str], key: str) -> None:
    """And nothing is entered."""
    with pytest.raises(FormError) as raised:
        _read(**changes)
    assert raised.value.message.key == key


@pytest.mark.parametrize("body", [b"\xff=1", b"no fields", b"&".join([b"a=1"] * (MAX_FIELDS + 1))])
def test_bytes_that_are_no_form(body: bytes) -> None:
    """Are refused."""
    with pytest.raises(FormError):
        read_fields(body)
