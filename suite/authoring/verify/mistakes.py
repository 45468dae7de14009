"""Makes mistakes in the source of a reference, one at a time, where students make them: LibCST does the syntax."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from suite.authoring.verify.syntax import by_keyword, name_of, path_of

SIZES = ("units", "filters", "output_dim", "embedding_dim", "hidden_size", "out_features", "out_channels", "num_heads")
"""Keywords that say how large a layer is."""
SIZED = re.compile(r"(Dense|Linear|RNN|LSTM|GRU|Conv\dD|Conv\dd|Embedding)(Cell)?$")
"""Layers whose size is an integer among the arguments given by place."""
BIASED = re.compile(r"(Dense|Linear|Conv\dD|Conv\dd)$")
BIAS = {True: "use_bias", False: "bias"}  # by whether it is Keras's
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softmax", "gelu", "elu", "leaky_relu", "log_softmax")
LAYERS = re.compile(r"[A-Z]\w*$")
NO_MISTAKE = re.compile(r"(Input|InputLayer|\w*[Dd]ropout\w*|Rescaling|Identity)$")
"""Layers without which a model answers the same, as dropout is off while models are compared."""
FLAGS = {
    "return_sequences": False,
    "mask_zero": False,
    "batch_first": False,
    "go_backwards": False,
    "bidirectional": False,
    "keepdims": False,
    "keepdim": False,
    "stateful": False,
}
"""Keywords, where they are true, and what they become."""
FIT = "fit"
TRAINING = frozenset((FIT, "partial_fit", "step", "train_on_batch", "minimize", "apply_gradients"))
"""Methods without which a model keeps the weights that it was made with."""
RATES = frozenset(("lr", "learning_rate"))
SLOWER = 1e-6
PADDINGS = {"same": "valid", "valid": "same"}
POOLING = {"MaxPooling": "AveragePooling", "AveragePooling": "MaxPooling", "MaxPool": "AvgPool", "AvgPool": "MaxPool"}
OPERATORS: dict[type[cst.BaseBinaryOp], cst.BaseBinaryOp] = {
    cst.Add: cst.Subtract(),
    cst.Subtract: cst.Add(),
    cst.Multiply: cst.Add(),
    cst.Divide: cst.Multiply(),
    cst.MatrixMultiply: cst.Multiply(),
}
COMPARISONS: dict[type[cst.BaseCompOp], cst.BaseCompOp] = {
    cst.LessThan: cst.LessThanEqual(),
    cst.GreaterThan: cst.GreaterThanEqual(),
}
SHOWN = 48
NOTHING = "∅"
Change: TypeAlias = tuple[cst.CSTNode, cst.CSTNode | None, str]
"""What is replaced, by what (`None` to take it away), and the kind of mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake."""

    name: str
    """Where, what stands there and what instead; as code, so that it is the same in every language."""
    kind: str
    """What sort of mistake it is."""
    scope: str
    """The function or class at the top level in which it is; the name that an assignment there gives a value."""
    source: str
    """The whole file with it."""


def make_mistakes(source: str, most: int) -> list[Mistake]:
    """At most so many mistakes, of every kind in turn."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    finder = _Finder()
    wrapper.visit(finder)
    kinds: dict[str, list[Mistake]] = {}
    for scope, (old, new, kind) in finder.found:
        changed = wrapper.module.deep_replace(old, new) if new is not None else _without(wrapper.module, old)
        line = wrapper.resolve(PositionProvider)[old].start.line
        if isinstance(changed, cst.Module) and _is_python(changed.code) and changed.code != source:
            before, after = _show(wrapper.module, old), _show(wrapper.module, new)
            name = f"{scope}, {line}: {before} → {after}"
            kinds.setdefault(kind, []).append(Mistake(name=name, kind=kind, scope=scope, source=changed.code))
    return _in_turn(list(kinds.values()), most)


def make_training_mistakes(source: str) -> list[Mistake]:
    """Nothing is trained, and everything is trained at a rate at which nothing is learnt: for any kind of model."""
    module = cst.parse_module(source)
    found = []
    for kind, transformer in (("not trained", _Untrained()), ("learning rate", _Slow())):
        changed = module.visit(transformer)
        if transformer.shown and _is_python(changed.code):
            name = ", ".join(dict.fromkeys(transformer.shown))
            found.append(Mistake(name=name, kind=kind, scope="", source=changed.code))
    return found


class _Untrained(cst.CSTTransformer):
    """Takes every call away that trains: a statement as a whole, `fit` in an expression by leaving its receiver."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr:  # noqa: N802 - LibCST's
        """A statement of its own gives nothing back that is missed."""
        name = _method(original_node.value)
        if name not in TRAINING:
            return updated_node
        self.shown.append(f"{name}(…) → {NOTHING}")
        return updated_node.with_changes(value=cst.Name("None"))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802 - LibCST's
        """Estimators give themselves back."""
        if _method(original_node) != FIT or not isinstance(updated_node.func, cst.Attribute):
            return updated_node
        self.shown.append(f"{FIT}(…) → {NOTHING}")
        return updated_node.func.value


class _Slow(cst.CSTTransformer):
    """Makes every learning rate a millionth."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:  # noqa: N802 - LibCST's
        """By the names that both frameworks give it."""
        keyword = original_node.keyword.value if original_node.keyword is not None else ""
        if keyword not in RATES or not isinstance(original_node.value, cst.Float):
            return updated_node
        rate = float(original_node.value.value)
        self.shown.append(f"{keyword}={rate:g} → {rate * SLOWER:g}")
        return updated_node.with_changes(value=cst.Float(f"{rate * SLOWER:e}"))


def _method(node: cst.BaseExpression) -> str:
    """Name of the method that is called; empty if none is."""
    called = isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute)
    return node.func.attr.value if called else ""  # type: ignore[attr-defined]


def _in_turn(kinds: Sequence[list[Mistake]], most: int) -> list[Mistake]:
    found: dict[str, Mistake] = {}
    for number in range(max(map(len, kinds), default=0)):
        for kind in kinds:
            if number < len(kind) and len(found) < most:
                found.setdefault(kind[number].name, kind[number])
    return list(found.values())


def _without(module: cst.Module, node: cst.CSTNode) -> cst.CSTNode:
    found: Any = module.deep_remove(node)
    return found if isinstance(found, cst.CSTNode) else module


def _is_python(source: str) -> bool:
    try:
        compile(source, "mistake", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _show(module: cst.Module, node: cst.CSTNode | None) -> str:
    if node is None:
        return NOTHING
    code = " ".join(module.code_for_node(node).strip().rstrip(",").split())
    return code if len(code) <= SHOWN else f"{code[:SHOWN]}…"


class _Finder(cst.CSTVisitor):
    """Collects every change that one of the rules makes."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Change]] = []
        self._scope = ""
        self._depth = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Ask each rule; what stands outside of functions and classes counts where it gives a name a number."""
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self._scope = node.name.value if not self._depth else self._scope
            self._depth += 1
        if self._depth:
            self.found += [(self._scope, change) for change in _changes(node)]
        elif isinstance(node, cst.Assign) and isinstance(node.targets[0].target, cst.Name):
            self.found += [(node.targets[0].target.value, change) for change in _of_a_value(node)]
        return not isinstance(node, (cst.Import, cst.ImportFrom, cst.Annotation, cst.ConcatenatedString))

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Leave a function or class."""
        if isinstance(original_node, (cst.FunctionDef, cst.ClassDef)):
            self._depth -= 1


def _changes(node: cst.CSTNode) -> Iterator[Change]:
    if isinstance(node, cst.Call):
        yield from _of_a_call(node)
    elif isinstance(node, cst.Arg):
        yield from _of_an_argument(node)
    elif isinstance(node, cst.Element) and isinstance(node.value, cst.Call):
        if LAYERS.search(name_of(node.value)) and not NO_MISTAKE.search(name_of(node.value)):
            yield node, None, "left out"
    elif isinstance(node, cst.SimpleStatementLine):
        yield from _of_a_statement(node)
    elif isinstance(node, cst.Index) and _number(node.value) == -1:
        yield node, node.with_changes(value=cst.Integer("0")), "other step"
    else:
        yield from _of_an_expression(node)


def _of_an_expression(node: cst.CSTNode) -> Iterator[Change]:
    if isinstance(node, cst.BinaryOperation) and type(node.operator) in OPERATORS:
        yield node, node.with_changes(operator=OPERATORS[type(node.operator)]), "other operator"
    elif isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus) and _number(node) != -1:
        yield node, node.expression, "sign"
    elif isinstance(node, cst.ComparisonTarget) and type(node.operator) in COMPARISONS:
        yield node, node.with_changes(operator=COMPARISONS[type(node.operator)]), "off by one"


def _layer(call: cst.Call) -> str:
    """The name of a layer that is called: `Dropout` of `Dropout(0.1)(x)`, `drop` of `self.drop(x)`."""
    return name_of(call.func) if isinstance(call.func, cst.Call) else name_of(call)


def _number(node: cst.BaseExpression) -> int | None:
    negative = isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus)
    inner = node.expression if isinstance(node, cst.UnaryOperation) else node
    if not isinstance(inner, cst.Integer):
        return None
    return -int(inner.value, 0) if negative else int(inner.value, 0)


def _of_a_call(node: cst.Call) -> Iterator[Change]:
    name = name_of(node)
    places = [arg for arg in node.args if arg.keyword is None]
    keywords = {arg.keyword.value for arg in node.args if arg.keyword is not None}
    keras = not re.search(r"(Linear|Conv\dd)$", name)
    if SIZED.search(name):
        second = re.search(r"(Linear|Conv\dd|Embedding)$", name) or (len(places) > 1 and "nn" in path_of(node.func))
        for arg in places[1:2] if second else places[:1]:
            if number := _number(arg.value):
                yield arg, arg.with_changes(value=cst.Integer(str(number + 1))), "other size"
    if BIASED.search(name) and BIAS[keras] not in keywords:
        off = by_keyword(BIAS[keras], cst.Name("False"))
        yield node, node.with_changes(args=[*node.args, off]), "no bias"
    for old, new in POOLING.items():
        if re.search(rf"^(Global)?{old}\d", name):
            yield node.func, _renamed(node.func, name.replace(old, new)), "other pooling"
    if name == "Bidirectional" and places:
        yield node, places[0].value, "one direction"
    if name in ACTIVATIONS and places and len(places) == 1:
        yield node, places[0].value, "no activation"
    if name in {"ReLU", "Tanh", "Sigmoid", "GELU"} and not node.args:
        yield node.func, _renamed(node.func, "ELU" if name == "ReLU" else "ReLU"), "other activation"


def _renamed(function: cst.BaseExpression, name: str) -> cst.BaseExpression:
    if isinstance(function, cst.Attribute):
        return function.with_changes(attr=cst.Name(name))
    return cst.Name(name)


def _of_an_argument(node: cst.Arg) -> Iterator[Change]:
    keyword = node.keyword.value if node.keyword is not None else ""
    value = node.value
    number = _number(value)
    if keyword in FLAGS and isinstance(value, cst.Name) and value.value == "True":
        yield node, node.with_changes(value=cst.Name(str(FLAGS[keyword]))), "other option"
    elif keyword in SIZES and number is not None:
        yield node, node.with_changes(value=cst.Integer(str(number + 1))), "other size"
    elif keyword in {"axis", "dim"} and number is not None:
        yield node, node.with_changes(value=cst.Integer("0" if number else "1")), "other axis"
    elif keyword in {"strides", "stride"} and (number or 0) > 1:
        yield node, node.with_changes(value=cst.Integer("1")), "other option"
    elif keyword in {"activation", "nonlinearity"} and isinstance(value, cst.SimpleString):
        other = "relu" if value.evaluated_value != "relu" else "tanh"
        yield node, node.with_changes(value=cst.SimpleString(f'"{other}"')), "other activation"
    elif keyword == "padding" and isinstance(value, cst.SimpleString) and value.evaluated_value in PADDINGS:
        yield node, node.with_changes(value=cst.SimpleString(f'"{PADDINGS[str(value.evaluated_value)]}"')), "padding"
    elif keyword == "padding" and number:
        yield node, node.with_changes(value=cst.Integer("0")), "padding"


def _of_a_statement(node: cst.SimpleStatementLine) -> Iterator[Change]:
    """A layer that isn't added, or a step `x = layer(x)` that is left out."""
    statement = node.body[0]
    if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call) and name_of(statement.value) == "add":
        layer = statement.value.args[0].value if statement.value.args else None
        if isinstance(layer, cst.Call) and not NO_MISTAKE.search(name_of(layer)):
            yield node, None, "left out"
    if isinstance(statement, cst.Assign) and isinstance(statement.value, cst.Call) and len(statement.targets) == 1:
        target = statement.targets[0].target
        given = [arg.value.value for arg in statement.value.args if isinstance(arg.value, cst.Name)]
        if isinstance(target, cst.Name) and target.value in given and not NO_MISTAKE.search(_layer(statement.value)):
            yield node, None, "left out"


def _of_a_value(node: cst.Assign) -> Iterator[Change]:
    number = _number(node.value)
    if number is not None:
        yield node, node.with_changes(value=cst.Integer(str(abs(number) + 1))), "off by one"
    elif isinstance(node.value, cst.BinaryOperation) and type(node.value.operator) in OPERATORS:
        changed = node.value.with_changes(operator=OPERATORS[type(node.value.operator)])
        yield node, node.with_changes(value=changed), "other operator"


def names_reached(source: str, root: str) -> set[str]:
    """The names at the top level of a file on which one of them depends, itself included."""
    reads: dict[str, set[str]] = {}
    for statement in ast.parse(source).body:
        inside = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            reads.setdefault(statement.name, set()).update(inside)
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    reads.setdefault(node.id, set()).update(inside)
    found: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += reads.get(name, ())
    return found
