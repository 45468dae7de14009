"""Lays trained weights that were handed in into a model: of several files the first that fits it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from suite.codec import Frame
from suite.inside.frameworks.views import describe_error
from suite.inside.frameworks.weight_files import MOST_SHOWN, UnfitFileError
from suite.inside.worker.model_tracker import TrackedModel


def fill(entry: TrackedModel, submission: Path, files: Sequence[str]) -> Frame:
    """Which file was laid in, empty for none, and why those before it weren't.

    Files are read as they were handed in, as a notebook may write others under their names.
    """
    misfits = []
    for file in files:
        try:
            entry.framework.weight_files.lay(entry.model, submission / file)
        except UnfitFileError as error:
            misfits.append(_misfit(file, error))
        except Exception as error:  # noqa: BLE001 - whatever a library says to a damaged file
            misfits.append(_misfit(file, UnfitFileError("damaged", describe_error(error))))
        else:
            return Frame(body={"laid": file, "misfits": misfits})
    return Frame(body={"laid": "", "misfits": misfits})


def _misfit(file: str, error: UnfitFileError) -> dict[str, Any]:
    """One file that doesn't fit, as plain JSON."""
    return {
        "file": file,
        "why": error.why,
        "detail": error.detail[:600],
        "wanted": list(error.wanted[:MOST_SHOWN]),
        "seen": list(error.seen[:MOST_SHOWN]),
    }
