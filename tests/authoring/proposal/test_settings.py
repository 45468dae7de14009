"""The file says what differs from the defaults, in the language that was asked for, and is valid TOML."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from suite.authoring.proposal.settings import Proposal, write_settings
from suite.authoring.proposal.tasks import ProposedTask

MODEL = ProposedTask(
    kind="model",
    id="net",
    title='A "net"',
    variable="model",
    cell=3,
    framework="torch",
    settings={"probes": [{"inputs": [{"shape": [4]}]}]},
    measured={"dataset": "mnist", "logits": True},
)
VALUE = ProposedTask(kind="value", id="size", title="size", variable="n", cell=4)
PROPOSAL = Proposal(
    title="Redes",
    tasks=(MODEL, VALUE),
    runtime="torch",
    datasets=("mnist",),
    data={"a": {"file": "a.csv"}},
    language="es",
)


def test_only_what_differs_is_written() -> None:
    written = write_settings(PROPOSAL)
    assert tomllib.loads(written) == {
        "title": "Redes",
        "runtime": "torch",
        "datasets": ["mnist"],
        "data": {"a": {"file": "a.csv"}},
        "tasks": [
            {"id": "net", "title": 'A "net"', "probes": [{"inputs": [{"shape": [4]}]}]},
            {"kind": "value", "id": "size", "names": ["n"]},
        ],
        "accuracy": {"models": {"net": {"dataset": "mnist", "logits": True}}},
    }
    assert "# Celda 4:" in written


def test_points_of_questions_and_time() -> None:
    tasks = (replace(MODEL, points=6), replace(VALUE, points=2))
    written = tomllib.loads(write_settings(replace(PROPOSAL, tasks=tasks, seconds=90)))
    points = {name: check["points"] for name, check in written["checks"].items()}
    assert points["results"] == 2
    assert points["shapes"] + points["parameters"] + points["function"] == 6
    assert written["budgets"]["quick"] == {"wall_seconds": 270}


def test_what_no_kind_asks_for_stands_in_a_comment() -> None:
    manual = ProposedTask(kind="manual", id="why", title="Why?", variable="", cell=5, points=2)
    written = write_settings(replace(PROPOSAL, tasks=(VALUE, manual), language="en"))
    assert "Why?" in written
    tomllib.loads(written)
