"""Finds the models inside other models: a class of the notebook's own may hold an encoder and a decoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from suite.inside.worker.model_tracker import TrackedModel

MAX_PARTS = 256


def find_parts(models: Sequence[TrackedModel]) -> list[TrackedModel]:
    """The models inside `models` that aren't among them, each once, named by the attributes that lead to it.

    Places in `within` are those in `models`, followed by what is returned.
    """
    known = {id(entry.model) for entry in models}
    entries = list(models)
    for whole in models:
        for path, part in _inside(whole):
            if id(part) not in known and len(entries) < len(models) + MAX_PARTS:
                known.add(id(part))
                name = f"{whole.name or type(whole.model).__name__}.{path}"
                entries.append(replace(whole, model=part, name=name, fingerprint=None))
    held = [{id(part) for _, part in _inside(entry)} for entry in entries]
    return [
        replace(entry, within=tuple(place for place, ids in enumerate(held) if id(entry.model) in ids))
        for entry in entries[len(models) :]
    ]


def _inside(entry: TrackedModel) -> Iterator[tuple[str, Any]]:
    """(path, model) of each model inside another, as far as the submission's attributes allow it."""
    with suppress(Exception):
        yield from entry.framework.adapter.inner_models(entry.model)
