"""AG News in CSV files: the publishers' (class 1 to 4, title, description), or with a header and named classes.

The embedded stand-in is generated: sentences whose words tell their class. URL and checksums:
torchtext.datasets.ag_news.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from suite.data.dataset import Dataset, DatasetPart, OfficialFile, Parts
from suite.data.train_test_set import TrainTestSet
from suite.data.words import as_numbers, number_words, split_words
from suite.errors import DataError

LABELS = ("World", "Sports", "Business", "Sci/Tech")
HEADER = ("title", "description", "class")
URL = "https://raw.githubusercontent.com/mhjabreel/CharCnn_Keras/master/data/ag_news_csv"
VOCABULARY = 20_000  # counts the padding, 0, and the unknown word, 1
VOCABULARY_ROWS = 10_000  # whose words are counted, which takes a second; further words of a larger set are unknown
WORDS = 20  # of a text: 19 of 20 titles with descriptions in AG News have as many, so hardly any row is padded
NEWS_ROWS = {"train": 4000, "test": 800}
SHARED_WORDS = ("the", "a", "new", "after", "in", "on", "with", "says", "as", "over", "first", "its", "more", "today")
CLASS_WORDS = (
    ["minister", "election", "troops", "peace", "border", "treaty", "embassy", "parliament", "protest", "summit"],
    ["team", "coach", "season", "goal", "match", "league", "striker", "final", "tournament", "medal"],
    ["shares", "profit", "market", "oil", "bank", "merger", "stocks", "quarter", "earnings", "investors"],
    ["software", "chip", "internet", "browser", "satellite", "scientists", "phone", "server", "virus", "research"],
)


def read_news(folder: Path) -> Parts:
    """Read title and description (UTF-8 bytes) and label (int64, 0 to 3) of each part that is there."""
    paths = {part: folder / f"{part}.csv" for part in ("train", "test")}
    return {part: _read(path) for part, path in paths.items() if path.is_file()}


def as_part(rows: list[tuple[str, str, int]]) -> DatasetPart:
    """Columns from rows of (title, description, label)."""
    titles, descriptions, labels = zip(*rows, strict=True)
    return {
        "title": np.array([title.encode() for title in titles]),
        "description": np.array([description.encode() for description in descriptions]),
        "label": np.array(labels, np.int64),
    }


def _read(path: Path) -> DatasetPart:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.reader(stream) if row]
        if rows and tuple(rows[0]) == HEADER:
            part = [(title, description, LABELS.index(label)) for title, description, label in rows[1:]]
        else:
            part = [(title, description, int(label) - 1) for label, title, description in rows]
    except (ValueError, csv.Error) as error:
        raise DataError(
            "{path} isn't AG News: {error}; delete it and fetch it again", path=path, error=error
        ) from error
    if {label for _, _, label in part} != set(range(len(LABELS))):
        raise DataError(
            "{path} doesn't have the classes 1 to {count}; delete it and fetch it again", path=path, count=len(LABELS)
        )
    return as_part(part)


def news() -> Parts:
    """The stand-in: titles of 4 to 8 words, descriptions of 15 to 30; a third of the words are typical of the class."""
    generator = np.random.default_rng(0)

    def sentence(label: int, low: int, high: int) -> str:
        count = int(generator.integers(low, high + 1))
        own = generator.random(count) < 1 / 3
        own[generator.integers(count)] = True
        return " ".join(str(generator.choice(CLASS_WORDS[label] if mine else SHARED_WORDS)) for mine in own)

    return {
        part: as_part([(sentence(row % 4, 4, 8), sentence(row % 4, 15, 30), row % 4) for row in range(rows)])
        for part, rows in NEWS_ROWS.items()
    }


def as_set(train: DatasetPart, held_out: DatasetPart) -> TrainTestSet:
    """Numbers of the first words of title with description, and classes."""
    texts = _texts(train)
    numbers = number_words(texts[:VOCABULARY_ROWS], VOCABULARY)
    return TrainTestSet(
        kind="classes",
        inputs=as_numbers(texts, numbers, WORDS),
        targets=train["label"].astype(np.int64),
        held_out_inputs=as_numbers(_texts(held_out), numbers, WORDS),
        held_out_targets=held_out["label"].astype(np.int64),
    )


def _texts(part: DatasetPart) -> list[list[str]]:
    """The words of each title and description."""
    pairs = zip(part["title"], part["description"], strict=True)
    return [split_words(b" ".join(pair).decode("utf-8", "replace")) for pair in pairs]


AG_NEWS = Dataset(
    name="ag_news",
    folder="ag_news",
    read=read_news,
    stand_in=news,
    inputs="description",
    targets="label",
    loaders={"tensorflow_datasets": "ag_news_subset"},
    reads="words",
    as_set=as_set,
    rows={"train": 120_000, "test": 7_600},
    files=(
        OfficialFile(url=f"{URL}/train.csv", md5="b1a00f826fdfbd249f79597b59e1dc12"),
        OfficialFile(url=f"{URL}/test.csv", md5="d52ea96a97a2d943681189a97654912d"),
    ),
)
