"""CIFAR-10 and CIFAR-100: colour images of 32 × 32, from the publishers' binary files, which need no pickle.

The embedded stand-in is generated: stripes whose direction, width and colour tell the class. Format and MD5 checksums:
https://www.cs.toronto.edu/~kriz/cifar.html; names of classes: torchvision.datasets.cifar and the same page.
"""

from __future__ import annotations

import colorsys
import functools
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from suite.data.dataset import Dataset, DatasetPart, OfficialFile, Parts
from suite.data.train_test_set import SCALES_OF_IMAGES, Array, TrainTestSet
from suite.errors import DataError

URL = "https://www.cs.toronto.edu/~kriz"
SIDE, CHANNELS = 32, 3
PIXELS = SIDE * SIDE * CHANNELS
MADE_ROWS = {"train": 2000, "test": 500}
STRIPES = 10  # kinds of them in the stand-in: five directions of wide ones, then five of narrow ones
FINE_IN_COARSE = 5  # classes of CIFAR-100 in each of its twenty coarse ones; in the stand-in neighbours
NOISE, CONTRAST = 25, 60  # of the stand-in, in steps of 255
CLASSES_10 = "airplane automobile bird cat deer dog frog horse ship truck"
CLASSES_100 = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle
caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant
flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree
motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate
poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider
squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle
wardrobe whale willow_tree wolf woman worm
"""


def _read(folder: Path, archive: str, files: Mapping[str, tuple[str, ...]], columns: tuple[str, ...]) -> Parts:
    """Read the archive, or its unpacked folder: x `(rows, 32, 32, 3)` and labels `(rows, 1)`, all uint8.

    A record is a byte for each column of labels, then the planes of red, green and blue.
    """
    parts = {}
    for part, names in files.items():
        content = _content(folder, archive, names)
        if content is None:
            continue
        if not content or len(content) % (len(columns) + PIXELS):
            raise DataError(
                "{folder}: the {part} part isn't CIFAR's binary version; delete it and fetch it again",
                folder=folder,
                part=part,
            )
        records = np.frombuffer(content, np.uint8).reshape(-1, len(columns) + PIXELS)
        planes = records[:, len(columns) :].reshape(-1, CHANNELS, SIDE, SIDE)
        labels = {column: records[:, place : place + 1] for place, column in enumerate(columns)}
        parts[part] = {"x": np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), **labels}
    return parts


def _content(folder: Path, archive: str, names: tuple[str, ...]) -> bytes | None:
    """The content of some files, one after the other; `None` if they aren't there."""
    paths = [folder / name for name in names]
    if all(path.is_file() for path in paths):
        return b"".join(path.read_bytes() for path in paths)
    packed = folder / archive
    return _unpack(packed, names, packed.stat().st_mtime_ns) if packed.is_file() else None


@functools.lru_cache(maxsize=2)  # a process that grades several classes unpacks a part once
def _unpack(archive: Path, names: tuple[str, ...], changed_ns: int) -> bytes:  # noqa: ARG001 - a changed file is another
    """The same from an archive."""
    try:
        with tarfile.open(archive) as tar:
            found = [tar.extractfile(name) for name in names]
            return b"".join(stream.read() for stream in found if stream)
    except (OSError, EOFError, KeyError, tarfile.TarError) as error:
        raise DataError(
            "{archive} is damaged: {error}; delete it and fetch it again", archive=archive, error=error
        ) from error


def _stand_in(classes: int, columns: tuple[str, ...]) -> Parts:
    """Noisy stripes of ten kinds, in as many hues as the classes need."""
    generator = np.random.default_rng(0)
    parts = {}
    for part, rows in MADE_ROWS.items():
        labels = np.arange(rows) % classes
        of_column = {"y": labels, "coarse_label": labels // FINE_IN_COARSE}
        named = {column: of_column[column][:, None].astype(np.uint8) for column in columns}
        parts[part] = {"x": _stripes(labels % STRIPES, labels // STRIPES, generator), **named}
    return parts


def _stripes(kinds: Array, hues: Array, generator: np.random.Generator) -> Array:
    """Images `(rows, 32, 32, 3)` of these kinds of stripes and these hues; two kinds in one hue differ in tint, too."""
    directions = STRIPES // 2
    angles = (kinds % directions) * np.pi / directions
    waves = np.where(kinds < directions, 2, 5) * 2 * np.pi / SIDE
    row, column = np.mgrid[:SIDE, :SIDE]
    along = np.cos(angles)[:, None, None] * row + np.sin(angles)[:, None, None] * column
    phases = generator.uniform(0, 2 * np.pi, (len(kinds), 1, 1))
    light = CONTRAST * np.sin(waves[:, None, None] * along + phases)[..., None]
    places = (hues + kinds / STRIPES) / (hues.max() + 1)
    colours = np.array([colorsys.hsv_to_rgb(place, 0.6, 0.6) for place in places]) * 255
    noise = NOISE * generator.standard_normal((len(kinds), SIDE, SIDE, CHANNELS), np.float32)
    images: Array = np.clip(colours[:, None, None] + light + noise, 0, 255).astype(np.uint8)
    return images


def as_set(train: DatasetPart, held_out: DatasetPart) -> TrainTestSet:
    """Unscaled pixels, which each model scales in its own way, and classes."""
    return TrainTestSet(
        kind="classes",
        inputs=train["x"],
        targets=train["y"].reshape(-1).astype(np.int64),
        held_out_inputs=held_out["x"],
        held_out_targets=held_out["y"].reshape(-1).astype(np.int64),
        scaled_by_model=True,
        scales=SCALES_OF_IMAGES,
    )


def _cifar(
    classes: str,
    files: Mapping[str, tuple[str, ...]],
    columns: tuple[str, ...],
    md5: str,
    loaders: Mapping[str, str],
) -> Dataset:
    """One of the two datasets; `loaders` has what the other doesn't have."""
    count = len(classes.split())
    archive = f"cifar-{count}-binary.tar.gz"
    return Dataset(
        name=f"cifar{count}",
        folder=f"cifar-{count}",
        read=functools.partial(_read, archive=archive, files=files, columns=columns),
        stand_in=functools.partial(_stand_in, count, columns),
        inputs="x",
        targets="y",
        classes=classes,
        loaders={
            "keras.datasets": f"cifar{count}",
            "torchvision.datasets": f"CIFAR{count}",
            "tensorflow_datasets": f"cifar{count}",
            "tensorflow_datasets.inputs": "image",
            "tensorflow_datasets.targets": "label",
            **loaders,
        },
        reads="images",
        as_set=as_set,
        rows={"train": 50_000, "test": 10_000},
        files=(OfficialFile(url=f"{URL}/{archive}", md5=md5),),
    )


CIFAR10 = _cifar(
    CLASSES_10,
    {
        "train": tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
        "test": ("cifar-10-batches-bin/test_batch.bin",),
    },
    ("y",),
    "c32a1d4ab5d03f1284b67883e8d87530",
    {"sklearn.datasets.fetch_openml": "CIFAR_10"},
)
CIFAR100 = _cifar(
    CLASSES_100,
    {"train": ("cifar-100-binary/train.bin",), "test": ("cifar-100-binary/test.bin",)},
    ("coarse_label", "y"),
    "03b5dce01913d631647c71ecec9e9cb8",
    {"keras.datasets.label_mode.fine": "y", "keras.datasets.label_mode.coarse": "coarse_label"},
)
