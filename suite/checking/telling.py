"""What a check showed, in friendly words: lines for the terminal, or HTML for the output of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from suite.checking.self_check import Checked
from suite.records import Language, Outcome, Result, Text, Verdict, text
from suite.text.language import label_or, say
from suite.text.quotes import say_quoting

Mark: TypeAlias = Literal["right", "wrong", "open"]
SIGNS: dict[Mark, str] = {"right": "✓", "wrong": "✗", "open": "–"}
COLOURS: dict[Mark, str] = {"right": "#1a7f37", "wrong": "#cf222e", "open": "#9a6700"}
"""Legible on white and on the dark grey of notebooks."""
FURTHER = 3
"""Findings beside the first one, and likely causes, that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """What is said of one thing."""

    mark: Mark
    """Whether it is right, wrong, or couldn't be told."""
    about: str
    """The task's title, or what is said of the notebook as a whole."""
    sentence: str
    """What was found and what to do."""
    further: tuple[str, ...] = ()
    """More findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything that is said."""

    right: bool
    """Whether there is nothing to mend."""
    headline: str
    """The whole in one sentence."""
    lines: tuple[ToldLine, ...]
    """One for each verdict."""
    causes: tuple[str, ...]
    """Likely causes of what is wrong."""
    remark: str
    """What only grading checks."""


def tell(checked: Checked, language: Language) -> Told:
    """What a check showed, in the language asked for."""
    result = checked.result
    lines = tuple(_lines(checked, language))
    wrong = sum(line.mark == "wrong" for line in lines)
    causes = [say_quoting(each.message, language) for each in result.diagnoses[:FURTHER]]
    return Told(
        right=not wrong and result.score is not None,
        headline=say_quoting(_headline(result, wrong), language),
        lines=lines,
        causes=tuple(causes),
        remark=say(_remark(checked, language), language),
    )


def _headline(result: Result, wrong: int) -> Text:
    if result.score is None:
        return result.summary
    return text("own_wrong", count=wrong) if wrong else text("own_right")


def _remark(checked: Checked, language: Language) -> Text:
    """What isn't checked here."""
    later = [label_or(f"check_{name}", name, language) for name in checked.public.later]
    return text("own_later", checks=", ".join(later)) if later else text("own_all")


def _lines(checked: Checked, language: Language) -> Iterator[ToldLine]:
    titles = {task.id: task.title.say(language) for task in checked.public.assignment.graded_tasks}
    for verdict in checked.result.verdicts:
        sentences = [say_quoting(each, language) for each in (verdict.message, *verdict.details)]
        mark = _mark(verdict)
        further = list(dict.fromkeys(sentences))[1 : FURTHER + 1] if mark == "wrong" else []
        about = titles.get(verdict.task, verdict.task) or say(text("own_notebook"), language)
        yield ToldLine(mark=mark, about=about, sentence=sentences[0], further=tuple(further))


def _mark(verdict: Verdict) -> Mark:
    if verdict.outcome is Outcome.PASS:
        return "right"
    return "open" if verdict.outcome in (Outcome.SKIPPED, Outcome.INCONCLUSIVE, Outcome.WAITING) else "wrong"


def as_text(told: Told, language: Language) -> Iterator[tuple[str, Mark]]:
    """Lines of plain text, each with what it is."""
    for line in told.lines:
        yield f"{SIGNS[line.mark]} {line.about}: {line.sentence}", line.mark
        yield from ((f"  · {each}", line.mark) for each in line.further)
    for cause in told.causes:
        yield f"→ {say(text('own_cause'), language)} {cause}", "open"
    yield told.headline, "right" if told.right else "wrong"
    yield told.remark, "open"


def as_html(told: Told, language: Language, saved: str = "") -> str:
    """The same as HTML that holds no script and loads nothing; whatever a notebook wrote in it is escaped."""
    items = "".join(_as_item(line) for line in told.lines)
    heading = escape(say(text("own_cause"), language))
    causes = "".join(f"<p>→ <em>{heading}</em> {escape(cause)}</p>" for cause in told.causes)
    colour = COLOURS["right" if told.right else "wrong"]
    return (
        f'<div style="border-left:4px solid {colour};padding:.2em 1em;max-width:60em;line-height:1.45">'
        f'<p style="font-weight:600">{escape(told.headline)}</p>'
        f'<ul style="list-style:none;padding-left:0">{items}</ul>{causes}'
        f'<p style="opacity:.75">{escape(f"{saved} {told.remark}".strip())}</p></div>'
    )


def _as_item(line: ToldLine) -> str:
    sign = f'<span style="color:{COLOURS[line.mark]};font-weight:700">{SIGNS[line.mark]}</span>'
    further = "".join(f"<li>{escape(each)}</li>" for each in line.further)
    nested = f"<ul>{further}</ul>" if further else ""
    return f"<li>{sign} <strong>{escape(line.about)}</strong>: {escape(line.sentence)}{nested}</li>"
