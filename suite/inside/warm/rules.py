"""System calls that a notebook never needs; each would give an attack more of the kernel to reach."""

REFUSED = (
    # other processes' memory and descriptors
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    # namespaces, mounts and roots
    *("unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "mount_setattr", "move_mount"),
    *("open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "name_to_handle_at", "open_by_handle_at"),
    *("fanotify_init", "quotactl", "quotactl_fd", "swapon", "swapoff", "sethostname", "setdomainname", "vhangup"),
    # the kernel itself
    *("bpf", "perf_event_open", "userfaultfd", "kexec_load", "kexec_file_load", "init_module", "finit_module"),
    *("delete_module", "reboot", "syslog", "acct", "iopl", "ioperm", "personality", "lookup_dcookie", "nfsservctl"),
    *("add_key", "request_key", "keyctl"),
    # the clock
    *("settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "stime"),
    # memory that limits of file systems and processes don't count
    *("memfd_create", "memfd_secret"),
)
ANSWERED_ENOSYS = (
    "clone3",  # its flags are in memory that a filter can't read; the C library falls back to clone
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
)
ALLOWED_FAMILIES = frozenset({1, 2, 10, 16})
"""AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: all are confined to the network namespace, unlike AF_VSOCK."""
MAX_FAMILY = 45
