"""Records what the references show: each file runs as a submission, and its evidence becomes `expected.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from suite.assignments import Expected, ExpectedLayer, ExpectedModel
from suite.errors import AssignmentError, Words
from suite.grading.evidence_source import open_source
from suite.grading.plan import GradingPlan
from suite.grading.reference_files import read_references
from suite.records import Evidence, FrameworkName, Model, Text, text

# Float32 sums in another order differ by 1e-6; another initialiser or formula differs by far more.
GOLDEN_TOLERANCE = 1e-4


class UnfrozenError(AssignmentError):
    """A reference model that couldn't be built or called."""

    def __init__(self, model_id: str, problem: Words) -> None:
        super().__init__(problem)
        self.model_id = model_id


def freeze(plan: GradingPlan) -> Expected:
    """Run every reference of the plan's assignment; `AssignmentError` names a model that couldn't be built."""
    models: dict[str, dict[FrameworkName, ExpectedModel]] = {model: {} for model in plan.assignment.model_ids}
    versions: dict[str, str] = {}
    files = read_references(plan.assignment)
    with open_source(plan) as source, ThreadPoolExecutor(len(files)) as pool:
        evidences = pool.map(source.look, files.values())
        for (framework, file), evidence in zip(files.items(), evidences, strict=True):
            versions |= evidence.versions
            for model_id, model in _models(file.source, plan.assignment.model_ids, evidence):
                models[model_id][framework] = _expect(model)
    return Expected(versions=dict(sorted(versions.items())), models=models)


def _models(path: str, model_ids: Sequence[str], evidence: Evidence) -> Iterator[tuple[str, Model]]:
    """The reference's model for each id: the variable of that name, which its `build_<id>()` returned."""
    found = {model.name: model for model in evidence.models if model.finished and not model.problem}
    for model_id in model_ids:
        if model_id not in found:
            trouble = [f"{cell.error_name}: {cell.error_message}" for cell in evidence.run.cells if cell.error_name]
            trouble += [f"{model.name}: {model.problem}" for model in evidence.models if model.problem]
            seen = "; ".join(trouble) or ", ".join(found) or "no model"
            raise UnfrozenError(
                model_id,
                Words(
                    "{path} defines build_{model_id}() whose model answers the probe; seen: {seen}",
                    path=path,
                    model_id=model_id,
                    seen=seen,
                ),
            )
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
                output_shape=layer.output_shape,
                weights=tuple(weight.shape for weight in layer.weights),
                formula=layer.formula,
            )
            for layer in model.layers
        ),
    )


def find_differences(stored: Expected, seen: Expected) -> list[Text]:
    """What changed between two recordings, one phrase per model; versions may differ."""
    differences = []
    for model_id in sorted(stored.models.keys() | seen.models.keys()):
        old, new = stored.models.get(model_id), seen.models.get(model_id)
        if old is None or new is None or old.keys() != new.keys():
            differences.append(text("freeze_one_only", model=model_id))
            continue
        differences += [
            text(key, model=model_id, framework=framework)
            for framework in old
            for key in _differ(old[framework], new[framework])
        ]
    return differences


def _differ(old: ExpectedModel, new: ExpectedModel) -> list[str]:
    """Keys of what differs in one model."""
    structure = old.model_copy(update={"golden": ()}) != new.model_copy(update={"golden": ()})
    golden = len(old.golden) != len(new.golden) or not np.allclose(
        old.golden, new.golden, rtol=GOLDEN_TOLERANCE, atol=GOLDEN_TOLERANCE
    )
    return ["freeze_structure"] * structure + ["freeze_golden"] * golden


def expected_as_json(expected: Expected) -> str:
    """Indented JSON with each shape on one line."""
    indented = json.dumps(expected.model_dump(mode="json"), indent=1)
    return re.sub(r"\[[\s\d,nul]+\]", lambda shape: json.dumps(json.loads(shape[0])), indented) + "\n"
