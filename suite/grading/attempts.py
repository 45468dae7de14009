"""Runs one submission in the runtime that it needs: once more if the harness failed, and on Keras 2 where it is old."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from suite.errors import HarnessError
from suite.evidence.interview.interview import Prove
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import observe
from suite.frameworks.removed_apis import find_removed
from suite.frameworks.runtimes import choose_runtime, imports_framework
from suite.records import Evidence, Outcome, Submission
from suite.sandbox import Sandbox

TRIES = 2  # a harness error is retried once before it is reported


def attempt(submission: Submission, job: Job, sandbox: Sandbox, prove: Prove | None) -> Evidence:
    """Run a submission; where it fails for an API that Keras 3 removed, run it on Keras 2 and take the better run."""
    sources = "\n".join(_sources(submission))
    used = [file.content.decode() for file in job.helpers if Path(file.path).stem in sources]
    ahead = imports_framework("\n".join([sources, *used]))
    job = replace(job, runtime=choose_runtime(sources, job.runtime), ahead=ahead)
    evidence = replace(_observe(submission, job, sandbox, prove), runtime=job.runtime)
    removed = find_removed(evidence.run)
    if job.runtime != "keras" or not removed:
        return evidence
    again = replace(
        _observe(submission, replace(job, runtime="keras2"), sandbox, prove),
        runtime="keras2",
        removed_apis=tuple((known.api, known.replacement) for known in removed),
    )
    return max(evidence, again, key=lambda tried: sum(cell.outcome is Outcome.PASS for cell in tried.run.cells))


def _sources(submission: Submission) -> list[str]:
    """Its code: the cells, unescaped, and its modules."""
    cells = json.loads(submission.notebook)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return code + [file.content.decode("utf-8", "replace") for file in submission.files if file.path.endswith(".py")]


def _observe(submission: Submission, job: Job, sandbox: Sandbox, prove: Prove | None) -> Evidence:
    """Run a submission, and once more if the harness failed."""
    for _ in range(TRIES - 1):
        try:
            return observe(submission, job, sandbox, prove)
        except HarnessError:
            continue
    return observe(submission, job, sandbox, prove)
