"""APIs that Keras 3 removed: recognised by how a notebook fails, so that it can be run again on Keras 2.

Source: the guide "Migrating Keras 2 code to Keras 3" and the release notes of Keras 3.
"""

from __future__ import annotations

import json
import re

from suite.frameworks.interface import RemovedApi
from suite.records import Run
from suite.text.untrusted import strip_escapes


def _removed(api: str, replacement: str, written: str, *symptoms: str) -> RemovedApi:
    return RemovedApi(
        api=api, replacement=replacement, written=re.compile(written), symptoms=tuple(map(re.compile, symptoms))
    )


REMOVED: tuple[RemovedApi, ...] = (
    _removed(
        "keras.layers.experimental.preprocessing",
        "keras.layers.TextVectorization and its neighbours in keras.layers",
        r"experimental\.preprocessing",
        r"layers' has no attribute 'experimental'|No module named '\S{0,60}layers\.experimental",
    ),
    _removed(
        "keras.layers.RNN over nested inputs and states",
        "a layer that loops over the steps itself",
        r"\bRNN\(",
        r"in \w{1,60}\.build\(.{0,60}input_shape",
        r"(?m)^IndexError: tuple index out of range",
    ),
    _removed(
        "reset_states()",
        "reset_state()",
        r"\.reset_states\(",
        r"AttributeError: .{0,200}has no attribute 'reset_states'",
    ),
    _removed("batch_input_shape=", "keras.Input(batch_shape=...)", r"\bbatch_input_shape\s*=", r"'batch_input_shape'"),
    _removed(
        "input_length=",
        "nothing: an Embedding takes any length",
        r"\binput_length\s*=",
        r"(?:not recognized|Unrecognized keyword arguments).{0,200}'input_length'",
    ),
    _removed(
        "input_dim= of a layer",
        "keras.Input((size,)) before it",
        r"\binput_dim\s*=",
        r"(?:not recognized|Unrecognized keyword arguments).{0,200}'input_dim'",
    ),
    _removed(
        "weights= of a layer",
        "layer.set_weights(...) after it is built",
        r"\bweights\s*=",
        r"(?:not recognized|Unrecognized keyword arguments).{0,200}'weights'",
    ),
    _removed(
        "a TensorFlow function on a symbolic tensor",
        "the function of the same name in keras.ops",
        r"\btf\.(?!keras)\w+\(",
        r"A KerasTensor cannot be used as input to a TensorFlow function",
    ),
    _removed("lr=", "learning_rate=", r"\blr\s*=", r"not recognized: .{0,200}'lr'"),
    _removed(
        "decay=",
        "keras.optimizers.schedules.InverseTimeDecay",
        r"\bdecay\s*=",
        r"not recognized: .{0,200}'decay'",
    ),
    _removed(
        "keras.optimizers.legacy",
        "keras.optimizers",
        r"\boptimizers\.legacy\b",
        r"optimizers\.legacy` is not supported|optimizers' has no attribute 'legacy'|No module named '\S{0,60}legacy",
    ),
    _removed(
        'save("folder")',
        'save("model.keras")',
        r"\.save\(",
        r"Invalid filepath extension for saving",
    ),
    _removed(
        "layer.output_shape",
        "layer.output.shape",
        r"\.output_shape\b",
        r"AttributeError: .{0,200}has no attribute 'output_shape'",
    ),
    _removed(
        "layer.input_shape",
        "layer.input.shape",
        r"\.input_shape\b",
        r"AttributeError: .{0,200}has no attribute 'input_shape'",
    ),
    _removed(
        "keras.layers.core",
        "keras.layers",
        r"\blayers\.core\b",
        r"No module named '\S{0,60}layers\.core'|(?:cannot import name|has no attribute) 'core'",
    ),
    _removed("keras.utils.np_utils", "keras.utils.to_categorical", r"\bnp_utils\b", r"\bnp_utils\b"),
    _removed("keras.utils.vis_utils", "keras.utils.plot_model", r"\bvis_utils\b", r"\bvis_utils\b"),
    _removed(
        "keras.wrappers",
        "the package scikeras",
        r"\bkeras\.wrappers\b",
        r"No module named '\S{0,60}wrappers|has no attribute 'wrappers'",
    ),
    _removed(
        "keras.backend.function",
        "keras.Model(inputs, outputs)",
        r"\b(?:K|backend)\.function\(",
        r"backend' has no attribute 'function'",
    ),
    _removed(
        "keras.losses.mean_squared_error",
        "keras.losses.MeanSquaredError()",
        r"\bmean_squared_error\b",
        r"losses' has no attribute 'mean_squared_error'|cannot import name 'mean_squared_error'",
    ),
    _removed(
        "keras.layers.recurrent",
        "keras.layers",
        r"\blayers\.recurrent\b",
        r"No module named 'keras\.layers\.recurrent'",
    ),
    _removed(
        "CuDNNLSTM, CuDNNGRU",
        "LSTM, GRU",
        r"\bCuDNN(LSTM|GRU)\b",
        r"(has no attribute|cannot import name) 'CuDNN(LSTM|GRU)'",
    ),
    _removed("fit_generator()", "fit()", r"\.fit_generator\(", r"has no attribute 'fit_generator'"),
    _removed(
        "predict_classes()", "predict() and argmax", r"\.predict_classes\(", r"has no attribute 'predict_classes'"
    ),
)
OWN_ERRORS = ("NameError", "SyntaxError", "IndentationError", "FileNotFoundError", "ZeroDivisionError", "MemoryError")
"""Errors that no version of Keras raises."""
RAISED_BY_KERAS = re.compile(r"/(?:tf_)?keras/src/|\bkeras(?:\.|'|Tensor)|\btensorflow\.(?:python\.)?keras\b")
MAX_END = 4000  # characters; a traceback of Keras takes 2000


def find_removed(run: Run) -> tuple[RemovedApi, ...]:
    """The removed APIs that caused a run's errors, each once."""
    errors = [error for _, error in _errors(run)]
    return tuple(known for known in REMOVED if any(known.explains(error) for error in errors))


def may_be_at_fault(run: Run) -> bool:
    """Whether Keras itself raised, or lacks what the notebook asked for, so that an older version may do better."""
    return any(name not in OWN_ERRORS and RAISED_BY_KERAS.search(error) for name, error in _errors(run))


def _errors(run: Run) -> list[tuple[str, str]]:
    """Name and traceback of each error."""
    raised = [
        output
        for cell in json.loads(run.notebook)["cells"]
        for output in cell.get("outputs", [])
        if output.get("output_type") == "error"
    ]
    tracebacks = ["\n".join(str(line) for line in output.get("traceback", [])) for output in raised]
    return [
        (str(output.get("ename", "")), strip_escapes(_ends(traceback)))
        for output, traceback in zip(raised, tracebacks, strict=True)
    ]


def _ends(error: str) -> str:
    """The first and last lines of an error: it may be as long as a submission likes."""
    return error if len(error) <= 2 * MAX_END else f"{error[:MAX_END]}\n{error[-MAX_END:]}"
