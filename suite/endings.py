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
WAKE = signal.SIGURG
"""Interrupts the main thread's wait and does nothing else."""
WAKE_EVERY = 0.05
"""Seconds in which a signal that came is heeded, or else the main thread is woken."""
SHOW_CURSOR = "\x1b[?25h\n"  # a progress bar hides it

_ending = threading.Event()
_cleanups: list[Callable[[], None]] = []
_unwinding: list[bool] = []
_interrupted = threading.Event()
_starting: list[bool] = []
_heeded = threading.Event()


def at_end(cleanup: Callable[[], None]) -> None:
    """Have something done if a signal ends the command; in the order of registration, whatever the others raise."""
    _cleanups.append(cleanup)


def catch_signals() -> None:
    """End at these signals from now on, except at those that were ignored already, as `nohup` ignores one."""
    with suppress(ValueError):  # not the main thread
        for number in SIGNALS:
            if signal.getsignal(number) in {signal.default_int_handler, signal.SIG_DFL}:
                signal.signal(number, _end)
        _wake_main_thread()


def _wake_main_thread() -> None:
    """Interrupt the main thread's wait when a signal has come.

    A signal that comes just before the main thread waits for another one, or to another thread, doesn't end the wait,
    and Python calls its handler only afterwards.
    """
    arrived, arrives = os.pipe()
    os.set_blocking(arrives, False)
    signal.signal(WAKE, lambda _number, _frame: None)
    signal.set_wakeup_fd(arrives, warn_on_full_buffer=False)
    main = threading.main_thread().ident

    def wake() -> None:
        while number := os.read(arrived, 1):
            while number[0] in SIGNALS and main and not _heeded.wait(WAKE_EVERY):
                signal.pthread_kill(main, WAKE)

    threading.Thread(target=wake, name="signals", daemon=True).start()


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
        _interrupted.clear()


@contextmanager
def starting() -> Iterator[Callable[[], None]]:
    """Have an interrupt wait while something is started that has to be ended after it.

    What the block gets is called when it can be ended, and raises `KeyboardInterrupt` if a signal came: in the
    meantime, or before in an `unwinding` block, where a library such as NumPy may have swallowed the exception.
    """

    def started() -> None:
        _starting.clear()
        if _interrupted.is_set():
            raise KeyboardInterrupt

    _starting.append(True)
    try:
        yield started
    finally:
        _starting.clear()


def _end(number: int, _frame: FrameType | None) -> None:
    """End at the first signal; a second one doesn't wait for anything."""
    _heeded.set()
    for each in SIGNALS:
        signal.signal(each, _end_at_once)
    if _unwinding:
        _interrupted.set()
        if _starting:
            return
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
        os.write(
            terminal, f"{words}; run the same command again: it goes on from what it has stored, if anything\n".encode()
        )
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
