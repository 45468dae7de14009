"""The system-call filter, and the sandboxes, strongest first: the first that works is what `--sandbox auto` takes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suite.doctor.diagnosis import Finding, Status
from suite.errors import SuiteError, Words
from suite.records import Text, text
from suite.sandbox import Sandbox
from suite.sandbox.system_calls import Filter
from suite.sandbox.users import Spare
from suite.text.errors import as_message

HOLES = {"weak_files", "weak_network"}  # a sandbox that declares one of these doesn't count as isolation


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxTrial:
    """The result of trying one sandbox."""

    name: str
    """Its name in the registry."""
    reason: Words | str
    """The sandbox's own message why it doesn't work here, with the remedy; empty if it works."""
    weaknesses: tuple[Text, ...]
    """What it declares that it doesn't prevent."""

    @property
    def isolates(self) -> bool:
        """Whether it declares that it keeps submissions from files and network."""
        return not HOLES & {weakness.key for weakness in self.weaknesses}


def try_sandboxes(sandboxes: Sequence[Sandbox]) -> tuple[SandboxTrial, ...]:
    """Try each sandbox, in the given order."""
    return tuple(
        SandboxTrial(name=sandbox.name, reason=_try(sandbox), weaknesses=sandbox.weaknesses) for sandbox in sandboxes
    )


def judge_sandboxes(trials: Sequence[SandboxTrial]) -> Iterator[Finding]:
    """One finding per sandbox: chosen, not working here, or weaker than the chosen one."""
    taken = next((trial for trial in trials if not trial.reason), None)
    isolated = taken is not None and taken.isolates
    for trial in trials:
        if trial is taken:
            said, status = text("doctor_sandbox_taken"), Status.GOOD if isolated else Status.MISSING
        elif trial.reason:
            said, status = text("doctor_sandbox_refused", reason=as_message(trial.reason)), _lack(trial, trials, taken)
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
                "reason": str(trial.reason) or None,
                "weaknesses": tuple(weakness.key for weakness in trial.weaknesses),
            },
        )


def judge_filter(made: Filter | None) -> Finding:
    """Whether system calls can be filtered, and which allowed ones the library is too old to know."""
    missing = made is None
    unknown = () if made is None else made.unknown
    if missing:
        said, status = text("doctor_filter_missing"), Status.WEAK
    elif unknown:
        said, status = text("doctor_filter_unknown", names=", ".join(unknown)), Status.NOTE
    else:
        said, status = text("doctor_filter_complete"), Status.GOOD
    return Finding(
        name="system_calls",
        area="isolation",
        title=text("doctor_filter"),
        status=status,
        said=(said,),
        remedies=(text("doctor_get_package", package="libseccomp2"),) if missing else (),
        facts={"filtered": not missing, "unknown": unknown},
    )


def judge_users(spare: Spare | None) -> Finding:
    """Whether each submission can have a user id of its own, so that none takes what the kernel counts by user."""
    has_some = spare is not None
    return Finding(
        name="user_ids",
        area="isolation",
        title=text("doctor_user_ids"),
        status=Status.GOOD if has_some else Status.WEAK,
        said=(text("doctor_user_ids_own") if has_some else text("doctor_user_ids_shared"),),
        remedies=() if has_some else (text("doctor_get_package", package="uidmap"), text("doctor_get_user_ids")),
        facts={"first": spare.users[0] if spare else None, "count": len(spare.users) if spare else 0},
    )


def _lack(trial: SandboxTrial, trials: Sequence[SandboxTrial], taken: SandboxTrial | None) -> Status:
    """Status of a sandbox that doesn't work; harmless if a stronger one works."""
    if taken is None:
        return Status.MISSING
    return Status.WEAK if trials.index(trial) < trials.index(taken) else Status.NOTE


def _try(sandbox: Sandbox) -> Words | str:
    """Why a sandbox doesn't work, empty if it does; an exception counts as a reason."""
    try:
        return sandbox.unavailable()
    except (OSError, subprocess.SubprocessError, SuiteError) as error:
        return Words("its trial broke off, {kind}: {error}", kind=type(error).__name__, error=error)
