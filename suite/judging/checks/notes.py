"""Remarks that cost no points: what was cut, skipped or printed differently from what was counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from suite.judging.checks.found_models import cell_number
from suite.judging.checks.interface import CheckContext
from suite.records import Text, text
from suite.text.untrusted import strip_escapes

TOTAL = re.compile(r"Total params:\D{0,20}?(\d[\d,.]{0,39})(?![\d,.])")
"""A total as summaries print it; whatever has more digits is none."""
SHELL_LINES_SHOWN = 3
RETRIED = {
    "version": "note_retried_version",
    "epochs": "note_retried_epochs",
    "rows": "note_retried_rows",
    "death": "note_retried_death",
}
MODELS_SHOWN = 12
BACKEND = re.compile(r"KERAS_BACKEND\W{1,8}(torch|jax|numpy|openvino)\b")
"""How a notebook asks for a backend of Keras, in Python and as a magic."""


def notes(context: CheckContext) -> tuple[Text, ...]:
    """All remarks on one submission."""
    evidence = context.evidence
    found = [*(evidence.provenance.remarks if evidence.provenance else ()), *_summaries(context)]
    found += [text("note_removed_api", api=api, replacement=new) for api, new in evidence.removed_apis]
    found += [text(RETRIED[what], runtime=evidence.runtime) for what in evidence.retried]
    found += [*_backend(context), *_ambiguous(context), *_extra_models(context), *_inference_only(context)]
    found += [
        text("note_weights", file=model.laid, name=model.name or model.class_name)
        for model in evidence.models
        if model.laid
    ]
    if evidence.run.cut:
        found.append(text("note_cut", cells=", ".join(str(cell) for cell in evidence.run.cut)))
    for number, cell in enumerate(evidence.run.cells, 1):
        if cell.expected_error:
            found.append(text("note_expected_error", cell=number, name=cell.expected_error))
    if evidence.capped:
        found.append(text("note_capped", what="; ".join(dict.fromkeys(evidence.capped))))
    if evidence.shell_lines:
        shown = "; ".join(evidence.shell_lines[:SHELL_LINES_SHOWN])
        found.append(text("note_shell", count=len(evidence.shell_lines), lines=shown[:300]))
    return tuple(found)


def _backend(context: CheckContext) -> Iterator[Text]:
    """Another backend of Keras than the one that is here."""
    cells = json.loads(context.evidence.run.notebook)["cells"]
    asked = BACKEND.search("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    if asked is not None:
        yield text("note_backend", backend=asked[1])


def _ambiguous(context: CheckContext) -> Iterator[Text]:
    """Tasks that more than one model fits equally well."""
    for match in context.matches:
        if match.model is None or len(match.rivals) == 0 or len(context.matches) == 1:
            continue
        run = context.evidence.run
        names = ", ".join(f"{model.name} [{cell_number(model.cell, run)}]" for model in (match.model, *match.rivals))
        taken = f"{match.model.name} [{cell_number(match.model.cell, run)}]"
        yield text("note_ambiguous", model=match.model_id, candidates=names, taken=taken)


def _extra_models(context: CheckContext) -> list[Text]:
    """Models that no task asked for, where several were to be built."""
    matched = {match.place for match in context.matches}
    models = enumerate(context.evidence.models)
    extra = [model for place, model in models if place not in matched and model.finished]
    if len(context.matches) == 1 or not extra:
        return []
    listed = ", ".join(f"{model.name} ({model.parameters})" for model in extra[:MODELS_SHOWN])
    return [text("note_extra", count=len(extra), models=listed)]


def _inference_only(context: CheckContext) -> Iterator[Text]:
    """Models that are random in training, or whose reference is: that part of them wasn't compared."""
    random = []
    for match in context.matches:
        proof = match.model.find_proof(match.task.id, match.model_id) if match.model else None
        if proof is not None and match.model is not None and (match.model.varies or proof.reference_varies):
            random.append(match.model_id)
    if random:
        yield text("note_inference_only", models=", ".join(random))


def _summaries(context: CheckContext) -> Iterator[Text]:
    """Printed totals that no model has: a summary that counts wrong."""
    counted = {match.model.parameters for match in context.matches if match.model is not None}
    totals = {model.parameters for model in context.evidence.models}
    for printed in _printed_totals(context.evidence.run.notebook):
        if counted and printed not in totals:
            yield text("note_summary", printed=printed, counted=" / ".join(str(total) for total in sorted(counted)))


def _printed_totals(notebook: str) -> list[int]:
    """Each distinct `Total params` in the outputs of the executed notebook."""
    outputs = [output for cell in json.loads(notebook)["cells"] for output in cell.get("outputs", [])]
    printed = "\n".join(_as_text(output) for output in outputs)
    found = TOTAL.findall(strip_escapes(printed))
    return list(dict.fromkeys(int(re.sub(r"\D", "", number)) for number in found))


def _as_text(output: dict[str, object]) -> str:
    """The plain text of a stored output, which nbformat keeps as a string or a list of lines."""
    data = output.get("data")
    content = data.get("text/plain", "") if isinstance(data, dict) else output.get("text", "")
    return "".join(content) if isinstance(content, list) else str(content)
