"""A command line that says that it has begun, then waits; run as `suite.cli.ahead` is."""

from __future__ import annotations

import sys
import time

import suite.cli
from suite.cli import ahead
from suite.endings import catch_signals

WAIT_SECONDS = 60


def wait() -> None:
    """Wait, as a command that grades does."""
    catch_signals()
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    time.sleep(WAIT_SECONDS)


if __name__ == "__main__":
    suite.cli.main = wait  # type: ignore[assignment]
    ahead.MODULES = ()
    ahead.main()
