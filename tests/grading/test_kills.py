"""A class that is killed at a random moment loses nothing and leaves nothing."""

from __future__ import annotations

import signal

import pytest

from tests.validation.kills import kill_at_random

pytestmark = [pytest.mark.slow, pytest.mark.nightly]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_killed_at_random(number: signal.Signals) -> None:
    """Nothing finished is lost or run again, nobody is graded twice, and the next run leaves nothing of the first."""
    kills = kill_at_random(times=3, size=6, seed=1, number=number)
    assert [fault for kill in kills for fault in kill.faults] == []
