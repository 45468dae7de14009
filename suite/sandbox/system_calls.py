"""The system calls that a submission may make: a list of what notebooks need; everything else is refused.

A call that isn't listed, or that a later kernel brings, is answered as a kernel without it would (`ENOSYS`), so that
libraries take another way. What only an attack would try is refused (`EPERM`). Other architectures' calls, and those
of x32, don't exist. Sources: the manual pages syscalls(2), seccomp(2), seccomp_init(3), seccomp_rule_add(3) and
seccomp_attr_set(3); Docker's default profile.
"""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from suite.errors import SandboxError
from suite.sandbox.gpu import IOCTLS

LIBRARY = "libseccomp.so.2"

ALLOWED = (
    # files
    *("access", "faccessat", "faccessat2", "chdir", "fchdir", "getcwd", "chmod", "fchmod", "fchmodat", "fchmodat2"),
    *("chown", "fchown", "fchownat", "lchown", "umask", "creat", "open", "openat", "openat2", "close", "close_range"),
    *("dup", "dup2", "dup3", "pipe", "pipe2", "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64"),
    *("pwritev", "lseek", "sendfile", "copy_file_range", "fadvise64", "readahead", "fallocate", "truncate"),
    *("ftruncate", "fsync", "fdatasync", "sync_file_range", "stat", "fstat", "lstat", "newfstatat", "statx", "statfs"),
    *("fstatfs", "link", "linkat", "symlink", "symlinkat", "readlink", "readlinkat", "unlink", "unlinkat", "rename"),
    *("renameat", "renameat2", "mkdir", "mkdirat", "mknod", "mknodat", "rmdir", "getdents", "getdents64", "utime"),
    *("utimes", "futimesat", "utimensat", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr"),
    *("flistxattr", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
    *("getxattrat", "listxattrat", "setxattrat", "removexattrat"),
    # memory
    *("brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "msync", "mlock", "mlock2", "munlock", "mlockall"),
    *("munlockall", "membarrier", "mseal", "get_mempolicy", "set_mempolicy", "mbind", "pkey_alloc", "pkey_free"),
    *("pkey_mprotect", "map_shadow_stack"),
    # processes and threads; `clone` and `prlimit64` are below
    *("fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "getpid", "getppid", "gettid"),
    *("getpgid", "setpgid", "getpgrp", "getsid", "setsid", "getuid", "geteuid", "getresuid", "getgid", "getegid"),
    *("getresgid", "getgroups", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid"),
    *("setfsgid", "setgroups", "capget", "capset", "getrlimit", "getrusage", "times"),
    *("getpriority", "setpriority", "ioprio_get", "sched_yield", "sched_getaffinity", "sched_setaffinity"),
    *("sched_getscheduler", "sched_setscheduler", "sched_getparam", "sched_setparam", "sched_getattr"),
    *("sched_get_priority_min", "sched_get_priority_max", "sched_rr_get_interval", "getcpu", "arch_prctl"),
    *("set_tid_address", "set_robust_list", "get_robust_list", "rseq", "futex", "futex_waitv", "futex_wake"),
    *("futex_wait", "futex_requeue", "pidfd_open", "pidfd_send_signal", "restart_syscall", "riscv_flush_icache"),
    # signals, clocks, waiting
    *("kill", "tkill", "tgkill", "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigqueueinfo"),
    *("rt_tgsigqueueinfo", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "sigaltstack", "signalfd", "signalfd4"),
    *("pause", "alarm", "getitimer", "setitimer", "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime"),
    *("timer_settime", "timerfd_create", "timerfd_gettime", "timerfd_settime", "time", "gettimeofday"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "select", "pselect6", "poll", "ppoll"),
    *("epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2"),
    # sockets; `socket` is below
    *("socketpair", "bind", "listen", "connect", "accept", "accept4", "getsockname", "getpeername", "getsockopt"),
    *("setsockopt", "shutdown", "recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "sendmmsg"),
    # the machine
    *("uname", "sysinfo", "getrandom"),
)
REFUSED = (
    # other processes' memory and descriptors
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    # namespaces, mounts and roots
    *("unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "mount_setattr", "move_mount"),
    *("open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "name_to_handle_at", "open_by_handle_at"),
    *("quotactl", "quotactl_fd", "swapon", "swapoff", "sethostname", "setdomainname", "vhangup"),
    # the kernel itself
    *("bpf", "perf_event_open", "userfaultfd", "kexec_load", "kexec_file_load", "init_module", "finit_module"),
    *("delete_module", "reboot", "syslog", "acct", "iopl", "ioperm", "personality", "add_key", "request_key", "keyctl"),
    # the clock, and other processes' turns
    *("settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "ioprio_set"),
    # memory that limits of file systems and processes don't count
    *("memfd_create", "memfd_secret"),
    # news of what others do with files
    *("inotify_init", "inotify_init1", "fanotify_init"),
)
"""Refused in so many words; a name that libseccomp doesn't know is refused all the same, as if it didn't exist.

`flock` is listed nowhere: its lock on a file that several submissions can read carries bits between them, and keeps the
host from a lock of its own. HDF5 does without where told so (`HDF5_USE_FILE_LOCKING`), SQLite and others take locks of
`fcntl`, which can't be exclusive on a file that can't be written, and so hold nobody back.
"""

NAMESPACE_FLAGS = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
INTERNET = (2, 10)
PROTOCOLS = (0, 6, 17)  # the default, TCP and UDP; for another one the kernel may load a module
AF_UNIX, AF_NETLINK, NETLINK_ROUTE, LAST_FAMILY = 1, 16, 0, 63
FCNTL = (*range(5), 6, 7, 37, 38, 1030, 1032)
"""Descriptors, flags, locks; not F_GETLK, which would show a neighbour's lock on a file that both can only read, and
neither leases, notices, pipe sizes nor write hints, which tell of others or take from them."""
IOCTL = (
    *(*range(0x5401, 0x5412), *range(0x5413, 0x541C), 0x5421, 0x5422, 0x5424, 0x5429, 0x5441, 0x5450, 0x5451, 0x5452),
    *(0x802C542A, 0x402C542B, 0x402C542C, 0x402C542D, 0x80045430, 0x40045431),
    *(0x8910, 0x8912, 0x8913, 0x8915, 0x8917, 0x8919, 0x891B, 0x8921, 0x8927, 0x8933, 0x8942, 0x8946),
)
"""Terminals, without input in another's name and line disciplines; descriptors; facts of network interfaces."""
PRCTL = (
    *(1, 2, 3, 4, 7, 8, 15, 16, 21, 23, 24, 27, 28, 29, 30, 36, 37, 38, 39, 41, 42, 47),
    *(50, 51, 52, 53, 54, 55, 56, 0x53564D41, 0x59616D61, 0x41555856),
)
"""Names, signals of a parent's death, capabilities to give up, huge pages, registers; no core scheduling."""
FICLONE = 0x40049409
RLIMIT_CORE, RLIMITS = 4, 16

ALLOW, REFUSE = 0x7FFF0000, 0x00050000
ACT_BADARCH, OPTIMIZE = 2, 8
NOT_EQUAL, EQUAL, MASKED_EQUAL = 1, 4, 7
INT = 0xFFFFFFFF
UNKNOWN = -1


class _Argument(ctypes.Structure):
    """libseccomp's `scmp_arg_cmp`."""

    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter as the kernel takes it."""

    program: bytes
    """Instructions of classic BPF, see `suite.inside.seccomp`."""
    unknown: tuple[str, ...]
    """Allowed calls that this libseccomp doesn't know: submissions are refused them."""


@cache
def can_filter() -> bool:
    """Whether libseccomp is installed, without which there is no filter."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


@cache
def compile_filter(*, gpu: bool = False) -> Filter | None:
    """The filter for this machine, and for requests to its GPU; `None` where libseccomp isn't installed."""
    if not can_filter():
        return None
    rules = _Rules(ctypes.CDLL(LIBRARY))
    unknown = tuple(name for name in ALLOWED if not rules.add(ALLOW, name))
    for name in REFUSED:
        rules.add(REFUSE | errno.EPERM, name)
    _add_conditional(rules)
    for mask, value in IOCTLS if gpu else ():
        rules.add(ALLOW, "ioctl", _Argument(1, MASKED_EQUAL, mask, value))
    return Filter(program=rules.export(), unknown=unknown)


@contextmanager
def filter_file(*, gpu: bool = False) -> Iterator[int | None]:
    """A descriptor from which the filter can be read, for a program that is started; `None` without a filter."""
    made = compile_filter(gpu=gpu)
    if made is None:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(made.program)
        file.seek(0)
        yield file.fileno()


def _add_conditional(rules: _Rules) -> None:
    """Calls that are allowed with some arguments; with others they don't exist, or are answered as is usual."""
    for name, place, values in (("fcntl", 1, FCNTL), ("ioctl", 1, IOCTL), ("prctl", 0, PRCTL)):
        for value in values:
            rules.add(ALLOW, name, _equals(place, value))
    rules.add(REFUSE | errno.EOPNOTSUPP, "ioctl", _equals(1, FICLONE))  # copies are made otherwise then
    for limit in set(range(RLIMITS)) - {RLIMIT_CORE}:  # see core_dumps
        rules.add(ALLOW, "setrlimit", _equals(0, limit))
        rules.add(ALLOW, "prlimit64", _equals(1, limit))
    rules.add(ALLOW, "prlimit64", _equals(1, RLIMIT_CORE), _Argument(2, EQUAL, 0, 0))
    rules.add(REFUSE | errno.EPERM, "prlimit64", _equals(1, RLIMIT_CORE), _Argument(2, NOT_EQUAL, 0, 0))
    rules.add(REFUSE | errno.EPERM, "setrlimit", _equals(0, RLIMIT_CORE))
    namespaces = sum(NAMESPACE_FLAGS)
    rules.add(ALLOW, "clone", _Argument(0, MASKED_EQUAL, namespaces, 0))  # clone3 has its flags in memory
    for flag in NAMESPACE_FLAGS:
        rules.add(REFUSE | errno.EPERM, "clone", _Argument(0, MASKED_EQUAL, flag, flag))
    rules.add(ALLOW, "socket", _equals(0, AF_UNIX))
    rules.add(ALLOW, "socket", _equals(0, AF_NETLINK), _equals(2, NETLINK_ROUTE))
    for family in INTERNET:
        for protocol in PROTOCOLS:
            rules.add(ALLOW, "socket", _equals(0, family), _equals(2, protocol))
    for family in {*range(LAST_FAMILY + 1)} - {AF_UNIX, AF_NETLINK, *INTERNET}:
        rules.add(REFUSE | errno.EAFNOSUPPORT, "socket", _equals(0, family))


def _equals(place: int, value: int) -> _Argument:
    """An argument has a value; the kernel looks at the lower half only."""
    return _Argument(place, MASKED_EQUAL, INT, value)


class _Rules:
    """Rules of libseccomp; what none of them names doesn't exist for the submission."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(library.seccomp_init(REFUSE | errno.ENOSYS))
        self._check(library.seccomp_attr_set(self._context, ACT_BADARCH, REFUSE | errno.ENOSYS), "other architectures")
        library.seccomp_attr_set(self._context, OPTIMIZE, 2)  # a tree; not in libseccomp before 2.5 (slower)

    def add(self, action: int, name: str, *conditions: _Argument) -> bool:
        """Add a rule; whether libseccomp knows the call. One that this architecture lacks needs no rule."""
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            array = (_Argument * len(conditions))(*conditions)
            added = self._library.seccomp_rule_add_array(self._context, action, number, len(conditions), array)
            self._check(added, name)
        return bool(number != UNKNOWN)

    def export(self) -> bytes:
        """The finished program."""
        with tempfile.TemporaryFile() as file:
            self._check(self._library.seccomp_export_bpf(self._context, file.fileno()), "export")
            self._library.seccomp_release(self._context)
            file.seek(0)
            return file.read()

    def _check(self, result: int, what: str) -> None:
        if result < 0:
            raise SandboxError(
                "libseccomp made no system-call filter ({what}): {error}", what=what, error=os.strerror(-result)
            )
