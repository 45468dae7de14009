"""Submissions whose form nobody would expect, in their files or in what their process sends, and what each is told.

Each must cost itself alone: the class goes on, and what is a submission's own doing is no failure of the grader.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile.broken import MAX, MODEL, as_file
from tests.hostile.forgeries import RIGHT

SCRIPT = f"{RIGHT}\n{MODEL}\n".encode()
DEEP = 1200
NEEDED_BY_KERNELS = ("pdb", "comm", "debugpy", "jedi")
"""Modules that a kernel imports as it starts, and that right work doesn't."""
DIGITS = 5000  # more than Python turns into a number
ODD_ENCODINGS = ("rot13", "hex", "base64", "bz2", "zlib", "undefined", "unknown", "utf-16", "punycode")
"""Encodings of no text, no encodings, and those of other bytes than the file's."""
FORGE = """
session = get_ipython().kernel.session
pack = session.pack
def forge(wanted, made):
    session.pack = lambda value: pack(made(value) if isinstance(value, dict) and wanted <= value.keys() else value)
REPLY, STREAM, PARENT = {"status", "user_expressions"}, {"name", "text"}, {"msg_id", "session"}
def nested(depth):
    return [nested(depth - 1)] if depth else []
"""
END = """
kernel = get_ipython().kernel
end = kernel.control_handlers["shutdown_request"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """One submission and what must come of it."""

    status: str
    """The result's."""
    score: float | None
    """Points, of 18; `None` for no score."""
    word: str
    """Part of the message or of a note."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What lies in the class folder, by its path there."""
    make: Callable[[Path], None] = lambda _: None
    """Makes the rest of it in the class folder."""

    def lay_out(self, folder: Path) -> None:
        """Put it into a class folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.make(folder)


def _dig(folder: Path) -> None:
    """Folders in one another, deeper than any path reaches."""
    (folder / "deep").mkdir()
    inner = os.open(folder / "deep", os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir("d" * 9, dir_fd=inner)
        outer, inner = inner, os.open("d" * 9, os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(inner)


def _link(name: str, target: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).symlink_to(target)

    return make


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")


READ: dict[str, Malformed] = {
    **{
        f"encoding_{name}": Malformed(
            status="error",
            score=0,
            word="isn't UTF-8 text",
            files={f"encoding_{name}.py": f"# coding: {name}\n".encode() + SCRIPT},
        )
        for name in ODD_ENCODINGS
    },
    "odd_source": Malformed(
        status="error",
        score=0,
        word="isn't a valid notebook",
        files={"odd_source.ipynb": as_file("x = 1").replace(b'"source": ["x = 1"]', b'"source": [1, {}]')},
    ),
    "odd_metadata": Malformed(
        status="error",
        score=0,
        word="isn't a valid notebook",
        files={"odd_metadata.ipynb": as_file("x = 1").replace(b'"metadata": {}', b'"metadata": [NaN]')},
    ),
    "huge_number": Malformed(
        status="error",
        score=0,
        word="isn't a valid notebook",
        files={"huge_number.ipynb": as_file("x = 1").replace(b"null", b"9" * DIGITS)},
    ),
    "nested": Malformed(status="error", score=0, word="isn't a valid notebook", files={"nested.ipynb": b"[" * 200_000}),
    "many_cells": Malformed(
        status="skipped", score=None, word="5000 cells", files={"many_cells.ipynb": as_file(*["x"] * 5001)}
    ),
    "many_lists": Malformed(
        status="skipped", score=None, word="lists", files={"many_lists.ipynb": b'{"cells": [' + b"[]," * 1_000_001}
    ),
    "deep": Malformed(status="skipped", score=None, word="folders more than", make=_dig),
    "linked_folder": Malformed(
        status="skipped", score=None, word="symbolic link", make=_link("linked_folder", "honest_folder")
    ),
    "linked_file": Malformed(
        status="skipped", score=None, word="symbolic link", make=_link("linked_file.ipynb", "a_first.ipynb")
    ),
    "link_inside": Malformed(
        status="skipped", score=None, word="tarea.py", make=_link("link_inside/tarea.py", "../honest_folder/main.py")
    ),
    "linked_inside": Malformed(
        status="skipped", score=None, word="entrega", make=_link("linked_inside/entrega", "../honest_folder")
    ),
    "pipe": Malformed(status="skipped", score=None, word="no ordinary file", make=_pipe),
}
"""By the submission's name: those that are never run."""


def _cells(status: str, score: float, word: str, *sources: str) -> tuple[str, float, str, bytes]:
    return status, score, word, as_file(*sources)


def _forged(content: str) -> tuple[str, float, str, bytes]:
    return _cells("error", 1, "no Jupyter kernel sends", RIGHT + MODEL, FORGE + content)


RUN: dict[str, Malformed] = {
    name: Malformed(status=status, score=score, word=word, files={f"{name}.ipynb": content})
    for name, (status, score, word, content) in {
        "encoding_in_a_cell": _cells("pass", MAX, "right", f"# coding: rot13\n{RIGHT}", MODEL),
        "long_total": _cells("pass", MAX, "right", RIGHT, MODEL, f"print('Total params: ' + '9' * {DIGITS})"),
        "replies_with_text": _forged("forge(REPLY, lambda value: 'ok')"),
        "replies_with_a_list": _forged("forge(REPLY, lambda value: [value])"),
        "replies_without_status": _forged("forge(REPLY, lambda value: {'execution_count': 1})"),
        "replies_with_odd_values": _forged("forge(REPLY, lambda value: value | {'status': 'error', 'ename': {}})"),
        "prints_a_number": _forged("forge(STREAM, lambda value: value | {'text': 5})\nprint('x', flush=True)"),
        "prints_deeply": _forged("forge(STREAM, lambda value: value | {'more': nested(300)})\nprint('x', flush=True)"),
        "names_no_parent": _forged("forge(PARENT, lambda value: [])"),
        "ends_without_a_word": _cells(
            "error",
            2,
            "can't be made to end",
            RIGHT + MODEL,
            END
            + "def silent(stream, ident, parent):\n    stream.send_multipart([*ident, b''])\n"
            + "kernel.control_handlers['shutdown_request'] = silent",
        ),
        "ends_after_nothing": _cells(
            "pass",
            MAX,
            "right",
            RIGHT + MODEL,
            END
            + "async def twice(stream, ident, parent):\n    stream.send_multipart([*ident, b''])\n"
            + "    await end(stream, ident, parent)\n"
            + "kernel.control_handlers['shutdown_request'] = twice",
        ),
    }.items()
} | {
    "null_bytes": Malformed(status="error", score=0, word="null bytes", files={"null_bytes.py": SCRIPT + b"\0\n"}),
    "encoding_in_a_module": Malformed(
        status="pass",
        score=MAX,
        word="right",
        files={"encoding_in_a_module/main.py": SCRIPT, "encoding_in_a_module/other.py": b"# coding: hex\nx = 1\n"},
    ),
    "modules_like_libraries": Malformed(
        status="pass",
        score=MAX,
        word="right",
        files={"modules_like_libraries/main.py": SCRIPT}
        | {f"modules_like_libraries/{name}.py": b"raise SystemExit\n" for name in NEEDED_BY_KERNELS},
    ),
    "far_down": Malformed(
        status="pass", score=MAX, word="right", files={f"far_down/{'/'.join(['d' * 72] * 39)}/main.py": SCRIPT}
    ),
    "folder_like_a_helper": Malformed(
        status="pass",
        score=MAX,
        word="right",
        files={"folder_like_a_helper/main.py": SCRIPT, "folder_like_a_helper/utils.py/note.txt": b"x"},
    ),
    "link_beside": Malformed(
        status="pass",
        score=MAX,
        word="weights.npz",
        files={"link_beside/main.py": SCRIPT},
        make=_link("link_beside/weights.npz", "../honest_folder/main.py"),
    ),
}
"""By the submission's name: those that are run."""

HONEST: dict[str, Mapping[str, bytes]] = {
    "a_first": {"a_first.ipynb": as_file(RIGHT, MODEL)},
    "honest_folder": {"honest_folder/main.py": SCRIPT},
    "z_last": {"z_last.py": SCRIPT},
}
"""Right work among them, which others link to."""
