"""`suite similar` reads a report, shows pairs with their places, and writes nothing into it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from suite.cli import main
from suite.grading.store import Store, make_key
from suite.judging.checks import judge
from suite.records import Evidence, Run, Submission
from suite.report import write
from suite.report.class_report import as_report
from tests.judging.checks.test_manual import NOTHING
from tests.marking.essays import assignment
from tests.provenance import provenance
from tests.report.test_equal_weights import MODEL
from tests.report.test_similarity import DISGUISED, LOOP, OTHER


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """In Spanish, of three students."""
    asked, results = assignment(), []
    folder = tmp_path / "report"
    for name, code in {"ana": LOOP, "eva": DISGUISED, "luis": OTHER}.items():
        cells = [{"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": code}]
        notebook = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
        key = make_key([name])
        run = Run(cells=(), notebook=notebook, seconds=1.0, sandbox="process")
        models = (replace(MODEL, laid=f"{name}.pt", laid_sha256="of luis" if name == "luis" else "of both"),)
        evidence = Evidence(run=run, models=models, provenance=provenance(key=key, submission=name))
        Store(folder / "evidence").save(key, evidence)
        submission = Submission(student=name, source=f"{name}.ipynb", notebook=notebook)
        results.append(judge(submission, asked, NOTHING, evidence))
    write(as_report(asked, results, "es"), folder)
    return folder


def _similar(report: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["similar", str(report), *words])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def _content(folder: Path) -> Sequence[tuple[str, bytes]]:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def test_pairs_and_their_places(report: Path) -> None:
    """In the report's language; the sentence says that it is no verdict, and the report stays as it is."""
    before = _content(report)
    said = _similar(report)
    assert "ana ~ eva" in said
    assert "celda 1" in said
    assert "luis" not in said
    assert "1 pareja de entre 3 entregas" in said
    assert "no un veredicto" in said
    assert "pesos entrenados iguales: ana: net, ana.pt, eva: net, eva.pt" in said
    assert _content(report) == before


def test_what_was_handed_out(report: Path, tmp_path: Path) -> None:
    """A Python file or a notebook, whose code counts for nobody."""
    (tmp_path / "given.py").write_text(LOOP)
    said = _similar(report, "--handed-out", str(tmp_path / "given.py"), "--lang", "en")
    assert "0 pairs of 3 submissions" in said
