"""`suite doctor`: examines this machine and reports to a person or a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, get_args

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from suite import __version__, assignments
from suite.cli.work.console import put_document
from suite.doctor import Finding, MachineReport, Status, examine
from suite.doctor.diagnosis import Area
from suite.records import Language, Text, text
from suite.text.language import say
from suite.text.untrusted import clean

NOT_READY = 1
SCHEMA_VERSION = 2
SUBMISSION_MIB = 4096  # what the suite's own assignments allow, if none can be read
SENTENCE_WIDTH = 600
TITLE_WIDTH = 18  # of 60 columns

MARKS = {
    Status.GOOD: "[green]✓[/]",
    Status.NOTE: "[blue]•[/]",
    Status.WEAK: "[bold yellow]![/]",
    Status.MISSING: "[bold red]✗[/]",
}
AREAS: dict[Area, Text] = {
    "machine": text("doctor_area_machine"),
    "isolation": text("doctor_area_isolation"),
    "frameworks": text("doctor_area_frameworks"),
    "data": text("doctor_area_data"),
    "tools": text("doctor_area_tools"),
}


def doctor(*, as_json: bool, lang: Language) -> None:
    """Say what this machine offers, what grading will use of it, and how to get the rest."""
    machine = examine(os.environ, _submission_mib())
    if as_json:
        put_document(as_document(machine, lang))
    else:
        print_diagnosis(Console(highlight=False), machine, lang)
    sys.exit(0 if machine.ready else NOT_READY)


def as_document(machine: MachineReport, language: Language) -> dict[str, Any]:
    """What `--json` prints. Names, statuses and facts are the same in every language."""
    return {
        "schema_version": SCHEMA_VERSION,
        "suite": __version__,
        "ready": machine.ready,
        "missing": [finding.name for finding in machine.lacking],
        "uses": {
            "sandbox": machine.sandbox,
            "refused_sandboxes": list(machine.refused),
            "runtimes": list(machine.runtimes),
            "datasets": dict(machine.sources),
            "jobs": machine.jobs,
        },
        "findings": [
            {
                "name": finding.name,
                "area": finding.area,
                "status": finding.status.value,
                "said": [say(sentence, language) for sentence in finding.said],
                "remedies": [say(remedy, language) for remedy in finding.remedies],
                "facts": dict(finding.facts),
            }
            for finding in machine.findings
        ],
    }


def print_diagnosis(console: Console, machine: MachineReport, language: Language) -> None:
    """Print a table per area, then what will be used; 60 columns are enough."""
    titles = [_line(finding.title, language) for finding in machine.findings]
    width = min(TITLE_WIDTH, max(map(len, titles)))
    for area in get_args(Area):
        findings = [finding for finding in machine.findings if finding.area == area]
        _print_heading(console, AREAS[area], language)
        console.print(_as_table(findings, width, language))
    _print_heading(console, text("doctor_area_use"), language)
    for sentence in _uses(machine):
        console.print(Padding(escape(_line(sentence, language)), (0, 0, 0, 1), expand=False))
    style = "bold green" if machine.ready else "bold red"
    console.print(
        Padding(f"[{style}]{escape(_line(_verdict(machine, language), language))}[/]", (0, 0, 1, 1), expand=False)
    )
    console.print(Padding(escape(_line(text("doctor_legend"), language)), (0, 0, 0, 1), expand=False), style="dim")


def _as_table(findings: list[Finding], width: int, language: Language) -> Table:
    """A table with mark, title, and what was found, with the remedies below."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(width=2, justify="right")
    table.add_column(width=width, overflow="fold")
    table.add_column(overflow="fold")
    for finding in findings:
        seen = " ".join(escape(_line(sentence, language)) for sentence in finding.said)
        remedies = [f"[cyan]→ {escape(_line(remedy, language))}[/]" for remedy in finding.remedies]
        table.add_row(MARKS[finding.status], escape(_line(finding.title, language)), "\n".join([seen, *remedies]))
    return table


def _uses(machine: MachineReport) -> Iterator[Text]:
    """What grading will use, sentence by sentence."""
    if machine.sandbox is not None:
        yield text("doctor_use_sandbox", name=machine.sandbox)
    if machine.refused:
        yield text("doctor_use_refused", names=", ".join(machine.refused))
    yield text("doctor_use_runtimes", names=", ".join(machine.runtimes) or "–")
    yield text("doctor_use_data", names=", ".join(f"{name} ({source})" for name, source in machine.sources.items()))
    yield text("doctor_use_jobs", jobs=machine.jobs)


def _verdict(machine: MachineReport, language: Language) -> Text:
    """Ready, or what is missing."""
    if machine.ready:
        return text("doctor_ready")
    return text("doctor_not_ready", names=", ".join(say(finding.title, language) for finding in machine.lacking))


def _print_heading(console: Console, heading: Text, language: Language) -> None:
    console.print(f"\n[bold]{escape(_line(heading, language))}[/]")


def _line(sentence: Text, language: Language) -> str:
    """A sentence made safe to print, as it may quote the output of programs."""
    return clean(say(sentence, language), SENTENCE_WIDTH)


def _submission_mib() -> int:
    """The most memory, in MiB, that an assignment of the suite allows one submission."""
    root = assignments.own_folder()
    loaded = [assignments.load(name, root) for name in assignments.known(root)] if root else []
    return max((assignment.limits.memory_mib for assignment in loaded), default=SUBMISSION_MIB)
