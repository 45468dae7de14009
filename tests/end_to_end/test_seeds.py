"""The five course notebooks, unmodified, get full marks. They lie in ../shared/seeds; without them these tests skip."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import SEEDS, SHARED, grade

NOTEBOOKS = {
    "etsisi_stacked_rnn_keras": "stacked_rnn",
    "etsisi_stacked_rnn_pytorch": "stacked_rnn",
    "tensorflow_rnn_guide": "rnn_guide",
    "alicante_rnn_theory": "sequence_theory",
    "microsoft_news_rnn": "news_rnn",
}
KERAS_2 = {
    "tensorflow_rnn_guide": "keras.layers.RNN over nested inputs",
    "microsoft_news_rnn": "keras.layers.experimental.preprocessing",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the course notebooks aren't at {SEEDS}"),
]


LONG = ("tensorflow_rnn_guide", "microsoft_news_rnn", "alicante_rnn_theory")
"""Those that take a minute or two each: the nightly tests have them."""
each_notebook = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.nightly) if name in LONG else name for name in NOTEBOOKS]
)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Grades a notebook under the quick budget, on the data samples, once; returns its result."""

    @functools.cache
    def result(name: str) -> dict[str, Any]:
        data, report = str(SHARED / "data"), tmp_path_factory.mktemp(name)
        graded = grade(report, SEEDS / f"{name}.ipynb", assignment=NOTEBOOKS[name], SUITE_DATA_DIR=data)
        return graded.results[name]

    return result


@each_notebook
def test_full_marks(seeds: Callable[[str], dict[str, Any]], name: str) -> None:
    """Every model of the notebook is found, matched and right."""
    result = seeds(name)
    assert [v for v in result["verdicts"] if v["outcome"] != "pass"] == []
    assert result["score"] == result["max_score"]


@each_notebook
def test_nothing_but_old_code_is_recognised(seeds: Callable[[str], dict[str, Any]], name: str) -> None:
    """No cause is suspected in right work; APIs that grew old are named."""
    causes = {found["cause"] for found in seeds(name)["diagnoses"]}
    assert causes <= {"removed_api", "dated_input_shape"}


@each_notebook
def test_keras_2_is_named_where_it_was_needed(seeds: Callable[[str], dict[str, Any]], name: str) -> None:
    """The two notebooks that need Keras 2 name the API and its replacement; the others ran on Keras 3."""
    notes = [note for note in seeds(name)["notes"] if "Keras 2" in note]
    assert len(notes) == (name in KERAS_2)
    assert all(KERAS_2[name] in note and "In Keras 3 write" in note for note in notes)


@each_notebook
def test_runtimes(seeds: Callable[[str], dict[str, Any]], name: str) -> None:
    """Each notebook ran in the runtime that it needs."""
    special = dict.fromkeys(KERAS_2, "keras2") | {"etsisi_stacked_rnn_pytorch": "torch"}
    assert seeds(name)["runtime"] == special.get(name, "keras")


def test_counts(seeds: Callable[[str], dict[str, Any]]) -> None:
    """Layers are counted by their tensors."""
    observed = {
        name: next(v["observed"] for v in seeds(name)["verdicts"] if v["check"] == "parameters")
        for name in ("etsisi_stacked_rnn_keras", "etsisi_stacked_rnn_pytorch")
    }
    assert observed["etsisi_stacked_rnn_keras"] == {"layers": [390, 210, 210, 110], "total": 920}
    assert observed["etsisi_stacked_rnn_pytorch"] == {"layers": [304, 144, 144, 90], "total": 682}


def test_wrong_summary_is_noted(seeds: Callable[[str], dict[str, Any]]) -> None:
    """What torchsummary prints isn't the total, and the report says both numbers; Keras's 920 is right."""
    notes = {name: seeds(name)["notes"] for name in ("etsisi_stacked_rnn_keras", "etsisi_stacked_rnn_pytorch")}
    (note,) = [note for note in notes["etsisi_stacked_rnn_pytorch"] if "printed summary" in note]
    assert "90 parameters" in note
    assert "682" in note
    assert not any("printed summary" in note for note in notes["etsisi_stacked_rnn_keras"])


@pytest.mark.nightly
def test_further_models_are_named(seeds: Callable[[str], dict[str, Any]]) -> None:
    """The guide builds two models that no task asks for: the report says which."""
    notes = seeds("tensorflow_rnn_guide")["notes"]
    (note,) = [note for note in notes if "no task asks for" in note]
    assert "lstm_layer (29440)" in note
    assert "24714" in note
