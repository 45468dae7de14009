"""The class page while a class is graded: it is written again and again, and says how many are done."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from suite.errors import UsageError
from suite.records import Report, Result
from suite.report import write_formats
from suite.report.html import write_some

LEAST_SECONDS = 2.0
COST = 20.0
"""A page that takes a second to write is written every 20 s: at most a twentieth of the time goes into it."""


@dataclass(slots=True, kw_only=True)
class LivePage:
    """Shows results as they come; who has a page gets it as soon as the class page names it."""

    folder: Path
    """The report's."""
    force: bool
    """Whether it may overwrite what the suite didn't write."""
    report: Report
    """The class as far as it is known, with the number of those that it waits for."""
    clock: Callable[[], float] = time.monotonic
    _fresh: list[Result] = field(default_factory=list)
    _next: float = 0.0

    @classmethod
    def begin(cls, folder: Path, report: Report, *, force: bool) -> LivePage:
        """The page of a class as far as it is known before anything ran."""
        page = cls(folder=folder, force=force, report=report)
        page.write()
        return page

    def add(self, result: Result) -> None:
        """Take a result, and write the pages if it is time."""
        self.report = replace(self.report, results=(*self.report.results, result))
        self._fresh.append(result)
        if self.clock() >= self._next:
            self.write()

    def write(self) -> None:
        """Write the class page and the pages of new results; a file that somebody else changed is left alone."""
        began = self.clock()
        fresh, self._fresh = self._fresh, []
        try:
            write_formats(
                self.report,
                {"index.html": lambda report, new: write_some(report, fresh, new)},
                self.folder,
                force=self.force,
            )
        except UsageError:  # the command says so when it writes the whole report
            self._next = float("inf")
            return
        ended = self.clock()
        self._next = ended + max(LEAST_SECONDS, COST * (ended - began))
