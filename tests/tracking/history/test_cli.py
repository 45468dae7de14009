"""`suite history` as a person or a nightly job runs it: messages and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from suite.cli import history as cli_history
from suite.cli import main
from suite.cli.work import console
from suite.tracking.history import exchange
from suite.tracking.history.benchmark_json import Night
from suite.tracking.history.record import StoredNight
from tests.conftest import ROOT, run_suite
from tests.tracking.history.nights import XEON, as_bytes, as_file, commit_of

NIGHTS, SLOW_FROM = 40, 30
NAME = "bench::lstm=torch`|@everyone"
CONFIRM = """import os, sys
assert sys.argv[1:] == [os.environ["SUITE_HISTORY_" + word] for word in ("BENCHMARK", "GOOD", "NEWEST")]
open(sys.argv[0] + ".log", "a").write("\\n".join(sys.argv[1:]) + "\\n")
sys.exit(int(os.environ["CODE"]))
"""


@dataclass(frozen=True)
class Done:
    """What one command said, run in this process, since importing its libraries again and again takes longest."""

    returncode: int
    stdout: str
    stderr: str


def _history(database: Path, *arguments: str | Path, **environment: str) -> Done:
    words = ["history", *map(str, arguments), "--database", str(database)]
    result = CliRunner().invoke(main, words, env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(returncode=result.exit_code, stdout=result.stdout, stderr=result.stderr)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no line is broken."""
    for module in (console, cli_history):
        monkeypatch.setattr(module, "log", Console(stderr=True, highlight=False, width=1000))
    monkeypatch.setattr(cli_history, "out", Console(highlight=False, width=200))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Forty nights; two benchmarks of which one slows down by 20 %; the last night is on another machine."""
    folder = tmp_path_factory.mktemp("nights")
    paths = []
    for night in range(NIGHTS + 1):
        values = {"lstm=torch`|@everyone": 0.2 * (night >= SLOW_FROM) + 0.001 * (night % 4), "gru": 0.001 * (night % 3)}
        document = as_file(night, values, machine=XEON if night == NIGHTS else {"cpu_model": "EPYC 1", "cores": 2})
        paths.append(folder / f"{night:02}.json")
        paths[-1].write_bytes(as_bytes(document))
    return paths


@pytest.fixture(scope="module")
def database(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("record") / "history.sqlite"
    done = _history(path, "import", *files)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def own(database: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    path = tmp_path / "history.sqlite"
    path.write_bytes(database.read_bytes())
    return path


def test_import_again_changes_nothing(own: Path, files: list[Path]) -> None:
    """What is known already is said to be."""
    done = _history(own, "import", files[0])
    assert done.returncode == 0
    assert "0 new, 1 known already" in done.stderr


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Three nights of two benchmarks."""
    paths = [tmp_path / f"{night}.json" for night in range(3)]
    for night, path in enumerate(paths):
        path.write_bytes(as_bytes(as_file(night, {"lstm": 0.1, "gru": 0.2})))
    return paths


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_sound_files_are_stored_beside_a_broken_one(three: list[Path], broken: int) -> None:
    """Whichever is cut off, the others are stored, it is named, and the exit code says that something is missing."""
    three[broken].write_bytes(three[broken].read_bytes()[:500])
    record = three[0].parent / "record.sqlite"
    done = _history(record, "import", *three)
    assert done.returncode == 1
    assert f"not stored: {three[broken]} isn't a file of pytest-benchmark's" in done.stderr
    assert done.stderr.count(": 1 new, 0 known already") == 2
    assert "2 runs" in _history(record, "list").stderr


def test_a_broken_benchmark_is_named(three: list[Path]) -> None:
    """The others of its night are stored; a corrected file adds it."""
    sound = three[1].read_bytes()
    document = json.loads(sound)
    document["benchmarks"][1]["stats"]["median"] = 0
    three[1].write_text(json.dumps(document))
    record = three[0].parent / "record.sqlite"
    done = _history(record, "import", *three)
    assert done.returncode == 1
    assert f"{three[1]}: not stored: bench::gru: stats.median: expected a time above 0 seconds" in done.stderr
    assert done.stderr.count(": 1 new, 0 known already") == 3
    three[1].write_bytes(sound)
    again = _history(record, "import", three[1], three[1])
    assert again.returncode == 0
    assert f"{three[1]}: 0 new, 1 known already\n{three[1]}: 1 benchmark added to known nights\n" in again.stderr


def test_nothing_usable_is_wrong_usage(three: list[Path], tmp_path: Path) -> None:
    """A folder, a file that isn't there, one from the future: each is named, and nothing is stored."""
    future = json.loads(three[0].read_bytes()) | {"datetime": "2106-02-07T06:28:15+00:00"}
    three[0].write_text(json.dumps(future))
    done = _history(tmp_path / "record.sqlite", "import", tmp_path, tmp_path / "nothing.json", three[0])
    assert done.returncode == 2
    assert f"not stored: {tmp_path} can't be read: Is a directory" in done.stderr
    assert "nothing.json can't be read: No such file" in done.stderr
    assert "0.json isn't stored: night of 2106-02-07 06:28 UTC: expected a date up to now" in done.stderr
    assert "new" not in done.stderr


def test_what_is_not_committed_is_not_said_to_be_stored(
    three: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database fails at the third file, no file is said to be stored, and none is."""
    stored = exchange.store_night
    count = 0

    def fail(connection: Connection, night: Night) -> StoredNight:
        nonlocal count
        count += 1
        if count == 3:
            raise OperationalError("INSERT", {}, Exception("the disk is full"))
        return stored(connection, night)

    monkeypatch.setattr(exchange, "store_night", fail)
    done = _history(tmp_path / "record.sqlite", "import", *three)
    assert done.returncode == 2
    assert "the disk is full" in done.stderr
    assert "new" not in done.stderr
    assert "0 runs" in _history(tmp_path / "record.sqlite", "list").stderr


def test_branches_are_named(own: Path, tmp_path: Path) -> None:
    """Main is judged by default; another by its name, from the environment too; an unknown one is wrong usage."""
    path = tmp_path / "feature.json"
    path.write_bytes(as_bytes(as_file(NIGHTS + 1, {"gru": 0.5}, commit_info={"branch": "feature"})))
    _history(own, "import", path)
    assert "of branch main, nights: 41" in _history(own, "check").stdout
    assert "not judged: nights of other branches: feature (1); --branch names one" in _history(own, "check").stdout
    assert "1 series of branch feature, nights: 1" in _history(own, "check", "--branch", "feature").stdout
    assert "1 series of branch feature" in _history(own, "check", SUITE_HISTORY_BRANCH="feature").stdout
    assert "1.649" in _history(own, "show", "gru", "--branch", "feature").stdout
    _history(own, "render", "--report", tmp_path / "page", "--branch", "feature")
    assert "<b>feature</b>" in (tmp_path / "page" / "index.html").read_text("utf-8")
    done = _history(own, "check", "--branch", "featur")
    assert (done.returncode, "it has main (41), feature (1)" in done.stderr) == (2, True)


def test_it_is_told_in_the_language_of_the_command(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines and tables, with numbers as the language writes them."""
    monkeypatch.setattr(cli_history, "spoken", lambda: "es")
    assert "series de la rama main, noches: 41; ninguna regresión confirmada" in _history(own, "check").stdout
    shown = _history(own, "show", "lstm").stdout
    assert ("1,221" in shown, "Cociente" in shown) == (True, True)


def test_a_renamed_branch_goes_on(own: Path) -> None:
    """Its nights are those of the new name; one without nights is wrong usage."""
    done = _history(own, "rename-branch", "main", "trunk")
    assert "41 nights of main are of trunk now" in done.stderr
    assert "of branch trunk, nights: 41" in _history(own, "check").stdout
    assert _history(own, "rename-branch", "main", "trunk").returncode == 2


def test_list_names_runs_and_machines(database: Path) -> None:
    """The newest runs with number, commit and processor."""
    done = _history(database, "list", "--last", "2")
    assert commit_of(NIGHTS)[:10] in done.stdout
    assert "Xeon 2" in done.stdout
    assert f"{NIGHTS + 1} runs" in done.stderr


def test_show_tells_one_benchmark(database: Path) -> None:
    """Part of a name is enough; an unknown one is wrong usage."""
    assert "1.221" in _history(database, "show", "lstm").stdout
    done = _history(database, "show", "nothing")
    assert (done.returncode, "no benchmark's name contains 'nothing'" in done.stderr) == (2, True)


def test_different_machines_by_seconds_are_refused(database: Path) -> None:
    """The error names both fingerprints and what differs; by ratio it works."""
    done = _history(database, "compare", "1", str(NIGHTS + 1), "--by", "seconds")
    assert done.returncode == 2
    assert "EPYC 1" in done.stderr
    assert "Xeon 2" in done.stderr
    assert "compare by ratio" in done.stderr
    by_ratio = _history(database, "compare", "1", str(NIGHTS + 1))
    assert (by_ratio.returncode, "+22.1 %" in by_ratio.stdout, "Ratio before" in by_ratio.stdout) == (0, True, True)


def test_a_change_of_software_is_said_beside_a_comparison(tmp_path: Path) -> None:
    """Two kernels are one type of machine: times compare, and the kernels are named."""
    for night in range(2):
        document = as_file(night, {"gru": 0.1 * night}, with_anchor=False, machine_info={"release": f"6.{night}"})
        (tmp_path / f"{night}.json").write_bytes(as_bytes(document))
    record = tmp_path / "record.sqlite"
    _history(record, "import", tmp_path / "0.json", tmp_path / "1.json")
    for by in ("auto", "seconds"):
        done = _history(record, "compare", "1", "2", "--by", by)
        assert (done.returncode, "+10.5 %" in done.stdout, "Seconds before" in done.stdout) == (0, True, True)
        assert "differences may come from it: system and kernel: Linux 6.0 → Linux 6.1" in done.stderr
    by_ratio = _history(record, "compare", "1", "2", "--by", "ratio")
    assert (by_ratio.returncode, "compare by seconds (--by seconds)" in by_ratio.stderr) == (2, True)


def test_one_machine_compares_by_seconds(database: Path) -> None:
    """Two nights on one machine compare without an anchor."""
    done = _history(database, "compare", "1", "32")
    assert "Seconds before" in done.stdout


def test_unconfirmed_passes(own: Path) -> None:
    """Without a fresh verdict the exit code is 0 and the word is clear."""
    done = _history(own, "check")
    assert done.returncode == 0
    assert "unconfirmed +22.3 %" in done.stdout
    assert "no confirmed regression" in done.stdout


@pytest.mark.parametrize(
    ("code", "exit_code", "word"), [("0", 0, "dismissed"), ("1", 1, "REGRESSION"), ("9", 0, "unconfirmed")]
)
def test_the_command_decides(own: Path, tmp_path: Path, code: str, exit_code: int, word: str) -> None:
    """Exit code 0 says same, 1 slower, else unknown; the command gets benchmark and commits without a shell."""
    program = tmp_path / "confirm me.py"
    program.write_text(CONFIRM)
    command = f"{sys.executable} '{program}' {{benchmark}} {{good}} {{newest}}"
    done = _history(own, "check", "--confirm", command, CODE=code)
    assert done.returncode == exit_code, done.stderr
    assert f"{word} +22.3 % {NAME}" in done.stdout
    asked, good, newest = Path(f"{program}.log").read_text().splitlines()
    assert asked == NAME
    assert good in {commit_of(night) for night in range(SLOW_FROM - 4, SLOW_FROM)}
    assert newest == commit_of(NIGHTS)


def test_regression_until_accepted(own: Path, tmp_path: Path) -> None:
    """It fails every check, its summary is harmless Markdown, and accepting it ends that."""
    summary = tmp_path / "summary.md"
    assert _history(own, "check", "--confirm", "false").returncode == 1
    done = _history(own, "check", "--summary", summary)
    assert done.returncode == 1
    row = summary.read_text("utf-8").splitlines()[4]
    assert row.count("|") == 7
    assert "`bench::lstm=torch'¦@everyone`" in row
    assert commit_of(SLOW_FROM)[:10] in row
    assert _history(own, "accept", "1").returncode == 0
    assert _history(own, "check").returncode == 0


def test_export_and_render(own: Path, tmp_path: Path) -> None:
    """Both write what they name; the export can be imported elsewhere."""
    assert _history(own, "export", "-o", tmp_path / "all.json").returncode == 0
    assert len(json.loads((tmp_path / "all.json").read_text())["nights"]) == NIGHTS + 1
    again = _history(tmp_path / "other.sqlite", "import", tmp_path / "all.json")
    assert f"{NIGHTS + 1} new" in again.stderr
    done = _history(own, "render", "--report", tmp_path / "page", "--lang", "es")
    assert done.returncode == 0
    assert "Registro nocturno" in (tmp_path / "page" / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_environment_names_the_record(own: Path) -> None:
    """SUITE_HISTORY_DATABASE stands for --database."""
    done = run_suite("history", "list", SUITE_HISTORY_DATABASE=str(own))
    assert f"{NIGHTS + 1} runs" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "README.md"), "isn't a file of pytest-benchmark"),
        (("check", "--confirm", "no-such-program-here"), "there is no program 'no-such-program-here'"),
        (("check", "--confirm", "'"), "can't be split into words"),
        (("compare", "1", "999"), "no run 999"),
        (("accept", "999"), "no confirmed regression has the number 999"),
    ],
)
def test_wrong_usage(own: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2 and one line that says what was expected."""
    done = _history(own, *arguments)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_other_commands_import_none_of_it() -> None:
    """Grading starts without SQLAlchemy, Alembic, ruptures and SciPy's statistics."""
    program = "import sys, suite.cli; print(sorted({'sqlalchemy', 'alembic', 'ruptures', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_without_the_extra(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The help is there; a command says what to install."""
    monkeypatch.setattr(cli_history, "LIBRARIES", ("sqlalchemy", "no_such_library"))
    assert "exit codes" in _history(own, "check", "--help").stdout.lower()
    done = _history(own, "list")
    assert done.returncode == 2
    assert "the history needs no_such_library; pip install 'notebook-suite[history]'" in done.stderr
