"""Datasets for submissions: found on the host, cut to the budget and written where the sandbox reads them.

Public: `prepare`, `find`, `train_test_sets`, `all_datasets`, `loader_names`; `Dataset` and `MadeDataset` for new ones.
"""

from suite.data.dataset import Dataset, FoundDataset, MadeDataset, OfficialFile
from suite.data.examples import train_test_set, train_test_sets
from suite.data.prepare import Prepared, prepare, write_all_rows
from suite.data.sources import all_datasets, find, loader_names
from suite.data.train_test_set import TrainTestSet

__all__ = [
    "Dataset",
    "FoundDataset",
    "MadeDataset",
    "OfficialFile",
    "Prepared",
    "TrainTestSet",
    "all_datasets",
    "find",
    "loader_names",
    "prepare",
    "train_test_set",
    "train_test_sets",
    "write_all_rows",
]
