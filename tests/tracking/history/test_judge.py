"""What a check says of synthetic nights: of regressions, of noise, of machines and of the environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from suite.tracking.history.examine import examine
from suite.tracking.history.judge import AskFresh, JudgedChange, judge
from suite.tracking.history.noise import Floats
from suite.tracking.history.records import Change, ChangeStatus, FreshVerdict, Series
from suite.tracking.history.settings import JudgeSettings
from tests.validation.nightly import BURN_IN, CALM, SLOWDOWN, as_series, run_ours
from tests.validation.noises import DEVIATION, Fleet

SETTINGS = JudgeSettings()


def _noise(nights: int, rows: int = 1, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(0, DEVIATION, (rows, nights))


def _series(values: Floats, machines: Sequence[str] | None = None, anchors: Floats | None = None) -> list[Series]:
    nights = values.shape[1]
    fleet = Fleet(
        values=values,
        anchors=np.zeros_like(values) if anchors is None else np.broadcast_to(anchors, values.shape),
        machines=tuple(machines or ["first"] * nights),
    )
    return as_series(fleet, nights)


def _truth(*slow_from: int) -> AskFresh:
    """Fresh verdicts that are always right: slower where one of these nights lies after the good one."""
    return lambda series, change: (
        FreshVerdict.SLOWER
        if any(change.good_run < night < len(series.runs) for night in slow_from)
        else FreshVerdict.SAME
    )


def _judge(
    series: list[Series], ask: AskFresh | None = None, known: Mapping[int, Sequence[Change]] | None = None
) -> list[JudgedChange]:
    """What a check says, without candidates that a fresh verdict dismissed."""
    judged = judge(series, known or {}, SETTINGS, ask)
    return [each for each in judged if each.change.status is not ChangeStatus.DISMISSED]


def _known(judged: Sequence[JudgedChange]) -> dict[int, list[Change]]:
    found: dict[int, list[Change]] = {}
    for number, each in enumerate(judged, start=1):
        found.setdefault(each.series.benchmark_key, []).append(replace(each.change, key=number))
    return found


def test_two_regressions_in_a_hundred_nights_and_nothing_else() -> None:
    """Both are reported within two nights and dated within two; 10 quiet benchmarks beside them are left alone."""
    fleet = Fleet(values=_noise(100, rows=12), anchors=np.zeros((12, 100)), machines=("first",) * 100)
    first_slow = [40, 75, *[CALM] * 10]
    for row, night in enumerate(first_slow[:2]):
        fleet.values[row, night:] += SLOWDOWN
    alarms, _ = run_ours(fleet, first_slow, SETTINGS, np.random.default_rng(2))
    assert [len(found) for found in alarms] == [1, 1, *[0] * 10]
    for (alarm,), night in zip(alarms[:2], first_slow[:2], strict=True):
        reported, dated = alarm
        assert night <= reported <= night + 1
        assert abs(dated - night) <= 2


@pytest.mark.parametrize("offset", [-0.2, 0.2])
def test_a_night_on_another_machine_raises_nothing(offset: float) -> None:
    """A night whose ratio is 20 % off because the processor is another one isn't even a candidate."""
    quiet, values = _noise(100), _noise(100)
    values[:, 60] += offset
    machines = ["first"] * 100
    machines[60] = "second"
    for nights in (61, 62, 63, 100):
        found, beside = (
            [each.change for each in judge(_series(row[:, :nights], machines[:nights]), {}, SETTINGS, None)]
            for row in (values, quiet)
        )
        assert found == beside
        assert all(change.first_run != 60 for change in found)


def test_a_move_to_another_machine_goes_on() -> None:
    """After a lasting move the series goes on at its own level, and a later slowdown there is found."""
    values = _noise(100)
    values[:, 50:] += 0.15
    values[:, 80:] += 0.1
    machines = ["first"] * 50 + ["second"] * 50
    (found,) = _judge(_series(values, machines), _truth(80))
    assert found.change.status is ChangeStatus.REGRESSION
    assert abs(found.change.first_run - 80) <= 2


def test_alternating_machines_share_one_level() -> None:
    """Where machines take turns, each one's offset is taken away and a slowdown shows on both."""
    values = _noise(80)
    machines = ["first" if night % 2 else "second" for night in range(80)]
    values[:, ::2] += 0.12
    placed = examine(values[0], machines, None, SETTINGS).placed
    assert abs(np.median(placed[::2]) - np.median(placed[1::2])) < DEVIATION / 2


def test_unconfirmed_without_a_fresh_verdict() -> None:
    """Without a command nothing is called a regression, however clear it is."""
    values = _noise(60)
    values[:, 50:] += 0.3
    (found,) = _judge(_series(values))
    assert (found.change.status, found.open) == (ChangeStatus.UNCONFIRMED, False)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (FreshVerdict.SLOWER, ChangeStatus.REGRESSION),
        (FreshVerdict.SAME, ChangeStatus.DISMISSED),
        (FreshVerdict.UNKNOWN, ChangeStatus.UNCONFIRMED),
    ],
)
def test_the_fresh_verdict_decides(answer: FreshVerdict, status: ChangeStatus) -> None:
    """Slower, same or unknown: regression, dismissed, unconfirmed."""
    values = _noise(60)
    values[:, 58:] += 0.15
    (found,) = judge(_series(values), {}, SETTINGS, lambda *_: answer)
    assert found.change.status is status
    assert found.open is (status is ChangeStatus.REGRESSION)


def test_the_last_night_is_enough_for_a_candidate() -> None:
    """A slowdown of 15 % is asked about on its first night, against a night before it."""
    values = _noise(60)
    values[:, 59:] += 0.15
    (found,) = _judge(_series(values))
    assert found.change.first_run == 59
    assert found.change.good_run < 59
    assert found.change.p_value is not None


def test_nothing_is_said_of_ten_nights() -> None:
    """A short record has no noise to compare with yet."""
    values = _noise(SETTINGS.min_baseline)
    values[:, -1] += 1.0
    assert _judge(_series(values), _truth()) == []


def test_an_anchor_that_moves_too_is_the_environment() -> None:
    """Where the anchor's own time moved at the same night, nobody is asked and nobody is alerted."""
    values, anchors = _noise(60), _noise(60, seed=1)[0]
    values[:, 50:] += 0.1
    anchors[50:] += 0.3
    (found,) = _judge(_series(values, anchors=anchors), _truth(50))
    assert (found.change.status, found.open) == (ChangeStatus.ENVIRONMENT, False)


def test_a_faster_machine_hides_no_regression() -> None:
    """The anchor is compared on one type of machine: a night on a faster one isn't a change of the environment."""
    values, anchors = _noise(80), _noise(80, seed=1)[0]
    machines = ["first" if night % 2 else "second" for night in range(80)]
    anchors[::2] -= 0.5
    values[:, 60:] += 0.1
    (found,) = _judge(_series(values, machines, anchors), _truth(60))
    assert found.change.status is ChangeStatus.REGRESSION


def test_below_three_percent_is_no_change() -> None:
    """A step of 2 % in a series almost without noise is found by no check."""
    values = _noise(100) / 20
    values[:, 50:] += 0.02
    assert _judge(_series(values), _truth()) == []


def test_a_known_regression_is_not_reported_again() -> None:
    """It stays open, is asked about once, and is fresh only on the night when it was confirmed."""
    values = _noise(70)
    values[:, 50:] += 0.15
    known: dict[int, list[Change]] = {}
    fresh = []
    for nights in range(50, 70):
        judged = _judge(_series(values[:, : nights + 1]), _truth(50), known)
        known = _known(judged)
        fresh.append([each for each in judged if each.fresh])
    assert sum(map(len, fresh)) == 1
    assert [each.open for each in judged] == [True]


def test_an_undone_regression_is_not_open() -> None:
    """When the level is back, the check passes again."""
    values = _noise(80)
    values[:, 50:65] += 0.15
    known = _known(_judge(_series(values[:, :60]), _truth(50)))
    assert known[0][0].status is ChangeStatus.REGRESSION
    judged = _judge(_series(values), _truth(), known)
    assert {each.change.status for each in judged} == {ChangeStatus.REGRESSION, ChangeStatus.IMPROVEMENT}
    assert not any(each.open for each in judged)


def test_an_accepted_regression_is_not_open() -> None:
    """A person's word ends the alarm and not the record."""
    values = _noise(60)
    values[:, 50:] += 0.15
    known = {0: [replace(change, accepted=True) for change in _known(_judge(_series(values), _truth(50)))[0]]}
    (found,) = _judge(_series(values), _truth(50), known)
    assert (found.change.status, found.open, found.fresh) == (ChangeStatus.REGRESSION, False, False)


def test_a_slow_spell_of_the_past_is_not_asked_about() -> None:
    """Slower for two weeks and fast again: there is nothing to confirm."""
    values = _noise(80)
    values[:, 40:55] += 0.15
    asked: list[Change] = []

    def ask(_: Series, change: Change) -> FreshVerdict:
        asked.append(change)
        return FreshVerdict.SAME

    judged = _judge(_series(values), ask)
    assert [each.change.status for each in judged] == [ChangeStatus.PAST, ChangeStatus.IMPROVEMENT]
    assert [change for change in asked if change.first_run < 70] == []


def test_what_fades_is_dismissed() -> None:
    """A slow night that nobody could confirm, and that no later night bears out, is dropped."""
    values = _noise(70)
    values[:, 60] += 0.2
    known = _known(_judge(_series(values[:, :61])))
    assert known[0][0].status is ChangeStatus.UNCONFIRMED
    (found,) = judge(_series(values), known, SETTINGS, None)
    assert found.change.status is ChangeStatus.DISMISSED


def test_an_older_step_is_asked_about_twice_at_most() -> None:
    """A verdict that misses is made up for once; noise isn't asked about every night for ever."""
    values = _noise(70)
    values[:, 50:] += 0.08
    known: dict[int, list[Change]] = {}
    asked = 0

    def ask(_: Series, change: Change) -> FreshVerdict:
        nonlocal asked
        asked += change.p_value is None
        return FreshVerdict.SAME

    for nights in range(58, 70):
        known = _known(judge(_series(values[:, :nights]), known, SETTINGS, ask))
    assert asked == SETTINGS.max_asked


def test_candidates_are_held_to_the_false_discovery_rate() -> None:
    """Of 200 quiet benchmarks fewer than one in ten are asked about in a night."""
    asked: list[Change] = []

    def ask(_: Series, change: Change) -> FreshVerdict:
        asked.append(change)
        return FreshVerdict.SAME

    judge(_series(_noise(BURN_IN + 10, rows=200)), {}, SETTINGS, ask)
    assert len(asked) < 20


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_a_series_without_noise(value: float) -> None:
    """Equal nights have no deviation, and nothing divides by it."""
    assert _judge(_series(np.full((1, 60), value)), _truth()) == []
