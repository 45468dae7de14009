"""Inspects models of Keras 3 and of Keras 2 (`tf_keras`), single layers and symbolic tensors."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Any

import numpy as np

from suite.inside.frameworks.conventions import Convention, call_completed, first_states, missing
from suite.inside.frameworks.keras.single_call import quick_call
from suite.inside.frameworks.recipes import public_name
from suite.inside.frameworks.views import (
    CallCount,
    ForwardPass,
    Hear,
    InputView,
    LayerView,
    Tensor,
    describe_error,
    first_shapes,
    flatten,
    plain_options,
)

LIBRARIES = ("keras", "tf_keras")
TENSORS = {"keras": "keras.src.backend.common.keras_tensor", "tf_keras": "tf_keras.src.engine.keras_tensor"}


class KerasAdapter:
    """Sequential, functional and subclassed models; a layer or symbolic tensor is turned into a model."""

    def __init__(self, call_again: Callable[[Any, Sequence[Any], Convention], list[Any]] | None = None) -> None:
        """`call_again` calls a model that will be called again."""
        self._call_again = call_again

    def owns(self, value: Any) -> bool:
        """Whether it is a model, a layer that has weights or is recurrent, or the output of a layer."""
        library = library_of(value)
        if library is None:
            return False
        if _is_tensor(value):
            return not isinstance(self.origin(value), library.layers.InputLayer)
        return isinstance(value, library.Model) or bool(value.weights) or hasattr(value, "return_sequences")

    def is_model(self, value: Any) -> bool:
        """Whether it is itself a model."""
        library = library_of(value)
        return library is not None and isinstance(value, library.Model)

    def origin(self, value: Any) -> Any:
        """The layer that a symbolic tensor comes from; anything else is returned as it is."""
        if not _is_tensor(value):
            return value
        history = value._keras_history
        return history.operation if hasattr(history, "operation") else history.layer

    def as_model(self, value: Any) -> Any:
        """The functional model that ends in a symbolic tensor; anything else as it is."""
        library = library_of(value)
        if not _is_tensor(value) or library is None:
            return value
        return library.Model(_sources(value), value)

    def parts(self, model: Any) -> Iterator[Any]:
        """Every layer inside a model, wrapped ones and cells included."""
        return (layer for layer in model._flatten_layers(include_self=False))

    def inner_models(self, model: Any) -> Iterator[tuple[str, Any]]:
        """Models among its layers and theirs, named by attributes, or by themselves where no attribute holds them."""
        seen = {id(model)}
        waiting = [("", model)]
        while waiting:
            path, holder = waiting.pop(0)
            for layer in holder._flatten_layers(include_self=False, recursive=False):
                if id(layer) not in seen:
                    seen.add(id(layer))
                    name = f"{path}{_attribute(holder, layer) or layer.name}"
                    waiting.append((f"{name}.", layer))
                    if self.is_model(layer):
                        yield name, layer

    def layers(self, model: Any) -> list[LayerView]:
        """Layers in order, with those of nested models; weights that a subclass owns itself come last."""
        views, seen = [], set()
        for name, layer in named_leaves(model):
            own = own_weights(layer)
            seen |= {id(weight) for weight in own}
            views.append(_view(name, layer, own))
        if own := [weight for weight in model.weights if id(weight) not in seen]:
            views.append(_view(model.name, model, own))
        return [view for view in views if view.tensors or _is_recurrent(view)]

    def forward(
        self, model: Any, inputs: list[Any], convention: Convention, *, expected: CallCount = "few"
    ) -> ForwardPass:
        """Call the model and record every layer's output shape."""
        calls: list[tuple[str, list[int | None]]] = []
        values = [_as_tensor(value) for value in inputs]
        with self.listen(model, first_shapes(calls)):
            try:
                outputs = self._call_prepared(model, values, convention, expected)
                if not (outputs and calls):  # a graph that was traced before calls no layer
                    calls.clear()
                    outputs = invoke(model, values, convention)
            except Exception as error:  # noqa: BLE001 - whatever a submission raises is its answer
                problem = _step_through(model, values) or describe_error(error)
                return ForwardPass(outputs=[], problem=problem, calls=calls)
        return ForwardPass(outputs=[np.asarray(part, dtype=np.float32) for part in outputs], problem="", calls=calls)

    def _call_prepared(
        self, model: Any, values: Sequence[Any], convention: Convention, expected: CallCount
    ) -> list[Any]:
        """The outputs, if a way of calling it suits so many calls; else nothing."""
        if expected == "many" and self._call_again:
            return self._call_again(model, values, convention)
        if expected == "one":
            with suppress(Exception), quick_call(model):  # an error is raised again, and told as Keras tells it
                return invoke(model, values, convention)
        return []

    @contextmanager
    def listen(self, model: Any, hear: Hear) -> Iterator[None]:
        """Listen to layers; a wrapper counts as one layer."""
        with ExitStack() as stack:
            for name, layer in named_leaves(model):
                stack.enter_context(replaced_call(layer, _telling(name, layer.call, hear)))
            yield

    def weights(self, model: Any) -> list[Any]:
        """All variables."""
        return list(model.weights)

    def is_built(self, model: Any) -> bool:
        """Whether it has been built, so that its weights exist."""
        return bool(getattr(model, "built", True))

    def is_finite(self, model: Any) -> bool:
        """No NaN and no infinity in any tensor of numbers."""
        arrays = [np.asarray(weight.numpy()) for weight in model.weights if hasattr(weight, "numpy")]
        return all(bool(np.isfinite(array).all()) for array in arrays if array.dtype.kind == "f")

    def steps(self, model: Any) -> int | None:
        """Steps counted by the optimizer that it was compiled with."""
        optimizer = getattr(model, "optimizer", None)
        return int(optimizer.iterations.numpy()) if optimizer is not None else None

    def words(self, model: Any) -> int:
        """The rows of its largest embedding."""
        library = library_of(model)
        kind = library.layers.Embedding if library is not None else ()
        return max((int(layer.input_dim) for layer in model._flatten_layers() if isinstance(layer, kind)), default=0)

    def called_with(self, model: Any) -> Sequence[int]:  # noqa: ARG002 - rows always come first in Keras
        """Not noted."""
        return ()

    def answered_with(self, model: Any) -> int:  # noqa: ARG002 - as above
        """Not noted."""
        return 0

    def takes(self, model: Any) -> list[InputView]:
        """As its inputs are declared, or as it was built."""
        declared = getattr(model, "inputs", None) if self.is_model(model) else None
        if declared:
            return [_taken(tensor.shape[1:], str(tensor.dtype), _reader(model, tensor)) for tensor in declared]
        leaves = list(_leaves(model))
        first = leaves[0] if leaves else None
        built = _built_with(model) or _built_with(first)
        if not built and type(first).__name__ in {"Embedding", "TextVectorization"}:
            built = [[None, None]]
        rows = next((shape[0] or 0 for shape in built), 0) if getattr(model, "stateful", False) else 0
        taken = [_taken(shape[1:], "float32", first) for shape in built]
        return [replace(each, rows=int(rows)) for each in taken]

    def curves(self, model: Any) -> Mapping[str, Sequence[Any]]:
        """The history of its last `fit`."""
        history = getattr(getattr(model, "history", None), "history", None)
        return history if isinstance(history, dict) else {}


def _attribute(holder: Any, layer: Any) -> str:
    """The attribute that holds a layer, such as `encoder`, or `nets.0` of a list; empty if none does."""
    for name, value in vars(holder).items():
        if name.startswith("_"):
            continue
        if value is layer:
            return str(name)
        if isinstance(value, (list, tuple, dict)):
            held = value.items() if isinstance(value, dict) else enumerate(value)
            key = next((str(key) for key, each in held if each is layer), None)
            if key is not None:
                return f"{name}.{key}"
    return ""


def _taken(shape: Sequence[Any], dtype: str, reader: Any) -> InputView:
    """An input by its shape, its type and the layer that reads it."""
    words = int(reader.input_dim) if type(reader).__name__ == "Embedding" else 0
    text = "string" in dtype or type(reader).__name__ in {"TextVectorization", "StringLookup"}
    sizes = [None if size is None else int(size) for size in shape]
    return InputView(shape=sizes, whole=bool(words) or "int" in dtype, words=words, text=text)


def _reader(model: Any, tensor: Any) -> Any:
    """The first layer that reads an input; `None` if none does by itself."""
    for layer in model.layers:
        for node in layer._inbound_nodes:
            given = node.input_tensors if hasattr(node, "input_tensors") else node.keras_inputs
            if any(each is tensor for each in flatten(given)):
                return layer
    return next(iter(_leaves(model)), None) if len(model.inputs) == 1 else None


def _built_with(layer: Any) -> list[list[Any]]:
    """The shapes with which a layer got its weights, rows included; none if it didn't note them."""
    noted = getattr(layer, "_build_shapes_dict", None)
    if isinstance(noted, dict):
        shapes = [
            list(shape) for name, shape in noted.items() if isinstance(shape, (tuple, list)) and "state" not in name
        ]
        return [shape for shape in shapes if all(size is None or isinstance(size, int) for size in shape)]
    shape = getattr(layer, "_build_input_shape", None)
    return [list(shape)] if shape is not None and list(shape) else _specified(layer)


def _specified(layer: Any) -> list[list[Any]]:
    """The shape that a layer says it takes, once it has weights."""
    specs = flatten(getattr(layer, "input_spec", None))
    spec: Any = specs[0] if specs else None
    if getattr(spec, "shape", None):
        return [list(spec.shape)]
    axes, rank = getattr(spec, "axes", None), getattr(spec, "ndim", None) or getattr(spec, "min_ndim", None)
    if not axes or not rank:
        return []
    sizes: list[Any] = [None] * rank
    for axis, size in axes.items():
        sizes[axis] = size
    return [sizes]


def library_of(value: Any) -> Any:
    """The Keras version's module that a value belongs to; `None` if the submission has imported none."""
    for name in LIBRARIES:
        library = sys.modules.get(name)
        if library is None or not hasattr(library, "Model"):
            continue
        tensor = getattr(sys.modules.get(TENSORS[name]), "KerasTensor", library.Model)
        if isinstance(value, (library.layers.Layer, tensor)):
            return library
    return None


def _is_tensor(value: Any) -> bool:
    """Whether it is the symbolic output of a layer."""
    return hasattr(value, "_keras_history") and type(value).__name__ == "KerasTensor"


def _sources(tensor: Any) -> list[Any]:
    """The inputs that a symbolic tensor depends on, each step visited once: Keras's own search takes 2^100 of 100."""
    found: list[Any] = []
    seen: set[int] = set()
    left = [tensor]
    while left:
        current = left.pop()
        if id(current) in seen or not hasattr(current, "_keras_history"):
            continue
        seen.add(id(current))
        history = current._keras_history
        owner = history.operation if hasattr(history, "operation") else history.layer
        node = owner._inbound_nodes[history.node_index]
        if node.is_input:
            found.append(current)
        else:
            left += node.keras_inputs if hasattr(node, "keras_inputs") else node.input_tensors
    return found


def _as_tensor(value: Any) -> Any:
    """Texts become a `(rows, 1)` string tensor; arrays stay."""
    return sys.modules["tensorflow"].constant([[text] for text in value]) if isinstance(value, list) else value


def as_tensors(values: Sequence[Any]) -> list[Any]:
    """Arrays as tensors, so that a graph is traced once per shape; texts as `(rows, 1)`."""
    constant = sys.modules["tensorflow"].constant
    return [constant([[text] for text in value] if isinstance(value, list) else value) for value in values]


def invoke(model: Any, values: Sequence[Any], convention: Convention, *, training: bool = False) -> list[Any]:
    """All outputs, as tensors, for inference or in training.

    Several inputs are given as a list, as functional models take them.
    """
    values = convention.arrange(values)
    argument = _by_name(model, values) or (values[0] if len(values) == 1 else list(values))
    absent = missing(model.call, 1) if convention.complete else 0
    if absent <= 0:
        return flatten(model(argument, training=training))

    def call(*arguments: Any) -> Any:
        return model(*arguments, training=training) if _knows_mode(model) else model(*arguments)

    if absent == len(values) - 1:
        return flatten(call(*values))
    zeros = sys.modules["tensorflow"].zeros
    choices = first_states(model, absent, len(values[0]), _state_shapes(model, len(values[0])), zeros)
    return flatten(call_completed(call, [argument], choices))


def _by_name(model: Any, values: Sequence[Any]) -> dict[str, Any]:
    """The inputs of a functional model that takes a dictionary, each the first of its rank; empty for any other."""
    named = getattr(model, "_inputs_struct", None)
    if not isinstance(named, dict) or len(named) != len(values):
        return {}
    left, given = list(values), {}
    for name, tensor in named.items():
        place = next((n for n, value in enumerate(left) if len(np.shape(value)) == len(tensor.shape)), 0)
        given[name] = left.pop(place)
    return given


def _knows_mode(model: Any) -> bool:
    """Whether its `call` takes `training`; Keras passes the mode on by itself otherwise."""
    return "training" in inspect.signature(model.call).parameters


def _state_shapes(model: Any, rows: int) -> list[list[int]]:
    """Shapes of the states with which its recurrent layers start."""
    units = (getattr(layer, "units", None) for layer in model._flatten_layers() if hasattr(layer, "return_sequences"))
    return [[rows, size] for size in units if isinstance(size, int)]


def _step_through(model: Any, given: Sequence[Any]) -> str:
    """Call a Sequential's layers in turn and return the first error; an unfinished model can't be called as a whole."""
    library = library_of(model)
    if library is None or not isinstance(model, library.Sequential):
        return ""
    values = given[0] if len(given) == 1 else given
    try:
        for layer in model.layers:
            values = layer(values)
    except Exception as error:  # noqa: BLE001 - the error of the failing layer is the answer
        return describe_error(error)
    return ""


def named_leaves(model: Any) -> list[tuple[str, Any]]:
    """A model's layers with unique names, as two nested models may each have a layer `rnn`."""
    named: dict[str, Any] = {}
    for layer in _leaves(model):
        name = layer.name if layer.name not in named else f"{layer.name}#{len(named)}"
        named[name] = layer
    return list(named.items())


def _leaves(model: Any) -> Iterator[Any]:
    """A model's layers, each once; a wrapper such as Bidirectional counts as one layer, a layer as itself.

    A layer of the submission's own that is made of others counts as these, like a model, and as itself where it has
    weights of its own, too.
    """
    library = library_of(model)
    seen: set[int] = set()

    def leaves(part: Any) -> Iterator[Any]:
        inside = parts_of(part)
        if not inside or own_weights(part):
            yield part
        for layer in inside:
            if id(layer) not in seen and not isinstance(layer, library.layers.InputLayer):
                seen.add(id(layer))
                yield from leaves(layer)

    if isinstance(model, library.Model):
        return (layer for layer in leaves(model) if layer is not model)
    return leaves(model)


def parts_of(layer: Any) -> list[Any]:
    """The layers that a model, or a layer of the submission's own, is made of; none for one of Keras's."""
    library = library_of(layer)
    if isinstance(layer, library.Model):
        return list(layer.layers)
    if public_class(layer) is not None:
        return []
    return list(layer._flatten_layers(include_self=False, recursive=False))


def own_weights(layer: Any) -> list[Any]:
    """The weights of a layer that aren't its parts'."""
    theirs = {id(weight) for part in parts_of(layer) for weight in part.weights}
    return [weight for weight in layer.weights if id(weight) not in theirs]


def public_class(layer: Any) -> Any:
    """Keras's own class that a layer is of; `None` if it is only one from which all layers are made."""
    library = library_of(layer)
    bases = (library.layers.Layer, library.layers.Wrapper)
    found = (kind for kind in type(layer).__mro__ if kind not in bases and public_name(kind, library.layers))
    return next(found, None)


def _view(name: str, layer: Any, weights: list[Any]) -> LayerView:
    """A layer with copies of its weights; vocabulary tables don't count as weights."""
    tensors = [
        Tensor(name=weight.name[:300], values=values, trainable=bool(weight.trainable), handle=weight)
        for weight in weights
        if hasattr(weight, "numpy") and (values := np.asarray(weight.numpy())).dtype.kind in "biuf"
    ]
    try:
        options = plain_options(layer.get_config())
    except Exception:  # noqa: BLE001 - a subclass without get_config still has weights
        options = {}
    return LayerView(name=name, kind=type(layer).__name__, options=options, tensors=tensors, layer=layer)


def _is_recurrent(view: LayerView) -> bool:
    """Whether a layer is recurrent; an unbuilt one is kept, as it may explain why the next one failed."""
    return "return_sequences" in view.options


def _telling(name: str, call: Callable[..., Any], hear: Hear) -> Callable[..., Any]:
    """A layer's own call, which also passes its first output to `hear`."""

    def tell(*args: Any, **kwargs: Any) -> Any:
        output = call(*args, **kwargs)
        hear(name, flatten(output)[0])
        return output

    return tell


@contextmanager
def replaced_call(layer: Any, call: Callable[..., Any]) -> Iterator[None]:
    """During the block, replace what a layer computes; blocks may be nested."""
    before = vars(layer).get("call")
    object.__setattr__(layer, "call", call)
    try:
        yield
    finally:
        if before is None:
            object.__delattr__(layer, "call")
        else:
            object.__setattr__(layer, "call", before)
