"""A fresh verdict on two revisions: real checkouts, and measurements that read what each revision says of itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from suite.cli import main
from suite.errors import UsageError
from suite.records import Outcome
from suite.sandbox.gpu import gpu_devices
from suite.stats.signed_rank import Judgement
from suite.tracking.history.confirm import confirm, measure_by_bench
from suite.tracking.history.duel import MeasureError
from suite.tracking.history.figures import MEMORY, STEPS
from tests.tracking.history.nights import as_bytes, as_file

pytestmark = pytest.mark.slow


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three revisions that take 1, 1 and 1.1 times the anchor's time."""

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)

    git("init", "--initial-branch=main")
    for name, ratio in (("first", 1.0), ("equal", 1.0), ("slow", 1.1)):
        (tmp_path / "ratio").write_text(str(ratio))
        git("add", "ratio")
        git("commit", "--allow-empty", "-m", name)
        git("tag", name)
    return tmp_path


def _measure(noise: float) -> Callable[[Path, str], float]:
    generator = np.random.default_rng(0)
    return lambda tree, _: float(np.log(float((tree / "ratio").read_text())) + generator.normal(0, noise))


def _confirm(repository: Path, newest: str, noise: float) -> tuple[Judgement, int]:
    heard: list[int] = []
    found = confirm(repository, "first", newest, "b", 0, _measure(noise), lambda quads, _: heard.append(quads))
    return found, heard[-1]


def test_slower_is_found_at_the_first_look(repository: Path) -> None:
    """Ten per cent in ordinary noise are seen with 16 quads, and the ratio is that of the revisions."""
    found, quads = _confirm(repository, "slow", 0.01)
    assert (found.outcome, quads) == (Outcome.FAIL, 16)
    assert found.ratio == pytest.approx(1.1, abs=0.02)


def test_the_same_is_said_with_its_power(repository: Path) -> None:
    """Equal revisions pass, as ten per cent would have been found."""
    found, quads = _confirm(repository, "equal", 0.01)
    assert (found.outcome, quads) == (Outcome.PASS, 16)
    assert found.power >= 0.95


def test_noise_is_not_taken_for_an_answer(repository: Path) -> None:
    """Where ten per cent can't be found in 40 quads, nothing is said."""
    found, quads = _confirm(repository, "equal", 0.5)
    assert (found.outcome, quads) == (Outcome.INCONCLUSIVE, 40)


def test_an_older_revision_is_not_the_newest(repository: Path) -> None:
    """Held against a later one it would be called the same, and a real slowdown be dismissed."""
    with pytest.raises(UsageError, match="first is an earlier revision than slow"):
        confirm(repository, "slow", "first", "b", 0, _measure(0.01), lambda *_: None)


def test_a_shallow_clone_says_what_it_lacks(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A revision that isn't in it may be in the whole history."""
    clone = tmp_path_factory.mktemp("clones") / "shallow"
    command = ["git", "clone", "--quiet", "--depth", "1", f"file://{repository}", str(clone)]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(UsageError, match="the clone is shallow: git fetch --unshallow"):
        _confirm(clone, "main", 0.01)


def test_nothing_of_the_checkouts_is_left(repository: Path) -> None:
    """The worktrees are gone, and unknown revisions are wrong usage."""
    _confirm(repository, "equal", 0.01)
    listed = subprocess.run(
        ["git", "-C", str(repository), "worktree", "list"], capture_output=True, text=True, check=True
    )
    assert len(listed.stdout.splitlines()) == 1
    with pytest.raises(UsageError, match="no revision 'nowhere'"):
        _confirm(repository, "nowhere", 0.01)


def test_a_figure_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Learning isn't part of a quick measurement, so it is named; the log of what comes out is returned."""
    asked: list[list[str]] = []

    def run(command: list[str], *_: object) -> None:
        asked.append(command)
        written = Path(command[command.index("--json") + 1])
        written.write_bytes(as_bytes(as_file(0, {"lstm": 0.5}, steps=30.0)))

    monkeypatch.setattr("suite.tracking.history.confirm.run", run)
    assert measure_by_bench(tmp_path, "bench::lstm", STEPS) == pytest.approx(np.log(30))
    assert measure_by_bench(tmp_path, "bench::lstm") == 0.5
    assert ["--learning" in command for command in asked] == [True, False]
    with pytest.raises(MeasureError, match="measures no memory of a benchmark bench::lstm"):
        measure_by_bench(tmp_path, "bench::lstm", MEMORY)


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_a_benchmark_is_measured_on_its_own_device(
    device: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Which its name says; that of a GPU isn't among those of the processor."""
    asked: list[list[str]] = []

    def run(command: list[str], *_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, "", "none here")

    monkeypatch.setattr("suite.tracking.history.confirm.run", run)
    with pytest.raises(MeasureError, match="none here"):
        measure_by_bench(tmp_path, f"stacked_rnn/lstm/torch/forward/{device}")
    assert [" --device gpu" in " ".join(command) for command in asked] == [device == "gpu"]


def test_a_measurement_that_takes_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is known of no revision which is slower then."""
    monkeypatch.setattr("suite.tracking.history.confirm.MEASURE_SECONDS", 0)
    with pytest.raises(MeasureError, match="took longer than 0 s"):
        measure_by_bench(tmp_path, "bench::lstm")


@pytest.mark.skipif(bool(gpu_devices()), reason="this machine has a GPU")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stacked_rnn/stack8/torch/forward/cpu", "HEAD", "--figure", "gpu_memory"), "is measured on a GPU only"),
        (("stacked_rnn/stack8/torch/forward/gpu", "HEAD"), "device files of an NVIDIA GPU are expected"),
    ],
)
def test_what_no_gpu_can_tell_is_refused_at_once(words: tuple[str, ...], said: str) -> None:
    """Before a revision is checked out."""
    done = CliRunner().invoke(main, ["history", "confirm", *words])
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
