"""Writes the file of reference models: for each model a function that builds it, made of the notebook's own statements.

What several models share, and what functions and classes need, stands at the top, once.
"""

from __future__ import annotations

import ast
import builtins
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suite.authoring.proposal.program import ANY_NAME, Program, Statement, as_written

BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A model of the notebook that becomes a reference."""

    id: str
    """Name of the reference."""
    variable: str
    """What the notebook calls it."""
    cell: int
    """After which cell it was seen."""


def write_models(program: Program, wanted: Sequence[Wanted], title: str) -> str:
    """The source of a file whose `build_<id>()` return the models."""
    slices = {each.id: program.slice_of(each.variable, each.cell) for each in wanted}
    lifted = _lift(program, slices)
    head = _head(program, lifted)
    built = [_builder(program, each, [n for n in slices[each.id] if n not in lifted]) for each in wanted]
    return "\n\n\n".join([f'"""{title}"""\n\n{head}'.rstrip(), *built]) + "\n"


def write_definitions(program: Program, wanted: Mapping[str, int], title: str) -> str:
    """The source of a file that gives each name what it held after the cell."""
    places = sorted({place for name, cell in wanted.items() for place in program.slice_of(name, cell)})
    return f'"""{title}"""\n\n{_head(program, set(places))}'


def write_all(program: Program, title: str) -> str:
    """The source of a file that does what the notebook does."""
    return f'"""{title}"""\n\n{_head(program, set(range(len(program.statements))))}'


def _lift(program: Program, slices: Mapping[str, Sequence[int]]) -> set[int]:
    """Statements that can stand at the top: imports, definitions and constants that nothing gives another value."""
    used = {place for places in slices.values() for place in places}
    statements = program.statements
    makers: dict[str, set[str]] = {}
    for place in used:
        for name in statements[place].binds | statements[place].changes:
            makers.setdefault(name, set()).add(statements[place].source)
    lifted = {place for place in used if _is_liftable(statements[place])}
    while True:
        own = {name for place in lifted for name in statements[place].binds} | BUILTINS
        kept = {
            place
            for place in lifted
            if all(len(makers.get(name, ())) == 1 for name in statements[place].binds if name != ANY_NAME)
            and all(name in own or name not in makers for name in statements[place].reads)
        }
        if kept == lifted:
            return lifted
        lifted = kept


def _is_liftable(statement: Statement) -> bool:
    return statement.is_import or statement.is_definition or statement.is_constant


def _head(program: Program, places: set[int]) -> str:
    """Imports, then the rest in the notebook's order, each once; definitions apart."""
    chosen = [program.statements[place] for place in sorted(places)]
    imports = list(dict.fromkeys(each.source for each in chosen if each.is_import))
    written = "\n".join([*imports, ""])
    seen: set[str] = set()
    after_definition = False
    for each in chosen:
        if each.is_import or each.source in seen:
            continue
        apart = "\n\n" if each.is_definition or after_definition else "" if seen or not imports else "\n"
        seen.add(each.source)
        after_definition = each.is_definition
        written += f"{apart}{each.source}\n"
    return written


def _builder(program: Program, wanted: Wanted, places: Sequence[int]) -> str:
    names = frozenset(name for place in places for name in program.statements[place].binds)
    body = [as_written(each.source, each.tree, names) for each in (program.statements[place] for place in places)]
    lines = [*body, f"return {wanted.variable}"]
    written = "\n".join(_indent(each) for each in lines)
    return f"def build_{wanted.id}():\n{written}"


def _indent(source: str) -> str:
    """A statement inside a function; one whose texts run over several lines is written anew, so that they stay."""
    moved = textwrap.indent(source, "    ")
    body = ast.parse(f"def _():\n{moved}").body[0].body if not source.startswith("return") else None  # type: ignore[attr-defined]
    if body is None or ast.dump(ast.Module(body, [])) == ast.dump(ast.Module(ast.parse(source).body, [])):
        return moved
    return textwrap.indent(ast.unparse(ast.parse(source)), "    ")
