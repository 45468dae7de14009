"""Entry point of `python -m suite` and of the command `suite`: heeds signals before anything else is imported."""

import os
import sys

from suite.commands import DELEGATED, RUNNING
from suite.endings import catch_signals, ignore_signals

HELP = {"-h", "--help"}


def run() -> None:
    """Run the command line, in a process that has imported it if there is one."""
    catch_signals()
    if sys.argv[1:] and sys.argv[1] in DELEGATED:
        from suite.resident.delegation import delegate

        if (code := delegate(sys.argv)) is not None:
            sys.exit(code)
    # Submissions are graded side by side: threads of OpenBLAS would spin while they wait for a core, at up to 40 times
    # the cost.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1:] and sys.argv[1] in RUNNING and not HELP.intersection(sys.argv):
        from suite.sandbox.namespaces import begin

        begin()
    from suite.cli import main

    try:
        main()
    finally:
        ignore_signals()


if __name__ == "__main__":
    run()
