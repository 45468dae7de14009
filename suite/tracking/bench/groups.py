"""What is benchmarked: groups of references that run in turns, and the shape of the anchor that runs with them."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suite.assignments import Assignment
from suite.records import Work

VERSUS = (("mnist_lstm", "mnist_lstm_cell"), ("layer_of_cell_vs_layer", "cell_vs_layer"))
"""Models that are benchmarked together: a layer, and its cell in a loop, as in TensorFlow's RNN guide."""
SHAPES: Mapping[str, tuple[int, int, int]] = {
    "stack10": (28, 28, 10),
    "stack8": (28, 28, 8),
    "embed_lstm": (12, 64, 128),
    "gru_rnn": (12, 64, 256),
    "encoder_decoder": (12, 64, 64),
    "layer_of_cell_vs_layer": (7, 5, 10),
    "stateful": (10, 50, 64),
    "state_reuse": (10, 50, 64),
    "bidirectional_stack": (5, 10, 64),
    "mnist_lstm": (28, 28, 64),
    "nested_cell": (5, 32, 10),
    "next_symbol": (3, 5, 32),
    "last_vs_sequences": (100, 2, 64),
    "equals_previous": (4, 1, 64),
    "lstm_tower": (100, 2, 16),
    "bidirectional16": (100, 2, 16),
    "news_rnn": (40, 64, 16),
    "news_rnn_masked": (40, 64, 16),
    "news_lstm": (40, 64, 8),
    "news_bilstm": (40, 128, 64),
}
"""(steps, features, units) of the anchor, by the first model of a group; must not change, like the anchor."""
OTHER_SHAPE = (28, 28, 32)
ROWS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchGroup:
    """Benchmarks that run in turns: one kind of work of one or two models, in every framework that they have."""

    assignment: Assignment
    """The assignment with the references."""
    models: tuple[str, ...]
    """Ids of the models, one or two."""
    work: Work
    """What is timed: `forward` or `train`."""

    @property
    def group(self) -> str:
        """Name of the group."""
        return f"{'-vs-'.join(self.models)}-{self.work}"

    def names(self, device: str) -> list[str]:
        """Full names of its benchmarks."""
        return [
            f"{self.assignment.name}/{model}/{framework}/{self.work}/{device}"
            for model, framework in itertools.product(self.models, self.assignment.frameworks)
        ]


def bench_groups(assignments: Sequence[Assignment], pattern: str, device: str) -> list[BenchGroup]:
    """Every group with a benchmark whose full name contains the pattern, which may have wildcards."""
    found = []
    for assignment in assignments:
        paired = [pair for pair in VERSUS if set(pair) <= set(assignment.model_ids)]
        taken = {model for pair in paired for model in pair}
        groups = [*((model,) for model in assignment.model_ids if model not in taken), *paired]
        works: tuple[Work, ...] = ("forward", "train")
        found += [BenchGroup(assignment=assignment, models=g, work=work) for g in groups for work in works]
    return [f for f in found if any(fnmatch.fnmatch(name, f"*{pattern}*") for name in f.names(device))]
