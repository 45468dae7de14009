"""What evidence depends on besides its submission: the code that makes it and the libraries that it is made with."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

import suite

EVIDENCE_CODE = (
    "legacy.py",
    "limits.py",
    "observations.py",
    "observer.py",
    "attempts.py",
    "runtimes.py",
    "untrusted.py",
    "codec.py",
    "accuracies.py",
    "accuracy_settings.py",
    "lessons.py",
    "proofs.py",
    "provenance.py",
    "duels.py",
    "throughput_settings.py",
    "timing.py",
    "proof_settings.py",
    "oracle_files.py",
    "collect.py",
    "records.py",
    "data/*.py",
    "sandbox/*.py",
    "warm/*.py",
    "worker/**/*.py",
)
RUNTIME = (
    "numpy",
    "pandas",
    "tensorflow",
    "keras",
    "tf_keras",
    "torch",
    "torchvision",
    "torchmetrics",
    "matplotlib",
    "ipykernel",
)


def code_digest() -> str:
    """Hash of the code that makes evidence, so that evidence of older code is never recalled."""
    package = Path(suite.__file__).parent
    sources = sorted(path for part in EVIDENCE_CODE for path in package.glob(part))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def runtime_versions() -> dict[str, str]:
    """Versions of Python and of what a submission may import, read from their metadata without importing them."""
    installed = {
        distribution.name.lower().replace("-", "_"): distribution.version for distribution in metadata.distributions()
    }
    return {"python": platform.python_version()} | {name: installed.get(name, "absent") for name in RUNTIME}
