"""One submission from its run to its evidence: run, interview, prove, measure.

This is the one place where evidence is put together; only timings, which are taken when a class is graded, come later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from suite.errors import AnswerError, FrameError
from suite.evidence.exploration import look_at_names
from suite.evidence.interview.interview import Interview, interview
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import open_session
from suite.evidence.metrics.evaluator import Evaluator
from suite.evidence.open_tasks.examiner import OpenExaminer
from suite.evidence.proof.model_parts import PartChooser
from suite.evidence.proof.prover import Prover
from suite.evidence.proof.tensor_usage import without_usage
from suite.evidence.results.examiner import ResultExaminer
from suite.records import Evidence, Model, Provenance, ResultComparison, Submission
from suite.sandbox import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of a run before it begins."""

    data: str = ""
    """Where its data comes from, and how many rows it gets."""
    stand_in: bool = False
    """Whether it is the built-in stand-in for the real data set."""
    removed_apis: tuple[tuple[str, str], ...] = ()
    """(API, replacement) for each removed API that made it run again on an older version of its framework."""
    retried: tuple[str, ...] = ()
    """What is otherwise than in the first run, which failed: `version` of its framework, all `epochs`, all `rows`."""
    provenance: Provenance | None = None
    """How its evidence is made: files, settings, seeds and versions."""


def examine(  # noqa: PLR0913, PLR0917 - the stages, and what they work on
    submission: Submission,
    job: Job,
    sandbox: Sandbox,
    prover: Prover | None = None,
    evaluator: Evaluator | None = None,
    results: ResultExaminer | None = None,
    opened: OpenExaminer | None = None,
    chooser: PartChooser | None = None,
    circumstances: Circumstances = Circumstances(),
) -> Evidence:
    """Run a submission and collect all evidence on it, without a verdict.

    A submission's own errors are part of its evidence; `SandboxError` means that the sandbox itself failed.
    """
    with open_session(submission, job, sandbox) as session:
        heard = interview(session, job)
        models, silent = _look_at_models(heard, prover, evaluator, opened)
        parts: dict[int, Model] = {}
        if not silent:
            parts, silent = _look_at_parts(heard, models, prover, evaluator, chooser)
        found, silent = _look_at_results(heard, results, silent)
        asked = job.names if session.run.left and not silent else None
        names = tuple(look_at_names(session.channel, asked or ()))
    return Evidence(
        run=session.run,
        models=tuple(models),
        parts=parts,
        results=tuple(found),
        names=names,
        shell_lines=heard.shell_lines,
        capped=heard.capped,
        versions=heard.versions,
        observations=heard.observations,
        silent=silent,
        runtime=job.runtime,
        data=circumstances.data,
        stand_in=circumstances.stand_in,
        removed_apis=circumstances.removed_apis,
        retried=circumstances.retried,
        provenance=circumstances.provenance,
    )


def _look_at_results(
    heard: Interview, examiner: ResultExaminer | None, silent: str
) -> tuple[list[ResultComparison], str]:
    """Compare functions and variables with the reference's; also return why the process stopped answering."""
    found: list[ResultComparison] = []
    if examiner is None or silent or not heard.session.run.left:
        return found, silent
    try:
        for comparison in examiner.examine(heard.session.channel):
            found.append(comparison)  # noqa: PERF402 - what was found stays if the next one ends the process
    except FrameError as error:
        return found, str(error)
    return found, ""


def _look_at_models(
    heard: Interview, prover: Prover | None, evaluator: Evaluator | None, opened: OpenExaminer | None
) -> tuple[list[Model], str]:
    """Inspect, prove and measure each model; also return why the process stopped answering, empty if it didn't."""
    models: list[Model] = []
    for place in range(heard.whole):
        model, silent = _look_at_model(heard, place, prover, evaluator, opened)
        models += [model] if model else []
        if silent:
            return models, silent
    return models, heard.silent


def _look_at_parts(
    heard: Interview,
    models: Sequence[Model],
    prover: Prover | None,
    evaluator: Evaluator | None,
    chooser: PartChooser | None,
) -> tuple[dict[int, Model], str]:
    """Do the same for parts of models, where a task lacks a model; those that no input fits are left out."""
    found: dict[int, Model] = {}
    seen = list(models)
    for place in chooser.choose(heard.headers, seen) if chooser else ():
        model, silent = _look_at_model(heard, place, prover, evaluator, None)
        if model is not None and model.inputs:
            found[place] = model
            seen.append(model)
        if silent:
            return found, silent
    return found, ""


def _look_at_model(
    heard: Interview,
    place: int,
    prover: Prover | None,
    evaluator: Evaluator | None,
    opened: OpenExaminer | None,
) -> tuple[Model | None, str]:
    """One model, as far as it could be looked at, and why the process stopped answering.

    A model that stops the process doesn't affect the models before it. If its proof is cut short, none of its tensors
    counts as used.
    """
    channel = heard.session.channel
    try:
        inspected = heard.inspect(place)
    except FrameError as error:
        return None, str(error)
    try:
        scores = opened.examine(channel, inspected) if opened else ()
    except FrameError as error:
        return inspected.model, str(error)
    model = replace(inspected.model, scores=scores)
    if prover is None:
        return model, ""
    try:
        proved = prover.prove(channel, inspected)
    except FrameError as error:
        return without_usage(model), "" if isinstance(error, AnswerError) else str(error)
    accuracies = evaluator.measure(channel, proved) if evaluator else ()
    return replace(proved.inspected.model, accuracies=accuracies, scores=scores), ""
