"""A Keras layer's call may be exchanged inside another exchange, as where layers that answer for others are heard."""

from __future__ import annotations

from suite.inside.frameworks.keras.adapter import replaced_call


class _Layer:
    def call(self) -> str:
        return "own"


def test_exchanges_may_be_nested() -> None:
    """Each block ends with what was there when it began."""
    layer = _Layer()
    with replaced_call(layer, lambda: "outer"):
        with replaced_call(layer, lambda: "inner"):
            assert layer.call() == "inner"
        assert layer.call() == "outer"
    assert layer.call() == "own"
    assert vars(layer) == {}
