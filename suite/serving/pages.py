"""The pages on which people mark: the class, and one page a submission with its report beside the forms."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import jinja2

from suite.assignments import ManualTask
from suite.marking.entries import (
    AnyEntry,
    CommentEntry,
    ExtensionEntry,
    GroupCommentEntry,
    LateEntry,
    MarkEntry,
    OverrideEntry,
    RequestEntry,
    SubmissionEntry,
)
from suite.marking.results import describe
from suite.pages import open_templates
from suite.records import Language, Mark, Result, Text
from suite.report.html import add_filters
from suite.report.page_name import page_name
from suite.serving.served_class import ServedClass, Snapshot
from suite.text.errors import tell
from suite.text.language import label

ACTIONS: dict[type[AnyEntry], str] = {
    MarkEntry: "page_action_mark",
    OverrideEntry: "page_action_override",
    CommentEntry: "page_action_comment",
    RequestEntry: "page_action_request",
    LateEntry: "page_action_late",
    ExtensionEntry: "page_action_extension",
}
"""What entries on a submission are called."""
MAX_OFFERED = 12  # comments that were written before, offered again


class MarkingPages:
    """Renders the pages of one class."""

    def __init__(self, served: ServedClass, form_token: str, who: str) -> None:
        self._served = served
        self._form_token = form_token
        self._who = who
        self._environments: dict[Language, jinja2.Environment] = {}
        self.policy = _policy(self._environment("en"))

    def overview(self, error: Text | None = None) -> str:
        """The class: who waits, comments for everybody with a diagnosis."""
        snapshot = self._served.look()
        if snapshot is None:
            return self._render("waiting.html.j2", None, error)
        results = snapshot.report.results
        causes = Counter(cause for result in results for cause in {found.cause for found in result.diagnoses})
        examples = {found.cause: found.message for result in results for found in result.diagnoses}
        said = [entry for entry in snapshot.ledger.entries if isinstance(entry, GroupCommentEntry)]
        return self._render(
            "overview.html.j2",
            snapshot,
            error,
            names={result.submission: page_name(result.submission) for result in results},
            groups=[
                (cause, count, examples[cause], [entry for entry in said if entry.cause == cause])
                for cause, count in causes.most_common()
            ],
            notes=snapshot.notes,
        )

    def submission(self, page: str, error: Text | None = None) -> str | None:
        """One submission with its forms; `None` if there is none."""
        snapshot = self._served.look()
        result = snapshot.find(page) if snapshot else None
        if snapshot is None or result is None:
            return None
        own = [entry for entry in snapshot.ledger.entries if _concerns(entry, result)]
        return self._render(
            "submission_marks.html.j2",
            snapshot,
            error,
            result=result,
            page=page,
            tasks=list(_tasks(snapshot, result)),
            offered=_offered(snapshot),
            own=own,
            hours={"late": _last_hours(own, LateEntry), "extension": _last_hours(own, ExtensionEntry)},
            following=_following(snapshot, result),
        )

    def failure(self, problem: Text) -> str:
        """A page that says what went wrong."""
        return self._render("failure.html.j2", None, None, said=problem)

    def _render(self, template: str, snapshot: Snapshot | None, error: Text | None, **shown: Any) -> str:
        problem, holder = self._served.problem, self._served.holder()
        language = snapshot.report.language if snapshot else self._served.spoken
        return (
            self._environment(language)
            .get_template(template)
            .render(
                report=snapshot.report if snapshot else None,
                error=error,
                version=self._served.version(),
                holder=tell(holder, language) if holder else "",
                problem=tell(problem, language) if problem else "",
                token=self._form_token,
                who=self._who,
                **shown,
            )
        )

    def _environment(self, language: Language) -> jinja2.Environment:
        if language not in self._environments:
            environment = open_templates("suite.serving", language=language, style="serving.css", script="serving.js")
            add_filters(environment, language)
            environment.globals["policy"] = _policy(environment)
            environment.filters["action"] = lambda entry: label(ACTIONS[type(entry)], language)
            environment.filters["describe"] = describe
            self._environments[language] = environment
        return self._environments[language]


def _policy(environment: jinja2.Environment) -> str:
    """What these pages may do: their own script and style, their own forms, and frames of the report."""
    style = str(environment.globals["style"])
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'sha256-{environment.globals['script_hash']}'; "
        "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def _concerns(entry: AnyEntry, result: Result) -> bool:
    return isinstance(entry, SubmissionEntry) and entry.submission == result.submission


def _tasks(snapshot: Snapshot, result: Result) -> Iterator[tuple[ManualTask, Mark | None]]:
    """The tasks that a person marks, each with its mark."""
    for task in snapshot.assignment.manual_tasks:
        for verdict in result.verdicts:
            if (verdict.check, verdict.task) == ("manual", task.id):
                yield task, verdict.mark


def _offered(snapshot: Snapshot) -> dict[tuple[str, str], list[str]]:
    """Comments that can be used again by task and criterion: the rubric's, then those that were written most often."""
    language = snapshot.report.language
    written: dict[tuple[str, str], Counter[str]] = {}
    for entry in snapshot.ledger.entries:
        if isinstance(entry, MarkEntry):
            for name, comments in entry.comments.items():
                written.setdefault((entry.task, name), Counter()).update(comments)
    offered = {}
    for task in snapshot.assignment.manual_tasks:
        for criterion in task.criteria:
            fixed = [comment.say(language) for comment in criterion.comments]
            often = [comment for comment, _ in written.get((task.id, criterion.id), Counter()).most_common(MAX_OFFERED)]
            offered[task.id, criterion.id] = list(dict.fromkeys([*fixed, *often]))
    return offered


def _last_hours(own: Sequence[AnyEntry], kind: type[LateEntry | ExtensionEntry]) -> float | None:
    return next((entry.hours for entry in reversed(own) if isinstance(entry, kind)), None)


def _following(snapshot: Snapshot, result: Result) -> Result | None:
    """The next submission of which something waits, after this one and round again; `None` if none does."""
    results = snapshot.report.results
    place = next(number for number, each in enumerate(results) if each.submission == result.submission)
    return next((each for each in (*results[place + 1 :], *results[:place]) if each.waiting), None)
