"""Shortens the loops in which a notebook trains by itself when its time runs out, so that later cells still run.

So does it from the first step on where trained weights were handed in, which take the place of what is learnt here.

Every loop of the notebook and of its modules is watched. In the first half of the time nothing happens. Then the
innermost loop in which an optimizer steps ends after one turn, so that a pass is one step and lists with an entry for
each epoch keep their length; and when little time is left, the loops around it end too. `fit` ends after a step.
"""

from __future__ import annotations

import ast
import builtins
import math
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

SHORT_SHARE = 0.5
"""Of the time limit: from then on a pass is one step."""
END_SHARE = 0.85
"""Of the time limit: from then on loops around a pass end."""
SCHEDULED = Path("/proc/self/schedstat")
FOR, WHILE = "_turns_", "_goes_on_"
"""Names of the functions that are put around what a loop reads, and before a condition."""
UNTOUCHED = frozenset(("forward", "call", "__call__"))
"""Functions that compute a model's answer, which a framework may translate."""
TRANSLATORS = ("function", "jit", "compile", "script")
"""Parts of the names of decorators that translate a function."""


class TrainingTime:
    """Tells a loop when to end."""

    def __init__(
        self,
        wall_seconds: float,
        steps: Callable[[], int],
        cell: Callable[[], int],
        cut: list[str],
        *,
        at_once: bool = False,
    ) -> None:
        self._begin = time.monotonic()
        self._short, self._end = SHORT_SHARE * wall_seconds, END_SHARE * wall_seconds
        self._limit = f"{self._short:g} s"
        if at_once:  # as the model was trained elsewhere
            self._short, self._limit = -math.inf, "1 step"
        self._steps = steps
        self._cell = cell
        self._cut = cut
        self._turns = 0

    def is_short(self) -> bool:
        """Whether training is to end."""
        return self._has_passed(self._short)

    def _has_passed(self, seconds: float) -> bool:
        """Whether the notebook has had so much time; as on the host, what it waited for a CPU doesn't count."""
        passed = time.monotonic() - self._begin
        if passed <= seconds or time.process_time() >= passed:
            return passed > seconds
        return passed - _waited() > seconds

    def close(self) -> None:
        """Let every loop run, as the notebook has ended."""
        self._short = math.inf

    def begin(self) -> tuple[int, int] | None:
        """What a turn of a loop begins with; `None` while there is time."""
        return (self._steps(), self._turns) if self.is_short() else None

    def ends(self, begun: tuple[int, int] | None) -> bool:
        """Whether a loop is to end after a turn: it has trained, in no loop inside this one or at the very end."""
        if begun is None or self._steps() == begun[0]:
            return False
        is_innermost, self._turns = self._turns == begun[1], self._turns + 1
        if is_innermost or self._has_passed(self._end):
            self.note("loop")
            return True
        return False

    def note(self, what: str) -> None:
        """Say what was cut."""
        said = f"{what} in code cell {self._cell() + 1} → {self._limit}"
        if said not in self._cut:
            self._cut.append(said)

    def turns(self, given: Iterable[Any]) -> Iterator[Any]:
        """What a loop reads, as long as it may go on."""
        for item in given:
            begun = self.begin()
            yield item
            if self.ends(begun):
                return

    def going(self) -> Callable[[], bool]:
        """A condition for one loop, asked before each turn."""
        begun: list[tuple[int, int] | None] = [None]

        def goes_on() -> bool:
            if self.ends(begun[0]):
                return False
            begun[0] = self.begin()
            return True

        return goes_on


class WatchLoops(ast.NodeTransformer):
    """Puts the functions into each loop that calls something."""

    def __init__(self) -> None:
        self._count = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Its loops, unless a framework may translate it."""
        decorators = "".join(ast.unparse(decorator) for decorator in node.decorator_list)
        if node.name in UNTOUCHED or any(word in decorators for word in TRANSLATORS):
            return node
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        """`for x in turns(y)`."""
        if _calls(node.body):
            node.iter = ast.copy_location(_call(FOR, node.iter), node.iter)
        return ast.fix_missing_locations(self.generic_visit(node))

    def visit_While(self, node: ast.While) -> ast.AST | list[ast.AST]:
        """`while x and goes_on()`, with a condition of its own each time that it begins."""
        if not _calls(node.body):
            return self.generic_visit(node)
        self._count += 1
        name = f"{WHILE}{self._count}"
        made = ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=_call(WHILE))
        node.test = ast.copy_location(ast.BoolOp(op=ast.And(), values=[node.test, _call(name)]), node.test)
        first = ast.fix_missing_locations(ast.copy_location(made, node))
        return [first, ast.fix_missing_locations(self.generic_visit(node))]


def install(shell: Any, work: str, limit: TrainingTime) -> None:
    """Watch the loops of the cells, and of modules in the folder `work`."""
    setattr(builtins, FOR, limit.turns)
    setattr(builtins, WHILE, limit.going)
    watch = WatchLoops()
    shell.ast_transformers.append(watch)
    compile_source = SourceFileLoader.source_to_code

    def source_to_code(self: Any, data: Any, path: Any, **options: Any) -> Any:
        if Path(work) in Path(str(path)).parents and isinstance(data, bytes):
            data = watch.visit(ast.parse(data, filename=path))
        return compile_source(self, data, path, **options)

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign]


def _waited() -> float:
    """Seconds for which the first thread, which runs the cells, was ready and had no CPU; 0 if unknown."""
    try:
        return int(SCHEDULED.read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=list(arguments), keywords=[])


def _calls(body: list[ast.stmt]) -> bool:
    """Whether something in a loop's body is called."""
    return any(isinstance(node, ast.Call) for statement in body for node in ast.walk(statement))
