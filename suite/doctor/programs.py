"""Programs that the suite uses if they are installed."""

from __future__ import annotations

import shutil
import subprocess

from suite.doctor.diagnosis import Finding, Status
from suite.records import text

BROWSERS = ("chromium", "google-chrome")
VERSION_SECONDS = 5


def judge_bubblewrap(search_path: str) -> Finding:
    """Whether bubblewrap is installed; whether its sandbox works is a separate finding."""
    program = shutil.which("bwrap", path=search_path)
    version = _ask_version(program) if program else None
    return Finding(
        name="bubblewrap",
        area="isolation",
        title=text("doctor_bubblewrap"),
        status=Status.GOOD if program else Status.NOTE,
        said=(
            text("doctor_plain", what=version or program) if program else text("doctor_not_installed", names="bwrap"),
        ),
        remedies=() if program else (text("doctor_get_package", package="bubblewrap"),),
        facts={"path": program, "version": version},
    )


def judge_browser(search_path: str) -> Finding:
    """Whether a browser is installed; only the tests of the pages need it."""
    found = (shutil.which(name, path=search_path) for name in BROWSERS)
    program = next((path for path in found if path is not None), None)
    seen = text("doctor_plain", what=program) if program else text("doctor_browser_absent")
    return Finding(
        name="browser",
        area="tools",
        title=text("doctor_browser"),
        status=Status.GOOD if program else Status.NOTE,
        said=(seen,),
        remedies=() if program else (text("doctor_get_package", package="chromium"),),
        facts={"path": program},
    )


def _ask_version(program: str) -> str | None:
    """First line of `program --version`."""
    try:
        done = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=VERSION_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return next(iter(done.stdout.strip().splitlines()), None)
