"""What `suite history` needs to know about a machine beyond pytest-benchmark's own `machine_info`.

`tests/benchmarks/` and whatever else writes benchmark files put it under `machine_info["suite"]`. No framework is
imported: versions come from the metadata of packages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import threadpoolctl

LIBRARIES = ("tensorflow", "keras", "tf_keras", "torch", "numpy")
POLICY = "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
GPU_QUERY = ("--query-gpu=name,driver_version", "--format=csv,noheader")
GPU_SECONDS = 5


def read_fingerprint(root: Path = Path("/")) -> dict[str, Any]:
    """Processor, cores, frequency policy, versions of the frameworks, BLAS, GPUs and driver, ready for JSON."""
    gpus, driver = _read_gpus()
    return {
        "cpu_model": read_cpu_model(root),
        "cores": os.cpu_count() or 0,
        "frequency_policy": _read(root / POLICY),
        "frameworks": {name: version for name in LIBRARIES if (version := _version(name))},
        "blas": _read_blas(),
        "gpus": gpus,
        "driver": driver,
    }


def read_cpu_model(root: Path) -> str:
    """The processor's name, empty if the system doesn't give it; family and stepping come from pytest-benchmark."""
    lines = _read(root / "proc/cpuinfo").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _read_blas() -> list[str]:
    """Linear-algebra libraries that NumPy has loaded."""
    import numpy as np  # noqa: F401 - loads its BLAS

    pools = threadpoolctl.threadpool_info()
    return sorted({f"{pool['internal_api']} {pool['version']}" for pool in pools if pool["user_api"] == "blas"})


def _read_gpus() -> tuple[list[str], str]:
    """GPU names and the driver's version; empty without nvidia-smi."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return [], ""
    try:
        done = subprocess.run([program, *GPU_QUERY], capture_output=True, text=True, check=False, timeout=GPU_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return [], ""
    rows = [line.rpartition(",") for line in done.stdout.splitlines() if "," in line and done.returncode == 0]
    return [name.strip() for name, _, _ in rows], rows[0][2].strip() if rows else ""


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
