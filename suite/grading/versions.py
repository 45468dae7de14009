"""What evidence depends on besides its submission: the code that makes it and the libraries that it is made with."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

import suite

EVIDENCE_ROOMS = (
    "assignments",
    "data",
    "evidence",
    "frameworks",
    "grading",
    "inside",
    "records",
    "sandbox",
    "stats",
    "text",
)
"""Folders whose code has a part in making evidence; judging, reports and commands have none."""
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
    loose = package.glob("*.py")
    rooms = (path for room in EVIDENCE_ROOMS for path in (package / room).rglob("*.py"))
    digest = hashlib.sha256()
    for path in sorted([*loose, *rooms]):
        digest.update(b"%b\0%b\0" % (path.relative_to(package).as_posix().encode(), path.read_bytes()))
    return digest.hexdigest()


def runtime_versions() -> dict[str, str]:
    """Versions of Python and of what a submission may import, read from their metadata without importing them."""
    installed = {
        distribution.name.lower().replace("-", "_"): distribution.version for distribution in metadata.distributions()
    }
    return {"python": platform.python_version()} | {name: installed.get(name, "absent") for name in RUNTIME}
