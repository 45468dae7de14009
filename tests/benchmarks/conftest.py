"""Benchmark files say what the history needs to know of machine and commit."""

from __future__ import annotations

import subprocess
from typing import Any

from suite.doctor.fingerprint import read_fingerprint


def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Frameworks, BLAS, frequency policy and GPUs, under a key of our own."""
    machine_info["suite"] = read_fingerprint()


def pytest_benchmark_update_commit_info(commit_info: dict[str, Any]) -> None:
    """The first line of the commit's message."""
    done = subprocess.run(["git", "show", "--no-patch", "--format=%s"], capture_output=True, text=True, check=False)
    commit_info["subject"] = done.stdout.strip()
