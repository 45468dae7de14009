"""Writes a reference's source in another way that is as right: in place of `Sequential` the functional API or a loop.

Each framework's helper gets the class that was called, so that the result is of the same version of the framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import libcst as cst

SEQUENTIAL = "Sequential"
HELPER = "_written_otherwise"
GROWS = frozenset(("add", "pop", "append", "extend", "insert"))
"""Methods that change such a model after it was made; a source that calls one stays as it is."""
FUNCTIONAL = f"""

def {HELPER}(make, *given, **keywords):
    made = make(*given, **keywords)
    if not made.built or not made.layers:
        return made
    model = next(kind for kind in type(made).__mro__ if kind.__name__ == "Model")
    return model(made.inputs, made.outputs)
"""
LOOP = f"""

def {HELPER}(make, *given, **keywords):
    import torch

    class Chain(torch.nn.Module):
        def __init__(self, parts):
            super().__init__()
            self.parts = torch.nn.ModuleList(parts)

        def forward(self, x):
            for part in self.parts:
                x = part(x)
            return x

        def __getitem__(self, place):
            return self.parts[place]

        def __len__(self):
            return len(self.parts)

    return Chain(make(*given, **keywords))
"""
WAYS: Mapping[str, tuple[str, str]] = {
    "keras": ("functional API in place of Sequential", FUNCTIONAL),
    "torch": ("loop in place of Sequential", LOOP),
}
"""For each framework what is written otherwise, and the helper that does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A source that is as right as the reference's."""

    name: str
    """What is written otherwise."""
    source: str
    """The whole file."""


def rewrite(source: str, framework: str) -> Rewrite | None:
    """The source written otherwise; `None` where there is nothing to rewrite, or no telling whether it stays right."""
    if framework not in WAYS:
        return None
    module = cst.parse_module(source)
    replacer = _Replacer()
    changed = module.visit(replacer)
    if not replacer.replaced or replacer.grows:
        return None
    name, helper = WAYS[framework]
    return Rewrite(name=name, source=changed.code.rstrip() + "\n" + helper)


class _Replacer(cst.CSTTransformer):
    """Hands each class called `Sequential` to the helper instead of calling it."""

    def __init__(self) -> None:
        super().__init__()
        self.replaced = 0
        self.grows = False

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802 - LibCST's
        """Replace a call."""
        name = _name(original_node.func)
        self.grows = self.grows or (name in GROWS and isinstance(original_node.func, cst.Attribute))
        if name != SEQUENTIAL:
            return updated_node
        self.replaced += 1
        made: Any = cst.Arg(value=updated_node.func)
        return updated_node.with_changes(func=cst.Name(HELPER), args=[made, *updated_node.args])


def _name(function: cst.BaseExpression) -> str:
    """The last part of what is called."""
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""
