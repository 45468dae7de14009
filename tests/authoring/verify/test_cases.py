"""The file verify.toml: what it may say, and what doesn't fit the assignment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from suite import assignments
from suite.authoring import verify
from suite.authoring.verify import Case
from suite.errors import AssignmentError, UsageError
from tests.conftest import ROOT

HEAD = "schema_version = 1\nalternatives = []\n"
MUTANT = """
[[mutants]]
name = "relu"
framework = "torch"
models = ["stack8"]
changes = [{ old = "nn.RNN(28, hidden_size,", new = "nn.RNN(28, hidden_size, nonlinearity='relu'," }]
loses.stack = { function = 1 }
"""

OLD, NEW = "nn.RNN(28, hidden_size,", "nn.RNN(28, hidden_size, nonlinearity='relu',"

Read = Callable[[str], list[Case]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the cases of a copy of `stacked_rnn` that has another verify.toml and no alternatives."""

    def run(toml: str) -> list[Case]:
        shutil.copytree(ROOT / "reference" / "stacked_rnn", tmp_path / "stacked_rnn")
        shutil.rmtree(tmp_path / "stacked_rnn" / "alternatives")
        (tmp_path / "stacked_rnn" / "verify.toml").write_text(toml, "utf-8")
        assignment = assignments.load("stacked_rnn", tmp_path)
        return verify.read_cases(assignment, verify.load(assignment))

    return run


def test_a_mutant_is_the_reference_with_its_changes(read: Read) -> None:
    """The reference itself is a case too, and models that aren't named are built by neither."""
    reference, mutant = read(HEAD + MUTANT)
    assert [reference.kind, mutant.kind] == ["reference", "mutant"]
    assert (reference.loses, mutant.loses) == ({}, {"stack": {"function": 1}})
    assert "nonlinearity='relu'" in mutant.submission.notebook
    assert "nonlinearity='relu'" not in reference.submission.notebook
    for case in (reference, mutant):
        assert "stack8 = build_stack8()" in case.submission.notebook
        assert "stack10 = build_stack10()" not in case.submission.notebook


def test_appended_code_may_build_the_model(read: Read) -> None:
    """What the appended code builds isn't built again."""
    _, mutant = read(HEAD + MUTANT + 'append = "stack8 = build_stack8()"\n')
    assert mutant.submission.notebook.count("stack8 = build_stack8()") == 1


def test_changes_apply_to_the_base(read: Read) -> None:
    """Training that every reference gets is where a mistake about training is made."""
    base = '[base]\ntorch = "STEPS = 100"\n'
    change = MUTANT.replace(NEW, "STEPS = 0").replace(OLD, "STEPS = 100")
    reference, mutant = read(HEAD + base + change)
    assert "STEPS = 100" in reference.submission.notebook
    assert "STEPS = 0" in mutant.submission.notebook


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (HEAD + MUTANT.replace(OLD, "nn.RNN(29,"), "stands there 0 times"),
        (HEAD + MUTANT.replace("{ old", "{ times = 3, old"), "expected 3 times"),
        (HEAD + MUTANT.replace(NEW, "nn.RNN(("), "isn't Python any more"),
        (HEAD + MUTANT.replace("stack8", "stack9"), "unknown models stack9"),
        (HEAD + MUTANT.replace("loses.stack", "loses.tower"), "unknown tasks tower"),
        (HEAD + MUTANT.replace("function = 1", "functions = 1"), "unknown checks functions"),
        (HEAD + MUTANT.replace("function = 1", "function = 2"), "less than or equal to 1"),
        (HEAD + MUTANT + MUTANT, "more than one case torch: relu"),
        (HEAD + MUTANT.replace("name", "nom"), "isn't what docs/verify.md describes"),
        (HEAD.replace("[]", '[{ file = "other.py" }]') + MUTANT, "don't name the same alternatives"),
    ],
)
def test_mistakes_in_the_file_are_errors(read: Read, toml: str, words: str) -> None:
    """An entry that doesn't fit fails loudly, and says what was expected and seen."""
    with pytest.raises(AssignmentError) as raised:
        read(toml)
    assert words in str(raised.value).replace("\n", " ")


@pytest.mark.parametrize("name", assignments.known(ROOT / "reference"))
def test_every_assignment_is_covered(name: str) -> None:
    """Both frameworks have mutants of every task, and every task has alternatives in both."""
    assignment = assignments.load(name, ROOT / "reference")
    cases = verify.read_cases(assignment, verify.load(assignment))
    tasks = {task.id for task in assignment.graded_tasks}
    for framework in ("keras", "torch"):
        mutated = {task for case in cases if case.name.startswith(f"{framework}: ") for task in case.loses}
        alternatives = [case for case in cases if case.kind == "alternative" and case.name.startswith(framework)]
        assert tasks <= mutated
        assert tasks <= {task for case in alternatives for task in case.tasks}


@pytest.mark.parametrize("name", assignments.known(ROOT / "reference"))
def test_alternatives_are_no_helpers(name: str) -> None:
    """What lies beside a submission are the course's helper files and nothing else of the assignment's folder."""
    assignment = assignments.load(name, ROOT / "reference")
    folder = ROOT / "reference" / name / "student"
    helpers = {path.read_bytes() for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {helper.content for helper in assignment.helpers} == helpers


def test_only_names_cases(read: Read) -> None:
    """Words choose cases by their names; a word that chooses none is wrong usage."""
    cases = read(HEAD + MUTANT)
    assert [case.name for case in verify.select(cases, ["relu"])] == ["torch: relu"]
    assert verify.select(cases, []) == cases
    with pytest.raises(UsageError, match="torch: relu"):
        verify.select(cases, ["gru"])


def test_without_a_file_mistakes_are_made_in_every_reference(tmp_path: Path) -> None:
    """A mistake in what several models share counts for all of them, and only these are built."""
    shutil.copytree(ROOT / "reference" / "gallery" / "numpy_functions", tmp_path / "functions")
    (tmp_path / "functions" / "verify.toml").unlink()
    assignment = assignments.load("functions", tmp_path)
    cases = verify.read_cases(assignment, verify.load(assignment))
    assert [case.kind for case in cases] == ["reference"] + ["mutant"] * 24 + ["alternative"] * 3
    by_scope = {case.name.split(",")[0]: set(case.loses) for case in cases if case.generated}
    assert by_scope["functions: softmax"] == {"softmax", "cross_entropy_gradient"}
    assert by_scope["functions: sigmoid"] == {"lstm_step"}


def test_generated_mistakes_stand_beside_written_ones(read: Read) -> None:
    cases = read("schema_version = 1\ngenerate = true\nalternatives = []\n" + MUTANT)
    generated = [case for case in cases if case.generated]
    assert {case.name.partition(":")[0] for case in generated} == {"keras", "torch"}
    assert all(case.loses == {"stack": {}} for case in generated)
    (one,) = [case for case in generated if case.name.startswith("keras: build_stack8")][:1]
    assert "def left_out_stack10(" in one.submission.notebook
    assert "stack8 = build_stack8()" in one.submission.notebook


def test_rules_change_only_what_base_trains(read: Read) -> None:
    """Another framework's reference is never trained, so that it would lose its metric whatever its mistakes."""
    cases = read(HEAD + 'generate = true\n[base]\ntorch = "TRAINED = True"\n' + MUTANT)
    generated = [case for case in cases if case.generated]
    assert {case.name.partition(":")[0] for case in generated} == {"torch"}
    sources = [case.submission.files[0].content.decode() for case in cases]
    assert len(sources) > 1 + len(generated)
    assert all("TRAINED = True" in source for source in sources)
