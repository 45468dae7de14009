"""Which files of weights are for which model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from suite.codec import Frame
from suite.errors import FrameError
from suite.evidence.interview.answers import ModelHeader
from suite.evidence.interview.handed_weights import find_weights, hash_tensors, lay, offered
from suite.records import SourceFile
from tests.evidence.interview.headers import model_header


def _header(name: str, *within: int) -> ModelHeader:
    return model_header(name=name, within=list(within))


class _Channel:
    """Answers every question in the same way."""

    def __init__(self, **body: Any) -> None:
        self.body = body

    def ask(self, _kind: str, **_: Any) -> Frame:
        return Frame(body=self.body | {"number": 1})


def test_globs_find_files_in_whatever_folder_and_case() -> None:
    """As `main` does."""
    names = ("work.ipynb", "net.PT", "models/best.weights.h5", "notes.txt")
    files = [SourceFile(path=name, content=b"") for name in names]
    assert find_weights(files, ["*.pt", "*.weights.h5"]) == ("models/best.weights.h5", "net.PT")
    assert find_weights(files, ["models/*"]) == ("models/best.weights.h5",)
    assert find_weights(files, []) == ()


def test_a_file_with_a_models_name_is_for_that_model() -> None:
    """Others are offered to all models that have none; parts of models get none."""
    headers = [_header("small"), _header("large"), _header("encoder", 0)]
    files = ("models/Small.weights.h5", "best.pt")
    assert offered(0, headers, files) == ("models/Small.weights.h5",)
    assert offered(1, headers, files) == ("best.pt",)
    assert offered(2, headers, files) == ()


def test_an_answer_names_only_files_that_were_asked_about() -> None:
    """A process may say what it likes."""
    misfit = {"file": "other.pt", "why": "shapes", "detail": "", "wanted": [], "seen": []}
    channel: Any = _Channel(laid="elsewhere.pt", misfits=[misfit, misfit | {"file": "best.pt"}])
    laid, unfit = lay(channel, 0, ["best.pt"])
    assert laid == ""
    assert [each.file for each in unfit] == ["best.pt"]
    with pytest.raises(FrameError):
        lay(_Channel(laid="best.pt", misfits=[misfit | {"why": "magic"}]), 0, ["best.pt"])  # type: ignore[arg-type]
    assert lay(channel, 0, []) == ("", ())


def test_weights_are_known_by_their_numbers() -> None:
    """Not by the order in which they come; another number, shape or precision makes others of them."""
    first, second = np.arange(6.0).reshape(2, 3), np.ones(3, dtype="float32")
    known = hash_tensors([first, second])
    assert hash_tensors([second, first.copy(order="F")]) == known
    others = (
        [first + 1e-9, second],
        [first.T, second],
        [first, second.astype("float64")],
        [first],
        [first, second] * 2,
    )
    assert len({known, *map(hash_tensors, others)}) == 6
