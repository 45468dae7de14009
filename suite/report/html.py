"""The pages: `index.html` for the class and one page per submission, self-contained and without any foreign code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape
from pydantic_core import to_json

import suite
from suite.files import hash_files, write_atomically
from suite.judging.checks import all_checks
from suite.pages import open_templates
from suite.pages.histogram import draw_histogram
from suite.records import Breakdown, Curve, Evidence, Language, Layer, LayerComparison, Outcome, Report, Result, Text
from suite.records.evidence_json import hash_evidence
from suite.report import notebook
from suite.report.class_view import causes_of, view_class
from suite.report.curves import count_inside, draw_curve, ends, is_line
from suite.report.error_drawing import draw_confusion, draw_errors
from suite.report.folder import PAGES, Earlier
from suite.report.layer_drawing import draw_layers, first_difference, is_same
from suite.report.measures import draw_measure
from suite.report.page_name import page_name
from suite.report.submission_view import view_submission
from suite.text.figures import figure
from suite.text.language import label, label_or
from suite.text.local import between, local
from suite.text.quotes import MAX_VALUE, Part, quote, split

MAX_NAME = 200  # characters of a name that a submission chose
MAX_SHOWN = 4000  # characters of what a check expects or observed: the counts of 500 layers
MOST = {"lines": 100, "rows": 300, "versions": 20, "members": 60, "words": 20_000}
"""How many sentences, layers, versions and members of a group a page shows; a note says how many there are besides. And
how many characters of what people say."""
REFRESH_SECONDS = 5
"""After so many seconds the class page of a class that is being graded loads itself again."""
UNDECIDED = (Outcome.INCONCLUSIVE, Outcome.SKIPPED, Outcome.WAITING, Outcome.HARNESS_ERROR)
SOURCES = (".py", ".j2", ".css", ".js", ".po")
KINDS = {Outcome.PASS: "good"} | dict.fromkeys(UNDECIDED, "warn")
"""Classes of the style for statuses; others are `bad`."""


def write(report: Report, folder: Path) -> None:
    """Write `index.html` and `submissions/<name>.html`."""
    write_some(report, report.results, folder)


def write_some(report: Report, results: Iterable[Result], folder: Path, *, alone: bool = False) -> None:
    """Write `index.html` and the pages of some of the results; `alone` without the class page and links to it.

    A page that lies in the report already as it would be written now isn't written again: each ends with a hash of
    what it is made of.
    """
    pages = folder / PAGES
    pages.mkdir(exist_ok=True)
    environment = open_pages(report.language)
    names = {result.submission: page_name(result.submission) for result in report.results}
    if not alone:
        index = environment.get_template("index.html.j2").render(
            report=report,
            names=names,
            shown=view_class(report.results),
            refresh=0 if report.awaited is None else REFRESH_SECONDS,
        )
        write_atomically(folder / "index.html", index.encode("utf-8", "replace"))
    page, earlier = environment.get_template("submission.html.j2"), Earlier.than(folder)
    for result in results:
        ending = b"<!-- made of %b -->\n" % _hash_source(report, result, alone=alone).encode()
        if earlier.holds(f"{PAGES}/{names[result.submission]}", ending):
            continue
        shown = notebook.view(result.evidence.run.notebook) if result.evidence else None
        numbers = {cell.index: cell.number for cell in shown.cells if cell.number} if shown else {}
        view = view_submission(result, shown)
        html = page.render(report=report, result=result, notebook=shown, numbers=numbers, shown=view, alone=alone)
        write_atomically(pages / names[result.submission], html.encode("utf-8", "replace") + ending)


def _hash_source(report: Report, result: Result, *, alone: bool) -> str:
    """Hash of all that the page of a result depends on."""
    observed = hash_evidence(result.evidence) if result.evidence else ""
    about = repr((_hash_code(), report.title, report.language, alone, observed)).encode("utf-8", "backslashreplace")
    judged = replace(result, evidence=None)
    try:
        shown = to_json(judged)
    except ValueError:  # a lone surrogate in what a submission wrote; slower
        shown = repr(judged).encode("utf-8", "backslashreplace")
    return hashlib.sha256(about + shown).hexdigest()


@cache
def _hash_code() -> str:
    """Hash of the suite's own files, which say how a page is made."""
    package = Path(suite.__file__).parent
    return hash_files(package, (path for path in package.rglob("*") if path.suffix in SOURCES))


@cache
def open_pages(language: Language) -> jinja2.Environment:
    """The templates with what they show of results and notebooks, compiled: that takes as long as twenty pages."""
    environment = open_templates("suite.report", script="class.js", style="page.css", language=language)
    environment.globals["style"] = f"{environment.globals['style']}{notebook.stylesheet()}"
    add_filters(environment, language)
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)
    return environment


def add_filters(environment: jinja2.Environment, language: Language) -> None:
    """Have templates show sentences, names and what submissions hold, so that it can't be taken for the suite's."""
    environment.globals["most"] = MOST
    environment.tests["line"] = is_line
    write = partial(local, language=language)

    def say_here(message: Text, most: int = MAX_VALUE) -> Markup:
        return Markup().join(mark(part, most) for part in split(message, language))

    def show_here(value: Any) -> Markup:
        shown = show(value, language)
        return mark(quote(shown)) if isinstance(value, str) else escape(notebook.plain(shown, MAX_SHOWN))

    def outcome(value: Outcome) -> str:
        return label(f"outcome_{value.value.replace(' ', '_')}", language)

    environment.filters |= {
        "say": say_here,
        "outcome": outcome,
        "plain": notebook.plain,
        "show": show_here,
        "quote": lambda value: mark(quote(value), MAX_NAME),
        "tensors": _tensors,
        "curve": lambda curve, comparison, result: _draw_curve(curve, comparison, result, language),
        "band": lambda curve, comparison, result: _say_band(curve, _band(curve, comparison, result), language),
        "ends": lambda values: write(ends(values)),
        "layers": lambda comparison, evidence: _draw_layers(comparison, evidence, language),
        "breakdowns": _breakdowns,
        "confusion": lambda counts: _draw_confusion(counts, language),
        "errors": lambda bins: draw_errors(bins, label("page_errors", language), label("page_errors", language), write),
        "same_layers": lambda pair: is_same(*pair),
        "measure": draw_measure,
        "figure": lambda value: write(figure(value)),
        "check_name": lambda check: check_name(check, language),
        "cause_name": lambda cause: label_or(f"group_{cause}", cause, language),
        "causes": causes_of,
        "kind": lambda status: KINDS.get(status, "bad"),
        "histogram": partial(draw_histogram, write=write),
        "page_name": page_name,
    }


def _draw_layers(comparison: LayerComparison, evidence: Evidence | None, language: Language) -> Markup:
    """The picture of a model's layers, with what differs first in words."""
    first = first_difference(comparison, evidence)
    said = label("page_layers_alike", language)
    if first is not None:
        said = label("page_layers_differ", language, number=first + 1)
    heads = [label("page_reference", language), label("page_yours", language)]
    return draw_layers(comparison, first, heads, f"{label('page_layers', language)}: {comparison.model}", said)


def _breakdowns(comparison: LayerComparison, evidence: Evidence | None) -> list[Breakdown]:
    """Where the model of a task errs, by the last of its measurements."""
    if evidence is None or comparison.place is None:
        return []
    found = [
        each.breakdown
        for each in evidence.model_at(comparison.place).accuracies
        if (each.task, each.model_id) == (comparison.task, comparison.model) and each.breakdown
    ]
    return found[-1:]


def _draw_confusion(counts: Sequence[Sequence[int]], language: Language) -> Markup:
    keys = ("page_confusion_rows", "page_confusion_columns", "page_confusion")
    rows, columns, title = (label(key, language) for key in keys)
    right = sum(row[number] for number, row in enumerate(counts))
    said = label("page_confusion_described", language, right=right, rows=sum(map(sum, counts)))
    return draw_confusion(counts, rows, columns, title, said)


def _draw_curve(curve: Curve, comparison: LayerComparison, result: Result, language: Language) -> Markup:
    write = partial(local, language=language)
    title = label("page_curve_claimed" if curve.claimed else "page_curve_host", language)
    band = _band(curve, comparison, result)
    said = [write(ends(curve.values)), _describe_band(curve, band, language)]
    return draw_curve(curve.values, title, ". ".join(filter(None, said)), band, write)


def _say_band(curve: Curve, band: Sequence[tuple[float, float]], language: Language) -> str:
    """What the band shows; empty without one."""
    if curve.band is not None and band:
        return label("page_curve_steps", language, runs=curve.band.runs)
    return label("page_curve_band", language) if band else ""


def _describe_band(curve: Curve, band: Sequence[tuple[float, float]], language: Language) -> str:
    """Where the band ends and, if it has steps, how many values lie in it, for those who don't see the picture."""
    if not band:
        return ""
    low, high = (figure(end) for end in band[-1])
    said = label("page_curve_band_ends", language, low=low, high=high)
    if curve.band is None:
        return said
    inside = label("page_curve_inside", language, inside=count_inside(curve.values, band), count=len(band))
    return f"{said} {inside}"


def _band(curve: Curve, comparison: LayerComparison, result: Result) -> tuple[tuple[float, float], ...]:
    """Where the references' trainings are at each value, or else where they end; empty where that isn't known."""
    if not is_line(curve.values):
        return ()
    if curve.band is not None:
        return tuple(zip(curve.band.low, curve.band.high, strict=True))
    measures = (
        verdict.measure
        for verdict in result.verdicts
        if verdict.measure and (verdict.task, verdict.model) == (comparison.task, comparison.model)
    )
    names = {each.name: each.reference for each in measures if each.reference is not None}
    end = names.get(curve.name.removeprefix("val_"))
    return (end,) * len(curve.values) if end is not None else ()


def mark(part: Part, most: int = MAX_VALUE) -> Markup:
    """A piece of a sentence: what a submission wrote is set apart by an element that no text can close."""
    shown = part.text if len(part.text) <= most else f"{part.text[:most]}…"
    if not part.quoted:
        return escape(shown)
    element = "code" if part.is_name else "q"
    return Markup('<{element} class="quoted">{shown}</{element}>').format(element=element, shown=shown)


def check_name(check: str, language: Language) -> str:
    """What a check is called on pages and in the terminal."""
    return label_or(f"check_{check}", check, language)


@cache
def _value_names() -> dict[str, str]:
    """Entries of the catalogue for the names of what checks expect and observe."""
    return {name: key for check in all_checks().values() for name, key in check.values.items()}


def show(value: Any, language: Language) -> str:
    """Expected or observed, as a person reads it: `390 · 210 · 210 · 110 = 920`; without what is for programs."""
    if isinstance(value, dict) and value.keys() == {"layers", "total"}:
        return f"{' · '.join(str(count) for count in value['layers'])} = {value['total']}"
    if isinstance(value, dict) and value.keys() == {"layers", "outputs"}:
        return " → ".join([*map(_shape, value["layers"]), ", ".join(map(_shape, value["outputs"])) or "?"])
    if isinstance(value, dict):
        values = _value_names()
        named = ((label_or(values[key], key, language), entry) for key, entry in value.items() if key in values)
        return between(language).join(f"{name}: {local(entry, language)}" for name, entry in named)
    return "–" if value is None else str(local(value, language))


def _shape(shape: list[int | None] | None) -> str:
    return "?" if shape is None else str(tuple(shape))


def _tensors(layer: Layer) -> str:
    """Shapes of a layer's tensors."""
    return ", ".join("×".join(str(n) for n in weight.shape) for weight in layer.weights)
