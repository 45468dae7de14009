"""The command line: bad input, limits, exit codes. These classes import no framework, so they run in seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from suite.report.document import SCHEMA_VERSION, results_schema
from tests.conftest import ROOT, grade, run_suite

MakeNotebook = Callable[..., Path]
GOOD = "print('a cell that runs')"


@pytest.mark.slow
def test_bad_files_cost_nobody_else_a_mark(tmp_path: Path, notebook: MakeNotebook) -> None:
    """Broken files each get a clear message, the others are graded, and what isn't clear is left to the instructor."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "zero.ipynb").write_bytes(b"")
    (folder / "json.ipynb").write_text("{not json", "utf-8")
    (folder / "list.ipynb").write_text("[1, 2]", "utf-8")
    (folder / "latin.py").write_bytes("a = 'ñ'".encode("latin-1"))
    (folder / "empty_folder").mkdir()
    (folder / "two").mkdir()
    (folder / "two" / "a.ipynb").write_text("{}", "utf-8")
    (folder / "two" / "b.ipynb").write_text("{}", "utf-8")
    notebook("good.ipynb", GOOD).rename(folder / "good.ipynb")
    notebook("blank.ipynb").rename(folder / "blank.ipynb")
    graded = grade(tmp_path / "report", folder)
    assert graded.code == 3
    messages = {name: result["message"] for name, result in graded.results.items()}
    expected = {
        "zero": "is empty",
        "json": "isn't a valid notebook",
        "list": "isn't a valid notebook",
        "latin": "isn't UTF-8",
        "empty_folder": "no notebook",
        "two": "a.ipynb, b.ipynb",
        "blank": "no code cells",
        "good": "No model was found",
    }
    assert {name: word for name, word in expected.items() if word in messages[name]} == expected
    assert graded.results["good"]["verdicts"][0]["outcome"] == "pass"
    assert graded.results["two"]["score"] is None  # which of two notebooks counts is not for us to say
    assert graded.results["empty_folder"]["score"] is None  # nothing was handed in that could be wrong
    assert all(graded.results[name]["score"] == 0 for name in expected if name not in ("good", "two", "empty_folder"))
    lines = (tmp_path / "report" / "grades.csv").read_text("utf-8").splitlines()
    assert len(lines) == len(expected) + 1


@pytest.mark.slow
def test_missing_path_beside_a_good_one(tmp_path: Path, notebook: MakeNotebook) -> None:
    """A path that doesn't exist gets no score, not zero; the other is graded; the exit code is 3."""
    graded = grade(tmp_path / "report", tmp_path / "nobody.ipynb", notebook("good.ipynb", GOOD))
    assert graded.code == 3
    assert graded.results["nobody"]["score"] is None
    assert "no file or folder" in graded.results["nobody"]["message"]
    assert graded.results["good"]["score"] == 2


@pytest.mark.slow
def test_only_missing_paths_is_wrong_usage(tmp_path: Path) -> None:
    """Where nothing exists there is nothing to grade: exit code 2."""
    graded = grade(tmp_path / "report", tmp_path / "nobody.ipynb")
    assert graded.code == 2
    assert "nobody.ipynb" in graded.stderr
    assert not (tmp_path / "report").exists()


@pytest.mark.slow
def test_unknown_assignment_names_the_known_ones(notebook: MakeNotebook) -> None:
    """A typing error in the assignment's name is answered with the names there are."""
    done = run_suite("grade", notebook("good.ipynb", GOOD), "-a", "staked_rnn")
    assert done.returncode == 2
    assert "stacked_rnn" in done.stderr


@pytest.mark.slow
@pytest.mark.nightly  # most of it waits
def test_limits_each_have_their_outcome(
    tmp_path: Path, notebook: MakeNotebook, tight_assignments: Callable[..., Path]
) -> None:
    """An endless loop, a memory bomb and a process that ends itself are told apart, beside a good one."""
    folder = tmp_path / "class"
    folder.mkdir()
    cells = {
        "endless": ["x = 1", "while True: pass"],
        "stubborn": ["while True:\n    try:\n        while True: pass\n    except BaseException: pass"],
        "hungry": ["x = [bytearray(50_000_000) for _ in range(100)]", "y = 1"],
        "huge": ["import numpy as np", "x = np.ones((1 << 44,))"],
        "leaves": ["import os", "os._exit(0)", "y = 1"],
        "asks": ["name = input('name?')"],
        "good": [GOOD],
    }
    for name, sources in cells.items():
        notebook(f"{name}.ipynb", *sources).rename(folder / f"{name}.ipynb")
    graded = grade(tmp_path / "report", folder, "--assignments", tight_assignments(wall_seconds=12, memory_mib=800))
    outcomes = {name: result["verdicts"][0]["outcome"] for name, result in graded.results.items()}
    assert outcomes == {
        "endless": "timeout",
        "stubborn": "timeout",
        "hungry": "memory",
        "huge": "memory",
        "leaves": "error",
        "asks": "error",
        "good": "pass",
    }
    assert "12 s" in graded.results["endless"]["message"]
    assert "800 MiB" in graded.results["hungry"]["message"]
    assert "code cell 2" in graded.results["leaves"]["message"]
    assert graded.results["endless"]["verdicts"][0]["points"] == 1  # the first of two cells ran
    assert graded.code == 0


@pytest.mark.slow
def test_fork_bomb_is_stopped(tmp_path: Path, notebook: MakeNotebook, tight_assignments: Callable[..., Path]) -> None:
    """More processes than allowed end the run at once, and the message says so."""
    bomb = notebook("forks.ipynb", "import os\nwhile True: os.fork()")
    graded = grade(tmp_path / "report", bomb, "--assignments", tight_assignments(processes=16, threads=64))
    assert graded.results["forks"]["verdicts"][0]["outcome"] == "limit"


@pytest.mark.slow
def test_output_flood_is_cut(tmp_path: Path, notebook: MakeNotebook, tight_assignments: Callable[..., Path]) -> None:
    """A cell may print for ever so long; what is kept has a limit, and the cell still counts as run."""
    update = "shown = display('x', display_id=True)\nfor _ in range(200): shown.update('x' * 10_000)"
    flood = notebook("flood.ipynb", "for _ in range(2000): print('x' * 10_000)", update)
    graded = grade(tmp_path / "report", flood, "--assignments", tight_assignments(cell_output_kib=64))
    assert graded.results["flood"]["verdicts"][0]["outcome"] == "pass"
    (page,) = (tmp_path / "report" / "submissions").glob("flood*.html")
    assert page.stat().st_size < 200_000
    assert "output cut here" in page.read_text("utf-8")


@pytest.mark.slow
def test_second_run_recalls_evidence(tmp_path: Path, notebook: MakeNotebook) -> None:
    """An interrupted class goes on where it stopped: what has run isn't run again unless asked for."""
    path = notebook("good.ipynb", GOOD)
    first = grade(tmp_path / "report", path)
    second = grade(tmp_path / "report", path)
    fresh = grade(tmp_path / "report", path, "--fresh")
    assert "stored evidence" not in first.stderr
    assert "1 of 1 judged from stored evidence" in second.stderr
    assert "stored evidence" not in fresh.stderr
    assert first.results["good"]["verdicts"] == second.results["good"]["verdicts"] == fresh.results["good"]["verdicts"]


@pytest.mark.slow
def test_spanish_report(tmp_path: Path, notebook: MakeNotebook) -> None:
    """With --lang es the messages and the page are Spanish; keys and outcomes stay as they are."""
    graded = grade(tmp_path / "report", notebook("vacío.ipynb", GOOD), "--lang", "es")
    assert "No se encontró ningún modelo" in graded.results["vacío"]["message"]
    assert graded.results["vacío"]["status"] == "fail"
    index = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert '<html lang="es">' in index
    assert "Informe de la clase" in index


@pytest.mark.slow
def test_plain_process_warns_loudly(tmp_path: Path, notebook: MakeNotebook) -> None:
    """The weak fallback works, and says in the terminal and on the page what it lacks."""
    graded = grade(tmp_path / "report", notebook("good.ipynb", GOOD), "--sandbox", "process")
    assert graded.results["good"]["verdicts"][0]["outcome"] == "pass"
    assert "WARNING: weak isolation" in graded.stderr
    assert "can reach the network" in (tmp_path / "report" / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_nothing_to_grade_in_a_folder(tmp_path: Path) -> None:
    """A folder without submissions is wrong usage."""
    empty = tmp_path / "class"
    empty.mkdir()
    graded = grade(tmp_path / "report", empty)
    assert graded.code == 2
    assert "no notebook and no Python file" in graded.stderr


@pytest.mark.parametrize("command", [(), ("grade",), ("freeze",)])
def test_help(command: tuple[str, ...]) -> None:
    """Every command explains itself."""
    done = run_suite(*command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


@pytest.mark.slow
def test_results_schema(examples: object) -> None:
    """results.json has the keys that programs rely on."""
    document = json.loads((examples.report / "results.json").read_text("utf-8"))  # type: ignore[attr-defined]
    jsonschema.validate(document, results_schema())
    assert document["schema_version"] == SCHEMA_VERSION
    assert document["assignment"] == "stacked_rnn"
    assert {"submission", "status", "score", "max_score", "verdicts"} <= document["results"][0].keys()
    keys = {"check", "task", "model", "outcome", "points", "max_points", "expected", "observed", "message"}
    assert keys <= document["results"][0]["verdicts"][0].keys()


def test_readme_commands_are_what_ci_runs() -> None:
    """The README opens with two commands, and `.ci/run` runs the second as written."""
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = [block.split("```")[0].strip() for block in readme.split("```sh\n")[1:3]]
    assert "suite grade submissions" in commands[0]
    assert commands[1] in (ROOT / ".ci" / "run").read_text("utf-8")
