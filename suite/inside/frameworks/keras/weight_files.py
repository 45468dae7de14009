"""Lays weights that were handed in into a Keras model: from `.weights.h5`, `.keras` or an older `.h5`.

Of a `.keras` file the weights alone are read: its configuration, which may name code, is left alone.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

from suite.inside.frameworks.keras.adapter import library_of
from suite.inside.frameworks.views import describe_error
from suite.inside.frameworks.weight_files import IN_KERAS, Kind, UnfitFileError, kind_of, say_tensor

MOST_OBJECTS = 20_000
"""Groups and tables of a file: a model of a thousand layers with its optimizer's state has 10,000."""
WIDEST = 8
"""Bytes of a number."""
FEW = 2
"""Numbers in the state of a layer that draws random ones, which is no weight."""
NUMBERS = "fiubV"
"""Kinds of numbers; bfloat16 is stored as two bytes without a meaning."""


class KerasWeightFiles:
    """See `WeightFiles`."""

    def lay(self, model: Any, path: Path) -> None:
        """By Keras's own rules; the file's tables are looked at first."""
        library = library_of(model)
        if not isinstance(model, library.Model):
            raise UnfitFileError("kind", type(model).__name__)
        own = [tuple(int(size) for size in weight.shape) for weight in model.weights]
        with _opened(path, kind_of(path)) as file:
            _compare(own, _shapes(file))
            try:
                library.Model.load_weights(model, str(file))
            except Exception as error:
                raise UnfitFileError("names", describe_error(error)) from error


@contextmanager
def _opened(path: Path, kind: Kind) -> Iterator[Path]:
    """The file of weights under a name by which Keras knows its form."""
    if kind not in {"hdf5", "keras"}:
        raise UnfitFileError("kind", kind)
    with tempfile.TemporaryDirectory() as folder:
        plain = path
        if kind == "keras":
            plain = Path(folder, "packed")
            _unpack(path, plain)
        named = Path(folder, "old.h5" if _is_old(plain) else "its.weights.h5")
        named.symlink_to(plain)
        yield named


def _unpack(path: Path, to: Path) -> None:
    """The weights of a `.keras` file, which are never compressed."""
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(IN_KERAS).file_size > path.stat().st_size:
            raise UnfitFileError("size")
        with archive.open(IN_KERAS) as packed, to.open("wb") as plain:
            shutil.copyfileobj(packed, plain)


def _is_old(path: Path) -> bool:
    """Whether it has the form that Keras had before `.weights.h5`."""
    import h5py  # Keras brings it; a notebook of another framework needn't wait for it

    with h5py.File(path, "r") as file:
        return "layer_names" in file.attrs or "model_weights" in file


def _shapes(path: Path) -> list[tuple[int, ...]]:
    """Shapes of all tables, none of which is read.

    Links to other places and other files, tables made of others, and whatever holds no numbers are refused.
    """
    import h5py

    found = []
    with h5py.File(path, "r") as file:
        waiting, seen = [file["/"]], 1
        while waiting:
            group = waiting.pop()
            for name in group:
                seen += 1
                if seen > MOST_OBJECTS:
                    raise UnfitFileError("size")
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    raise UnfitFileError("links")
                held = group[name]
                if isinstance(held, h5py.Group):
                    waiting.append(held)
                elif isinstance(held, h5py.Dataset):
                    found.append(_shape(held))
    return found


def _shape(table: Any) -> tuple[int, ...]:
    """The shape of one table of numbers."""
    if table.is_virtual or table.external:
        raise UnfitFileError("links")
    if table.dtype.kind not in NUMBERS or table.dtype.itemsize > WIDEST or table.dtype.names:
        raise UnfitFileError("code", str(table.dtype))
    return tuple(int(size) for size in table.shape or ())


def _compare(own: list[tuple[int, ...]], given: list[tuple[int, ...]]) -> None:
    """Refuse a file that lacks a tensor, or has one larger than all; it may have more, such as an optimizer's state."""
    lacking = Counter(own) - Counter(given)
    if lacking or not own:
        further = Counter(given) - Counter(own)
        raise UnfitFileError("shapes", wanted=_say(lacking), seen=_say(further))
    if max(map(prod, given)) > max(FEW, *map(prod, own)):
        raise UnfitFileError("size")


def _say(shapes: Counter[tuple[int, ...]]) -> list[str]:
    """`(4, 16)`, and `2 × (16,)` of several."""
    return [f"{count} × {say_tensor(shape)}" if count > 1 else say_tensor(shape) for shape, count in shapes.items()]
