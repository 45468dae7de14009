"""However a notebook sets the precision of products in PyTorch, questions are asked in full float32."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

SET = """
import torch
from suite.inside.frameworks.torch import FRAMEWORK

backends = torch.backends
def both_ways():
    backends.cuda.matmul.fp32_precision = "tf32"
    backends.cuda.matmul.allow_tf32 = True
settings = {
    "plain": lambda: None,
    "all": lambda: setattr(backends, "fp32_precision", "ieee"),
    "all, fewer digits": lambda: setattr(backends, "fp32_precision", "tf32"),
    "recurrent": lambda: setattr(backends.cudnn.rnn, "fp32_precision", "ieee"),
    "cudnn": lambda: setattr(backends.cudnn, "fp32_precision", "tf32"),
    "old": lambda: torch.set_float32_matmul_precision("medium"),
    "both ways": both_ways,
}
for name, change in settings.items():
    change()
    FRAMEWORK.restore()
    with backends.cudnn.flags(enabled=False):
        pass
    print(name, backends.cudnn.rnn.fp32_precision, backends.cudnn.conv.fp32_precision,
          backends.cuda.matmul.fp32_precision, torch.get_float32_matmul_precision(), sep=":")
"""


def test_full_precision_and_no_contradiction() -> None:
    """PyTorch has an old and a new way of saying so, and refuses to train where they contradict each other."""
    command = [sys.executable, "-W", "ignore", "-c", SET]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 7
    assert {line.partition(":")[2] for line in lines} == {"ieee:ieee:ieee:highest"}
