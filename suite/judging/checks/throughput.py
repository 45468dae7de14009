"""Check `throughput`: is the model about as fast as the reference, on this machine and side by side?

The evidence holds raw segment times; what they mean is computed here. A timing that can't be decided costs no points:
the most points possible for it are 0.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from suite.assignments import ThroughputSettings
from suite.judging.checks.interface import Check, CheckContext, verdict_on, verdict_without_model
from suite.judging.checks.match import Match
from suite.judging.checks.proof_status import proof_status
from suite.records import Measure, Outcome, PairedTiming, ProofStatus, Text, Verdict, text
from suite.stats.signed_rank import Judgement, judge_together
from suite.text.figures import percent

VOID = {
    "answers": "throughput_void_answers",
    "threads": "throughput_void_threads",
    "cores": "throughput_void_cores",
    "running": "throughput_void_running",
    "silent": "throughput_void_silent",
    "raised": "throughput_void_raised",
    "at_work": "throughput_void_at_work",
    "impossible": "throughput_void_impossible",
}
"""What a submission may do that makes its timing invalid, and so fail."""
UNTIMED = {
    "unproved": "throughput_unproved",
    "runtime": "throughput_runtime",
    "gone": "throughput_gone",
    "biases": "throughput_biases",
    "budget": "throughput_budget",
    "device": "throughput_device",
    "shared": "throughput_shared",
}
WORK = {"forward": "throughput_forward", "train": "throughput_train"}
BUSY = 0.5  # of the segments; threads of a framework go to sleep within a millisecond


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict per task, kind of work and batch size."""
    timings = context.evidence.timings
    timed = {str(number): timing for number, timing in enumerate(timings) if _is_timed(timing)}
    judged = judge_together(timed, context.throughput)
    found: list[Verdict] = []
    for match in context.matches:
        key = match.task.id, match.model_id
        own = [number for number, each in enumerate(timings) if (each.task, each.model_id) == key]
        share = max_points / len(context.matches) / max(len(own), 1)
        if match.model is None:
            found.append(verdict_without_model("throughput", context, match, share, _expected(context.throughput)))
        elif not own:
            found.append(_say(match, Outcome.INCONCLUSIVE, 0.0, context, text(UNTIMED[_reason(context, match)])))
        else:
            found += [_judge(context, match, timings[number], judged.get(str(number)), share) for number in own]
    return found


def _is_timed(timing: PairedTiming) -> bool:
    return bool(timing.quads) and not timing.void and not timing.untimed


def _reason(context: CheckContext, match: Match) -> str:
    """Why a model that is there wasn't timed."""
    proved = proof_status(match.model, match.task.id, match.model_id, context.proof) is ProofStatus.PROVED
    return "runtime" if proved else "unproved"


def _judge(
    context: CheckContext, match: Match, timing: PairedTiming, judged: Judgement | None, share: float
) -> Verdict:
    work = text(WORK[timing.work], rows=timing.rows, threads=timing.threads, device=timing.device.upper())
    if timing.void in VOID:
        return _say(match, Outcome.FAIL, share, context, text(VOID[timing.void], detail=_say_detail(timing)), (work,))
    if judged is None:
        reason = timing.void or timing.untimed or "gone"
        return _say(match, Outcome.INCONCLUSIVE, 0.0, context, text(UNTIMED[reason]), (work,))
    details = (
        work,
        *([text("throughput_busy", share=round(100 * timing.busy_share))] if timing.busy_share > BUSY else []),
        *_say_device(timing),
    )
    observed = {
        "ratio": f"{judged.ratio:.3g}",
        "95%": f"{judged.interval[0]:.3g} … {judged.interval[1]:.3g}",
        "power": f"{100 * judged.power:.0f}%",
    }
    points = 0.0 if judged.outcome is Outcome.INCONCLUSIVE else share
    said = _explain(judged, timing, context.throughput)
    found = _say(match, judged.outcome, points, context, said, details, observed)
    return replace(found, measure=_measure(judged, context.throughput))


def _say_device(timing: PairedTiming) -> list[Text]:
    """What the GPU's own clock said, and its rate."""
    said = []
    if timing.own_device_seconds and timing.reference_device_seconds:
        ratio = timing.own_device_seconds / timing.reference_device_seconds
        said.append(text("throughput_device_clock", ratio=f"{ratio:.3g}"))
    if timing.device_mhz:
        said.append(text("throughput_device_mhz", least=min(timing.device_mhz), most=max(timing.device_mhz)))
    return said


def _measure(judged: Judgement, settings: ThroughputSettings) -> Measure | None:
    """The ratio; `None` where there were too few segments for an interval."""
    low, high = judged.interval
    limit = 1 + settings.tolerance
    if not isfinite(high):
        return None
    return Measure(name="ratio", value=judged.ratio, low=low, high=high, limit=limit, smaller_is_better=True)


def _say_detail(timing: PairedTiming) -> str:
    """What was observed; a difference, which is stored in percent, as people read it."""
    if timing.void == "answers":
        try:
            return percent(float(timing.detail) / 100)
        except ValueError:  # it says that there was no answer, or none that could be compared
            pass
    return timing.detail[:300]


def _explain(judged: Judgement, timing: PairedTiming, settings: ThroughputSettings) -> Text:
    """What a timing's numbers mean."""
    slowdown, power = f"{100 * settings.slowdown:g}", f"{100 * judged.power:.0f}"
    ratio = f"{judged.ratio:.3g}"
    if judged.outcome is Outcome.PASS:
        return text("throughput_pass", ratio=ratio, slowdown=slowdown, power=power)
    if judged.outcome is Outcome.FAIL:
        return text("throughput_fail", ratio=ratio, allowed=f"{1 + settings.tolerance:g}")
    return text("throughput_noisy", ratio=ratio, slowdown=slowdown, power=power, attempts=timing.attempts)


def _say(  # noqa: PLR0913, PLR0917 - the parts of a verdict
    match: Match,
    outcome: Outcome,
    max_points: float,
    context: CheckContext,
    message: Text,
    details: tuple[Text, ...] = (),
    observed: dict[str, str] | None = None,
) -> Verdict:
    return verdict_on(
        "throughput",
        match,
        outcome,
        max_points if outcome is Outcome.PASS else 0.0,
        max_points,
        message,
        expected=_expected(context.throughput),
        observed=observed,
        details=(message, *details),
    )


def _expected(settings: ThroughputSettings) -> dict[str, str]:
    return {"ratio": f"≤ {1 + settings.tolerance:g}"}


CHECK = Check(
    name="throughput",
    judge=judge,
    needs=frozenset(("proof", "timing")),
    values={"ratio": "value_ratio", "95%": "value_95", "power": "value_power"},
)
