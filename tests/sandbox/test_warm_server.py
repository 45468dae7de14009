"""The warm servers: one a runtime, replaced when it dies, gone with the grader."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from suite import assignments
from suite.errors import SandboxError
from suite.evidence.interview.worker_imports import imports_of
from suite.grading import pipeline
from suite.grading.collect import collect
from suite.grading.evidence_source import open_source
from suite.grading.plan import GradingPlan
from suite.grading.runtimes import foresee_imports
from suite.records import Evidence
from suite.sandbox import namespaces
from suite.sandbox.interface import Imports
from suite.sandbox.namespaces import Namespaces
from suite.sandbox.warm_server import WarmServer
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

STACK = """
import torch
from torch import nn
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(28, 8, num_layers=3, batch_first=True)
        self.out = nn.Linear(8, 10)
    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])
model = Stack()
"""
LOADED = "import sys\nprint(*sys.modules)"
PLACES = (
    "runpy",
    "suite.inside.warm.fork",
    "suite.inside.warm.system",
    "suite.inside.warm.root",
    "suite.inside.seccomp",
)
"""What a server needs to fork, and no worker."""


@pytest.fixture
def sandbox() -> Iterator[Namespaces]:
    """Warm servers of the test's own."""
    made = Namespaces()
    if reason := made.unavailable():
        pytest.skip(str(reason))
    yield made
    made.close()


def _plan(sandbox: Namespaces) -> GradingPlan:
    assignment = assignments.load("stacked_rnn", ROOT / "reference")
    return GradingPlan(assignment=assignment, budget="quick", sandbox=sandbox, jobs=2, environment={}, store=None)


def _servers() -> list[psutil.Process]:
    """Warm servers that this process has started; a fork of one keeps its command line but has another parent."""
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "suite.inside.warm" in child.cmdline()]


def _folders(others: list[psutil.Process]) -> list[Path]:
    """Where the servers besides these write; other tests have theirs beside them."""
    return [Path(server.environ()["HOME"]) for server in _servers() if server not in others]


@pytest.mark.nightly  # ten submissions, and as many servers
def test_a_crash_in_the_middle_of_a_class_loses_nothing(sandbox: Namespaces, notebook: Callable[..., Path]) -> None:
    """A server that is killed again and again while ten submissions are graded costs none of them anything."""
    folder = notebook("class.ipynb", STACK).parent
    source = (folder / "class.ipynb").read_bytes()
    (folder / "class").mkdir()
    for number in range(10):
        (folder / "class" / f"copy{number}.ipynb").write_bytes(source)
    killed, others = [], set(_servers())

    def kill_at(name: str) -> None:
        if name in ("copy2", "copy3", "copy6"):
            for server in set(_servers()) - others:
                killed.append(server.pid)
                server.kill()

    plan = _plan(sandbox)
    progress = pipeline.Progress(started=kill_at, finished=lambda *_: None)
    results = pipeline.grade(collect([folder / "class"]), plan, assignments.load_expected(plan.assignment), progress)
    assert [(result.submission, result.score) for result in results] == [
        (f"copy{number}", result.max_score) for number, result in enumerate(results)
    ]
    assert len(results) == 10
    assert len(set(killed)) >= 2


def test_one_server_serves_a_class(sandbox: Namespaces, notebook: Callable[..., Path]) -> None:
    """Two submissions of one runtime come from the same server."""
    path = notebook("one.ipynb", STACK)
    plan, others = _plan(sandbox), _servers()  # other tests keep servers of theirs
    with open_source(plan) as source:
        source.look(collect([path])[0])
        (first,) = (server for server in _servers() if server not in others)
        source.look(collect([path])[0])
        assert set(_servers()) == {*others, first}
    sandbox.close()
    assert set(_servers()) == set(others)


def test_a_foreseen_server_imports_beside_its_host(sandbox: Namespaces, notebook: Callable[..., Path]) -> None:
    """It is there at once, and is the one that the first submission gets, though its first message was waiting."""
    others = _servers()
    (submission,) = collect([notebook("one.ipynb", STACK)])
    (imports,) = foresee_imports(assignments.load("stacked_rnn", ROOT / "reference"), [submission], None)
    sandbox.foresee(imports)
    (foreseen,) = (server for server in _servers() if server not in others)
    sandbox.foresee(imports)
    with open_source(_plan(sandbox)) as source:
        assert source.look(submission).models
        assert [server for server in _servers() if server not in others] == [foreseen]
    sandbox.close()
    assert set(_servers()) == set(others)


def test_a_server_that_has_begun_is_the_first_that_is_ordered(
    sandbox: Namespaces, notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is needed for; a second kind of server is another one."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # where no resident process keeps servers
    others = _servers()
    namespaces.begin()
    (begun,) = (server for server in _servers() if server not in others)
    sandbox.foresee(imports_of("torch", ahead=True))
    assert [server for server in _servers() if server not in others] == [begun]
    sandbox.foresee(Imports(worker="", modules=()))
    assert len([server for server in _servers() if server not in others]) == 2
    with open_source(_plan(sandbox)) as source:
        assert source.look(collect([notebook("one.ipynb", STACK)])[0]).models
        assert begun.is_running()


def test_a_server_that_has_begun_in_vain_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command, and leaves no folder."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # where no resident process keeps servers
    program = """
        import os, psutil
        from suite.sandbox import namespaces
        namespaces.begin()
        (begun,) = psutil.Process().children()
        home = begun.environ()["HOME"]
        print(begun.pid, home, os.path.isdir(home))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, check=True, text=True)
    number, home, was_there = done.stdout.split()
    assert was_there == "True"
    assert not psutil.pid_exists(int(number))
    assert not Path(home).exists()


def test_a_foreseen_server_that_nobody_needs_ends(sandbox: Namespaces) -> None:
    """It is killed in the middle of its imports, and leaves no folder."""
    others = _servers()
    sandbox.foresee(imports_of("torch", ahead=True))
    (home,) = _folders(others)
    assert home.exists()
    sandbox.close()
    assert not home.exists()


def test_libraries_are_imported_once(sandbox: Namespaces, notebook: Callable[..., Path]) -> None:
    """By the server, for the first submission that names one; those that come later have it. No folder is left."""
    others = _servers()
    sources = {"before": LOADED, "drawing": f"import seaborn\n{LOADED}", "after": LOADED}
    submissions = [collect([notebook(f"{name}.ipynb", source)])[0] for name, source in sources.items()]
    with open_source(_plan(sandbox)) as source:
        before, drawing, after = (_loaded(source.look(each)) for each in submissions)
    assert not {"seaborn", "matplotlib.pyplot"} & before
    assert {"seaborn", "matplotlib.pyplot"} <= drawing
    assert after == drawing
    folders = _folders(others)
    assert all(folder.exists() for folder in folders)
    sandbox.close()
    assert folders
    assert not any(folder.exists() for folder in folders)


@pytest.mark.parametrize("runtime", ["keras", "torch"])
def test_a_starting_kernel_imports_nothing(sandbox: Namespaces, notebook: Callable[..., Path], runtime: str) -> None:
    """Its server has imported everything, so that no submission does it again."""
    imports = imports_of(runtime, ahead=True)
    program = f"""
        import json, sys
        from suite.inside.warm import imports
        imports.import_ahead(json.loads({imports.worker!r}), {imports.modules})
        print(*sys.modules)
    """
    server = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, check=True, text=True
    )
    (submission,) = collect([notebook("one.ipynb", f"{LOADED}\nimport {runtime}")])
    with open_source(_plan(sandbox)) as source:
        loaded = _loaded(source.look(submission))
    assert runtime in loaded
    assert loaded - set(sys.builtin_module_names) <= {*server.stdout.split(), "__mp_main__", *PLACES}


def _loaded(evidence: Evidence) -> set[str]:
    """The modules that a notebook with `LOADED` has seen."""
    (output,) = json.loads(evidence.run.notebook)["cells"][0]["outputs"]
    return set("".join(output["text"]).split())


@pytest.mark.parametrize("foreseen", [False, True])
def test_a_server_that_cannot_import_says_why(*, foreseen: bool) -> None:
    """What it wrote before it ended is in the error."""
    worker = {"runtime": "none", "frameworks": ["no_such_framework"], "loaders": {}}
    server = WarmServer(Imports(worker=json.dumps(worker), modules=()), {"PATH": os.environ["PATH"]})
    if foreseen:
        server.foresee()
    with pytest.raises(SandboxError, match="No module named 'no_such_framework'"):
        server.fork({}, 2, None)


def test_nothing_outlives_a_grader_that_is_killed(sandbox: Namespaces, tmp_path: Path) -> None:
    """Server, namespaces and the loop in them end when the grader dies without a chance to clean up."""
    assert sandbox.unavailable() == ""
    marker = f"marker_{os.getpid()}"
    (tmp_path / "loop.py").write_text(f"{marker} = 1\nwhile True: pass\n")
    script = f"""
        import sys
        from suite.cli import main
        sys.argv = ["suite", "grade", {str(tmp_path / "loop.py")!r}, "-a", "stacked_rnn", "--report", {str(tmp_path)!r}]
        main()
    """
    grader = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stderr=subprocess.DEVNULL)
    tree: list[psutil.Process] = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and sum(_is_busy(process) for process in tree) < 1:
        time.sleep(0.2)
        tree = psutil.Process(grader.pid).children(recursive=True)
    assert len(tree) >= 3  # server, init, worker
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    _, alive = psutil.wait_procs(tree, timeout=20)
    assert alive == []


def _is_busy(process: psutil.Process) -> bool:
    """Whether it is a worker: process 2 of its namespace that has computed for a while."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        inside = next(line for line in status.splitlines() if line.startswith("NSpid")).split()
        return len(inside) > 2 and inside[-1] == "2" and process.cpu_times().user > 1
    except (OSError, psutil.Error):
        return False
