"""Loads the system-call filter that the host has compiled (`suite.sandbox.system_calls`).

Source: the manual page seccomp(2).
"""

from __future__ import annotations

import ctypes
import os

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
INSTRUCTION_BYTES = 8


class _Program(ctypes.Structure):
    """The kernel's `sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def load(program: bytes) -> None:
    """Apply the filter to this process, which must have one thread, and to all that it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    made = _Program(len(program) // INSTRUCTION_BYTES, program)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(made), 0, 0
    ):
        code = ctypes.get_errno()
        raise OSError(code, f"the system-call filter couldn't be loaded: {os.strerror(code)}")


def load_from(descriptor: int) -> None:
    """Apply the filter that can be read from a descriptor, and close that."""
    with open(descriptor, "rb") as stream:
        load(stream.read())
