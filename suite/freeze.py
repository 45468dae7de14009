"""Records what the oracles show: each reference file runs as a submission, and its evidence becomes `expected.json`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from suite.assignments import Expected, ExpectedLayer, ExpectedModel
from suite.collect import collect_source
from suite.errors import AssignmentError
from suite.pipeline import Plan, observer
from suite.records import Evidence, Framework, Model, SourceFile

ORACLES: dict[str, Framework] = {"model_keras.py": "keras", "model_torch.py": "torch"}


def freeze(plan: Plan) -> Expected:
    """Run every oracle of the plan's assignment; `AssignmentError` says which model didn't come to life."""
    models: dict[str, dict[Framework, ExpectedModel]] = {model: {} for model in plan.assignment.model_ids}
    versions: dict[str, str] = {}
    with observer(plan) as look:
        for file, framework in ORACLES.items():
            path = plan.assignment.folder / file
            source = SourceFile(path=file, content=path.read_bytes())
            evidence = look(collect_source(file, (source,), file, str(path)))
            versions |= evidence.versions
            for model_id, model in _models(path, plan.assignment.model_ids, evidence):
                models[model_id][framework] = _expect(model)
    return Expected(versions=dict(sorted(versions.items())), models=models)


def _models(path: Path, model_ids: Sequence[str], evidence: Evidence) -> Iterator[tuple[str, Model]]:
    """The oracle's model for each id: the variable of that name, which its `build_<id>()` gave."""
    found = {model.name: model for model in evidence.models if model.finished and not model.problem}
    for model_id in model_ids:
        if model_id not in found:
            trouble = [f"{cell.error_name}: {cell.error_message}" for cell in evidence.run.cells if cell.error_name]
            trouble += [f"{model.name}: {model.problem}" for model in evidence.models if model.problem]
            seen = "; ".join(trouble) or ", ".join(found) or "no model"
            raise AssignmentError(f"{path} defines build_{model_id}() whose model answers the probe; seen: {seen}")
        yield model_id, found[model_id]


def _expect(model: Model) -> ExpectedModel:
    """The frozen form of one model."""
    return ExpectedModel(
        parameters=model.parameters,
        outputs=model.outputs,
        golden=model.sample,
        layers=tuple(
            ExpectedLayer(
                kind=layer.kind,
                parameters=layer.parameters,
                output_shape=layer.output_shape or (),
                weights=tuple(weight.shape for weight in layer.weights),
            )
            for layer in model.layers
        ),
    )
