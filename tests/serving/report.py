"""A report of submissions that wait for a person, made without running anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from suite.files import write_atomically
from suite.judging.checks import judge_unreadable
from suite.records import Language, Submission, text
from suite.report import write
from suite.report.class_report import as_report
from suite.serving.served_class import ServedClass
from suite.serving.server import MarkingServer, open_server
from tests.cli.test_marks import ASSIGNMENT
from tests.marking.essays import assignment

NAMES = ("ana", "luis")
TOML = ASSIGNMENT.replace('"clarity", points = 4', '"clarity", points = 4, comments = ["Say it shorter."]')


def make_report(folder: Path, *names: str, language: Language = "en") -> tuple[Path, Path]:
    """(the report, the folder of its assignment)."""
    root, report = folder / "assignments", folder / "report"
    (root / "essay").mkdir(parents=True)
    (root / "essay" / "assignment.toml").write_text(TOML, "utf-8")
    report.mkdir()
    asked = assignment().model_copy(update={"name": "essay"})
    results = [
        judge_unreadable(
            Submission(
                student=name, source=f"class/{name}.ipynb", content_hash=str(number) * 64, problem=text("no_model")
            ),
            asked,
        )
        for number, name in enumerate(names or NAMES)
    ]
    write(as_report(asked, results, language), report)
    write_atomically(report / "private.txt", b"nobody's business")
    return report, root


@contextmanager
def serving(report: Path, root: Path, language: Language | None = None) -> Iterator[MarkingServer]:
    """A server in a thread."""
    served = ServedClass(folder=report, root=root, language=language)
    with open_server(served, "Eva", 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
