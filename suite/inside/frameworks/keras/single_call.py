"""One call of a model, as quick as Keras can make it without a graph: what is prepared for further calls costs more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock


@contextmanager
def quick_call(model: Any) -> Iterator[None]:
    """During the block recurrent layers take their steps one by one, and errors aren't shortened.

    For Keras 3, and models of its own layers. A step then takes half as long: a loop of TensorFlow's makes new tensors
    for all that it carries, and each operation is wrapped twice so that tracebacks stay short.
    """
    keras, tf = sys.modules["keras"], sys.modules["tensorflow"]
    with ExitStack() as stack:
        for layer in model._flatten_layers():
            if hasattr(layer, "unroll"):
                stack.enter_context(mock.patch.object(layer, "unroll", new=True))
        for library in (keras.config, tf.debugging):
            if library.is_traceback_filtering_enabled():
                library.disable_traceback_filtering()
                stack.callback(library.enable_traceback_filtering)
        yield
