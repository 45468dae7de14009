"""Whether attacks cost their neighbours anything: `python -m tests.validation.attacks --times 20`.

Ten honest submissions and ten attacks on what neighbours share (memory that shows in no process, descriptors in flight,
disk, locks, system calls, the collector, the host's parsers) are graded as one class at two jobs, again and again. Each
honest one must have the points that it has in a class without attacks, and no attack more than it may.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Graded, grade, tighten, write_notebook
from tests.grading.test_messy_class import NET
from tests.hostile.machine import ATTACKS as ON_MACHINE
from tests.hostile.machine import LIMITS
from tests.hostile.malformed import READ
from tests.sandbox.attempts import ATTEMPTS, PRELUDE
from tests.sandbox.test_memory import BEGIN, FORMS
from tests.sandbox.test_users import NEEDS_SOME, TAKES_ALL

HONEST = 10
MOST_OF_AN_ATTACK = 2.0
"""Points that an attack may have: those of cells that ran."""
FALLOCATE = """
import ctypes, os
for name in os.listdir("/proc/self/fd"):
    ctypes.CDLL(None).fallocate(int(name), 1, ctypes.c_int64(0), ctypes.c_int64(1 << 30))
"""
DEEP = "import os\nfor _ in range(1300):\n    os.mkdir('deep')\n    os.chdir('deep')\n"
DIGITS = "print('Total params: ' + '9' * 5000)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One class."""

    changed: tuple[str, ...]
    """Honest submissions with other points than alone, as `name: points`."""
    gained: tuple[str, ...]
    """Attacks with more points than they may have."""


def attacks() -> dict[str, tuple[str, ...]]:
    """Cells of each attack by its name."""
    on_machine = {attack.name: (attack.source,) for attack in ON_MACHINE}
    attempts = {attempt.name: (PRELUDE, attempt.source) for attempt in ATTEMPTS}
    return {
        "shared_memory": (BEGIN, FORMS["shared_memory"]),
        "unix_sockets": (BEGIN, FORMS["unix_sockets"]),
        "descriptors_in_flight": (TAKES_ALL,),
        "fallocate": (FALLOCATE,),
        "deep_folders": (DEEP,),
        "digits": (DIGITS,),
        "fork_bomb": on_machine["fork_bomb"],
        "segfault": on_machine["segfault"],
        "locks": attempts["locks_on_shared_files"],
    }


def lay_out(folder: Path, *, attacked: bool) -> None:
    """The class: honest submissions between which the attacks stand."""
    for number in range(HONEST):
        write_notebook(folder / f"{number:02}_honest.ipynb", [NET, NEEDS_SOME, "model = Net()"])
    if attacked:
        for number, (name, cells) in enumerate(attacks().items()):
            write_notebook(folder / f"{number:02}_z_{name}.ipynb", cells)
        READ["encoding_rot13"].lay_out(folder)


def compare(alone: Graded, together: Graded) -> Outcome:
    """What the attacks changed."""
    expected = {name: result["score"] for name, result in alone.results.items()}
    seen = {name: result["score"] for name, result in together.results.items()}
    return Outcome(
        changed=tuple(f"{name}: {seen.get(name)}" for name, score in expected.items() if seen.get(name) != score),
        gained=tuple(f"{n}: {s}" for n, s in seen.items() if n not in expected and (s or 0) > MOST_OF_AN_ATTACK),
    )


def run(base: Path, *, attacked: bool) -> Graded:
    """Grade one class at two jobs."""
    folder = base / "class"
    folder.mkdir(parents=True)
    lay_out(folder, attacked=attacked)
    tight = tighten(base / "assignments", wall_seconds=60, **LIMITS | {"processes": 40})
    return grade(base / "report", folder, "--assignments", tight, "--jobs", "2")


def main() -> None:
    """Print one line a class; exit with 1 if an attack changed anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.validation.attacks", description=__doc__)
    parser.add_argument("--times", type=int, default=20, metavar="N", help="classes with attacks [20]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        alone = run(Path(base, "alone"), attacked=False)
        points = sorted({result["score"] for result in alone.results.values()})
        print(f"{HONEST} honest submissions alone: {', '.join(map(str, points))} points", flush=True)
        bad = 0
        for number in range(1, options.times + 1):
            outcome = compare(alone, run(Path(base, f"class{number}"), attacked=True))
            faults = [*outcome.changed, *outcome.gained]
            bad += bool(faults)
            print(f"[{number}/{options.times}] {'; '.join(faults) or 'nothing changed'}", flush=True)
    print(f"{bad} of {options.times} classes changed by attacks")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
