"""Causes outside the code: paths of another machine, and data that are somewhere on the network."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause
from suite.records import text

FOREIGN_PATH = re.compile(
    r"""(?<![\w.:/\\])((?:/(?:content|kaggle|gdrive|Users)/|[A-Za-z]:(?:\\{1,2}|/)(?=[\w.]))[^\s'"<>|,;]{0,200})"""
)
"""A path of Google Colab, of Kaggle, or of a person's own computer."""
NO_NETWORK = re.compile(
    r"the grader has no network to fetch '?([^\s()'\"]{1,100})"
    r"|name resolution|Name or service not known|nodename nor servname|Network is unreachable"
)
"""What the sandbox says when a name can't be found (`suite.inside.worker.network`), and what systems say."""


def foreign_path(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A file that an exception names and that is on another machine."""
    for cell in context.cells:
        path = FOREIGN_PATH.search(cell.error)
        if path is not None:
            found = path[1].rstrip(".:)]")
            name = re.split(r"[/\\]", found.rstrip("/\\"))[-1]
            message = text("cause_foreign_path", path=found, name=name)
            yield FoundCause(cell=cell.index, message=message, explains="error")


def no_network(context: DiagnosisContext) -> Iterator[FoundCause]:
    """A download."""
    data = ", ".join(each.partition(",")[0].strip() for each in context.evidence.data.split(";"))
    for cell in context.cells:
        asked = NO_NETWORK.search(cell.error)
        if asked is not None:
            message = text("cause_no_network", what=asked[1] or "…", data=data or "—")
            yield FoundCause(cell=cell.index, message=message, explains="error")


CAUSES = (
    Cause(name="foreign_path", rank=72, recognise=foreign_path),
    Cause(name="no_network", rank=74, recognise=no_network),
)
