"""The oracles of `stacked_rnn`: they are what is recorded, and they score full marks as submissions."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest
import torch

from tests.conftest import ROOT, grade, run_suite

FOLDER = ROOT / "reference" / "stacked_rnn"
train = runpy.run_path(str(FOLDER / "student" / "utils.py"))["train"]


def test_recorded_counts() -> None:
    """The figures of the course, in both frameworks."""
    models = json.loads((FOLDER / "expected.json").read_text("utf-8"))["models"]
    counts = {
        (name, framework): ([layer["parameters"] for layer in oracle["layers"]], oracle["parameters"])
        for name, frameworks in models.items()
        for framework, oracle in frameworks.items()
    }
    assert counts == {
        ("stack10", "keras"): ([390, 210, 210, 110], 920),
        ("stack10", "torch"): ([400, 220, 220, 110], 950),
        ("stack8", "keras"): ([296, 136, 136, 90], 658),
        ("stack8", "torch"): ([304, 144, 144, 90], 682),
    }


def test_oracles_still_show_what_is_recorded() -> None:
    """A framework upgrade that changes an oracle fails here; `suite freeze stacked_rnn` records it anew."""
    done = run_suite("freeze", "stacked_rnn", "--check")
    assert done.returncode == 0, done.stderr


def test_a_changed_record_is_noticed(tmp_path: Path) -> None:
    """The check above can fail: another count in the file is a difference, exit code 1."""
    folder = tmp_path / "stacked_rnn"
    folder.mkdir()
    for file in ("assignment.toml", "model_keras.py", "model_torch.py"):
        (folder / file).write_bytes((FOLDER / file).read_bytes())
    recorded = (FOLDER / "expected.json").read_text("utf-8")
    (folder / "expected.json").write_text(recorded.replace('"parameters": 920', '"parameters": 921'), "utf-8")
    done = run_suite("freeze", "stacked_rnn", "--check", "--assignments", tmp_path)
    assert done.returncode == 1
    assert "suite freeze stacked_rnn" in done.stderr


def test_oracles_score_full_marks(tmp_path: Path) -> None:
    """An oracle handed in as a submission is right in every check."""
    graded = grade(tmp_path / "report", FOLDER / "model_keras.py", FOLDER / "model_torch.py")
    assert {name: result["score"] for name, result in graded.results.items()} == {"model_keras": 10, "model_torch": 10}


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
