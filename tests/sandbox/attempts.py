"""What a submission tries to reach, one cell each.

A cell raises an `OSError` where the sandbox holds it back, and ends without an exception where it got through. The
cell `PRELUDE` runs before them; `HOST` holds what the attacker is kindly told about the machine that grades.
"""

from __future__ import annotations

from dataclasses import dataclass

PRELUDE = """
import ctypes, os, socket, sys, time
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
SYSTEM_CALLS = "weak_system_calls"

ATTEMPTS: tuple[Attempt, ...] = (
    Attempt(
        name="write_outside",
        weakness=FILES,
        source="""
folders = ["/", "/etc", "/usr", "/usr/lib", "/opt", "/var/tmp", "/root", "/home", "/sys", "/proc", "/submission"]
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
        weakness=SYSTEM_CALLS,
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
)
