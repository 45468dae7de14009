"""The floor of grading: forks of a process that has imported Keras, each running a notebook's cells and a forward pass.

No sandbox, no kernel, no questions: what nobody who runs the notebook can do without.

    python -m tests.benchmarks.floor NOTEBOOK FORKS JOBS

prints the seconds from the first fork to the end of the last one, and the seconds that the imports took.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from suite.evidence.interview.worker_imports import imports_of
from suite.inside.warm.imports import import_ahead, import_until


def main() -> None:
    """Import, fork, print."""
    path, forks, jobs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    cells = ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    begin = time.perf_counter()
    imports = imports_of("keras", ahead=True)
    import_until(lambda: False)
    import_ahead(json.loads(imports.worker), imports.modules)
    imported = time.perf_counter()
    running = 0
    for _ in range(forks):
        if running == jobs:
            os.wait()
            running -= 1
        if os.fork() == 0:
            _run(cells)
        running += 1
    while running:
        os.wait()
        running -= 1
    print(json.dumps({"seconds": time.perf_counter() - imported, "imports": imported - begin}))


def _run(cells: list[str]) -> None:
    """The cells, then `model` on three images; nothing is printed."""
    import numpy as np

    gc.enable()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells:
        exec(cell, names)
    np.asarray(names["model"](np.zeros((3, 28, 28), "float32"), training=False))
    os._exit(0)


if __name__ == "__main__":
    main()
