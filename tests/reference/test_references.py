"""The references: they are what is recorded, and they score full marks as submissions."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest
import torch

from tests.conftest import ROOT, grade, run_suite

pytestmark = pytest.mark.slow

REFERENCE = ROOT / "reference"
HELPER = runpy.run_path(str(REFERENCE / "stacked_rnn" / "student" / "utils.py"))
train, evaluate, get_device = HELPER["train"], HELPER["evaluate"], HELPER["get_device"]


# (model, framework): parameters of each layer, from the course's notebooks
COUNTS: dict[str, dict[tuple[str, str], list[int]]] = {
    "stacked_rnn": {
        ("stack10", "keras"): [390, 210, 210, 110],
        ("stack10", "torch"): [400, 220, 220, 110],
        ("stack8", "keras"): [296, 136, 136, 90],
        ("stack8", "torch"): [304, 144, 144, 90],
    },
    "rnn_guide": {
        ("embed_lstm", "keras"): [64000, 98816, 1290],
        ("embed_lstm", "torch"): [64000, 99328, 1290],
        ("gru_rnn", "keras"): [64000, 247296, 49280, 1290],
        ("gru_rnn", "torch"): [64000, 247296, 49408, 1290],
        ("encoder_decoder", "keras"): [64000, 128000, 33024, 33024, 650],
        ("encoder_decoder", "torch"): [64000, 33280, 128000, 33280, 650],  # in the order of computation
        ("cell_vs_layer", "keras"): [640],
        ("layer_of_cell_vs_layer", "keras"): [640],
        ("cell_vs_layer", "torch"): [680],
        ("layer_of_cell_vs_layer", "torch"): [680],
        ("stateful", "keras"): [29440],
        ("stateful", "torch"): [29696],
        ("state_reuse", "keras"): [29440],
        ("state_reuse", "torch"): [29696],
        ("bidirectional_stack", "keras"): [38400, 41216, 650],
        ("bidirectional_stack", "torch"): [38912, 41472, 650],
        ("mnist_lstm", "keras"): [23808, 256, 650],
        ("mnist_lstm", "torch"): [24064, 128, 650],
        ("mnist_lstm_cell", "keras"): [23808, 256, 650],
        ("mnist_lstm_cell", "torch"): [24064, 128, 650],
        ("nested_cell", "keras"): [1229120],
        ("nested_cell", "torch"): [1229120],
    },
    "sequence_theory": {
        ("next_symbol", "keras"): [4864, 165],
        ("next_symbol", "torch"): [4992, 165],
        ("last_vs_sequences", "keras"): [17152],
        ("last_vs_sequences", "torch"): [17408],
        ("last_vs_sequences_all", "keras"): [17152],
        ("last_vs_sequences_all", "torch"): [17408],
        ("equals_previous", "keras"): [16896, 65],
        ("equals_previous", "torch"): [17152, 65],
        ("lstm_tower", "keras"): [1216, 2112, 2112, 1080, 110],
        ("lstm_tower", "torch"): [1280, 2176, 2176, 1120, 110],
        ("bidirectional16", "keras"): [2432, 330],
        ("bidirectional16", "torch"): [2560, 330],
    },
    "news_rnn": {
        ("news_rnn", "keras"): [1280000, 1296, 68],
        ("news_rnn", "torch"): [1280000, 1312, 68],
        ("news_rnn_masked", "keras"): [1280000, 1296, 68],
        ("news_rnn_masked", "torch"): [1280000, 1312, 68],
        ("news_lstm", "keras"): [1280000, 2336, 36],
        ("news_lstm", "torch"): [1280000, 2368, 36],
        ("news_bilstm", "keras"): [2560000, 98816, 98816, 516],
        ("news_bilstm", "torch"): [2560000, 99328, 99328, 516],
    },
}
assignment = pytest.mark.parametrize("name", COUNTS)


@assignment
def test_recorded_counts(name: str) -> None:
    """The figures of the course, in both frameworks; nothing more and nothing less is recorded."""
    models = json.loads((REFERENCE / name / "expected.json").read_text("utf-8"))["models"]
    counts = {
        (model, framework): [layer["parameters"] for layer in reference["layers"]]
        for model, frameworks in models.items()
        for framework, reference in frameworks.items()
    }
    assert counts == COUNTS[name]
    assert all(o["parameters"] == sum(counts[m, f]) for m, references in models.items() for f, o in references.items())


@pytest.mark.nightly
@assignment
def test_references_still_show_what_is_recorded(name: str) -> None:
    """A framework upgrade that changes a reference fails here and says how to record it anew: `suite freeze NAME`."""
    done = run_suite("freeze", name, "--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("recorded", "changed", "word"),
    [('"parameters": 920', '"parameters": 921', "counts"), ('"golden": [', '"golden": [0.5, ', "golden output")],
)
def test_a_changed_record_is_noticed(tmp_path: Path, recorded: str, changed: str, word: str) -> None:
    """The check above can fail: another count or another golden value is a difference, exit code 1."""
    folder = tmp_path / "stacked_rnn"
    folder.mkdir()
    source = REFERENCE / "stacked_rnn"
    for file in ("assignment.toml", "model_keras.py", "model_torch.py"):
        (folder / file).write_bytes((source / file).read_bytes())
    text = (source / "expected.json").read_text("utf-8")
    assert recorded in text
    (folder / "expected.json").write_text(text.replace(recorded, changed, 1), "utf-8")
    done = run_suite("freeze", "stacked_rnn", "--check", "--assignments", tmp_path)
    assert done.returncode == 1
    assert word in done.stderr
    assert "suite freeze stacked_rnn" in done.stderr


@pytest.mark.nightly
@assignment
def test_references_score_full_marks(name: str, tmp_path: Path) -> None:
    """A reference handed in as a submission is right in every check."""
    folder = REFERENCE / name
    graded = grade(tmp_path / "report", folder / "model_keras.py", folder / "model_torch.py", assignment=name)
    lost = {
        name: [v["message"] for v in result["verdicts"] if v["outcome"] != "pass"]
        for name, result in graded.results.items()
    }
    assert lost == {"model_keras": [], "model_torch": []}


class TestTrain:
    """The helper that PyTorch notebooks import as `utils`."""

    @pytest.fixture
    def loader(self) -> torch.utils.data.DataLoader:
        torch.manual_seed(0)
        inputs = torch.randn(100, 4)
        dataset = torch.utils.data.TensorDataset(inputs, (inputs.sum(1) > 0).long())
        return torch.utils.data.DataLoader(dataset, batch_size=16, shuffle=True)

    def test_history(self, loader: torch.utils.data.DataLoader) -> None:
        """A number an epoch for loss, metric and their validation values; training learns."""
        model = torch.nn.Linear(4, 2)
        history = train(
            model=model,
            train_loader=loader,
            n_epochs=8,
            criterion=torch.nn.CrossEntropyLoss(),
            optimizer=torch.optim.Adam(model.parameters(), lr=0.05),
            validation_split=0.2,
            metric_fn=lambda predictions, labels: (predictions.argmax(1) == labels).float().mean(),
        )
        assert list(history) == ["loss", "metric", "val_loss", "val_metric"]
        assert {len(values) for values in history.values()} == {8}
        assert history["loss"][-1] < history["loss"][0]
        assert history["val_metric"][-1] > 0.8

    def test_without_validation_and_metric(self, loader: torch.utils.data.DataLoader) -> None:
        """What isn't asked for isn't in the history."""
        model = torch.nn.Linear(4, 2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        history = train(model, loader, 1, torch.nn.CrossEntropyLoss(), optimizer)
        assert list(history) == ["loss"]

    def test_evaluation(self, loader: torch.utils.data.DataLoader) -> None:
        """An evaluation changes no weight, counts every row and works on the device that is there."""
        model = torch.nn.Linear(4, 2).to(get_device())
        before = model.weight.detach().clone()
        found = evaluate(model, loader, torch.nn.CrossEntropyLoss(), lambda _, labels: len(labels))
        assert list(found) == ["loss", "metric"]
        assert found["metric"] == pytest.approx((6 * 16**2 + 4**2) / 100)
        assert (torch.equal(model.weight, before), model.training) == (True, False)
