"""`tox -e fair`: right work that loses points and wrong work that keeps all, as rates with intervals."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from suite.stats.proportions import wilson
from tests.fair.right import RIGHT
from tests.fair.test_fair import grade_all, losses
from tests.fair.wrong import WRONG


def main() -> None:
    """Grade everything and print a line for each work that is judged wrongly, and the rates."""
    with tempfile.TemporaryDirectory() as folder:
        results = grade_all(Path(folder)).results
    failed = {name: losses(results[f"right_{name}"]) for name in RIGHT if losses(results[f"right_{name}"])}
    passed = [name for name in WRONG if not losses(results[f"wrong_{name}"])]
    for name, lost in failed.items():
        print(f"right and loses points: {name}: {lost}")
    for name in passed:
        print(f"wrong with full marks: {name}")
    rates = {"right work failed": (len(failed), len(RIGHT)), "wrong work passed": (len(passed), len(WRONG))}
    for label, (count, total) in rates.items():
        low, high = wilson(count, total)
        print(f"{label}: {count} of {total} ({100 * low:.1f}% to {100 * high:.1f}%)")
    sys.exit(bool(failed or passed))


if __name__ == "__main__":
    main()
