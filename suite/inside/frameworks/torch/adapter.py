"""Inspects PyTorch modules."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from suite.inside.frameworks.conventions import Convention, call_completed, first_states, missing
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

OPTIONS = (
    "input_size",
    "hidden_size",
    "num_layers",
    "batch_first",
    "bidirectional",
    "nonlinearity",
    "in_features",
    "out_features",
    "num_embeddings",
    "embedding_dim",
    "num_features",
)
STEPS: Counter[int] = Counter()
"""Optimizer steps by the `id` of a parameter; the hooks count them."""
CALLED_WITH: WeakKeyDictionary[Any, tuple[Sequence[int], int]] = WeakKeyDictionary()
"""Shape of each module's first input, and first dimension of its first output, in its first call; the hooks note it."""
TAKEN: WeakKeyDictionary[Any, list[InputView]] = WeakKeyDictionary()
"""The tensors that each module was first called with; the hooks note them."""
STATES: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
"""Each module's attributes that may be a state, before its first call; the hooks note them."""
MATRIX = 2  # dimensions
MOST_IN_STATE = 1_000_000  # numbers; a larger tensor is data


class TorchAdapter:
    """Any `nn.Module` that has parameters."""

    def owns(self, value: Any) -> bool:
        """Whether it is a module with parameters that isn't a metric or a loss."""
        torch = sys.modules.get("torch")
        if torch is None or not hasattr(torch, "nn") or not isinstance(value, torch.nn.Module):
            return False
        return next(torch.nn.Module.parameters(value), None) is not None

    def layers(self, model: Any) -> list[LayerView]:
        """Modules that own parameters, in order of definition; each layer of a stacked `nn.RNN` is one."""
        return [view for name, module in owners(model) for view in _views(name, module)]

    def is_model(self, value: Any) -> bool:
        """Whether its class is the submission's own or Sequential, so that it isn't a single layer."""
        torch = sys.modules["torch"]
        return self.owns(value) and (
            isinstance(value, torch.nn.Sequential) or not type(value).__module__.startswith("torch.nn.")
        )

    def origin(self, value: Any) -> Any:
        """The module itself."""
        return value

    def as_model(self, value: Any) -> Any:
        """The module itself, as every module is a model; of a compiled one the module that it runs."""
        dynamo = sys.modules.get("torch._dynamo.eval_frame")
        return value._orig_mod if dynamo is not None and isinstance(value, dynamo.OptimizedModule) else value

    def parts(self, model: Any) -> Iterator[Any]:
        """Every module inside the model."""
        return (module for module in sys.modules["torch"].nn.Module.modules(model) if module is not model)

    def inner_models(self, model: Any) -> Iterator[tuple[str, Any]]:
        """Modules that are models, by the names that PyTorch gives them, such as `nets.0.encoder`."""
        named = sys.modules["torch"].nn.Module.named_modules(model)
        return ((name, module) for name, module in named if module is not model and self.is_model(module))

    def forward(
        self,
        model: Any,
        inputs: list[Any],
        convention: Convention,
        *,
        expected: CallCount = "few",  # noqa: ARG002 - nothing to prepare
    ) -> ForwardPass:
        """Call the module in evaluation mode and record every layer's output shape."""
        torch = sys.modules["torch"]
        calls: list[tuple[str, list[int | None]]] = []
        try:
            with torch.no_grad(), _checking_widths(model), self.listen(model, first_shapes(calls)):
                outputs = [as_array(part).astype(np.float32) for part in invoke(model, inputs, convention)]
        except Exception as error:  # noqa: BLE001 - whatever a submission raises is its answer
            return ForwardPass(outputs=[], problem=describe_error(error), calls=calls)
        return ForwardPass(outputs=outputs, problem="", calls=calls)

    @contextmanager
    def listen(self, model: Any, hear: Hear) -> Iterator[None]:
        """Listen to the modules that have parameters of their own."""
        register = sys.modules["torch"].nn.Module.register_forward_hook
        listened = [(name, module) for name, module in owners(model) if not is_compiled(module)]
        hooks = [register(module, _telling(name, module, hear)) for name, module in listened]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def weights(self, model: Any) -> list[Any]:
        """All parameters."""
        return list(sys.modules["torch"].nn.Module.parameters(model))

    def is_built(self, model: Any) -> bool:
        """Whether all parameters have a shape; those of lazy modules have none until they are called."""
        lazy = sys.modules["torch"].nn.parameter.UninitializedParameter
        return not any(isinstance(weight, lazy) for weight in self.weights(model))

    def is_finite(self, model: Any) -> bool:
        """No NaN and no infinity."""
        torch = sys.modules["torch"]
        return not self.is_built(model) or all(bool(torch.isfinite(weight).all()) for weight in self.weights(model))

    def steps(self, model: Any) -> int | None:
        """Steps of all optimizers that hold its parameters, as counted by the hooks."""
        return max((STEPS[id(weight)] for weight in self.weights(model)), default=0)

    def words(self, model: Any) -> int:
        """The rows of its largest embedding."""
        torch = sys.modules["torch"]
        tables = (each for each in torch.nn.Module.modules(model) if isinstance(each, torch.nn.Embedding))
        return max((int(table.num_embeddings) for table in tables), default=0)

    def called_with(self, model: Any) -> Sequence[int]:
        """As noted by the hooks."""
        return CALLED_WITH.get(model, ((), 0))[0]

    def answered_with(self, model: Any) -> int:
        """As noted by the hooks."""
        return CALLED_WITH.get(model, ((), 0))[1]

    def takes(self, model: Any) -> list[InputView]:
        """As noted by the hooks; of a module that was never called what its first layer says."""
        words = self.words(model)
        if noted := TAKEN.get(model):
            return [replace(each, words=words if each.whole else 0) for each in noted]
        first = next((each for _, each in owners(model)), None)
        nn = sys.modules["torch"].nn
        if isinstance(first, nn.Linear):
            return [InputView(shape=[int(first.in_features)])]
        if isinstance(first, nn.Embedding):
            return [InputView(shape=[None], whole=True, words=words)]
        return [InputView(shape=[None, int(first.input_size)])] if isinstance(first, nn.RNNBase) else []

    def curves(self, model: Any) -> Mapping[str, Sequence[Any]]:  # noqa: ARG002 - a module keeps none
        """Empty, as PyTorch keeps no history."""
        return {}


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """During the block, the model is in evaluation mode, whatever its own `eval` and `modules` are."""
    modes = [(module, module.training) for module in sys.modules["torch"].nn.Module.modules(model)]
    for module, _ in modes:
        module.training = False
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def _checking_widths(model: Any) -> Iterator[None]:
    """During the block, a packed sequence of another width than a recurrent module's raises; PyTorch doesn't check."""
    nn = sys.modules["torch"].nn

    def check(module: Any, inputs: Any) -> None:
        given = inputs[0] if inputs else None
        if isinstance(given, nn.utils.rnn.PackedSequence) and given.data.size(-1) != module.input_size:
            raise ValueError(f"{module.input_size} features are expected in each step, got {given.data.size(-1)}")

    recurrent = [module for module in nn.Module.modules(model) if isinstance(module, nn.RNNBase)]
    hooks = [nn.Module.register_forward_pre_hook(module, check) for module in recurrent if not is_compiled(module)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def practising(model: Any) -> Iterator[None]:
    """During the block, the model is in training mode, as its own `train` sets it; counts of batches are kept.

    A buffer that the model gives another tensor holds that tensor's values afterwards, and is the object that it was.
    """
    modules = list(sys.modules["torch"].nn.Module.modules(model))
    modes = [(module, module.training) for module in modules]
    held_by = [module._buffers for module in modules]
    buffers = [(held, name, each) for held in held_by for name, each in held.items() if each is not None]
    counts = [(each, each.clone()) for _, _, each in buffers if not each.is_floating_point()]
    model.train()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
        for held, name, buffer in buffers:
            if (new := held.get(name)) is not buffer and new is not None:
                buffer.data, held[name] = new.data, buffer
        for buffer, before in counts:
            buffer.copy_(before)


def invoke(model: Any, inputs: Sequence[Any], convention: Convention, *, training: bool = False) -> list[Any]:
    """All outputs, as tensors, of a model in evaluation mode or in training mode."""
    given = [as_tensor(values, model) for values in inputs]
    rows = len(given[0])
    if convention.steps_first:
        given = [each.transpose(0, 1) if each.dim() > 1 else each for each in given]
    arguments = convention.arrange(given)
    with practising(model) if training else evaluating(model):
        absent = missing(model.forward, len(arguments)) if convention.complete else 0
        if absent > 0:
            states = first_states(model, absent, rows, _state_shapes(model, rows), lambda shape: _zeros(model, shape))
            outputs = flatten(call_completed(model, arguments, chain(_lengths(given, absent), states)))
        else:
            outputs = flatten(model(*arguments))
    if not convention.steps_first:
        return outputs
    batch = given[0].shape[:MATRIX]
    return [each.transpose(0, 1) if each.shape[:MATRIX] == batch else each for each in outputs]


def note_taken(model: Any, arguments: Sequence[Any]) -> None:
    """Note the tensors that a module is first called with."""
    tensors = [each for each in flatten(list(arguments)) if isinstance(each, sys.modules["torch"].Tensor)]
    TAKEN[model] = [
        InputView(shape=[int(size) for size in each.shape[1:]], whole=not each.is_floating_point()) for each in tensors
    ][:8]


def _lengths(given: Sequence[Any], count: int) -> Iterator[tuple[Any, ...]]:
    """The numbers of words in each row, as `pack_padded_sequence` takes them, if that may be what a model lacks."""
    if count == 1 and given[0].dim() == MATRIX and not given[0].is_floating_point():
        yield ((given[0] != 0).sum(1).clamp(min=1).cpu(),)


def _state_shapes(model: Any, rows: int) -> list[list[int]]:
    """Shapes of the states with which its recurrent modules start."""
    torch = sys.modules["torch"]
    shapes = []
    for module in torch.nn.Module.modules(model):
        if isinstance(module, torch.nn.RNNBase):
            shapes.append([module.num_layers * (1 + module.bidirectional), rows, module.hidden_size])
        elif isinstance(module, torch.nn.RNNCellBase):
            shapes.append([rows, module.hidden_size])
    return shapes


def _zeros(model: Any, shape: Sequence[int]) -> Any:
    return as_tensor(np.zeros(shape, np.float32), model)


def state_of(module: Any) -> dict[str, Any]:
    """Copies of a module's plain attributes that may be a state: tensors, tuples and lists of tensors, and `None`."""
    plain = ((name, value) for name, value in vars(module).items() if not name.startswith("_"))
    return {name: _copy(value) for name, value in plain if _may_be_state(value)}


def put_back_state(module: Any) -> None:
    """Give a module the state that it had before its first call."""
    before = STATES.get(module)
    if before is None:
        STATES[module] = state_of(module)
        return
    for name in [name for name, value in vars(module).items() if name not in before and _may_be_state(value)]:
        if not name.startswith("_"):
            del vars(module)[name]
    vars(module).update({name: _copy(value) for name, value in before.items()})


def _may_be_state(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return bool(value) and all(map(_may_be_state, value))
    return value is None or (isinstance(value, sys.modules["torch"].Tensor) and value.numel() <= MOST_IN_STATE)


def _copy(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(map(_copy, value)) if type(value) in (tuple, list) else value
    return value.detach().clone() if value is not None else None


def as_tensor(values: np.ndarray[Any, Any], model: Any) -> Any:
    """Values as a tensor in the model's precision and on its device."""
    torch = sys.modules["torch"]
    parameter = next(torch.nn.Module.parameters(model), torch.empty(0))
    tensor = torch.from_numpy(values.copy()).to(parameter.device)
    return tensor.to(parameter.dtype) if tensor.is_floating_point() and parameter.is_floating_point() else tensor


def as_array(tensor: Any) -> np.ndarray[Any, Any]:
    """A tensor's values; bfloat16 becomes float32, as NumPy doesn't have it."""
    plain = tensor.detach().cpu()
    array: np.ndarray[Any, Any] = (plain.float() if plain.dtype is sys.modules["torch"].bfloat16 else plain).numpy()
    return array


def is_compiled(module: Any) -> bool:
    """Whether it is TorchScript, which takes no hooks."""
    return isinstance(module, sys.modules["torch"].jit.ScriptModule)


def owners(model: Any) -> list[tuple[str, Any]]:
    """(name, module) of each module that has parameters of its own."""
    modules = sys.modules["torch"].nn.Module.named_modules(model)
    return [(name or type(model).__name__, module) for name, module in modules if module._parameters]


def _views(name: str, module: Any) -> list[LayerView]:
    """One view, or one per layer of a stack."""
    kind, options = type(module).__name__, plain_options({key: getattr(module, key, None) for key in OPTIONS})
    tensors = [
        Tensor(name=key, values=as_array(value), trainable=bool(value.requires_grad), handle=value)
        for key, value in module._parameters.items()
        if value is not None
    ]
    buffers = [
        Tensor(name=key, values=as_array(value), trainable=False, handle=value)
        for key, value in module._buffers.items()
        if value is not None and value.is_floating_point()
    ]
    depth = _depth(module)
    if depth == 1:
        return [LayerView(name=name, kind=kind, options=options, tensors=tensors, buffers=buffers, layer=module)]
    return [
        LayerView(
            name=_part(name, level),
            kind=kind,
            options=options,
            tensors=[t for t in tensors if t.name.removesuffix("_reverse").endswith(f"_l{level}")],
            layer=module,
        )
        for level in range(depth)
    ]


def _unpacked(module: Any, output: Any) -> Any:
    """What a recurrent layer returns, with a packed sequence turned into a padded one."""
    rnn = sys.modules["torch"].nn.utils.rnn
    if not isinstance(output, tuple) or not output or not isinstance(output[0], rnn.PackedSequence):
        return output
    return rnn.pad_packed_sequence(output[0], batch_first=bool(getattr(module, "batch_first", True)))


def _depth(module: Any) -> int:
    """Number of layers in a recurrent stack; 1 for any other module."""
    return module.num_layers if isinstance(module, sys.modules["torch"].nn.RNNBase) else 1


def part_names(name: str, module: Any) -> list[str]:
    """Names of the layers that a module counts as: one, or one for each layer of a recurrent stack."""
    depth = _depth(module)
    return [name] if depth == 1 else [_part(name, level) for level in range(depth)]


def _part(name: str, level: int) -> str:
    """Name of one layer of a stack."""
    return f"{name}[{level}]"


def _telling(name: str, module: Any, hear: Hear) -> Any:
    """A hook that passes the first output to `hear`; each layer of a stack gets the stack's output."""

    def hook(_module: Any, _inputs: Any, output: Any) -> None:
        first = flatten(_unpacked(module, output))[0]
        for label in part_names(name, module):
            hear(label, first)

    return hook
