"""Core dumps: none is made of a submission, neither into a file nor for a handler on the host.

A handler that the system pipes core dumps to runs outside every sandbox, as root, and is given what the process held;
with a limit of 0 it still is, and with 1 it isn't. Source: the manual page core(5), "Piping core dumps to a program",
and the kernel's fs/coredump.c.
"""

from __future__ import annotations

import resource
from contextlib import suppress
from functools import cache

NO_DUMP = 1


@cache
def forbid() -> None:
    """Set the limit for this process and all that it starts; the system-call filter keeps submissions from changing it.

    An ordinary user can't raise a limit of 0 that the system has set.
    """
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (NO_DUMP, NO_DUMP))
