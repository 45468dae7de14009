"""APIs that Keras 3 removed are recognised by how they fail, and only so."""

from __future__ import annotations

import json

import pytest

from suite.frameworks.removed_apis import REMOVED, find_removed
from suite.records import Run


def _run(*errors: str) -> Run:
    outputs = [{"output_type": "error", "ename": "E", "evalue": "", "traceback": [error]} for error in errors]
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": "", "outputs": outputs}]})
    return Run(cells=(), notebook=notebook, seconds=0.0, sandbox="bubblewrap")


@pytest.mark.parametrize(
    ("error", "api"),
    [
        ("AttributeError: module 'keras._tf_keras.keras.layers' has no attribute 'experimental'", "preprocessing"),
        ("\x1b[31mAttributeError\x1b[0m: 'LSTM' object has no attribute 'reset_states'", "reset_states()"),
        ("ValueError: Argument(s) not recognized: {'lr': 0.1}", "lr="),
        ("ValueError: Argument(s) not recognized: {'decay': 1e-6}", "decay="),
        (
            "ValueError: Unrecognized keyword arguments: {'batch_input_shape': (1, 2)}",
            "batch_input_shape=",
        ),
        ("ModuleNotFoundError: No module named 'keras.layers.recurrent'", "keras.layers.recurrent"),
        ("ImportError: cannot import name 'np_utils' from 'keras.utils'", "keras.utils.np_utils"),
        ("AttributeError: module 'keras.layers' has no attribute 'CuDNNLSTM'", "CuDNNLSTM, CuDNNGRU"),
        ("ImportError: cannot import name 'CuDNNLSTM' from 'keras.layers'", "CuDNNLSTM, CuDNNGRU"),
        ("in NestedCell.build(self, input_shapes)\n...\nIndexError: tuple index out of range", "nested inputs"),
    ],
)
def test_symptoms(error: str, api: str) -> None:
    """Each failure names one API and its replacement."""
    (found,) = find_removed(_run(error))
    assert api in found.api
    assert found.replacement


@pytest.mark.parametrize(
    "error",
    [
        "NameError: name 'lr' is not defined",
        "IndexError: tuple index out of range",
        "ValueError: decay must be positive",
    ],
)
def test_ordinary_mistakes_are_not_taken_for_old_code(error: str) -> None:
    """A student's own mistake doesn't cost a second run."""
    assert find_removed(_run(error)) == ()


def test_each_api_is_named_once() -> None:
    """The same failure in several cells is one API; the table names none twice."""
    error = "AttributeError: x has no attribute 'reset_states'"
    assert len(find_removed(_run(error, error))) == 1
    assert len({known.api for known in REMOVED}) == len(REMOVED)
