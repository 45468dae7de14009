"""Reads files of an assignment's own data, and writes some of their rows again in the same format.

The files are the instructor's, so they are trusted to be meant well; none is read that would need pickle.
"""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from suite.assignments.data_settings import FileFormat
from suite.errors import AssignmentError, Words

Array: TypeAlias = np.ndarray[Any, Any]
SEPARATORS = ",;\t|"
ENDINGS: Mapping[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".npz": "npz",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".txt": "text",
}
IMAGE_ENDINGS = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"))
LABEL, TEXT, IMAGE = "label", "text", "image"
"""Columns of formats that have no names of their own; `image` holds paths."""


class WrongFileError(AssignmentError):
    """What is wrong with a file: one sentence, without its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The examples of a file, in its order."""

    columns: Mapping[str, Array]
    """Values by column, each `(rows, ...)`: numbers with NaN where one is missing, or text."""
    write: Callable[[Path, Array], None]
    """Writes the rows of these numbers to a path, as the file had them."""

    def __len__(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0


def find_format(path: Path) -> FileFormat:
    """The format that a path looks like; `WrongFileError` names the known ones."""
    if path.is_dir():
        return "images"
    if path.suffix.lower() not in ENDINGS:
        raise WrongFileError(
            "no format is known for {ending!r}; known endings are {endings}, and a folder of images; or say "
            'which it is, such as format = "csv"',
            ending=path.suffix or Words("a name without an ending"),
            endings=", ".join(ENDINGS),
        )
    return ENDINGS[path.suffix.lower()]


def read_rows(path: Path, form: FileFormat) -> Rows:
    """Read a file, or a folder of images; `WrongFileError` says what isn't as it should be."""
    if path.is_dir() != (form == "images"):
        wanted = Words("a folder with a folder of images for each class") if form == "images" else Words("a file")
        raise WrongFileError(
            "the format {form} is {wanted}, and this is {seen}",
            form=form,
            wanted=wanted,
            seen=Words("a folder") if path.is_dir() else Words("a file"),
        )
    try:
        rows = READERS[form](path)
    except ImportError as error:
        package = error.name or "pyarrow"
        raise WrongFileError(
            "the format {form} needs {package}, which is missing: pip install 'notebook-suite[data]'",
            form=form,
            package=package,
        ) from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, csv.Error) as error:
        raise WrongFileError(
            "it can't be read as {form}: {error}; save it again, or name another format", form=form, error=error
        ) from error
    if not len(rows):
        raise WrongFileError("it has no rows; give a file with examples")
    return rows


def _read_csv(path: Path) -> Rows:
    """A table with a header; its separator is the one of `,;` tab and `|` that the header has most often."""
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    header = lines[0] if lines else ""
    separator = max(SEPARATORS, key=header.count)
    reader = csv.reader(lines, delimiter=separator)
    names = [name.strip() for name in next(reader, [])]
    if len(set(names)) < len(names) or "" in names:
        raise WrongFileError(
            "each column needs a name of its own in the first line, and seen was {names}", names=", ".join(names)
        )
    table = []
    for row in reader:
        if row and len(row) != len(names):
            raise WrongFileError(
                "line {line} has {fields} fields, and the header has {columns}",
                line=reader.line_num,
                fields=len(row),
                columns=len(names),
            )
        table += [row] if row else []

    def write(target: Path, chosen: Array) -> None:
        with target.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=separator, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(table[row] for row in chosen)

    columns = [[row[place] for row in table] for place in range(len(names))]
    decimal = "," if separator != "," else "."
    return Rows(
        columns={name: _as_values(each, decimal) for name, each in zip(names, columns, strict=True)}, write=write
    )


def _as_values(texts: list[str], decimal: str) -> Array:
    """Whole numbers or numbers where all are such, empty ones missing; otherwise text."""
    plain = [text.strip().replace(decimal, ".") for text in texts]
    for convert in (_as_whole, _as_numbers):
        try:
            return convert(plain)
        except ValueError:
            continue
    return np.array([text.strip() for text in texts])


def _as_whole(texts: list[str]) -> Array:
    return np.array([int(text) for text in texts], np.int64)


def _as_numbers(texts: list[str]) -> Array:
    if not any(texts):
        raise ValueError("only missing values")
    return np.array([float(text) if text else np.nan for text in texts], np.float64)


def _read_npz(path: Path) -> Rows:
    """Arrays by name, an example a row."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    lengths = {name: len(array) if array.ndim else None for name, array in arrays.items()}
    if len(set(lengths.values())) > 1 or None in lengths.values():
        seen = ", ".join(f"{name} {arrays[name].shape}" for name in arrays)
        raise WrongFileError(
            "all arrays should have a row for each example, and seen was {seen}; rows that are held back can "
            "lie in a file of their own, with arrays of the same names: held_out_file",
            seen=seen,
        )

    def write(target: Path, chosen: Array) -> None:
        with target.open("wb") as stream:  # savez adds an ending to a name without one
            np.savez_compressed(stream, **{name: array[chosen] for name, array in arrays.items()})

    return Rows(columns=arrays, write=write)


def _read_parquet(path: Path) -> Rows:
    """A table as pandas reads it."""
    import pandas as pd  # type: ignore[import-untyped] # a second to import

    frame = pd.read_parquet(path)

    def values(name: str) -> Array:
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            return np.asarray(column.to_numpy(np.float64, na_value=np.nan) if column.hasnans else column.to_numpy())
        return np.array(["" if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)])

    def write(target: Path, chosen: Array) -> None:
        frame.iloc[chosen].to_parquet(target)

    return Rows(columns={str(name): values(name) for name in frame.columns}, write=write)


def _read_images(path: Path) -> Rows:
    """Images and the name of the folder of each, which is its class; only their headers are read."""
    found = sorted(each for each in path.glob("*/*") if each.suffix.lower() in IMAGE_ENDINGS)
    if not found:
        raise WrongFileError(
            "it should hold a folder for each class with images in it, and has none that ends with {endings}",
            endings=", ".join(sorted(IMAGE_ENDINGS)),
        )
    if empty := sorted(each.name for each in path.iterdir() if each.is_dir() and each not in {f.parent for f in found}):
        raise WrongFileError("the folder {empty} holds no image; remove it, or put images into it", empty=empty[0])
    for each in found:
        image_size(each)

    def write(target: Path, chosen: Array) -> None:
        for row in chosen:
            copy = target / found[row].relative_to(path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found[row], copy)

    return Rows(
        columns={IMAGE: np.array([str(each) for each in found]), LABEL: np.array([each.parent.name for each in found])},
        write=write,
    )


def image_size(path: Path | str) -> tuple[int, int]:
    """Height and width, from the header alone; `OSError` if it is no image."""
    from PIL import Image

    with Image.open(path) as image:
        return image.height, image.width


def _read_text(path: Path) -> Rows:
    """Lines of text, or of a label, a tab and a text."""
    numbered = [
        (number, line) for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1) if line.strip()
    ]
    lines = [line for _, line in numbered]
    parts = [line.split("\t", 1) for line in lines]
    labelled = len(parts[0]) > 1 if parts else False
    for (number, _), part in zip(numbered, parts, strict=True):
        if (len(part) > 1) != labelled:
            raise WrongFileError(
                "either each line or none has a label and a tab before its text; line {number} differs", number=number
            )
    columns = {TEXT: np.array([part[-1] for part in parts])}
    if labelled:
        columns[LABEL] = np.array([part[0].strip() for part in parts])

    def write(target: Path, chosen: Array) -> None:
        target.write_text("".join(f"{lines[row]}\n" for row in chosen), "utf-8")

    return Rows(columns=columns, write=write)


READERS: Mapping[FileFormat, Callable[[Path], Rows]] = {
    "csv": _read_csv,
    "npz": _read_npz,
    "parquet": _read_parquet,
    "images": _read_images,
    "text": _read_text,
}
