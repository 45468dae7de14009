"""`suite verify`, end to end, on a small file: a mistake that is seen, one that costs nothing, a right solution."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.conftest import ROOT, run_suite

pytestmark = pytest.mark.slow

TOML = """
schema_version = 1

[[mutants]]
name = "read backwards"
framework = "torch"
models = ["stack8"]
changes = [{ old = "self.rnn1(sequence)", new = "self.rnn1(sequence.flip(1))" }]
loses.stack = { function = 1, accuracy = 1 }

[[mutants]]
name = "another name"
framework = "torch"
models = ["stack8"]
changes = [{ old = "self.classifier", new = "self.head", times = 2 }]
loses.stack = { function = 1, accuracy = 1 }

[[alternatives]]
file = "torch_steps_first.py"
"""


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """A copy of `stacked_rnn` with that file, each case graded twice."""
    root, target = tmp_path_factory.mktemp("assignments"), tmp_path_factory.mktemp("out") / "verify.json"
    folder = shutil.copytree(ROOT / "reference" / "stacked_rnn", root / "stacked_rnn")
    for path in (folder / "alternatives").iterdir():
        if path.name != "torch_steps_first.py":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "verify.toml").write_text(TOML, "utf-8")
    done = run_suite("verify", "stacked_rnn", "--assignments", root, "--repeat", "2", "--json", target)
    return done, json.loads(target.read_text("utf-8"))


@pytest.mark.nightly
def test_a_survivor_fails_the_gate(verified: tuple[subprocess.CompletedProcess[str], dict[str, Any]]) -> None:
    """The exit code is 1, and the survivor is named; what went as it must is not."""
    done, document = verified
    assert done.returncode == 1, done.stderr
    assert "torch: another name survives: its mistake in stack cost nothing." in " ".join(done.stdout.split())
    findings = {case["name"]: [finding["kind"] for finding in case["findings"]] for case in document["cases"]}
    assert findings == {
        "torch reference (stack8)": [],
        "torch: read backwards": [],
        "torch: another name": ["survives"],
        "torch_steps_first.py": [],
    }


@pytest.mark.nightly
def test_losses_and_flakes_are_written(
    verified: tuple[subprocess.CompletedProcess[str], dict[str, Any]],
) -> None:
    """The document holds what each case lost, and for each check how many verdicts differed."""
    _, document = verified
    assert (document["schema_version"], document["passed"], document["repetitions"]) == (1, False, 2)
    lost = {case["name"]: case["lost"] for case in document["cases"]}
    assert lost["torch: read backwards"] == {"stack": {"function": 1, "accuracy": 1}}
    assert lost["torch_steps_first.py"] == {}
    assert document["flakes"]["function"] == {"verdicts": 4, "differing": 0, "rate": 0}


def test_wrong_usage() -> None:
    """A word that names no case is wrong usage, before anything runs."""
    done = run_suite("verify", "stacked_rnn", "--only", "no such case")
    assert done.returncode == 2
    assert "no case is called so" in done.stderr
