"""The figures of a benchmark that are series of their own, each with its noise.

Each has a rule for a fresh verdict (`suite.tracking.history.duel`) and one for the nights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from suite.assignments import ThroughputSettings
from suite.tracking.amounts import Unit
from suite.tracking.history.settings import JudgeSettings

TIME, MEMORY, GPU_MEMORY, COMPILE, STEPS, LEARNING = "time", "memory", "gpu_memory", "compile", "steps", "learning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How one of them is judged."""

    field: str
    """Name of a measurement's field, and of the record's column, that has it."""
    rule: ThroughputSettings
    """Of a fresh verdict, whose quads have new processes each, so that `quads` is 1; and of a comparison."""
    nights: JudgeSettings
    """Of the record."""
    unit: Unit
    """What its numbers count."""
    options: tuple[str, ...] = ()
    """What `suite bench --quick` has to be told to measure it."""
    least: float
    """Figures below this aren't judged: what is measured then is the measuring itself."""

    @property
    def clocked(self) -> bool:
        """Whether a slower machine makes it more, as the anchor then shows."""
        return self.unit == "seconds"

    def of(self, measured: object) -> float | None:
        """That of a measurement, or of a row of the record; `None` where there is none, or it is too small."""
        return self.judged(getattr(measured, self.field))

    def judged(self, value: float | None) -> float | None:
        """A value; `None` where there is none, or it is too small."""
        return float(value) if value and value >= self.least else None


FIGURES: Final[Mapping[str, Figure]] = {
    TIME: Figure(
        field="seconds",
        # a tolerance below 3% finds where memory happens to lie
        rule=ThroughputSettings(tolerance=0.03, quads=1),
        nights=JudgeSettings(),
        unit="seconds",
        least=0.0,
    ),
    MEMORY: Figure(
        field="peak_memory_bytes",
        # the peak of equal processes differs by 0.1% (388.1 to 389.1 MiB in Keras, 335.8 to 336.0 in PyTorch): pages
        # that the allocator and the threads happen to touch. So a spread of 1% is cautious
        rule=ThroughputSettings(tolerance=0.03, quads=1, process_spread=0.01),
        nights=JudgeSettings(scale_floor=0.002),  # twice that, as a month with little noise may be luck
        unit="bytes",
        least=float(1 << 20),  # a page is 4 KiB, and the interpreter's own memory goes up and down by some of them
    ),
    GPU_MEMORY: Figure(
        field="peak_device_bytes",
        # what the allocator of tensors counts is the same in equal runs; but a library may choose another workspace
        rule=ThroughputSettings(tolerance=0.03, quads=1, process_spread=0.01, looks=((16, 0.01),)),
        nights=JudgeSettings(scale_floor=0.002),
        unit="bytes",
        least=float(1 << 20),
    ),
    COMPILE: Figure(
        field="compile_seconds",
        # one call a process, so nothing is averaged: 0.164 to 0.187 s in the same five processes, 6%; doubled
        rule=ThroughputSettings(tolerance=0.10, slowdown=0.30, quads=1, process_spread=0.12),
        nights=JudgeSettings(min_magnitude=0.10, scale_floor=0.03),  # a night's is the median of three processes
        unit="seconds",
        least=0.02,  # PyTorch compiles nothing, and its first call is longer by 0.7 to 2.4 ms
    ),
    STEPS: Figure(
        field="steps_to_accuracy",
        # the same in equal processes, so a few quads tell; a change that only rounds otherwise may move a training by a
        # step or two of its 10 to 60, which isn't what is looked for
        rule=ThroughputSettings(tolerance=0.10, slowdown=0.30, quads=1, process_spread=0.01, looks=((8, 0.01),)),
        nights=JudgeSettings(min_magnitude=0.10, scale_floor=0.02),
        unit="steps",
        options=("--learning",),
        least=0.0,
    ),
    LEARNING: Figure(
        field="seconds_to_accuracy",
        # three trainings a process: 0.120 to 0.137 s in Keras, 0.147 to 0.170 s in PyTorch in four equal ones on a busy
        # machine, 6%; doubled
        rule=ThroughputSettings(tolerance=0.10, slowdown=0.30, quads=1, process_spread=0.12),
        nights=JudgeSettings(min_magnitude=0.10, scale_floor=0.03),  # the median of three processes, as of compilation
        unit="seconds",
        options=("--learning",),
        least=0.0,
    ),
}
