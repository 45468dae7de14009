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
    """Wall-clock limit for the whole notebook, imports included."""
    cpu_seconds: float
    """Limit on the CPU time of all its processes together."""
    limits: Limits
    """What the process tree may use."""
    seed: int
    """Seeds the frameworks in the sandbox."""
    runtime: str
    """Name of the runtime that it runs in, such as `keras` or `torch`."""
    ahead: bool = True
    """Whether its sources import a framework, so that importing it ahead saves time; it can be imported either way."""
    libraries: tuple[str, ...] = ()
    """Modules of other libraries that its sources name, for the same reason."""
    niceness: int = 19
    """High, so that the host can still stop a fork bomb of a thousand busy processes; timings use 0, as a process that
    gives way to all others can't be timed fairly."""
    devices: tuple[str, ...] = ()
    """Device files of a GPU that it may use; it computes on the processor without."""
    rows_per_pass: int = 0
    """Cap on the rows that a notebook's own loop reads in one pass over a data loader; 0 for none."""
    stop_at: int | None = None
    """Index of a cell after which the run ends if that cell raises: it is run again only for the sake of that cell."""
    weights: tuple[str, ...] = ()
    """Files of the submission with trained weights, which are laid into the models when the notebook has ended."""
    skips_training: bool = False
    """Whether each training ends after a step, as the weights come from such files."""
    names: tuple[str, ...] | None = None
    """Of a notebook of which an assignment is to be made: names that are asked for what they hold; its models are asked
    for what they take. `None` for a submission."""
    copied: bool = False
    """Whether copies of its models answer in their place where there can be any, so that few questions follow; not for
    a timing, nor for what answers for a whole class."""
    repeated_steps: int = 0
    """Sequence length from which a recurrent model's probe runs as the graph that the proof will use; 0 for never."""
    probe_seed: int | None = None
    """Seeds the probes, so that they can be drawn again; `None` draws fresh ones."""
