"""A package from outside is installed, and the suite grades with its check, diagnosis, dataset and report format."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from suite.assignments.assignment import MODEL_CHECKS
from tests.conftest import ROOT, Graded, change_settings, grade, run_suite, tighten

EXTENSION = Path(__file__).parent / "extension"
LOADS_COLOURS = """
import keras
(images, labels), _ = keras.datasets.cifar10.load_data()
print(images.shape, labels.shape)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the package."""
    folder = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    command = (sys.executable, "-m", "pip", "install", *options, "--target", folder, EXTENSION)
    subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def graded(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """One notebook without a word of explanation, under an assignment that asks for twenty."""
    base = tmp_path_factory.mktemp("extended")
    checks = {name: settings.model_dump() for name, settings in MODEL_CHECKS.items()}
    change_settings(
        tighten(base / "assignments") / "stacked_rnn",
        {
            "datasets": ["fashion_mnist", "colours"],
            "checks": checks | {"accuracy": {"points": 3}, "explained": {"points": 4, "words": 20}},
        },
    )
    (base / "ana.py").write_text(LOADS_COLOURS, "utf-8")
    options = ("--assignments", base / "assignments", "--lang", "es")
    return grade(base / "report", *options, base / "ana.py", PYTHONPATH=str(installed))


@pytest.mark.slow
def test_grades_with_a_package_from_outside(graded: Graded) -> None:
    """Points, sentences, data and the file are the package's."""
    result = graded.results["ana"]
    (verdict,) = (each for each in result["verdicts"] if each["check"] == "explained")
    assert (verdict["points"], verdict["max_points"], verdict["expected"], verdict["observed"]) == (0, 4, 20, 0)
    assert verdict["message"] == "Lo explican 0 palabras; escribe al menos 20."
    assert [each["cause"] for each in result["diagnoses"]] == ["no_seed"]
    (page,) = (graded.report / "submissions").iterdir()
    for words in ("(20, 32, 32, 3) (20, 1)", "Explicado", verdict["message"], "No se fija ninguna semilla"):
        assert words in page.read_text("utf-8")
    assert (graded.report / "grades.md").read_text("utf-8").startswith("| who | score | why |")


@pytest.mark.slow
def test_forms_from_outside(graded: Graded, installed: Path, tmp_path: Path) -> None:
    """Downloads are recognised by the package's form, and a report is exported in it."""
    (tmp_path / "ana@x.es").mkdir()
    (tmp_path / "ana@x.es" / "tarea.py").write_text("1")
    program = "import sys, pathlib, suite.grading.collect as c; print(c.read_class([pathlib.Path(sys.argv[1])]))"
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{installed}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "email='ana@x.es'" in done.stdout
    done = run_suite(
        "export", graded.report, "--to", "lines", "--out", tmp_path / "out", PYTHONPATH=f"{ROOT}:{installed}"
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "lines.txt").read_text("utf-8").startswith("ana ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ("[notebook_suite.checks]\nlost = nowhere:CHECK", "other-package adds 'lost' .* can't be imported"),
        pytest.param(
            "[notebook_suite.checks]\nshapes = nowhere:CHECK",
            "other-package adds 'shapes' .* so does notebook-suite",
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "[notebook_suite.messages]\nother = class_words:MESSAGES",
            "messages of other redefine all_right",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_says_whose_part_is_broken(tmp_path: Path, entries: str, says: str) -> None:
    """A package that breaks the suite is named, before anything is graded."""
    folder = tmp_path / "other_package-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: other-package\nVersion: 1.0\n", "utf-8")
    (folder / "entry_points.txt").write_text(entries, "utf-8")
    (tmp_path / "class_words.py").write_text("MESSAGES = {'all_right': {'en': 'No.', 'es': 'No.'}}", "utf-8")
    done = run_suite("grade", "-a", "stacked_rnn", ROOT / "submissions", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert re.search(says, " ".join(done.stderr.split())), done.stderr
    assert "Traceback" not in done.stderr
