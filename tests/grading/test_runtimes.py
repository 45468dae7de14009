"""What each submission asks for is known from its sources, before anything runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from suite import assignments
from suite.evidence.interview.worker_imports import LIBRARIES, imports_of
from suite.grading.collect import collect
from suite.grading.runtimes import foresee_imports, read_needs
from suite.grading.store import Store
from suite.records import SourceFile, Submission, text
from tests.conftest import ROOT


def test_sources_choose(notebook: Callable[..., Path]) -> None:
    """One framework's import chooses its runtime; none, or several, leave the default."""
    read = lambda source: collect([notebook("one.ipynb", source)])[0]  # noqa: E731
    assert read_needs(read("import torch"), (), "keras") == ("torch", True, ())
    assert read_needs(read("import keras"), (), "torch") == ("keras", True, ())
    assert read_needs(read("import torch, keras\nimport keras"), (), "keras") == ("keras", True, ())
    assert read_needs(read("x = 1"), (), "keras") == ("keras", False, ())


def test_sources_name_libraries(notebook: Callable[..., Path]) -> None:
    """Those that take long to import, each module once; a part of another word is none."""
    drawing, parts, both = "matplotlib.pyplot", "my_seaborn = pandasql", "%matplotlib inline\nimport seaborn"
    needs = lambda source: read_needs(collect([notebook("one.ipynb", source)])[0], (), "keras")  # noqa: E731
    assert needs(f"import {drawing} as plt").libraries == LIBRARIES["matplotlib"]
    assert needs(parts).libraries == ()
    assert needs(both).libraries == (*LIBRARIES["matplotlib"], "seaborn")


def test_helpers_count_where_they_are_used(notebook: Callable[..., Path]) -> None:
    """A helper's import of a framework is the notebook's, if its name stands there."""
    helper = SourceFile(path="tools.py", content=b"import torch")
    used, unused = (collect([notebook(f"{name}.ipynb", name)])[0] for name in ("tools", "other"))
    assert read_needs(used, (helper,), "keras") == ("keras", True, ())
    assert read_needs(unused, (helper,), "keras") == ("keras", False, ())


def test_imports_of_a_class(notebook: Callable[..., Path]) -> None:
    """Each set of imports once, in the order of the submissions; an unreadable one has none."""
    sources = {"a": "import torch", "b": "import keras", "c": "import torch"}
    read = [collect([notebook(f"{name}.ipynb", source)])[0] for name, source in sources.items()]
    found = foresee_imports(_assignment(), [*read, _unreadable(read[0])], None)
    assert found == [imports_of("torch", ahead=True), imports_of("keras", ahead=True)]


def test_stored_evidence_needs_no_imports(notebook: Callable[..., Path], tmp_path: Path) -> None:
    """Where the same files of the same student were run before; a changed file is run."""
    one, other = (collect([notebook("ana.ipynb", source)])[0] for source in ("import torch", "import torch, os"))
    folder = tmp_path / "evidence"
    folder.mkdir()
    provenance = {"submission": one.student, "content_hash": one.content_hash}
    (folder / "one.json").write_text(json.dumps({"schema_version": 1, "evidence": {"provenance": provenance}}))
    assert foresee_imports(_assignment(), [one], Store(folder)) == []
    assert foresee_imports(_assignment(), [other], Store(folder)) == [imports_of("torch", ahead=True)]
    assert foresee_imports(_assignment(), [one], Store(folder, recall=False)) == [imports_of("torch", ahead=True)]


def _assignment() -> assignments.Assignment:
    return assignments.load("stacked_rnn", ROOT / "reference")


def _unreadable(submission: Submission) -> Submission:
    return replace(submission, student="none", problem=text("missing_path", path="none"))
