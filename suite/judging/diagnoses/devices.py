"""Causes in what a notebook runs on: a GPU that isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause
from suite.records import text

NO_GPU = re.compile(
    r"Torch not compiled with CUDA enabled|Found no NVIDIA driver|No CUDA GPUs are available|CUDA driver version"
    r"|Attempting to deserialize object on (?:a CUDA|CUDA) device|Invalid device id|(?:MPS|mps) backend"
    r"|PyTorch is not linked with support for (?:mps|cuda|xpu)"
)
"""What PyTorch says where a device is asked for that the machine lacks."""


def no_gpu(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A tensor or a model was sent to a GPU; the first cell stands for all."""
    for cell in context.cells:
        if seen := NO_GPU.search(cell.error):
            message = text("cause_no_gpu", seen=cell.error_line(seen))
            yield FoundCause(cell=cell.index, message=message, explains="error")
            return


CAUSES = (Cause(name="no_gpu", rank=5, recognise=no_gpu),)
