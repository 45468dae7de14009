"""Whether files of an assignment's own data are what its settings say; errors name the key and what would do."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from suite.assignments.data_files import IMAGE, Rows, image_size
from suite.assignments.data_settings import DataSettings, TargetsAre
from suite.assignments.own_data import NUMBERS, OwnData, kind_of, labels_of, targets_of
from suite.assignments.setting_errors import WrongSettingError
from suite.errors import Words

SHOWN = 8  # of the columns, classes or sizes that a message names


def check_columns(name: str, settings: DataSettings, rows: Rows, kind: TargetsAre | None) -> None:
    """Columns that settings name are there, and can be used; `kind` is that of the targets, `None` to find it."""
    for key in ("target", "inputs"):
        for column in getattr(settings, key):
            if column not in rows.columns:
                raise WrongSettingError(
                    ("data", name, key),
                    Words(
                        "{file} has no column {column!r}; its columns are {columns}",
                        file=settings.file,
                        column=column,
                        columns=_list(rows.columns),
                    ),
                )
    if both := set(settings.target) & set(settings.inputs):
        raise WrongSettingError(
            ("data", name, "inputs"), Words("{both} can't be the target, too; leave it out here", both=_list(both))
        )
    kind = kind or kind_of(settings, rows)
    for column in targets_of(settings, rows):
        values = rows.columns[column]
        if kind == "numbers" and values.dtype.kind not in NUMBERS:
            text = next((str(value) for value in values.ravel() if not _is_number(value)), "")
            raise WrongSettingError(
                ("data", name, "target"),
                Words(
                    '{column} should hold numbers, and has "{text}"; mend it, or targets_are = "classes"',
                    column=column,
                    text=text,
                ),
            )
        missing = np.isnan(values) if values.dtype.kind == "f" else values == "" if values.dtype.kind == "U" else None
        if missing is not None and missing.any():
            row = int(np.argwhere(missing)[0][0]) + 1
            raise WrongSettingError(
                ("data", name, "target"),
                Words("{column} has no value in example {row}; give it one, or remove it", column=column, row=row),
            )
    if kind == "classes" and len(targets_of(settings, rows)) > 1:
        raise WrongSettingError(("data", name, "target"), Words("several targets can't be classes; name one column"))


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def check_held_out(name: str, settings: DataSettings, rows: Rows, held_out: Rows) -> None:
    """The held-out rows have the same columns, and no class that the others lack."""
    at = "data", name, "held_out_file"
    if lacking := rows.columns.keys() - held_out.columns.keys():
        raise WrongSettingError(
            at,
            Words(
                "{held_out_file} should have the columns of {file}, and lacks {lacking}",
                held_out_file=settings.held_out_file,
                file=settings.file,
                lacking=_list(sorted(lacking)),
            ),
        )
    named = settings.model_copy(update={"file": settings.held_out_file})
    check_columns(name, named, held_out, kind_of(settings, rows))
    if (labels := labels_of(settings, rows)) is None:
        return
    (target,) = targets_of(settings, rows)
    unknown = sorted(set(map(str, held_out.columns[target])) - set(map(str, labels)))
    if unknown:
        raise WrongSettingError(
            at,
            Words(
                "{held_out_file} has the labels {unknown}, which {file} lacks, so that nothing can be learnt of "
                "them; it has {known}",
                held_out_file=settings.held_out_file,
                unknown=_list(unknown),
                file=settings.file,
                known=_list(sorted(set(map(str, labels)))),
            ),
        )


def _list(names: Collection[str]) -> str:
    """The first of some names."""
    listed = list(names)
    return ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")


def check_measurable(own: OwnData) -> None:
    """Whether the host can train and test a model on them; `WrongSettingError` says what is missing."""
    columns = own.rows.columns
    at = "data", own.name
    if not own.targets:
        raise WrongSettingError(
            (*at, "target"),
            Words(
                'this key is missing: say which column holds the right answers; for example target = "{column}"',
                column=list(columns)[-1],
            ),
        )
    if not len(own.held_out_rows):
        raise WrongSettingError(
            (*at, "held_out_share"), Words("no rows are held back to measure on; for example held_out_share = 0.2")
        )
    if own.targets_are == "classes" and len(np.unique(columns[own.targets[0]])) == 1:
        raise WrongSettingError(
            (*at, "target"), Words("{column} has one class only; there is nothing to tell apart", column=own.targets[0])
        )
    several = len(own.inputs) > 1
    unfit = [
        name for name in own.inputs if several and (columns[name].ndim > 1 or columns[name].dtype.kind not in NUMBERS)
    ]
    if unfit or not own.inputs:
        raise WrongSettingError(
            (*at, "inputs"),
            Words(
                "a model takes columns of numbers side by side, or one array or text, and seen was {inputs}, of "
                'which {unfit} can\'t stand beside others; name those to be taken, such as inputs = ["{fit}"]',
                inputs=_list(own.inputs),
                unfit=_list(unfit),
                fit=next(name for name in (*own.inputs, *columns) if name not in unfit),
            ),
        )
    if IMAGE in own.inputs and not own.settings.image_size:
        sizes = {image_size(path) for part in (own.rows, own.held_out) for path in part.columns[IMAGE]}
        if len(sizes) > 1:
            listed = ", ".join(f"{height} × {width}" for height, width in sorted(sizes)[:SHOWN])
            raise WrongSettingError(
                (*at, "image_size"),
                Words(
                    "the images have several sizes, {listed}; say to which the host brings them; for example "
                    "image_size = [64, 64]",
                    listed=listed,
                ),
            )
