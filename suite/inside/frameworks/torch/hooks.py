"""Hooks into PyTorch that record how a notebook trains: steps, losses, data, modes."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

import wrapt

from suite.inside.frameworks.interface import TrainingNotes
from suite.inside.frameworks.torch.adapter import CALLED_WITH, STATES, STEPS, note_taken, state_of
from suite.inside.frameworks.views import flatten

LOOKS = 8  # inspected inputs of a loss per cell: each takes 20 µs, and a mistake shows in all of them
SUM_TOLERANCE = 1e-3
MATRIX = 2


def install(notes: TrainingNotes) -> None:
    """Add the hooks as soon as the notebook imports PyTorch; versions without these functions aren't observed."""

    def hook(torch: ModuleType) -> None:
        with suppress(AttributeError):
            TorchHooks(notes, torch)

    wrapt.register_post_import_hook(hook, "torch")


def watch_construction(made: Callable[[Any], None]) -> None:
    """Tell `made` of every module of the notebook's own classes, and every container, as its construction begins."""

    def hook(torch: ModuleType) -> None:
        module, container = torch.nn.Module, torch.nn.Sequential
        construct, call = module.__init__, module.__call__

        def init(self: Any, *args: Any, **kwargs: Any) -> None:
            construct(self, *args, **kwargs)
            if isinstance(self, container) or not type(self).__module__.startswith("torch."):
                made(self)

        def first_call(self: Any, *args: Any, **kwargs: Any) -> Any:
            new = False
            with suppress(Exception):  # classes with an own hash, or odd attributes
                if self not in STATES:
                    STATES[self], new = state_of(self), True
            output = call(self, *args, **kwargs)
            if new:
                with suppress(Exception):  # arguments and outputs of any kind
                    CALLED_WITH[self] = tuple(args[0].shape), len(flatten(output)[0])
                    note_taken(self, args)
            return output

        module.__init__ = functools.wraps(construct)(init)
        module.__call__ = functools.wraps(call)(first_call)

    wrapt.register_post_import_hook(hook, "torch")


class _Seen(wrapt.FunctionWrapper):  # type: ignore[type-arg]
    """A hooked function, copied and pickled as the original: a model may have `cross_entropy` as an attribute."""

    def __reduce_ex__(self, _protocol: object) -> str:
        return str(self.__wrapped__.__qualname__)

    def __copy__(self) -> _Seen:
        return self

    def __deepcopy__(self, _memo: object) -> _Seen:
        return self


class TorchHooks:
    """The hooks, and what they remember between a batch, its loss and the step."""

    def __init__(self, notes: TrainingNotes, torch: ModuleType) -> None:
        self._notes = notes
        self._torch = torch
        self._loss: Any = None
        self._on_test = False
        self._looks: dict[int, int] = {}
        functional, batches = torch.nn.functional, torch.utils.data.dataloader._BaseDataLoaderIter
        sys.modules["torch.optim.optimizer"].register_optimizer_step_post_hook(self._see_step)
        torch.Tensor.backward = self._before(torch.Tensor.backward, self._see_loss)
        functional.cross_entropy = self._before(functional.cross_entropy, self._see_logits)
        functional.dropout = self._before(functional.dropout, self._see_dropout)
        functional.batch_norm = self._before(functional.batch_norm, self._see_batch_norm)
        batches.__next__ = self._after(batches.__next__, self._see_batch)

    def _before(self, function: Callable[..., Any], see: Callable[..., None]) -> Any:
        """The function with `see` called before it."""

        def call(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
            if not self._notes.is_closed:
                with suppress(Exception):  # if the arguments are wrong, the call itself raises
                    see(*((instance,) if instance is not None else ()), *args, **kwargs)
            return wrapped(*args, **kwargs)

        return _Seen(function, call)

    def _after(self, function: Callable[..., Any], see: Callable[[Any], None]) -> Any:
        """The method with `see` called after it, unless it raises."""

        @wrapt.decorator
        def call(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
            self._on_test = False
            value = wrapped(*args, **kwargs)
            see(instance)
            return value

        return call(function)

    def _see_batch(self, batches: Any) -> None:
        """Record whether the current batch comes from the test part of a torchvision dataset."""
        dataset = batches._dataset
        while isinstance(dataset, self._torch.utils.data.Subset):
            dataset = dataset.dataset
        is_known = type(dataset).__module__.startswith("torchvision.datasets")
        self._on_test = is_known and getattr(dataset, "train", None) is False

    def _see_loss(self, loss: Any, *_: Any, **__: Any) -> None:
        """Keep the loss for the next step."""
        self._loss = loss.detach() if loss.numel() == 1 else None

    def _see_step(self, optimizer: Any, *_: Any) -> None:
        """Count a step."""
        if self._notes.is_closed:
            return
        groups = optimizer.param_groups
        STEPS.update(id(weight) for group in groups for weight in group["params"])
        training = self._notes.optimizer(optimizer, lambda: [w for group in groups for w in group["params"]])
        if training is None:
            return
        training.steps += 1
        training.effective += any(w.grad is not None for group in groups for w in group["params"])
        training.test_steps += self._on_test
        rate = groups[0].get("lr")
        training.rate = float(rate) if isinstance(rate, (int, float)) else None
        if self._loss is not None:
            training.add_loss(self._loss)
            self._loss = None

    def _see_logits(self, scores: Any, *_: Any, **__: Any) -> None:
        """Record whether cross-entropy gets probabilities: rows of two or more values that sum to 1, none below 0."""
        cell = self._notes.cell
        self._looks[cell] = self._looks.get(cell, 0) + 1
        if self._looks[cell] > LOOKS or scores.dim() < MATRIX or scores.shape[1] < MATRIX:
            return
        values = scores.detach()
        sums_to_one = bool(((values.sum(1) - 1).abs() < SUM_TOLERANCE).all())
        self._notes.remark("probabilities" if sums_to_one and bool((values >= 0).all()) else "scores")

    def _see_dropout(self, _: Any, p: float = 0.5, training: bool = True, *__: Any, **___: Any) -> None:  # noqa: FBT001, FBT002 - torch's
        """Record dropout that is active without gradients, as in an evaluation that forgot `eval()`."""
        if training and p and not self._torch.is_grad_enabled():
            self._notes.remark("dropout")

    def _see_batch_norm(self, *args: Any, training: bool = False, **_: Any) -> None:
        """Record batch normalisation in training mode without gradients, which changes its running statistics."""
        tracked = args[1] if len(args) > 1 else None
        training = bool(args[5]) if len(args) > 5 else training  # noqa: PLR2004 - batch_norm's sixth
        if training and tracked is not None and not self._torch.is_grad_enabled():
            self._notes.remark("batch norm")
