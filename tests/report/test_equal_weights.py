"""Weights that were handed in twice are found, whatever the files are called; what everybody was given isn't."""

from __future__ import annotations

from dataclasses import replace

from suite.records import Evidence, Model, Run
from suite.report.equal_weights import HandedModel, find_equal_weights

MODEL = Model(
    name="net", framework="torch", class_name="Net", cell=0, finished=True, layers=(), inputs=(), outputs=(), sample=()
)


def _evidence(*weights: tuple[str, str]) -> Evidence:
    models = tuple(replace(MODEL, laid=file, laid_sha256=digest) for file, digest in weights)
    return Evidence(run=Run(cells=(), notebook="{}", seconds=1, sandbox="process"), models=models)


def test_equal_weights_under_other_names() -> None:
    """Each group names its submissions, models and files; models without such a file are in none."""
    found = find_equal_weights(
        {
            "luis": _evidence(("", ""), ("mine.safetensors", "1")),
            "ana": _evidence(("best.pt", "1"), ("other.pt", "2")),
            "eva": _evidence(("", ""), ("other.pt", "3")),
        }
    )
    assert found == [(HandedModel("ana", "net", "best.pt"), HandedModel("luis", "net", "mine.safetensors"))]


def test_one_student_with_two_models() -> None:
    """The same file for two models of one notebook is nobody else's."""
    assert find_equal_weights({"ana": _evidence(("best.pt", "1"), ("best.pt", "1"))}) == []


def test_weights_that_were_given_to_all() -> None:
    """Such as those of a model that was trained before."""
    assert find_equal_weights({f"s{number}": _evidence(("given.pt", "1")) for number in range(8)}) == []
