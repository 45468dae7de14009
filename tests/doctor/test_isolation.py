"""Why a sandbox can't be had is said in the language of who asks."""

from __future__ import annotations

import shutil

import pytest

from suite.doctor.isolation import judge_sandboxes, try_sandboxes
from suite.errors import UsageError
from suite.sandbox import choose
from suite.sandbox.bubblewrap import Bubblewrap
from suite.text.errors import tell
from suite.text.language import say

LACKS = "el programa bwrap no está instalado; en Debian y Ubuntu: apt-get install bubblewrap"


def test_doctor_says_what_lacks_in_spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence is Spanish; the fact for programs is the same in every language."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    (finding,) = judge_sandboxes(try_sandboxes([Bubblewrap()]))
    assert say(finding.said[0], "es") == f"No funciona aquí: {LACKS}."
    assert str(finding.facts["reason"]).startswith("the program bwrap isn't installed")


def test_a_trial_that_breaks_off_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says stands in it."""

    def fail(_: object) -> str:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(Bubblewrap, "unavailable", fail)
    (finding,) = judge_sandboxes(try_sandboxes([Bubblewrap()]))
    assert "su prueba se interrumpió, OSError: [Errno 12] Cannot allocate memory" in say(finding.said[0], "es")


def test_a_sandbox_that_was_asked_for_is_refused_in_spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the command's error."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UsageError) as refused:
        choose("bubblewrap")
    assert tell(refused.value, "es") == f"bubblewrap: {LACKS}"
