"""`suite freeze --calibrate`: the progress of calibrating, and where its result goes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from suite.calibrate import calibrate
from suite.calibration import Calibration, load_calibration
from suite.files import write_atomically
from suite.plan import Plan


def run_calibration(plan: Plan, seeds: int, models: Sequence[str], log: Console) -> None:
    """Calibrate into `calibration.json`, which is complete after every few runs, so that an interrupt costs little."""
    path = plan.assignment.folder / "calibration.json"

    def save(found: Calibration) -> None:
        write_atomically(path, as_json(found).encode())

    columns = BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn()
    with Progress(TextColumn("{task.description}"), *columns, console=log) as progress:
        tasks: dict[str, object] = {}

        def advance(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], completed=min(done, total))  # type: ignore[arg-type]

        calibrate(plan, seeds, load_calibration(path), models, save, advance)
    log.print(f"recorded in {path}", markup=False)


def as_json(calibration: Calibration) -> str:
    """Indented, with each list of numbers on one line."""
    indented = json.dumps(calibration.model_dump(mode="json"), indent=1)
    return re.sub(r"\[[\s\d.,e-]+\]", lambda numbers: json.dumps(json.loads(numbers[0])), indented) + "\n"
