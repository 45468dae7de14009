"""Files with trained weights that were handed in: what kind one is by its content, and why it fits no model.

Nothing in them is ever run or unpickled. They are read in the sandbox, after the notebook has ended.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["hdf5", "keras", "torch", "safetensors", ""]
"""What a file is; empty for anything else."""
Misfit: TypeAlias = Literal["kind", "code", "links", "size", "shapes", "names", "damaged"]
"""Why it can't be laid into a model."""
HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP, PICKLE = b"PK\x03\x04", b"\x80"
IN_KERAS = "model.weights.h5"
"""The member of a `.keras` file that holds the weights."""
IN_TORCH = "data.pkl"
LENGTH_BYTES = 8
"""At the beginning of a safetensors file: the length of its header."""
MOST_SHOWN = 8


class UnfitFileError(Exception):
    """A file can't be laid into a model."""

    def __init__(self, why: Misfit, detail: str = "", wanted: Sequence[str] = (), seen: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail
        self.wanted = tuple(wanted)
        """Tensors of the model that the file lacks."""
        self.seen = tuple(seen)
        """Tensors of the file that the model lacks."""


def kind_of(path: Path) -> Kind:
    """What a file is, by its first bytes and, of a zip, its members; its name doesn't matter."""
    with path.open("rb") as file:
        head = file.read(LENGTH_BYTES + 1)
    if head.startswith(HDF5):
        return "hdf5"
    if head.startswith(ZIP):
        return _kind_of_zip(path)
    if head.startswith(PICKLE):
        return "torch"
    length = int.from_bytes(head[:LENGTH_BYTES], "little")
    return "safetensors" if head[LENGTH_BYTES:] == b"{" and length <= path.stat().st_size else ""


def _kind_of_zip(path: Path) -> Kind:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if IN_KERAS in names:
        return "keras"
    return "torch" if any(name.rpartition("/")[2] == IN_TORCH for name in names) else ""


def say_tensor(shape: Sequence[int], name: str = "") -> str:
    """A tensor as sentences name it: `fc.weight (10, 64)`."""
    return f"{name[:200]} ({', '.join(map(str, shape))})".strip()
