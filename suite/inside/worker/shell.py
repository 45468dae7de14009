"""Shell lines in notebooks (`!pip`, `!wget`, `%%bash`): recorded and skipped, never run."""

from __future__ import annotations

import sys
from typing import Any

LINE_MAGICS = ("pip", "conda", "mamba", "micromamba", "uv", "sx", "system")
CELL_MAGICS = ("bash", "sh", "script", "system", "sx", "perl", "ruby", "cmd")


def install(shell: Any) -> list[str]:
    """Replace the functions that start a shell; return a list to which skipped lines are added."""
    skipped: list[str] = []

    def record(line: str) -> None:
        skipped.append(line.strip()[:4000])
        print(f"[skipped, not run here: {line.strip()}]", file=sys.stderr)

    def system(command: str) -> None:
        record(f"!{command}")
        shell.user_ns["_exit_code"] = 0

    def getoutput(command: str, *_args: Any, **_options: Any) -> list[str]:
        record(f"!{command}")
        return []

    for name in ("system", "system_piped", "system_raw"):
        setattr(shell, name, system)
    shell.getoutput = getoutput
    for name in LINE_MAGICS:
        shell.register_magic_function(_line_magic(name, record), "line", name)
    for name in CELL_MAGICS:
        shell.register_magic_function(_cell_magic(name, record), "cell", name)
    return skipped


def _line_magic(name: str, record: Any) -> Any:
    return lambda line: record(f"%{name} {line}")


def _cell_magic(name: str, record: Any) -> Any:
    return lambda line, cell: record(f"%%{name} {line}\n{cell}")
