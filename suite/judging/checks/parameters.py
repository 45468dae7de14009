"""Check `parameters`: the scalars in each layer's tensors, and in all of them.

Each layer and the total earn the same points. Tensors are counted; printed summaries are ignored. If a model computes
what the reference does, and each of its tensors corresponds to some of the reference's, the counts are right whichever
layers hold them.
"""

from __future__ import annotations

from suite.assignments import ExpectedLayer
from suite.judging.checks.interface import Check, CheckContext, verdict_without_model
from suite.judging.checks.match import Match
from suite.judging.checks.proof_status import counts_for, explain_uncounted, weigh_findings
from suite.records import Layer, Model, Outcome, Text, Verdict, text


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per task."""
    return [_judge(context, match, max_points / len(context.matches)) for match in context.matches]


def _judge(context: CheckContext, match: Match, max_points: float) -> Verdict:
    reference, model = match.reference, match.model
    expected = {"layers": [layer.parameters for layer in reference.layers], "total": reference.parameters}
    if model is None:
        return verdict_without_model("parameters", context, match, max_points, expected)
    explained = _is_explained(context, match, model)
    findings = [] if explained else _findings(match)
    total = explained or _count_all(match) == model.parameters == reference.parameters
    right = len(match.pairs) - len(findings) + total
    passed = not findings and total
    return Verdict(
        check="parameters",
        task=match.task.id,
        model=match.model_id,
        outcome=Outcome.PASS if passed else weigh_findings(findings),
        points=max_points * right / (len(match.pairs) + 1),
        max_points=max_points,
        expected=expected,
        observed={"layers": list(model.layer_counts), "total": model.counted},
        message=_say_passed(match, model) if passed else next(iter(findings), _say_total(match, model)),
        details=tuple(findings),
    )


def _is_explained(context: CheckContext, match: Match, model: Model) -> bool:
    """Whether the proof mapped the reference's weights to all of the model's tensors, and got its outputs."""
    proof = model.find_proof(match.task.id, match.model_id)
    return proof is not None and context.proof.answers_alike(proof) and proof.filled == model.parameters


def _say_total(match: Match, model: Model) -> Text:
    return text("parameters_total", observed=model.counted, expected=match.reference.parameters)


def _count_all(match: Match) -> int:
    """Scalars that count, without those of layers of another kind than the reference's layer beside them."""
    if not match.pairs and match.model is not None:
        return match.model.counted
    counting = (seen for expected, seen in match.pairs if seen and (expected is None or counts_for(expected, seen)))
    return sum(layer.counted for layer in counting)


def _say_passed(match: Match, model: Model) -> Text:
    """Say that the counts are right and, if they differ from the reference's, why."""
    if model.counted == match.reference.parameters and not _findings(match):
        return text("parameters_pass" if match.pairs else "parameters_total_pass", total=model.counted)
    return text("parameters_in_another_form", total=model.counted, expected=match.reference.parameters)


def _findings(match: Match) -> list[Text]:
    """One sentence for each layer that differs, in the order of the layers."""
    findings = []
    for place, expected, seen in match.numbered:
        if seen is None and expected is not None:
            findings.append(text("layer_missing", after=place, expected=expected.kind, parameters=expected.parameters))
        elif seen is not None and expected is None:
            findings.append(text("layer_extra", layer=place, kind=seen.kind, parameters=seen.parameters))
        elif seen is not None and expected is not None and (found := _compare(place, expected, seen)):
            findings.append(found)
    return findings


def _compare(place: int, expected: ExpectedLayer, seen: Layer) -> Text | None:
    """What differs in one layer."""
    if seen.counted != seen.parameters and not seen.unproved:
        return _say_idle(place, seen)
    if seen.parameters == expected.parameters:
        return explain_uncounted(place, expected, seen)
    return text(
        "layer_count" if seen.weights else "layer_unbuilt",
        layer=place,
        kind=seen.kind,
        observed=seen.parameters,
        tensors=_tensors(tuple(weight.shape for weight in seen.weights)),
        expected=expected.parameters,
        expected_tensors=_tensors(expected.weights),
    )


def _say_idle(place: int, seen: Layer) -> Text:
    """A layer with tensors that can change without changing the answer."""
    tensors = ", ".join(weight.name for weight in seen.weights if weight.matters is False)
    return text(
        "layer_idle",
        layer=place,
        kind=seen.kind,
        idle=seen.parameters - seen.counted,
        observed=seen.parameters,
        tensors=tensors[:300],
    )


def _tensors(shapes: tuple[tuple[int, ...], ...]) -> str:
    """Shapes as text, such as `28 × 10 + 10 × 10 + 10`."""
    return " + ".join(" × ".join(str(n) for n in shape) or "1" for shape in shapes)


CHECK = Check(name="parameters", judge=judge, is_about_models=True)
