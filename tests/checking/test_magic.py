"""`%check` in a real kernel: HTML under the cell, one line for a wrong call; which notebook is meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from suite.checking.magic import find_notebook
from suite.errors import UsageError
from tests.checking.notebooks import MENDED, WRONG, write_told, write_work


def test_the_notebook_that_the_server_names(tmp_path: Path) -> None:
    """By its whole path or by its name in this folder; else a name, or the only one there."""
    one, two = tmp_path / "one.ipynb", tmp_path / "two.ipynb"
    one.touch()
    assert find_notebook(None, {}, {}, tmp_path) == one
    two.touch()
    assert find_notebook(None, {"JPY_SESSION_NAME": "/elsewhere/two.ipynb"}, {}, tmp_path) == two
    assert find_notebook(None, {}, {"__vsc_ipynb_file__": str(one)}, tmp_path) == one
    assert find_notebook(two, {"JPY_SESSION_NAME": str(one)}, {}, tmp_path) == two
    with pytest.raises(UsageError, match=r"name it: %check one\.ipynb"):
        find_notebook(None, {}, {}, tmp_path)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[BlockingKernelClient]:
    write_told(tmp_path)
    manager, client = start_new_kernel(cwd=str(tmp_path))
    yield client
    client.stop_channels()
    manager.shutdown_kernel()


def _run(kernel: BlockingKernelClient, source: str) -> tuple[str, str]:
    """What a cell prints, and the HTML that it shows."""
    printed, shown = [], []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        printed.append(content.get("text", "") + "\n".join(content.get("traceback", ())))
        shown.append(content.get("data", {}).get("text/html", ""))

    kernel.execute_interactive(source, output_hook=hear, timeout=120)
    return "".join(printed), "".join(shown)


@pytest.mark.slow
def test_under_the_cell(tmp_path: Path, kernel: BlockingKernelClient) -> None:
    """First a wrong notebook, then the mended one; the kernel's own variables don't matter."""
    path = write_work(tmp_path, WRONG["other outputs"][0])
    _run(kernel, "%load_ext suite\nnet = half = None")
    printed, shown = _run(kernel, "%check")
    assert printed == ""
    assert "The model returns (None, 4), expected (None, 3)." in shown
    write_work(tmp_path, MENDED)
    _, shown = _run(kernel, "%check --lang es")
    assert "Todo lo que se puede comprobar aquí es correcto." in shown
    assert f"Comprobado: {path.name}" in shown
    printed, _ = _run(kernel, "%check --loud")
    assert "%check doesn't know --loud" in printed
    assert "Traceback" not in printed
