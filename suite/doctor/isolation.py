"""The sandboxes, strongest first: each is tried, and the first that works is what `--sandbox auto` takes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suite.doctor.diagnosis import Finding, Status
from suite.errors import SuiteError
from suite.records import Text, text
from suite.sandbox import Sandbox

HOLES = {"weak_files", "weak_network"}  # a sandbox that declares one of these isolates nothing worth the name


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxTrial:
    """How the trial of one sandbox ended."""

    name: str
    """Its name in the registry."""
    reason: str
    """Why it can't be had here, with the remedy, in the sandbox's own words; empty where it works."""
    weaknesses: tuple[Text, ...]
    """What it declares not to hold back."""

    @property
    def isolates(self) -> bool:
        """Whether it keeps submissions from files and network, by its own declaration."""
        return not HOLES & {weakness.key for weakness in self.weaknesses}


def try_sandboxes(sandboxes: Sequence[Sandbox]) -> tuple[SandboxTrial, ...]:
    """Try each of them, in their order."""
    return tuple(
        SandboxTrial(name=sandbox.name, reason=_try(sandbox), weaknesses=sandbox.weaknesses) for sandbox in sandboxes
    )


def judge_sandboxes(trials: Sequence[SandboxTrial]) -> Iterator[Finding]:
    """One finding a sandbox: taken, refused by the machine, or weaker than the one that is taken."""
    taken = next((trial for trial in trials if not trial.reason), None)
    isolated = taken is not None and taken.isolates
    for trial in trials:
        if trial is taken:
            said, status = text("doctor_sandbox_taken"), Status.GOOD if isolated else Status.MISSING
        elif trial.reason:
            said, status = text("doctor_sandbox_refused", reason=trial.reason), _lack(trial, trials, taken)
        else:
            said, status = text("doctor_sandbox_weaker"), Status.NOTE
        yield Finding(
            name=f"sandbox_{trial.name}",
            area="isolation",
            title=text("doctor_sandbox", name=trial.name),
            status=status,
            said=(said,) if trial.reason else (said, text("doctor_sandbox_lets"), *trial.weaknesses),
            remedies=(text("doctor_get_isolation"),) if status is Status.MISSING else (),
            facts={
                "works": not trial.reason,
                "taken": trial is taken,
                "isolates": trial.isolates,
                "reason": trial.reason or None,
                "weaknesses": tuple(weakness.key for weakness in trial.weaknesses),
            },
        )


def _lack(trial: SandboxTrial, trials: Sequence[SandboxTrial], taken: SandboxTrial | None) -> Status:
    """What it means that a sandbox doesn't work: nothing where a stronger one does."""
    if taken is None:
        return Status.MISSING
    return Status.WEAK if trials.index(trial) < trials.index(taken) else Status.NOTE


def _try(sandbox: Sandbox) -> str:
    """The reason that a sandbox gives; a trial that breaks off is a reason too."""
    try:
        return sandbox.unavailable()
    except (OSError, subprocess.SubprocessError, SuiteError) as error:
        return f"its trial broke off, {type(error).__name__}: {error}"
