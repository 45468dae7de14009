"""Ends a command that is told to stop: what it started ends, what it made for the moment is removed, it says so.

Nothing is unwound. An exception raised wherever the command happens to be would pass through libraries that print it,
swallow it or take it for an error of their own; and since every file is written whole or not at all, a command may end
between any two steps. What must not be left behind is registered by whoever makes it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDED_BY = 128
"""An exit code is this plus the signal's number, as shells have it."""
SHOW_CURSOR = "\x1b[?25h\n"  # a progress bar hides it

_ending = threading.Event()
_cleanups: list[Callable[[], None]] = []
_unwinding: list[bool] = []


def at_end(cleanup: Callable[[], None]) -> None:
    """Have something done if a signal ends the command; in the order of registration, whatever the others raise."""
    _cleanups.append(cleanup)


def catch_signals() -> None:
    """End at these signals from now on, except at those that were ignored already, as `nohup` ignores one."""
    for number in SIGNALS:
        with suppress(ValueError):  # not the main thread
            if signal.getsignal(number) in {signal.default_int_handler, signal.SIG_DFL}:
                signal.signal(number, _end)


def ignore_signals() -> None:
    """Heed them no more: the command has done its work, and an interpreter that ends can't handle them any more."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def halt_if_ending() -> None:
    """Go no further in a thread beside the one that ends the command.

    Called before anything that must not be begun or kept any more: what a thread sees from then on, such as the death
    of what it waited for, is the end's own doing.
    """
    while _ending.is_set() and threading.current_thread() is not threading.main_thread():
        time.sleep(1)


@contextmanager
def unwinding() -> Iterator[None]:
    """Have a signal raise `KeyboardInterrupt` in the block instead, where a command shows what was done until then."""
    _unwinding.append(True)
    try:
        yield
    finally:
        _unwinding.pop()


def _end(number: int, _frame: FrameType | None) -> None:
    """End at the first signal; a second one doesn't wait for anything."""
    for each in SIGNALS:
        signal.signal(each, _end_at_once)
    if _unwinding:
        raise KeyboardInterrupt
    _ending.set()
    terminal = _take_terminal()
    for cleanup in _cleanups:
        with suppress(BaseException):
            cleanup()
    with suppress(BaseException):
        sys.stdout.flush()
    name = signal.Signals(number).name
    words = "interrupted" if number == signal.SIGINT else f"stopped by {name}"
    with suppress(OSError):
        os.write(terminal, f"{words}; run the same command again to go on where it stopped\n".encode())
    os._exit(ENDED_BY + number)


def _end_at_once(number: int, _frame: FrameType | None) -> None:
    os._exit(ENDED_BY + number)


def _take_terminal() -> int:
    """Standard error for our own sentence alone: what libraries in other threads write goes nowhere from now on."""
    terminal = 2
    with suppress(OSError):
        terminal = os.dup(2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        if os.isatty(terminal):
            os.write(terminal, SHOW_CURSOR.encode())
    return terminal
