"""Markdown: a table of the class, and a text for each submission, in which nothing of a submission is markup."""

from __future__ import annotations

import re

from suite.exporting.graded import GradedClass, PublishedResult
from suite.exporting.interface import Export, folder_names, number
from suite.text.language import label

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:])")


def export(export: Export) -> None:
    """Write `class.md` and each submission's `feedback.md`."""
    graded = export.graded
    export.put("class.md", class_table(graded))
    for result in graded.results:
        export.put(f"{folder_names(graded.results)[result.submission]}feedback.md", submission_text(graded, result))


def class_table(graded: GradedClass) -> str:
    """A line for each submission."""
    keys = ("page_student", "page_score", "page_status", "page_message")
    head = " | ".join(label(key, graded.language) for key in keys)
    lines = [f"# {escape(graded.assignment)}", "", f"| {head} |", "|---|---|---|---|"]
    for result in graded.results:
        status = label(f"outcome_{result.status.value.replace(' ', '_')}", graded.language)
        cells = (escape(result.submission), points(result.score, result.max_score), status, escape(result.message))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def submission_text(graded: GradedClass, result: PublishedResult) -> str:
    """What the student reads: the score, each check with what it says."""
    lines = [f"# {escape(result.submission)}: {points(result.score, result.max_score)}", "", escape(result.message), ""]
    lines += [f"- {escape(cause.message)}" for cause in result.diagnoses]
    columns = (label("page_check", graded.language), label("page_score", graded.language))
    lines += ["", f"| {columns[0]} | {columns[1]} | |", "|---|---|---|"] if result.verdicts else []
    for each in result.verdicts:
        cells = (escape(each.name), points(each.points, each.max_points), escape(each.sentences))
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *(escape(note) for note in result.notes)]
    return "\n".join([*lines, ""])


def points(gained: float | None, most: float) -> str:
    """Points as `12.5 / 18`."""
    return f"{'–' if gained is None else number(gained)} / {number(most)}"


def escape(written: str) -> str:
    """Text of which nothing is markup, a link or a mention of somebody."""
    return MARKUP.sub(r"\\\1", " ".join(written.split())).replace("@", "&#64;")
