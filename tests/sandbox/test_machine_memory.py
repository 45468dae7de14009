"""Memory that shows in no process: who is taken for its holder, and what follows."""

from __future__ import annotations

import pytest

from suite.sandbox import control_group, machine_memory
from suite.sandbox.machine_memory import Ledger

LIMIT = 1000


class _Machine:
    """A machine that holds as much as each run does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held = {0: 5000}
        self.ended: list[int] = []
        self.ledger = Ledger()
        monkeypatch.setattr(machine_memory, "held_bytes", lambda: sum(self.held.values()))
        monkeypatch.setattr(machine_memory, "_suspicion", lambda pids: pids[0])

    def start(self, pid: int) -> None:
        self.held[pid] = 0
        self.ledger.enter(pid, LIMIT, lambda: [pid])

    def look(self, pid: int) -> bool | None:
        return self.ledger.try_by_ending(pid, lambda: self._end(pid), lambda level: sum(self.held.values()) <= level)

    def _end(self, pid: int) -> None:
        self.ended.append(pid)
        self.held[pid] = 0


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> _Machine:
    made = _Machine(monkeypatch)
    for pid in (1, 2):
        made.start(pid)
    return made


def test_what_is_allowed_is_nobodys_fault(machine: _Machine) -> None:
    """A run may hold as much as its limit."""
    machine.held[2] = LIMIT
    assert (machine.look(1), machine.look(2)) == (None, None)


def test_the_holder_is_ended(machine: _Machine) -> None:
    """The likeliest run is ended, and it did it as the memory came back; its neighbour goes on."""
    machine.held[2] = 3 * LIMIT
    assert machine.look(1) is None
    assert machine.look(2) is True
    assert machine.look(1) is None
    assert machine.ended == [2]


def test_one_that_is_ended_in_vain_is_not_blamed(machine: _Machine) -> None:
    """Memory went elsewhere: one run is repeated for it, and no second one."""
    machine.held[0] += 3 * LIMIT
    assert machine.look(2) is False
    assert machine.look(1) is None
    assert machine.ended == [2]


def test_what_comes_back_late_hides_nothing(machine: _Machine) -> None:
    """Growth counts from the least that was held since the run began."""
    machine.held[0] -= 2 * LIMIT
    assert machine.look(2) is None
    machine.held[2] = 2 * LIMIT
    assert machine.look(2) is True


def test_this_machine_is_read() -> None:
    """The figures are those of the kernel."""
    assert machine_memory.held_bytes() > 0
    assert machine_memory.kills() >= 0


def test_kills_over_a_groups_own_limit_are_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is killed at its own limit says nothing of the runs beside it."""
    before = machine_memory.kills()
    monkeypatch.setattr(control_group, "_past", [*control_group._past, 3])
    assert machine_memory.kills() <= before - 3
