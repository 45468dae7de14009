"""Models inside other models, wherever a class keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from suite.frameworks import framework_named
from suite.inside.frameworks import load
from suite.inside.worker.model_parts import MAX_PARTS, find_parts
from suite.inside.worker.model_tracker import TrackedModel

pytestmark = pytest.mark.slow
INSIDE = {each.name: each for each in load([framework_named(name).inside for name in ("keras", "torch")])}


def _find(framework: str, *models: Any) -> dict[str, tuple[int, ...]]:
    """The parts' names, and the places of the models that hold them."""
    entries = [
        TrackedModel(model=model, framework=INSIDE[framework], name=f"net{place}", cell=0, finished=True, fingerprint=1)
        for place, model in enumerate(models)
    ]
    parts = find_parts(entries)
    assert all(part.fingerprint is None for part in parts)
    return {part.name: part.within for part in parts}


def test_parts_of_modules() -> None:
    """In attributes, lists and dictionaries of modules, and inside one another; single layers are no models."""
    from torch import nn

    class Holder(nn.Module):
        def __init__(self, inner: nn.Module) -> None:
            super().__init__()
            self.nets = nn.ModuleDict({"many": nn.ModuleList([nn.Linear(2, 2), inner])})

    deep = nn.Sequential(nn.Sequential(nn.Linear(2, 2)))
    assert _find("torch", Holder(deep)) == {"net0.nets.many.1": (0,), "net0.nets.many.1.0": (0, 1)}
    assert _find("torch", Holder(deep), deep) == {"net0.nets.many.1.0": (0, 1)}
    shared = nn.Sequential(nn.Linear(2, 2))
    assert _find("torch", Holder(shared), Holder(shared)) == {"net0.nets.many.1": (0, 1)}


def test_parts_of_keras_models() -> None:
    """In attributes, lists and dictionaries, and inside one another and other layers."""
    import keras

    class Wrapper(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

    class Holder(keras.Model):  # type: ignore[misc]
        def __init__(self, *inner: Any) -> None:
            super().__init__()
            self.nets = {"many": inner[0]}
            self.others = [*inner[1:]]

    first, second = (keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]) for _ in range(2))
    assert _find("keras", Holder(first, Wrapper(second))) == {"net0.nets.many": (0,), "net0.others.0.inner": (0,)}
    nested = keras.Sequential([keras.Input((2,)), first, second])
    assert _find("keras", nested) == {f"net0.{first.name}": (0,), f"net0.{second.name}": (0,)}


def test_crowd_of_parts_is_cut() -> None:
    """A class of a thousand networks shows the first ones."""
    from torch import nn

    crowd = nn.ModuleList([nn.Sequential(nn.Linear(1, 1)) for _ in range(1000)])
    assert len(_find("torch", crowd)) == MAX_PARTS


def test_model_whose_attributes_raise_has_no_parts() -> None:
    """Whatever a class does with the attributes that are looked at, the other models' parts are found."""
    from torch import nn

    class Hostile(nn.Module):
        def __getattribute__(self, name: str) -> Any:
            if name == "_modules":
                raise RuntimeError
            return super().__getattribute__(name)

    hostile = Hostile.__new__(Hostile)
    holder = nn.ModuleList([nn.Sequential(nn.Linear(1, 1))])
    assert _find("torch", hostile, holder) == {"net1.0": (1,)}
