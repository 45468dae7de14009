"""What a change costs: two revisions measured in turns, in time, memory and compilation, before the change is merged.

Public: `compare`, `Comparison`, `PytestBench`, `SuiteBench`, `as_json`, `as_markdown`.
"""

from suite.tracking.compare.comparison import Comparison, compare
from suite.tracking.compare.pytest_bench import PytestBench
from suite.tracking.compare.suite_bench import SuiteBench
from suite.tracking.compare.summary import as_json, as_markdown

__all__ = ["Comparison", "PytestBench", "SuiteBench", "as_json", "as_markdown", "compare"]
