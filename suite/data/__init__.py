"""Datasets for submissions: found on the host through doors, cut to the budget and laid where the sandbox reads them.

Public: `prepare`, `find`, `lessons`, `DATASETS`.
"""

from suite.data.dataset import FoundDataset
from suite.data.examples import lessons
from suite.data.prepare import Prepared, prepare
from suite.data.sources import DATASETS, find

__all__ = ["DATASETS", "FoundDataset", "Prepared", "find", "lessons", "prepare"]
