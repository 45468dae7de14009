"""What every run of one assignment and budget shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from suite.assignments import Limits, Probe
from suite.records import SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What every run of one assignment and budget shares."""

    helpers: tuple[SourceFile, ...]
    """Files laid beside the submission."""
    data: Path
    """Prepared datasets."""
    hidden: tuple[Path, ...]
    """Folders that the submission must not see."""
    probes: Sequence[Probe]
    """What to call models with, tried in this order."""
    constants: Sequence[str]
    """Names of constants that `epochs` caps."""
    epochs: int
    """Cap on epochs; 0 for none."""
    wall_seconds: float
    """For the whole notebook, imports included."""
    cpu_seconds: float
    """CPU time of all its processes together."""
    limits: Limits
    """What the process tree may use."""
    seed: int
    """Seeds the frameworks in the sandbox."""
    runtime: str
    """What it runs in."""
    ahead: bool = True
    """Whether its sources import a framework, so that one imported ahead saves time; it can be imported either way."""
    niceness: int = 19
    """Among a thousand busy processes of a fork bomb the host still gets its turn to stop them; a timing takes 0, as
    a process that gives way to everyone can't be timed beside others."""
    probe_seed: int | None = None
    """Seeds the probes, so that they can be drawn again; `None` draws fresh ones."""
