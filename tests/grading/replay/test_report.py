"""`suite report`: stored evidence judged again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suite.errors import EvidenceError, UsageError
from suite.grading import replay
from suite.grading.store import Store, read_evidence
from suite.records import CellOutcome, Evidence, Outcome, Run, text
from suite.records.evidence_json import file_name
from tests.conftest import ROOT, Graded, change_settings, run_suite
from tests.provenance import provenance

pytestmark = pytest.mark.slow


@pytest.fixture
def without_frameworks(tmp_path: Path) -> str:
    """A search path on which no framework can be imported."""
    for name in ("torch", "tensorflow", "keras", "tf_keras"):
        (tmp_path / "blocked").mkdir(exist_ok=True)
        (tmp_path / "blocked" / f"{name}.py").write_text(f"raise ImportError('{name} is not to be imported')", "utf-8")
    return f"{tmp_path / 'blocked'}:{ROOT}"


def _results(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / "results.json").read_text("utf-8"))
    return {result["submission"]: result for result in document["results"]}


def test_same_settings_change_nothing(graded: Graded, tmp_path: Path, without_frameworks: str) -> None:
    """Without any framework the class is rendered again as it was, in another folder and another language."""
    done = run_suite("report", graded.report, "--out", tmp_path / "out", "--lang", "es", PYTHONPATH=without_frameworks)
    assert done.returncode == 0, done.stderr
    assert "0 de 3 entregas" in " ".join(done.stderr.split())
    again = _results(tmp_path / "out")
    for name, before in graded.results.items():
        kept = ("status", "score", "summary", "evidence", "seconds", "versions")
        assert {key: again[name][key] for key in kept} == {key: before[key] for key in kept}
    assert '<html lang="es">' in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert replay.read_evidence_of(tmp_path / "out", replay.find_result(replay.read_report(tmp_path / "out"), "right"))


def test_changed_points_are_shown(graded: Graded, tmp_path: Path, without_frameworks: str) -> None:
    """After an edit of the points the scores that change are shown and noted, and what never ran keeps its result."""
    folder = shutil.copytree(ROOT / "reference" / "stacked_rnn", tmp_path / "mine" / "stacked_rnn")
    points = {"runs": 2, "shapes": 3, "parameters": 5, "function": 7, "accuracy": 3}
    change_settings(folder, {"checks": {name: {"points": most} for name, most in points.items()}})
    options = ("--assignments", tmp_path / "mine", "--out", tmp_path / "out")
    done = run_suite("report", graded.report, *options, PYTHONPATH=without_frameworks)
    assert done.returncode == 0, done.stderr
    assert "5 / 5" in done.stdout
    assert "7 / 7" in done.stdout
    again = _results(tmp_path / "out")
    assert {name: (result["score"], result["max_score"]) for name, result in again.items()} == {
        "right": (20, 20),
        "wrong": (graded.results["wrong"]["score"], 20),
        "torn": (0, 20),
    }
    assert any("function 5 / 5 → 7 / 7" in note for note in again["right"]["notes"])
    assert "have different verdicts than before" in (tmp_path / "out" / "index.html").read_text("utf-8")


def _damage_content(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace('"SimpleRNN"', '"LSTM"').replace('"RNN"', '"LSTM"'), "utf-8")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def _age(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"schema_version": 1}), "utf-8")


def _exchange(path: Path) -> None:
    other = next(other for other in path.parent.iterdir() if other != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_damage_content, "its content isn't what its SHA-256 says"),
        (_cut, "is damaged"),
        (_age, "has schema version 1, this suite reads 4"),
        (_exchange, "is the evidence of another run"),
        (Path.unlink, "doesn't exist"),
    ],
)
def test_evidence_that_cannot_be_trusted(
    graded: Graded, tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    """Evidence that is missing, damaged, exchanged or of another version is a clear error, never a wrong mark."""
    folder = shutil.copytree(graded.report, tmp_path / "report")
    report = replay.read_report(folder)
    right = replay.find_result(report, "right")
    assert right.evidence is not None
    harm(folder / right.evidence.file)
    with pytest.raises(EvidenceError) as raised:
        replay.read_evidence_of(folder, right)
    assert words in str(raised.value)


def test_damaged_evidence_leaves_the_report_alone(graded: Graded, tmp_path: Path) -> None:
    """The command says which file is damaged and writes nothing."""
    folder = shutil.copytree(graded.report, tmp_path / "report")
    for path in (folder / "evidence").iterdir():
        _cut(path)
    before = (folder / "results.json").read_bytes()
    done = run_suite("report", folder)
    assert done.returncode == 2
    assert " ".join(done.stderr.split()).count("is damaged") == 2
    assert (folder / "results.json").read_bytes() == before


def test_no_report(tmp_path: Path) -> None:
    """A folder that isn't there, or holds no report or one of another version, is wrong usage."""
    with pytest.raises(UsageError, match="there is no folder"):
        replay.read_report(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="so it isn't a report"):
        replay.read_report(tmp_path)
    (tmp_path / "results.json").write_text('{"schema_version": 1, "results": []}', "utf-8")
    with pytest.raises(EvidenceError, match="schema version 1"):
        replay.read_report(tmp_path)
    (tmp_path / "results.json").write_text("{", "utf-8")
    with pytest.raises(EvidenceError, match="is damaged"):
        replay.read_report(tmp_path)


def test_unknown_assignment(graded: Graded, tmp_path: Path) -> None:
    """A report of an assignment that isn't in the folder says where it was looked for."""
    (tmp_path / "none").mkdir()
    done = run_suite("report", graded.report, "--assignments", tmp_path / "none")
    assert done.returncode == 2
    assert "holds no assignment: expected stacked_rnn/assignment.toml" in " ".join(done.stderr.split())


def test_stopped_runs_are_kept_and_not_recalled(tmp_path: Path) -> None:
    """Evidence of a run that a limit stopped can be judged again, and the next grading runs it anew."""
    cell = CellOutcome(index=0, outcome=Outcome.TIMEOUT, seconds=3)
    run = Run(
        cells=(cell,),
        notebook="{}",
        seconds=3,
        sandbox="process",
        stopped=text("cpu_limit", seconds=3),
        stopped_as=Outcome.TIMEOUT,
    )
    store, key = Store(tmp_path), "0" * 32
    store.save(key, Evidence(run=run))
    assert store.load(key, provenance()) is None
    assert read_evidence(tmp_path / file_name(key)) == Evidence(run=run)
