"""What was found out once and holds for others, too."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

FoundT = TypeVar("FoundT")


@dataclass(slots=True)
class _Finding(Generic[FoundT]):
    """One fact; whoever finds it out holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    found: list[FoundT] = field(default_factory=list)


class Findings(Generic[FoundT]):
    """A memory of so many facts at most; of more, the one that was asked for longest ago is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._findings: OrderedDict[Hashable, _Finding[FoundT]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, about: Hashable, find: Callable[[], FoundT]) -> FoundT:
        """A fact, found out now if it isn't known; who asks meanwhile waits. What `find` raises isn't remembered."""
        with self._lock:
            finding = self._findings.setdefault(about, _Finding())
            self._findings.move_to_end(about)
            if len(self._findings) > self._most:
                self._findings.popitem(last=False)
        with finding.lock:
            if not finding.found:
                finding.found.append(find())
            return finding.found[0]
