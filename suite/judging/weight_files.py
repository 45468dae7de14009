"""Says why trained weights that were handed in weren't laid into a model."""

from __future__ import annotations

from collections.abc import Mapping

from suite.frameworks import framework_named
from suite.records import Evidence, Model, Text, WhyUnfit, text

SENTENCES: Mapping[WhyUnfit, str] = {
    "kind": "weights_kind",
    "code": "weights_code",
    "links": "weights_links",
    "size": "weights_size",
    "shapes": "weights_shapes",
    "names": "weights_names",
    "damaged": "weights_damaged",
}


def find_unfit(evidence: Evidence, model: Model | None) -> Text | None:
    """Why a file that no other model took doesn't fit a model; `None` if it has its weights, or none were meant."""
    if model is None or model.laid:
        return None
    taken = {each.laid for each in evidence.models}
    unfit = next((each for each in model.unfit if each.file not in taken), None)
    if unfit is None:
        return None
    return text(
        SENTENCES[unfit.why],
        file=unfit.file,
        name=model.name or model.class_name,
        expected=framework_named(model.framework).weight_files or "–",
        problem=unfit.detail or "–",
        wanted="; ".join(unfit.wanted) or "–",
        seen="; ".join(unfit.seen) or "–",
    )
