"""Pieces of syntax trees that both mistakes and rewritings look for and make."""

from __future__ import annotations

import libcst as cst

NO_SPACE = cst.SimpleWhitespace("")


def path_of(function: cst.BaseExpression) -> list[str]:
    """The parts of `torch.nn.RNN`; none of what another call or an index gives."""
    if isinstance(function, cst.Attribute):
        return [*path_of(function.value), function.attr.value]
    return [function.value] if isinstance(function, cst.Name) else []


def name_of(call: cst.Call) -> str:
    """The last part of what is called; empty for what another call gives."""
    return next(reversed(path_of(call.func)), "")


def by_keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    """An argument by keyword, as style guides write it."""
    equal = cst.AssignEqual(whitespace_before=NO_SPACE, whitespace_after=NO_SPACE)
    return cst.Arg(keyword=cst.Name(name), value=value, equal=equal)
