"""How often `suite bench compare` is wrong: `python -m tests.validation.compare`.

Simulated changes of many benchmarks hold the declared rate, in the noises of `tests.validation.noise`: each measurement
is a new process with a bias of its own, as in `suite bench`, or each pair of processes, which measures two quads, as in
pytest. `--real MINUTES` plants slowdowns of 0, 5 and 10% into a small project, and 10% of memory, and compares them by
the command itself, the slowdowns beside `pytest-benchmark compare` and `asv continuous` on the same pairs; asv runs
where `--asv` names its program. Lines of JSON in `--file` keep what was measured, so that runs can be spread. Exit code
1 where the simulated false fails can't be said to be at most 1%.
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path

import numpy as np

from suite.assignments import ThroughputSettings
from suite.stats.signed_rank import level, p_values
from suite.tracking.compare import PytestBench, SuiteBench
from suite.tracking.compare.settings import FALSE_FAILS, series
from tests.validation import planted
from tests.validation.noise import BIAS, NOISES, QUADS, TURNS
from tests.validation.timing import interval, share, table

BENCHMARKS = 10
RATIOS = (1.0, 1.03, 1.05, 1.10)
JUDGED = series(gpu=True) | series(gpu=False)
SPREADS = {"memory": 0.001, "gpu_memory": 0.001, "compile": 0.06}
"""Of log figures of equal processes, as recorded in `figures`; a GPU's memory differs less than the host's."""
LARGER = {"memory": (1.0, 1.03, 1.10), "gpu_memory": (1.0, 1.03, 1.10), "compile": (1.0, 1.10, 1.30)}


def draw(name: str, generator: np.random.Generator, trials: int, ratio: float, each: int) -> np.ndarray:
    """d of each quad, (trials, quads): a process for each measurement, or a pair of them for `each` quads."""
    bias = BIAS if name.startswith("process") else 0.0
    turns = NOISES[name](generator, trials).reshape(trials, QUADS, TURNS)
    if each == 1:
        return _quads(turns + generator.normal(0, bias, turns.shape), ratio, generator)
    of_pairs = generator.normal(0, bias * np.sqrt(2), (trials, QUADS // each))
    return _quads(turns, ratio, generator) + np.repeat(of_pairs, each, axis=1)


def _quads(turns: np.ndarray, ratio: float, generator: np.random.Generator) -> np.ndarray:
    new_first = generator.integers(2, size=turns.shape[:2]).astype(bool)
    outer, inner = turns[:, :, [0, 3]].min(axis=2), turns[:, :, [1, 2]].min(axis=2)
    return np.where(new_first, outer - inner, inner - outer) + np.log(ratio)


def fails(d: np.ndarray, settings: ThroughputSettings, benchmarks: int) -> np.ndarray:
    """Whether a benchmark fails among others that don't: Holm's method begins with level / benchmarks."""
    return p_values(d, settings) <= level(settings) / benchmarks


def simulate(changes: int, seed: int) -> tuple[list[list[str]], list[list[str]], bool]:
    """Tables of time, and of memory and compilation; and whether the declared rate holds."""
    generator = np.random.default_rng(seed)
    rows, others, wrong = [], [], 0.0
    for (kind, quads), name in product((("suite", SuiteBench.quads), ("pytest", PytestBench.quads)), NOISES):
        rule = JUDGED["time"].rule.model_copy(update={"quads": quads})
        row = [kind, name]
        for ratio in RATIOS:
            # at 1 and at the tolerance all benchmarks of a change are so; a slowdown is in one of them
            each = BENCHMARKS if ratio <= 1 + rule.tolerance else 1
            d = draw(name, generator, changes * each, ratio, quads)
            failed = fails(d, rule, BENCHMARKS).reshape(changes, each).any(axis=1)
            row.append(share(int(failed.sum()), changes))
            if ratio <= 1 + rule.tolerance:
                wrong = max(wrong, interval(int(failed.sum()), changes)[0])
        rows.append(row)
    for name, spread in SPREADS.items():
        settings, row = JUDGED[name].rule, [name]
        for ratio in LARGER[name]:
            each = BENCHMARKS if ratio <= 1 + settings.tolerance else 1
            turns = generator.normal(0, spread, (changes * each, QUADS, TURNS))
            failed = fails(_quads(turns, ratio, generator), settings, BENCHMARKS).reshape(changes, each).any(axis=1)
            row.append(f"×{ratio:g}: {share(int(failed.sum()), changes)}")
            if ratio <= 1 + settings.tolerance:
                wrong = max(wrong, interval(int(failed.sum()), changes)[0])
        others.append(row)
    return rows, others, wrong <= FALSE_FAILS


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=4000, help="simulated a cell")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--real", type=float, default=0, help="minutes of real comparisons to run first")
    parser.add_argument("--asv", type=Path, help="program of asv, in an environment of its own")
    parser.add_argument("--file", type=Path, default=Path("reports/compare-validation.jsonl"))
    asked = parser.parse_args()
    if asked.real:
        asked.file.parent.mkdir(parents=True, exist_ok=True)
        planted.collect(asked.file, asked.real * 60, asked.asv)
    times, others, holds = simulate(asked.changes, asked.seed)
    print(f"Simulated, {asked.changes} changes of {BENCHMARKS} benchmarks a cell, share that is called slower:\n")
    print(table(["benchmarks", "noise", *(f"{ratio:g}" for ratio in RATIOS)], times))
    print()
    print(table(["series", "equal", "at the tolerance", "planted"], others))
    if lines := planted.read(asked.file):
        print("\nReal changes of one benchmark:\n")
        print(table(planted.HEADS, planted.rows(lines)))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
