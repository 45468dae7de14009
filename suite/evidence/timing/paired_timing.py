"""Times one submission's models against their oracles: pairs of fresh processes, one of them at work at a time.

What is learnt is raw segments; whether a duel is settled early, the statistics say.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import numpy as np

from suite.assignments import ThroughputSettings
from suite.errors import FrameError, HarnessError
from suite.evidence.interview.answers import Description, parse
from suite.evidence.interview.inspection import InspectedModel, inspect_model
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import Session, open_session
from suite.evidence.proof.references import survey
from suite.evidence.timing.paired_run import PairedRunner
from suite.evidence.timing.pairing import LiveModel, TimedPair, enter, tosses
from suite.evidence.timing.process_control import ProcessControl, precedence
from suite.evidence.timing.setup import TimedTarget, TimingSetup
from suite.evidence.timing.timed_model import TimedWork, VoidError
from suite.records import Framework, PairedTiming, Quad, Submission, Untimed, Void, Work
from suite.stats.timing_test import is_settled

RATE = 0.5  # of all steps of a segment together, so that weights move as far as in the functional proof


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A duel on its way."""

    target: TimedTarget
    work: Work
    rows: int
    seed: int
    inputs_seed: int
    device: str
    threads: int
    batches: int = 0
    quads: list[Quad] = field(default_factory=list)
    busy: int = 0
    compiled: tuple[float, float] | None = None
    void: Void = ""
    untimed: Untimed = ""
    detail: str = ""

    @property
    def ended(self) -> bool:
        return bool(self.void or self.untimed)

    def as_duel(self) -> PairedTiming:
        return PairedTiming(
            model_id=self.target.model_id,
            work=self.work,
            rows=self.rows,
            seed=self.seed,
            device=self.device,
            threads=self.threads,
            batches=self.batches,
            quads=tuple(self.quads),
            own_compile_seconds=self.compiled[0] if self.compiled else None,
            oracle_compile_seconds=self.compiled[1] if self.compiled else None,
            busy_share=self.busy / (2 * len(self.quads)) if self.quads else 0.0,
            void=self.void,
            untimed=self.untimed,
            detail=self.detail[:600],
        )


def run_paired_timings(
    submission: Submission,
    targets: Sequence[TimedTarget],
    course: TimingSetup,
    draw_seed: Callable[[], int],
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[PairedTiming, ...]:
    """Time every target's work at every batch size; one duel each, in that order.

    `draw_seed` gives seeds that no submission can foresee; `told` hears how many of how many pairs are done.
    """
    settings = course.settings
    drafts = [
        _Draft(
            target=target,
            work=work,
            rows=rows,
            seed=draw_seed(),
            inputs_seed=draw_seed(),
            device=course.device,
            threads=settings.threads,
        )
        for target in targets
        for work in settings.work
        for rows in settings.rows
    ]
    pairs = settings.looks[-1][0] // settings.quads
    end = time.monotonic() + settings.seconds * len(drafts)
    for pair in range(pairs):
        told(pair, pairs)
        open_drafts = [draft for draft in drafts if not draft.ended and not _is_settled(draft, len(drafts), settings)]
        if not open_drafts:
            break
        if time.monotonic() > end:
            for draft in open_drafts:
                draft.untimed = "budget"
            break
        _run_pair(submission, course, open_drafts, pair)
    told(pairs, pairs)
    return tuple(draft.as_duel() for draft in drafts)


def _is_settled(draft: _Draft, duels: int, settings: ThroughputSettings) -> bool:
    return bool(draft.quads) and is_settled(duels, draft.quads, settings)


def _run_pair(submission: Submission, course: TimingSetup, drafts: Sequence[_Draft], pair: int) -> None:
    """One heat of every duel in a pair of fresh processes; the first pair finds out how little training is enough."""
    for last, job in zip([*[False] * (len(course.jobs) - 1), True], course.jobs, strict=True):
        with _open_pair(submission, job, course, drafts, pair) as entries:
            if not last and any(entries[draft.target.place] is None for draft in drafts):
                continue
            with precedence():
                for draft in drafts:
                    _run_heat(draft, entries[draft.target.place], course, pair)
            return


def _run_heat(draft: _Draft, entry: TimedPair | None, course: TimingSetup, pair: int) -> None:
    """Add a heat to a duel, or say why there is none."""
    if entry is None:
        draft.untimed = "gone"
        return
    if draft.work == "train" and any(link.way in ("one for two", "two for one") for link in entry.way):
        draft.untimed = "biases"
        return
    settings = course.settings
    draft.rows = entry.bound_rows or draft.rows
    rate = RATE / max(draft.batches, 1)
    rule = TimedWork(work=draft.work, rate=rate, threads=settings.threads, device=course.device)
    track = PairedRunner(
        entry=entry,
        rule=rule,
        rows=draft.rows,
        settings=settings,
        proof=course.proof,
        seed=draft.inputs_seed + pair,
    )
    first = pair * settings.quads
    coin = tosses(draft.seed, first + settings.quads)[first:]
    try:
        heat = track.run(pair, coin, draft.batches)
    except VoidError as error:
        draft.void, draft.detail = error.void, error.detail
        return
    draft.batches = heat.batches
    draft.quads += heat.quads
    draft.busy += heat.busy
    draft.compiled = draft.compiled or heat.compile_seconds


@contextmanager
def _open_pair(
    submission: Submission, job: Job, course: TimingSetup, drafts: Sequence[_Draft], pair: int
) -> Iterator[Mapping[int, TimedPair | None]]:
    """Both processes, held still, and what is to be run in them by the place of the submission's model."""
    targets = list({draft.target.place: draft.target for draft in drafts}.values())
    with ExitStack() as stack:
        oracle = stack.enter_context(open_session(course.oracle, course.oracle_job, course.sandbox))
        try:
            models = survey(oracle, course.oracle_job, {target.model_id for target in targets})
        except FrameError as error:
            raise HarnessError(f"the oracle {course.oracle.source} doesn't answer: {error}") from error
        own = stack.enter_context(open_session(submission, job, course.sandbox))
        cores = _cores(pair, course.settings.threads)
        leashes = ProcessControl(own.pid, cores), ProcessControl(oracle.pid, cores)
        found = _find(own, job, targets, course.framework)
        entries: dict[int, TimedPair | None] = {}
        for target in targets:
            entries[target.place] = None
            if target.place in found and target.model_id in models:
                own_seat = LiveModel(channel=own.channel, leash=leashes[0], examined=found[target.place])
                seat = LiveModel(channel=oracle.channel, leash=leashes[1], examined=models[target.model_id])
                own.channel.renew()
                oracle.channel.renew()
                try:
                    entry = enter(own_seat, seat, target.task, course.proof, np.random.default_rng())
                except FrameError:
                    continue
                entries[target.place] = entry
        stack.callback(_release, leashes)
        for leash in leashes:
            leash.hold()
        yield entries


def _release(leashes: Sequence[ProcessControl]) -> None:
    """Let all run again, so that they can be ended."""
    for leash in leashes:
        leash.release()


def _find(
    session: Session, job: Job, targets: Sequence[TimedTarget], framework: Framework
) -> dict[int, InspectedModel]:
    """The targets among the models that came to life this time, by their former places."""
    if not session.run.left:
        return {}
    try:
        session.channel.accept()
        headers = parse(Description, session.channel.ask("describe")).models
        found = {}
        for target in targets:
            alike = [
                index
                for index, header in enumerate(headers)
                if (header.name, header.class_name, header.framework) == (target.name, target.class_name, framework)
            ]
            if alike:
                index = min(alike, key=lambda index: abs(index - target.place))
                found[target.place] = inspect_model(session.channel, index, headers[index], job, session.run)
    except FrameError:
        return {}
    return found


def _cores(pair: int, threads: int) -> list[int]:
    """The cores of a pair of processes: each pair has others, as one core may have a busier neighbour."""
    usable = sorted(os.sched_getaffinity(0)) if ProcessControl.works else [0]
    return [usable[(pair + number) % len(usable)] for number in range(min(threads, len(usable)))]
