"""Check `shapes`: what each layer returns for the host's probe, and what the model returns.

Each layer and the model's output earn the same points. A model that computes what the reference does gets all of them:
inside, it may be written in one layer or in many, steps first or batch first.
"""

from __future__ import annotations

from itertools import pairwise

from suite.assignments import ExpectedLayer
from suite.judging.checks.found_models import say_shape, say_shapes
from suite.judging.checks.interface import Check, CheckContext, verdict_without_model
from suite.judging.checks.layer_kinds import is_recurrent, reads_steps, works_row_by_row
from suite.judging.checks.layer_options import other_options, say_options
from suite.judging.checks.match import Match
from suite.judging.checks.proof_status import computes_the_same, explain_uncounted, returns_like, weigh_findings
from suite.records import Layer, Text, Verdict, text

SEQUENCE_RANK = 3  # (batch, steps, features)


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per task."""
    return [_judge(context, match, max_points / len(context.matches)) for match in context.matches]


def _judge(context: CheckContext, match: Match, max_points: float) -> Verdict:
    reference, model = match.reference, match.model
    expected = {
        "layers": [None if layer.output_shape is None else list(layer.output_shape) for layer in reference.layers],
        "outputs": [list(shape) for shape in reference.outputs],
    }
    if model is None:
        return verdict_without_model("shapes", context, match, max_points, expected)
    same = computes_the_same(model, match.task.id, match.model_id, context.proof)
    right = len(match.pairs) if same else sum(_agrees(layer, seen) for layer, seen in match.pairs)
    answers = same or (model.outputs == reference.outputs and any(layer.counts for layer in model.layers))
    passed = right == len(match.pairs) and answers
    findings = [] if passed else _findings(match)
    return Verdict(
        check="shapes",
        task=match.task.id,
        model=match.model_id,
        outcome=weigh_findings(findings),
        points=max_points * (right + answers) / (len(match.pairs) + 1),
        max_points=max_points,
        expected=expected,
        observed={
            "layers": [None if layer.output_shape is None else list(layer.output_shape) for layer in model.layers],
            "outputs": [list(shape) for shape in model.outputs],
        },
        message=text("shapes_pass" if match.pairs else "outputs_pass", shape=say_shapes(model.outputs))
        if passed
        else findings[0],
        details=tuple(findings),
    )


def _agrees(expected: ExpectedLayer | None, seen: Layer | None) -> bool:
    """Whether a layer returns the right shape; false for one that doesn't matter or may be made up."""
    return (
        expected is not None
        and seen is not None
        and expected.output_shape == seen.output_shape
        and returns_like(expected, seen)
    )


def _findings(match: Match) -> list[Text]:
    """What differs, the cause before its consequences."""
    assert match.model is not None  # noqa: S101 - for the type checker; `_judge` has checked
    layers = match.model.layers
    findings = [
        text("needs_sequence", layer=place, shape=say_shape(layer.output_shape), next=place + 1)
        for place, (layer, after) in enumerate(pairwise(layers), 1)
        if _breaks_sequence(layer, after)
    ]
    for place, expected, seen in match.numbered:
        if seen is not None and expected is not None and seen.idle:
            findings.append(text("shape_idle", layer=place, kind=seen.kind))
        if expected is None or seen is None or seen.output_shape is None or expected.output_shape is None:
            continue
        if seen.output_shape != expected.output_shape:
            findings.append(_explain(match, place, seen, expected))
        elif not returns_like(expected, seen) and (reason := explain_uncounted(place, expected, seen)):
            findings.append(reason)
    if match.model.problem and not findings:
        findings.append(text("forward_failed", problem=match.model.problem[:600]))
    missing = sum(seen is None for _, seen in match.pairs)
    extra = sum(expected is None for expected, _ in match.pairs)
    if (missing or extra) and len(layers) != len(match.reference.layers):
        findings.append(text("layers_differ", expected=len(match.reference.layers), observed=len(layers)))
    if match.model.outputs not in ((), match.reference.outputs):
        shapes = say_shapes(match.model.outputs), say_shapes(match.reference.outputs)
        findings.append(text("output_shape", observed=shapes[0], expected=shapes[1]))
    return findings or [text("not_reached")]


def _breaks_sequence(layer: Layer, after: Layer) -> bool:
    """Whether a recurrent layer passes on only its last output, so that the next recurrent layer couldn't be called."""
    return (
        layer.options.get("return_sequences") is False
        and "return_sequences" in after.options
        and layer.output_shape is not None
        and len(layer.output_shape) < SEQUENCE_RANK
        and after.output_shape is None
    )


def _explain(match: Match, place: int, seen: Layer, expected: ExpectedLayer) -> Text:
    """Say what is wrong with the shape that one layer of a model returns."""
    assert match.model is not None  # noqa: S101 - for the type checker; `_judge` has checked
    assert seen.output_shape is not None  # noqa: S101 - for the type checker; `_findings` has checked
    assert expected.output_shape is not None  # noqa: S101 - as above
    longer = len(seen.output_shape) > len(expected.output_shape)
    shorter = len(seen.output_shape) < len(expected.output_shape)
    values = {"observed": say_shape(seen.output_shape), "expected": say_shape(expected.output_shape)}
    if longer and seen.options.get("return_sequences"):
        key = "returns_sequence"
    elif shorter and seen.options.get("return_sequences") is False:
        key = "returns_last"
    elif longer and seen.output_shape[-1] == expected.output_shape[-1] and works_row_by_row(seen):
        key = "takes_sequence" if reads_steps(match.model.layers, seen) else "not_flattened"
    elif others := other_options(expected, seen, match.task):
        key = "layer_shape_options"
        values["options"], values["wanted"] = say_options(others)
    elif is_recurrent(seen) or seen.family == expected.family:
        key = "layer_shape"
    else:
        key = "layer_shape_other"
        values["other"] = expected.kind
    return text(key, layer=place, kind=seen.kind, **values)


CHECK = Check(name="shapes", judge=judge, is_about_models=True)
