"""Models of Keras called as graphs, which are kept for later calls: tracing one takes as long as several calls."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from suite.inside.frameworks.conventions import Convention
from suite.inside.frameworks.keras.adapter import LIBRARIES, invoke, named_leaves, replaced_call
from suite.inside.frameworks.keras.rebuilder import KerasRebuilder
from suite.inside.frameworks.views import flatten

NUMBERS_WORDS = ("TextVectorization", "StringLookup", "Hashing")
"""Layers that turn texts into numbers; the first of them holds one of the second."""
FEW = 10
"""Runs of a graph after which it is optimised all the same: that takes as long as some ten of them save."""


class Graphs:
    """The graphs of one process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], Any] = {}
        self._runs: Counter[tuple[Any, ...]] = Counter()
        self._any_rows: dict[int, bool] = {}
        self._brief = False

    def call(self, model: Any, inputs: Sequence[Any], convention: Convention, *, traced: bool) -> list[Any]:
        """All outputs for inference, as tensors."""

        def outputs_of(model: Any, inputs: Sequence[Any]) -> list[Any]:
            return outputs(model, inputs, convention)

        return self.run(model, outputs_of, (inputs,), traced=traced, variant=repr(convention))

    def probe(self, model: Any, inputs: Sequence[Any], convention: Convention) -> list[Any]:
        """The same, by the graph that later questions use if it computes step after step; else eagerly."""
        recurrent = any(hasattr(layer, "return_sequences") for layer in model._flatten_layers())
        with self.brief():
            return self.call(model, inputs, convention, traced=recurrent and bool(model.built) and may_trace(model))

    def run(  # noqa: PLR0913 - what is run, on what, and how
        self,
        model: Any,
        work: Callable[..., list[Any]],
        given: tuple[Any, ...],
        *,
        traced: bool,
        variant: str,
        often: bool = False,
    ) -> list[Any]:
        """Run eagerly, or as a graph that is kept for the next question; if that fails, eagerly.

        `variant` names the options that the graph depends on; `often` says that it will run in each step of a training.
        """
        if not traced:
            return work(model, *given)
        brief = self._brief and not often
        form = self._form(model, given) if brief else None
        key = id(model), work.__name__, variant, str(form)
        if key not in self._kept:
            tf = sys.modules["tensorflow"]
            self._kept[key] = tf.function(lambda *values: work(model, *values), autograph=False, input_signature=form)
        self._runs[key] += 1
        try:
            with _unoptimised() if brief and self._runs[key] <= FEW else nullcontext():
                found: list[Any] = self._kept[key](*given)
        except Exception:  # noqa: BLE001 - a real error is raised again below
            return work(model, *given)
        return found

    def forget(self, model: Any) -> None:
        """Drop the graphs of a model that isn't asked any more; one holds 10 to 30 MiB."""
        for kept in (self._kept, self._runs):
            for key in [key for key in kept if key[0] == id(model)]:
                del kept[key]
        self._any_rows.pop(id(model), None)

    @contextmanager
    def brief(self) -> Iterator[None]:
        """During the block graphs that run a few times aren't optimised, and take any number of rows if they can."""
        self._brief = True
        try:
            yield
        finally:
            self._brief = False

    def _form(self, model: Any, given: tuple[Any, ...]) -> Any:
        """What a graph that takes such tensors is traced for: any number of rows where that can't matter."""
        if id(model) not in self._any_rows:
            self._any_rows[id(model)] = may_trace(model) and not _keeps_state(model)
        free = self._any_rows[id(model)]
        spec = sys.modules["tensorflow"].TensorSpec

        def form(tensor: Any) -> Any:
            return spec([None, *tensor.shape[1:]] if free and len(tensor.shape) else tensor.shape, tensor.dtype)

        return sys.modules["tensorflow"].nest.map_structure(form, given)


@contextmanager
def _unoptimised() -> Iterator[None]:
    """During the block a graph runs as it was traced: optimising one takes longer than a few runs of it."""
    options = sys.modules["tensorflow"].config.optimizer
    before = options.get_experimental_options().get("disable_meta_optimizer", False)
    options.set_experimental_options({"disable_meta_optimizer": True})
    try:
        yield
    finally:
        options.set_experimental_options({"disable_meta_optimizer": before})


def may_trace(model: Any) -> bool:
    """Only Keras's own classes with plain options: Python code of the notebook's may keep a state of its own."""
    parts = model._flatten_layers()
    own = all(type(part).__module__.partition(".")[0] in LIBRARIES for part in parts)
    recipe = KerasRebuilder().recipe
    return own and numbers_words(model) is None and all(recipe(layer) for _, layer in named_leaves(model))


def outputs(model: Any, inputs: Sequence[Any], convention: Convention, *, training: bool = False) -> list[Any]:
    """All outputs as tensors."""
    tf = sys.modules["tensorflow"]
    reader = numbers_words(model)
    if reader is None or inputs[0].dtype == tf.string:
        return invoke(model, inputs, convention, training=training)
    with _answering(reader, inputs[0]):
        return flatten(model(tf.constant([[""]] * len(inputs[0])), training=training))


def numbers_words(model: Any) -> Any:
    """The layer that turns a model's texts into numbers; `None` if it has none."""
    parts = list(model._flatten_layers())
    found = (part for name in NUMBERS_WORDS for part in parts if type(part).__name__ == name)
    return next(found, None)


@contextmanager
def _answering(layer: Any, values: Any) -> Iterator[None]:
    """During the block, make a layer return these values for any input, as rows of their own lengths if it does so."""
    ragged, compute = sys.modules["tensorflow"].RaggedTensor, layer.call

    def answer(*arguments: Any, **keywords: Any) -> Any:
        own = compute(*arguments, **keywords)
        return ragged.from_tensor(values, padding=0) if isinstance(own, ragged) else values

    with replaced_call(layer, answer):
        yield


def _keeps_state(model: Any) -> bool:
    """Whether a layer goes on from call to call, which takes the same number of rows each time."""
    return any(getattr(layer, "stateful", False) for layer in model._flatten_layers())
