"""Cuts training to the budget without changing the notebook: caps named constants and sets seeds."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import wrapt

from suite.inside.frameworks.interface import InsideFramework


def seed_all(shell: Any, seed: int, frameworks: Sequence[InsideFramework]) -> None:
    """Seed frameworks when the first cell begins, as a starting kernel uses random numbers too; or on later import."""

    def seed_now(_: Any) -> None:
        shell.events.unregister("pre_run_cell", seed_now)
        wrapt.register_post_import_hook(lambda numpy: numpy.random.seed(seed), "numpy")
        for framework in frameworks:
            framework.seed(seed)

    shell.events.register("pre_run_cell", seed_now)


class CapConstants(ast.NodeTransformer):
    """Caps integer constants such as `TRAIN_EPOCHS = 64` at the budget's epochs, in the syntax tree of each cell."""

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
