"""A notebook as a sequence of statements, each with what it gives a name, what it changes and what it reads.

From this follows which statements make one variable: its slice. What trains, prints or draws isn't part of it.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from suite.authoring.proposal.master import Master
from suite.judging.sources import without_magics

OBSERVING = frozenset(
    (
        *("fit", "fit_generator", "compile", "summary", "evaluate", "predict", "predict_on_batch", "train_on_batch"),
        *("train", "eval", "save", "save_weights", "set_weights", "load_weights", "load_state_dict", "zero_grad"),
        *("reset_states", "reset_state", "parameters", "backward", "step", "to", "cuda", "cpu", "show", "plot"),
        *("head", "describe", "info", "get_weights", "state_dict", "partial_fit", "score", "transform"),
    )
)
"""Methods whose call alone doesn't change what a model computes, its weights apart."""
TRAINS = frozenset(("fit", "backward", "step", "train_on_batch", "minimize", "apply_gradients"))
"""Methods that train; a function that calls one of them makes no model."""
INERT = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.UnaryOp, ast.BinOp, ast.USub, ast.UAdd)
ANY_NAME = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement at the top level of a notebook."""

    cell: int
    """Index of its cell."""
    line: int
    """Its first line in the cell, from 1."""
    last_line: int
    """Its last line."""
    source: str
    """As it is written, without magics."""
    tree: ast.stmt
    """Its syntax tree."""
    binds: frozenset[str]
    """Names that it gives a value; `*` for all that a module holds."""
    changes: frozenset[str]
    """Names whose object it changes: by a method's call, or by setting an attribute or an element."""
    reads: frozenset[str]
    """Names that it reads, and those that a function or class defined here reads when it runs."""
    calls: frozenset[str]
    """Functions of the notebook that it calls for their effect on what it hands them."""

    @property
    def is_import(self) -> bool:
        """Whether it imports something."""
        return isinstance(self.tree, (ast.Import, ast.ImportFrom))

    @property
    def is_definition(self) -> bool:
        """Whether it defines a function or a class."""
        return isinstance(self.tree, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))

    @property
    def is_constant(self) -> bool:
        """Whether it gives a name a value that is written there."""
        value = self.tree.value if isinstance(self.tree, (ast.Assign, ast.AnnAssign)) else None
        plain = (*INERT, ast.operator, ast.expr_context)
        return value is not None and all(isinstance(node, plain) for node in ast.walk(value))


def read_statements(master: Master) -> tuple[Statement, ...]:
    """Every statement of the notebook's code cells, in order; lines that begin with `%` or `!` are left out."""
    return tuple(statement for cell in master.code for statement in _statements(cell.index, cell.source))


def _statements(cell: int, source: str) -> Iterator[Statement]:
    plain = without_magics(source)
    lines = plain.splitlines()
    for tree in (each for whole in ast.parse(plain).body for each in _apart(whole)):
        if isinstance(tree, ast.Pass) or _is_documentation(tree):
            continue
        begin = min([tree.lineno, *(each.lineno for each in getattr(tree, "decorator_list", ()))])
        end = tree.end_lineno or tree.lineno
        whole = "\n".join(lines[begin - 1 : end])
        alone = not lines[begin - 1][: tree.col_offset].strip() and _is_alone(whole, tree)
        segment = ast.get_source_segment(plain, tree) or ""
        written = whole if alone else segment if _is_alone(segment, tree) else ast.unparse(tree)
        table = symtable.symtable(written, "cell", "exec")
        yield Statement(
            cell=cell,
            line=begin,
            last_line=end,
            source=written,
            tree=tree,
            binds=frozenset(_bound(table, tree)),
            changes=frozenset(_changed(tree)),
            reads=frozenset(_read(table)),
            calls=frozenset(_called(tree)),
        )


def _apart(tree: ast.stmt) -> Iterator[ast.stmt]:
    """`a, b = A(), B()` as two statements, if no value reads one of the names; any other statement as it is."""
    match tree:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
            bound = {name.id for name in names if isinstance(name, ast.Name)}
            read = {getattr(node, "id", "") for value in values for node in ast.walk(value)}
            starred = any(isinstance(value, ast.Starred) for value in values)
            if len(bound) == len(names) and bound.isdisjoint(read) and not starred:
                pairs = zip(names, values, strict=True)
                yield from (ast.copy_location(ast.Assign([name], value), tree) for name, value in pairs)
                return
    yield tree


def _is_documentation(tree: ast.stmt) -> bool:
    return isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)


def _is_alone(source: str, tree: ast.stmt) -> bool:
    """Whether these lines hold this statement only."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return len(body) == 1 and ast.dump(body[0]) == ast.dump(tree)


def _bound(table: symtable.SymbolTable, tree: ast.stmt) -> Iterator[str]:
    if isinstance(tree, ast.ImportFrom) and tree.names[0].name == ANY_NAME:
        yield ANY_NAME
    yield from (name.get_name() for name in table.get_symbols() if name.is_assigned() or name.is_imported())


def _read(table: symtable.SymbolTable) -> Iterator[str]:
    yield from (name.get_name() for name in table.get_symbols() if name.is_referenced() and not table.is_optimized())
    for child in table.get_children():
        yield from _read_inside(child)


def _read_inside(table: symtable.SymbolTable) -> Iterator[str]:
    yield from (name.get_name() for name in table.get_symbols() if name.is_global() and name.is_referenced())
    for child in table.get_children():
        yield from _read_inside(child)


def now(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs with the statement itself: not what a function's body holds."""
    yield tree
    if not isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(tree):
            yield from now(child)


def _changed(tree: ast.stmt) -> Iterator[str]:
    for node in now(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Attribute) and function.attr not in OBSERVING:
                yield root(function)
        for target in _targets(node):
            if isinstance(target, (ast.Attribute, ast.Subscript)):
                yield root(target)
            elif isinstance(node, ast.AugAssign) and isinstance(target, ast.Name):
                yield target.id


def _called(tree: ast.stmt) -> Iterator[str]:
    for node in now(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            yield node.value.func.id


def _targets(node: ast.AST) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []


def root(node: ast.expr) -> str:
    """The name at the beginning of `name.a[0].b()`; empty if there is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@dataclass(slots=True, kw_only=True)
class _Version:
    """One value of a name: who gave it, and who changed it before it was given another one."""

    made: int
    changed: list[int] = field(default_factory=list)


class Program:
    """Which statement has a value from which."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self._versions: dict[str, list[_Version]] = {}
        self._effects = _functions_with_effect(statements)
        for place, statement in enumerate(statements):
            self._add(place, statement)

    def _add(self, place: int, statement: Statement) -> None:
        handed = statement.reads if statement.calls & self._effects else frozenset()
        for name in (statement.changes | handed) - statement.binds:
            if versions := self._versions.get(name):
                versions[-1].changed.append(place)
        for name in statement.binds:
            self._versions.setdefault(name, []).append(_Version(made=place))

    def slice_of(self, name: str, cell: int) -> list[int]:
        """The statements that make what a variable held when a cell had run, in order; what changes it later, too."""
        found: set[int] = set()
        waiting = [(name, self._end_of(cell))]
        seen: set[tuple[str, int]] = set()
        while waiting:
            wanted, before = waiting.pop()
            version = self._version(wanted, before)
            if version is None or (wanted, version.made) in seen:
                continue
            seen.add((wanted, version.made))
            for place in (version.made, *version.changed):
                if place in found:
                    continue
                found.add(place)
                waiting += [(read, place) for read in self.statements[place].reads]
                if _may_be_skipped(self.statements[place].tree):
                    waiting += [(bound, place) for bound in self.statements[place].binds]
        found |= {place for place, each in enumerate(self.statements) if ANY_NAME in each.binds}
        return sorted(found)

    def _end_of(self, cell: int) -> int:
        return max((place + 1 for place, each in enumerate(self.statements) if each.cell <= cell), default=0)

    def _version(self, name: str, before: int) -> _Version | None:
        """The last value that a name had before a statement; else the first one after it, as a function may read it."""
        versions = self._versions.get(name, [])
        earlier = [version for version in versions if version.made < before]
        return earlier[-1] if earlier else next(iter(versions), None)


def _may_be_skipped(tree: ast.stmt) -> bool:
    """Whether it may leave the names alone that it can give a value."""
    return isinstance(tree, (ast.If, ast.For, ast.While, ast.Try, ast.AugAssign))


def _functions_with_effect(statements: Iterable[Statement]) -> frozenset[str]:
    """Functions of the notebook that may change what they are handed, and don't train it."""
    trees = (each.tree for each in statements)
    found = (tree for tree in trees if isinstance(tree, ast.FunctionDef))
    return frozenset(tree.name for tree in found if not _trains(tree) and _changes_anything(tree))


def _trains(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in TRAINS for node in ast.walk(tree))


def _changes_anything(tree: ast.FunctionDef) -> bool:
    parameters = {argument.arg for argument in tree.args.args}
    return any(name in parameters for statement in tree.body for name in _changed(statement))


def as_written(source: str, tree: ast.stmt, wanted: frozenset[str]) -> str:
    """A statement's source without what only trains, prints or draws inside it."""
    if not isinstance(tree, (ast.With, ast.If, ast.For, ast.Try)):
        return source
    pruned = _Pruner(wanted).visit(ast.parse(source).body[0])
    return source if ast.dump(pruned) == ast.dump(ast.parse(source).body[0]) else ast.unparse(pruned)


class _Pruner(ast.NodeTransformer):
    """Takes away calls for their effect alone, unless they change something that is wanted."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Never leave a body empty."""
        found = super().generic_visit(node)
        if getattr(found, "body", None) == []:
            found.body = [ast.Pass()]  # type: ignore[attr-defined]
        return found

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Keep it if it changes something that is wanted."""
        return node if set(_changed(node)) & self._wanted else None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave functions as they are."""
        return node
