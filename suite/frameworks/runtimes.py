"""Which runtime a submission needs, read from its source without running it."""

from __future__ import annotations

import re

from suite.assignments import Runtime

TORCH = re.compile(r"\b(?:import|from)\s+torch\b")
TORCH_HELPER = re.compile(r"\b(?:import|from)\s+torch")  # torchvision, torchsummary and their like
KERAS = re.compile(r"\b(?:import|from)\s+(?:tensorflow|keras|tf_keras)\b")


def choose_runtime(sources: str, default: Runtime) -> Runtime:
    """`torch` for sources that import PyTorch and neither TensorFlow nor Keras, else the assignment's."""
    return "torch" if TORCH.search(sources) and not KERAS.search(sources) else default


def imports_framework(sources: str) -> bool:
    """Whether sources import a framework by name; one that another package brings in is found when it is imported."""
    return bool(TORCH.search(sources) or KERAS.search(sources) or TORCH_HELPER.search(sources))
