"""What recurrent layers and their cells compute: simple, LSTM, GRU, stacked or in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal, TypeAlias

import numpy as np

from suite.evidence.proof.activations import ACTIVATIONS, GATES, Activation
from suite.evidence.proof.random_tensors import Array
from suite.evidence.proof.recurrent_cells import Level, RecurrentCell, readings

RecurrentKind: TypeAlias = Literal["SimpleRNN", "LSTM", "GRU, reset_after=True", "GRU, reset_after=False"]
KINDS: dict[int, tuple[RecurrentKind, ...]] = {
    1: ("SimpleRNN",),
    4: ("LSTM",),
    3: ("GRU, reset_after=True", "GRU, reset_after=False"),
}
"""Kinds of layer by the number of column blocks in a kernel."""
State: TypeAlias = tuple[Array, ...]
Named: TypeAlias = Iterator[tuple[str, Array]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentFormula:
    """How a layer computes with its tensors."""

    kind: RecurrentKind
    activation: Activation
    gate: Activation

    def step(self, cell: RecurrentCell, given: Array, state: State) -> State:
        """The next state; its first array is the output."""
        side = given @ cell.kernel + cell.bias
        if self.kind == "SimpleRNN":
            return (self.activation(side + state[0] @ cell.recurrent + cell.recurrent_bias),)
        if self.kind == "LSTM":
            total = side + state[0] @ cell.recurrent + cell.recurrent_bias
            into, forget, candidate, out = np.split(total, 4, axis=-1)
            memory = self.gate(forget) * state[1] + self.gate(into) * self.activation(candidate)
            return self.gate(out) * self.activation(memory), memory
        units = cell.units
        gates = side[:, : 2 * units] + (state[0] @ cell.recurrent + cell.recurrent_bias)[:, : 2 * units]
        update, reset = np.split(self.gate(gates), 2, axis=-1)
        u, b = cell.recurrent[:, 2 * units :], cell.recurrent_bias[2 * units :]
        past = reset * (state[0] @ u + b) if self.kind == "GRU, reset_after=True" else (reset * state[0]) @ u + b
        return (update * state[0] + (1 - update) * self.activation(side[:, 2 * units :] + past),)

    def walk(self, cell: RecurrentCell, given: Array) -> Array:
        """`(rows, steps, units)`: all outputs for `(rows, steps, features)`, from a state of zeros."""
        state: State = (np.zeros((len(given), cell.units)),) * (2 if self.kind == "LSTM" else 1)
        outputs = []
        for step in range(given.shape[1]):
            state = self.step(cell, given[:, step], state)
            outputs.append(state[0])
        return np.stack(outputs, axis=1)

    def climb(self, levels: Sequence[Level], given: Array) -> tuple[Array, Array]:
        """Run stacked levels: all outputs of the last level, `(rows, steps, features)`, and its cells' last ones."""
        last = given
        with np.errstate(over="ignore", invalid="ignore"):  # an activation that this layer doesn't have
            for level in levels:
                walks = [self.walk(level[0], given), *(self.walk(cell, given[:, ::-1]) for cell in level[1:])]
                given = np.concatenate([walks[0], *(walk[:, ::-1] for walk in walks[1:])], axis=-1)
                last = np.concatenate([walk[:, -1] for walk in walks], axis=-1)
        return given, last


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOrder:
    """The order in which a layer reads its input, by Keras's names."""

    name: str
    steps_first: bool = False
    backwards: bool = False

    def read(self, given: Array) -> Array:
        """The input as `(rows, steps, features)`, in reading order."""
        rows = given.swapaxes(0, 1) if self.steps_first else given
        return rows[:, ::-1] if self.backwards else rows


WAYS = (
    ReadingOrder(name=""),
    ReadingOrder(name="go_backwards=True", backwards=True),
    ReadingOrder(name="time_major=True", steps_first=True),
    ReadingOrder(name="time_major=True, go_backwards=True", steps_first=True, backwards=True),
)


def remember(tensors: Sequence[Array], given: Array, limit: int | None) -> Named:
    """Recurrent layers with these tensors over `(rows, steps, features)` or `(steps, rows, features)`.

    Each gives all outputs and the last; those that read backwards give the last step's first.
    """
    for levels in readings(tensors):
        if given.shape[-1] != len(levels[0][0].kernel):
            continue
        for (name, rule), way in product(_rules(levels[0][0], limit), WAYS):
            every, last = rule.climb(levels, way.read(given))
            words = ", ".join(part for part in (name, way.name) if part)
            yield f"{words}, return_sequences=True", every.swapaxes(0, 1) if way.steps_first else every
            yield f"{words}, return_sequences=False", last


def step_alone(tensors: Sequence[Array], given: Array, states: Sequence[Array], limit: int | None) -> Named:
    """Cells with these tensors, one step from a given state."""
    for levels in readings(tensors):
        cell = levels[0][0]
        if len(levels) == len(levels[0]) == 1 and given.shape[-1] == len(cell.kernel):
            for name, rule in _rules(cell, limit):
                if len(states) == (2 if rule.kind == "LSTM" else 1):
                    yield name, rule.step(cell, given, tuple(states))[0]


def _rules(cell: RecurrentCell, limit: int | None) -> Iterator[tuple[str, RecurrentFormula]]:
    """At most `limit` formulas for a cell with this number of blocks, most likely first."""
    known = GATES if cell.blocks > 1 else {"": GATES["sigmoid"]}
    every = product(known.items(), ACTIVATIONS.items(), KINDS[cell.blocks])
    for (gate, gating), (name, activation), kind in islice(every, limit):
        gates = f"recurrent_activation={gate}" if gate else ""
        words = ", ".join(part for part in (kind, f"activation={name}", gates) if part)
        yield words, RecurrentFormula(kind=kind, activation=activation, gate=gating)
