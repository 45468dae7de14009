"""Recipes of PyTorch's modules, and modules built from recipes.

Most constructors keep their arguments in attributes of the same names; the others have a few lines here.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.recipes import Arguments, PartRecipe, Recipe, describe_arguments, plain, public_name
from suite.inside.frameworks.torch.adapter import (
    TorchAdapter,
    is_compiled,
    owners,
    part_names,
)

WITHOUT_EFFECT = frozenset(("self", "device", "dtype", "inplace", "init", "args", "kwargs"))
OF_RECURRENT = (
    "input_size",
    "hidden_size",
    "num_layers",
    "bias",
    "batch_first",
    "dropout",
    "bidirectional",
)
OF_ONE = {"RNN": "nonlinearity", "LSTM": "proj_size"}
"""An option that only one kind of recurrent module has."""
MISSING = object()


class TorchRebuilder:
    """See `Rebuilder`."""

    def recipes(self, model: Any, inputs: Sequence[Any], convention: Convention) -> list[PartRecipe]:
        """One for each module that has parameters of its own, or that uses those of modules which it never calls."""
        torch = sys.modules["torch"]
        called: dict[int, Arguments | None] = {}

        def note(module: Any, args: Any, kwargs: Any) -> None:
            called.setdefault(id(module), describe_arguments(args, kwargs, _kind))

        named = owners(model)
        register = torch.nn.Module.register_forward_pre_hook
        hooks = [register(module, note, with_kwargs=True) for _, module in named if not is_compiled(module)]
        try:
            TorchAdapter().forward(model, list(inputs), convention)
        finally:
            for hook in hooks:
                hook.remove()
        used = {id(part) for _, module in named for part in _used_by(module)}
        alone = [module for _, module in named if id(module) not in used]
        return [
            PartRecipe(
                layers=list(_labels(named, [module, *_used_by(module)])),
                recipe=self.recipe(module),
                arguments=called.get(id(module)),
            )
            for module in alone
        ]

    def recipe(self, layer: Any) -> Recipe | None:
        """By its constructor's signature."""
        nn = sys.modules["torch"].nn
        kind = next((each for each in type(layer).__mro__ if _name(each, nn)), None)
        if kind is None:
            return None
        try:
            return {"class": _name(kind, nn), "options": dict(_options(layer, kind))}
        except Exception:  # noqa: BLE001 - attributes of the submission's own
            return None

    def build(self, recipe: Recipe) -> Any:
        """A new module of `torch.nn`."""
        kind = getattr(sys.modules["torch"].nn, recipe["class"])
        return kind(**{name: self._option(value) for name, value in recipe["options"].items()})

    def architecture(self, model: Any) -> Recipe | None:  # noqa: ARG002 - the same for all
        """None: what a module computes is code."""
        return None

    def rebuild(self, architecture: Recipe) -> Any:
        """Refuse."""
        raise NotImplementedError("modules aren't rebuilt as a whole")

    def _option(self, value: Any) -> Any:
        if isinstance(value, list):
            return tuple(self._option(part) for part in value)
        return self.build(value) if isinstance(value, dict) else value


def _labels(named: Sequence[tuple[str, Any]], modules: Sequence[Any]) -> Iterator[str]:
    """Names of the layers that some modules count as."""
    for name, module in named:
        if any(module is each for each in modules):
            yield from part_names(name, module)


def _used_by(module: Any) -> tuple[Any, ...]:
    """The modules inside one whose parameters it uses without calling them."""
    nn = sys.modules["torch"].nn
    return (module.out_proj,) if isinstance(module, nn.MultiheadAttention) else ()


def _name(kind: type, nn: Any) -> str:
    """The public name of a class that is one of `torch.nn`, and none from which others are made."""
    return "" if kind in (nn.Module, nn.RNNBase, nn.RNNCellBase) else public_name(kind, nn)


def _options(module: Any, kind: type) -> Iterator[tuple[str, Any]]:
    """What its constructor was given."""
    nn = sys.modules["torch"].nn
    if issubclass(kind, nn.RNNBase):
        names: Sequence[str] = [*OF_RECURRENT, *(name for of, name in OF_ONE.items() if of == kind.__name__)]
    else:
        names = [name for name in inspect.signature(kind).parameters if name not in WITHOUT_EFFECT]
    special = OF_KINDS.get(kind.__name__, {})
    for name in names:
        if name.startswith("_"):
            continue
        value = special[name](module) if name in special else getattr(module, name, MISSING)
        if value is not MISSING:
            yield name, plain(_said(name, value), _nested)


def _said(name: str, value: Any) -> Any:
    """A parameter stands for the option that it exists."""
    if name == "bias" and not isinstance(value, bool):
        return value is not None
    return tuple(value) if isinstance(value, sys.modules["torch"].Size) else value


def _nested(value: Any) -> Recipe | None:
    """A module as a recipe, one of PyTorch's functions by its name; `None` for anything else."""
    torch = sys.modules["torch"]
    if isinstance(value, torch.nn.Module):
        return TorchRebuilder().recipe(value)
    return None


def _activation(module: Any) -> Any:
    """The name of one of the functions that a transformer's constructor knows by name."""
    functional = sys.modules["torch"].nn.functional
    names = {functional.relu: "relu", functional.gelu: "gelu"}
    return names.get(module.activation, module.activation)


OF_BLOCK: Mapping[str, Callable[[Any], Any]] = {
    "d_model": lambda module: module.self_attn.embed_dim,
    "nhead": lambda module: module.self_attn.num_heads,
    "dim_feedforward": lambda module: module.linear1.out_features,
    "dropout": lambda module: module.dropout.p,
    "activation": _activation,
    "layer_norm_eps": lambda module: module.norm1.eps,
    "batch_first": lambda module: module.self_attn.batch_first,
    "bias": lambda module: module.linear1.bias,
}
OF_KINDS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "MultiheadAttention": {
        "bias": lambda module: module.in_proj_bias,
        "add_bias_kv": lambda module: module.bias_k is not None,
    },
    "TransformerEncoderLayer": OF_BLOCK,
    "TransformerDecoderLayer": OF_BLOCK,
    "TransformerEncoder": {"encoder_layer": lambda module: module.layers[0]},
    "TransformerDecoder": {"decoder_layer": lambda module: module.layers[0]},
}
"""Options that have no attribute of their name, by class."""


def _kind(value: Any) -> str | None:
    """`f` or `i` for a tensor of numbers."""
    torch = sys.modules["torch"]
    if not isinstance(value, torch.Tensor) or value.dtype is torch.bool:
        return None
    return "f" if value.is_floating_point() else "i"
