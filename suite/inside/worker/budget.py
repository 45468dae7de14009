"""Cuts training to the budget without touching the notebook: caps on `fit` and on named constants, and fixed seeds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import wrapt

TRAINERS = {"keras.src.backend.tensorflow.trainer": "TensorFlowTrainer", "tf_keras.src.engine.training": "Model"}
"""Modules and classes whose `fit` trains, of Keras 3 and Keras 2."""


def install(epochs: int, capped: list[str]) -> None:
    """With `epochs` above 0, cap Keras's `fit`."""
    if epochs:
        for module, trainer in TRAINERS.items():
            wrapt.register_post_import_hook(_cap_fit(trainer, epochs, capped), module)


def seed_frameworks(shell: Any, seed: int) -> None:
    """Seed what is imported when the first cell begins, as a starting kernel draws numbers too; the rest on import."""

    def seed_now(_: Any) -> None:
        shell.events.unregister("pre_run_cell", seed_now)
        wrapt.register_post_import_hook(lambda numpy: numpy.random.seed(seed), "numpy")
        wrapt.register_post_import_hook(lambda torch: torch.manual_seed(seed), "torch")
        wrapt.register_post_import_hook(lambda keras: keras.utils.set_random_seed(seed), "keras")

    shell.events.register("pre_run_cell", seed_now)


def _cap_fit(trainer: str, epochs: int, capped: list[str]) -> Callable[[ModuleType], None]:
    def patch(module: ModuleType) -> None:
        @wrapt.decorator
        def cap(fit: Any, _instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            # fit(x, y, batch_size, epochs, ...): the fourth argument, by position or by name
            asked = args[3] if len(args) > 3 else kwargs.get("epochs", 1)  # noqa: PLR2004
            start = kwargs.get("initial_epoch", 0)
            if isinstance(asked, int) and asked - start > epochs:
                capped.append(f"fit(epochs={asked}) → {epochs}")
                if len(args) > 3:  # noqa: PLR2004
                    args = (*args[:3], start + epochs, *args[4:])
                else:
                    kwargs = kwargs | {"epochs": start + epochs}
            return fit(*args, **kwargs)

        owner = getattr(module, trainer)
        owner.fit = cap(owner.fit)

    return patch


class CapConstants(ast.NodeTransformer):
    """Caps integer constants such as `TRAIN_EPOCHS = 64` at the budget's epochs, in each cell's syntax tree."""

    def __init__(self, names: Sequence[str], epochs: int, capped: list[str]) -> None:
        self._names = frozenset(names)
        self._epochs = epochs
        self._capped = capped

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """`NAME = 64`, at any depth of the cell."""
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        self._cap(names, node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """`NAME: int = 64`."""
        self._cap([node.target.id] if isinstance(node.target, ast.Name) else [], node.value)
        return node

    def _cap(self, names: list[str], value: ast.expr | None) -> None:
        if not self._epochs or not self._names.intersection(names) or not isinstance(value, ast.Constant):
            return
        if type(value.value) is int and value.value > self._epochs:
            self._capped.append(f"{names[0]} = {value.value} → {self._epochs}")
            value.value = self._epochs
