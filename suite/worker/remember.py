"""Remembers every model that came to life, so that a rebound name loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from suite.worker.adapters import adapter_of

MAX_MODELS = 256
MAX_CONTAINER = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One model and where it was first seen."""

    model: Any
    name: str
    cell: int
    finished: bool


class Memory:
    """Looks through the notebook's namespace after each cell."""

    def __init__(self, shell: Any) -> None:
        self.models: list[Remembered] = []
        self._known: set[int] = set()
        self._shell = shell
        self._cells = 0
        shell.events.register("post_run_cell", self._look)

    def _look(self, result: Any) -> None:
        """Remember what is new; after an exception also the model whose construction raised."""
        cell, self._cells = self._cells, self._cells + 1
        for name, value in list(self._shell.user_ns.items()):
            if not name.startswith("_"):
                for model in _models_in(value):
                    self._add(model, name, cell, finished=True)
        error = result.error_in_exec
        if error is not None:
            for model in _models_in_frames(error.__traceback__):
                self._add(model, "", cell, finished=False)

    def _add(self, model: Any, name: str, cell: int, *, finished: bool) -> None:
        """Keep a strong reference, so that its identity stays its own."""
        if id(model) in self._known or len(self.models) >= MAX_MODELS:
            return
        self._known.add(id(model))
        self.models.append(Remembered(model=model, name=name, cell=cell, finished=finished))


def _models_in(value: Any) -> Iterator[Any]:
    """The value itself, or what a plain container holds, where that is a model."""
    if type(value) in (list, tuple, set):
        candidates = list(value)[:MAX_CONTAINER]
    elif type(value) is dict:
        candidates = list(value.values())[:MAX_CONTAINER]
    else:
        candidates = [value]
    return (candidate for candidate in candidates if adapter_of(candidate) is not None)


def _models_in_frames(traceback: TracebackType | None) -> Iterator[Any]:
    """Models under construction: the `self` of the outermost frame of an exception that is one."""
    while traceback is not None:
        candidate = traceback.tb_frame.f_locals.get("self")
        if candidate is not None and adapter_of(candidate) is not None:
            yield candidate
            return
        traceback = traceback.tb_next
