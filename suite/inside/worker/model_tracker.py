"""Keeps track of every model that a notebook makes, so that none is lost when its variable is reassigned."""

from __future__ import annotations

import weakref
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

import numpy as np

from suite.inside.frameworks import framework_of
from suite.inside.frameworks.interface import InsideFramework

OUTPUTS = "Out"
"""What IPython keeps of each cell's last line; no name that a notebook gave, and what it holds often has one."""
MAX_MODELS = 256
MAX_CONTAINER = 1000
MAX_DEPTH = 3
MAX_UNNAMED = 16
"""Models per cell that no variable holds; each is inspected."""
KEPT = 32
"""Models that a cell drops and that are kept alive."""
MAX_CONSTRUCTED = 20_000
"""Weak references per cell, parts of models included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedModel:
    """One model and where it was first seen."""

    model: Any
    framework: InsideFramework
    name: str
    cell: int
    finished: bool
    fingerprint: int | None = None
    """Checksum of its weights when it was first seen."""
    within: tuple[int, ...] = ()
    """Places of the models that hold it; empty for a model that is no part of another, or that has a name."""


class ConstructedModels:
    """Models whose construction began in the running cell, wherever the notebook keeps them, or drops them.

    Those that still exist are found by weak references. Of those that a cell makes and drops, only the newest are kept
    alive, as a search over a thousand models mustn't hold the memory of a thousand.
    """

    def __init__(self, frameworks: Sequence[InsideFramework]) -> None:
        self._frameworks = frameworks
        self._living: list[weakref.ref[Any]] = []
        self._kept: list[Any] = []

    def add(self, model: Any) -> None:
        """Note a model; it may not have any part yet."""
        self._living.append(weakref.ref(model))
        self._kept.append(model)
        if len(self._kept) > 3 * KEPT:
            self._kept = self._without_parts(self._kept)[-KEPT:]
        if len(self._living) > MAX_CONSTRUCTED:
            del self._living[: MAX_CONSTRUCTED // 2]

    def take(self) -> list[Any]:
        """The models since the last call, in the order in which their construction began."""
        found = [model for reference in self._living if (model := reference()) is not None]
        self._living, self._kept = [], []
        return self._without_parts(found)

    def _without_parts(self, models: Sequence[Any]) -> list[Any]:
        """Without those that are parts of others."""
        parts: set[int] = set()
        for model in models:
            with suppress(Exception):  # of a model that was never finished
                framework = framework_of(model, self._frameworks)
                if framework is not None:
                    parts.update(id(part) for part in framework.adapter.parts(model))
        return [model for model in models if id(model) not in parts]


class ModelTracker:
    """Finds models after each cell: in the notebook's namespace, and those that were constructed outside it."""

    def __init__(self, shell: Any, frameworks: Sequence[InsideFramework]) -> None:
        self._seen: list[TrackedModel] = []
        self._known: set[int] = set()
        self._shell = shell
        self._frameworks = frameworks
        self._cells = 0
        self._constructed = ConstructedModels(frameworks)
        for framework in frameworks:
            framework.watch_construction(self._constructed.add)
        shell.events.register("post_run_cell", self._look)

    @property
    def cell(self) -> int:
        """Number, from 0, of the cell that is running or runs next."""
        return self._cells

    def bound_to(self, name: str) -> Any:
        """What a variable of the notebook holds."""
        return self._shell.user_ns.get(name)

    def models(self) -> list[TrackedModel]:
        """Models, and layers or tensors that aren't part of another model."""
        whole = []
        for entry in list(self._seen):
            try:
                whole.append(replace(entry, model=entry.framework.adapter.as_model(entry.model)))
            except Exception:  # noqa: BLE001 - a tensor that isn't the output of a model
                self._seen.remove(entry)
        parts = [{id(part) for part in entry.framework.adapter.parts(entry.model)} for entry in whole]
        weights = [_weights(entry) for entry in whole]
        is_model = [entry.framework.adapter.is_model(entry.model) for entry in self._seen]

        def is_part(place: int, seen: TrackedModel) -> bool:
            origin = id(seen.framework.adapter.origin(seen.model))
            return any(origin in inside for at, inside in enumerate(parts) if at != place)

        def is_view(place: int) -> bool:
            """Whether another model has all its weights, as the one that Keras makes inside a `Sequential`."""
            own = weights[place]
            return bool(own) and any(
                own < other or (own == other and (bool(self._seen[at].name) or at < place))
                for at, other in enumerate(weights)
                if at != place and is_model[at]
            )

        def stands_alone(place: int, seen: TrackedModel) -> bool:
            if seen.name or not seen.finished:
                return seen.framework.adapter.is_model(seen.model) or not is_part(place, seen)
            return not is_part(place, seen) and not is_view(place)

        return [whole[place] for place, seen in enumerate(self._seen) if stands_alone(place, seen)]

    def _look(self, result: Any) -> None:
        """Add what is new; after an exception, also the model whose construction raised.

        A magic such as `%%capture` runs its body as a cell in the cell, which doesn't count.
        """
        cell = self._cells
        self._cells += bool(getattr(result.info, "store_history", True))  # a notebook may make results of its own
        for name, value in sorted(self._shell.user_ns.items(), key=lambda item: item[0] == OUTPUTS):
            if not name.startswith("_"):
                for candidate in _reachable(value):
                    self._add(candidate, name if name != OUTPUTS else "", cell, finished=True)
        error = result.error_in_exec
        broken = list(_selves(error.__traceback__)) if error is not None else []
        unfinished = {id(candidate) for candidate in broken}
        unnamed = [model for model in self._constructed.take() if id(model) not in self._known | unfinished]
        for candidate in unnamed[-MAX_UNNAMED:]:
            self._add(candidate, "", cell, finished=True)
        for candidate in broken:
            if self._add(candidate, "", cell, finished=False):
                return

    def _add(self, model: Any, name: str, cell: int, *, finished: bool) -> bool:
        """Keep a reference to a model, so that its `id` isn't reused; return whether it is a model."""
        try:
            framework = framework_of(model, self._frameworks)
        except Exception:  # noqa: BLE001 - an object whose attributes raise is no model
            return False
        if framework is None or (not name and not framework.adapter.is_model(model)):
            return False
        if id(model) not in self._known and len(self._seen) < MAX_MODELS:
            self._known.add(id(model))
            self._seen.append(
                TrackedModel(
                    model=model,
                    framework=framework,
                    name=name,
                    cell=cell,
                    finished=finished,
                    fingerprint=fingerprint(framework, model) if framework.adapter.is_model(model) else None,
                )
            )
        return True


def _weights(entry: TrackedModel) -> set[int]:
    """The `id`s of a model's weights; none where they can't be read."""
    try:
        return {id(weight) for weight in entry.framework.adapter.weights(entry.model)}
    except Exception:  # noqa: BLE001 - whatever a submission's attributes do
        return set()


def fingerprint(framework: InsideFramework, model: Any) -> int | None:
    """A checksum of a model's weights; `None` if it has none or they can't be read."""
    try:
        tensors = [framework.learner.read(weight) for weight in framework.adapter.weights(model)]
    except Exception:  # noqa: BLE001 - whatever a submission's attributes do
        return None
    found = 0
    for tensor in tensors:
        found = zlib.crc32(np.ascontiguousarray(tensor).tobytes(), found)
    return found if tensors else None


def _reachable(value: Any) -> list[Any]:
    """A value and the candidates in it; only the value if inspecting it raises."""
    try:
        return _candidates(value)
    except Exception:  # noqa: BLE001 - containers and classes of the submission may do anything
        return [value]


def _candidates(value: Any, depth: int = 0) -> list[Any]:
    """The value itself and, for containers and objects of the notebook's own classes, what it contains."""
    found = [value]
    if depth < MAX_DEPTH:
        for held in _held(value)[:MAX_CONTAINER]:
            found += _candidates(held, depth + 1)
    return found


def _held(value: Any) -> list[Any]:
    """What a container holds, or the attributes of an object or class that the notebook itself defined."""
    kind = type(value)
    if issubclass(kind, dict):
        return list(dict.values(value))
    if issubclass(kind, (list, tuple, set)):
        return list(value)
    if kind is type and value.__module__ == "__main__":
        return [attribute for name, attribute in vars(value).items() if not name.startswith("__")]
    if kind.__module__ == "__main__" and not hasattr(kind, "forward") and not hasattr(kind, "call"):
        return list(getattr(value, "__dict__", {}).values())
    return []


def _selves(traceback: TracebackType | None) -> Iterator[Any]:
    """The `self` of each frame of an exception, the outermost first: one may be a model under construction."""
    while traceback is not None:
        yield traceback.tb_frame.f_locals.get("self")
        traceback = traceback.tb_next
