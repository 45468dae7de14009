"""The record of a file with trained weights that was handed in and can't be laid into a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

WhyUnfit: TypeAlias = Literal["kind", "code", "links", "size", "shapes", "names", "damaged"]
"""It is no file of weights for the model's framework; it holds code or objects; it leads to other files; it takes too
much memory; its tensors have other shapes or names; it is damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfitFile:
    """Why one file wasn't laid into one model, as the submission's process says."""

    file: str
    """Its path in the submission."""
    why: WhyUnfit
    """The reason."""
    detail: str = ""
    """What the library said, or what was found: untrusted text."""
    wanted: tuple[str, ...] = ()
    """Tensors of the model that the file lacks, the first ones: untrusted text."""
    seen: tuple[str, ...] = ()
    """Tensors of the file that the model lacks, the first ones: untrusted text."""
