"""What the host must know of a framework: a `Framework` is registered by the entry point group `frameworks`.

Its other half, which looks into models, runs inside the sandbox: `suite.inside.frameworks.interface`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from suite.records import Run

Role: TypeAlias = Literal[
    "", "kernel", "recurrent kernel", "bias", "recurrent bias", "table", "scale", "shift", "mean", "variance"
]
"""What a tensor does in its layer; empty where that isn't known. `table`: an embedding's; the last four: a
normalisation's; `recurrent bias`: the second of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedApi:
    """An API that a runtime lacks and an older one has."""

    api: str
    """As notebooks write it."""
    replacement: str
    """As it is written today."""
    symptoms: tuple[re.Pattern[str], ...]
    """Each is found in some line of the error with its traceback, colours removed."""

    def explains(self, error: str) -> bool:
        """Whether an error shows all the symptoms."""
        return all(symptom.search(error) for symptom in self.symptoms)


def _none(_run: Run) -> tuple[RemovedApi, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """One version of a framework that submissions can run in."""

    name: str
    """As assignments and evidence name it."""
    modules: tuple[str, ...]
    """What a warm server imports ahead."""
    needs: tuple[str, ...]
    """Distributions without which it can't be had."""
    fallback: str = ""
    """Name of the older runtime in which a notebook runs again that fails for what this one lacks."""
    find_removed: Callable[[Run], tuple[RemovedApi, ...]] = _none
    """What it lacks of all that a run asked for, by the run's errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One framework."""

    name: str
    """As records and assignments name it."""
    inside: str
    """The package that implements it inside the sandbox, from where it must be importable."""
    reference_file: str
    """Name of the file that holds an assignment's reference models."""
    runtimes: tuple[Runtime, ...]
    """The first is what reference models and timings run in."""
    imports: re.Pattern[str]
    """Found in sources that use it."""
    companions: re.Pattern[str]
    """Found in sources that import a package which brings it in, such as torchvision."""
    extra: str
    """Extra of this project's package that installs it."""
    libraries: tuple[str, ...]
    """Distributions on whose versions evidence depends."""
    role: Callable[[str, str], Role]
    """What a tensor does, by its name and its layer's class: only asked of reference models, as names are a claim."""
    fans: Callable[[tuple[int, ...]], tuple[int, int]]
    """(Inputs, outputs) of a kernel of this shape, receptive field included."""
    optimizer_takes_weights: bool
    """Whether a notebook hands its optimizer the weights, and so may hand it others than it trains."""
    recurrent_layers: frozenset[str]
    """Classes of layers and cells that keep a state over steps."""
