"""Refuses to time on a GPU that this machine hasn't, before anything is run."""

from __future__ import annotations

from suite.errors import UsageError
from suite.records import Device
from suite.sandbox.gpu import gpu_devices


def refuse_missing_gpu(device: Device) -> None:
    """Raise `UsageError` where a GPU is asked for and no program could use one."""
    if device == "gpu" and not gpu_devices():
        raise UsageError(
            "for --device gpu the device files of an NVIDIA GPU are expected, such as {files}, and not all of them are "
            "here; suite doctor says which GPUs are seen, and without --device models are timed on the processor",
            files="/dev/nvidia0, /dev/nvidiactl, /dev/nvidia-uvm",
        )
