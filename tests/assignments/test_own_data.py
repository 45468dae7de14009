"""An assignment's own data: every format is read, split and written again; what can't be had is refused by line."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from suite import assignments
from suite.assignments.data_files import read_rows
from suite.assignments.data_loading import read_own_data
from suite.assignments.data_settings import DataSettings
from suite.assignments.own_data import OwnData, draw_order
from suite.errors import AssignmentError

TASK = """\
title = "Houses"

[[tasks]]
id = "net"
probes = [{ inputs = [{ shape = [2] }] }]

[data.houses]
"""
MEASURED = '\n[accuracy.models.net]\ndataset = "houses"\n'
CSV = "rooms,area,kind,price\n" + "".join(f"{n % 5},{n}.50,{'ab'[n % 4 == 0]},{n * 100}\n" for n in range(40))


def _csv(folder: Path) -> str:
    (folder / "houses.csv").write_text(CSV, "utf-8")
    return "houses.csv"


def _npz(folder: Path) -> str:
    np.savez(folder / "houses.npz", x=np.arange(160.0).reshape(40, 2, 2), kind=np.array(["a", "b", "a", "a"] * 10))
    return "houses.npz"


def _parquet(folder: Path) -> str:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    pd.DataFrame({"area": np.arange(40.0), "kind": ["a", "b", "a", "a"] * 10}).to_parquet(folder / "houses.parquet")
    return "houses.parquet"


def _images(folder: Path) -> str:
    for number in range(40):
        path = folder / "houses" / "ab"[number % 4 == 0] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4, 5), number, np.uint8)).save(path)
    return "houses/"


def _text(folder: Path) -> str:
    lines = (f"{'ab'[number % 4 == 0]}\tHouse number {number}\n" for number in range(40))
    (folder / "houses.txt").write_text("".join(lines), "utf-8")
    return "houses.txt"


FORMATS = {"csv": _csv, "npz": _npz, "parquet": _parquet, "images": _images, "text": _text}


def _own(folder: Path, **settings: object) -> OwnData:
    return read_own_data({"houses": DataSettings.model_validate(settings)}, (), folder, ())["houses"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_split_and_handed_out(form: str, tmp_path: Path) -> None:
    """What is handed out reads as the file did, and holds no row that is held back; classes are in proportion."""
    target = {} if form in {"images", "text"} else {"target": "kind"}
    own = _own(tmp_path, file=FORMATS[form](tmp_path), **target)
    assert (len(own.order), len(own.held_out_rows)) == (32, 8)
    assert own.targets_are == "classes"
    labels = own.rows.columns[own.targets[0]]
    assert sorted(labels[own.held_out_rows]) == ["a"] * 6 + ["b"] * 2
    assert own.hand_out(tmp_path / "given", 0) == 32
    again = read_rows(tmp_path / "given" / own.settings.place, form)
    assert again.columns.keys() == own.rows.columns.keys()
    for name, values in again.columns.items():
        wanted = own.rows.columns[name][np.sort(own.order)]
        if name == "image":
            assert [Path(path).name for path in values] == [Path(path).name for path in wanted]
        else:
            assert (values == wanted).all()


def test_budget_leaves_random_rows_in_their_order(tmp_path: Path) -> None:
    """Fewer rows are some of those of a larger budget, in the file's order, with the classes in proportion."""
    own = _own(tmp_path, file=_csv(tmp_path), target="kind")
    assert own.hand_out(tmp_path / "few", 8) == 8
    own.hand_out(tmp_path / "more", 16)
    few, more = ((tmp_path / name / "houses.csv").read_text("utf-8").splitlines() for name in ("few", "more"))
    assert set(few) < set(more) < set(CSV.splitlines())
    assert few == [line for line in CSV.splitlines() if line in few]
    assert sum(line.split(",")[2] == "b" for line in few) == 2


def test_a_table_keeps_its_separator_and_its_figures(tmp_path: Path) -> None:
    """Semicolons and decimal commas are read as numbers, and written as they were."""
    (tmp_path / "h.csv").write_text('area;note;price\n1,50;"a;b";\n2,25;c;7\n', "utf-8")
    rows = read_rows(tmp_path / "h.csv", "csv")
    assert rows.columns["area"].tolist() == [1.5, 2.25]
    assert np.isnan(rows.columns["price"][0])
    rows.write(tmp_path / "again.csv", np.array([0]))
    assert (tmp_path / "again.csv").read_text("utf-8") == 'area;note;price\n1,50;"a;b";\n'


def test_held_out_file(tmp_path: Path) -> None:
    """Rows of a file of their own are held back, and all of the other are handed out."""
    own = _own(tmp_path, file=_csv(tmp_path), held_out_file=_copy(tmp_path, "a", "b"), target="kind")
    assert (len(own.order), len(own.held_out_rows)) == (40, 2)
    assert own.held_out.columns["kind"].tolist() == ["a", "b"]


def _copy(folder: Path, *kinds: str) -> str:
    (folder / "secret.csv").write_text("rooms,area,kind,price\n" + "".join(f"1,2,{k},3\n" for k in kinds), "utf-8")
    return "secret.csv"


def test_targets_are_classes_or_numbers(tmp_path: Path) -> None:
    """Text and few whole numbers are classes, everything else is a number, unless the settings say otherwise."""
    file = _csv(tmp_path)
    for target, kind in (("kind", "classes"), ("rooms", "classes"), ("price", "numbers"), ("area", "numbers")):
        assert _own(tmp_path, file=file, target=target).targets_are == kind
    assert _own(tmp_path, file=file, target="rooms", targets_are="numbers").targets_are == "numbers"
    assert _own(tmp_path, file=file, target=["rooms", "area"]).targets_are == "numbers"


@pytest.mark.parametrize("seed", range(20))
def test_every_class_stays_in_the_training_part(seed: int) -> None:
    """However rare a class is, a row of it is among the first, and the others are where they should be."""
    labels = np.array([0] * 31 + [1] * 2 + [2])
    order = draw_order(labels, len(labels), seed)
    assert sorted(order) == list(range(34))
    assert set(labels[order[:3]]) == {0, 1, 2}
    assert 15 <= sum(labels[order[17:]] == 0) <= 16


def _too_small(folder: Path) -> None:
    (folder / "houses.csv").write_text("kind\na\nb\n", "utf-8")


def _in_student(folder: Path) -> None:
    (folder / "student").mkdir()
    (folder / "student" / "secret.csv").write_text(CSV, "utf-8")


def _pickled(folder: Path) -> None:
    np.savez(folder / "houses.npz", x=np.array([{}, {}], object))


def _sizes(folder: Path) -> None:
    _images(folder)
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(folder / "houses" / "a" / "odd.png")


WRONG: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no file": ('file = "flats.csv"', _csv, "line 8, data, houses, file: flats.csv isn't there; put it into"),
    "outside": ('file = "../houses.csv"', lambda folder: _csv(folder.parent), "lies outside of"),
    "in student": (
        'file = "houses.csv"\nheld_out_file = "student/secret.csv"',
        lambda folder: (_csv(folder), _in_student(folder)),
        "line 9, data, houses, held_out_file: student/secret.csv lies in student/, where every notebook finds",
    ),
    "a copy in student": (
        'file = "houses.csv"',
        lambda folder: (_csv(folder), _in_student(folder)),
        "line 8, data, houses, file: student/secret.csv is a copy of it",
    ),
    "one file twice": (
        'file = "houses.csv"\nheld_out_file = "houses.csv"',
        _csv,
        "held_out_file: houses.csv is the file that is handed out",
    ),
    "both ways": (
        'file = "houses.csv"\nheld_out_file = "secret.csv"\nheld_out_share = 0.1',
        lambda folder: (_csv(folder), _copy(folder, "a")),
        "line 10, data, houses, held_out_share: rows are held back in a file of their own or split off, not both",
    ),
    "unknown column": (
        'file = "houses.csv"\ntarget = "cost"',
        _csv,
        "line 9, data, houses, target: houses.csv has no column 'cost'; its columns are rooms, area, kind, price",
    ),
    "unknown input": (
        'file = "houses.csv"\ninputs = ["cost"]',
        _csv,
        "line 9, data, houses, inputs: houses.csv has no",
    ),
    "target as input": (
        'file = "houses.csv"\ntarget = "price"\ninputs = ["area", "price"]',
        _csv,
        "line 10, data, houses, inputs: price can't be the target, too",
    ),
    "empty": (
        'file = "houses.csv"',
        lambda folder: (folder / "houses.csv").write_text(""),
        "line 8, data, houses, file: houses.csv: it has no rows",
    ),
    "header alone": (
        'file = "houses.csv"',
        lambda folder: (folder / "houses.csv").write_text("a,b\n"),
        "houses.csv: it has no rows",
    ),
    "too few": (
        'file = "houses.csv"',
        _too_small,
        "2 rows are too few to hold back 0.2 of them; give more, or name a file of held-out rows",
    ),
    "classes of one row": (
        'file = "houses.csv"\ntarget = "area"\ntargets_are = "classes"',
        _csv,
        "is a class with too few rows to hold back 0.2 of them",
    ),
    "unknown label": (
        'file = "houses.csv"\ntarget = "kind"\nheld_out_file = "secret.csv"',
        lambda folder: (_csv(folder), _copy(folder, "a", "c")),
        "line 10, data, houses, held_out_file: secret.csv has the labels c, which houses.csv lacks",
    ),
    "held-out columns": (
        'file = "houses.csv"\nheld_out_file = "secret.csv"',
        lambda folder: (_csv(folder), (folder / "secret.csv").write_text("rooms,area\n1,2\n")),
        "secret.csv should have the columns of houses.csv, and lacks kind, price",
    ),
    "unknown ending": (
        'file = "houses.xlsx"',
        lambda folder: (folder / "houses.xlsx").write_text("x"),
        "line 8, data, houses, file: houses.xlsx: no format is known for '.xlsx'; known endings are .csv",
    ),
    "unknown format": ('file = "houses.csv"\nformat = "excel"', _csv, "line 9, data, houses, format: should be one of"),
    "not a folder": ('file = "houses.csv"\nformat = "images"', _csv, "the format images is a folder with a folder of"),
    "pickle": ('file = "houses.npz"', _pickled, "houses.npz: it can't be read as npz: Object arrays cannot be loaded"),
    "ragged table": (
        'file = "houses.csv"',
        lambda folder: (folder / "houses.csv").write_text("a,b\n1,2\n3\n"),
        "houses.csv: line 3 has 1 fields, and the header has 2",
    ),
    "one name twice": (
        'file = "houses.csv"',
        lambda folder: (folder / "houses.csv").write_text("a,a\n1,2\n"),
        "each column needs a name of its own",
    ),
    "arrays of two lengths": (
        'file = "houses.npz"',
        lambda folder: np.savez(folder / "houses.npz", x_train=np.zeros(3), x_test=np.zeros(2)),
        "all arrays should have a row for each example, and seen was x_train (3,), x_test (2,)",
    ),
    "no image": (
        'file = "houses"',
        lambda folder: (folder / "houses" / "a").mkdir(parents=True),
        "houses: it should hold a folder for each class with images in it",
    ),
    "not an image": (
        'file = "houses"',
        lambda folder: (_images(folder), (folder / "houses" / "a" / "0.png").write_text("x")),
        "can't be read as images",
    ),
    "labels on some lines": (
        'file = "houses.txt"',
        lambda folder: (folder / "houses.txt").write_text("a\tone\ntwo\n"),
        "either each line or none has a label and a tab before its text; line 2 differs",
    ),
    "text as number": (
        'file = "houses.csv"\ntarget = "kind"\ntargets_are = "numbers"',
        _csv,
        'target: kind should hold numbers, and has "b"',
    ),
    "missing target": (
        'file = "houses.csv"\ntarget = "b"',
        lambda folder: (folder / "houses.csv").write_text("a,b\n1,2\n3,\n" + "5,6\n" * 9),
        "target: b has no value in example 2",
    ),
    "path upwards": (
        'file = "houses.csv"\ngiven_as = "../houses.csv"',
        _csv,
        'line 9, data, houses, given_as: should be a path below the notebook\'s folder, and is "../houses.csv"',
    ),
    "name of a dataset": (
        'file = "houses.csv"\n\n[data.mnist]\nfile = "houses.csv"\ngiven_as = "other.csv"',
        _csv,
        "line 10, data, mnist: mnist is the name of one of the datasets, too",
    ),
    "one path twice": (
        'file = "houses.csv"\n\n[data.flats]\nfile = "houses.csv"',
        _csv,
        "line 10, data, flats, given_as: houses.csv is handed out by [data.houses] already",
    ),
    "nothing to measure by": (
        'file = "houses.csv"' + MEASURED,
        _csv,
        "line 7, data, houses, target: this key is missing: say which column holds the right answers",
    ),
    "nothing to measure on": (
        'file = "houses.csv"\ntarget = "price"\nheld_out_share = 0' + MEASURED,
        _csv,
        "line 10, data, houses, held_out_share: no rows are held back to measure on",
    ),
    "text beside numbers": (
        'file = "houses.csv"\ntarget = "price"\ninputs = ["area", "kind"]' + MEASURED,
        _csv,
        "line 10, data, houses, inputs: a model takes columns of numbers side by side",
    ),
    "images of two sizes": (
        'file = "houses"' + MEASURED,
        _sizes,
        "line 7, data, houses, image_size: the images have several sizes, 4 × 5, 9 × 9; say to which",
    ),
    "unknown data": (
        'file = "houses.csv"\n\n[accuracy.models.net]\ndataset = "flats"\n',
        _csv,
        "line 11, accuracy, models, net, dataset: the assignment has no data 'flats'",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_had_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    """Each message names the line, what is wrong and what would do."""
    keys, prepare, expected = WRONG[name]
    folder = tmp_path / "all" / "own"
    folder.mkdir(parents=True)
    prepare(folder)
    head = 'datasets = ["mnist"]\n' if name == "name of a dataset" else "\n"
    text = TASK.replace('title = "Houses"\n\n', f'title = "Houses"\n{head}', 1)
    (folder / "assignment.toml").write_text(text + keys, "utf-8")
    with pytest.raises(AssignmentError) as caught:
        assignments.load("own", folder.parent)
    assert expected in str(caught.value)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A format whose reader isn't installed says what to install."""
    (tmp_path / "houses.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(AssignmentError, match="needs pandas, which is missing: pip install"):
        _own(tmp_path, file="houses.parquet")


def test_fingerprint_depends_on_the_data(tmp_path: Path) -> None:
    """Evidence that was made with other data isn't recalled."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "assignment.toml").write_text(TASK + 'file = "houses.csv"\ntarget = "kind"\n', "utf-8")
    _csv(folder)
    before = assignments.load("own", tmp_path)
    rows = list(csv.reader(CSV.splitlines()))
    rows[3][1] = "0"
    (folder / "houses.csv").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    after = assignments.load("own", tmp_path)
    assert before.fingerprint != after.fingerprint
    assert before.own_data["houses"].description != after.own_data["houses"].description
