"""Submissions that forge marks, by someone who has read this code: each beside its honest twin, which earns no less.

The twin is what the notebook would be without its lie: the model that it really holds, or none. Each kind of attack has
its file here; `docs/threats.md` maps each class of attack to its fixtures.
"""

from __future__ import annotations

from tests.hostile.forgeries import channel, models, objects, patches, reach, recipes, weights
from tests.hostile.forgeries.channel import CHANNEL
from tests.hostile.forgeries.models import TABLES
from tests.hostile.forgeries.notebooks import (
    CAUGHT,
    FAKE_MODEL,
    KERAS,
    KERAS_LINEAR,
    LINEAR,
    RIGHT,
    TORCH,
    TWINS,
    WIDE,
    Forgery,
)
from tests.hostile.forgeries.reach import LOOK_AROUND, READERS

__all__ = [
    "CAUGHT",
    "CHANNEL",
    "FAKE_MODEL",
    "FORGERIES",
    "KERAS",
    "KERAS_LINEAR",
    "LINEAR",
    "LOOK_AROUND",
    "READERS",
    "RIGHT",
    "TABLES",
    "TORCH",
    "TWINS",
    "WIDE",
    "Forgery",
]

FORGERIES: dict[str, Forgery] = {
    name: forgery
    for kind in (objects, patches, channel, models, reach, recipes, weights)
    for name, forgery in kind.FORGERIES.items()
}
"""Name to forgery, of all kinds."""
