"""Benchmark files say what the history needs to know of machine and commit."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suite.doctor.fingerprint import read_fingerprint
from suite.tracking.bench.commit import read_commit


def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Frameworks, BLAS, frequency policy and GPUs, under a key of our own."""
    machine_info["suite"] = read_fingerprint()


def pytest_benchmark_update_commit_info(commit_info: dict[str, Any]) -> None:
    """The branch of a detached checkout, and what orders revisions."""
    found = read_commit(Path(), os.environ, datetime.now(UTC))
    commit_info.update({name: value for name, value in found.items() if value})
