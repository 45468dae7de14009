"""`suite assignments`: is an assignment's folder in order, what does it ask for, and the schema for editors."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from suite import assignments
from suite.assignments import AnyTask, Assignment, FunctionTask, ManualTask, ModelTask, OpenTask
from suite.assignments.schema import assignment_schema
from suite.authoring import verify
from suite.checking import public_file
from suite.cli.language import of_assignment
from suite.files import write_atomically
from suite.judging.checks import max_score
from suite.records import Language, Text, text
from suite.report.html import check_name
from suite.text.language import label, say
from suite.text.local import local


def check(folder: Path, lang: Language) -> None:
    """Read all files of an assignment; an `AssignmentError` says what is wrong."""
    found = _load(folder)
    assignments.load_expected(found)
    verify.load(found)
    most = f"{max_score(found):g}"
    click.echo(say(text("assignment_valid", name=found.name, tasks=len(found.graded_tasks), points=most), lang))


def show(folder: Path, lang: Language | None) -> None:
    """What is asked for, task by task, and the points of each check."""
    found = _load(folder)
    lang = of_assignment(found, lang, os.environ)
    console = Console(highlight=False)
    console.print(f"[bold]{escape(found.title.say(lang))}[/] ({escape(found.name)})")
    tasks = Table()
    for key in ("assignment_task", "assignment_title", "assignment_asked"):
        tasks.add_column(label(key, lang), overflow="fold")
    for task in found.graded_tasks:
        tasks.add_row(*map(escape, (task.id, task.title.say(lang), say(_say_task(task), lang))))
    console.print(tasks)
    points = Table()
    points.add_column(label("assignment_check", lang))
    points.add_column(label("assignment_worth", lang), justify="right")
    for name, settings in found.checks.items():
        points.add_row(escape(check_name(name, lang)), local(f"{settings.points:g}", lang))
    console.print(points)
    click.echo(say(text("assignment_points", points=f"{max_score(found):g}"), lang))


def write_public(folder: Path, target: Path | None, lang: Language | None) -> None:
    """Write what students check their own work with, or print it."""
    found = _load(folder)
    lang = of_assignment(found, lang, os.environ)
    content = public_file.write_public(found, assignments.load_expected(found), lang)
    if target is None:
        click.echo(content, nl=False)
        return
    write_atomically(target, content.encode())
    click.echo(say(text("public_written", file=str(target), level=found.public), lang))


def print_schema() -> None:
    """Print it as JSON."""
    click.echo(json.dumps(assignment_schema(), indent=1, ensure_ascii=False))


def _load(folder: Path) -> Assignment:
    place = folder.resolve()
    return assignments.load(place.name, place.parent)


def _say_task(task: AnyTask) -> Text:
    """What a student is asked for."""
    match task:
        case ModelTask():
            first = task.probes[0].inputs
            if any(given.words for given in first):
                return text("asked_reader")
            return text("asked_model", inputs="; ".join(" × ".join(map(str, given.shape)) or "1" for given in first))
        case FunctionTask():
            return text("asked_function", name=" / ".join(task.names), calls=task.calls + len(task.edges))
        case OpenTask():
            low, high = task.cutoffs[0][0], task.cutoffs[-1][0]
            return text("asked_open", dataset=task.dataset, metric=task.metric, low=f"{low:g}", high=f"{high:g}")
        case ManualTask():
            return text("asked_manual", criteria=", ".join(each.id for each in task.criteria))
    return text("asked_value", name=" / ".join(task.names))
