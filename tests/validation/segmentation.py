"""Change points by ruptures, as the suite uses it, beside Apache Otava's on the same series of 100 nights.

`python -m tests.validation.segmentation` prints false change points in 100 quiet nights, and recall, precision (to two
nights) for two steps of 10 %. Otava pins numpy 2.2 and brings clients of BigQuery, Slack and more, so it can't be
installed beside this suite: unpack its wheel into a folder on PYTHONPATH, or only ruptures is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec

import numpy as np

from suite.tracking.history.noise import Floats
from suite.tracking.history.settings import JudgeSettings
from suite.tracking.history.steps import find_steps
from tests.validation.noises import NOISES, make_fleet

SERIES, NIGHTS, STEP, LEEWAY = 120, 100, np.log(1.1), 2
Finder = Callable[[Floats], Sequence[int]]


def otava(values: Floats, max_pvalue: float) -> Sequence[int]:
    from otava.analysis import compute_change_points

    # a list: given an array, Otava 0.8 looks at the whole series in each of its windows
    found, _ = compute_change_points(np.exp(values).tolist(), max_pvalue=max_pvalue, min_magnitude=0.03)
    return [point.index for point in found]


def measure(find: Finder, noise: str) -> str:
    false = found = right = hit = 0
    start = time.perf_counter()
    for seed in range(SERIES):
        rng = np.random.default_rng(seed)
        values = make_fleet(noise, 1, NIGHTS, rng).values[0]
        false += len(find(values))
        steps = [int(rng.integers(20, 45)), int(rng.integers(60, 85))]
        for step in steps:
            values[step:] += STEP * rng.choice([-1, 1])
        points = find(values)
        found += len(points)
        right += sum(min(abs(point - step) for step in steps) <= LEEWAY for point in points)
        hit += sum(any(abs(point - step) <= LEEWAY for point in points) for step in steps)
    milliseconds = 1000 * (time.perf_counter() - start) / (2 * SERIES)
    return f"{false / SERIES:.2f} | {hit / (2 * SERIES):.2f} | {right / max(found, 1):.2f} | {milliseconds:.1f} ms"


def main() -> None:
    finders: dict[str, Finder] = {"ruptures KernelCPD": partial(find_steps, settings=JudgeSettings())}
    if find_spec("otava") is not None:
        finders |= {f"Otava, p ≤ {p}": partial(otava, max_pvalue=p) for p in (0.001, 0.0001)}
    print("| noise | method | false in 100 nights | recall | precision | time |\n|---|---|---:|---:|---:|---:|")
    for noise in [noise for noise in NOISES if noise != "two CPU types"]:
        for name, find in finders.items():
            print(f"| {noise} | {name} | {measure(find, noise)} |", flush=True)


if __name__ == "__main__":
    main()
