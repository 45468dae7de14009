"""The digest covers all code that makes evidence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import suite
from suite.grading.versions import EVIDENCE_PACKAGES

IMPORTED = """
import sys
import suite.evidence.examination, suite.data, suite.sandbox, suite.inside.worker.session
from suite import plugins
for group in ("datasets", "frameworks", "sandboxes"):
    plugins.load_all(group)
print(*(module.__file__ for name, module in sys.modules.items() if name.startswith("suite") and module.__file__))
"""


def test_whatever_makes_evidence_is_in_the_digest() -> None:
    """What running a submission imports lies in the folders that are hashed."""
    done = subprocess.run([sys.executable, "-c", IMPORTED], check=True, capture_output=True, text=True)
    package = Path(suite.__file__).parent
    imported = [Path(path).relative_to(package) for path in done.stdout.split()]
    assert len(imported) > 60
    assert {path.parts[0] for path in imported if len(path.parts) > 1} <= set(EVIDENCE_PACKAGES)
