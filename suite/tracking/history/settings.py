"""What the record takes, and how it is judged: each number with its reason; `docs/history.md` has the measurements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

CLOCK_SKEW = timedelta(hours=1)
"""How far a file may lie in the future: more than clocks of different machines are apart, which is seconds where they
are synchronised, up to an hour where one forgot to change to summer time; less than the day between two nights, as a
file from the future would be the newest for as long as that."""

LEAST_SECONDS, MOST_SECONDS = 1e-12, 1e7
"""Times that a benchmark can have: a processor's cycle lasts 2e-10 s, and four months are no benchmark. Numbers beyond
come from a broken file, and would overflow where they are multiplied."""
MOST_LOG_RATIO = 40.0
"""Largest log ratio to an anchor: that of the longest time to the shortest is 44."""
MOST_COUNT = 2**53
"""Largest number of bytes or items a second; beyond it a database's floating-point number isn't exact."""

MOST_OVERLAP = 10
"""Nights during which two states of a machine's software may take turns and still be an upgrade, which reaches a group
of machines over some days. Those that take turns for longer, such as two versions of Python measured each night, are
two series: in one, each would be the other's noise."""

MAIN_BRANCHES = ("main", "master")
"""The branch that is judged if none is named: the first of these that has runs, else the branch with the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSettings:
    """The rule of `suite history check`."""

    min_magnitude: float = 0.03
    """Smallest change that counts, as a log ratio: 3 %, about the noise of one night."""
    penalty: float = 1.0
    """Cost of a change point, times log(nights). 0.7 finds 4 times as many false ones in autocorrelated noise (AR 0.6);
    1.5 misses 15 % of the steps of 10 % in 1,000 nights."""
    bandwidth: float = 2.0
    """Width of the Gaussian kernel in standard deviations of the noise, which limits the effect of spikes. The
    library's default, the median distance, grows with the steps and then hides small ones."""
    min_segment: int = 3
    """Least nights between two change points; the last two nights are left to the test of the newest nights."""
    window: int = 3
    """Nights on either side for the running median that the noise is measured against, so that three spikes in a row
    still count as spikes."""
    newest: int = 2
    """Nights that the test of the newest looks at: a slowdown must be reported within two."""
    baseline: int = 30
    """Latest nights from which the noise is measured; a month adapts when a machine's behaviour changes."""
    min_baseline: int = 10
    """Least nights for measuring the noise; before that, nothing is reported."""
    min_level: int = 3
    """Least nights since the last change for measuring the level, before another change is searched for."""
    calibration: int = 5
    """Nights on a new type of machine that only give its offset; they are shown but not judged."""
    clip: float = 3.0
    """Standard deviations at which past nights are clipped before the autocorrelation is measured."""
    scale_floor: float = 0.003
    """Least standard deviation assumed, as a log ratio: a month with little noise may be luck."""
    false_discovery_rate: float = 0.7
    """Benjamini-Hochberg's q for the candidates of one night. Most of them may be noise, since a fresh verdict with
    1 % false alarms decides next; with 0.3, a slowdown of 10 % is found within two nights in only 93 % of cases."""
    candidate_p_value: float = 0.05
    """Largest p-value of a candidate before that: if nothing changed, Benjamini-Hochberg with a high q accepts either
    none or many at once, and each fresh verdict takes half a minute or more. In 9 of 10 cases a slowdown of 10 % is
    below it on its first night."""
    max_asked: int = 2
    """Most fresh verdicts for an older change: a second one corrects a miss (2 %), and noise isn't measured forever."""
    same_change: int = 2
    """Nights by which the date of a change may differ between checks."""
    environment_deviations: float = 3.0
    """Standard deviations by which the anchor's own time must change to blame the environment."""
