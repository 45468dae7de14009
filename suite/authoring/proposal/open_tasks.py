"""Tasks that any model answers which does well enough: their metric, and cut-offs from what the master's model reaches.

Marked so are questions of otter with `open: true` and cells with the tag `open`; of an unmarked notebook the estimators
of scikit-learn are, as they have no weights that could be compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.assignments import Metric, OwnData
from suite.assignments.metric import ACCURACY, UnknownMetricError, metric_named
from suite.authoring.proposal.data import classes_of
from suite.authoring.proposal.master import Master
from suite.data import all_datasets
from suite.data.own import own_set
from suite.data.train_test_set import Array, TargetKind
from suite.records import Evidence, MetricScore, Model

EXPLORED = "explored"
"""Id of the task by which the first run scores every model."""
ENOUGH = 0.9
"""All points are due to this share of the way from an answer that never changes to the master's own score, at the lower
end of its interval: another training of the same model reaches a little more or less."""
DIGITS = 3  # of a cut-off
NAMED = re.compile(r"\b(\w+)_score\b|\b(mean_(?:absolute|squared)_error|log_loss)\b|scoring\s*=\s*[\"'](\w+)[\"']")
"""How notebooks name metrics of scikit-learn: `roc_auc_score`, `mean_absolute_error`, `scoring="f1_macro"`."""
ESTIMATORS = re.compile(r"^\s*(?:from|import)\s+sklearn\b", re.MULTILINE)
OF_NUMBERS = re.compile(r"r2$|d2_|explained_variance$|.*_error$")
"""Metrics of numbers, which would take the numbers of classes for such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The data and the metric of the open tasks of one notebook."""

    dataset: str
    """A dataset that it loads, or a table `[data.NAME]`."""
    metric: Metric
    """How well answers fit."""
    unchanging: float
    """Score of the best answer that is the same for every row."""

    @property
    def exploring(self) -> dict[str, Any]:
        """A task by which every model of a run is scored."""
        return {
            "kind": "open",
            "id": EXPLORED,
            "dataset": self.dataset,
            "metric": self.metric.name,
            "cutoffs": [[self.unchanging, 1]],
        }

    def score_of(self, model: Model) -> MetricScore | None:
        """What a model reached in the first run; `None` where it isn't better than an answer that never changes."""
        found = next((each for each in model.scores if each.task == EXPLORED and each.rows), None)
        better = found is not None and self.metric.rank(self._sure(found)) > self.metric.rank(self.unchanging)
        return found if better else None

    def best(self, models: Sequence[Model]) -> Model | None:
        """The one with the best score."""
        scored = [(model, score) for model in models if (score := self.score_of(model))]
        return max(scored, key=lambda pair: self.metric.rank(pair[1].score))[0] if scored else None

    def settings(self, model: Model) -> dict[str, Any]:
        """The keys of a task whose points a model like this one gets."""
        score = self.score_of(model)
        reached = self._sure(score) if score else self.unchanging
        enough = self.unchanging + ENOUGH * (reached - self.unchanging)
        cutoffs = [[_short(self.unchanging), 0.0], [_short(enough), 1.0]]
        metric = {} if self.metric.name == ACCURACY else {"metric": self.metric.name}
        return {"dataset": self.dataset, **metric, "cutoffs": cutoffs}

    def _sure(self, score: MetricScore) -> float:
        """The worse end of its interval."""
        return min((score.low, score.high), key=self.metric.rank)


def asks_openly(master: Master) -> bool:
    """Whether some of its models are to be judged by how well they do."""
    marked = any(master.open_group(cell) for cell in master.cells)
    return marked or any(ESTIMATORS.search(cell.source) for cell in master.code)


def find_goal(master: Master, data: Sequence[str], tables: Mapping[str, OwnData]) -> Goal | None:
    """The goal of a notebook that reads one dataset or table; `None` of any other."""
    if len(data) != 1:
        return None
    targets, kind = _targets(data[0], tables)
    metric = _find_metric("\n".join(cell.source for cell in master.code), targets, kind)
    return Goal(dataset=data[0], metric=metric, unchanging=metric.judge(_unchanging(targets, kind), targets))


def _targets(name: str, tables: Mapping[str, OwnData]) -> tuple[Array, TargetKind]:
    """Right answers of the held-out rows; of a known dataset each class once, as it has as many rows of each."""
    if own := tables.get(name):
        examples = own_set(own)
        return examples.held_out_targets, examples.kind
    return classes_of(all_datasets()[name]), "classes"


def _find_metric(sources: str, targets: Array, kind: TargetKind) -> Metric:
    """The first metric that the notebook names and that judges such targets; else accuracy, or R² of numbers."""
    named = [next(filter(None, match)) for match in NAMED.findall(sources)]
    fitting = [name for name in named if kind == "values" or not OF_NUMBERS.match(name)]
    for name in (*fitting, ACCURACY if kind == "classes" else "r2"):
        try:
            metric = metric_named(name)
            metric.judge(_unchanging(targets, kind), targets)
        except (UnknownMetricError, ValueError):
            continue
        return metric
    return metric_named(ACCURACY)


def _unchanging(targets: Array, kind: TargetKind) -> Array:
    """The same answer for every row: how often each class is right, or the mean."""
    if kind == "values":
        return np.broadcast_to(targets.mean(axis=0), targets.shape)
    shares = np.bincount(targets) / len(targets)
    return np.broadcast_to(shares, (len(targets), len(shares)))


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def groups(master: Master, evidence: Evidence) -> Mapping[str, list[Model]]:
    """The models that answer each open question, by its name or cell; estimators of no such question together."""
    found: dict[str, list[Model]] = {}
    for model in evidence.models:
        cell = master.cells[model.cell]
        unmarked = "estimators" if model.framework == "sklearn" and (master.style == "plain" or cell.solution) else ""
        if group := master.open_group(cell) or unmarked:
            found.setdefault(group, []).append(model)
    return found
