"""The doors to a dataset, tried in order; none needs the network.

A door is a folder that may hold a dataset's official files; the last one, the stand-in, is always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from suite.data.dataset import Dataset, FoundDataset, OfficialFile, Parts
from suite.data.images import read_images
from suite.data.news import read_news
from suite.data.standin import digits, news
from suite.errors import DataError

TRAIN_SHARE = 5 / 6  # of a sample that has one part only: the proportion of MNIST's own parts is 6 to 1

AG_NEWS_URL = "https://raw.githubusercontent.com/mhjabreel/CharCnn_Keras/master/data/ag_news_csv"
# URLs and checksums: torchvision.datasets.mnist and torchtext.datasets.ag_news.
DATASETS: dict[str, Dataset] = {
    "fashion_mnist": Dataset(
        folder="fashion-mnist",
        caches={"Keras cache": ".keras/datasets/fashion-mnist"},
        read=read_images,
        stand_in=digits,
        sources=tuple(
            OfficialFile(url=f"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/{name}-ubyte.gz", md5=md5)
            for name, md5 in (
                ("train-images-idx3", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                ("train-labels-idx1", "25c81989df183df01b3e8a0aad5dffbe"),
                ("t10k-images-idx3", "bef4ecab320f06d8554ea6380940ec79"),
                ("t10k-labels-idx1", "bb300cfdad3c16e7a12a480ee83cd310"),
            )
        ),
    ),
    "mnist": Dataset(
        folder="mnist",
        caches={"Keras cache": ".keras/datasets"},
        read=read_images,
        stand_in=digits,
        sources=tuple(
            OfficialFile(url=f"https://ossci-datasets.s3.amazonaws.com/mnist/{name}-ubyte.gz", md5=md5)
            for name, md5 in (
                ("train-images-idx3", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                ("train-labels-idx1", "d53e105ee54ea40749a09fcbcd1e9432"),
                ("t10k-images-idx3", "9fb629c4189551a2d022fa330f9573f3"),
                ("t10k-labels-idx1", "ec29112dd5afa0611ce80d1b7f02629c"),
            )
        ),
    ),
    "ag_news": Dataset(
        folder="ag_news",
        caches={},
        read=read_news,
        stand_in=news,
        sources=tuple(
            OfficialFile(url=f"{AG_NEWS_URL}/{name}", md5=md5)
            for name, md5 in (
                ("train.csv", "b1a00f826fdfbd249f79597b59e1dc12"),
                ("test.csv", "d52ea96a97a2d943681189a97654912d"),
            )
        ),
    ),
}


def find(name: str, environment: Mapping[str, str]) -> FoundDataset:
    """Open the first door behind which the dataset lies; `environment` gives SUITE_DATA_DIR and HOME."""
    return find_real(name, environment) or FoundDataset(door="stand-in", parts=get(name).stand_in(), stand_in=True)


def find_real(name: str, environment: Mapping[str, str]) -> FoundDataset | None:
    """Open the first door but the stand-in's, which takes seconds to make; `None` where the dataset lies nowhere.

    With SUITE_STAND_IN set, no other door is tried.
    """
    dataset = get(name)
    if environment.get("SUITE_STAND_IN"):
        return None
    for door, folder in folders(dataset, environment):
        if parts := dataset.read(folder):
            complete = len(parts) > 1
            return FoundDataset(door=door if complete else f"{door}, a sample", parts=_split(parts), stand_in=False)
    return None


def get(name: str) -> Dataset:
    """A dataset by name; `DataError` names the known ones."""
    if name not in DATASETS:
        raise DataError(f"no dataset is called {name!r}; known: {', '.join(DATASETS)}")
    return DATASETS[name]


def folders(dataset: Dataset, environment: Mapping[str, str]) -> list[tuple[str, Path]]:
    """The folders to look into, with the name of each door."""
    home = Path(environment.get("HOME", "/"))
    doors = [(cache, home / folder) for cache, folder in dataset.caches.items()]
    doors.append(("system package", Path("/usr/share/datasets") / dataset.folder))
    doors.append(("fetched", fetched_folder(environment) / dataset.folder))
    if own := environment.get("SUITE_DATA_DIR"):
        doors.insert(0, ("SUITE_DATA_DIR", Path(own) / dataset.folder))
    return doors


def fetched_folder(environment: Mapping[str, str]) -> Path:
    """Where `suite data fetch` puts what it downloads, by the XDG base directory specification."""
    cache = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "/")) / ".cache"
    return Path(cache) / "notebook-suite"


def _split(parts: Parts) -> Parts:
    """Both parts; where there is only one it is cut in two."""
    if len(parts) > 1:
        return parts
    (only,) = parts.values()
    cut = round(len(next(iter(only.values()))) * TRAIN_SHARE)
    return {
        "train": {column: values[:cut] for column, values in only.items()},
        "test": {column: values[cut:] for column, values in only.items()},
    }
