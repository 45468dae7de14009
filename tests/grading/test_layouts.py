"""Work in folders of its own: run where it lies, with what lies beside it and above it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Graded, grade, run_suite
from tests.grading.test_main_file import book
from tests.grading.test_messy_class import NET

pytestmark = pytest.mark.slow

BESIDE = NET.replace("class Net", "import numpy as np\nclass Net")
HERE = """
from pathlib import Path
assert Path("filas.csv").read_text() == "1"
"""
FILES = {
    "readme/README.md": "# Tarea",
    "readme/src/tarea.py": NET + "from pathlib import Path\nassert Path(__file__).is_file()\nmodel = Net()",
    "beside/README.md": "# Tarea",
    "beside/src/tarea.py": "from redes import Net\n" + HERE + "model = Net()",
    "beside/src/redes.py": BESIDE,
    "beside/src/filas.csv": "1",
    "above/red/capas.py": BESIDE,
    "above/cuadernos/tarea.ipynb": book("from red.capas import Net\n" + HERE + "model = Net()"),
    "above/cuadernos/filas.csv": "1",
    "wrapped/entrega/comun.py": BESIDE,
    "wrapped/entrega/src/tarea.py": "from comun import Net\nmodel = Net()",
    "helper/LEEME.md": "# Tarea",
    "helper/src/tarea.ipynb": book("from utils import train\n" + NET + "\nmodel = Net()"),
    "own_helper/utils.py": BESIDE,
    "own_helper/src/tarea.ipynb": book("from utils import Net\nmodel = Net()"),
    "spawned/LEEME.md": "x",
    "spawned/src/medio.py": "def twice(x): return 2 * x",
    "spawned/src/tarea.ipynb": book(
        "import multiprocessing\nfrom medio import twice\n"
        "with multiprocessing.get_context('spawn').Pool(1) as pool:\n    assert pool.map(twice, [1]) == [2]\n"
        + NET
        + "\nmodel = Net()"
    ),
    "disguised.ipynb.txt": book(NET + "\nmodel = Net()"),
    "several/practica1.ipynb": book(NET + "\nmodel = nn.Linear(3, 3)"),
    "several/practica3.ipynb": book(NET + "\nmodel = Net()"),
    "text/onlinetext.html": "<p>Hola</p>",
}
RIGHT = ("readme", "beside", "above", "wrapped", "helper", "own_helper", "spawned", "disguised", "packed")


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Right work in many layouts."""
    folder = tmp_path_factory.mktemp("class")
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        for name, content in FILES.items():
            if name.startswith("beside/"):
                archive.writestr(name, content)
    (folder / "roster.csv").write_text("x")
    return folder


@pytest.fixture(scope="module")
def graded(class_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All of it, graded as one class."""
    return grade(tmp_path_factory.mktemp("report"), class_folder)


@pytest.mark.parametrize("name", RIGHT)
def test_right_work_in_any_layout(graded: Graded, name: str) -> None:
    """Modules and data beside it, modules above it and the assignment's helper are found."""
    result = graded.results[name]
    assert (result["status"], result["score"]) == ("pass", 18), result["message"]


def test_nothing_goes_without_a_word(graded: Graded) -> None:
    """What can't be run has no score, and its page says why; what is nobody's is named in the terminal."""
    for name, word in (("several", "practica1.ipynb, practica3.ipynb"), ("text", "onlinetext.html")):
        assert graded.results[name]["score"] is None
        assert word in graded.results[name]["message"]
    assert graded.code == 3
    assert "not graded: roster.csv" in " ".join(graded.stderr.split())
    assert len(graded.results) == len(RIGHT) + 2


@pytest.mark.nightly
def test_main_names_the_notebook(class_folder: Path, tmp_path: Path) -> None:
    """With --main another file runs, stored evidence isn't taken for it, and a replay runs the same one."""
    folder = tmp_path / "class"
    (folder / "several").mkdir(parents=True)
    for name in ("practica1.ipynb", "practica3.ipynb"):
        (folder / "several" / name).write_bytes((class_folder / "several" / name).read_bytes())
    scores = {}
    for pattern in ("practica1*", "PRACTICA3*"):
        graded = grade(tmp_path / "report", folder, "--main", pattern)
        scores[pattern] = graded.results["several"]["score"]
    assert scores["practica1*"] < scores["PRACTICA3*"] == 18
    done = run_suite("replay", tmp_path / "report", "several")
    assert done.returncode == 0, done.stderr


def test_a_class_of_which_nothing_runs_has_its_report(tmp_path: Path) -> None:
    """Everybody is in it, without a score."""
    (tmp_path / "class" / "ana").mkdir(parents=True)
    (tmp_path / "class" / "luis.pdf").write_text("x")
    graded = grade(tmp_path / "report", tmp_path / "class")
    assert graded.code == 3
    assert {name: result["score"] for name, result in graded.results.items()} == {"ana": None, "luis": None}
    assert json.loads((tmp_path / "report" / "results.json").read_text("utf-8"))["results"]
