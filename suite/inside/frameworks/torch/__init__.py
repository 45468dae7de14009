"""PyTorch, with torchvision."""

from __future__ import annotations

from collections.abc import Mapping

import wrapt

from suite.inside.frameworks.interface import TrainingNotes
from suite.inside.frameworks.torch import hooks, loaders, operators
from suite.inside.frameworks.torch.adapter import TorchAdapter
from suite.inside.frameworks.torch.learner import TorchLearner
from suite.inside.frameworks.torch.timed_calls import TorchTimedCalls


class Torch:
    """See `InsideFramework`."""

    name = "torch"
    libraries = ("torch", "torchvision")

    def __init__(self) -> None:
        self.adapter = TorchAdapter()
        self.learner = TorchLearner()
        self.timed_calls = TorchTimedCalls()

    def prepare(self, runtime: str, loaders_of: Mapping[str, Mapping[str, str]]) -> None:  # noqa: ARG002 - one version
        """Make torchvision importable, and its loaders read the prepared data."""
        operators.install()
        loaders.install(loaders_of)

    def open_data(self) -> None:
        """Do nothing: torchvision's loaders find the data when they are called."""

    def cap_epochs(self, epochs: int, capped: list[str]) -> None:
        """Do nothing: PyTorch has no function that trains for epochs. The assignment's constants are capped instead."""

    def seed(self, seed: int) -> None:
        """Seed all devices."""
        wrapt.register_post_import_hook(lambda torch: torch.manual_seed(seed), "torch")

    def watch(self, notes: TrainingNotes) -> None:
        """Hook into optimizers, losses, dropout, batch normalisation and data loaders."""
        hooks.install(notes)


FRAMEWORK = Torch()
