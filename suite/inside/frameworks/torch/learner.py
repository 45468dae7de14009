"""PyTorch in the functional proof."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.interface import Batch, StepOptions, TrainingGoal
from suite.inside.frameworks.recipes import Arguments, fill
from suite.inside.frameworks.torch.adapter import as_array, as_tensor, evaluating, invoke, put_back_state
from suite.inside.frameworks.views import Array, flatten

RESETS = ("reset_state", "reset_states", "reset_hidden")
"""Methods without arguments that reset a module's state; PyTorch defines no standard name."""
LEAST = 1e-7  # smallest probability whose logarithm is taken, as in the learner for Keras


class TorchLearner:
    """Calls in evaluation mode: no dropout, no batch statistics."""

    def put(self, handle: Any, values: Any) -> None:
        """Replace a tensor's data; half precision becomes float32, in which the proof compares."""
        torch = sys.modules["torch"]
        before = handle.data
        if isinstance(values, np.ndarray):
            dtype = torch.float64 if before.dtype is torch.float64 else torch.float32
            values = torch.from_numpy(values.copy()).to(device=before.device, dtype=dtype)
            if values.shape != before.shape:
                raise ValueError(f"a tensor of shape {tuple(before.shape)} was to hold {tuple(values.shape)}")
        handle.data = values

    def hold(self, handle: Any) -> Any:
        """Its data, which `put` replaces."""
        return handle.data

    def read(self, handle: Any) -> Array:
        """A copy in float32."""
        return as_array(handle).astype(np.float32)

    def use_full_precision(self, model: Any) -> None:
        """Do nothing: `put` brings weights to float32, and autocasting is off."""

    def reset(self, model: Any) -> None:
        """Put back the state of before the first call; then call reset methods, which may be for something else."""
        for module in sys.modules["torch"].nn.Module.modules(model):
            with suppress(Exception):  # classes with an own hash, or own attributes
                put_back_state(module)
            reset = next((getattr(module, name) for name in RESETS if callable(getattr(module, name, None))), None)
            if reset is not None:
                with suppress(Exception):
                    reset()

    def call(
        self,
        model: Any,
        inputs: Sequence[Any],
        convention: Convention,
        *,
        traced: bool,  # noqa: ARG002 - always eager
    ) -> list[Array]:
        """Outputs as arrays."""
        torch = sys.modules["torch"]
        with torch.no_grad(), _seeded():
            return [as_array(part).astype(np.float32) for part in invoke(model, inputs, convention)]

    def practise(
        self,
        model: Any,
        inputs: Sequence[Any],
        convention: Convention,
        seed: int,
        *,
        traced: bool,  # noqa: ARG002 - always eager
    ) -> list[Array]:
        """Outputs as arrays."""
        torch = sys.modules["torch"]
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return [as_array(part).astype(np.float32) for part in invoke(model, inputs, convention, training=True)]

    def may_trace(self, model: Any) -> bool:  # noqa: ARG002 - always eager
        """False."""
        return False

    def may_vary(self, model: Any) -> bool:  # noqa: ARG002 - a model's own code computes, and a call is cheap
        """True."""
        return True

    def call_layer(self, layer: Any, arguments: Arguments, arrays: Sequence[Array]) -> list[Array]:
        """Outputs as arrays."""
        args, kwargs = fill(arguments, (as_tensor(values, layer) for values in arrays))
        with sys.modules["torch"].no_grad(), evaluating(layer):
            return [as_array(part).astype(np.float32) for part in flatten(layer(*args, **kwargs))]

    def step(self, model: Any, handles: Sequence[Any], batch: Batch, options: StepOptions) -> None:
        """One step; sparse gradients of embeddings are made dense."""
        torch = sys.modules["torch"]
        inputs, targets = batch
        trained = [handle for handle in handles if handle.requires_grad]
        with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):  # cuDNN learns in training mode only
            outputs = invoke(model, inputs, options.convention)
            chosen = [outputs[place] for place in options.answers]
            answers = [_probabilities(part) if options.softmax else part for part in chosen]
            goals = [torch.from_numpy(t.copy()).to(a) for a, t in zip(answers, targets, strict=True)]
            loss = torch.stack([torch.mean((a - t) ** 2) for a, t in zip(answers, goals, strict=True)]).sum()
            gradients = torch.autograd.grad(loss, trained, allow_unused=True)
        for handle, gradient in zip(trained, gradients, strict=True):
            if gradient is not None:
                dense = gradient.to_dense() if gradient.is_sparse else gradient
                handle.data = handle.data - options.rate * dense

    def gradient(
        self, model: Any, handles: Sequence[Any], batch: Batch, goal: TrainingGoal
    ) -> tuple[float, list[Array | None]]:
        """Loss and gradients as arrays."""
        torch = sys.modules["torch"]
        inputs, (targets,) = batch
        trained = [handle for handle in handles if handle.requires_grad]
        with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):  # cuDNN learns in training mode only
            answer = invoke(model, inputs, goal.convention)[goal.answer].float()
            loss = _loss(answer, torch.from_numpy(targets.copy()).to(answer.device), goal)
            reached = trained if loss.requires_grad else []  # none if all are frozen or cut off
            gradients = iter(torch.autograd.grad(loss, reached, allow_unused=True) if reached else ())
        found: list[Array | None] = []
        for handle in handles:
            gradient = next(gradients, None) if handle.requires_grad else None
            found.append(
                None if gradient is None else as_array(gradient.to_dense() if gradient.is_sparse else gradient)
            )
        return float(loss.detach()), found

    def slopes(self, model: Any, handles: Sequence[Any], batch: Batch, convention: Convention) -> list[Array | None]:
        """Gradients as arrays."""
        torch = sys.modules["torch"]
        inputs, factors = batch
        modes = [handle.requires_grad for handle in handles]
        try:
            for handle in handles:
                handle.requires_grad_(True)  # noqa: FBT003 - by place only
            with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False), _seeded():
                outputs = invoke(model, inputs, convention)
                each = [
                    (o.float() * torch.from_numpy(f.copy()).to(o.device)) for o, f in zip(outputs, factors, strict=True)
                ]
                found = torch.autograd.grad(sum(part.sum() for part in each), handles, allow_unused=True)
        finally:
            for handle, mode in zip(handles, modes, strict=True):
                handle.requires_grad_(mode)
        return [None if g is None else as_array(g.to_dense() if g.is_sparse else g).astype(np.float32) for g in found]

    def move(self, handle: Any, by: Array) -> None:
        """Add `by` to a tensor, whose data is replaced."""
        handle.data = handle.data + sys.modules["torch"].from_numpy(by).to(handle.data)

    def forget(self, model: Any) -> None:
        """Nothing is kept of it."""

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """One thread during the block."""
        torch = sys.modules["torch"]
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def _seeded() -> Iterator[None]:
    """During the block random numbers begin anew, so dropout that a model never turns off is the same each time."""
    torch = sys.modules["torch"]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


def _probabilities(logits: Any) -> Any:
    """Softmax, or sigmoid if there is a single output."""
    return logits.sigmoid() if logits.shape[-1] == 1 else logits.softmax(-1)


def _loss(answers: Any, targets: Any, goal: TrainingGoal) -> Any:
    """Squared error of numbers; cross-entropy of classes, or of yes and no at the steps after the first."""
    if goal.kind == "values":
        return ((answers.reshape(targets.shape) - targets) ** 2).mean()
    if goal.kind == "classes":
        if answers.shape[-1] == 1:  # of the second of two classes
            first = answers * 0 if goal.logits else 1 - answers
            answers = sys.modules["torch"].cat([first, answers], -1)
        logs = answers.log_softmax(-1) if goal.logits else answers.clamp(LEAST, 1).log()
        return -logs.gather(-1, targets[..., None]).mean()
    said = (answers.sigmoid() if goal.logits else answers).reshape(targets.shape).clamp(LEAST, 1 - LEAST)
    each = targets * said.log() + (1 - targets) * (1 - said).log()
    return -each[:, 1:].mean()
