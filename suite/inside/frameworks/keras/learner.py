"""Keras 3 and Keras 2 in the functional proof, both on TensorFlow."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any

import numpy as np

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.interface import Batch, StepOptions, TrainingGoal
from suite.inside.frameworks.keras.adapter import as_tensors
from suite.inside.frameworks.keras.graphs import Graphs, may_trace, outputs
from suite.inside.frameworks.recipes import Arguments, fill
from suite.inside.frameworks.views import Array, flatten

RESETS = ("reset_state", "reset_states")  # Keras 3 and Keras 2
GENERATORS = ("SeedGenerator", "RandomGenerator")
"""Classes of what Keras 3 and Keras 2 draw random numbers with."""
HALVES = ("float16", "bfloat16")
LEAST = 1e-7  # smallest probability whose logarithm is taken, as in Keras's own losses


class KerasLearner:
    """Calls with `training=False`: no dropout, no batch statistics.

    A step on a long sequence takes a second eagerly and milliseconds as a graph, which takes a second to trace.
    """

    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs

    def put(self, handle: Any, values: Any) -> None:
        """Assign a variable."""
        handle.assign(values)

    def hold(self, handle: Any) -> Any:
        """A copy, as `put` assigns."""
        return self.read(handle)

    def read(self, handle: Any) -> Array:
        """A copy, as a variable's array may share memory with it."""
        return np.array(handle.numpy())

    def use_full_precision(self, model: Any) -> None:
        """Replace the policies of its layers, and bring weights and inputs in half precision to float32."""
        for layer in model._flatten_layers():
            name = getattr(getattr(layer, "dtype_policy", None), "name", "")
            if name.startswith("mixed_") or name in HALVES:
                with suppress(Exception):  # Keras 2 has no such setter
                    _widen(layer.variables)
                    layer.dtype_policy = "float32"
        for tensor in getattr(model, "inputs", None) or ():
            if getattr(tensor, "dtype", "") in HALVES:
                tensor._dtype = "float32"

    def reset(self, model: Any) -> None:
        """Reset the stateful layers; a model's own method would only call theirs."""
        for layer in model._flatten_layers():
            reset = next((getattr(layer, name) for name in RESETS if hasattr(layer, name)), None)
            if getattr(layer, "stateful", False) and layer is not model and reset is not None:
                with suppress(Exception):  # a method of that name may be for something else
                    reset()
        if getattr(model, "stateful", False) and not hasattr(model, "layers"):
            next(getattr(model, name) for name in RESETS if hasattr(model, name))()

    def call(self, model: Any, inputs: Sequence[Any], convention: Convention, *, traced: bool) -> list[Array]:
        """Outputs as arrays."""
        found = self._graphs.call(model, as_tensors(inputs), convention, traced=traced)
        return [np.asarray(part, dtype=np.float32) for part in found]

    def practise(
        self,
        model: Any,
        inputs: Sequence[Any],
        convention: Convention,
        seed: int,  # noqa: ARG002 - Keras's random layers go on from call to call
        *,
        traced: bool,
    ) -> list[Array]:
        """Outputs as arrays."""

        def outputs_in_training(model: Any, inputs: Sequence[Any]) -> list[Any]:
            return outputs(model, inputs, convention, training=True)

        given = (as_tensors(inputs),)
        found = self._graphs.run(model, outputs_in_training, given, traced=traced, variant=repr(convention))
        return [np.asarray(part, dtype=np.float32) for part in found]

    def may_trace(self, model: Any) -> bool:
        """Only Keras's own classes with plain options."""
        return may_trace(model)

    def may_vary(self, model: Any) -> bool:
        """Where it has code of the notebook's, or a layer that draws numbers."""
        return not may_trace(model) or any(map(_draws, model._flatten_layers()))

    def call_layer(self, layer: Any, arguments: Arguments, arrays: Sequence[Array]) -> list[Array]:
        """Outputs as arrays."""
        args, kwargs = fill(arguments, iter(as_tensors(arrays)))
        return [np.asarray(part, dtype=np.float32) for part in flatten(layer(*args, **kwargs, training=False))]

    def step(self, model: Any, handles: Sequence[Any], batch: Batch, options: StepOptions) -> None:
        """One step; sparse gradients of embeddings are made dense."""
        tf = sys.modules["tensorflow"]
        trained = [handle for handle in handles if handle.trainable]
        variables = [handle if isinstance(handle, tf.Variable) else handle.value for handle in trained]

        def differentiate(model: Any, inputs: Sequence[Any], targets: Sequence[Any]) -> list[Any]:
            with tf.GradientTape() as tape:
                found = outputs(model, inputs, options.convention)
                chosen = [found[place] for place in options.answers]
                answers = [_probabilities(part) if options.softmax else part for part in chosen]
                losses = [
                    tf.reduce_mean(tf.square(a - tf.cast(t, a.dtype))) for a, t in zip(answers, targets, strict=True)
                ]
                loss = tf.add_n(losses)
            found = tape.gradient(loss, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            return [tf.convert_to_tensor(gradient) for gradient in found]

        inputs, targets = batch
        given = as_tensors(inputs), as_tensors(targets)
        variant = repr(replace(options, rate=0.0))  # by which the gradients aren't multiplied yet
        gradients = self._graphs.run(model, differentiate, given, traced=options.traced, variant=variant)
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_sub(tf.cast(options.rate * gradient, variable.dtype))

    def gradient(
        self, model: Any, handles: Sequence[Any], batch: Batch, goal: TrainingGoal
    ) -> tuple[float, list[Array | None]]:
        """Cross-entropy and gradients as arrays."""
        tf = sys.modules["tensorflow"]
        trained = [handle for handle in handles if handle.trainable]
        variables = [handle if isinstance(handle, tf.Variable) else handle.value for handle in trained]

        def descend(model: Any, inputs: Sequence[Any], targets: Sequence[Any]) -> list[Any]:
            with tf.GradientTape() as tape:
                loss = _loss(outputs(model, inputs, goal.convention)[goal.answer], targets[0], goal)
            found = tape.gradient(loss, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            return [loss, *(tf.convert_to_tensor(gradient) for gradient in found)]

        inputs, targets = batch
        given = as_tensors(inputs), as_tensors(targets)
        loss, *gradients = self._graphs.run(model, descend, given, traced=goal.traced, variant=repr(goal), often=True)
        left = iter(gradients)
        return float(loss), [next(left).numpy() if handle.trainable else None for handle in handles]

    def slopes(self, model: Any, handles: Sequence[Any], batch: Batch, convention: Convention) -> list[Array | None]:
        """Gradients as arrays; always eagerly, as they are asked for once or twice."""
        tf = sys.modules["tensorflow"]
        variables = [handle if isinstance(handle, tf.Variable) else handle.value for handle in handles]
        inputs, factors = batch
        with tf.GradientTape() as tape:
            for variable in variables:
                tape.watch(variable)
            answers = outputs(model, as_tensors(inputs), convention)
            each = [tf.reduce_sum(tf.cast(o, tf.float32) * f) for o, f in zip(answers, factors, strict=True)]
            total = tf.add_n(each)
        found = tape.gradient(total, variables)
        return [None if g is None else np.asarray(tf.convert_to_tensor(g), np.float32) for g in found]

    def move(self, handle: Any, by: Array) -> None:
        """Add `by` to a variable."""
        variable = handle if hasattr(handle, "assign_add") else handle.value
        variable.assign_add(by)

    def forget(self, model: Any) -> None:
        """Drop its graphs."""
        self._graphs.forget(model)

    def undisturbed(self) -> AbstractContextManager[object]:
        """Threads were set when TensorFlow started; graphs are kept cheap."""
        return self._graphs.brief()


def _draws(layer: Any) -> bool:
    """Whether one of Keras's own layers draws random numbers; recurrent ones hold a generator in any case."""
    rates = [getattr(layer, name) for name in ("dropout", "recurrent_dropout") if hasattr(layer, name)]
    return any(rates) if rates else any(type(held).__name__ in GENERATORS for held in vars(layer).values())


def _widen(variables: Sequence[Any]) -> None:
    """Replace the values of Keras 3's variables in half precision by float32."""
    for variable in variables:
        if variable.dtype in HALVES:
            values = variable.numpy().astype(np.float32)
            variable._value = sys.modules["tensorflow"].Variable(values, trainable=variable.trainable)
            variable._dtype = "float32"


def _probabilities(logits: Any) -> Any:
    """Softmax, or sigmoid if there is a single output."""
    tf = sys.modules["tensorflow"]
    return tf.sigmoid(logits) if logits.shape[-1] == 1 else tf.nn.softmax(logits)


def _loss(output: Any, targets: Any, goal: TrainingGoal) -> Any:
    """Squared error of numbers; cross-entropy of classes, or of yes and no at the steps after the first."""
    tf = sys.modules["tensorflow"]
    answers = tf.cast(output, tf.float32)
    if goal.kind == "values":
        return tf.reduce_mean((tf.reshape(answers, tf.shape(targets)) - targets) ** 2)
    if goal.kind == "classes":
        if answers.shape[-1] == 1:  # of the second of two classes
            answers = tf.concat([tf.zeros_like(answers) if goal.logits else 1 - answers, answers], axis=-1)
        logs = tf.nn.log_softmax(answers) if goal.logits else tf.math.log(tf.clip_by_value(answers, LEAST, 1.0))
        return -tf.reduce_mean(tf.gather(logs, targets, batch_dims=len(targets.shape)))
    said = tf.reshape(tf.sigmoid(answers) if goal.logits else answers, tf.shape(targets))
    said = tf.clip_by_value(said, LEAST, 1 - LEAST)
    each = targets * tf.math.log(said) + (1 - targets) * tf.math.log(1 - said)
    return -tf.reduce_mean(each[:, 1:])
