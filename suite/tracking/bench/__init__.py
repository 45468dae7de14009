"""Benchmarks of the references: against each other, and against the anchor, a network that never changes.

The absolute time of a night says little, as machines differ and are shared. The nightly record compares the ratio to
the anchor, which runs in turns with the benchmark within the same minutes. Public: `Bench`, `BenchPlan`, `BenchGroup`,
`bench_groups`, `Benchmark`, `Record`, `as_document`, `read`, `write_page`.
"""

from suite.tracking.bench.groups import BenchGroup, bench_groups
from suite.tracking.bench.page import write_page
from suite.tracking.bench.record import Benchmark, Record, as_document, read
from suite.tracking.bench.run import Bench, BenchPlan

__all__ = [
    "Bench",
    "BenchGroup",
    "BenchPlan",
    "Benchmark",
    "Record",
    "as_document",
    "bench_groups",
    "read",
    "write_page",
]
