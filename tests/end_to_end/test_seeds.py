"""The five course notebooks, unmodified, get full marks. They lie in ../shared/seeds; without them these tests skip."""

from __future__ import annotations

import pytest

from tests.conftest import SEEDS, SHARED, Graded, grade

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


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    """Each notebook graded under the quick budget, on the data samples."""
    data = str(SHARED / "data")
    return {
        name: grade(tmp_path_factory.mktemp(name), SEEDS / f"{name}.ipynb", assignment=assignment, SUITE_DATA_DIR=data)
        for name, assignment in NOTEBOOKS.items()
    }


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_full_marks(seeds: dict[str, Graded], name: str) -> None:
    """Every model of the notebook is found, matched and right."""
    result = seeds[name].results[name]
    assert [v for v in result["verdicts"] if v["outcome"] != "pass"] == []
    assert result["score"] == result["max_score"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_but_old_code_is_recognised(seeds: dict[str, Graded], name: str) -> None:
    """No cause is suspected in right work; APIs that grew old are named."""
    causes = {found["cause"] for found in seeds[name].results[name]["diagnoses"]}
    assert causes <= {"removed_api", "dated_input_shape"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_keras_2_is_named_where_it_was_needed(seeds: dict[str, Graded], name: str) -> None:
    """The two notebooks that need Keras 2 name the API and its replacement; the others ran on Keras 3."""
    notes = [note for note in seeds[name].results[name]["notes"] if "Keras 2" in note]
    assert len(notes) == (name in KERAS_2)
    assert all(KERAS_2[name] in note and "In Keras 3 write" in note for note in notes)


def test_runtimes(seeds: dict[str, Graded]) -> None:
    """Each notebook ran in the runtime that it needs."""
    runtimes = {name: graded.results[name]["runtime"] for name, graded in seeds.items()}
    assert runtimes == dict.fromkeys(NOTEBOOKS, "keras") | dict.fromkeys(KERAS_2, "keras2") | {
        "etsisi_stacked_rnn_pytorch": "torch"
    }


def test_counts(seeds: dict[str, Graded]) -> None:
    """Layers are counted by their tensors."""
    observed = {
        name: next(v["observed"] for v in seeds[name].results[name]["verdicts"] if v["check"] == "parameters")
        for name in ("etsisi_stacked_rnn_keras", "etsisi_stacked_rnn_pytorch")
    }
    assert observed["etsisi_stacked_rnn_keras"] == {"layers": [390, 210, 210, 110], "total": 920}
    assert observed["etsisi_stacked_rnn_pytorch"] == {"layers": [304, 144, 144, 90], "total": 682}


def test_wrong_summary_is_noted(seeds: dict[str, Graded]) -> None:
    """What torchsummary prints isn't the total, and the report says both numbers; Keras's 920 is right."""
    notes = {name: seeds[name].results[name]["notes"] for name in NOTEBOOKS}
    (note,) = [note for note in notes["etsisi_stacked_rnn_pytorch"] if "printed summary" in note]
    assert "90 parameters" in note
    assert "682" in note
    assert not any("printed summary" in note for note in notes["etsisi_stacked_rnn_keras"])


def test_further_models_are_named(seeds: dict[str, Graded]) -> None:
    """The guide builds two models that no task asks for: the report says which."""
    notes = seeds["tensorflow_rnn_guide"].results["tensorflow_rnn_guide"]["notes"]
    (note,) = [note for note in notes if "no task asks for" in note]
    assert "lstm_layer (29440)" in note
    assert "24714" in note
