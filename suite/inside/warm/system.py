"""Linux system calls that Python has no functions for: namespaces, mounts, privileges.

Sources: the manual pages unshare(2), mount(2), mount_setattr(2), pivot_root(2), capabilities(7), prctl(2) and
netdevice(7).
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import socket
import struct
from typing import Any

CLONE_FLAGS = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x8, 0x1000, 0x4000, 0x40000
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 0x1, 0x2, 0x4
AT_FDCWD, AT_RECURSIVE, MNT_DETACH = -100, 0x8000, 0x2
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 4, 24, 36, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION, LAST_CAPABILITY = 0x20080522, 63
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: Any) -> None:
    """Call a function of the C library; an error becomes an `OSError` that names it."""
    if getattr(_libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def unshare_everything() -> None:
    """Enter new namespaces; the new process namespace begins with the next child."""
    flags = 0
    for flag in CLONE_FLAGS.values():
        flags |= flag
    _call("unshare", flags)


def adopt_orphans() -> None:
    """Become the parent of orphaned descendants, so that the host sees one process tree."""
    _call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def make_mounts_private() -> None:
    """Hide our mounts from the host."""
    _mount("none", "/", "", MS_REC | MS_PRIVATE, "")


def mount_tmpfs(path: str, options: str) -> None:
    """Mount an empty file system in memory."""
    _mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options)


def mount_proc(path: str) -> None:
    """Mount /proc with the processes of our namespace."""
    _mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "")


def bind(source: str, path: str) -> None:
    """Bind-mount a file or folder, with all that is mounted in it, at another path."""
    _mount(source, path, "", MS_BIND | MS_REC, "")


def forbid_writing(path: str, *, recursive: bool = True) -> None:
    """Make a mount read-only, without devices and set-user-id programs; needs Linux 5.12."""
    attributes = struct.pack("<4Q", ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV, 0, 0, 0)
    flags = AT_RECURSIVE if recursive else 0
    _call("mount_setattr", AT_FDCWD, path.encode(), flags, attributes, ctypes.c_size_t(len(attributes)))


def unmount(path: str) -> None:
    """Remove a mount, now or as soon as nothing uses it."""
    _call("umount2", path.encode(), MNT_DETACH)


def change_root(path: str) -> None:
    """Make a mounted folder the root and unmount the old root."""
    os.chdir(path)
    _call("pivot_root", b".", b".")
    unmount(".")
    os.chdir("/")


def _mount(source: str, path: str, kind: str, flags: int, options: str) -> None:
    arguments = source.encode(), path.encode(), kind.encode() or None, ctypes.c_ulong(flags), options.encode() or None
    try:
        _call("mount", *arguments)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror} ({kind or source} on {path})") from error


def raise_loopback() -> None:
    """Bring up the network interface `lo`, which some libraries use to talk to themselves."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def forswear_capabilities() -> None:
    """Make sure that no program started from now on can gain a capability."""
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    for capability in range(LAST_CAPABILITY + 1):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) and ctypes.get_errno() != errno.EINVAL:
            raise OSError(ctypes.get_errno(), f"capability {capability} can't be dropped")


def drop_capabilities() -> None:
    """Give up the capabilities that we hold, for good."""
    header = struct.pack("<Ii", CAPABILITY_VERSION, 0)
    _call("capset", header, bytes(24))
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def set_dumpable(allowed: bool) -> None:  # noqa: FBT001
    """Set whether other processes of the same user may inspect us."""
    _call("prctl", PR_SET_DUMPABLE, int(allowed), 0, 0, 0)
