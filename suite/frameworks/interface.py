"""What the host must know about a framework. Each `Framework` is registered in the entry point group `frameworks`.

The code that inspects models runs inside the sandbox: see `suite.inside.frameworks.interface`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from suite.frameworks.layer_classes import LayerClasses
from suite.records import Run

Role: TypeAlias = Literal[
    "", "kernel", "recurrent kernel", "bias", "recurrent bias", "table", "scale", "shift", "mean", "variance"
]
"""What a tensor does in its layer; empty if that isn't known. `table`: the weights of an embedding; the last four:
those of a normalisation layer; `recurrent bias`: the second of two biases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedApi:
    """An API that is missing in a runtime and exists in an older one."""

    api: str
    """How notebooks write it."""
    replacement: str
    """How it is written today."""
    written: re.Pattern[str]
    """How it looks in a source."""
    symptoms: tuple[re.Pattern[str], ...]
    """Patterns that must all match some line of the error and its traceback, colours removed."""

    def explains(self, error: str) -> bool:
        """Whether all symptoms occur in an error."""
        return all(symptom.search(error) for symptom in self.symptoms)


def _none(_run: Run) -> tuple[RemovedApi, ...]:
    return ()


def _never(_run: Run) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """One version of a framework that submissions can run in."""

    name: str
    """Name used in assignments and evidence."""
    modules: tuple[str, ...]
    """Modules that a warm server imports in advance."""
    needs: tuple[str, ...]
    """Python packages that it needs."""
    fallback: str = ""
    """Name of the older runtime in which a notebook runs again if it uses an API that this one has removed."""
    find_removed: Callable[[Run], tuple[RemovedApi, ...]] = _none
    """Finds the removed APIs that a run used, from the run's errors."""
    may_be_at_fault: Callable[[Run], bool] = _never
    """Whether an error may come from the framework's version rather than from the notebook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One framework."""

    name: str
    """Name used in records and assignments."""
    inside: str
    """Package that implements it inside the sandbox; it must be importable there."""
    reference_file: str
    """Name of the file that holds an assignment's reference models."""
    runtimes: tuple[Runtime, ...]
    """Its runtimes; reference models and timings use the first."""
    imports: re.Pattern[str]
    """Matches source code that imports it."""
    companions: re.Pattern[str]
    """Matches source code that imports a package which imports it in turn, such as torchvision."""
    extra: str
    """Name of this project's optional extra that installs it."""
    libraries: tuple[str, ...]
    """Python packages whose versions evidence depends on."""
    role: Callable[[str, str], Role]
    """Role of a tensor, from its name and its layer's class; used only for reference models, as names prove nothing."""
    fan_in: Callable[[str, str, tuple[int, ...]], int]
    """How many numbers each output of a kernel sums, from its name, its layer's class and its shape."""
    fans: Callable[[tuple[int, ...]], tuple[int, int]]
    """(fan-in, fan-out) of a kernel of this shape, receptive field included."""
    update_gate: int
    """Position of a GRU's update gate, which keeps its state, among its three gates."""
    optimizer_takes_weights: bool
    """Whether a notebook gives its optimizer the weights itself, and so may give it the wrong ones."""
    layer_classes: LayerClasses
    """Its layer classes: which may be built anew, and what their kinds are called."""
    recurrent_layers: frozenset[str]
    """Names of layer and cell classes that keep a state over time steps."""
    weight_files: str = ""
    """Forms in which trained weights may be handed in, as sentences name them; empty for none."""
    slow_eagerly: bool = False
    """Whether training is fast only as a graph, whose tracing costs more than some steps."""
    beside_others: bool = False
    """Whether notebooks of other frameworks import it, too: it decides on the runtime only where it is alone."""
