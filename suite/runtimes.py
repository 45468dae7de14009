"""Which runtime a submission needs, read from its source without running it."""

from __future__ import annotations

import re

from suite.assignments import Runtime

TORCH = re.compile(r"\b(?:import|from)\s+torch\b")
KERAS = re.compile(r"\b(?:import|from)\s+(?:tensorflow|keras|tf_keras)\b")


def choose_runtime(sources: str, default: Runtime) -> Runtime:
    """`torch` for sources that import PyTorch and neither TensorFlow nor Keras, else the assignment's."""
    return "torch" if TORCH.search(sources) and not KERAS.search(sources) else default
