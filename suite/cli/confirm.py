"""`suite history confirm`: is one revision slower than another, measured now?"""

from __future__ import annotations

import secrets
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from suite.cli.language import spoken
from suite.cli.options import repository_option, seed_option
from suite.errors import UsageError
from suite.records import Outcome, text

if TYPE_CHECKING:
    from suite.stats.signed_rank import Judgement

EXIT_CODES = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.INCONCLUSIVE: 3}
LARGER = text("confirm_larger")
WORDS = {
    Outcome.PASS: text("confirm_same"),
    Outcome.FAIL: text("confirm_slower"),
    Outcome.INCONCLUSIVE: text("confirm_inconclusive"),
}

out, log = Console(highlight=False), Console(stderr=True, highlight=False)


@click.command()
@click.argument("benchmark")
@click.argument("good")
@click.argument("newest", default="HEAD")
@repository_option
@seed_option
@click.option(
    "--figure",
    type=click.Choice(["time", "memory", "gpu_memory", "compile", "steps", "learning"]),
    default="time",
    show_default=True,
    help="What is compared: its time, the peak of its memory or of a GPU's, the time to compile, or the steps or the "
    "time that training takes to be as good as recorded.",
)
def confirm(benchmark: str, good: str, newest: str, repository: Path, seed: int | None, figure: str) -> None:
    """Measure BENCHMARK in two revisions in turns, and say whether NEWEST is slower than GOOD.

    Each revision has its own git worktree and is measured with its own `suite bench`, on this machine and with the
    libraries installed here: a slowdown caused by a library upgrade is in both, so it isn't a regression of the code.
    At most 40 quads (four measurements in turns, about half a minute each, or two where it learns); it stops at 16 or
    24 if that is enough. Steps are the same in each process, so 8 tell.

    Exit codes: 0 the same; 1 slower or larger by over 3%, or 10% slower to
    compile or to learn; 2 wrong usage; 3 inconclusive.

    \b
    Example:
      suite history confirm stacked_rnn/stack8/torch/forward/cpu v1.2 HEAD
    """
    from suite.cli.work.gpu import refuse_missing_gpu
    from suite.cli.work.terminal import counting_bar
    from suite.text.language import say
    from suite.tracking.history.confirm import confirm as measure_both
    from suite.tracking.history.confirm import device_of, measure_by_bench
    from suite.tracking.history.figures import FIGURES, GPU_MEMORY

    device = device_of(benchmark)
    if figure == GPU_MEMORY and device == "cpu":
        raise UsageError(
            "{figure} is measured on a GPU only, and {benchmark} names none at its end, as "
            "stacked_rnn/stack8/torch/forward/gpu does; suite bench --list --device gpu names them all",
            figure=figure,
            benchmark=benchmark,
        )
    refuse_missing_gpu(device)
    rule = FIGURES[figure].rule

    language = spoken()
    with counting_bar(log) as bar:
        task = bar.add_task("quads", total=rule.looks[-1][0])

        def told(quads: int, judgement: Judgement | None) -> None:
            bar.update(task, completed=quads)
            if judgement is not None and not log.is_terminal:
                told_so_far = text("confirm_so_far", quads=quads, ratio=f"{judgement.ratio:.3f}")
                log.print(say(told_so_far, language), markup=False)

        seed = secrets.randbits(53) if seed is None else seed
        measure = partial(measure_by_bench, figure=figure)
        found = measure_both(repository, good, newest, benchmark, seed, measure, told, figure)
    low, high = found.interval
    larger = found.outcome is Outcome.FAIL and FIGURES[figure].unit != "seconds"
    outcome = LARGER if larger else WORDS[found.outcome]
    said = text(
        "confirm_found",
        benchmark=benchmark,
        newest=newest,
        outcome=say(outcome, language),
        ratio=f"{found.ratio:.3f}",
        low=f"{low:.3f}",
        high=f"{high:.3f}",
        slowdown=f"{100 * rule.slowdown:.0f}",
        power=f"{100 * found.power:.0f}",
        seed=seed,
    )
    out.print(say(said, language), markup=False, soft_wrap=True)
    sys.exit(EXIT_CODES[found.outcome])
