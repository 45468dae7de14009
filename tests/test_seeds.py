"""The two course notebooks, unmodified, get full marks. They lie in ../shared/seeds; without them these tests skip."""

from __future__ import annotations

from tests.conftest import Graded


def test_full_marks(seeds: Graded) -> None:
    """Both notebooks are right in every check."""
    assert {name: (r["status"], r["score"]) for name, r in seeds.results.items()} == {
        "etsisi_stacked_rnn_keras": ("pass", 10.0),
        "etsisi_stacked_rnn_pytorch": ("pass", 10.0),
    }


def test_counts(seeds: Graded) -> None:
    """Layers are counted by their tensors."""
    observed = {
        name: next(v["observed"] for v in result["verdicts"] if v["check"] == "parameters")
        for name, result in seeds.results.items()
    }
    assert observed["etsisi_stacked_rnn_keras"] == {"layers": [390, 210, 210, 110], "total": 920}
    assert observed["etsisi_stacked_rnn_pytorch"] == {"layers": [304, 144, 144, 90], "total": 682}


def test_wrong_summary_is_noted(seeds: Graded) -> None:
    """What torchsummary prints isn't the total, and the report says both numbers."""
    (note,) = [note for note in seeds.results["etsisi_stacked_rnn_pytorch"]["notes"] if "torchsummary" in note]
    assert "90 parameters" in note
    assert "682" in note


def test_right_summary_is_not_noted(seeds: Graded) -> None:
    """Keras's own summary prints 920, which is right."""
    assert not any("torchsummary" in note for note in seeds.results["etsisi_stacked_rnn_keras"]["notes"])
