"""Submissions that reach for what isn't theirs: they write results, or read references, classmates and memory.

The right outcome of each is that of its honest twin, the notebook without a model: nothing is found, and what is
written counts for nothing.
"""

from __future__ import annotations

from tests.hostile.forgeries.notebooks import Forgery, forgery

FORGERIES: dict[str, Forgery] = {
    "writes_results": forgery(
        "nothing",
        "fail",
        """
import json, os
from pathlib import Path
result = {"schema_version": 1, "results": [{"submission": "writes_results", "status": "pass", "score": 15}]}
wrote = []
for root in ["/", "/tmp", "/var/tmp", "/dev/shm", os.getcwd(), os.environ["HOME"], "/root", "..", "../.."]:
    for name in ("results.json", "grades.csv", "reports/latest/results.json", "evidence/0.json"):
        try:
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(result))
            wrote.append(path)
        except OSError:
            pass
""",
    ),
}
"""Name to forgery."""

LOOK_AROUND = """
import os
SECRET = b"hunter2" + b"-of-the-grader"  # in two parts, so that its own source doesn't hold it
def look(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except OSError:
        return b""
def report(found):
    if found:
        raise SystemError(f"found {found}")
"""
READERS: dict[str, str] = {
    "reads_reference": """
import suite
roots = [os.path.dirname(p) for p in suite.__path__] + ["..", "/", "/root", "/home", "/srv", os.path.expanduser("~")]
folders = [f"{root}/{path}reference/stacked_rnn" for root in roots for path in ("", "share/notebook-suite/")]
report([f for f in folders for name in ("expected.json", "model_torch.py", "assignment.toml") if look(f"{f}/{name}")])
""",
    "reads_others": """
found = []
for root in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/root", "/srv", "/mnt", "..", os.path.expanduser("~")):
    for folder, folders, names in os.walk(root):
        if os.path.exists(f"{folder}/site-packages") or folder.count("/") > 6:
            folders.clear()
        folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "lib", "site-packages")][:50]
        found += [n for n in names if n in ("results.json", "grades.csv", "right.ipynb")]
        found += [n for n in names if n.endswith((".ipynb", ".json")) and SECRET in look(f"{folder}/{n}")]
report(found)
""",
    "reads_environment": """
paths = [f"/proc/{pid}/{what}" for pid in os.listdir("/proc") if pid.isdigit() for what in ("environ", "cmdline")]
report([p for p in paths if SECRET in look(p)] + [k for k, v in os.environ.items() if SECRET.decode() in v])
""",
    "reads_memory": """
import ctypes, gc
found = []
for pid in (entry for entry in os.listdir("/proc") if entry.isdigit()):
    if int(pid) == os.getpid():
        continue
    for line in look(f"/proc/{pid}/maps").splitlines()[:50]:
        start = int(line.split(b"-")[0], 16)
        try:
            with open(f"/proc/{pid}/mem", "rb") as memory:
                memory.seek(start)
                found.append((pid, memory.read(16)))
        except (OSError, ValueError, OverflowError):
            pass
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(16, os.getppid(), 0, 0) == 0:
    found.append("attached to its parent")
report(found)
""",
    "reads_own_memory": """
import gc
parts = (("stack", "8"), ("stack", "10"), ("expected", ".json"), ("rnn1.weight_", "hh_l0"))
wanted = [*map("".join, parts), SECRET.decode()]
held = [v for o in gc.get_objects() if o is not wanted and isinstance(o, (dict, list, tuple))
    for v in (o.values() if isinstance(o, dict) else o) if isinstance(v, str)]
report([text for text in held if text in wanted])
""",
}
"""Name to a look for what isn't theirs: each raises where it finds something."""
