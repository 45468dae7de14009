"""What recurrent layers and their cells compute: simple, LSTM, GRU, stacked or in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Literal, TypeAlias

import numpy as np

from suite.evidence.proof.activations import ACTIVATIONS, GATES, Activation
from suite.evidence.proof.random_tensors import Array
from suite.evidence.proof.recurrent_cells import Level, RecurrentCell, readings

RecurrentKind: TypeAlias = Literal["SimpleRNN", "LSTM", "GRU", "GRU, reset_after=False"]
KINDS: dict[int, tuple[RecurrentKind, ...]] = {1: ("SimpleRNN",), 4: ("LSTM",), 3: ("GRU", "GRU, reset_after=False")}
"""Kinds of layer by the number of column blocks in a kernel."""
Merge: TypeAlias = Literal["concat", "sum", "mul", "ave"]
MERGES: tuple[Merge, ...] = ("concat", "sum", "mul", "ave")
State: TypeAlias = tuple[Array, ...]
Named: TypeAlias = Iterator[tuple[str, Array]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentFormula:
    """How a layer computes with its tensors."""

    kind: RecurrentKind
    activation: Activation
    gate: Activation
    merge: Merge = "concat"

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
        past = reset * (state[0] @ u + b) if self.kind == "GRU" else (reset * state[0]) @ u + b
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
                given = self.join([walks[0], *(walk[:, ::-1] for walk in walks[1:])])
                last = self.join([walk[:, -1] for walk in walks])
        return given, last

    def join(self, parts: Sequence[Array]) -> Array:
        """Merge the outputs of both directions."""
        match self.merge:
            case "concat":
                return np.concatenate(parts, axis=-1)
            case "mul":
                return np.asarray(np.prod(parts, axis=0))
        return np.asarray(np.sum(parts, axis=0) / (len(parts) if self.merge == "ave" else 1))


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
    ReadingOrder(name="go_backwards", backwards=True),
    ReadingOrder(name="time_major", steps_first=True),
    ReadingOrder(name="time_major, go_backwards", steps_first=True, backwards=True),
)


def remember(tensors: Sequence[Array], given: Array, limit: int | None) -> Named:
    """Recurrent layers with these tensors over `(rows, steps, features)` or `(steps, rows, features)`.

    Each gives all outputs and the last; those that read backwards give the last step's first.
    """
    for levels in readings(tensors):
        merges = MERGES if len(levels) == 1 and len(levels[0]) > 1 else MERGES[:1]
        if given.shape[-1] != len(levels[0][0].kernel):
            continue
        for (name, rule), merge, way in product(_rules(levels[0][0], limit), merges, WAYS):
            every, last = replace(rule, merge=merge).climb(levels, way.read(given))
            words = ", ".join(
                part for part in (name, way.name, "" if merge == "concat" else f"merge_mode={merge}") if part
            )
            yield words, every.swapaxes(0, 1) if way.steps_first else every
            yield f"{words}, return_sequences=False", last


def step_alone(tensors: Sequence[Array], given: Array, states: Sequence[Array], limit: int | None) -> Named:
    """Cells with these tensors, one step from a given state."""
    for levels in readings(tensors):
        cell = levels[0][0]
        if len(levels) == len(levels[0]) == 1 and given.shape[-1] == len(cell.kernel):
            for name, rule in _rules(cell, limit):
                if len(states) == (2 if rule.kind == "LSTM" else 1):
                    yield f"{name}, cell", rule.step(cell, given, tuple(states))[0]


def _rules(cell: RecurrentCell, limit: int | None) -> Iterator[tuple[str, RecurrentFormula]]:
    """At most `limit` formulas for a cell with this number of blocks, most likely first."""
    gates = GATES if cell.blocks > 1 else {"": GATES["sigmoid"]}
    every = product(gates.items(), ACTIVATIONS.items(), KINDS[cell.blocks])
    for (gate, gating), (name, activation), kind in islice(every, limit):
        words = ", ".join(part for part in (kind, name, gate) if part)
        yield words, RecurrentFormula(kind=kind, activation=activation, gate=gating)
