"""Trains each reference many times and records how well it predicts, to show how far a right model may vary at random.

One process per framework holds all its references. A run loads new random weights into one of them and trains it there
through a graph that was traced once, so only the training steps cost time.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from suite import data
from suite.assignments import (
    COUNTED,
    EVERY_BUDGET,
    SPREAD,
    Assignment,
    Budget,
    Calibration,
    DataKind,
    Distribution,
    Metric,
    Protocol,
    protocol_of,
)
from suite.data.train_test_set import TrainTestSet
from suite.evidence.metrics.scoring import is_counted, score
from suite.evidence.metrics.training_batches import draw_numbered
from suite.evidence.proof.references import References
from suite.frameworks import all_frameworks
from suite.grading.evidence_source import open_references
from suite.grading.plan import GradingPlan
from suite.grading.versions import runtime_versions
from suite.records import CurveBand, FrameworkName, Mode
from suite.stats.proportions import clopper_pearson, wilson
from suite.stats.tolerance import lower_bound

SAVE_EVERY = 20  # runs, of a few tenths of a second to a few seconds each
LEAST_CURVES = 20  # trainings that are repeated for their losses where these weren't kept: the band judges nothing

Save = Callable[[Calibration], None]
Advance = Callable[[str, int, int], None]
"""Called with a name, the number of runs done and the number of runs in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRun:
    """One reference to be trained by one protocol."""

    model: str
    framework: FrameworkName
    mode: Mode
    budget: str
    protocol: Protocol
    data: DataKind
    description: str
    examples: TrainTestSet
    logits: bool
    metric: Metric = COUNTED

    @property
    def name(self) -> str:
        """Name to show to people."""
        return f"{self.model}, {self.framework}, {self.mode}, {self.data}"

    @property
    def counts(self) -> bool:
        """Whether runs are counts of rows answered right."""
        return is_counted(self.metric, self.examples)

    @property
    def words(self) -> str:
        """The training protocol in words; runs by another protocol aren't reused."""
        p = self.protocol
        return f"{p.optimizer} {p.rate:g}, batch {p.batch}, {p.rows} rows, {p.epochs} epochs"


def calibrate(  # noqa: PLR0913, PLR0917 - what to run, what is known, and who is told
    plan: GradingPlan, seeds: int, before: Calibration, models: Sequence[str], save: Save, advance: Advance
) -> None:
    """Run each trial until it has been run `seeds` times in all; `save` is called after every few runs.

    Runs that `before` holds are kept where protocol, data and number of held-out rows are the same. Where it lacks
    their losses, the first of them are trained once more for these alone.
    """
    found = before.model_copy(update={"versions": _versions()})
    with open_references(plan) as (references, prepared):
        for trial in trials(plan.assignment, plan.budget, prepared, models):
            right, band = list(kept(found, trial)), kept_band(found, trial)
            losses: list[list[float]] = []
            lacking = lacking_seeds(len(right), band, seeds)
            advance(trial.name, seeds - len(lacking), seeds)
            try:
                for number, seed in enumerate(lacking, start=1):
                    value, lost = _run(references, trial, seed)
                    right += [value] if seed == len(right) else []
                    losses.append(lost)
                    advance(trial.name, seeds - len(lacking) + number, seeds)
                    if number % SAVE_EVERY == 0:
                        save(put(found, summarise(trial, right, find_band(losses, band))))
            finally:  # an interrupt too
                if right:
                    found = put(found, summarise(trial, right, find_band(losses, band)))
                    save(found)


def lacking_seeds(known: int, band: CurveBand | None, seeds: int) -> list[int]:
    """The seeds to be trained with: those after the known runs, and before them some whose losses weren't kept."""
    least = min(LEAST_CURVES, seeds)
    repeated = 0 if band is not None and band.runs >= least else min(least, known)
    return [*range(repeated), *range(known, seeds)]


def find_band(losses: Sequence[Sequence[float]], before: CurveBand | None) -> CurveBand | None:
    """Where 95 % of the trainings are at each step, in four digits; what was known before if that has more runs."""
    if len(losses) < 2 or (before is not None and before.runs > len(losses)):  # noqa: PLR2004 - one has no spread
        return before
    low, high = np.quantile(losses, SPREAD, axis=0)
    return CurveBand(runs=len(losses), low=_in_four_digits(low), high=_in_four_digits(high))


def _in_four_digits(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(float(f"{value:.4g}") for value in values)


def trials(
    assignment: Assignment, budget: Budget, prepared: data.Prepared, models: Sequence[str]
) -> Iterator[CalibrationRun]:
    """The trials: training again and, if the budget judges models as submitted, training as submissions should."""
    settings = assignment.accuracy
    kind: DataKind = "stand-in" if prepared.stand_in else "real"
    for model_id, examples in data.train_test_sets(settings, prepared).items():
        plans: list[tuple[Mode, str, Protocol]] = [("retrain", EVERY_BUDGET, protocol_of(settings, model_id))]
        if settings.modes.get(budget) == "as_submitted":
            plans.append(("as_submitted", budget, _cut(settings.reference, assignment, budget)))
        for framework in assignment.frameworks if model_id in models else ():
            for mode, name, protocol in plans:
                yield CalibrationRun(
                    model=model_id,
                    framework=framework,
                    mode=mode,
                    budget=name,
                    protocol=protocol,
                    data=kind,
                    description=prepared.sources or "made by the host",
                    examples=examples,
                    logits=settings.models[model_id].logits,
                    metric=assignment.metrics[model_id],
                )


def summarise(trial: CalibrationRun, runs: Sequence[float], losses: CurveBand | None = None) -> Distribution:
    """The bound from the runs at even indexes, and how the check does on those at odd indexes.

    A run is a count of rows answered right, or a value of another metric; there the check is tried without the
    interval by which it favours a submission.
    """
    rows, metric = len(trial.examples.held_out_targets), trial.metric
    values = [run / rows for run in runs] if trial.counts else list(runs)
    bound = lower_bound([metric.rank(value) for value in values[0::2]], proportion=trial.counts)
    limit = floor(bound.value * 1e4) / 1e4
    tried = runs[1::2]
    if trial.counts:
        fails = sum(wilson(int(count), rows)[1] < bound.value for count in tried)
    else:
        fails = sum(metric.rank(value) < limit for value in tried)
    return Distribution(
        model=trial.model,
        framework=trial.framework,
        mode=trial.mode,
        budget=trial.budget,
        data=trial.data,
        description=trial.description,
        protocol=trial.words,
        hidden_rows=rows,
        metric=metric.name,
        right=tuple(int(run) for run in runs) if trial.counts else (),
        values=() if trial.counts else tuple(round(value, 6) for value in values),
        losses=losses,
        mean=round(float(np.mean(values)), 4),
        sd=round(float(np.std(values, ddof=1)), 4) if len(runs) > 1 else 0.0,
        bound=metric.rank(limit),
        method=bound.method,
        normal_p=None if bound.normal_p is None else round(bound.normal_p, 4),
        held_out=len(tried),
        false_fails=fails,
        interval=clopper_pearson(fails, len(tried)),
    )


def _run(references: References, trial: CalibrationRun, seed: int) -> tuple[float, list[float]]:
    """Held-out rows that the reference answers right after one training, or the metric's value; its losses."""
    reference = references.find(trial.framework, trial.model)
    start = draw_numbered(trial.name, seed, trial.examples, trial.protocol, reference.inspected, logits=trial.logits)
    weights, losses = reference.side.fit(*start)
    found = score(
        lambda inputs: reference.side.predict(weights, [[inputs]])[0],
        trial.examples,
        trial.metric,
        logits=trial.logits,
        trained=True,
    )
    return found.right if trial.counts else found.value, losses


def kept(found: Calibration, trial: CalibrationRun) -> tuple[float, ...]:
    """Runs of the same trial that were recorded before."""
    old = _recorded(found, trial)
    return (old.right or old.values) if old else ()


def kept_band(found: Calibration, trial: CalibrationRun) -> CurveBand | None:
    """Losses of the same trial that were recorded before."""
    old = _recorded(found, trial)
    return old.losses if old else None


def _recorded(found: Calibration, trial: CalibrationRun) -> Distribution | None:
    """What was recorded before by the same protocol, on the same data and rows."""
    old = next((each for each in found.distributions if _same_place(each, trial)), None)
    rows = len(trial.examples.held_out_targets)
    same = trial.words, trial.description, trial.metric.name, rows
    return old if old and (old.protocol, old.description, old.metric, old.hidden_rows) == same else None


def put(found: Calibration, new: Distribution) -> Calibration:
    """The calibration with one distribution added or replaced."""
    others = [each for each in found.distributions if not _same_place(each, new)]
    ordered = sorted([*others, new], key=lambda each: (each.model, each.framework, each.mode, each.budget, each.data))
    return found.model_copy(update={"distributions": tuple(ordered)})


def _same_place(one: Distribution, other: Distribution | CalibrationRun) -> bool:
    """Whether both have the same model, framework, mode, budget and kind of data."""
    return (one.model, one.framework, one.mode, one.budget, one.data) == (
        other.model,
        other.framework,
        other.mode,
        other.budget,
        other.data,
    )


def _cut(protocol: Protocol, assignment: Assignment, budget: Budget) -> Protocol:
    """The protocol under a budget's caps."""
    caps = assignment.budgets[budget]
    rows, epochs = min(protocol.rows, caps.train_rows or protocol.rows), min(protocol.epochs, caps.epochs or 10**9)
    return protocol.model_copy(update={"rows": rows, "epochs": epochs})


def _versions() -> dict[str, str]:
    """Versions of Python, NumPy and the frameworks."""
    libraries = {name for framework in all_frameworks().values() for name in framework.libraries}
    installed = runtime_versions()
    found = {name: installed[name] for name in ("numpy", *sorted(libraries)) if installed[name] != "absent"}
    return found | {"python": sys.version.split()[0]}


def calibration_as_json(calibration: Calibration) -> str:
    """Indented JSON with each list of numbers on one line."""
    indented = json.dumps(calibration.model_dump(mode="json"), indent=1)
    return re.sub(r"\[[\s\d.,e-]+\]", lambda numbers: json.dumps(json.loads(numbers[0])), indented) + "\n"
