"""`results.json`: everything that a program may need about a graded class."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter

from suite.files import write_atomically
from suite.records import Evidence, Language, Mark, Marking, Report, Result, Text, Verdict
from suite.records.evidence_json import FOLDER, file_name, hash_evidence
from suite.report.document import (
    SCHEMA_VERSION,
    EvidenceDocument,
    ReportDocument,
    ResultDocument,
    StudentDocument,
    VerdictDocument,
)
from suite.text.language import say
from suite.text.quotes import say_quoting
from suite.text.untrusted import shorten_paths

MARKING: TypeAdapter[Marking] = TypeAdapter(Marking)
MARK: TypeAdapter[Mark | None] = TypeAdapter(Mark | None)


def write(report: Report, folder: Path) -> None:
    """Write `results.json`, one result at a time: a whole class of them would take as much memory as grading it."""
    pieces = (piece.encode("utf-8", "replace") for piece in _pieces(report))
    write_atomically(folder / "results.json", pieces)


def _pieces(report: Report) -> Iterator[str]:
    """What the file is put together from: each result is one line, as Python indents a class's for most of a second."""
    head, end = _dump(_as_document(report, []), indent=1).rsplit("[]", 1)
    yield f"{head}["
    for number, result in enumerate(report.results):
        yield f"{',' if number else ''}\n  {_dump(_result(result, report.language))}"
    yield f"\n ]{end}" if report.results else f"]{end}"


def _dump(plain: ReportDocument | ResultDocument, indent: int | None = None) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=indent)


def as_document(report: Report) -> ReportDocument:
    """What it holds; messages are in the report's language."""
    return _as_document(report, [_result(result, report.language) for result in report.results])


def _as_document(report: Report, results: list[ResultDocument]) -> ReportDocument:
    return {
        "schema_version": SCHEMA_VERSION,
        "assignment": report.assignment,
        "language": report.language,
        "notes": [say_quoting(note, report.language) for note in report.notes],
        "results": results,
    }


def _result(result: Result, language: Language) -> ResultDocument:
    evidence = result.evidence
    return {
        "submission": result.submission,
        "source": result.source,
        "student": cast("StudentDocument", asdict(result.identity)),
        "status": result.status.value,
        "score": result.score,
        "max_score": result.max_score,
        "waiting": round(result.waiting, 4),
        "content_hash": result.content_hash,
        "earlier": asdict(result.earlier) if result.earlier else None,
        "marking": _marking(result.marking, language),
        "message": say_quoting(result.summary, language),
        "summary": {"key": result.summary.key, "values": _values(result.summary, language)},
        "notes": [say_quoting(note, language) for note in result.notes],
        "evidence": _evidence(evidence),
        "sandbox": evidence.run.sandbox if evidence else None,
        "runtime": evidence.runtime if evidence else None,
        "seconds": round(evidence.run.seconds, 3) if evidence else None,
        "data": evidence.data if evidence else None,
        "versions": evidence.versions if evidence else {},
        "proof_status": {comparison.task: comparison.proof_status.value for comparison in result.comparisons},
        "diagnoses": [
            {"cause": found.cause, "cell": found.cell, "message": say_quoting(found.message, language)}
            for found in result.diagnoses
        ],
        "verdicts": [_verdict(verdict, language) for verdict in result.verdicts],
    }


def _marking(marking: Marking | None, language: Language) -> dict[str, Any] | None:
    """What people say of a submission."""
    if marking is None:
        return None
    plain: dict[str, Any] = MARKING.dump_python(marking, mode="json")
    judged = {"key": marking.judged_summary.key, "values": _values(marking.judged_summary, language)}
    return plain | {"judged_summary": judged}


def _values(message: Text, language: Language) -> dict[str, str | int | float]:
    """What a message's placeholders stand for, without the folders of this machine."""
    told = {name: say(each, language) if isinstance(each, Text) else each for name, each in message.values.items()}
    return {name: shorten_paths(value) if isinstance(value, str) else value for name, value in told.items()}


def _evidence(evidence: Evidence | None) -> EvidenceDocument | None:
    """Where the evidence lies, its hash, and what it takes to run the submission again; `None` if there is none."""
    if evidence is None or evidence.provenance is None:
        return None
    origin = evidence.provenance
    return {
        "file": f"{FOLDER}/{file_name(origin.key)}",
        "sha256": hash_evidence(evidence),
        "content_hash": origin.content_hash,
        "fingerprint": origin.fingerprint,
        "budget": origin.budget,
        "seed": origin.seed,
        "probe_seed": origin.probe_seed,
        "suite": origin.suite,
        "code": origin.code,
    }


def _verdict(verdict: Verdict, language: Language) -> VerdictDocument:
    return {
        "check": verdict.check,
        "task": verdict.task,
        "model": verdict.model,
        "outcome": verdict.outcome.value,
        "points": round(verdict.points, 4),
        "max_points": round(verdict.max_points, 4),
        "expected": verdict.expected,
        "observed": verdict.observed,
        "message": say_quoting(verdict.message, language),
        "details": [say_quoting(detail, language) for detail in verdict.details],
        "mark": MARK.dump_python(verdict.mark, mode="json"),
    }
