"""Signals end a command at once, with one sentence and nothing of a library's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from suite.endings import ENDED_BY
from tests.conftest import ROOT

BEGIN = "import os, signal, sys, time\nfrom suite import endings\nendings.catch_signals()\n"
END = "print('ready', flush=True)\ntime.sleep(60)\n"
SENTENCE = "run the same command again: it goes on from what it has stored, if anything"


def _run(script: str, *signals: int) -> subprocess.CompletedProcess[str]:
    """Start a script, wait until it is ready, and send it signals, one each time that it prints a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        for number in signals:
            process.stdout.readline()
            process.send_signal(number)
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(script, process.returncode, out, err)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGINT, "interrupted"),
        (signal.SIGTERM, "stopped by SIGTERM"),
        (signal.SIGHUP, "stopped by SIGHUP"),
    ],
)
def test_one_sentence_and_the_code(number: signal.Signals, words: str) -> None:
    """Each ends with 128 and its number."""
    done = _run(BEGIN + END, number)
    assert done.returncode == ENDED_BY + number
    assert done.stderr == f"{words}; {SENTENCE}\n"


@pytest.mark.parametrize(
    "where",
    [
        "try:\n    pass\nfinally:\n    import threading\n",
        "import threading\nthreading.Thread(target=time.sleep, args=(60,)).start()\n",
        "class Odd:\n    def __del__(self):\n        print('ready', flush=True)\n        time.sleep(60)\nOdd()\n",
        (
            "import functools\n@functools.cache\ndef f():\n    try:\n        print('ready', flush=True)\n"
            "        time.sleep(60)\n    except BaseException:\n        raise ImportError('no numpy')\nf()\n"
        ),
    ],
    ids=["plain", "beside a thread", "in a finalizer", "in a library that catches everything"],
)
def test_wherever_it_comes(where: str) -> None:
    """No exception is raised, so nothing can swallow or print it."""
    done = _run(BEGIN + where + END, signal.SIGINT)
    assert done.returncode == ENDED_BY + signal.SIGINT
    assert done.stderr == f"interrupted; {SENTENCE}\n"


def test_a_signal_that_does_not_end_the_wait() -> None:
    """It comes to another thread while the main one waits; so does one that comes just before a wait."""
    waits = (
        "import threading\ndef come():\n    time.sleep(.5)\n"
        "    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)\n    time.sleep(60)\n"
        "threading.Thread(target=come, daemon=True).start()\nthreading.Event().wait()\n"
    )
    done = _run(BEGIN + waits)
    assert done.stderr == f"stopped by SIGTERM; {SENTENCE}\n"
    assert done.returncode == ENDED_BY + signal.SIGTERM


def test_what_was_registered_is_done() -> None:
    """All of it, in order, whatever one raises; what other threads print meanwhile isn't shown.

    Not by `print`, in the middle of which the signal may come.
    """
    script = (
        "def fail():\n    print('noise', file=sys.stderr, flush=True)\n    raise RuntimeError('noise')\n"
        "endings.at_end(fail)\nendings.at_end(lambda: os.write(1, b'cleaned\\n'))\n"
    )
    done = _run(BEGIN + script + END, signal.SIGTERM)
    assert (done.returncode, done.stdout) == (ENDED_BY + signal.SIGTERM, "cleaned\n")
    assert "noise" not in done.stderr


def test_no_other_thread_keeps_what_it_sees_then(tmp_path: Path) -> None:
    """Such as the death of a process that the end killed."""
    script = (
        "import subprocess, threading\nfrom pathlib import Path\nfrom suite import temporary\n"
        "from suite.files import write_atomically\n"
        "def watch():\n    subprocess.run(['sleep', '60'], stdout=subprocess.DEVNULL)\n"
        f"    write_atomically(Path({str(tmp_path)!r}, 'died'), b'')\n"
        "endings.at_end(lambda: time.sleep(0.5))\nthreading.Thread(target=watch, daemon=True).start()\n"
        "import psutil\nwhile not psutil.Process().children():\n    time.sleep(0.01)\n"
    )
    done = _run(BEGIN + script + END, signal.SIGTERM)
    assert done.returncode == ENDED_BY + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_a_second_one_waits_for_nothing() -> None:
    """Not even for what is being removed."""
    script = "def slow():\n    os.write(1, b'cleaning\\n')\n    time.sleep(60)\nendings.at_end(slow)\n"
    done = _run(BEGIN + script + END, signal.SIGINT, signal.SIGINT)
    assert done.returncode == ENDED_BY + signal.SIGINT
    assert done.stderr == ""


def test_an_ignored_signal_stays_ignored() -> None:
    """As `nohup` has it."""
    ignored = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    done = _run(ignored + BEGIN + "print('ready', flush=True)\ntime.sleep(0.2)\nprint('went on')\n", signal.SIGHUP)
    assert (done.returncode, done.stdout) == (0, "went on\n")


def test_a_command_may_unwind() -> None:
    """In a block that shows what was done until then."""
    script = (
        "try:\n    with endings.unwinding():\n        print('ready', flush=True)\n        time.sleep(60)\n"
        "except KeyboardInterrupt:\n    print('shown')\n"
    )
    done = _run(BEGIN + script, signal.SIGTERM)
    assert (done.returncode, done.stdout, done.stderr) == (0, "shown\n", "")


SWALLOWED = """
        try:
            print('ready', flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            pass
        with endings.starting() as started:
            started()
            print('never')
"""
HELD = """
        with endings.starting() as started:
            print('ready', flush=True)
            time.sleep(2)
            print('started')
            started()
            print('never')
"""


@pytest.mark.parametrize(("script", "said"), [(SWALLOWED, ""), (HELD, "started\n")], ids=["before", "meanwhile"])
def test_what_was_started_can_be_ended(script: str, said: str) -> None:
    """The interrupt comes when that is so, even if a library took the first exception for its own."""
    shown = "except KeyboardInterrupt:\n    print('shown')\n"
    done = _run(f"{BEGIN}try:\n    with endings.unwinding():{script}{shown}", signal.SIGTERM)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{said}shown\n", "")


def test_nothing_comes_after_the_end() -> None:
    """A signal while the interpreter ends changes no exit code."""
    script = "import atexit\natexit.register(lambda: (print('ready', flush=True), time.sleep(0.2)))\n"
    done = _run(BEGIN + script + "endings.ignore_signals()\n", signal.SIGINT)
    assert (done.returncode, done.stderr) == (0, "")


def test_while_the_command_line_is_imported(tmp_path: Path) -> None:
    """Signals are heeded before anything is imported."""
    (tmp_path / "click.py").write_text("import time\nprint('ready', flush=True)\ntime.sleep(60)\n", "utf-8")
    script = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nfrom suite.__main__ import run\nrun()\n"
    done = _run(script, signal.SIGINT)
    assert done.returncode == ENDED_BY + signal.SIGINT
    assert done.stderr == f"interrupted; {SENTENCE}\n"
