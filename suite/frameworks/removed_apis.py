"""APIs that Keras 3 removed: recognised by how a notebook fails, so that it can be run again on Keras 2.

Source: the guide "Migrating Keras 2 code to Keras 3" and the release notes of Keras 3.
"""

from __future__ import annotations

import json
import re

from suite.frameworks.interface import RemovedApi
from suite.records import Run
from suite.text.untrusted import strip_escapes


def _removed(api: str, replacement: str, *symptoms: str) -> RemovedApi:
    return RemovedApi(api=api, replacement=replacement, symptoms=tuple(map(re.compile, symptoms)))


REMOVED: tuple[RemovedApi, ...] = (
    _removed(
        "keras.layers.experimental.preprocessing",
        "keras.layers.TextVectorization and its neighbours in keras.layers",
        r"AttributeError: .{0,200}layers' has no attribute 'experimental'",
    ),
    _removed(
        "keras.layers.RNN over nested inputs and states",
        "a layer that loops over the steps itself",
        r"in \w{1,60}\.build\(.{0,60}input_shape",
        r"(?m)^IndexError: tuple index out of range",
    ),
    _removed("reset_states()", "reset_state()", r"AttributeError: .{0,200}has no attribute 'reset_states'"),
    _removed("batch_input_shape=", "keras.Input(batch_shape=...)", r"'batch_input_shape'"),
    _removed("input_length=", "nothing: an Embedding takes any length", r"not recognized: .{0,200}'input_length'"),
    _removed("lr=", "learning_rate=", r"not recognized: .{0,200}'lr'"),
    _removed("decay=", "keras.optimizers.schedules.InverseTimeDecay", r"not recognized: .{0,200}'decay'"),
    _removed("keras.utils.np_utils", "keras.utils.to_categorical", r"\bnp_utils\b"),
    _removed("keras.layers.recurrent", "keras.layers", r"No module named 'keras\.layers\.recurrent'"),
    _removed("CuDNNLSTM, CuDNNGRU", "LSTM, GRU", r"(has no attribute|cannot import name) 'CuDNN(LSTM|GRU)'"),
    _removed("fit_generator()", "fit()", r"has no attribute 'fit_generator'"),
    _removed("predict_classes()", "predict() and argmax", r"has no attribute 'predict_classes'"),
)
MAX_END = 4000  # characters; a traceback of Keras takes 2000


def find_removed(run: Run) -> tuple[RemovedApi, ...]:
    """The removed APIs that caused a run's errors, each once."""
    errors = [
        strip_escapes(_ends("\n".join(str(line) for line in output.get("traceback", []))))
        for cell in json.loads(run.notebook)["cells"]
        for output in cell.get("outputs", [])
        if output.get("output_type") == "error"
    ]
    return tuple(known for known in REMOVED if any(known.explains(error) for error in errors))


def _ends(error: str) -> str:
    """The first and last lines of an error: it may be as long as a submission likes."""
    return error if len(error) <= 2 * MAX_END else f"{error[:MAX_END]}\n{error[-MAX_END:]}"
