"""Which files beside a notebook come with it: what it names or imports, and nothing else."""

from __future__ import annotations

from pathlib import Path

from suite.grading.files_beside import files_beside, folders_beside


def test_named_and_imported(tmp_path: Path) -> None:
    for name in ("rows.csv", "own.py", "other.csv", "settings.toml", ".hidden"):
        (tmp_path / name).write_text("x")
    sources = "import own\nread('rows.csv')\nread('settings.toml')\nread('.hidden')\n# other.csv"
    assert [file.path for file in files_beside(tmp_path / "a.ipynb", sources)] == ["own.py", "rows.csv"]


def test_folders(tmp_path: Path) -> None:
    """One that is named, or of which a file is; never one outside, nor a hidden one."""
    for path in ("data/train/a.csv", "images/b.png", "other/c.txt", ".git/config"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    sources = "read('data/train/a.csv')\nload(\"images\")\nread('/etc/hostname', '../x', '.git', '')"
    found = [file.path for file in folders_beside(tmp_path / "a.ipynb", sources)]
    assert found == ["data/train/a.csv", "images/b.png"]
