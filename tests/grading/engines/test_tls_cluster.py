"""A cluster with certificates that is there already: one of it is lost, or unlike the others, or times models."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from suite.sandbox.gpu import gpu_devices
from tests.conftest import ROOT, change_settings, grade, tighten, write_notebook
from tests.grading.engines.engines import PATIENCE_SECONDS, kill_group, start, wait_for_evidence
from tests.grading.marks import marks
from tests.hostile.speed import LOOP

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(6):
        write_notebook(folder / f"fine{number}.ipynb", ["import time", "time.sleep(1)", f"print({number})"])
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An authority and one certificate of it, made and told as docs/dask.md has it."""
    section = (ROOT / "docs" / "dask.md").read_text("utf-8").split("## A cluster by hand")[1]
    for line in section.split("```")[1].split("\n"):
        subprocess.run(line.split(), cwd=tmp_path, check=True, capture_output=True) if line else None
    prefix = "DASK_DISTRIBUTED__COMM__TLS__"
    told = {f"{prefix}CA_FILE": str(tmp_path / "ca.pem")}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        told |= {
            f"{prefix}{role}__CERT": str(tmp_path / "node.pem"),
            f"{prefix}{role}__KEY": str(tmp_path / "node.key"),
        }
    return told


@pytest.fixture
def dask(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts Dask's programs with that certificate; they end with the test."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    running: list[subprocess.Popen[bytes]] = []

    def run(*words: str, **others: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words]
        with (tmp_path / "dask.log").open("ab") as stream:
            process = subprocess.Popen(
                command, env=os.environ | others, cwd=tmp_path, stdout=stream, stderr=stream, start_new_session=True
            )
        running.append(process)
        return process

    yield run
    for process in running:
        kill_group(process)


def _scheduler(dask: Start, port: int) -> subprocess.Popen[bytes]:
    return dask("scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")


def _worker(dask: Start, port: int, *words: str, **others: str) -> subprocess.Popen[bytes]:
    return dask("worker", f"tls://127.0.0.1:{port}", "--nthreads", "1", "--memory-limit", "0", *words, **others)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_lost_scheduler(dask: Start, papers: Path, tmp_path: Path) -> None:
    """The command says so and ends; with another scheduler it goes on."""
    port = _free_port()
    scheduler = _scheduler(dask, port)
    _worker(dask, port)
    words = ["grade", str(papers), "-a", "stacked_rnn", "--report", str(tmp_path / "report")]
    words += ["--scheduler", f"tls://127.0.0.1:{port}"]
    grader = start(words, tmp_path / "log")
    wait_for_evidence(tmp_path / "report", 2, grader)
    kill_group(scheduler)
    code = grader.wait(timeout=PATIENCE_SECONDS)
    said = " ".join((tmp_path / "log").read_text().split())
    assert code == 3, said
    assert "is lost; what was finished is stored" in said
    _scheduler(dask, port)
    _worker(dask, port)
    again = start(words, tmp_path / "log")
    assert again.wait(timeout=PATIENCE_SECONDS) == 0, (tmp_path / "log").read_text()
    assert "judged from stored evidence" in (tmp_path / "log").read_text()
    assert marks(tmp_path / "report") == marks(grade(tmp_path / "here", papers).report)


def test_a_worker_with_other_code(dask: Start, papers: Path, tmp_path: Path) -> None:
    """Its evidence would be another; it is left out and named, and the others do its work."""
    shutil.copytree(ROOT / "suite", tmp_path / "other" / "suite")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "other")
    with (tmp_path / "other" / "suite" / "errors.py").open("a") as stream:
        stream.write("# another line\n")
    port = _free_port()
    _scheduler(dask, port)
    _worker(dask, port, PYTHONPATH=str(tmp_path / "other"))
    _worker(dask, port)
    done = grade(tmp_path / "report", papers, "--scheduler", f"tls://127.0.0.1:{port}")
    said = " ".join(done.stderr.split())
    assert done.code == 0, said
    assert "is left out" in said
    assert "otherwise than on the host are code" in said
    assert marks(tmp_path / "report") == marks(grade(tmp_path / "here", papers).report)


@pytest.mark.parametrize(
    ("offers", "said"),
    [(["--resources", "timing=1"], "timed on 1 worker"), ([], "timed on this machine")],
    ids=["there", "here"],
)
def test_models_are_timed(dask: Start, tmp_path: Path, offers: list[str], said: str) -> None:
    """By a worker that offers it, or else here; the evidence comes back with its timings, and is stored."""
    root = tighten(tmp_path / "assignments")
    few = {"looks": [[8, 0.01]], "work": ["forward"], "segment_milliseconds": 10}
    change_settings(root / "stacked_rnn", {"throughput": few})
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "loop.py").write_text(LOOP, "utf-8")
    (papers / "broken.py").write_text("1 / 0", "utf-8")
    port = _free_port()
    _scheduler(dask, port)
    _worker(dask, port, *offers)
    words = ("--throughput", "--assignments", root, "--scheduler", f"tls://127.0.0.1:{port}")
    done = grade(tmp_path / "report", papers, *words)
    assert done.code == 0, done.stderr
    assert said in " ".join(done.stderr.split())
    again = grade(tmp_path / "report", papers, "--throughput", "--assignments", root)
    for results in (done.results, again.results):
        (verdict,) = (each for each in results["loop"]["verdicts"] if each["check"] == "throughput")
        assert verdict["outcome"] == "fail"
        assert "times as long as the reference" in verdict["message"]


@pytest.mark.skipif(bool(gpu_devices()), reason="this machine has a GPU to time on")
def test_no_worker_has_a_gpu(dask: Start, papers: Path, tmp_path: Path) -> None:
    """Nothing is run that couldn't be timed."""
    port = _free_port()
    _scheduler(dask, port)
    _worker(dask, port)
    done = grade(
        tmp_path / "report", papers, "--throughput", "--device", "gpu", "--scheduler", f"tls://127.0.0.1:{port}"
    )
    assert done.code == 2
    assert "a worker is expected that offers the resource GPU" in " ".join(done.stderr.split())
