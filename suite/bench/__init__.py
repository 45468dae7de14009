"""Benchmarks of the oracles: against each other, and against an anchor that never changes.

The absolute time of a night says little, as machines differ and are shared; its ratio to the anchor, run in turns
with it in the same minutes, is what the nightly record compares. Public: `Bench`,
`Plan`, `fields`, `Benchmark`, `Record`, `read`, `write`, `write_page`.
"""

from suite.bench.page import write_page
from suite.bench.record import Benchmark, Record, read, write
from suite.bench.run import Bench, Plan, fields

__all__ = ["Bench", "Benchmark", "Plan", "Record", "fields", "read", "write", "write_page"]
