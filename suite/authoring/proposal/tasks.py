"""From what a master's run showed to the tasks of an assignment: which models, functions and values count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Literal, TypeAlias

from suite.assignments import KINDS, Probe, ProbeInput
from suite.authoring.proposal.arguments import describe_calls
from suite.authoring.proposal.data import classes_of
from suite.authoring.proposal.master import Master
from suite.authoring.proposal.open_tasks import Goal, groups
from suite.authoring.proposal.program import Program, Statement
from suite.data import all_datasets
from suite.evidence.interview.inspection import probe_of
from suite.records import Evidence, Model, NameSeen, Text, text

ProposedKind: TypeAlias = Literal["model", "function", "value", "open", "manual"]
TWO = 2  # classes, which one number tells apart
SUM_TOLERANCE = 1e-3
LONGEST_ID = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedTask:
    """One task of the assignment to be."""

    kind: ProposedKind
    """What is asked for."""
    id: str
    """Its name."""
    title: str
    """The heading above it."""
    variable: str
    """What the notebook calls it; empty where a person marks it."""
    cell: int
    """The cell that gave it its value."""
    framework: str = ""
    """Of a model."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The other keys of its table, without those that have their default."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """The table `[accuracy.models.ID]`; empty for a model that isn't measured."""
    points: float = 0.0
    """What its question is worth; 0 where nothing says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The tasks, and what was left out with the reason."""

    tasks: tuple[ProposedTask, ...]
    """In the notebook's order."""
    left_out: tuple[Text, ...] = ()
    """A sentence for each thing that isn't asked for."""


def candidates(master: Master, program: Program) -> tuple[str, ...]:
    """Names that solutions give a value: what to ask the notebook for after its run."""
    names = (
        name
        for statement in program.statements
        if _is_solution(master, statement) and not statement.is_import
        for name in sorted(statement.binds)
    )
    return tuple(dict.fromkeys(name for name in names if not name.startswith("_")))


def find_tasks(
    master: Master, program: Program, evidence: Evidence, datasets: Sequence[str], goal: Goal | None = None
) -> Found:
    """Every model, function and value that counts; `goal` is what models of open questions are judged by."""
    open_tasks, unscored = _find_open(master, evidence, goal)
    models, left_out = _find_models(master, program, evidence, datasets)
    left_out = [*unscored, *left_out]
    made_of = {place for task in models for place in program.slice_of(task.variable, task.cell)}
    parts = {name for place in made_of for name in program.statements[place].binds}
    results = [task for seen in evidence.names if seen.name not in parts for task in _as_result(seen, master, program)]
    left_out += [
        text("new_never_called", name=seen.name)
        for seen in evidence.names
        if seen.kind == "function" and seen.name not in parts and not seen.calls
    ]
    manual = list(_manual(master))
    ordered = sorted([*models, *open_tasks, *results, *manual], key=lambda task: task.cell)
    named = _name_apart(ordered, program)
    return Found(tasks=tuple(_spread_points(named, master)), left_out=tuple(left_out))


def _is_solution(master: Master, statement: Statement) -> bool:
    lines = range(statement.line, statement.last_line + 1)
    return not master.cells[statement.cell].solution.isdisjoint(lines)


def _find_models(
    master: Master, program: Program, evidence: Evidence, datasets: Sequence[str]
) -> tuple[list[ProposedTask], list[Text]]:
    found: list[ProposedTask] = []
    left_out: list[Text] = []
    known: dict[tuple[object, ...], str] = {}
    for index, model in enumerate(evidence.models):
        places = program.slice_of(model.name, model.cell)
        solves = any(_is_solution(master, program.statements[place]) for place in places)
        openly = model.framework == "sklearn" or master.open_group(master.cells[model.cell])
        if not model.name or not places or (master.style != "plain" and not solves) or openly:
            continue
        if model.problem or not model.finished or not model.inputs:
            reason = model.problem or "nothing shows what it takes"
            left_out.append(text("new_not_callable", name=model.name, cell=model.cell + 1, reason=reason[:200]))
        elif not model.layers:
            continue
        elif (structure := _structure(model)) in known:
            left_out.append(text("new_twice", name=model.name, cell=model.cell + 1, other=known[structure]))
        else:
            known[structure] = model.name
            found.append(_as_task(master, evidence, index, datasets))
    return found, left_out


def _find_open(master: Master, evidence: Evidence, goal: Goal | None) -> tuple[list[ProposedTask], list[Text]]:
    """For each open question a task with the best of its models."""
    found: list[ProposedTask] = []
    left_out: list[Text] = []
    for models in groups(master, evidence).values():
        last = models[-1]
        best = goal.best(models) if goal else None
        if goal is None:
            left_out.append(text("new_open_data", name=last.name, cell=last.cell + 1))
        elif best is None:
            metric, score = goal.metric.name, f"{goal.unchanging:.3g}"
            left_out.append(text("new_open_score", name=last.name, cell=last.cell + 1, metric=metric, score=score))
        else:
            cell = master.cells[best.cell]
            found.append(
                ProposedTask(
                    kind="open",
                    id=best.name or _slug(cell.heading) or "model",
                    title=cell.heading or best.name,
                    variable=best.name,
                    cell=best.cell,
                    settings=goal.settings(best),
                    points=_points(master, cell.question),
                )
            )
    return found, left_out


def _structure(model: Model) -> tuple[object, ...]:
    """What two models have in common that ask for the same."""
    layers = tuple(
        (layer.kind, tuple(weight.shape for weight in layer.weights), _options(layer.options), layer.formula)
        for layer in model.layers
    )
    return model.framework, model.inputs, model.outputs, layers


def _options(options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((key, value) for key, value in options.items() if key != "name"))


def _as_task(master: Master, evidence: Evidence, index: int, datasets: Sequence[str]) -> ProposedTask:
    model = evidence.models[index]
    cell = master.cells[model.cell]
    probe = probe_of(model.takes) if model.takes else Probe.model_validate({"inputs": [{"shape": model.inputs[0][1:]}]})
    probabilities, classifies = _answers(evidence, index)
    measured = _measure(evidence, index, probe, datasets, probabilities=probabilities)
    if measured and model.takes and any(size is None for size in model.takes[0].shape):
        shape = _row_of(measured["dataset"])
        if shape and len(shape) == len(probe.inputs[0].shape) and not probe.inputs[0].high:
            probe = Probe.model_validate({"inputs": [{"shape": shape}]})
    settings: dict[str, Any] = {"answers": "logits or probabilities"} if classifies else {}
    if any(given.words for given in probe.inputs):
        settings["own_vocabulary"] = True
    settings["probes"] = [each.model_dump(exclude_defaults=True) for each in (probe, *_as_numbers(model, probe))]
    return ProposedTask(
        kind="model",
        id=model.name,
        title=cell.heading or model.name,
        variable=model.name,
        cell=model.cell,
        framework=model.framework,
        settings=settings,
        measured=measured,
        points=_points(master, cell.question),
    )


def _as_numbers(model: Model, probe: Probe) -> Iterator[Probe]:
    """For a model that reads texts, the numbers of their words, with which it is compared behind its vectorizer."""
    tables = [layer.weights[0].shape[0] for layer in model.layers if layer.kind == "Embedding" and layer.weights]
    texts = [given for given in probe.inputs if given.words]
    if tables and len(texts) == len(probe.inputs) == 1:
        yield Probe(inputs=(ProbeInput(shape=(texts[0].words,), high=max(tables)),))


def _points(master: Master, name: str) -> float:
    return next((question.points for question in master.questions if question.name == name), 0.0)


def _answers(evidence: Evidence, index: int) -> tuple[bool, bool]:
    """Whether a model answers with probabilities, and whether it tells classes apart."""
    model = evidence.models[index]
    trainings = [each for each in evidence.observations.trainings if index in each.models]
    losses = " ".join(each.loss.lower().replace("_", "") for each in trainings)
    scores = {remark.kind for remark in evidence.observations.remarks} & {"scores", "logits"}
    crossed = "crossentropy" in losses or (bool(trainings) and model.framework == "torch" and bool(scores))
    size = model.outputs[0][-1] if model.outputs and len(model.outputs[0]) > 1 else None
    first = model.sample[:size]
    within = bool(first) and all(0 <= value <= 1 for value in first)
    sums_to_one = size is not None and 1 < size <= len(model.sample) and abs(sum(first) - 1) < SUM_TOLERANCE
    probabilities = within and (sums_to_one or (crossed and (size == 1 or len(first) < (size or 0))))
    return probabilities, probabilities or crossed


def _measure(
    evidence: Evidence, index: int, probe: Probe, datasets: Sequence[str], *, probabilities: bool
) -> dict[str, Any]:
    """How accurate it becomes is measured where it was trained on a dataset whose rows it reads."""
    trained = any(index in each.models and each.steps for each in evidence.observations.trainings)
    if not trained or len(datasets) != 1 or len(probe.inputs) != 1:
        return {}
    dataset, given, row = all_datasets()[datasets[0]], probe.inputs[0], _row_of(datasets[0])
    if dataset.reads == "words":
        fits = bool(given.words or given.high)
    else:
        free = evidence.models[index].takes and None in evidence.models[index].takes[0].shape
        fits = not given.high and (prod(given.shape) == prod(row) or (bool(free) and given.shape[-1:] == row[-1:]))
    if not fits:
        return {}
    found: dict[str, Any] = {"dataset": datasets[0]}
    if (*given.shape[1:], *given.shape[:1]) == row != given.shape:
        found["channels_first"] = True
    answer = evidence.models[index].outputs[0][1:] if evidence.models[index].outputs else ()
    if answer == given.shape:
        return found | {"reconstructs": True, "metric": "mse"}
    classes = len(classes_of(dataset))
    if not answer or answer[-1] not in ({classes, 1} if classes == TWO else {classes}):
        return {}
    return found if probabilities else found | {"logits": True}


def _row_of(dataset: str) -> tuple[int, ...]:
    """The shape of a row of a dataset of images; empty for any other."""
    found = all_datasets()[dataset]
    return tuple(found.stand_in()["train"][found.inputs].shape[1:]) if found.reads == "images" else ()


def _as_result(seen: NameSeen, master: Master, program: Program) -> Iterator[ProposedTask]:
    """A task for a function that the notebook calls, or for a value."""
    statement = next(each for each in reversed(program.statements) if seen.name in each.binds)
    settings = describe_calls(seen) if seen.kind == "function" else {}
    if seen.kind not in {"function", "value"} or (seen.kind == "function" and not seen.calls):
        return
    cell = master.cells[statement.cell]
    yield ProposedTask(
        kind="function" if seen.kind == "function" else "value",
        id=seen.name,
        title=cell.heading or seen.name,
        variable=seen.name,
        cell=statement.cell,
        settings=settings,
        points=_points(master, cell.question),
    )


def _manual(master: Master) -> Iterator[ProposedTask]:
    """A task for each question that a person marks."""
    for question in master.questions:
        if question.manual:
            cell = next((each for each in master.cells if each.question == question.name), master.cells[0])
            yield ProposedTask(
                kind="manual",
                id=_slug(question.name) or "manual",
                title=cell.heading or question.name,
                variable="",
                cell=cell.index,
                points=question.points,
            )


def is_known(kind: ProposedKind) -> bool:
    """Whether assignments have tasks of that kind."""
    return kind in KINDS


def _name_apart(tasks: Sequence[ProposedTask], program: Program) -> list[ProposedTask]:
    """Ids that are told apart: the variable's name, the heading where one variable held several, else a number too."""
    taken = {name for statement in program.statements for name in statement.binds if name.startswith("build_")}
    count = [task.variable or task.id for task in tasks]
    titles = [task.title for task in tasks]
    used: set[str] = set()
    named = []
    for task in tasks:
        own = task.variable or task.id
        several = count.count(own) > 1
        wish = (_slug(task.title) or own) if several else own
        choices = (wish, *(f"{wish}_{number}" for number in range(2, len(tasks) + 3)))
        chosen = next(each for each in choices if each not in used and f"build_{each}" not in taken)
        used.add(chosen)
        shared = titles.count(task.title) > 1 and own not in {task.title, ""}
        named.append(replace(task, id=chosen, title=f"{task.title}: {own}" if shared and not several else task.title))
    return named


def _slug(title: str) -> str:
    """A title as a name in code; empty if nothing is left of it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    found = words if len(words) <= LONGEST_ID else words[:LONGEST_ID].rpartition("_")[0] or words[:LONGEST_ID]
    return found if found.isidentifier() else ""


def _spread_points(tasks: Sequence[ProposedTask], master: Master) -> Iterator[ProposedTask]:
    """A question's points, shared by the tasks that it asks for."""
    of_question = {q.name: [t for t in tasks if master.cells[t.cell].question == q.name] for q in master.questions}
    for task in tasks:
        sharing = next((each for each in of_question.values() if task in each), [task])
        yield replace(task, points=task.points / len(sharing))
