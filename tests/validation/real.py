"""Real duels beside a process that burns CPU in bursts: a model against its oracle, with and without extra work.

The extra work is real: of a hundred calls, so many compute everything once more, backwards too where it is trained.
Results are lines of JSON, added to a file, so that runs can be spread over quiet minutes of a shared machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from suite.duels import Duel
from suite.throughput_settings import ThroughputSettings
from tests.hostile.speed import HONEST
from tests.hostile.test_speed import Bench

SHARES = (0, 5, 10, 15)
WORKING = """
class Cheat(Net):
    owed = 0

    def forward(self, x):
        self.owed += SHARE
        if self.owed >= 100:
            self.owed -= 100
            answer = self.compute(x)
            if torch.is_grad_enabled():
                torch.autograd.grad(answer.sum(), list(self.parameters()))
        return self.compute(x)

model = Cheat()
"""
BURSTS = """
import random, time
while True:
    end = time.monotonic() + random.uniform(0.01, 0.5)
    while time.monotonic() < end:
        pass
    time.sleep(random.uniform(0.01, 0.5))
"""
DUEL = TypeAdapter(Duel)


@contextmanager
def co_runner() -> Iterator[None]:
    """A second process that computes half of the time, in bursts."""
    burning = subprocess.Popen([sys.executable, "-c", BURSTS])
    try:
        yield
    finally:
        burning.kill()
        burning.wait()


def collect(path: Path, seconds: float) -> None:
    """Run duels until the time is up, each share of extra work in its turn."""
    end = time.monotonic() + seconds
    known = read(path)
    with tempfile.TemporaryDirectory() as folder, co_runner():
        bench = Bench(Path(folder))
        try:
            while time.monotonic() < end:
                share = min(SHARES, key=lambda share: sum(line["share"] == share for line in known))
                line = _run(bench, share)
                known.append(line)
                with path.open("a") as stream:
                    stream.write(json.dumps(line) + "\n")
        finally:
            bench.sandbox.close()


def _run(bench: Bench, share: int) -> dict[str, Any]:
    source = HONEST + WORKING.replace("SHARE", str(share))
    begin = time.monotonic()
    duels = bench.run(f"extra{share}", source, ThroughputSettings())
    taken = time.monotonic() - begin
    return {"share": share, "seconds": taken, "duels": [asdict(duel) for duel in duels]}


def read(path: Path) -> list[dict[str, Any]]:
    """What was collected so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def duels_of(line: dict[str, Any]) -> list[Duel]:
    """The duels of one run."""
    return [DUEL.validate_json(json.dumps(duel)) for duel in line["duels"]]
