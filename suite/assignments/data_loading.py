"""Reads the files of an assignment's own data and splits them; errors name the key that is wrong and what would do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from suite.assignments.data_checks import check_columns, check_held_out
from suite.assignments.data_files import Array, Rows, WrongFileError, find_format, read_rows
from suite.assignments.data_settings import DataSettings
from suite.assignments.own_data import OwnData, draw_order, labels_of
from suite.assignments.setting_errors import WrongSettingError
from suite.errors import Words, joined
from suite.records import SourceFile


def read_own_data(
    tables: Mapping[str, DataSettings], datasets: Sequence[str], folder: Path, helpers: Sequence[SourceFile]
) -> dict[str, OwnData]:
    """Read and split every table's files; `WrongSettingError` says which key is wrong, and what would do."""
    found = {name: _read(name, settings, folder) for name, settings in tables.items()}
    places = {helper.path: Words("in student/") for helper in helpers}
    for name, own in found.items():
        if name in datasets:
            raise WrongSettingError(
                ("data", name), Words("{name} is the name of one of the datasets, too; take another", name=name)
            )
        place = own.settings.place
        if place in places:
            raise WrongSettingError(
                ("data", name, "given_as"),
                Words(
                    "{place} is {taken} already; take it away there, or give a path of its own, such as given_as = "
                    '"data/{place}"',
                    place=place,
                    taken=places[place],
                ),
            )
        places[place] = Words("handed out by [data.{name}]", name=name)
        _refuse_copies(name, own.settings, folder, helpers)
    return found


def _read(name: str, settings: DataSettings, folder: Path) -> OwnData:
    """One table's rows."""
    if settings.held_out_file and "held_out_share" in settings.model_fields_set:
        raise WrongSettingError(
            ("data", name, "held_out_share"),
            Words(
                "rows are held back in a file of their own or split off, not both; keep held_out_file or held_out_share"
            ),
        )
    place = PurePosixPath(settings.place)
    if place.is_absolute() or ".." in place.parts:
        raise WrongSettingError(
            ("data", name, "given_as"),
            Words(
                'should be a path below the notebook\'s folder, and is "{place}"; for example given_as = "data/{name}"',
                place=place,
                name=place.name,
            ),
        )
    rows, digest = _load(name, settings, folder, "file")
    check_columns(name, settings, rows, settings.targets_are)
    labels = labels_of(settings, rows)
    order = draw_order(labels, len(rows), settings.seed)
    if settings.held_out_file:
        held_out, other = _load(name, settings, folder, "held_out_file")
        check_held_out(name, settings, rows, held_out)
        apart = np.arange(len(held_out))
        digest = hashlib.sha256((digest + other).encode()).hexdigest()
    else:
        count = round(settings.held_out_share * len(rows))
        if settings.held_out_share and not 0 < count < len(rows):
            raise WrongSettingError(
                ("data", name, "file"),
                Words(
                    "{rows} rows are too few to hold back {share} of them; give more, or name a file of held-out rows, "
                    'such as held_out_file = "held_out.csv"',
                    rows=len(rows),
                    share=f"{settings.held_out_share:g}",
                ),
            )
        held_out, apart, order = rows, np.sort(order[len(order) - count :]), order[: len(order) - count]
        if labels is not None:
            _check_split(name, settings, labels, order)
    return OwnData(
        name=name, settings=settings, rows=rows, order=order, held_out=held_out, held_out_rows=apart, digest=digest
    )


def _check_split(name: str, settings: DataSettings, labels: Array, given: Array) -> None:
    """Each class has a row that is handed out."""
    if rare := sorted(set(map(str, labels)) - set(map(str, labels[given]))):
        raise WrongSettingError(
            ("data", name, "target"),
            Words(
                "{label} is a class with too few rows to hold back {share} of them; give more rows, or targets_are "
                '= "numbers"',
                label=rare[0],
                share=f"{settings.held_out_share:g}",
            ),
        )


def _load(name: str, settings: DataSettings, folder: Path, key: str) -> tuple[Rows, str]:
    """Read the file that a key names; also return its SHA-256."""
    given = getattr(settings, key)
    path, root = (folder / given).resolve(), folder.resolve()
    at = "data", name, key
    if not path.exists():
        raise WrongSettingError(
            at,
            Words(
                "{given} isn't there; put it into {folder}, or write its path from there", given=given, folder=folder
            ),
        )
    if path == root or root not in path.parents:
        raise WrongSettingError(
            at,
            Words(
                "{given} lies outside of {folder}; put it into that folder, which no sandbox sees",
                given=given,
                folder=folder,
            ),
        )
    if root / "student" in (path, *path.parents):
        raise WrongSettingError(
            at,
            Words(
                "{given} lies in student/, where every notebook finds all of it; move it beside assignment.toml: "
                "what isn't held back is handed out from there",
                given=given,
            ),
        )
    if key == "held_out_file" and path == (folder / settings.file).resolve():
        raise WrongSettingError(
            at, Words("{given} is the file that is handed out; name another, or a held_out_share", given=given)
        )
    try:
        rows = read_rows(path, settings.format or find_format(path))
    except WrongFileError as error:
        raise WrongSettingError(at, joined((given, error.words), ": ")) from error
    return rows, _digest(path)


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of all files of a folder with their names."""
    digest = hashlib.sha256()
    for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if each.is_file():
            digest.update(each.relative_to(path).as_posix().encode() + b"\0" + each.read_bytes())
    return digest.hexdigest()


def _refuse_copies(name: str, settings: DataSettings, folder: Path, helpers: Sequence[SourceFile]) -> None:
    """No file of `student/` may be a copy of the one that holds the held-out rows."""
    key = "held_out_file" if settings.held_out_file else "file"
    path = folder / getattr(settings, key)
    if not path.is_file() or not (settings.held_out_file or settings.held_out_share):
        return
    content = path.read_bytes()
    for helper in helpers:
        if helper.content == content:
            raise WrongSettingError(
                ("data", name, key),
                Words(
                    "student/{path} is a copy of it, so notebooks would find the held-out rows; remove that copy",
                    path=helper.path,
                ),
            )
