"""What is called, and arguments as they are written."""

from __future__ import annotations

import libcst as cst
import pytest

from suite.authoring.verify.syntax import by_keyword, name_of, path_of


def _call(source: str) -> cst.Call:
    node = cst.parse_expression(source)
    assert isinstance(node, cst.Call)
    return node


@pytest.mark.parametrize(
    ("source", "path", "name"),
    [
        ("Dense(3)", ["Dense"], "Dense"),
        ("torch.nn.RNN(3)", ["torch", "nn", "RNN"], "RNN"),
        ("make().fit(x)", ["fit"], "fit"),
        ("Dropout(0.1)(x)", [], ""),
        ("layers[0](x)", [], ""),
    ],
)
def test_what_is_called(source: str, path: list[str], name: str) -> None:
    call = _call(source)
    assert (path_of(call.func), name_of(call)) == (path, name)


def test_an_argument_by_keyword() -> None:
    call = _call("Dense(3)")
    made = call.with_changes(args=[*call.args, by_keyword("use_bias", cst.Name("False"))])
    assert cst.Module([]).code_for_node(made) == "Dense(3, use_bias=False)"
