"""`tox -e fair`: right work that loses points and wrong work that keeps all, as rates with intervals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial

from suite.cli.options import log
from suite.cli.terminal import show_progress
from suite.sandbox import choose
from suite.stats.proportions import wilson
from tests.fair.class_of_works import GradedWork, Grading, grade_class
from tests.fair.works import WORKS

show = partial(show_progress, log, language="en")


def main() -> None:
    """Grade the assignments; print each work that is judged unfairly, and the rates of each and of all together."""
    options = _options()
    every: list[GradedWork] = []
    with closing(choose("auto")[0]) as sandbox:
        grading = Grading(sandbox=sandbox, jobs=options.jobs, repetitions=options.repeat, only=tuple(options.only))
        for assignment in options.assignments or WORKS:
            graded = grade_class(assignment, grading, show)
            every += graded
            _print(assignment, graded)
    _print_rates("all", every)
    sys.exit(any(work.unfair for work in every))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fair", description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="by default every one with works")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="grade N times, with fresh seeds")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="works whose name holds WORD")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="works at a time")
    options = parser.parse_args()
    if unknown := set(options.assignments) - WORKS.keys():
        parser.error(f"no works for {', '.join(sorted(unknown))}; known: {', '.join(WORKS)}")
    if options.repeat < 1 or options.jobs < 1:
        parser.error("--repeat and --jobs are at least 1")
    return options


def _print(assignment: str, graded: Sequence[GradedWork]) -> None:
    for work in graded:
        if work.unfair:
            print(f"{assignment}: {'right and loses points' if work.right else 'wrong with full marks'}: {work.name}")
            for line in work.losses:
                print(f"    {line}")
        elif work.differing:
            print(f"{assignment}: {work.differing} verdicts differ: {work.name}")
    _print_rates(assignment, graded)


def _print_rates(label: str, graded: Sequence[GradedWork]) -> None:
    right, wrong = ([work for work in graded if work.right is kind] for kind in (True, False))
    for kind, works in (("right work failed", right), ("wrong work passed", wrong)):
        count, total = sum(work.unfair for work in works), len(works)
        low, high = wilson(count, total)
        print(f"{label}: {kind}: {count} of {total} ({100 * low:.1f}% to {100 * high:.1f}%)")
    if any(len(work.results) > 1 for work in graded):
        differing, verdicts = sum(work.differing for work in graded), sum(work.verdicts for work in graded)
        print(f"{label}: verdicts that differ between repetitions: {differing} of {verdicts}", flush=True)


if __name__ == "__main__":
    main()
