"""What the worker does to cells: watched loops, deferred imports, Google Colab's modules, messages of the network."""

from __future__ import annotations

import ast
import asyncio
import math
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from suite.inside.frameworks.prepared_data import PREPARED
from suite.inside.worker import colab, missing_modules, network
from suite.inside.worker.loops import TrainingTime, WatchLoops
from suite.inside.worker.openml import OPENML, _table

HOURS = 3600.0


class Clock:
    """A training with steps, and a limit that is over or not."""

    def __init__(self, wall_seconds: float) -> None:
        self.steps = 0
        self.cut: list[str] = []
        self.limit = TrainingTime(wall_seconds, lambda: self.steps, lambda: 2, self.cut)

    def run(self, source: str) -> dict[str, Any]:
        """The names that a source with watched loops leaves behind."""
        tree = WatchLoops().visit(ast.parse(source))
        names: dict[str, Any] = {"step": self.step, "_turns_": self.limit.turns, "_goes_on_": self.limit.going}
        exec(compile(tree, "cell", "exec"), names)
        return names

    def step(self) -> None:
        """A step of an optimizer."""
        self.steps += 1


LOOPS = """
passes = []
for epoch in range(3):
    steps = 0
    for i in range(5):
        step()
        steps += 1
    passes.append(steps)
"""
WHILE = """
turns = 0
while turns < 7:
    turns += 1
    step()
else:
    done = True
"""


def test_loops_run_through_while_there_is_time() -> None:
    """Nothing is cut, and nothing noted."""
    clock = Clock(HOURS)
    assert clock.run(LOOPS)["passes"] == [5, 5, 5]
    found = clock.run(WHILE)
    assert (found["turns"], found["done"], clock.cut) == (7, True, [])


def test_passes_become_short_and_their_number_stays() -> None:
    """When half of the time is over, a pass is one step and each epoch has its entry; the notes say so."""
    clock = Clock(HOURS)
    clock.limit._short = -math.inf
    assert clock.run(LOOPS)["passes"] == [1, 1, 1]
    assert clock.run(WHILE)["turns"] == 1
    assert clock.cut == ["loop in code cell 3 → 1800 s"]


def test_passes_are_short_from_the_first_step_where_weights_were_handed_in() -> None:
    """Each epoch has its entry here, too; a loop that doesn't train runs through."""
    clock = Clock(HOURS)
    clock.limit = TrainingTime(HOURS, lambda: clock.steps, lambda: 2, clock.cut, at_once=True)
    assert clock.run(LOOPS)["passes"] == [1, 1, 1]
    assert clock.run("sums = 0\nfor i in range(5):\n    sums += abs(i)")["sums"] == 10
    assert clock.cut == ["loop in code cell 3 → 1 step"]


def test_outer_loops_end_at_the_very_end() -> None:
    """With little time left even the loop over epochs ends."""
    assert Clock(-HOURS).run(LOOPS)["passes"] == [1]


def test_a_loop_without_a_step_is_left_alone() -> None:
    """Only training is cut."""
    found = Clock(-HOURS).run(
        "seen = []\nfor i in range(4):\n    seen.append(i)\nn = 0\nwhile n < 9:\n    n = max(n, n + 1)"
    )
    assert (found["seen"], found["n"]) == ([0, 1, 2, 3], 9)


def test_what_a_framework_translates_is_left_alone() -> None:
    """`forward`, and a function that is decorated to be compiled, stay as they are."""
    source = "def forward(x):\n    for i in x:\n        f(i)\n\n@tf.function\ndef g(x):\n    for i in x:\n        f(i)"
    assert ast.unparse(WatchLoops().visit(ast.parse(source))) == ast.unparse(ast.parse(source))


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """IPython without a kernel."""
    made = InteractiveShell()
    missing_modules.install(made)
    yield made
    made.ast_transformers.clear()


def _run(shell: InteractiveShell, source: str) -> BaseException | None:
    """What a cell raised."""
    with capture_output():
        result = asyncio.run(shell.run_cell_async(source, transformed_cell=source))
    found: BaseException | None = result.error_in_exec
    return found


def test_a_missing_module_costs_its_line(shell: InteractiveShell) -> None:
    """The other lines run, those of the same import too, and the cell still fails for the module."""
    error = _run(shell, "import a_missing_one as a, json\nfrom another_one import *\nimport math\nx = json.dumps(1)\nx")
    assert isinstance(error, ModuleNotFoundError)
    assert error.name == "a_missing_one"
    assert (shell.user_ns["x"], "math" in shell.user_ns) == ("1", True)
    assert _run(shell, "y = x") is None


def test_the_missing_module_is_named_where_its_lack_shows(shell: InteractiveShell) -> None:
    """A line that needs the module stops the cell, whose error is the module."""
    error = _run(shell, "import a_missing_one as a\na.plot()\nz = 1")
    assert isinstance(error, ModuleNotFoundError)
    assert "z" not in shell.user_ns


def test_imports_that_are_guarded_stay(shell: InteractiveShell) -> None:
    """A `try` of the notebook decides itself, and there is no Google Colab for it."""
    assert (
        _run(shell, "try:\n    import google.colab\n    there = True\nexcept ImportError:\n    there = False") is None
    )
    assert shell.user_ns["there"] is False
    assert _run(shell, "from __future__ import annotations\nimport json") is None


def test_google_colab_says_what_it_cannot_do(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """Mounting does nothing and says so; uploading raises, with what to do instead."""
    before = set(sys.modules)
    try:
        assert _run(shell, "from google.colab import drive, files, userdata") is None
        shell.user_ns["drive"].mount("/content/drive")
        assert "hand in the files" in capsys.readouterr().err
        for call in (shell.user_ns["files"].upload, lambda: shell.user_ns["userdata"].get("KEY")):
            with pytest.raises(colab.NotInColabError):
                call()
    finally:
        for name in set(sys.modules) - before:
            if name.startswith(colab.NAME):
                del sys.modules[name]


def test_a_download_says_what_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a name that can't be found names the assignment's data."""

    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    np.save(tmp_path / "mnist.train.x.npy", np.zeros(1))
    monkeypatch.setattr(PREPARED, "folder", tmp_path)
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    network.install()
    with pytest.raises(
        socket.gaierror, match=r"this assignment has mnist, and the grader has no network to fetch a\.org"
    ):
        socket.getaddrinfo("a.org", 80)


def test_openml_has_both_parts_in_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of pixels and classes as words, as arrays or as a frame."""
    pytest.importorskip("pandas")
    for part, rows in (("train", 6), ("test", 2)):
        np.save(tmp_path / f"mnist.{part}.x.npy", np.full((rows, 28, 28), 255, np.uint8))
        np.save(tmp_path / f"mnist.{part}.y.npy", np.arange(rows, dtype=np.uint8))
    monkeypatch.setattr(PREPARED, "folder", tmp_path)
    names = {OPENML: "mnist_784", "inputs": "x", "targets": "y"}
    inputs, targets = _table("mnist", names, frame=False, pair=True)
    assert (inputs.shape, inputs.max(), list(targets[-2:])) == ((8, 784), 255, ["0", "1"])
    found = _table("mnist", names, frame=True, pair=False)
    assert (found.frame.shape, found.target.dtype.name) == ((8, 785), "category")
