"""What is found out once: for whom it holds, and what is forgotten."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from suite.evidence.proof.findings import Findings


def test_a_fact_is_found_out_once() -> None:
    """By whoever asks first; others wait for it, and facts of other things don't."""
    found: list[str] = []
    begun, end = threading.Event(), threading.Event()

    def find(name: str) -> str:
        found.append(name)
        begun.set()
        assert name != "slow" or end.wait(5)
        return name

    findings: Findings[str] = Findings(9)
    with ThreadPoolExecutor(3) as pool:
        first, second = (pool.submit(findings.get, 1, lambda: find("slow")) for _ in range(2))
        assert begun.wait(5)
        assert findings.get(2, lambda: find("quick")) == "quick"
        assert not first.done()
        end.set()
        assert (first.result(5), second.result(5)) == ("slow", "slow")
    assert found == ["slow", "quick"]


def test_what_fails_is_tried_again() -> None:
    """An error isn't a fact."""
    findings: Findings[int] = Findings(9)
    with pytest.raises(ZeroDivisionError):
        findings.get("", lambda: 1 // 0)
    assert findings.get("", lambda: 3) == 3


def test_the_oldest_fact_is_forgotten() -> None:
    """That is the one which was asked for longest ago."""
    findings: Findings[int] = Findings(2)
    for about, value, known in ((1, 1, 1), (2, 2, 2), (1, 9, 1), (3, 3, 3), (1, 9, 1), (2, 8, 8)):
        assert findings.get(about, lambda value=value: value) == known  # type: ignore[misc]
