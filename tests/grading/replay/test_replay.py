"""`suite replay`: a stored submission run again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from suite.grading.replay import find_result, read_evidence_of, read_report
from tests.conftest import Graded, run_suite

pytestmark = pytest.mark.slow


def test_a_replay_is_the_same_to_the_last_digit(graded: Graded) -> None:
    """The same files and seeds give the same verdicts and the same distances."""
    done = run_suite("replay", graded.report, "right")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "right: the verdicts are the same." in " ".join(done.stderr.split())
    distances = re.search(r"(\d+) of the (\d+) distances .* differ", " ".join(done.stdout.split()))
    assert distances
    assert int(distances[1]) == 0
    assert int(distances[2]) > 0
    assert "Different" not in done.stdout


def test_changed_files_are_refused(graded: Graded, class_folder: Path, tmp_path: Path) -> None:
    """Files that aren't those that were graded are refused, with both hashes and what to do."""
    changed = tmp_path / "right.py"
    changed.write_text((class_folder / "right.py").read_text("utf-8") + "\nprint('better')\n", "utf-8")
    done = run_suite("replay", graded.report, "right", "--source", changed)
    said = " ".join(done.stderr.split())
    assert done.returncode == 2
    assert graded.results["right"]["evidence"]["content_hash"] in said
    assert "put back the files that were handed in" in said


def test_what_cannot_be_replayed(graded: Graded) -> None:
    """A submission that never ran, or isn't in the report, is named."""
    never = run_suite("replay", graded.report, "torn")
    assert never.returncode == 2
    assert "torn never ran" in " ".join(never.stderr.split())
    unknown = run_suite("replay", graded.report, "nobody")
    assert unknown.returncode == 2
    assert "known: right, torn, wrong" in " ".join(unknown.stderr.split())


def test_evidence_names_its_circumstances(graded: Graded) -> None:
    """Stored evidence says whose it is, of what, and how it came about; two submissions have seeds of their own."""
    report = read_report(graded.report)
    origins = {}
    for name in ("right", "wrong"):
        evidence = read_evidence_of(graded.report, find_result(report, name))
        assert evidence is not None
        assert evidence.provenance is not None
        origins[name] = evidence.provenance
    right = origins["right"]
    assert (right.submission, right.assignment, right.budget, right.seed) == ("right", "stacked_rnn", "quick", 0)
    assert right.source.endswith("right.py")
    assert right.references.keys() == {"keras", "torch"}
    assert right.libraries["torch"] != "absent"
    assert right.probe_seed != origins["wrong"].probe_seed
    assert right.content_hash != origins["wrong"].content_hash
