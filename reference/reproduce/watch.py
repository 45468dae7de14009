"""Following a run: its progress bar, and its curve as it grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


def progress_bar() -> Progress:
    """Figure, framework, epoch, and the time that is left of the run."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        refresh_per_second=2,
    )


class Watch:
    """What a training loop tells its steps and epochs to."""

    def __init__(self, progress: Progress, name: str, *, epochs: int, steps: int, clock: Callable[[], float]) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=epochs * steps, epoch=1, epochs=epochs)
        self._clock = clock
        self._start = clock()
        self._epochs = epochs
        self.curve: list[dict[str, Any]] = []
        """An entry an epoch: its accuracies, and seconds since the start, the building of the model included."""

    def step(self) -> None:
        """A batch has been trained on."""
        self._progress.advance(self._task)

    def epoch(self, *, accuracy: float, val_accuracy: float | None) -> None:
        """An epoch has ended, validation included."""
        seconds = round(self._clock() - self._start, 1)
        self.curve.append({"accuracy": accuracy, "val_accuracy": val_accuracy, "seconds": seconds})
        self._progress.update(self._task, epoch=min(len(self.curve) + 1, self._epochs))
