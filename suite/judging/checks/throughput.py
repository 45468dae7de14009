"""Check `throughput`: is the model about as fast as the oracle, on this machine and side by side?

Raw segments are in the evidence; what they say is computed here. Whatever can't be said costs no points: such a verdict
has none to be had.
"""

from __future__ import annotations

from suite.assignments import ThroughputSettings
from suite.judging.checks.interface import CheckContext, verdict_without_model
from suite.judging.checks.match import Match
from suite.judging.checks.standing import standing
from suite.records import Outcome, PairedTiming, ProofStatus, Text, Verdict, text
from suite.stats.timing_test import Judgement, judge_together

VOID = {
    "answers": "throughput_void_answers",
    "threads": "throughput_void_threads",
    "cores": "throughput_void_cores",
    "running": "throughput_void_running",
    "silent": "throughput_void_silent",
    "raised": "throughput_void_raised",
}
"""What a submission did that makes its timing worthless, and so fail."""
UNTIMED = {
    "unproved": "throughput_unproved",
    "runtime": "throughput_runtime",
    "gone": "throughput_gone",
    "biases": "throughput_biases",
    "budget": "throughput_budget",
    "device": "throughput_device",
}
WORK = {"forward": "throughput_forward", "train": "throughput_train"}
BUSY = 0.5  # of the segments; threads of a framework go to sleep within a millisecond


def check(case: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict a task, kind of work and batch size."""
    duels = case.evidence.duels
    timed = {str(number): duel for number, duel in enumerate(duels) if _is_timed(duel)}
    judged = judge_together(timed, case.throughput)
    found: list[Verdict] = []
    for match in case.matches:
        own = [number for number, duel in enumerate(duels) if duel.model_id == match.model_id]
        share = max_points / len(case.matches) / max(len(own), 1)
        if match.model is None:
            found.append(verdict_without_model("throughput", case, match, share, _expected(case.throughput)))
        elif not own:
            found.append(_say(match, Outcome.INCONCLUSIVE, 0.0, case, text(UNTIMED[_reason(case, match)])))
        else:
            found += [_judge(case, match, duels[number], judged.get(str(number)), share) for number in own]
    return found


def _is_timed(duel: PairedTiming) -> bool:
    return bool(duel.quads) and not duel.void and not duel.untimed


def _reason(case: CheckContext, match: Match) -> str:
    """Why a model that is there wasn't timed."""
    proved = standing(match.model, match.model_id, case.proof) is ProofStatus.PROVED
    return "runtime" if proved else "unproved"


def _judge(case: CheckContext, match: Match, duel: PairedTiming, judged: Judgement | None, share: float) -> Verdict:
    work = text(WORK[duel.work], rows=duel.rows, threads=duel.threads, device=duel.device.upper())
    if duel.void in VOID:
        return _say(match, Outcome.FAIL, share, case, text(VOID[duel.void], detail=duel.detail[:300]), (work,))
    if judged is None:
        reason = "device" if duel.void else duel.untimed or "gone"
        return _say(match, Outcome.INCONCLUSIVE, 0.0, case, text(UNTIMED[reason]), (work,))
    details = (work, *([text("throughput_busy", share=round(100 * duel.busy_share))] if duel.busy_share > BUSY else []))
    observed = {
        "ratio": f"{judged.ratio:.3g}",
        "95%": f"{judged.interval[0]:.3g} … {judged.interval[1]:.3g}",
        "power": f"{100 * judged.power:.0f}%",
    }
    points = 0.0 if judged.outcome is Outcome.INCONCLUSIVE else share
    return _say(match, judged.outcome, points, case, _explain(judged, duel, case.throughput), details, observed)


def _explain(judged: Judgement, duel: PairedTiming, settings: ThroughputSettings) -> Text:
    """What a duel's numbers mean."""
    slowdown, power = f"{100 * settings.slowdown:g}", f"{100 * judged.power:.0f}"
    ratio = f"{judged.ratio:.3g}"
    if judged.outcome is Outcome.PASS:
        return text("throughput_pass", ratio=ratio, slowdown=slowdown, power=power)
    if judged.outcome is Outcome.FAIL:
        return text("throughput_fail", ratio=ratio, allowed=f"{1 + settings.tolerance:g}")
    return text("throughput_noisy", ratio=ratio, slowdown=slowdown, power=power, attempts=duel.attempts)


def _say(  # noqa: PLR0913, PLR0917 - the parts of a verdict
    match: Match,
    outcome: Outcome,
    max_points: float,
    case: CheckContext,
    message: Text,
    details: tuple[Text, ...] = (),
    observed: dict[str, str] | None = None,
) -> Verdict:
    return Verdict(
        check="throughput",
        model=match.model_id,
        outcome=outcome,
        points=max_points if outcome is Outcome.PASS else 0.0,
        max_points=max_points,
        expected=_expected(case.throughput),
        observed=observed,
        message=message,
        details=(message, *details),
    )


def _expected(settings: ThroughputSettings) -> dict[str, str]:
    return {"ratio": f"≤ {1 + settings.tolerance:g}"}
