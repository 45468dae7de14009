"""Check `parameters`: the scalars in each layer's tensors, and in all of them.

Each layer and the total weigh the same. Tensors are counted, never summaries.
"""

from __future__ import annotations

from suite.checks.interface import Case, verdict_without_model
from suite.checks.match import Match
from suite.records import Layer, Outcome, Text, Verdict, text


def check(case: Case, max_points: float) -> list[Verdict]:
    """One verdict a task."""
    return [_judge(case, match, max_points / len(case.matches)) for match in case.matches]


def _judge(case: Case, match: Match, max_points: float) -> Verdict:
    oracle, model = match.oracle, match.model
    expected = {"layers": [layer.parameters for layer in oracle.layers], "total": oracle.parameters}
    if model is None:
        return verdict_without_model("parameters", case, match, max_points, expected)
    findings = _findings(match)
    right = len(match.pairs) - len(findings) + (model.counted == oracle.parameters)
    passed = not findings and model.counted == oracle.parameters
    return Verdict(
        check="parameters",
        model=match.model_id,
        outcome=Outcome.PASS if passed else Outcome.FAIL,
        points=max_points * right / (len(match.pairs) + 1),
        max_points=max_points,
        expected=expected,
        observed={"layers": list(model.layer_counts), "total": model.counted},
        message=text("parameters_pass", total=model.counted) if passed else findings[0],
        details=tuple(findings),
    )


def _findings(match: Match) -> list[Text]:
    """One sentence for each layer that differs, in the order of the layers."""
    findings = []
    place = 0
    for expected, seen in match.pairs:
        place += seen is not None
        if seen is None and expected is not None:
            findings.append(text("layer_missing", after=place, kind=expected.kind, parameters=expected.parameters))
        elif seen is not None and expected is None:
            findings.append(text("layer_extra", layer=place, kind=seen.kind, parameters=seen.parameters))
        elif seen is not None and expected is not None and seen.counted != seen.parameters:
            findings.append(_say_idle(place, seen))
        elif seen is not None and expected is not None and seen.parameters != expected.parameters:
            key = "layer_count" if seen.weights else "layer_unbuilt"
            findings.append(
                text(
                    key,
                    layer=place,
                    kind=seen.kind,
                    observed=seen.parameters,
                    tensors=_tensors(tuple(weight.shape for weight in seen.weights)),
                    expected=expected.parameters,
                    expected_tensors=_tensors(expected.weights),
                )
            )
    return findings


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
    """Such as `28 × 10 + 10 × 10 + 10`."""
    return " + ".join(" × ".join(str(n) for n in shape) or "1" for shape in shapes)
