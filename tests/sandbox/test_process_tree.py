"""The tree of a process, from a list of all processes that is read as seldom as its users allow."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from suite.sandbox.process_tree import ProcessTable, tree_of

FAMILY = """
import subprocess, sys
name = "a) R 1 ("  # as a process may call itself to be taken for another one's child
open("/proc/self/comm", "w").write(name)
below = subprocess.Popen(["sleep", "60"])
print(below.pid, flush=True)
below.wait()
"""


@pytest.fixture
def family() -> Iterator[list[int]]:
    """A process, its child and its grandchild, which psutil knows too."""
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {FAMILY!r}])"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as root:
        assert root.stdout is not None
        grandchild = int(root.stdout.readline())
        child = psutil.Process(grandchild).ppid()
        yield [root.pid, child, grandchild]
        for pid in (root.pid, child, grandchild):
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()


def test_a_process_and_all_below_it(family: list[int]) -> None:
    """Whatever they call themselves; the root comes first."""
    assert [each.pid for each in tree_of(family[0])] == family


def test_the_tree_of_what_has_ended() -> None:
    """It is empty."""
    with subprocess.Popen(["true"]) as process:
        pass
    assert tree_of(process.pid) == []


def test_what_is_new_enough_is_not_read_again(family: list[int]) -> None:
    """Who needs no newer list than there is gets that one."""
    table = ProcessTable()
    first = table.children(0)
    assert table.children(60) is first
    time.sleep(0.01)
    second = table.children(0.01)
    assert second is not first
    assert second[family[0]] == [family[1]]


def test_an_orphan_and_a_newborn_are_found_between_two_whole_readings(family: list[int]) -> None:
    """One belongs to whoever has taken it, the other to its parent."""
    root, child, grandchild = family
    table = ProcessTable()
    assert grandchild in table.children(0)[child]
    ended = psutil.Process(child)
    ended.kill()
    ended.wait()  # until its parent has waited for it too: till then its own child still stands under it
    with subprocess.Popen(["sleep", "60"]) as newborn:
        children = table.children(1e-9)
        newborn.kill()
    assert grandchild in children[psutil.Process(grandchild).ppid()]
    assert grandchild not in children.get(child, ())
    assert newborn.pid in children[os.getpid()]
    assert root in table.children(1e-9)[os.getpid()]


def test_of_what_lives_on_only_new_ones_are_read(family: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them once a second, since numbers are used again."""
    table = ProcessTable()
    table.children(0)
    read, seen = Path.read_bytes, list[str]()
    monkeypatch.setattr(Path, "read_bytes", lambda path: seen.append(path.parent.name) or read(path))
    known = {pid for pids in table.children(1e-9).values() for pid in pids}
    assert set(family) <= known
    assert not {*map(str, family)} & set(seen)
