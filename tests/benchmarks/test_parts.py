"""Parts of a submission are told apart, and nothing is counted twice."""

from __future__ import annotations

import asyncio
import time

import pytest

from suite import report
from suite.evidence.interview import session
from suite.evidence.proof.prover import Prover
from suite.grading import evidence_source
from tests.benchmarks.parts import watch_parts

SECONDS = 0.05


async def _play(*_: object) -> str:
    await asyncio.sleep(SECONDS)
    return "played"


def _prove(*_: object) -> str:
    time.sleep(SECONDS)
    return "proved"


def _examine(*_: object) -> str:
    time.sleep(SECONDS)
    return asyncio.run(session.run_notebook()) + Prover.prove(None)  # type: ignore[call-arg, arg-type, operator]


def test_an_inner_part_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a submission takes besides is the rest, and what runs for a reference isn't a submission's."""
    monkeypatch.setattr(session, "run_notebook", _play)
    monkeypatch.setattr(Prover, "prove", _prove)
    monkeypatch.setattr(evidence_source, "examine", _examine)
    monkeypatch.setattr(report, "write", _prove)
    with watch_parts() as parts:
        assert evidence_source.examine() == "playedproved"  # type: ignore[call-arg]
        assert Prover.prove(None) == "proved"  # type: ignore[call-arg, arg-type, comparison-overlap]
        report.write()  # type: ignore[call-arg]
    assert evidence_source.examine is _examine
    assert parts.count == 1
    assert {part for part, seconds in parts.seconds.items() if seconds >= SECONDS} == {
        "kernel",
        "proof",
        "rest",
        "pages",
    }
    assert parts.seconds["cells"] == 0
    assert all(0 <= share <= 1 for share in parts.idle)


def test_the_table_names_every_part_and_core() -> None:
    """In seconds for a submission and shares of the whole."""
    with watch_parts() as parts:
        pass
    parts.count = 2
    parts.add("proof", 3)
    parts.add("metric", 1)
    parts.idle = [0.25, 0.5]
    lines = [line.split() for line in parts.lines()]
    assert ["proof", "1.500", "s", "75%"] in lines
    assert lines[-1] == ["idle", "25%,", "50%", "of", "each", "core"]
