"""What an instructor's own notebook shows of what it defines, so that an assignment can be proposed from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

NameKind: TypeAlias = Literal["function", "value", "other", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenInput:
    """One input of a model, as its notebook declares it or gave it first."""

    shape: tuple[int | None, ...]
    """Its shape without the rows; `None` for a size that may vary."""
    whole: bool = False
    """Whether it holds whole numbers."""
    words: int = 0
    """How many words the embedding knows that reads it; 0 if none does."""
    text: bool = False
    """Whether it is text."""
    rows: int = 0
    """The number of rows that the model is bound to; 0 for any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentSeen:
    """One argument of a call."""

    keyword: str
    """Its keyword; empty where it was given by its place."""
    form: str
    """`array`, `number`, or `constant` for anything else that can be written down; `other` for what can't."""
    shape: tuple[int, ...] = ()
    """Of an array."""
    dtype: str = ""
    """Of an array or a number."""
    low: float = 0.0
    """Its least number."""
    high: float = 0.0
    """Its largest number."""
    constant: str = ""
    """Its value as JSON, where it is no array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSeen:
    """What one name of the notebook held at its end."""

    name: str
    """The name."""
    kind: NameKind
    """Whether it is a function, a value that can be compared, anything else, or not there."""
    given_as: str = "numpy"
    """What the arrays in its calls were: NumPy's, or the tensors of a framework."""
    calls: tuple[tuple[ArgumentSeen, ...], ...] = ()
    """The arguments of the calls that the notebook made, the first ones."""
