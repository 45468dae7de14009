"""Real timings beside a process that burns CPU in bursts: a model against its reference, with and without extra work.

The extra work is real, and part of every call: some more time steps of the first layer, backwards too where it is
trained, as many as take the share of a call when they are measured by themselves.
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

from suite.assignments import ThroughputSettings
from suite.records import PairedTiming
from tests.hostile.speed import HONEST
from tests.hostile.test_speed import Bench

SHARES = (0, 5, 10, 15)
WORKING = """
import time

class Cheat(Net):
    extra = {True: 0, False: 0}

    def forward(self, x):
        if self.extra[torch.is_grad_enabled()]:
            self.work(x[:, : self.extra[torch.is_grad_enabled()]])
        return self.compute(x)

    def work(self, x):
        answer, _ = self.rnn1(x)
        if torch.is_grad_enabled():
            torch.autograd.grad(answer.sum(), list(self.rnn1.parameters()))

def least(work):
    def once():
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin
    return min(once() for _ in range(80))

def learn(model, x):
    torch.autograd.grad(model.compute(x).sum(), list(model.parameters()))

torch.set_num_threads(1)
model = Cheat()
for training in (True, False) if SHARE else ():
    with torch.set_grad_enabled(training):
        x = torch.rand(32, 28, 28)
        whole = least(lambda: learn(model, x) if training else model.compute(x))
        costs = {steps: least(lambda: model.work(x[:, :steps])) for steps in range(1, 29)}
        model.extra[training] = min(costs, key=lambda steps: abs(costs[steps] - SHARE / 100 * whole))
"""
BURSTS = """
import random, time
while True:
    end = time.monotonic() + random.uniform(0.01, 0.5)
    while time.monotonic() < end:
        pass
    time.sleep(random.uniform(0.01, 0.5))
"""
TIMING = TypeAdapter(PairedTiming)


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
    """Run timings until the time is up, each share of extra work in its turn."""
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
    timings = bench.run(f"extra{share}", source, ThroughputSettings())
    taken = time.monotonic() - begin
    return {"share": share, "seconds": taken, "timings": [asdict(timing) for timing in timings]}


def read(path: Path) -> list[dict[str, Any]]:
    """What was collected so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def timings_of(line: dict[str, Any]) -> list[PairedTiming]:
    """The timings of one run."""
    return [TIMING.validate_json(json.dumps(timing)) for timing in line["timings"]]
