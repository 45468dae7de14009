"""Causes in old code: APIs that are gone, ignored or no longer advised, each with what took its place.

`suite.frameworks.removed_apis` lists what Keras 3 removed, with the errors that its absence causes; this module finds
it in the notebook, and other outdated APIs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from suite.frameworks import is_older, runtime_named
from suite.frameworks.removed_apis import REMOVED, find_removed
from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause
from suite.judging.sources import CodeCell, keyword, literal
from suite.records import text

RECURRENT = ("SimpleRNN", "LSTM", "GRU", "RNN", "Bidirectional")
LAYERS = frozenset((*RECURRENT, "Embedding", "Dense", "Flatten", "Reshape", "Conv1D", "Conv2D", "TimeDistributed"))
OPTIMIZERS = frozenset(("SGD", "Adam", "AdamW", "Adamax", "Nadam", "RMSprop", "Adagrad", "Adadelta", "Ftrl"))
IGNORED_BY_KERAS_2 = ("lr=",)  # it warns in a log that no notebook shows, and trains at its default rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """An API that became outdated elsewhere than in Keras 3."""

    api: str
    """As notebooks write it."""
    replacement: str
    """As it is written today."""
    library: str
    """The library that it belonged to."""
    said: re.Pattern[str]
    """What the exception says."""


def _outdated(api: str, replacement: str, library: str, said: str) -> Outdated:
    return Outdated(api=api, replacement=replacement, library=library, said=re.compile(said))


OUTDATED: tuple[Outdated, ...] = (
    _outdated(
        "tf.Session, tf.placeholder, tf.contrib",
        "it without a session: call layers and functions directly, train with fit() or tf.GradientTape",
        "TensorFlow 2",
        r"module 'tensorflow\S{0,40}' has no attribute '(Session|InteractiveSession|placeholder|contrib|get_variable"
        r"|variable_scope|global_variables_initializer|reset_default_graph|set_random_seed|app|flags|layers)'"
        r"|No module named 'tensorflow\.(contrib|examples)",
    ),
    _outdated(
        "torchtext",
        "a vocabulary of your own (a dict of words) with torch.utils.data.DataLoader",
        "PyTorch",
        r"No module named 'torchtext",
    ),
    _outdated(".data[0]", ".item()", "PyTorch", r"invalid index of a 0-dim tensor"),
    _outdated("iterator.next()", "next(iterator)", "Python 3", r"DataLoaderIter' object has no attribute 'next'"),
)


def removed_api(context: DiagnosisContext) -> Iterator[FoundCause]:
    """An API that is gone, as shown by the exception or by the need to run on Keras 2."""
    shown = dict(context.evidence.removed_apis)
    shown |= {known.api: known.replacement for known in find_removed(context.evidence.run)}
    written = {known.api: known.written for known in REMOVED}
    for api, replacement in shown.items():
        cell = next((cell for cell in context.cells if api in written and written[api].search(cell.source)), None)
        raised = any(cell.error for cell in context.cells if api in written and written[api].search(cell.source))
        ignored = is_older(context.evidence.runtime) and api in IGNORED_BY_KERAS_2 and not raised
        key = "cause_old_api_ignored" if ignored else "cause_old_api_removed"
        message = text(key, api=api, replacement=replacement, library="Keras 3")
        yield FoundCause(
            cell=cell.index if cell else None, message=message, explains="error" if cell and cell.error else "style"
        )
    for cell in context.cells:
        for old in OUTDATED:
            if old.said.search(cell.error):
                message = text("cause_old_api_removed", api=old.api, replacement=old.replacement, library=old.library)
                yield FoundCause(cell=cell.index, message=message, explains="error")


def ignored_option(context: DiagnosisContext) -> Iterator[FoundCause]:
    """`decay=` of an optimizer: Keras 3 accepts it, warns and ignores it."""
    yield from _with_keyword(context, "decay", OPTIMIZERS, lambda cell: not cell.error, "cause_old_decay")


def dated_input_shape(context: DiagnosisContext) -> Iterator[FoundCause]:
    """`input_shape=` of a layer: it works, and Keras 3 advises against it."""
    yield from _with_keyword(context, "input_shape", LAYERS, lambda cell: not cell.error, "cause_old_input_shape")


def _with_keyword(
    context: DiagnosisContext, name: str, callees: frozenset[str], holds: Callable[[CodeCell], bool], key: str
) -> Iterator[FoundCause]:
    """The first cell that ran in which one of these is called with this keyword."""
    if not runtime_named(context.evidence.runtime).fallback:  # the runtime is itself the older one, or isn't Keras
        return
    for cell in context.cells:
        for callee, call in cell.calls:
            given = keyword(call, name)
            if callee.rpartition(".")[2] in callees and given is not None and holds(cell):
                message = text(key, callee=callee.rpartition(".")[2], value=_say(given))
                yield FoundCause(cell=cell.index, message=message, explains="style")
                return


def _say(value: ast.expr) -> str:
    """A literal, or a name, as it is written; three dots for anything longer."""
    if isinstance(value, ast.Name):
        return value.id[:60]
    try:
        found = ast.unparse(value) if literal(value) is not None else "…"
    except (ValueError, RecursionError):  # a number of thousands of digits, or nested too deeply
        return "…"
    return found[:60]


CAUSES = (
    Cause(name="removed_api", rank=70, recognise=removed_api),
    Cause(name="ignored_option", rank=180, recognise=ignored_option),
    Cause(name="dated_input_shape", rank=190, recognise=dated_input_shape),
)
