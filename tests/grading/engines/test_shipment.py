"""A class as content: the same assignment on the other side, and a name that tells classes apart."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from suite.assignments import load
from suite.errors import UsageError
from suite.grading.engines.shipment import Shipment, pack, unpack
from tests.conftest import ROOT


def _pack(root: Path, **changes: Any) -> Shipment:
    plan = {
        "assignment": load("stacked_rnn", root),
        "budget": "quick",
        "sandbox": SimpleNamespace(name="process"),
        "seed": 0,
        "probe_seed": None,
        "proving": True,
        "names": None,
    }
    source: Any = SimpleNamespace(plan=SimpleNamespace(**(plan | changes)), about=("code",))
    return pack(source)


def test_an_assignment_arrives_as_it_was(tmp_path: Path) -> None:
    """Its fingerprint, on which evidence depends, is the same there."""
    shipment = _pack(ROOT / "reference")
    zipfile.ZipFile(io.BytesIO(shipment.archive)).extractall(tmp_path)
    assert load("stacked_rnn", tmp_path).fingerprint == load("stacked_rnn", ROOT / "reference").fingerprint


def test_a_class_is_named_by_all_that_it_is(tmp_path: Path) -> None:
    """Sent twice it is one; with another budget, or another file, it is another."""
    shutil.copytree(ROOT / "reference" / "stacked_rnn", tmp_path / "stacked_rnn")
    known = _pack(tmp_path).digest
    assert _pack(tmp_path).digest == known
    assert _pack(tmp_path, budget="full").digest != known
    with (tmp_path / "stacked_rnn" / "model_torch.py").open("a") as stream:
        stream.write("# another\n")
    assert _pack(tmp_path).digest != known


def test_a_machine_without_the_sandbox() -> None:
    """It can't run the class, and says which sandboxes it knows."""
    shipment = _pack(ROOT / "reference", sandbox=SimpleNamespace(name="none"))
    with pytest.raises(UsageError, match="no sandbox is called 'none'"), unpack(shipment):
        pass
