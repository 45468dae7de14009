"""The processor and the GPUs, found without a framework."""

from __future__ import annotations

import platform
from pathlib import Path

from suite.doctor.diagnosis import Finding, Status
from suite.doctor.fingerprint import read_cpu_model
from suite.records import text
from suite.sandbox.gpu import ask_driver

GPU_QUERY = ("--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")


def read_processor(root: Path) -> str:
    """The processor's model, from /proc/cpuinfo if it names one."""
    return read_cpu_model(root) or platform.processor() or platform.machine()


def read_gpus(root: Path, search_path: str) -> tuple[str, ...]:
    """NVIDIA's GPUs: as nvidia-smi describes them, else as the driver or the device files name them."""
    if described := ask_driver(*GPU_QUERY, search_path=search_path):
        return described
    models = [
        line.partition(":")[2].strip()
        for path in sorted((root / "proc/driver/nvidia/gpus").glob("*/information"))
        for line in path.read_text("utf-8", "replace").splitlines()
        if line.startswith("Model:")
    ]
    return tuple(models or sorted(f"/dev/{path.name}" for path in (root / "dev").glob("nvidia[0-9]*")))


def judge_processor(model: str) -> Finding:
    """A finding with the processor's model."""
    said = (text("doctor_plain", what=model),)
    return Finding(
        name="processor",
        area="machine",
        title=text("doctor_processor"),
        status=Status.GOOD,
        said=said,
        facts={"model": model, "architecture": platform.machine()},
    )


def judge_gpus(gpus: tuple[str, ...]) -> Finding:
    """A finding with the GPUs; grading needs none."""
    seen = text("doctor_gpu_seen", gpus="; ".join(gpus)) if gpus else text("doctor_gpu_none")
    return Finding(
        name="gpus",
        area="machine",
        title=text("doctor_gpu"),
        status=Status.NOTE,
        said=(seen,),
        facts={"found": gpus},
    )
