"""`%check` in Jupyter: after `%load_ext suite`, the notebook is checked as it was saved, and told under the cell.

It runs in a process of its own, from top to bottom, as it will be graded: not what this kernel happens to hold.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shlex
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from suite.errors import SuiteError, UsageError
from suite.records import Language, text
from suite.text import LANGUAGES
from suite.text.errors import tell as tell_error
from suite.text.language import say
from suite.text.spoken import of_environment

OPENED_AS = ("JPY_SESSION_NAME",)
"""Environment variables in which Jupyter's server names a kernel's notebook."""
NAMED_IN = ("__vsc_ipynb_file__", "__session__")
"""Variables in which VS Code and older servers do."""


def load(shell: Any) -> None:
    """Define the magic in an IPython shell."""

    def check(line: str) -> None:
        _check(line, shell.user_ns)

    shell.register_magic_function(check, "line", "check")


def _check(line: str, namespace: Mapping[str, Any]) -> None:
    """`%check [NOTEBOOK] [--with FILE] [--lang es]`: a line says what is wrong with the call, never a traceback."""
    from IPython.display import display

    spoken = of_environment(os.environ)
    try:
        given = _parse(line)
        spoken = given.lang or spoken
        notebook = find_notebook(given.notebook, os.environ, namespace, Path.cwd())
        with ThreadPoolExecutor(1) as pool:  # this thread runs the kernel's own loop
            shown = pool.submit(check_notebook, notebook, given.told, given.lang).result()
        display(shown, raw=True)  # type: ignore[no-untyped-call]
    except SuiteError as error:
        print(tell_error(error, spoken))  # noqa: T201 - the cell's output


def _parse(line: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser("%check", add_help=False, exit_on_error=False)
    parser.add_argument("notebook", nargs="?", type=Path)
    parser.add_argument("--with", dest="told", type=Path)
    parser.add_argument("--lang", choices=LANGUAGES)
    try:
        found, unknown = parser.parse_known_args(shlex.split(line))
    except (argparse.ArgumentError, ValueError) as error:
        raise UsageError("{error}; write %check [NOTEBOOK.ipynb] [--with FILE] [--lang es]", error=error) from error
    if unknown:
        raise UsageError(
            "%check doesn't know {name}; write %check [NOTEBOOK.ipynb] [--with FILE] [--lang es]", name=unknown[0]
        )
    return found


def find_notebook(given: Path | None, environment: Mapping[str, str], names: Mapping[str, Any], folder: Path) -> Path:
    """The notebook that is meant: the one that was named, that the server names, or the only one in the folder."""
    if given is not None:
        return given
    told = [*(environment.get(name, "") for name in OPENED_AS), *(str(names.get(name, "")) for name in NAMED_IN)]
    for each in told:
        for path in (Path(each), folder / Path(each).name) if each else ():
            if path.suffix == ".ipynb" and path.is_file():
                return path
    found = sorted(folder.glob("*.ipynb"))
    if len(found) == 1:
        return found[0]
    raise UsageError(
        "which notebook is this? In {folder} there are {count}; name it: %check {example}",
        folder=folder,
        count=len(found),
        example=_example(found),
    )


def _example(found: Sequence[Path]) -> str:
    return shlex.quote(found[0].name) if found else "practica3.ipynb"


def check_notebook(notebook: Path, told: Path | None, language: Language | None) -> dict[str, str]:
    """Check a notebook and say what was found and of when the notebook is, as text and as HTML."""
    from suite.checking.self_check import self_check
    from suite.checking.telling import as_html, as_text, tell

    age = max(0.0, time.time() - notebook.stat().st_mtime) if notebook.is_file() else 0.0
    checked = self_check(notebook, told, _sandbox())
    spoken = language or checked.public.language
    saved = say(text("own_saved", file=notebook.name, seconds=round(age)), spoken)
    said = tell(checked, spoken)
    plain = "\n".join([*(line for line, _ in as_text(said, spoken)), saved])
    return {"text/plain": plain, "text/html": as_html(said, spoken, saved)}


@cache
def _sandbox() -> Any:
    """The strongest sandbox, kept: what it has imported for one check serves the next."""
    from suite.sandbox import choose

    sandbox, _ = choose("auto")
    atexit.register(sandbox.close)
    return sandbox
