"""Shell lines in notebooks (`!pip`, `!mkdir`, `%%bash`): harmless ones run, others are skipped and noted."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import Any

from IPython.utils.text import SList

LINE_MAGICS = ("pip", "conda", "mamba", "micromamba", "uv", "sx", "system")
CELL_MAGICS = ("bash", "sh", "script", "system", "sx", "perl", "ruby", "cmd")
SHELLS = ("bash", "sh", "system", "sx")
"""Cell magics that a POSIX shell runs."""
HARMLESS = frozenset(
    shlex.split("""
        basename cat cd cp cut date dirname du echo export file find grep gunzip gzip head ls mkdir mv pwd rm rmdir
        sed seq sleep sort stat tail tar test touch tr true tree uname uniq unzip wc which whoami zcat zip
    """)
)
"""Programs that look at files or move them: whatever they do, they do it to the sandbox's own files."""
OPERATORS = frozenset(("&&", "||", ";", "|", "&", "\n"))
HIDDEN_COMMANDS = re.compile(r"\$\(|`|<\(|\bxargs\b|-exec")
SECONDS = 60  # unpacking a large archive takes a few


def install(shell: Any) -> list[str]:
    """Replace the functions that start a shell; return a list to which skipped lines are added."""
    skipped: list[str] = []

    def record(line: str) -> None:
        skipped.append(line.strip()[:4000])
        print(f"[skipped, not run here: {line.strip()}]", file=sys.stderr)

    def run(command: str, line: str) -> tuple[int, str]:
        if not is_harmless(command):
            record(line)
            return 0, ""
        options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        try:
            done = subprocess.run(["sh", "-c", command], check=False, timeout=SECONDS, text=True, **options)
        except (OSError, subprocess.SubprocessError) as error:
            return 1, f"{error}\n"
        return done.returncode, str(done.stdout)

    def system(command: str) -> None:
        expanded = shell.var_expand(command, depth=1)
        shell.user_ns["_exit_code"], printed = run(expanded, f"!{command}")
        print(printed, end="")

    def getoutput(command: str, *_args: Any, **_options: Any) -> SList:
        return SList(run(shell.var_expand(command, depth=1), f"!{command}")[1].splitlines())

    for name in ("system", "system_piped", "system_raw"):
        setattr(shell, name, system)
    shell.getoutput = getoutput
    for name in LINE_MAGICS:
        shell.register_magic_function(_line_magic(name, record), "line", name)
    _ignore_own_extension(shell)
    for name in CELL_MAGICS:
        shell.register_magic_function(_cell_magic(name, record, run), "cell", name)
    return skipped


def _ignore_own_extension(shell: Any) -> None:
    """Leave the cell with which students check their own work without effect: here, it is being checked."""
    shell.extension_manager.loaded.add("suite")
    shell.register_magic_function(lambda _line: None, "line", "check")


def is_harmless(command: str) -> bool:
    """Whether a shell command starts nothing but harmless programs."""
    if HIDDEN_COMMANDS.search(command):
        return False
    try:
        lexer = shlex.shlex(command.replace("\n", " ; "), posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:  # a quotation that doesn't end
        return False
    expects_program = True
    for word in words:
        if word in OPERATORS:
            expects_program = True
        elif expects_program and "=" not in word:
            if word not in HARMLESS:
                return False
            expects_program = False
    return bool(words)


def _line_magic(name: str, record: Any) -> Any:
    return lambda line: record(f"%{name} {line}")


def _cell_magic(name: str, record: Any, run: Any) -> Any:
    def magic(line: str, cell: str) -> None:
        if name in SHELLS and not line.strip():
            print(run(cell, f"%%{name}\n{cell}")[1], end="")
        else:
            record(f"%%{name} {line}\n{cell}")

    return magic
