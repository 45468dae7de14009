"""How often throughput verdicts are wrong, or say nothing: `tox -e timing-validation`.

Simulated machines give enough verdicts to hold the declared rate of 1% against; real timings beside a busy process show
that the simulation is no fairy tale. `--real SECONDS` adds real timings to the file of `--file`; without it, what lies
there is judged. Exit code 1 where the simulated false fails can't be said to be at most 1%.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import stats

from suite.assignments import ThroughputSettings
from suite.records import Outcome
from suite.stats.signed_rank import judge, level, log_ratios, p_values, power
from tests.validation import real
from tests.validation.gates import RULES
from tests.validation.noise import NOISES, PAIRS, QUADS, biases, one_after_the_other, take_turns

SETTINGS = ThroughputSettings()
RATIOS = (1.0, 1.05, 1.10, 1.15)
POWERED = 200  # of the trials: the power takes a hundred times as long as a verdict


def interval(hits: int, trials: int) -> tuple[float, float]:
    """Clopper and Pearson's, at 95%."""
    found = stats.binomtest(hits, trials).proportion_ci(0.95, method="exact")
    return float(found.low), float(found.high)


def share(hits: int, trials: int) -> str:
    """`0.05% (0.01 … 0.12)`."""
    if not trials:
        return "–"
    low, high = interval(hits, trials)
    return f"{100 * hits / trials:.3g}% ({_percent(low)} … {_percent(high)})"


def _percent(value: float) -> str:
    """Of a share, with the digits that matter near either end."""
    return f"{100 * value:.4g}" if value > 0.9 else f"{100 * value:.2g}"


def simulate(trials: int, seed: int) -> tuple[list[list[str]], list[list[str]], bool]:
    """Tables of our verdicts and of other rules, and whether the declared rate holds."""
    generator = np.random.default_rng(seed)
    ours, others, holds = [], [], True
    for name, noise in NOISES.items():
        row, naive = [name], {rule: [name, rule] for rule in RULES}
        inconclusive = "–"
        for ratio in RATIOS:
            drawn, bias = noise(generator, trials), biases(name, generator, trials)
            d = take_turns(drawn, bias, ratio, generator)
            failed = p_values(d, SETTINGS) <= level(SETTINGS)
            row.append(share(int(failed.sum()), trials))
            holds &= ratio > 1 or interval(int(failed.sum()), trials)[1] <= level(SETTINGS)
            if ratio == 1:
                inconclusive = share(_inconclusive(d[:POWERED]), POWERED)
            before, after = one_after_the_other(drawn, bias, ratio)
            for rule, gate in RULES.items():
                naive[rule].append(share(int(gate(before, after, SETTINGS.tolerance).sum()), trials))
        ours.append([*row, inconclusive])
        others += naive.values()
    return ours, others, holds


def _inconclusive(d: np.ndarray) -> int:
    pairs = np.arange(QUADS) // (QUADS // PAIRS)
    attained = [power(row, pairs, SETTINGS, level(SETTINGS), number) for number, row in enumerate(d)]
    return sum(each < SETTINGS.power for each in attained)


def judge_real(lines: Sequence[dict]) -> list[list[str]]:
    """Verdicts on real timings, by extra work."""
    rows = []
    for extra in real.SHARES:
        timings = [timing for line in lines if line["share"] == extra for timing in real.timings_of(line)]
        seconds = [line["seconds"] / len(line["timings"]) for line in lines if line["share"] == extra]
        judged = [judge(timing, SETTINGS) for timing in timings if timing.quads and not timing.void]
        if not judged:
            continue
        counts = {outcome: sum(found.outcome is outcome for found in judged) for outcome in Outcome}
        ratios = np.array([found.ratio for found in judged])
        before, after = _as_a_then_b(timings)
        naive = int(RULES["mean +5%"](before, after, SETTINGS.tolerance).sum()) if len(before) else 0
        rows.append(
            [
                f"+{extra}%",
                str(len(judged)),
                share(counts[Outcome.FAIL], len(judged)),
                share(counts[Outcome.INCONCLUSIVE], len(judged)),
                f"{np.median(ratios):.3f} ({ratios.min():.3f} … {ratios.max():.3f})",
                f"{np.median(seconds):.1f}",
                share(naive, len(before)),
            ]
        )
    return rows


def _as_a_then_b(timings: Sequence) -> tuple[np.ndarray, np.ndarray]:
    """The reference's segments of the first half, and the submission's of the second half: time went by between."""
    half = min(len(timing.quads) for timing in timings) // 2
    before = [[ns for quad in timing.quads[:half] for ns in quad.reference] for timing in timings]
    after = [[ns for quad in timing.quads[half : 2 * half] for ns in quad.own] for timing in timings]
    return np.array(before, float), np.array(after, float)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def spread(lines: Sequence[dict]) -> str:
    """Standard deviation of d in the real timings."""
    deviations = [log_ratios(d.quads).std() for line in lines for d in real.timings_of(line) if d.quads]
    return f"{np.median(deviations):.3f}" if deviations else "–"


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=20_000, help="simulated verdicts a cell")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--real", type=float, default=0, help="seconds of real timings to run first")
    parser.add_argument("--file", type=Path, default=Path("reports/timing-validation.jsonl"))
    asked = parser.parse_args()
    if asked.real:
        asked.file.parent.mkdir(parents=True, exist_ok=True)
        real.collect(asked.file, asked.real)
    begin = time.monotonic()
    ours, others, holds = simulate(asked.trials, asked.seed)
    print(f"\nSimulated, {asked.trials} verdicts a cell, share that fails (95% Clopper-Pearson), ratio of the times:\n")
    print(table(["noise", *(f"{ratio:g}" for ratio in RATIOS), "inconclusive at 1"], ours))
    print("\nOther rules on the same segments, A first, then B:\n")
    print(table(["noise", "rule", *(f"{ratio:g}" for ratio in RATIOS)], others))
    print(f"\n({time.monotonic() - begin:.0f} s)")
    lines = real.read(asked.file)
    if lines:
        print(f"\nReal timings of stack8 in PyTorch beside a busy process; standard deviation of d {spread(lines)}:\n")
        head = ["extra work", "verdicts", "fail", "inconclusive", "ratio (range)", "s a verdict", "mean +5%, A then B"]
        print(table(head, judge_real(lines)))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
