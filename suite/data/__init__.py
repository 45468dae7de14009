"""Datasets for submissions: found on the host through doors, cut to the budget and laid where the sandbox reads them.

Public: `prepare`, `find`, `lessons`, `DATASETS`.
"""

from suite.data.dataset import Found
from suite.data.doors import DATASETS, find
from suite.data.examples import lessons
from suite.data.prepare import Prepared, prepare

__all__ = ["DATASETS", "Found", "Prepared", "find", "lessons", "prepare"]
