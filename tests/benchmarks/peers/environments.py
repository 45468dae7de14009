"""An environment for each peer: packages of its own, and behind them the frameworks of the one that runs the benchmark.

So all graders import the same files of TensorFlow, and nothing of gigabytes is downloaded again.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

SHARED = "numpy"
"""The frameworks are compiled against it, and every peer installs it: it must be of the same version."""


def open_environment(folder: Path, requirement: str) -> Path:
    """The Python of an environment with a package from the index; it is made if it isn't there."""
    python = folder / "bin" / "python"
    wanted = [requirement, f"{SHARED}=={importlib.metadata.version(SHARED)}"]
    done = folder / "installed.txt"
    if done.is_file() and done.read_text("utf-8").split() == wanted:
        return python
    venv.create(folder, clear=True, with_pip=False)
    free = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}  # those pins are ours
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", *wanted]
    subprocess.run(install, check=True, env=free)
    own = sysconfig.get_path("purelib", vars={"base": str(folder)})
    Path(own, "frameworks.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    done.write_text("\n".join(wanted), "utf-8")
    return python
