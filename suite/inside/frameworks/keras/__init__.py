"""Keras 3 and Keras 2 (`tf_keras`), both on TensorFlow."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import wrapt

from suite.inside.frameworks.interface import TimeLimit, TrainingNotes
from suite.inside.frameworks.keras import deferred, hooks, loaders
from suite.inside.frameworks.keras.adapter import KerasAdapter
from suite.inside.frameworks.keras.graphs import Graphs
from suite.inside.frameworks.keras.learner import KerasLearner
from suite.inside.frameworks.keras.rebuilder import KerasRebuilder
from suite.inside.frameworks.keras.tensors import KerasTensors
from suite.inside.frameworks.keras.timed_calls import KerasTimedCalls
from suite.inside.frameworks.keras.weight_files import KerasWeightFiles

KERAS_2 = "keras2"
"""The runtime in which Keras is Keras 2, and the folder with a module `keras` that imports Keras 2."""
OFFLINE = "offline"
"""Folder of modules that replace packages which notebooks use only to fetch data."""


class _OneBackend:
    """Has Keras imported on TensorFlow, which the suite looks into, whatever backend a notebook asks for."""

    def find_spec(self, name: str, *_: Any) -> None:
        """Find nothing, but set the backend in time."""
        if name == "keras":
            os.environ["KERAS_BACKEND"] = "tensorflow"


def _prepare_operations(_tensorflow: Any) -> None:
    """Have TensorFlow do once what the first operation of each process waits for, so that forks needn't.

    It sets up the kernels of all operations when it is asked for those of one, and makes a list of all operations when
    it is asked for one that it doesn't know, as it is on the way to the first. No thread is started, no device used.
    """
    with suppress(ImportError, AttributeError):  # a later TensorFlow may call them otherwise: it only takes longer then
        from tensorflow.python.framework import kernels, op_def_registry

        kernels.get_registered_kernels_for_op("NoOp")
        op_def_registry.get("an operation that there isn't")


class Keras:
    """See `InsideFramework`."""

    name = "keras"
    libraries = ("tensorflow", "keras", "tf_keras")

    def __init__(self) -> None:
        graphs = Graphs()
        self.adapter = KerasAdapter(graphs.probe)
        self.learner = KerasLearner(graphs)
        self.rebuilder = KerasRebuilder()
        self.timed_calls = KerasTimedCalls()
        self.tensors = KerasTensors()
        self.weight_files = KerasWeightFiles()

    def prepare(self, runtime: str, loaders_of: Mapping[str, Mapping[str, str]]) -> None:
        """In the runtime `keras2`, make `tf.keras` and a plain `import keras` Keras 2."""
        if runtime == KERAS_2:
            os.environ["TF_USE_LEGACY_KERAS"] = "1"
            sys.path.insert(1, str(Path(__path__[0], KERAS_2)))
        sys.meta_path.insert(0, _OneBackend())
        deferred.install()
        wrapt.register_post_import_hook(_prepare_operations, "tensorflow")
        loaders.install(loaders_of)

    def open_data(self) -> None:
        """Make the replacement of tensorflow-datasets importable; its folder is last, so that the real package wins."""
        sys.path.append(str(Path(__path__[0], OFFLINE)))

    def cap_epochs(self, epochs: int, capped: list[str]) -> None:
        """Limit the epochs of `fit`."""
        hooks.cap_fit(epochs, capped)

    def cap_pass(self, rows: int, capped: list[str]) -> None:
        """Limit the rows that `fit` reads in an epoch."""
        hooks.cap_rows(rows, capped)

    def end_training(self, limit: TimeLimit) -> None:
        """End `fit`."""
        hooks.end_fit(limit)

    def seed(self, seed: int) -> None:
        """Seed Python, NumPy and TensorFlow too."""
        wrapt.register_post_import_hook(lambda keras: keras.utils.set_random_seed(seed), "keras")

    def watch(self, notes: TrainingNotes) -> None:
        """Hook into `fit`, `evaluate` and the optimizers."""
        hooks.install(notes)

    def watch_construction(self, made: Callable[[Any], None]) -> None:
        """Hook into `Model`, from which sequential, functional and subclassed models come."""
        hooks.watch_construction(made)

    def restore(self) -> None:
        """Set float32 with all of its bits, and graphs where Keras makes them."""
        for library in ("keras", "tf_keras"):
            keras = sys.modules.get(library)
            if keras is not None and hasattr(keras, "mixed_precision"):
                keras.backend.set_floatx("float32")
                keras.mixed_precision.set_global_policy("float32")
        tensorflow = sys.modules.get("tensorflow")
        if tensorflow is not None and hasattr(tensorflow, "config"):
            tensorflow.config.run_functions_eagerly(False)  # noqa: FBT003 - by place only
            tensorflow.config.experimental.enable_tensor_float_32_execution(False)  # noqa: FBT003 - by place only


FRAMEWORK = Keras()
