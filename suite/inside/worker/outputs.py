"""Cuts what a cell prints, shows or raises to the size that the host stores, before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

MAX_ENTRIES = 100
MAX_FRAMES = 40
SHARE = 4  # an error contains its message twice, in its value and in its traceback


def install(session: Any, tracebacks: Any, limit_bytes: int) -> None:
    """Make a Jupyter session cut messages larger than the limit, and IPython show only both ends of deep stacks."""
    session.pack = _cutting(session.pack, limit_bytes)
    tracebacks.structured_traceback = _shortening(tracebacks.structured_traceback)


def _shortening(show: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Drop the middle of deep stacks: IPython searches all modules per frame, 20 s for a recursion with TensorFlow."""

    def show_ends(kind: Any, error: Any, traceback: TracebackType | None, *rest: Any, **options: Any) -> list[str]:
        frames = list(_frames(traceback))
        if len(frames) > MAX_FRAMES:
            frames[MAX_FRAMES // 2].tb_next = frames[-MAX_FRAMES // 2]
        return show(kind, error, traceback, *rest, **options)

    return show_ends


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _cutting(pack: Callable[[Any], bytes], limit_bytes: int) -> Callable[[Any], bytes]:
    def cut_and_pack(value: Any) -> bytes:
        packed = pack(value)
        if len(packed) <= limit_bytes:
            return packed
        is_stream = isinstance(value, dict) and "text" in value  # the host keeps the beginning and says that it was cut
        return pack(_cut(value, limit_bytes if is_stream else limit_bytes // SHARE))

    return cut_and_pack


def _cut(value: Any, length: int) -> Any:
    """The value with shorter texts and lists."""
    if isinstance(value, str) and len(value) > length:
        return f"{value[:length]} [output cut here]"
    if isinstance(value, dict):
        return {key: _cut(entry, length) for key, entry in value.items()}
    if isinstance(value, list):
        return [_cut(entry, length) for entry in value[:MAX_ENTRIES]]
    return value
