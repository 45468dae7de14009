"""One call of a model, as quick as Keras can make it without a graph: what is prepared for further calls costs more."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

ONEDNN_PRODUCTS = "TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL"
"""Whether TensorFlow multiplies matrices with oneDNN, which generates its code first, in 30 ms. Read when it does."""


@contextmanager
def quick_call(model: Any) -> Iterator[None]:
    """During the block recurrent layers take their steps one by one, by their cells alone, and errors aren't shortened.

    For Keras 3, and models of its own layers. A step then takes a third of the time: a loop of TensorFlow's makes new
    tensors for all that it carries, a cell is called as a layer of its own, though of what that prepares it uses only
    the change of precision, and each operation is wrapped twice so that tracebacks stay short. A process in which
    nothing has multiplied matrices yet does so by TensorFlow's own code from here on.
    """
    os.environ[ONEDNN_PRODUCTS] = "false"
    keras, tf = sys.modules["keras"], sys.modules["tensorflow"]
    with ExitStack() as stack:
        for layer in model._flatten_layers():
            if hasattr(layer, "unroll"):
                stack.enter_context(mock.patch.object(layer, "unroll", new=True))
        for cell in {type(cell) for cell in _plain_cells(model)}:
            stack.enter_context(mock.patch.object(cell, "__call__", new=cell.call))
        for library in (keras.config, tf.debugging):
            if library.is_traceback_filtering_enabled():
                library.disable_traceback_filtering()
                stack.callback(library.enable_traceback_filtering)
        yield


def _plain_cells(model: Any) -> Iterator[Any]:
    """The cells of recurrent layers, unless one computes in another precision than it is called in."""
    cells = [layer.cell for layer in model._flatten_layers() if hasattr(layer, "cell")]
    if all(cell.dtype_policy.name == "float32" for cell in cells):
        yield from cells
