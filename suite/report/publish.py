"""Folders to give away: one page a student that says nothing of anybody else, and a class page without names.

What is for the instructor alone (who has which page, who is who) stands in a folder beside those that are handed out.
Paths and pseudonyms follow from a secret that is kept with the report, so that they stay the same and can't be guessed.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from suite.files import naming, write_atomically
from suite.records import Report, Result
from suite.report.class_view import view_class
from suite.report.folder import OWN, PAGES, move_in, open_new
from suite.report.grades_csv import guard
from suite.report.html import open_pages, write_some
from suite.report.page_name import page_name

KEY_FILE = "publishing.key"
SECRET_BYTES = 32
PATH_BYTES = 20  # of a page's path: 160 bits
PSEUDONYM = 5  # bytes, which are eight letters
STUDENTS, CLASS, INSTRUCTOR = "students", "class", "instructor"
INDEX = "index.html"


def publish(report: Report, key: bytes, folder: Path, *, anonymous: bool, force: bool) -> None:
    """Write each student's page, the class page without names if it is asked for, and the instructor's tables."""
    with open_new(folder) as new:
        for name in (STUDENTS, INSTRUCTOR, *([CLASS] if anonymous else [])):
            (new / name).mkdir()
        for result in report.results:
            _write_own(report, result, new / STUDENTS / path_of(key, result.submission))
        rows = [(each.submission, f"{STUDENTS}/{path_of(key, each.submission)}/{INDEX}") for each in report.results]
        _write_table(new / INSTRUCTOR / "pages.csv", ("submission", "page"), rows)
        if anonymous:
            _write_class(report, pseudonyms(key, report.results), new)
        move_in(new, folder, force=force)


def publishing_key(report: Path) -> bytes:
    """The report's secret, made when it is first needed; only the owner of the folder can read it."""
    path = report / OWN / KEY_FILE
    with naming(path):
        path.parent.mkdir(exist_ok=True)
        with suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(secrets.token_hex(SECRET_BYTES).encode())
        return path.read_bytes()


def path_of(key: bytes, submission: str) -> str:
    """The folder of a student's page, which nobody can guess from the name."""
    return _code(key, "page", submission)[:PATH_BYTES].hex()


def pseudonyms(key: bytes, results: Sequence[Result]) -> dict[str, str]:
    """A name for each submission that says nothing of it, and stays the same whoever joins the class."""
    letters = {
        each.submission: base64.b32encode(_code(key, "name", each.submission)[:PSEUDONYM]).decode() for each in results
    }
    return {name: f"{code[:4]}-{code[4:]}" for name, code in letters.items()}


def _code(key: bytes, purpose: str, submission: str) -> bytes:
    return hmac.digest(key, f"{purpose}\0{submission}".encode("utf-8", "surrogateescape"), hashlib.sha256)


def _write_own(report: Report, result: Result, folder: Path) -> None:
    """The page of one student, by a report that holds nobody else."""
    alone = replace(report, results=(result,), notes=(), leaderboards=())
    folder.mkdir()
    write_some(alone, alone.results, folder, alone=True)
    (folder / PAGES / page_name(result.submission)).replace(folder / INDEX)
    (folder / PAGES).rmdir()


def _write_class(report: Report, names: dict[str, str], folder: Path) -> None:
    """Marks by pseudonym in their order, and who is who."""
    shown = sorted(report.results, key=lambda result: names[result.submission])
    page = open_pages(report.language).get_template("anonymous.html.j2")
    html = page.render(
        report=replace(report, results=(), notes=(), leaderboards=()),
        rows=[(names[result.submission], result) for result in shown],
        shown=view_class(report.results),
    )
    write_atomically(folder / CLASS / INDEX, html.encode())
    rows = [(result.submission, names[result.submission]) for result in report.results]
    _write_table(folder / INSTRUCTOR / "pseudonyms.csv", ("submission", "pseudonym"), rows)


def _write_table(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerows([guard(cell) for cell in row] for row in (header, *rows))
    write_atomically(path, stream.getvalue().encode("utf-8", "replace"))
