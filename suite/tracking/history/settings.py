"""How the record is judged. Every figure stands beside its reason; `docs/history.md` shows the measurements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSettings:
    """The rule of `suite history check`."""

    min_magnitude: float = 0.03
    """Smallest change that counts, as a log ratio: 3 %, about the noise of one night."""
    penalty: float = 1.0
    """Cost of a change point, times log(nights). 0.7 finds 4 times as many false ones in noise with memory (AR 0.6);
    1.5 misses 15 % of the steps of 10 % in 1,000 nights."""
    bandwidth: float = 2.0
    """Width of the Gaussian kernel in standard deviations of the noise: a spike further out counts as far, not as
    very far. The library's own choice, the median distance, grows with the steps and then hides small ones."""
    min_segment: int = 3
    """Nights between two change points; the last two nights are left to the test of the newest."""
    window: int = 3
    """Nights to either side for the running median that the noise is measured against: three spikes in a row are
    still spikes."""
    newest: int = 2
    """Nights that the test of the newest looks at: a slowdown must be reported within two."""
    baseline: int = 30
    """Latest nights that give the noise; a month follows a machine that changes its habits."""
    min_baseline: int = 10
    """Nights that the noise is measured from before anything is said."""
    min_level: int = 3
    """Nights since the last change that the level is measured from before a further one is looked for."""
    calibration: int = 5
    """Nights on a new type of machine that only place its level beside the others; they are shown and not judged."""
    clip: float = 3.0
    """Standard deviations at which a past night is cut off before the memory of the noise is measured."""
    scale_floor: float = 0.003
    """Least standard deviation assumed, as a log ratio: a quiet month is luck, not precision."""
    false_discovery_rate: float = 0.7
    """Benjamini-Hochberg's q for the candidates of one night. Most of them may be noise, since a fresh verdict with
    1 % false alarms decides next; at 0.3 a slowdown of 10 % is seen within two nights in 93 % of cases only."""
    candidate_p_value: float = 0.05
    """Largest p-value of a candidate before that: where all are quiet, Benjamini-Hochberg at a high q lets many pass
    at once or none, and a fresh verdict costs half a minute. A slowdown of 10 % is below it on its first night in 9 of
    10 cases."""
    max_asked: int = 2
    """Fresh verdicts for an older change: one that misses (2 %) is made up for, and noise isn't asked about forever."""
    same_change: int = 2
    """Nights by which the date of a change may move from check to check."""
    environment_deviations: float = 3.0
    """Standard deviations by which the anchor's own time must move to blame the environment."""
