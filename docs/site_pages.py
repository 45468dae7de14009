"""Puts the pages of the site together: those of docs/, those of the root, and those that the code says.

`tox -e docs` runs `python docs/site_pages.py` before mkdocs, which needs all pages in one folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from suite import plugins
from suite.cli import main
from suite.cli.translation import translate_line
from suite.text import FIRST, LANGUAGES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = ROOT / "reports" / "site-pages"
COMMANDS = "commands"
"""The argument for which their page alone is printed."""
OF_THE_ROOT = ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md")
BETWEEN = re.compile(r"\]\((?:\.\./(?=[A-Z_]+\.md)|docs/)")
"""Begins a link to the root from a page of docs/, or into docs/ from one of the root; the site has one folder."""


def write(name: str, *parts: str) -> None:
    """A page of the site."""
    path = PAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n", "utf-8")


def copy() -> None:
    """The pages that are written by hand."""
    shutil.rmtree(PAGES, ignore_errors=True)
    shutil.copytree(DOCS, PAGES, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for path in [*(ROOT / name for name in OF_THE_ROOT), *PAGES.glob("*.md")]:
        write(path.name, BETWEEN.sub("](", path.read_text("utf-8").rstrip()))


def commands() -> Iterator[str]:
    """Every command, with its help as the terminal shows it in the language of the environment."""
    yield f"# {translate_line('Commands')}"
    top = click.Context(main, info_name="suite", **main.context_settings)
    for name in main.list_commands(top):
        command = main.get_command(top, name)
        if command is not None:
            yield from helps(command, top, f"suite {name}")


def helps(command: click.Command, above: click.Context, title: str) -> Iterator[str]:
    """The help of a command and of those below it, each under a heading of its own."""
    context = click.Context(command, info_name=title.rsplit(" ", 1)[-1], parent=above, max_content_width=100)
    yield f"{'#' * len(title.split())} {title}\n\n```text\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from helps(each, context, f"{title} {name}")


def fields(schema: dict[str, Any]) -> Iterator[str]:
    """A table for each record of a JSON Schema, the whole first."""
    records = {"": schema} | schema["$defs"]
    for name, record in records.items():
        yield f"## {name.removesuffix('Document') or 'The file'}\n\n{record['description']}"
        rows = [
            f"| `{key}` | {kind(value)} | {value.get('description', '')} |"
            for key, value in record["properties"].items()
        ]
        yield "\n".join(["| key | type | is |", "|---|---|---|", *rows])


def kind(value: dict[str, Any]) -> str:
    """What a value is, in words."""
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1].removesuffix("Document")
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(kind(each) for each in value["anyOf"])
    if "enum" in value:
        return " or ".join(f"`{each}`" for each in value["enum"])
    if value.get("type") == "array":
        return f"list of {kind(value['items'])}"
    return value.get("type", "anything")


def entry_points() -> str:
    """What each group takes, from the module that loads them, and the suite's own parts of each."""
    rows = re.findall(r"^\| `notebook_suite\.(\w+)` \| (.+) \|$", plugins.__doc__ or "", re.MULTILINE)
    table = [f"| `notebook_suite.{group}` | {takes} | {', '.join(plugins.names(group))} |" for group, takes in rows]
    return "\n".join(["| group | an entry point names | the suite's own |", "|---|---|---|", *table])


def section(page: str, title: str) -> str:
    """What stands under a heading of a page."""
    text = (DOCS / page).read_text("utf-8")
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0].strip()


def generate() -> None:
    """The pages that the code says."""
    for language in LANGUAGES:  # a process each, as help is translated for good
        told = os.environ | {"LC_ALL": f"{language}_ES.UTF-8"}
        page = subprocess.check_output([sys.executable, __file__, COMMANDS], env=told, text=True)
        write(f"reference/commands{'' if language == FIRST else f'.{language}'}.md", page.rstrip())
    write(
        "reference/python.md",
        "# Functions and records",
        "What [From Python](../api.md) introduces, from the code.",
        "::: suite.api.grade",
        "::: suite.api.check",
        "::: suite.records.verdict.Result",
        "::: suite.records.verdict.Verdict",
    )
    write(
        "reference/results.md",
        "# results.json",
        "As a [JSON Schema](../results.schema.json). Keys may be added without a new `schema_version`.",
        *fields(json.loads((DOCS / "results.schema.json").read_text("utf-8"))),
    )
    write(
        "reference/entry-points.md",
        "# Entry points",
        "A package adds parts by naming them in its `pyproject.toml`; [Contributing](../CONTRIBUTING.md) says how.",
        entry_points(),
    )
    write("glossary.md", "# Glossary", section("design.md", "Words"))


if __name__ == "__main__":
    if sys.argv[1:] == [COMMANDS]:
        print(*commands(), sep="\n\n")
    else:
        copy()
        generate()
