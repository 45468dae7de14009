"""How a model wants to be called, where it isn't called with its inputs alone."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
MAKES_STATE = re.compile(r"(init\w*|zero|begin|get_initial)_?(hidden|state)s?\Z|(hidden|state)s?_init\Z", re.IGNORECASE)
NAMES_SIZE = re.compile(r"hid|unit|state|size|dim|neuron|\Ah\Z", re.IGNORECASE)
MAX_MISSING = 3  # a hidden state, a cell state and one more
MAX_SIZES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How a model is called."""

    steps_first: bool = False
    """Whether its sequences, and what it returns for each step, have the steps before the rows."""
    complete: bool = False
    """Whether arguments that it requires beside its inputs are filled in: first states of zeros."""
    order: Sequence[int] = ()
    """The inputs' places, in the order in which it takes them; empty for their own."""
    apart: int = 0
    """If above 0, so many inputs are arguments of their own, and the others are one; if below, all are one."""

    def arrange(self, inputs: Sequence[Any]) -> list[Any]:
        """The inputs as arguments."""
        ordered = [inputs[place] for place in self.order] if self.order else list(inputs)
        return [*ordered[: max(self.apart, 0)], tuple(ordered[max(self.apart, 0) :])] if self.apart else ordered


def missing(function: Callable[..., Any], given: int) -> int:
    """Number of arguments without a default that a function requires beside the given ones."""
    parameters = inspect.signature(function).parameters.values()
    required = sum(p.kind in POSITIONAL and p.default is p.empty for p in parameters)
    return required - given


def first_states(
    model: Any, count: int, rows: int, shapes: Sequence[Sequence[int]], zeros: Callable[[Sequence[int]], Any]
) -> Iterator[tuple[Any, ...]]:
    """What the missing arguments may be: nothing, what the model itself starts with, zeros of likely shapes.

    `shapes` are those of the states that its recurrent layers start with.
    """
    yield (None,) * count
    for name in (name for name in dir(type(model)) if MAKES_STATE.match(name)):
        made = _made(getattr(model, name), rows)
        if made is not None:
            yield from _spread(made, count)
    sizes = dict.fromkeys(
        value for name, value in vars(model).items() if type(value) is int and NAMES_SIZE.search(name)
    )
    likely = [*shapes, *([rows, size] for size in list(sizes)[:MAX_SIZES])]
    for shape in [*likely, *([1, *shape] for shape in likely if len(shape) == 2)]:  # noqa: PLR2004 - without layers
        yield tuple(zeros(shape) for _ in range(count))
        if count == 1:
            yield ((zeros(shape), zeros(shape)),)


def _made(make: Callable[..., Any], rows: int) -> Any:
    """What a method of the model returns for a batch of so many rows; `None` if it can't be called so."""
    for arguments in ((rows,), ()):
        try:
            return make(*arguments)
        except Exception:  # noqa: BLE001, S112 - the submission's own code
            continue
    return None


def _spread(made: Any, count: int) -> Iterator[tuple[Any, ...]]:
    """States as one argument, or one each."""
    if count == 1:
        yield (made,)
    elif isinstance(made, (tuple, list)) and len(made) == count:
        yield tuple(made)
    else:
        yield (made,) * count


def call_completed(call: Callable[..., Any], given: Sequence[Any], choices: Iterator[tuple[Any, ...]]) -> Any:
    """What a model returns with the first choice of further arguments that it accepts; else its first error."""
    first: Exception | None = None
    for further in choices:
        try:
            return call(*given, *further)
        except Exception as error:  # noqa: BLE001 - the submission's own code
            first = first or error
    raise first or TypeError("the model requires arguments that nobody knows")
