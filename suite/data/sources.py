"""Where datasets come from: folders that may hold a dataset's official files, tried in order, without the network.

If none does, the embedded stand-in is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from suite import plugins
from suite.data.dataset import Dataset, FoundDataset, MadeDataset, Parts
from suite.errors import DataError

TRAIN_SHARE = 5 / 6  # of a dataset that has only one part: MNIST has 6 training rows for each test row


looked_for: set[str] = set()
"""Names of the datasets that this process has looked for: what it read is kept, and a fork of it has that, too."""


@cache
def all_datasets() -> dict[str, Dataset]:
    """Every dataset that notebooks can load, by name."""
    return {each.name: each for each in plugins.load_all("datasets").values() if isinstance(each, Dataset)}


@cache
def made_datasets() -> dict[str, MadeDataset]:
    """Every dataset that the host generates, by name."""
    return {each.name: each for each in plugins.load_all("datasets").values() if isinstance(each, MadeDataset)}


def loader_names() -> dict[str, dict[str, str]]:
    """Each dataset's name in every loader that offers it, its columns and classes, with which a worker patches them."""
    return {
        name: {
            **dataset.loaders,
            "inputs": dataset.inputs,
            "targets": dataset.targets,
            "classes": dataset.classes,
        }
        for name, dataset in all_datasets().items()
    }


def find(name: str, environment: Mapping[str, str]) -> FoundDataset:
    """The dataset from the first source that has it; `environment` gives SUITE_DATA_DIR and HOME."""
    return find_real(name, environment) or FoundDataset(source="stand-in", parts=get(name).stand_in(), stand_in=True)


def find_real(name: str, environment: Mapping[str, str]) -> FoundDataset | None:
    """The same without the stand-in, which takes seconds to make; `None` if no source has the dataset.

    Always `None` if SUITE_STAND_IN is set.
    """
    dataset = get(name)
    looked_for.add(name)
    if environment.get("SUITE_STAND_IN"):
        return None
    for source, folder in folders(dataset, environment):
        if parts := dataset.read(folder):
            complete = len(parts) > 1
            name = source if complete else f"{source}, a sample"
            return FoundDataset(source=name, parts=_split(parts), stand_in=False)
    return None


def get(name: str) -> Dataset:
    """A dataset by name; `DataError` names the known ones."""
    if name not in all_datasets():
        raise DataError("no dataset is called {name!r}; known: {known}", name=name, known=", ".join(all_datasets()))
    return all_datasets()[name]


def folders(dataset: Dataset, environment: Mapping[str, str]) -> list[tuple[str, Path]]:
    """(source name, folder) of each folder to search."""
    home = Path(environment.get("HOME", "/"))
    places = [(cache, home / folder) for cache, folder in dataset.caches.items()]
    places.append(("system package", Path("/usr/share/datasets") / dataset.folder))
    places.append(("fetched", fetched_folder(environment) / dataset.folder))
    if own := environment.get("SUITE_DATA_DIR"):
        places.insert(0, ("SUITE_DATA_DIR", Path(own) / dataset.folder))
    return places


PLACES = ("HOME", "SUITE_DATA_DIR", "SUITE_STAND_IN", "XDG_CACHE_HOME")
"""Variables of the environment by which datasets are found."""


def fetched_folder(environment: Mapping[str, str]) -> Path:
    """Where `suite data fetch` puts downloads, by the XDG base directory specification."""
    cache = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "/")) / ".cache"
    return Path(cache) / "notebook-suite"


def _split(parts: Parts) -> Parts:
    """Training and test part; if there is only one, it is split in two."""
    if len(parts) > 1:
        return parts
    (only,) = parts.values()
    cut = round(len(next(iter(only.values()))) * TRAIN_SHARE)
    return {
        "train": {column: values[:cut] for column, values in only.items()},
        "test": {column: values[cut:] for column, values in only.items()},
    }
