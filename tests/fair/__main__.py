"""`tox -e fair`: right work that loses points and wrong work that keeps all, as rates with intervals."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Sequence
from contextlib import closing

from suite.sandbox import choose as choose_sandbox
from suite.stats.proportions import wilson
from tests.fair.class_of_works import GradedWork, Grading, choose, grade_class
from tests.fair.works import WORKS


def main() -> None:
    """Grade the assignments; print each work that is judged unfairly, and the rates of each and of all together."""
    options = _options()
    every: list[GradedWork] = []
    with closing(choose_sandbox("auto")[0]) as sandbox:
        grading = Grading(sandbox=sandbox, jobs=options.jobs, repetitions=options.repeat, only=tuple(options.only))
        for assignment in options.assignments or WORKS:
            graded = grade_class(assignment, grading, progress(assignment, grading))
            every += graded
            _print_differing(assignment, graded)
            _print_rates(assignment, graded)
    _print_rates("all", every)
    sys.exit(any(work.unfair for work in every))


def progress(assignment: str, grading: Grading) -> Callable[[GradedWork], None]:
    """Count the works on one line of the terminal; what is judged unfairly stays in the output."""
    total = grading.repetitions * len(choose(assignment, grading.only))
    numbers = itertools.count(1)

    start, end = ("\r\033[K", "") if sys.stderr.isatty() else ("", "\n")

    def seen(work: GradedWork) -> None:
        line = f"{start}[{next(numbers)}/{total}] {assignment}: {work.title}"
        print(line, end=end, file=sys.stderr, flush=True)
        if work.unfair:
            lost = "\n".join(f"    {line}" for line in work.losses) or "    keeps all points"
            print(f"{start}{assignment}: unfair: {work.title}\n{lost}", flush=True)

    return seen


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


def _print_differing(assignment: str, graded: Sequence[GradedWork]) -> None:
    for work in graded:
        if work.differing:
            print(f"{assignment}: {work.differing} verdicts differ between repetitions: {work.title}")


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
