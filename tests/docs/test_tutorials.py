"""The tutorials do what they say: their commands are run in order, and the lines shown below them appear."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.pages import blocks, prompts

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
GIVEN = ("submissions", "docs")
"""What of the checkout the tutorials use."""


def _appears(shown: str, said: str) -> bool:
    """Whether a line appears, whatever the spaces; … stands for anything."""
    words = (r"\s*".join(map(re.escape, part.split())) for part in shown.split("…"))
    return re.search(r".*".join(words), said) is not None


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.name)
def test_a_tutorial_does_what_it_says(page: Path, tmp_path: Path) -> None:
    """In a folder in which nothing lies but what a checkout has."""
    for name in GIVEN:
        (tmp_path / name).symlink_to(ROOT / name)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": programs, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    for block in blocks(page):
        if block.language != "console":
            continue
        for command, shown in prompts(block.text):
            ended = subprocess.run(
                command,
                shell=True,
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert ended.returncode in block.exits, f"$ {command}\n{ended.stdout}"
            for line in shown:
                assert _appears(line, ended.stdout), f"$ {command}\n{ended.stdout}\n\nlacks: {line}"
