"""Writes a reference's source in other ways that are as right: another API, older arguments, other names.

Each framework's helper gets the class that was called, so that the result is of the same version of the framework.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import libcst as cst

from suite.authoring.verify.syntax import by_keyword, name_of

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
OTHER = "_renamed"
"""What is put behind a name to make it another one."""
KEPT = frozenset(("self", "state_size", "output_size", "losses", "metrics", "loss", "optimizer"))
"""Attributes that the frameworks read, and `self`."""
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


def rewrite(source: str, framework: str) -> Iterator[Rewrite]:
    """The source written otherwise, one way at a time; nothing where there's no telling whether it stays right."""
    if framework not in WAYS:
        return
    module = cst.parse_module(source)
    replacer = _Replacer()
    changed = module.visit(replacer)
    if replacer.replaced and not replacer.grows:
        name, helper = WAYS[framework]
        yield Rewrite(name=name, source=changed.code.rstrip() + "\n" + helper)
    declared = module.visit(_OlderInputs())
    if declared.code != source:
        yield Rewrite(name="input_shape in place of Input", source=declared.code)
    renamed = module.visit(_Renamer(_own_names(source)))
    if renamed.code != source:
        yield Rewrite(name="other names of variables and attributes", source=renamed.code)


def _own_names(source: str) -> frozenset[str]:
    """Names that functions give to variables of theirs, and classes to parts that a call makes, and to nothing else.

    One that is also a parameter, a keyword, a method, or one of the file's own names keeps its meaning only as it is.
    """
    own: set[str] = set()
    taken: set[str] = set()
    tree = ast.parse(source)
    parts = {
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Attribute) and _is_of_self(target)
    }
    taken.update(name for statement in tree.body for name in _bound_at_the_top(statement))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            (own if node in parts else taken).add(node.attr)
        elif isinstance(node, ast.Attribute) and not _is_of_self(node):
            taken.add(node.attr)
        elif isinstance(node, (ast.arg, ast.keyword)):
            taken.add(node.arg or "")
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            taken.add(node.name)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            taken.update(node.names)
        elif isinstance(node, ast.alias):
            taken.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            taken.update(re.findall(r"\w+", node.value))
    return frozenset(name for name in own - taken - KEPT if not name.startswith("_"))


def _bound_at_the_top(statement: ast.stmt) -> Iterator[str]:
    if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield from (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))


def _is_of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


class _Renamer(cst.CSTTransformer):
    """Gives names another ending, wherever they stand as variables or as attributes."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self._names = names

    def leave_Name(self, _original: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802 - LibCST's
        """Rename it."""
        name = updated_node.value
        return updated_node.with_changes(value=name + OTHER) if name in self._names else updated_node


class _OlderInputs(cst.CSTTransformer):
    """Declares inputs as Keras 2 had it: the first layer of a `Sequential` is told the shape, in place of `Input`."""

    def leave_Call(self, _original: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802 - LibCST's
        """Hand the shape of an `Input` at the beginning of a list of layers to the layer behind it."""
        layers = updated_node.args[0].value if updated_node.args and name_of(updated_node) == SEQUENTIAL else None
        if not isinstance(layers, cst.List) or len(layers.elements) < 2:  # noqa: PLR2004 - an input and a layer
            return updated_node
        first, second, *others = layers.elements
        shape = _shape_of_input(first.value)
        if shape is None or not isinstance(second.value, cst.Call):
            return updated_node
        layer = second.value.with_changes(args=[*second.value.args, by_keyword("input_shape", shape)])
        shorter = layers.with_changes(elements=[second.with_changes(value=layer), *others])
        return updated_node.with_changes(
            args=[updated_node.args[0].with_changes(value=shorter), *updated_node.args[1:]]
        )


def _shape_of_input(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The shape in `Input((3,))` or `Input(shape=(3,))`; `None` of anything else, as of one that says more."""
    if not isinstance(node, cst.Call) or name_of(node) not in {"Input", "InputLayer"} or len(node.args) != 1:
        return None
    (given,) = node.args
    return given.value if given.keyword is None or given.keyword.value == "shape" else None


class _Replacer(cst.CSTTransformer):
    """Hands each class called `Sequential` to the helper instead of calling it."""

    def __init__(self) -> None:
        super().__init__()
        self.replaced = 0
        self.grows = False

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802 - LibCST's
        """Replace a call."""
        name = name_of(original_node)
        self.grows = self.grows or (name in GROWS and isinstance(original_node.func, cst.Attribute))
        if name != SEQUENTIAL:
            return updated_node
        self.replaced += 1
        made: Any = cst.Arg(value=updated_node.func)
        return updated_node.with_changes(func=cst.Name(HELPER), args=[made, *updated_node.args])
