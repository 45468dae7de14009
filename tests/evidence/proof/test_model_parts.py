"""Which models inside others are looked at."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from suite import assignments
from suite.evidence.interview.answers import ModelHeader
from suite.evidence.proof.model_parts import MAX_PARTS, PartChooser
from suite.evidence.proof.references import References
from suite.records import Model, Proof
from tests.conftest import ROOT
from tests.evidence.interview.headers import model_header
from tests.judging.runs import EMPTY_MODEL

SIZES = {"generator": 100, "discriminator": 40}
WHOLE: tuple[int, ...] = ()


class _References:
    """References of one framework, of which only the sizes are known."""

    def speak(self, framework: str) -> bool:
        return framework == "torch"

    def find(self, _framework: str, model_id: str) -> Any:
        return SimpleNamespace(inspected=SimpleNamespace(model=SimpleNamespace(parameters=SIZES[model_id])))


def _chooser() -> PartChooser:
    gan = assignments.load("gan", ROOT / "reference" / "gallery")
    return PartChooser(assignment=gan, references=cast("References", _References()))


def _header(parameters: int, within: tuple[int, ...] = (0,), framework: str = "torch") -> ModelHeader:
    return model_header(framework=framework, within=list(within), parameters=parameters)


def _model(*tasks: str) -> Model:
    """A model that is proved to be that of some tasks."""
    proofs = tuple(Proof(task=task, model_id=task, mappings=1, difference=0.0, steps=2) for task in tasks)
    return replace(EMPTY_MODEL, name="net", proofs=proofs)


def test_nearest_size_comes_first() -> None:
    """That of a reference that lacks a model; a part of unknown size lies in between."""
    headers = [_header(300, WHOLE), _header(7), _header(41), _header(0), _header(100)]
    assert list(_chooser().choose(headers, [_model()])) == [4, 2, 3, 1]
    assert list(_chooser().choose(headers, [_model("generator")])) == [2, 3, 4, 1]


def test_no_part_is_looked_at_once_each_task_has_its_model() -> None:
    """Neither from the start nor after one that was found."""
    headers = [_header(300, WHOLE), _header(100), _header(40), _header(40)]
    assert list(_chooser().choose(headers, [_model("generator", "discriminator")])) == []
    models = [_model()]
    places = []
    for place in _chooser().choose(headers, models):
        places.append(place)
        models.append(_model("generator" if place == 1 else "discriminator"))
    assert places == [1, 2]


def test_few_wrong_parts_are_looked_at() -> None:
    """One for each task that lacks a model, and one more; those that take no input cost little, and don't count."""
    headers = [_header(300, WHOLE), *[_header(100)] * 100]

    def look(models: list[Model], *, takes_input: bool) -> int:
        places = []
        for place in _chooser().choose(headers, models):
            places.append(place)
            models += [_model()] if takes_input else []
        return len(places)

    assert look([_model()], takes_input=True) == 3
    assert look([_model("generator")], takes_input=True) == 2
    assert look([_model()], takes_input=False) == MAX_PARTS


def test_crowd_of_parts_is_cut() -> None:
    """A class of a hundred blocks costs what a few do; those of a framework without references cost nothing."""
    assert len(list(_chooser().choose([_header(300, WHOLE), *[_header(100)] * 100], [_model()]))) == MAX_PARTS
    assert list(_chooser().choose([_header(1, WHOLE), _header(100, framework="keras")], [_model()])) == []
