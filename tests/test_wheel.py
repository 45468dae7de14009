"""The wheel alone grades: in an environment that holds nothing else of this checkout, and in an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


def test_the_wheel_grades_a_notebook_in_an_empty_folder(tmp_path: Path) -> None:
    """Frameworks are borrowed of this environment, which only a plain process sees; the suite is the wheel's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SUITE"))}

    def run(*words: str | Path, cwd: Path) -> str:
        done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    wheel = run(sys.executable, "-c", BUILD, tmp_path, cwd=ROOT).splitlines()[-1]
    venv.create(tmp_path / "env", symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    run(
        *(sys.executable, "-m", "pip", "--python", python),
        *("install", "--no-deps", "--no-index", "--quiet", tmp_path / wheel),
        cwd=tmp_path,
    )
    own = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    (own / "others.pth").write_text(sysconfig.get_path("purelib"), "utf-8")  # its own .pth files aren't read
    folder = tmp_path / "empty"
    folder.mkdir()
    lies = run(python, "-c", "import suite; print(suite.__file__)", cwd=folder)
    assert lies.startswith(str(own))
    (folder / "ana.ipynb").write_bytes((ROOT / "submissions" / "ana.ipynb").read_bytes())
    words = ("grade", "ana.ipynb", "-a", "stacked_rnn", "--report", "report", "--sandbox", "process")
    run(tmp_path / "env" / "bin" / "suite", *words, cwd=folder)
    result = json.loads((folder / "report" / "results.json").read_text("utf-8"))["results"][0]
    assert (result["submission"], result["score"]) == ("ana", 18)
