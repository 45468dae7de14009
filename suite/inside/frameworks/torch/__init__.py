"""PyTorch, with torchvision."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import wrapt

from suite.inside.frameworks.interface import TimeLimit, TrainingNotes
from suite.inside.frameworks.torch import hooks, loaders, operators
from suite.inside.frameworks.torch.adapter import TorchAdapter
from suite.inside.frameworks.torch.learner import TorchLearner
from suite.inside.frameworks.torch.rebuilder import TorchRebuilder
from suite.inside.frameworks.torch.tensors import TorchTensors
from suite.inside.frameworks.torch.timed_calls import TorchTimedCalls
from suite.inside.frameworks.torch.weight_files import TorchWeightFiles


class Torch:
    """See `InsideFramework`."""

    name = "torch"
    libraries = ("torch", "torchvision")

    def __init__(self) -> None:
        self.adapter = TorchAdapter()
        self.learner = TorchLearner()
        self.rebuilder = TorchRebuilder()
        self.timed_calls = TorchTimedCalls()
        self.tensors = TorchTensors()
        self.weight_files = TorchWeightFiles()

    def prepare(self, runtime: str, loaders_of: Mapping[str, Mapping[str, str]]) -> None:  # noqa: ARG002 - one version
        """Make torchvision importable, and its loaders read the prepared data."""
        operators.install()
        loaders.install(loaders_of)

    def open_data(self) -> None:
        """Do nothing: torchvision's loaders find the data when they are called."""

    def cap_epochs(self, epochs: int, capped: list[str]) -> None:
        """Do nothing: PyTorch has no function that trains for epochs. The assignment's constants are capped instead."""

    def cap_pass(self, rows: int, capped: list[str]) -> None:
        """Cut what `DataLoader` yields; its length stays."""
        loaders.cap_pass(rows, capped)

    def end_training(self, limit: TimeLimit) -> None:
        """Do nothing: PyTorch trains in loops of the notebook's own."""

    def seed(self, seed: int) -> None:
        """Seed all devices."""
        wrapt.register_post_import_hook(lambda torch: torch.manual_seed(seed), "torch")

    def watch(self, notes: TrainingNotes) -> None:
        """Hook into optimizers, losses, dropout, batch normalisation and data loaders."""
        hooks.install(notes)

    def watch_construction(self, made: Callable[[Any], None]) -> None:
        """Hook into `nn.Module`; the library's own layers aren't models, but its containers are."""
        hooks.watch_construction(made)

    def restore(self) -> None:
        """Set float32 in full precision on the CPU and gradients on, turn autocasting off, and remove global hooks."""
        torch = sys.modules.get("torch")
        if torch is None:
            return
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        torch.set_grad_enabled(True)
        torch.autograd.set_detect_anomaly(mode=False)
        torch.use_deterministic_algorithms(mode=False)
        for backend in _multipliers(torch):  # both ways of saying so: only together do they leave no contradiction
            backend.fp32_precision = "ieee"
        torch.set_float32_matmul_precision("highest")
        torch.backends.cudnn.allow_tf32 = False
        autocast = torch.amp.autocast_mode.autocast
        enter = autocast.__enter__

        def enter_in_full_precision(context: Any) -> Any:
            context._enabled = False
            return enter(context)

        autocast.__enter__ = enter_in_full_precision
        for name, hooks_of_all in vars(torch.nn.modules.module).items():
            if name.startswith("_global_") and isinstance(hooks_of_all, dict):
                hooks_of_all.clear()


def _multipliers(torch: Any) -> tuple[Any, ...]:
    """What multiplies in float32 with a precision of its own."""
    backends = torch.backends
    return backends, backends.cudnn, backends.cudnn.rnn, backends.cudnn.conv, backends.cuda.matmul


FRAMEWORK = Torch()
