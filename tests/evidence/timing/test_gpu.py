"""What is done about a GPU in a timing, with times that one gave; on a GPU itself: `tests/hostile/test_speed.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from suite.codec import Frame
from suite.evidence.interview.channel import Channel
from suite.evidence.timing import gpu
from suite.evidence.timing.gpu import Gpu
from suite.evidence.timing.paired_run import PairedRunner
from suite.evidence.timing.timed_model import VoidError

IDLE, BUSY = 700_000, 3_050_000  # an H100, alone and beside a kernel of another process
ANSWER = {"number": 1, "problem": "", "threads": 0, "device": "gpu", "device_seconds": 0.0, "device_bytes": 0}


class Answers:
    """A reference's process that takes the given times for its answers."""

    def __init__(self, nanoseconds: Iterator[int]) -> None:
        self._nanoseconds = nanoseconds
        self.asked = 0

    def renew(self) -> None:
        """Nothing to renew."""

    def time(self, question: str, arrays: Any, **values: Any) -> tuple[Frame, int]:  # noqa: ARG002 - as in a channel
        self.asked += 1
        return Frame(body=dict(ANSWER)), next(self._nanoseconds)


def _forever(value: int) -> Iterator[int]:
    while True:
        yield value


def _gpu(answers: Answers, *, alone: bool = True) -> Gpu:
    return Gpu(channel=cast("Channel", answers), index=0, idle_nanoseconds=IDLE, products_per_second=4e14, alone=alone)


def test_it_waits_until_nothing_is_at_work() -> None:
    """A side starts as soon as emptying the cache is and stays as quick as before there was a submission."""
    quick = IDLE + 200_000
    answers = Answers(iter([*[BUSY] * 5, quick, quick, BUSY, quick, quick, quick, BUSY]))
    _gpu(answers).settle()
    assert answers.asked == 11


@pytest.mark.parametrize(("alone", "void"), [(True, "at_work"), (False, "shared")])
def test_work_that_does_not_end(monkeypatch: pytest.MonkeyPatch, alone: bool, void: str) -> None:  # noqa: FBT001
    """It is the submission's where nobody else uses the GPU."""
    monkeypatch.setattr(gpu, "SETTLE_SECONDS", 0.05)
    with pytest.raises(VoidError) as raised:
        _gpu(Answers(_forever(BUSY)), alone=alone).settle()
    assert raised.value.void == void


@pytest.mark.parametrize(
    ("highs", "nanoseconds", "possible"), [((0,), 30, False), ((0,), 5000, True), ((99,), 1, True)]
)
def test_a_speed_that_no_gpu_has(highs: tuple[int, ...], nanoseconds: int, possible: bool) -> None:  # noqa: FBT001
    """10 batches of 32 rows through 100 by 1000 weights are 32 million products, for which 40 ns are too few."""
    weights = (np.zeros((100, 1000), np.float32), np.zeros(1000, np.float32))
    pair = SimpleNamespace(gpu=_gpu(Answers(iter(()))), reference=SimpleNamespace(weights=weights, highs=highs))
    runner = replace(_runner(), pair=cast("Any", pair))
    if possible:
        runner._check_speed(nanoseconds, 10)
        return
    with pytest.raises(VoidError, match="impossible"):
        runner._check_speed(nanoseconds, 10)


def _runner() -> PairedRunner:
    nothing = cast("Any", None)
    return PairedRunner(pair=nothing, work=nothing, rows=32, settings=nothing, proof=nothing, seed=0)
