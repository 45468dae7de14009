"""Causes in how fast a notebook trains: learning rates far off, losses that aren't numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log

from suite.judging.diagnoses.context import Cause, DiagnosisContext, FoundCause
from suite.records import OptimizerRun, text

ADAPTIVE = ("Adam", "AdamW", "Adamax", "NAdam", "Nadam", "RAdam", "RMSprop", "LossScaleOptimizer")
HIGH, HIGH_SGD, LOW = 0.1, 10.0, 1e-6
"""Rates a hundred times or more off the usual ones: 1e-3 for adaptive optimizers, 1e-2 for SGD."""
NO_BETTER = 0.9  # share of ln(classes), the loss of guessing: training that ends above it has learnt nothing
ENOUGH_STEPS = 20  # before that any rate leaves the loss where it was
NAN_PRINTED = re.compile(r"(?i)\bloss\b[^\n]{0,20}?\bnan\b")


def loss_not_finite(context: DiagnosisContext) -> Iterator[FoundCause]:
    """Losses or weights became NaN or infinite."""
    for training in context.evidence.observations.trainings:
        if training.diverged:
            rate = "?" if training.rate is None else f"{training.rate:g}"
            message = text("cause_loss_not_finite", optimizer=training.optimizer, rate=rate)
            yield FoundCause(cell=training.cell, message=message, explains="training")
            return
    for cell in context.cells:
        if printed := NAN_PRINTED.search(cell.printed):
            message = text("cause_loss_printed_nan", seen=printed[0])
            yield FoundCause(cell=cell.index, message=message, explains="training")
            return
    for model, state in zip(context.evidence.models, context.evidence.observations.states, strict=False):
        if not state.finite:
            message = text("cause_weights_not_finite", name=model.name or model.class_name)
            yield FoundCause(cell=model.cell, message=message, explains="training")
            return


def rate_far_off(context: DiagnosisContext) -> Iterator[FoundCause]:
    """The learning rate is off by orders of magnitude, and training ended no better than guessing."""
    for training in context.evidence.observations.trainings:
        key = _judge_rate(training)
        guessing = _guessing(training, context)
        if key is None or guessing is None or training.rate is None:
            continue
        if training.diverged or (training.last_loss is not None and training.last_loss >= NO_BETTER * guessing):
            loss = "NaN" if training.last_loss is None else f"{training.last_loss:.3g}"
            values = {"rate": f"{training.rate:g}", "optimizer": training.optimizer, "loss": loss}
            message = text(key, **values, guessing=f"{guessing:.3g}", steps=training.steps)
            yield FoundCause(cell=training.cell, message=message, explains="training")
            return


def _judge_rate(training: OptimizerRun) -> str | None:
    """Whether a rate is far too high or too low for its optimizer."""
    rate = training.rate
    if rate is None or training.steps < ENOUGH_STEPS:
        return None
    if training.optimizer in ADAPTIVE:
        high = HIGH
    elif training.optimizer == "SGD":
        high = HIGH_SGD
    else:
        return None
    return "cause_rate_too_high" if rate >= high else "cause_rate_too_low" if rate <= LOW else None


def _guessing(training: OptimizerRun, context: DiagnosisContext) -> float | None:
    """The cross-entropy of guessing among a model's classes; `None` if the loss is another or nothing is known."""
    cross_entropy = "crossentropy" in training.loss.lower().replace("_", "") or any(
        remark.cell == training.cell and remark.kind in ("scores", "probabilities")
        for remark in context.evidence.observations.remarks
    )
    models = [context.evidence.models[place] for place in training.models if place < len(context.evidence.models)]
    classes = [model.outputs[0][-1] for model in models if model.outputs and model.outputs[0]]
    number = next((count for count in classes if count is not None and count > 1), None)
    return log(number) if cross_entropy and number else None


CAUSES = (
    Cause(name="loss_not_finite", rank=80, recognise=loss_not_finite),
    Cause(name="rate_far_off", rank=90, recognise=rate_far_off),
)
