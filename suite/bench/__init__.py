"""Benchmarks of the oracles: against each other, and against an anchor that never changes.

The absolute time of a night says little, as machines differ and are shared; its ratio to the anchor, run in turns
with it in the same minutes, is what the nightly record compares. Public: `Bench`,
`Plan`, `Field`, `fields`, `Benchmark`, `Record`, `read`, `write`, `write_page`.
"""

from suite.bench.fields import Field, fields
from suite.bench.page import write_page
from suite.bench.record import Benchmark, Record, read, write
from suite.bench.run import Bench, Plan

__all__ = ["Bench", "Benchmark", "Field", "Plan", "Record", "fields", "read", "write", "write_page"]
