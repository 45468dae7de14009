"""The kernel's manager on the host."""

from __future__ import annotations

import subprocess
import sys

SHARED = """
from traitlets.traitlets import ClassBasedTraitType
from suite.evidence.interview import kernel

kinds = kernel.SandboxKernelManager, kernel.SandboxProvisioner, kernel.PromptClient, kernel.CheckedSession
print([name for kind in kinds for name, trait in kind.class_traits().items()
       if isinstance(trait, ClassBasedTraitType) and str in (type(trait.klass), type(trait.default_value))])
"""


def test_no_class_is_looked_up_while_threads_share_it() -> None:
    """traitlets replaces names of classes by the classes at first use, and two threads break each other's look-up."""
    done = subprocess.run([sys.executable, "-c", SHARED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
