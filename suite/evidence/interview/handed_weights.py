"""Trained weights that were handed in beside a notebook: which file is for which model, and laying them in.

The host never opens such a file. The submission's process does, when its notebook has ended, and reads no code in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from suite.evidence.interview.answers import FillAnswer, ModelHeader, parse
from suite.evidence.interview.channel import Channel
from suite.evidence.interview.job import Job
from suite.records import SourceFile, UnfitFile


def with_weights(job: Job, files: Iterable[SourceFile], globs: Sequence[str]) -> Job:
    """The job of a submission with these files: weights among them are laid in, and then training is skipped."""
    weights = find_weights(files, globs)
    return replace(job, weights=weights, skips_training=bool(weights))


def find_weights(files: Iterable[SourceFile], globs: Sequence[str]) -> tuple[str, ...]:
    """The files whose path, or the end of it, fits a glob, in whatever case."""
    paths = (PurePosixPath(file.path.casefold()) for file in files)
    fit = [any(path.match(glob.casefold()) for glob in globs) for path in paths]
    return tuple(sorted(file.path for file, fits in zip(files, fit, strict=True) if fits))


def offered(index: int, headers: Sequence[ModelHeader], files: Sequence[str]) -> tuple[str, ...]:
    """The files that may be for a model: those that have its name, else those that have no model's name.

    Parts of models get none, as they share their tensors with the whole.
    """
    if headers[index].within:
        return ()
    names = {header.name.casefold() for header in headers if header.name}
    own = headers[index].name.casefold()
    named = tuple(file for file in files if own and _stem(file) == own)
    return named or tuple(file for file in files if _stem(file) not in names)


def lay(channel: Channel, index: int, files: Sequence[str]) -> tuple[str, tuple[UnfitFile, ...]]:
    """Have one of the files laid into a model: which one, empty for none, and why the others weren't."""
    if not files:
        return "", ()
    answer = parse(FillAnswer, channel.ask("fill", model=index, files=list(files)))
    unfit = tuple(
        UnfitFile(file=each.file, why=each.why, detail=each.detail, wanted=tuple(each.wanted), seen=tuple(each.seen))
        for each in answer.misfits
        if each.file in files
    )
    return answer.laid if answer.laid in files else "", unfit


def _stem(file: str) -> str:
    """The name up to its first dot, in small letters: `digits` of `digits.weights.h5`."""
    return PurePosixPath(file.casefold()).name.partition(".")[0]


def hash_tensors(tensors: Iterable[np.ndarray[Any, Any]]) -> str:
    """SHA-256 of tensors, whatever their order."""
    each = [f"{tensor.dtype.str}{tensor.shape}".encode() + np.ascontiguousarray(tensor).tobytes() for tensor in tensors]
    return hashlib.sha256(b"".join(sorted(hashlib.sha256(content).digest() for content in each))).hexdigest()
