"""Entry point of `python -m suite` and of the command `suite`: heeds signals before anything else is imported."""

import sys

from suite.endings import catch_signals, ignore_signals

DELEGATED = {"grade", "replay", "report"}
"""Commands whose imports take longer than asking whether a resident process has them."""


def run() -> None:
    """Run the command line, in a process that has imported it if there is one."""
    if sys.argv[1:] and sys.argv[1] in DELEGATED:
        from suite.resident.delegation import delegate

        if (code := delegate(sys.argv)) is not None:
            sys.exit(code)
    catch_signals()
    from suite.cli import main

    try:
        main()
    finally:
        ignore_signals()


if __name__ == "__main__":
    run()
