"""IMDB: film reviews that are positive or negative, from the publishers' archive of texts.

Keras offers the same reviews as numbers of words, in an archive that needs pickle. Here the numbers are made from the
texts as Keras's were: the most frequent word of the training part has the number 1. The embedded stand-in is generated.
URL and MD5: torchtext.datasets.imdb.
"""

from __future__ import annotations

import functools
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from suite.data.dataset import Dataset, DatasetPart, OfficialFile, Parts
from suite.data.train_test_set import Array, TrainTestSet
from suite.data.words import as_numbers, number_words, split_words
from suite.errors import DataError

ARCHIVE = "aclImdb_v1.tar.gz"
LABELS = ("neg", "pos")
WORD = r"[a-z0-9']+"
LONGEST = 5000  # bytes of a review that are kept, as each takes as much memory as the longest; hardly any has more
VOCABULARY, WORDS = 10_000, 100
MADE_ROWS = {"train": 4000, "test": 800}
NEUTRAL = "the a film movie and of it is in this that was with for as plot actor scene story one"
TELLING = (
    "bad worst boring awful dull terrible waste poor stupid weak mess silly",
    "good best great wonderful excellent perfect love superb brilliant fun moving classic",
)


def read_reviews(folder: Path) -> Parts:
    """Read the archive: text (UTF-8 bytes) and label (int64, 0 or 1) of both parts, in random order."""
    archive = folder / ARCHIVE
    return _read(archive, archive.stat().st_mtime_ns) if archive.is_file() else {}


@functools.lru_cache(maxsize=1)  # fifty thousand files take ten seconds
def _read(archive: Path, changed_ns: int) -> Parts:  # noqa: ARG001 - a file that has changed is another
    found: dict[str, list[tuple[bytes, int]]] = {"train": [], "test": []}
    try:
        for part, label, text in _reviews(archive):
            found[part].append((text, label))
    except (OSError, EOFError, tarfile.TarError) as error:
        raise DataError(
            "{archive} is damaged: {error}; delete it and fetch it again", archive=archive, error=error
        ) from error
    if not all(found.values()):
        raise DataError("{archive} lacks reviews; delete it and fetch it again", archive=archive)
    generator = np.random.default_rng(0)
    return {part: _as_part([rows[row] for row in generator.permutation(len(rows))]) for part, rows in found.items()}


def _reviews(archive: Path) -> Iterator[tuple[str, int, bytes]]:
    """(part, label, text) of each labelled review."""
    name = re.compile(r"aclImdb/(train|test)/(neg|pos)/[^/]+\.txt")
    with tarfile.open(archive) as tar:
        for member in tar:
            place = name.fullmatch(member.name.removeprefix("./"))
            stream = tar.extractfile(member) if place else None
            if place and stream:
                yield place[1], LABELS.index(place[2]), stream.read(LONGEST)


def _as_part(rows: list[tuple[bytes, int]]) -> DatasetPart:
    return {"text": np.array([text for text, _ in rows]), "label": np.array([label for _, label in rows], np.int64)}


def reviews() -> Parts:
    """The stand-in: reviews of 20 to 120 words, of which a fifth tell what they are."""
    generator = np.random.default_rng(0)

    neutral, telling = NEUTRAL.split(), [words.split() for words in TELLING]

    def review(label: int) -> bytes:
        count = int(generator.integers(20, 121))
        draws = zip(generator.random(count) < 1 / 5, generator.random(count), strict=True)
        chosen = ((telling[label] if tells else neutral, place) for tells, place in draws)
        return (" ".join(words[int(place * len(words))] for words, place in chosen).capitalize() + ".").encode()

    return {part: _as_part([(review(row % 2), row % 2) for row in range(rows)]) for part, rows in MADE_ROWS.items()}


def rank_words(parts: Parts) -> Array:
    """The words of the training part as bytes, the most frequent first."""
    texts = (text.decode("utf-8", "replace").lower() for text in parts["train"]["text"])
    counts = Counter(word for text in texts for word in re.findall(WORD, text))
    return np.array([word.encode() for word, _ in counts.most_common()])


def as_set(train: DatasetPart, held_out: DatasetPart) -> TrainTestSet:
    """Numbers of each review's first words, and classes."""
    given, hidden = (
        [split_words(text.decode("utf-8", "replace")) for text in part["text"]] for part in (train, held_out)
    )
    numbers = number_words(given, VOCABULARY)
    return TrainTestSet(
        kind="classes",
        inputs=as_numbers(given, numbers, WORDS),
        targets=train["label"].astype(np.int64),
        held_out_inputs=as_numbers(hidden, numbers, WORDS),
        held_out_targets=held_out["label"].astype(np.int64),
    )


IMDB = Dataset(
    name="imdb",
    folder="imdb",
    read=read_reviews,
    stand_in=reviews,
    inputs="text",
    targets="label",
    classes=" ".join(LABELS),
    loaders={"keras.datasets": "imdb", "keras.datasets.words": WORD, "tensorflow_datasets": "imdb_reviews"},
    reads="words",
    as_set=as_set,
    rank_words=rank_words,
    rows={"train": 25_000, "test": 25_000},
    files=(
        OfficialFile(
            url=f"https://ai.stanford.edu/~amaas/data/sentiment/{ARCHIVE}", md5="7c2ac02c03563afcf9b574c7e56c153a"
        ),
    ),
)
