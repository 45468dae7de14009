"""Programs that run in a revision's checkout: they see its modules only, and end when the time is up."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from suite.tracking.history.checkouts import FOREVER, Clock, last_words, python, run
from suite.tracking.history.duel import TimeIsUpError


@pytest.mark.slow
def test_a_program_ends_when_the_time_is_up(tmp_path: Path) -> None:
    """It is told to, so that it can remove what it made."""
    code = (
        "import os, pathlib, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path('told').touch(), sys.exit()))\n"
        "pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )

    class Soon(Clock):
        def left(self) -> float:
            return 1.0 if (tmp_path / "pid").exists() else 3.0

    with pytest.raises(TimeIsUpError):
        run(python("-c", code), tmp_path, [tmp_path], Soon(ends=0))
    assert (tmp_path / "told").exists()
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


@pytest.mark.slow
def test_what_a_program_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it has the program's pipes and heeds no signal."""
    monkeypatch.setattr("suite.tracking.history.checkouts.GRACE", 0.5)

    class Soon(Clock):
        def left(self) -> float:
            while not (tmp_path / "deaf").exists():
                time.sleep(0.05)
            return 0.5

    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w'); time.sleep(600)"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {deaf!r}]); time.sleep(600)"
    with pytest.raises(TimeIsUpError):
        run(python("-c", code), tmp_path, [], Soon(ends=0))
    assert not [each for each in psutil.process_iter(["cmdline"]) if deaf in (each.info["cmdline"] or [])]


def test_no_time_is_left() -> None:
    """Then nothing is begun; without a limit there is no end."""
    with pytest.raises(TimeIsUpError):
        Clock(ends=time.monotonic() - 1).left()
    assert FOREVER.left() is None


def test_a_revision_sees_its_own_modules_only(tmp_path: Path) -> None:
    """Not those of whoever compares."""
    done = run(python("-c", "import os; print(os.environ['PYTHONPATH'])"), tmp_path, [tmp_path / "src"], FOREVER)
    assert done.stdout.strip() == str(tmp_path / "src")


def test_what_a_program_said_last_is_one_line(tmp_path: Path) -> None:
    """Its errors, or else what it printed."""
    done = run(python("-c", "import sys; print('a'); sys.exit('no\\nway')"), tmp_path, [], FOREVER)
    assert last_words(done) == "no way"
    assert last_words(run(python("-c", "print('a\\nb')"), tmp_path, [], FOREVER)) == "a b"
