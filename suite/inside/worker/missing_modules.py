"""A cell whose import fails for a missing module runs its other lines, and then fails for it.

The stand-in for `google.colab` is put in place here too, for notebooks that import it without a `try`.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import Any

from suite.inside.worker import colab

KEEP, RAISE = "_module_is_missing_", "_raise_missing_module_"
"""Names of the functions that cells call."""


class MissingModules:
    """The failed imports of the running cell."""

    def __init__(self) -> None:
        self._errors: list[ModuleNotFoundError] = []

    def keep(self, error: ModuleNotFoundError) -> None:
        """Store a failed import."""
        self._errors.append(error)

    def take(self) -> list[ModuleNotFoundError]:
        """The failed imports since the last call."""
        found, self._errors = self._errors, []
        return found


class DeferImports(ast.NodeTransformer):
    """Puts each import at the top level of a cell into a `try` of its own."""

    def visit_Module(self, node: ast.Module) -> ast.AST:
        """A cell."""
        if any(_is_colab(found) for found in _unguarded(node)):
            colab.install()
        body: list[ast.stmt] = []
        for statement in node.body:
            body += [_deferred(part) for part in _parts(statement)] if _is_deferrable(statement) else [statement]
        node.body = body
        return ast.fix_missing_locations(node)


def install(shell: Any) -> None:
    """Defer failed imports in every cell of the shell."""
    missing = MissingModules()
    setattr(builtins, KEEP, missing.keep)
    shell.ast_transformers.append(DeferImports())
    run: Callable[..., Any] = shell.run_ast_nodes

    async def run_all(nodelist: list[ast.stmt], cell_name: str, *args: Any, **options: Any) -> bool:
        missing.take()
        failed: bool = await run(nodelist, cell_name, *args, **options)
        errors = missing.take()
        if not errors:
            return failed
        setattr(builtins, RAISE, _raising(errors[0]))
        call = ast.Expr(ast.Call(func=ast.Name(id=RAISE, ctx=ast.Load()), args=[], keywords=[]))
        call.lineno = call.col_offset = 0
        line = errors[0].__traceback__.tb_lineno if errors[0].__traceback__ else 1
        for node in ast.walk(call):
            node.lineno, node.end_lineno, node.col_offset, node.end_col_offset = line, line, 0, 0  # type: ignore[attr-defined]
        options["interactivity"] = "none"
        await run([call], cell_name, **options)
        return True

    shell.run_ast_nodes = run_all


def _raising(error: ModuleNotFoundError) -> Callable[[], None]:
    def raise_it() -> None:
        raise error.with_traceback(None)

    return raise_it


def _is_deferrable(node: ast.stmt) -> bool:
    """Whether it is an import that may stand in a `try`."""
    return isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "__future__")


def _parts(node: ast.stmt) -> list[ast.stmt]:
    """One import for each module."""
    if not isinstance(node, ast.Import):
        return [node]
    return [ast.copy_location(ast.Import(names=[name]), node) for name in node.names]


def _deferred(node: ast.stmt) -> ast.stmt:
    """The import, whose failure is stored."""
    call = ast.Call(
        func=ast.Name(id=KEEP, ctx=ast.Load()), args=[ast.Name(id="_missing_", ctx=ast.Load())], keywords=[]
    )
    handler = ast.ExceptHandler(
        type=ast.Name(id="ModuleNotFoundError", ctx=ast.Load()), name="_missing_", body=[ast.Expr(call)]
    )
    tried = ast.Try(body=[node], handlers=[handler], orelse=[], finalbody=[])
    return ast.copy_location(tried, node)


def _unguarded(node: ast.AST) -> list[ast.AST]:
    """Every node that stands in no `try`."""
    found = [node]
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Try) and child.handlers):
            found += _unguarded(child)
    return found


def _is_colab(node: ast.AST) -> bool:
    """Whether it imports from `google.colab`."""
    if isinstance(node, ast.Import):
        return any(name.name.startswith(colab.NAME) for name in node.names)
    if isinstance(node, ast.ImportFrom):
        names = {f"{node.module}.{name.name}" for name in node.names}
        return (node.module or "").startswith(colab.NAME) or colab.NAME in names
    return False
