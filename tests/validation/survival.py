"""How often the functional proof would miss a mistake: `python -m tests.validation.survival`.

Every mutant of `verify.toml` that must lose points of the check `function` is compared with its reference again and
again, with fresh weights and inputs each time. A mutant *survives* a draw if some model of it is proved. Beside the
count stand the smallest difference that was seen, in tolerances, and the share of draws below the tolerance if the
differences' logarithms were normal: where none survived, that is what more draws would show.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from statistics import NormalDist, fmean, stdev

import numpy as np

from suite import assignments
from suite.assignments import ModelTask
from suite.authoring.verify import Case, load, read_cases
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.interview import Interview, interview
from suite.evidence.interview.session import open_session
from suite.evidence.proof.prover import compare_with
from suite.frameworks import choose_runtime
from suite.grading.evidence_source import EvidenceSource, open_source
from suite.grading.plan import GradingPlan
from suite.records import Proof
from suite.sandbox import choose
from tests.conftest import ROOT

NAMES = ("stacked_rnn", "sequence_theory", "news_rnn", "rnn_guide")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """One mistake, over all draws."""

    mutant: str
    task: str
    draws: int = 0
    survived: int = 0
    differences: list[float] = field(default_factory=list)
    """Smallest difference of each draw, in tolerances; of those draws in which outputs could be compared."""

    @property
    def extrapolated(self) -> float | None:
        """Share of draws below the tolerance if the logarithms are normal; `None` if too few differ."""
        logs = [math.log(each) for each in self.differences if each > 0]
        if len(logs) < 3 or stdev(logs) == 0:
            return None
        return NormalDist(fmean(logs), stdev(logs)).cdf(0.0)


def main() -> None:
    """Print a table for each assignment; exit with 1 if a mutant survives more than one draw in a thousand."""
    parser = argparse.ArgumentParser(prog="python -m tests.validation.survival", description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", default=list(NAMES))
    parser.add_argument("--draws", type=int, default=100, metavar="N", help="fresh draws of each mutant [100]")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="mutants whose name holds WORD")
    options = parser.parse_args()
    found: list[Survival] = []
    with closing(choose("auto")[0]) as sandbox:
        for name in options.assignments:
            assignment = assignments.load(name, ROOT / "reference")
            plan = GradingPlan(
                assignment=assignment, budget="quick", sandbox=sandbox, jobs=1, environment=os.environ, store=None
            )
            cases = [case for case in read_cases(assignment, load(assignment)) if _concerns(case, options.only)]
            with open_source(plan) as source:
                for case in cases:
                    found += _measure(source, case, options.draws)
                    _print(found[-len(case.loses) :])
    total, survived = sum(each.draws for each in found), sum(each.survived for each in found)
    print(f"all: {survived} of {total} draws missed a mistake ({len(found)} mistakes)")
    sys.exit(any(each.survived > each.draws / 1000 for each in found))


def _concerns(case: Case, words: Sequence[str]) -> bool:
    named = not words or any(word in case.name for word in words)
    return named and case.kind == "mutant" and any("function" in losses for losses in case.loses.values())


def _measure(source: EvidenceSource, case: Case, draws: int) -> list[Survival]:
    """All draws of one mutant, task by task."""
    assignment = source.plan.assignment
    code = case.submission.files[0].content.decode()
    job = replace(source.job, runtime=choose_runtime(code, source.job.runtime), epochs=1)
    tasks = [task for task in assignment.model_tasks if "function" in case.loses.get(task.id, {})]
    found = []
    with open_session(case.submission, job, source.plan.sandbox) as session:
        heard = interview(session, job)
        inspected = [heard.inspect(index) for index in range(heard.whole)]
        others = [task for task in assignment.model_tasks if task not in tasks]
        inspected = _without_those_of(others, source, heard, inspected)
        for task in tasks:
            survival = Survival(mutant=case.name, task=task.id)
            for _ in range(draws):
                proofs = [proof for _, proof in _prove(source, heard, inspected, task)]
                survival = replace(
                    survival,
                    draws=survival.draws + 1,
                    survived=survival.survived + any(map(assignment.proof.is_proved, proofs)),
                )
                tolerance = assignment.proof.outputs_of_largest
                apart = [proof.difference / tolerance for proof in proofs if proof.difference is not None]
                survival.differences.extend([min(apart)] if apart else [])
            found.append(survival)
    return found


def _without_those_of(
    tasks: Sequence[ModelTask], source: EvidenceSource, heard: Interview, models: Sequence[InspectedModel]
) -> list[InspectedModel]:
    """The models that aren't another task's right one, which may be equal to a right one of this task."""
    right = {
        inspected.index
        for task in tasks
        for inspected, proof in _prove(source, heard, models, task)
        if source.plan.assignment.proof.is_proved(proof)
    }
    return [inspected for inspected in models if inspected.index not in right]


def _prove(
    source: EvidenceSource, heard: Interview, models: Sequence[InspectedModel], task: ModelTask
) -> Iterator[tuple[InspectedModel, Proof]]:
    """Compare every model with every reference of a task, with fresh weights and inputs."""
    generator = np.random.default_rng()
    channel = heard.session.channel
    channel.renew()
    for inspected in models:
        for model_id in task.accepts:
            reference = source.references.find(inspected.model.framework, model_id)
            settings = source.plan.assignment.proof
            comparison = compare_with(channel, inspected, reference, task, settings, generator)
            if comparison is not None:
                own = replace(comparison.own, traced=True)  # the same graph serves all draws
                yield inspected, replace(comparison, own=own).prove(generator)[0]


def _print(found: Sequence[Survival]) -> None:
    for each in found:
        nearest = f"{min(each.differences):.3g}" if each.differences else "no mapping"
        expected = "" if each.extrapolated is None else f"{100 * each.extrapolated:.2g}%"
        print(f"| {each.mutant} | {each.task} | {each.survived} of {each.draws} | {nearest} | {expected} |", flush=True)


if __name__ == "__main__":
    main()
