"""What a submission tries to reach, one cell each.

A cell raises an `OSError` where the sandbox holds it back, and ends without an exception where it got through. The
cell `PRELUDE` runs before them; `HOST` holds what the attacker is kindly told about the machine that grades.
"""

from __future__ import annotations

from dataclasses import dataclass

PRELUDE = """
import ctypes, errno, fcntl, os, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long

def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)

def through(attempt, *targets):
    got = []
    for target in targets:
        try:
            attempt(target)
        except OSError:
            continue
        got.append(target)
    print(got)
    if not got:
        raise PermissionError("held back")

pids = [name for name in os.listdir("/proc") if name.isdigit()]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One thing to reach."""

    name: str
    """Names the test."""
    weakness: str
    """A sandbox that declares it isn't asked to hold this back, and the cell isn't run in it."""
    source: str
    """The cell."""


FILES, NETWORK, PROCESSES = "weak_files", "weak_network", "weak_processes"
PARENT, SYSTEM_CALLS = "weak_parent", "weak_system_calls"

ATTEMPTS: tuple[Attempt, ...] = (
    Attempt(
        name="write_outside",
        weakness=FILES,
        source="""
folders = ["/", "/etc", "/usr", "/usr/lib", "/opt", "/var/tmp", "/root", "/home", "/sys", "/proc", "/submission"]
folders += ["/dev", "/dev/pts", "/dev/mqueue"]
folders += ["/data", HOST["folder"], sys.prefix, os.path.dirname(os.__file__)]
folders += [os.path.dirname(sys.modules["suite"].__file__)]
through(lambda folder: open(folder + "/planted", "x"), *folders)
""",
    ),
    Attempt(
        name="write_upwards",
        weakness=FILES,
        source="""through(lambda up: open(up + "planted", "x"), *("../" * depth for depth in range(1, 6)))""",
    ),
    Attempt(
        name="replace_a_program",
        weakness=FILES,
        source="""
through(lambda path: os.rename(path, path + ".old"), sys.executable, "/usr/bin/env", os.__file__)
""",
    ),
    Attempt(
        name="hard_link_outside",
        weakness=FILES,
        source="""through(lambda path: os.link(path, "linked"), sys.executable, "/usr/bin/env", HOST["secret"])""",
    ),
    Attempt(
        name="read_secrets",
        weakness=FILES,
        source="""
os.symlink(HOST["secret"], "pointer")
secrets = ["/etc/shadow", "/root/.bashrc", "/proc/kcore", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda"]
through(lambda path: open(path, "rb").read(1), HOST["secret"], "pointer", *secrets)
""",
    ),
    Attempt(
        name="read_through_proc_root",
        weakness=FILES,
        source="""through(open, *(f"/proc/{pid}/root{HOST['secret']}" for pid in pids))""",
    ),
    Attempt(
        name="list_homes",
        weakness=FILES,
        source="""
programs = (sys.prefix, sys.base_prefix, os.path.realpath(sys.executable), HOST["folder"])
above = {part for path in programs for part in path.split("/")} | {"student"}
def list_others(folder):
    if not set(os.listdir(folder)) - above:
        raise PermissionError
through(list_others, "/root", "/home", "/mnt", "/media", "/srv", "/boot", HOST["folder"])
""",
    ),
    Attempt(
        name="tcp",
        weakness=NETWORK,
        source="""
through(lambda host: socket.create_connection((host, HOST["tcp"]), 2), "127.0.0.1", *HOST["addresses"], "1.1.1.1")
""",
    ),
    Attempt(
        name="abstract_socket_of_the_host",
        weakness=NETWORK,
        source="""socket.socket(socket.AF_UNIX).connect("\\0" + HOST["abstract"])""",
    ),
    Attempt(
        name="dns",
        weakness=NETWORK,
        source="""
begin = time.monotonic()
try:
    socket.getaddrinfo("example.com", 80)
finally:
    assert time.monotonic() - begin < 5, "it hung"
""",
    ),
    Attempt(
        name="raw_sockets",
        weakness=NETWORK,
        source="""
kinds = [(socket.AF_INET, socket.SOCK_RAW, 1), (socket.AF_PACKET, socket.SOCK_RAW, 0)]
through(lambda kind: socket.socket(*kind), *kinds)
""",
    ),
    Attempt(
        name="socket_to_the_hypervisor",
        weakness=SYSTEM_CALLS,
        source="""socket.socket(getattr(socket, "AF_VSOCK", 40), socket.SOCK_STREAM)""",
    ),
    Attempt(
        name="download",
        weakness=NETWORK,
        source="""
import subprocess, urllib.request
wget = ["wget", "-q", "-T", "3", "-t", "1"]
def fetch(how):
    if how == "urllib":
        return urllib.request.urlopen(f"http://127.0.0.1:{HOST['tcp']}", timeout=3).read()
    if subprocess.run([*how, f"http://127.0.0.1:{HOST['tcp']}"], timeout=5).returncode:
        raise ConnectionError
through(fetch, "urllib", wget)
""",
    ),
    Attempt(
        name="environment_and_arguments_of_others",
        weakness=PROCESSES,
        source="""
def secret(path):
    if HOST["word"].encode() not in open(path, "rb").read():
        raise PermissionError
through(secret, *(f"/proc/{pid}/{file}" for pid in pids for file in ("environ", "cmdline")))
""",
    ),
    Attempt(
        name="memory_of_others",
        weakness=PROCESSES,
        source="""
others = [pid for pid in pids if int(pid) not in (1, os.getpid())]
through(lambda pid: open(f"/proc/{pid}/mem", "rb"), *others, HOST["pid"])
""",
    ),
    Attempt(
        name="memory_of_the_parent",
        weakness=PARENT,
        source="""through(lambda pid: open(f"/proc/{pid}/mem", "rb"), os.getppid() or 1)""",
    ),
    Attempt(
        name="ptrace_of_the_grader",
        weakness=PROCESSES,
        source="""call("ptrace", 16, HOST["pid"], 0, 0)""",
    ),
    Attempt(
        name="ptrace_of_the_parent",
        weakness=SYSTEM_CALLS,
        source="""
call("ptrace", 16, os.getppid() or 1, 0, 0)
call("ptrace", 17, os.getppid() or 1, 0, 0)
""",
    ),
    Attempt(
        name="signal_to_the_grader",
        weakness=PROCESSES,
        source="""os.kill(HOST["pid"], 0)""",
    ),
    Attempt(
        name="higher_priority",
        weakness=PROCESSES,
        source="""
actions = {
    "nice": lambda: os.nice(-5),
    "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    "never killed": lambda: os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000"),
}
through(lambda name: actions[name](), *actions)
""",
    ),
    Attempt(
        name="raise_own_limits",
        weakness=PROCESSES,
        source="""
import resource
def double(kind):
    hard = resource.getrlimit(kind)[1]
    try:
        resource.setrlimit(kind, (2 * hard, 2 * hard))
    except ValueError as error:
        raise PermissionError from error
through(double, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE)
""",
    ),
    Attempt(
        name="message_queues",
        weakness="",
        source="""
queue = libc.mq_open(b"/hoard", os.O_CREAT | os.O_RDWR, 0o600, None)
if queue == -1:
    raise OSError(ctypes.get_errno(), "mq_open")
libc.mq_unlink(b"/hoard")
""",
    ),
    Attempt(
        name="clock",
        weakness=PROCESSES,
        source="""time.clock_settime(time.CLOCK_REALTIME, time.time())""",
    ),
    Attempt(
        name="mount",
        weakness=PROCESSES,
        source="""
def mount(target):
    call("mount", b"none", target.encode(), b"tmpfs", 0, None)
through(mount, "/usr", "/tmp", os.getcwd())
""",
    ),
    Attempt(
        name="unmount",
        weakness=PROCESSES,
        source="""through(lambda path: call("umount2", path.encode(), 2), "/proc", "/tmp", "/data", "/submission")""",
    ),
    Attempt(
        name="namespaces",
        weakness=PROCESSES,
        source="""through(lambda flag: call("unshare", flag), 0x00020000, 0x20000000, 0x40000000, 0x08000000)""",
    ),
    Attempt(
        name="namespace_of_users",
        weakness=SYSTEM_CALLS,
        source="""
child = os.fork()
if child == 0:  # a process with threads isn't let into a new one
    os._exit(libc.unshare(0x10000000) == 0)
if os.waitpid(child, 0)[1] == 0:
    raise PermissionError
""",
    ),
    Attempt(
        name="chroot",
        weakness=PROCESSES,
        source="""call("chroot", b".")""",
    ),
    Attempt(
        name="become_another_user",
        weakness=PROCESSES,
        source="""through(os.setuid, 0, 1, 65534)""",
    ),
    Attempt(
        name="devices",
        weakness=PROCESSES,
        source="""os.mknod("disk", 0o660 | 0o060000, os.makedev(8, 0))""",
    ),
    Attempt(
        name="host_name",
        weakness=PROCESSES,
        source="""call("sethostname", b"pwned", 5)""",
    ),
    Attempt(
        name="calls_of_a_later_kernel",
        weakness=SYSTEM_CALLS,
        source="""
def known(number):
    if libc.syscall(number, -1, -1, -1, -1, -1, -1) != -1 or ctypes.get_errno() != errno.ENOSYS:
        return
    raise OSError
through(known, *range(463, 700), 1 << 20)
""",
    ),
    Attempt(
        name="calls_of_x32",
        weakness=SYSTEM_CALLS,
        source="""through(lambda number: call("syscall", 0x40000000 | number, -1, 0, 0), 0, 39, 102, 512, 519)""",
    ),
    Attempt(
        name="calls_of_i386",
        weakness=SYSTEM_CALLS,
        source="""
import mmap, platform
if platform.machine() != "x86_64":
    raise OSError("there is no such gate here")
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(b"\\x53\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\x5b\\xc3")  # getpid by int 0x80
got = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
if got < 0:
    raise OSError(-got, "int 0x80")
""",
    ),
    Attempt(
        name="news_of_files",
        weakness=SYSTEM_CALLS,
        source="""
folder = os.open("/usr/bin", os.O_RDONLY)
actions = {
    "inotify": lambda: call("inotify_init"),
    "inotify1": lambda: call("inotify_init1", 0),
    "fanotify": lambda: call("fanotify_init", 0x200, 0),
    "dnotify": lambda: fcntl.fcntl(folder, 1026, 0x80000001),
}
through(lambda name: actions[name](), *actions)
""",
    ),
    Attempt(
        name="locks_on_shared_files",
        weakness=SYSTEM_CALLS,
        source="""
shared = open("/usr/bin/env", "rb")
query = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
actions = {
    "flock": lambda: fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB),
    "shared flock": lambda: fcntl.flock(shared, fcntl.LOCK_SH | fcntl.LOCK_NB),
    "exclusive": lambda: fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB),
    "whose": lambda: fcntl.fcntl(shared, fcntl.F_GETLK, query),
    "whose, by file": lambda: fcntl.fcntl(shared, 36, query),
    "lease": lambda: fcntl.fcntl(shared, 1024, fcntl.F_RDLCK),
    "whose lease": lambda: fcntl.fcntl(shared, 1025),
    "hint": lambda: fcntl.fcntl(shared, 1035, bytes(8)),
    "cached": lambda: call("syscall", 451, shared.fileno(), bytes(16), bytes(40), 0),
}
through(lambda name: actions[name](), *actions)
""",
    ),
    Attempt(
        name="more_than_its_share",
        weakness=SYSTEM_CALLS,
        source="""
ours, theirs = os.pipe()
attributes = struct.pack("4q", 0, 10, 8192, 0)
actions = {
    "pipe": lambda: fcntl.fcntl(ours, 1031, 1 << 20),
    "turns on the disk": lambda: call("syscall", 251, 1, 0, 2 << 13 | 0),
    "cores for itself": lambda: call("prctl", 62, 1, 0, 1, 0),
    "messages": lambda: call("syscall", 240, b"queue", os.O_CREAT | os.O_RDWR, 0o600, attributes),
    "keys": lambda: call("syscall", 248, b"user", b"name", b"content", 7, -3),
    "every disk": lambda: call("syscall", 306, ours),
}
through(lambda name: actions[name](), *actions)
""",
    ),
    Attempt(
        name="input_for_a_terminal",
        weakness=SYSTEM_CALLS,
        source="""
def ask(request):
    try:
        fcntl.ioctl(0, request, b"x")
    except OSError as error:
        if error.errno != errno.ENOSYS:
            return  # it came through to the file, which is no terminal
        raise
through(ask, 0x5412, 0x541C, 0x5423)
""",
    ),
    Attempt(
        name="protocols_of_modules",
        weakness=SYSTEM_CALLS,
        source="""
kinds = [(family, kind, protocol) for family in (2, 10) for kind in (1, 2, 5) for protocol in (33, 132, 136, 262)]
kinds += [(16, 3, protocol) for protocol in (4, 9, 15, 16, 21)] + [(38, 5, 0), (44, 3, 0), (99, 1, 0)]
through(lambda kind: socket.socket(*kind), *kinds)
""",
    ),
    Attempt(
        name="limit_of_core_dumps",
        weakness=SYSTEM_CALLS,
        source="""
import resource
def lower():
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ValueError as error:
        raise PermissionError from error
assert resource.getrlimit(resource.RLIMIT_CORE) == (1, 1)
zero = bytes(16)
actions = {
    "python": lower,
    "raw": lambda: call("syscall", 302, 0, ctypes.c_ulong(1 << 32 | 4), zero, None),
    "old": lambda: call("syscall", 160, 4, zero),
}
through(lambda name: actions[name](), *actions)
""",
    ),
    Attempt(
        name="which_machine_it_is",
        weakness=FILES,
        source="""
shown = "cpuinfo filesystems loadavg meminfo mounts net self stat swaps thread-self uptime".split()
def tell(path):
    if not (os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)):
        raise PermissionError
others = [name for name in os.listdir("/proc") if not name.isdigit() and name not in shown]
paths = ["/proc/sys/kernel/random/boot_id", "/proc/sys/kernel/hostname", "/etc/machine-id", "/etc/hostname"]
assert len(others) > 10
through(tell, *(f"/proc/{name}" for name in others), *paths, "/sys/class")
""",
    ),
)
