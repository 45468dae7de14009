"""The reproduction's bookkeeping; the training itself is `tox -e reproduce`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from reference.reproduce.gaps import GAPS
from reference.reproduce.protocols import FIGURES
from reference.reproduce.store import Store
from reference.reproduce.train_torch import start_like_keras

pytestmark = pytest.mark.slow


def test_every_figure_has_its_gap_explained() -> None:
    """The page says something of each row."""
    assert {figure.id for figure in FIGURES} == GAPS.keys()


def test_stored_runs_are_found_again(tmp_path: Path) -> None:
    """A finished run is kept beside the others, so that a second start goes on after it."""
    store = Store(tmp_path / "reports" / "runs.json")
    assert store.run("stack10", "keras") is None
    for framework in ("keras", "torch"):
        store.keep({"figure": "stack10", "framework": framework, "curve": [1]})
    assert Store(tmp_path / "reports" / "runs.json").run("stack10", "keras") == {
        "figure": "stack10",
        "framework": "keras",
        "curve": [1],
    }


def test_another_versions_store_is_left_alone(tmp_path: Path) -> None:
    """Runs in another form count as none."""
    path = tmp_path / "runs.json"
    path.write_text(json.dumps({"schema_version": 0, "runs": {"stack10/keras": {}}}))
    assert Store(path).runs() == {}


def test_start_like_keras() -> None:
    """One trained bias a layer, zero but for an LSTM's forget gate; orthogonal recurrent kernels."""
    lstm = nn.LSTM(3, 4)
    start_like_keras(lstm)
    assert lstm.bias_ih_l0.tolist() == [0] * 4 + [1] * 4 + [0] * 8
    assert [name for name, weight in lstm.named_parameters() if not weight.requires_grad] == ["bias_hh_l0"]
    product = lstm.weight_hh_l0.T @ lstm.weight_hh_l0
    assert torch.allclose(product, torch.eye(4), atol=1e-5)
