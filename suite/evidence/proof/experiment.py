"""Asks a model, a submission's or a reference, to predict and to learn with the host's weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

import numpy as np

from suite.data.train_test_set import TargetKind
from suite.errors import SuiteError
from suite.evidence.interview.answers import ExperimentAnswer, parse
from suite.evidence.interview.channel import Answering
from suite.evidence.interview.inspection import PLAIN, CallingConvention, TensorSlot
from suite.evidence.proof.random_tensors import Array, DrawnTensor, draw_weights, open_gate, with_rows
from suite.evidence.proof.recipes import Arguments

TRAINS = ("train", "fit")
"""The questions that take steps of training."""
Ask: TypeAlias = Callable[..., tuple[ExperimentAnswer, Mapping[str, Array]]]
Inputs: TypeAlias = Sequence[Array | list[str]]


class ModelError(SuiteError):
    """The model raised, or returned something that can't be compared; this is part of the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one training step learns from."""

    inputs: Inputs
    """One entry per input."""
    targets: Sequence[Array]
    """One entry per output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSetup:
    """What a model is trained on, and how."""

    inputs: Array
    """Examples, `(rows, ...)`, as the model wants them."""
    targets: Array
    """Their classes, or a target for each step."""
    order: Array
    """`(steps, batch)` int64: which examples each step learns from."""
    kind: TargetKind
    """Which of the two the targets are."""
    logits: bool
    """Whether the model's outputs are logits."""
    optimizer: str
    """Name of the optimizer."""
    rate: float
    """Learning rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One model behind a channel."""

    ask: Ask
    """`ask(question, arrays, **values)`."""
    index: int
    """Its position in the worker's list of models."""
    slots: Sequence[TensorSlot]
    """The tensors to be loaded."""
    traced: bool = False
    """Whether Keras is to run it as a compiled graph."""
    traced_calls: bool = False
    """Whether Keras is to run its calls so, though not its training."""
    traceable: bool = False
    """Whether none of its code is the notebook's, as its process says."""
    copied: bool = False
    """Whether it is a copy of a submission's model in a process of the suite's own."""
    convention: CallingConvention = PLAIN
    """How it is called."""
    rows: Mapping[int, int] = field(default_factory=dict)
    """Rows of the tables, by the tensors' numbers, that are kept longer or shorter here than their slots say."""

    @property
    def drawn_tensors(self) -> list[DrawnTensor]:
        """What is known of a reference's tensors."""
        return [
            DrawnTensor(shape=slot.shape, role=slot.role, fan=slot.fan, divided=slot.divided) for slot in self.slots
        ]

    def draw_weights(self, generator: np.random.Generator) -> list[Array]:
        """Fresh weights for a reference's tensors."""
        arrays = draw_weights(self.drawn_tensors, generator)
        return [
            open_gate(array, *slot.keeping, generator) if slot.keeping else array
            for array, slot in zip(arrays, self.slots, strict=True)
        ]

    def predict(self, weights: Sequence[Array], calls: Sequence[Inputs]) -> list[Array]:
        """All outputs of all calls, one after the other."""
        arrays, texts = self._pack(weights, calls)
        _, answers = self._ask("predict", arrays, inputs=len(calls[0]), texts=texts, calls=len(calls), listen=False)
        return [answers[name] for name in answers if name.startswith("y")]

    def practise(
        self, weights: Sequence[Array], inputs: Inputs, *, calls: int
    ) -> tuple[list[list[Array]], list[Array]]:
        """The outputs of equal calls in training mode, each from the same weights, and the tensors after the last.

        There are no outputs of several where no layer of the model can make them differ.
        """
        arrays, texts = self._pack(weights, [inputs])
        numbers = [slot.number for slot in self.slots]
        values = {"inputs": len(inputs), "texts": texts, "calls": calls, "tensors": numbers}
        _, answers = self._ask("practise", arrays, **values)
        return [found for found in _by_call(answers, calls) if found], self._trained(answers, weights)

    def predict_each(
        self, weights: Sequence[Array], others: Mapping[int, Array], inputs: Inputs
    ) -> tuple[list[Array], dict[int, list[Array]]]:
        """All outputs of a call, and of one more for each of `others`, a place among the slots and its other value."""
        arrays, texts = self._pack(weights, [inputs])
        numbers = {place: self.slots[place].number for place in others}
        arrays |= {f"v{numbers[place]}": value for place, value in others.items()}
        _, answers = self._ask("predict each", arrays, inputs=len(inputs), texts=texts, tensors=list(numbers.values()))
        calls = _by_call(answers, len(others) + 1)
        return calls[0], dict(zip(others, calls[1:], strict=True))

    def slopes(self, weights: Sequence[Array], inputs: Inputs, factors: Sequence[Array]) -> dict[int, Array]:
        """By how much the outputs of a call, times the factors and summed, change with each number of the tensors.

        By the tensors' places; those that the model says have no effect are left out.
        """
        arrays, texts = self._pack(weights, [inputs])
        arrays |= {f"f{place}": each for place, each in enumerate(factors)}
        _, answers = self._ask("slopes", arrays, inputs=len(inputs), texts=texts, outputs=len(factors))
        found = {place: answers.get(f"g{slot.number}") for place, slot in enumerate(self.slots)}
        return {n: each for n, each in found.items() if each is not None and each.shape == self.slots[n].shape}

    def listen(self, weights: Sequence[Array], inputs: Inputs) -> dict[str, Array]:
        """First output of each layer in one call, in the order in which the layers were called."""
        arrays, texts = self._pack(weights, [inputs])
        answer, answers = self._ask("predict", arrays, inputs=len(inputs), texts=texts, calls=1, listen=True)
        return {name: answers[f"l{n}"] for n, name in enumerate(answer.layers) if f"l{n}" in answers}

    def call_layer(
        self, weights: Sequence[Array], tensor: int, arguments: Arguments, inputs: Sequence[Array]
    ) -> list[Array]:
        """All outputs of the layer that owns `tensor`, called by itself."""
        arrays, texts = self._pack(weights, [inputs])
        values = {"tensor": tensor, "arguments": arguments.as_json(), "inputs": len(inputs), "texts": texts}
        _, answers = self._ask("layer", arrays, **values)
        return [answers[name] for name in answers if name.startswith("y")]

    def train(
        self, weights: Sequence[Array], batches: Sequence[Batch], *, answers: Sequence[int], rate: float, softmax: bool
    ) -> list[Array]:
        """The tensors after a step for each batch, in the order of the slots; `answers` are the outputs to train."""
        arrays, texts = self._pack(weights, [batch.inputs for batch in batches])
        for step, batch in enumerate(batches):
            arrays |= {f"t{step}.{place}": target for place, target in enumerate(batch.targets)}
        sizes = {"inputs": len(batches[0].inputs), "answers": list(answers), "steps": len(batches)}
        _, learnt = self._ask("train", arrays, **sizes, texts=texts, rate=rate, softmax=softmax)
        return self._trained(learnt, weights)

    def _trained(self, learnt: Mapping[str, Array], weights: Sequence[Array]) -> list[Array]:
        """The tensors of an answer, in the order of the slots; `weights` are those before."""
        after = [learnt.get(f"w{slot.number}") for slot in self.slots]
        trained = [
            self._of_slot(slot, array, before)
            for slot, array, before in zip(self.slots, after, weights, strict=True)
            if array is not None
        ]
        if [array.shape for array in trained] != [slot.shape for slot in self.slots]:
            raise ModelError("the weights after training aren't of the shapes before")
        return trained

    def fit(self, weights: Sequence[Array], setup: TrainingSetup, answer: int = 0) -> tuple[list[Array], list[float]]:
        """The tensors after the host's training of one output, in the order of the slots; the loss before each step."""
        arrays, texts = self._pack(weights, [[setup.inputs]])
        arrays |= {"t0.0": setup.targets, "order": setup.order}
        values = {"kind": setup.kind, "logits": setup.logits, "optimizer": setup.optimizer, "rate": setup.rate}
        values["answer"] = answer
        _, answers = self._ask("fit", arrays, inputs=1, texts=texts, **values)
        after = [answers.get(f"w{slot.number}") for slot in self.slots]
        trained = [
            self._of_slot(slot, array, before)
            for slot, array, before in zip(self.slots, after, weights, strict=True)
            if array is not None and np.isfinite(array).all()
        ]
        losses = answers.get("losses")
        if losses is None or losses.shape != (len(setup.order),) or not np.isfinite(losses).all():
            raise ModelError("training gave no losses that are numbers")
        if [array.shape for array in trained] != [slot.shape for slot in self.slots]:
            raise ModelError("the weights after training aren't numbers in the shapes of before")
        return trained, [float(loss) for loss in losses]

    def _of_slot(self, slot: TensorSlot, after: Array, before: Array) -> Array:
        """A trained tensor with as many rows as its slot says; rows that aren't kept here stay as they were."""
        if slot.number not in self.rows:
            return after
        if after.shape[1:] != before.shape[1:] or not after.ndim:
            raise ModelError("the weights after training aren't of the shapes before")
        return np.concatenate([after[: len(before)], before[len(after) :]])

    def _ask(
        self, question: str, arrays: dict[str, Array], **values: Any
    ) -> tuple[ExperimentAnswer, Mapping[str, Array]]:
        traced = self.traced or (self.traced_calls and question not in TRAINS)
        values |= {"model": self.index, "traced": traced}
        answer, answers = self.ask(question, arrays, convention=asdict(self.convention), **values)
        if answer.problem:
            raise ModelError(answer.problem)
        return answer, answers

    def _pack(self, weights: Sequence[Array], calls: Sequence[Inputs]) -> tuple[dict[str, Array], dict[str, list[str]]]:
        """Weights and inputs under the names that the worker knows; texts are returned separately."""
        arrays = {
            f"w{slot.number}": with_rows(array, self.rows.get(slot.number, len(array)) if array.ndim else 0)
            for slot, array in zip(self.slots, weights, strict=True)
        }
        texts: dict[str, list[str]] = {}
        for number, inputs in enumerate(calls):
            for place, values in enumerate(inputs):
                name = f"x{number}.{place}"
                if isinstance(values, list):
                    texts[name] = values
                else:
                    arrays[name] = values
        return arrays, texts


def _by_call(answers: Mapping[str, Array], count: int) -> list[list[Array]]:
    """The outputs `y<call>.<place>` of each call; those of calls that weren't asked for are left out."""
    calls: list[list[Array]] = [[] for _ in range(count)]
    for name, array in answers.items():
        number = int(name[1:].partition(".")[0]) if re.fullmatch(r"y\d{1,4}\.\d{1,4}", name) else count
        if number < count:
            calls[number].append(array)
    return calls


def on_channel(channel: Answering) -> Ask:
    """A function that asks the submission's process."""

    def ask(question: str, arrays: dict[str, Array], **values: Any) -> tuple[ExperimentAnswer, Mapping[str, Array]]:
        frame = channel.ask(question, arrays, **values)
        return parse(ExperimentAnswer, frame), frame.arrays

    return ask
