"""Pairs of revisions of a small project, one slower or larger by a planted share, compared by us and by other tools.

The work is a loop of pure Python, so a share more of its rounds is a share more time; for memory the module holds some
of the process's hundred MiB more, which only we look at. Each tool runs as its manual has
it run for a pull request: pytest-benchmark saves a run of the first revision and compares one of the second with
`--benchmark-compare-fail=mean:5%`; `asv continuous` measures both, with its factor of 1.05.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.tracking.compare.projects import make_project
from tests.validation.timing import share

TIMES, MEMORIES = (0, 5, 10), (0, 10)
KINDS = [*(("time", share) for share in TIMES), *(("memory", share) for share in MEMORIES)]
HELD = 64  # MiB; Python and pytest take the rest of a hundred
ROUNDS = 20_000
WORK = """
HELD = bytearray({held} << 20)
HELD[::4096] = bytes(len(HELD[::4096]))

def work():
    return sum(number * number for number in range({rounds}))
"""
BENCHMARK = "from lib import work\n\n\ndef test_work(benchmark):\n    benchmark(work)\n"
ASV_BENCHMARK = "from lib import work\n\n\ndef time_work():\n    work()\n"
INSTALL = (
    "in-dir={build_dir} python -c \"import shutil, sysconfig; shutil.copy('lib.py', sysconfig.get_path('purelib'))\""
)
ASV_SETTINGS = {
    "version": 1,
    "project": "planted",
    "repo": ".",
    "branches": ["main"],
    "environment_type": "virtualenv",
    "build_command": [],
    "uninstall_command": [],
    "install_command": [INSTALL],
}
TOOLS = ("suite bench compare", "pytest-benchmark mean:5%", "asv continuous")
HEADS = ("planted", "tool", "changes", "called worse", "undecided", "ratio (range)", "minutes a verdict")


def collect(path: Path, seconds: float, asv: Path | None) -> None:
    """Compare pairs until the time is up, each kind in its turn, every tool on the same pair."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        known = read(path)
        series, planted = min(KINDS, key=lambda kind: sum((line["series"], line["planted"]) == kind for line in known))
        slower, larger = (planted, 0) if series == "time" else (0, planted)
        with tempfile.TemporaryDirectory() as folder:
            project = make_project(Path(folder) / "project")
            files = {
                "lib.py": WORK.format(rounds=ROUNDS, held=HELD),
                "bench/test_work.py": BENCHMARK,
                "benchmarks/__init__.py": "",
                "benchmarks/time_work.py": ASV_BENCHMARK,
                "asv.conf.json": json.dumps(ASV_SETTINGS),
            }
            project.commit("before", files)
            after = WORK.format(rounds=ROUNDS * (100 + slower) // 100, held=HELD + larger)
            project.commit("after", {"lib.py": after})
            found = {TOOLS[0]: _timed(partial(_ours, series=series), project.folder)}
            if series == "time":
                found[TOOLS[1]] = _timed(_pytest_benchmark, project.folder)
            if series == "time" and asv is not None:
                found[TOOLS[2]] = _timed(lambda tree: _asv(tree, asv), project.folder)
        with path.open("a") as stream:
            stream.write(json.dumps({"series": series, "planted": planted, "found": found}) + "\n")


def _timed(ask: Any, folder: Path) -> dict[str, Any]:
    begin = time.monotonic()
    outcome, ratio = ask(folder)
    return {"outcome": outcome, "ratio": ratio, "seconds": time.monotonic() - begin}


def _run(command: Sequence[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def _ours(folder: Path, series: str) -> tuple[str, float | None]:
    """The verdict, which is that of all series together, and the ratio of one."""
    written = folder.parent / "compared.json"
    options = ["--repository", folder, "--pytest", "bench", "--all", "--json", written]
    done = _run([sys.executable, "-m", "suite", "bench", "compare", "before", "after", *options], Path.cwd())
    ratio = next(
        (each["ratio"] for each in json.loads(written.read_text())["compared"] if each["series"] == series), None
    )
    return {0: "same", 1: "slower"}.get(done.returncode, "undecided"), ratio


def _pytest_benchmark(folder: Path) -> tuple[str, float | None]:
    pytest = [sys.executable, "-m", "pytest", "bench", "-q", "-p", "no:cacheprovider"]
    means = []
    for revision, options in (
        ("before", ["--benchmark-save=before"]),
        ("after", ["--benchmark-compare", "--benchmark-compare-fail=mean:5%"]),
    ):
        _run(["git", "checkout", "--quiet", "--force", revision], folder)
        written = folder.parent / f"{revision}.json"
        done = _run([*pytest, f"--benchmark-json={written}", *options], folder, PYTHONPATH=str(folder))
        means.append(json.loads(written.read_text())["benchmarks"][0]["stats"]["mean"])
    return "slower" if done.returncode else "same", means[1] / means[0]


def _asv(folder: Path, program: Path) -> tuple[str, float | None]:
    """Exit code 1 where something got worse, 2 and more where it can't measure."""
    _run([program, "machine", "--yes"], folder)
    path = f"{program.parent}:{os.environ['PATH']}"
    done = _run([program, "continuous", "before", "after", "--factor", "1.05"], folder, PATH=path)
    measured = "BENCHMARKS NOT SIGNIFICANTLY CHANGED" in done.stdout or "PERFORMANCE" in done.stdout
    return ("slower" if done.returncode == 1 else "same") if measured else "undecided", None


def read(path: Path) -> list[dict[str, Any]]:
    """What was collected so far."""
    return [{"series": "time"} | json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def rows(lines: Sequence[dict[str, Any]]) -> list[list[str]]:
    """By what was planted, and by tool."""
    found = []
    for kind in KINDS:
        for tool in TOOLS:
            those = (line["found"] for line in lines if (line["series"], line["planted"]) == kind)
            verdicts = [verdict[tool] for verdict in those if tool in verdict]
            if not verdicts:
                continue
            ratios = [each["ratio"] for each in verdicts if each["ratio"] is not None]
            minutes = np.median([each["seconds"] for each in verdicts]) / 60
            shown = f"{np.median(ratios):.3f} ({min(ratios):.3f} … {max(ratios):.3f})" if ratios else "–"
            outcomes = [each["outcome"] for each in verdicts]
            called, undecided = (share(outcomes.count(word), len(outcomes)) for word in ("slower", "undecided"))
            changed, changes = "{} +{}%".format(*kind), str(len(verdicts))
            found.append([changed, tool, changes, called, undecided, shown, f"{minutes:.1f}"])
    return found
