"""A class in which most forge or are broken: no forgery earns more than its honest twin, and nobody honest loses."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from suite.sandbox import all_sandboxes
from tests.conftest import Graded, grade
from tests.hostile.broken import BROKEN, as_file
from tests.hostile.forgeries import FORGERIES, LOOK_AROUND, READERS, RIGHT, TORCH, TWINS

pytestmark = pytest.mark.slow

SECRET = "hunter2-of-the-grader"
STRONGEST = next(sandbox for sandbox in all_sandboxes() if not sandbox.unavailable())
HONEST = ("a_first", "z_last")


class _Payload:
    """Unpickling it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (exec, (f"open({str(self._mark)!r}, 'w').close()", "{}"))


@pytest.fixture(scope="module")
def mark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a payload would leave on the host."""
    return tmp_path_factory.mktemp("mark") / "pwned"


@pytest.fixture(scope="module")
def forged(tmp_path_factory: pytest.TempPathFactory, mark: Path) -> Graded:
    """Forgeries, their twins, broken and honest work, graded as one class."""
    if STRONGEST.name == "process":
        pytest.skip("the plain process stops accidents, not attacks")
    folder = tmp_path_factory.mktemp("class")
    sources = dict(TWINS) | {name: forgery.cells for name, forgery in FORGERIES.items()}
    sources |= {name: (LOOK_AROUND + source,) for name, source in READERS.items()}
    sources |= dict.fromkeys(HONEST, (RIGHT, f"word = {SECRET!r}", "model = Net()"))
    for name, cells in sources.items():
        (folder / f"{name}.ipynb").write_bytes(as_file(*cells))
    for name, broken in BROKEN.items():
        (folder / f"{name}.ipynb").write_bytes(broken.file)
    payload = folder / "payload_files"
    payload.mkdir()
    (payload / "main.py").write_text(TORCH + "model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))", "utf-8")
    for name in ("model.pkl", "model.pt", "model.pth", "weights.keras", "expected.json", "evidence.json", "data.npy"):
        (payload / name).write_bytes(pickle.dumps(_Payload(mark)))
    return grade(tmp_path_factory.mktemp("report"), folder, A_SECRET=SECRET)


def _score(graded: Graded, name: str) -> float:
    return float(graded.results[name]["score"])


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery_earns_no_more_than_its_twin(forged: Graded, name: str) -> None:
    """Whatever a submission says of itself, it earns what its honest part does."""
    forgery, result = FORGERIES[name], forged.results[name]
    assert _score(forged, name) <= _score(forged, forgery.twin), result["verdicts"]
    assert re.fullmatch(forgery.status, result["status"]), (result["status"], result["message"])


@pytest.mark.parametrize("name", READERS)
def test_readers_find_nothing(forged: Graded, name: str) -> None:
    """Neither references nor classmates, results, environment or memory of the grader can be read."""
    result = forged.results[name]
    assert (result["status"], result["score"]) == ("fail", 2), result["message"]


def test_payloads_are_files(forged: Graded, mark: Path) -> None:
    """What a submission serialized is never loaded by the host; files under the grader's names are just files."""
    assert _score(forged, "payload_files") == _score(forged, "linear")
    assert not mark.exists()


@pytest.mark.parametrize("name", [*HONEST, "right"])
def test_honest_keep_their_marks(forged: Graded, name: str) -> None:
    """Among forgeries, right work gets full marks."""
    assert (forged.results[name]["status"], _score(forged, name)) == ("pass", 18)


def test_claims_are_never_called_proved(forged: Graded) -> None:
    """Right counts over a wrong function keep the points of counts and shapes, and are reported as disproved."""
    for name, forgery in FORGERIES.items():
        if forgery.twin != "right":
            assert set(forged.results[name]["proof_status"].values()) <= {"disproved", "claimed"}, name


@pytest.mark.parametrize("name", BROKEN)
def test_broken_work_has_its_status(forged: Graded, name: str) -> None:
    """Each is told apart, keeps the marks of what works, and is told why."""
    broken, result = BROKEN[name], forged.results[name]
    assert (result["status"], result["score"]) == (broken.status, broken.score), result["message"]
    said = [result["message"], *(found["message"] for found in result["diagnoses"])]
    assert any(broken.word in sentence for sentence in said), said


def test_nobody_is_lost(forged: Graded) -> None:
    """Everyone has a score: no attack and no accident is taken for a failure of the grader."""
    count = len(TWINS) + len(FORGERIES) + len(READERS) + len(BROKEN) + len(HONEST) + len(["payload_files"])
    assert len(forged.results) == count
    assert all(result["score"] is not None for result in forged.results.values())
    assert forged.code == 0
