"""Times one submission's models against their references, in pairs of fresh processes of which one runs at a time.

The result is raw segment times; `suite.stats.signed_rank` decides whether a timing can end early.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import numpy as np

from suite.assignments import ThroughputSettings
from suite.errors import FrameError, HarnessError
from suite.evidence.interview.inspection import InspectedModel
from suite.evidence.interview.interview import interview
from suite.evidence.interview.job import Job
from suite.evidence.interview.session import Session, open_session
from suite.evidence.proof.references import inspect_references
from suite.evidence.timing.gpu import Gpu, read_clock
from suite.evidence.timing.paired_run import PairedRunner
from suite.evidence.timing.pairing import LiveModel, TimedPair, pair_up, tosses
from suite.evidence.timing.process_control import ProcessControl, precedence
from suite.evidence.timing.setup import TimedTarget, TimingSetup
from suite.evidence.timing.timed_model import TimedWork, VoidError
from suite.records import Device, PairedTiming, Quad, Submission, Untimed, Void, Work
from suite.stats.signed_rank import is_settled

RATE = 0.5  # sum of the learning rates of a segment's steps, so that weights change as much as in the functional proof


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A paired timing in progress."""

    target: TimedTarget
    work: Work
    rows: int
    seed: int
    inputs_seed: int
    device: Device
    threads: int
    batches: int = 0
    quads: list[Quad] = field(default_factory=list)
    busy: int = 0
    compiled: tuple[float, float] | None = None
    void: Void = ""
    untimed: Untimed = ""
    detail: str = ""
    device_mhz: tuple[int, ...] = ()
    device_seconds: tuple[float, float] = (0.0, 0.0)

    @property
    def ended(self) -> bool:
        return bool(self.void or self.untimed)

    def as_timing(self) -> PairedTiming:
        return PairedTiming(
            task=self.target.task.id,
            model_id=self.target.model_id,
            work=self.work,
            rows=self.rows,
            seed=self.seed,
            device=self.device,
            device_mhz=self.device_mhz,
            own_device_seconds=self.device_seconds[0],
            reference_device_seconds=self.device_seconds[1],
            threads=self.threads,
            batches=self.batches,
            quads=tuple(self.quads),
            own_compile_seconds=self.compiled[0] if self.compiled else None,
            reference_compile_seconds=self.compiled[1] if self.compiled else None,
            busy_share=self.busy / (2 * len(self.quads)) if self.quads else 0.0,
            void=self.void,
            untimed=self.untimed,
            detail=self.detail[:600],
        )


def run_paired_timings(
    submission: Submission,
    targets: Sequence[TimedTarget],
    setup: TimingSetup,
    draw_seed: Callable[[], int],
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[PairedTiming, ...]:
    """Time every target's work at every batch size; one paired timing each, in that order.

    `draw_seed` gives seeds that no submission can foresee; `told(done, total)` reports progress, in pairs.
    """
    settings = setup.settings
    drafts = [
        _Draft(
            target=target,
            work=work,
            rows=rows,
            seed=draw_seed(),
            inputs_seed=draw_seed(),
            device=setup.device,
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
        _run_pair(submission, setup, open_drafts, pair)
    told(pairs, pairs)
    return tuple(draft.as_timing() for draft in drafts)


def _is_settled(draft: _Draft, timings: int, settings: ThroughputSettings) -> bool:
    return bool(draft.quads) and is_settled(timings, draft.quads, settings)


def _run_pair(submission: Submission, setup: TimingSetup, drafts: Sequence[_Draft], number: int) -> None:
    """Run every timing in a pair of fresh processes, with the first job under which all models appear, or the last."""
    try:
        for last, job in zip([*[False] * (len(setup.jobs) - 1), True], setup.jobs, strict=True):
            with _open_pair(submission, job, setup, drafts, number) as pairs:
                if not last and any(pairs[_key(draft.target)] is None for draft in drafts):
                    continue
                with precedence():
                    for draft in drafts:
                        _run_timing(draft, pairs[_key(draft.target)], setup, number)
                return
    except VoidError as error:  # the reference can't use the GPU
        for draft in drafts:
            draft.void, draft.detail = "device", error.detail


def _run_timing(draft: _Draft, pair: TimedPair | None, setup: TimingSetup, number: int) -> None:
    """Add quads to a timing, or say why there are none."""
    if pair is None:
        draft.untimed = "gone"
        return
    if draft.work == "train" and pair.same.mapping.diverges:
        draft.untimed = "biases"
        return
    settings = setup.settings
    draft.rows = pair.bound_rows or draft.rows
    rate = RATE / max(draft.batches, 1)
    runner = PairedRunner(
        pair=pair,
        work=TimedWork(work=draft.work, rate=rate, threads=settings.threads, device=setup.device),
        rows=draft.rows,
        settings=settings,
        proof=setup.proof,
        seed=draft.inputs_seed + number,
    )
    first = number * settings.quads
    coin = tosses(draft.seed, first + settings.quads)[first:]
    try:
        run = runner.run(number, coin, draft.batches)
    except VoidError as error:
        draft.void, draft.detail = error.void, error.detail
        return
    draft.batches = run.batches
    draft.quads += run.quads
    draft.busy += run.busy
    draft.compiled = draft.compiled or run.compile_seconds
    if pair.gpu is not None:
        draft.device_mhz += read_clock()
        own, reference = run.device_seconds
        draft.device_seconds = draft.device_seconds[0] + own, draft.device_seconds[1] + reference


@contextmanager
def _open_pair(
    submission: Submission, job: Job, setup: TimingSetup, drafts: Sequence[_Draft], number: int
) -> Iterator[Mapping[tuple[str, int], TimedPair | None]]:
    """Start both processes and stop them; gives the models to be timed in them, by target."""
    targets = list({_key(draft.target): draft.target for draft in drafts}.values())
    with ExitStack() as stack:
        reference = stack.enter_context(open_session(setup.reference, setup.reference_job, setup.sandbox))
        try:
            models = inspect_references(reference, setup.reference_job, {target.model_id for target in targets})
        except FrameError as error:
            raise HarnessError(
                "the reference {source} doesn't answer: {error}", source=setup.reference.source, error=error
            ) from error
        gpu = Gpu.measure(reference, models) if setup.device == "gpu" and models else None
        own = stack.enter_context(open_session(submission, job, setup.sandbox))
        cores = _cores(number, setup.settings.threads)
        controls = ProcessControl(own.pid, cores), ProcessControl(reference.pid, cores)
        found = _find(own, job, targets)
        pairs: dict[tuple[str, int], TimedPair | None] = {}
        for target in targets:
            pairs[_key(target)] = None
            if target.place in found and target.model_id in models:
                mine = LiveModel(channel=own.channel, control=controls[0], inspected=found[target.place])
                theirs = LiveModel(channel=reference.channel, control=controls[1], inspected=models[target.model_id])
                own.channel.renew()
                reference.channel.renew()
                with suppress(FrameError):
                    generator = np.random.default_rng()
                    pairs[_key(target)] = pair_up(mine, theirs, target.task, setup.proof, generator, gpu)
        stack.callback(_release, controls)
        for control in controls:
            control.hold()
        yield pairs


def _key(target: TimedTarget) -> tuple[str, int]:
    """The key of a target: one model may be timed in several tasks."""
    return target.task.id, target.place


def _release(controls: Sequence[ProcessControl]) -> None:
    """Let all run again, so that they can be ended."""
    for control in controls:
        control.release()


def _find(session: Session, job: Job, targets: Sequence[TimedTarget]) -> dict[int, InspectedModel]:
    """The targets among the models that exist in this run, by their positions.

    One that is missing, or of another class, is left out; the proof that follows shows whether it is the same model.
    """
    heard = interview(session, job)
    found = {}
    with suppress(FrameError):
        for target in targets:
            headers = heard.headers[target.place : target.place + 1]
            if target.place not in found and headers and headers[0].class_name == target.class_name:
                found[target.place] = heard.inspect(target.place)
    return found


def _cores(pair: int, threads: int) -> list[int]:
    """The cores of a pair of processes; they change from pair to pair, as one core may have a busier neighbour."""
    usable = sorted(os.sched_getaffinity(0)) if ProcessControl.works else [0]
    return [usable[(pair + number) % len(usable)] for number in range(min(threads, len(usable)))]
