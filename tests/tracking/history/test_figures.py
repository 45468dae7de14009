"""The figures beside the time as series of their own: judged by their own noise, asked about by themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.engine import Connection

from suite.cli.confirm import confirm as confirm_command
from suite.cli.history_tables import check_lines, nights_table
from suite.records import Text
from suite.text.language import say
from suite.tracking.history.benchmark_json import read_night
from suite.tracking.history.check import CheckedRecord, check_record
from suite.tracking.history.confirm import confirm
from suite.tracking.history.exchange import import_bytes
from suite.tracking.history.figures import COMPILE, FIGURES, GPU_MEMORY, LEARNING, MEMORY, STEPS, TIME
from suite.tracking.history.records import ChangeStatus, FreshVerdict
from suite.tracking.history.settings import JudgeSettings
from suite.tracking.history.summary import as_markdown
from suite.tracking.history.verdict import Question, command_verdict
from tests.tracking.compare.projects import Project, make_project
from tests.tracking.history.nights import NOW, as_bytes, as_file

NIGHTS, CHANGED = 40, 30
Figure = Callable[[int], float]


def _check(
    record: Connection, memory: Figure, compiling: Figure, answer: FreshVerdict, **options: Any
) -> tuple[CheckedRecord, list[Question]]:
    """Nights of a steady time, whose memory and compilation go as given."""
    asked: list[Question] = []

    def verdict(question: Question) -> FreshVerdict:
        asked.append(question)
        return answer

    noise = np.random.default_rng(0).normal(0, 1, (NIGHTS, 3))
    for night in range(NIGHTS):
        time, more, longer = noise[night]
        document = as_file(
            night,
            {"lstm": 0.01 * float(time)},
            memory=round(memory(night) * float(np.exp(0.001 * more))),
            compiling=compiling(night) * float(np.exp(0.03 * longer)),
            **options,
        )
        import_bytes(record, as_bytes(document), "night", NOW)
    return check_record(record, verdict, NOW), asked


def _steady(value: float) -> Figure:
    return lambda _: value


def _step(value: float, share: float) -> Figure:
    return lambda night: value * (1 + share * (night >= CHANGED))


def _found(checked: CheckedRecord) -> list[tuple[str, ChangeStatus]]:
    return [(each.change.figure, each.change.status) for each in checked.judged]


def test_equal_nights_are_three_quiet_series(sqlite_record: Connection) -> None:
    """Nothing is flagged or asked about."""
    checked, asked = _check(sqlite_record, _steady(300 << 20), _steady(0.2), FreshVerdict.SLOWER)
    assert sorted(each.figure for each in checked.series) == [COMPILE, MEMORY, TIME]
    assert (checked.regressions, asked) == ((), [])


@pytest.mark.parametrize(
    ("figure", "memory", "compiling"),
    [
        (MEMORY, _step(300 << 20, 0.10), _steady(0.2)),
        (COMPILE, _steady(300 << 20), _step(0.2, 0.30)),
    ],
)
def test_a_planted_growth_is_a_regression_of_its_figure(
    sqlite_record: Connection, figure: str, memory: Figure, compiling: Figure
) -> None:
    """A tenth more memory, a third more compilation: confirmed by a measurement of just that, and named everywhere."""
    checked, asked = _check(sqlite_record, memory, compiling, FreshVerdict.SLOWER)
    assert _found(checked) == [(figure, ChangeStatus.REGRESSION)]
    assert [each.figure for each in asked] == [figure]
    assert f"bench::lstm ({figure})" in "\n".join(line for line, _ in check_lines(checked, JudgeSettings(), "en"))
    assert f"`bench::lstm` ({figure})" in as_markdown(checked)
    again = check_record(sqlite_record, None, NOW)
    assert [(each.change.figure, each.open, each.fresh) for each in again.judged] == [(figure, True, False)]


def test_more_memory_of_a_gpu_is_a_regression_of_its_own(sqlite_record: Connection) -> None:
    """On a machine of the same speed, with as much memory of the host."""
    grown = _step(2 << 30, 0.10)
    for night in range(NIGHTS):
        document = as_file(night, {"lstm": 0.0}, memory=300 << 20, gpu_memory=round(grown(night)))
        import_bytes(sqlite_record, as_bytes(document), "night", NOW)
    checked = check_record(sqlite_record, lambda _: FreshVerdict.SLOWER, NOW)
    assert _found(checked) == [(GPU_MEMORY, ChangeStatus.REGRESSION)]
    assert "`bench::lstm` (gpu_memory)" in as_markdown(checked)


def test_a_slow_machine_explains_a_compilation_and_no_memory(sqlite_record: Connection) -> None:
    """Both grow in the night in which the anchor slows down."""
    slow = _step(0.01, 0.5)
    for night in range(NIGHTS):
        document = as_file(
            night,
            {"lstm": 0.0},
            anchor_seconds=slow(night),
            memory=_step(300 << 20, 0.1)(night),
            compiling=_step(0.2, 0.5)(night),
        )
        import_bytes(sqlite_record, as_bytes(document), "night", NOW)
    checked = check_record(sqlite_record, None, NOW)
    assert dict(_found(checked)) == {MEMORY: ChangeStatus.UNCONFIRMED, COMPILE: ChangeStatus.ENVIRONMENT}


def test_what_is_too_short_has_no_series(sqlite_record: Connection) -> None:
    """A millisecond of compilation is the measuring itself."""
    checked, _ = _check(sqlite_record, _steady(300 << 20), _steady(0.001), FreshVerdict.SAME)
    assert sorted(each.figure for each in checked.series) == [MEMORY, TIME]
    assert FIGURES[COMPILE].least > 0.001


def test_memory_is_shown_in_its_unit(sqlite_record: Connection) -> None:
    """And not as seconds."""
    checked, _ = _check(sqlite_record, _steady(300 << 20), _steady(0.2), FreshVerdict.SAME)
    memory = next(each for each in checked.series if each.figure == MEMORY)
    table = nights_table(memory, checked.runs, (), 5, "en")
    assert [column.header for column in table.columns][5] == "MiB"
    assert float(next(iter(table.columns[5].cells))) == pytest.approx(300, rel=0.01)


def test_a_command_that_measures_times_is_asked_about_nothing_else() -> None:
    """Its "the same" would dismiss growing memory; one with {figure} gets it filled in."""
    question = Question(benchmark="b", figure=MEMORY, good="a", newest="b")
    heard: list[Text] = []
    assert command_verdict("false {benchmark}", 60, heard.append)(question) is FreshVerdict.UNKNOWN
    assert heard == []
    code = "import sys; sys.exit(sys.argv[1] == 'memory')"
    asking = command_verdict(f'{sys.executable} -c "{code}" {{figure}}', 60, heard.append)
    assert asking(question) is FreshVerdict.SLOWER
    assert "b (memory)" in say(heard[0], "en")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three revisions whose process takes 100, 100 and 110 MiB."""
    project = make_project(tmp_path / "project")
    for name, mebibytes in (("first", 100), ("equal", 100), ("larger", 110)):
        project.commit(name, {"memory": str(mebibytes)})
    return project


@pytest.mark.parametrize(("newest", "outcome"), [("equal", "pass"), ("larger", "fail")])
def test_a_fresh_verdict_on_memory(project: Project, newest: str, outcome: str) -> None:
    """With the noise of equal processes."""
    generator = np.random.default_rng(0)

    def measure(tree: Path, _: str) -> float:
        return float(np.log(float((tree / "memory").read_text())) + generator.normal(0, 0.001))

    found = confirm(project.folder, "first", newest, "b", 0, measure, lambda *_: None, MEMORY)
    assert found.outcome.value == outcome


def test_a_night_says_all_of_them() -> None:
    """As `suite bench` writes them."""
    figures = {"memory": 1 << 30, "gpu_memory": 3 << 30, "compiling": 0.5, "steps": 31.7, "learning": 0.25}
    document = as_bytes(as_file(0, {"lstm": 0.0}, **figures))
    ((_, measured),) = read_night(document, "night").measurements
    assert {name: each.of(measured) for name, each in FIGURES.items() if name != TIME} == {
        MEMORY: 1 << 30,
        GPU_MEMORY: 3 << 30,
        COMPILE: 0.5,
        STEPS: 31.7,
        LEARNING: 0.25,
    }


def _learning_nights(record: Connection, steps: Figure, slow: Figure) -> dict[str, ChangeStatus]:
    """Nights in which a step takes as long as the machine makes it."""
    noise = np.random.default_rng(1).normal(0, 0.02, NIGHTS)
    for night in range(NIGHTS):
        seconds = 0.01 * slow(night) * steps(night) * float(np.exp(noise[night]))
        document = as_file(
            night, {"lstm": 0.0}, anchor_seconds=0.01 * slow(night), steps=steps(night), learning=seconds
        )
        import_bytes(record, as_bytes(document), "night", NOW)
    return dict(_found(check_record(record, lambda _: FreshVerdict.SLOWER, NOW)))


def test_a_reference_that_learns_more_slowly_is_a_regression(sqlite_record: Connection) -> None:
    """In steps, which have no noise, and in the seconds that they take."""
    found = _learning_nights(sqlite_record, _step(30.0, 0.3), _steady(1.0))
    assert found == {STEPS: ChangeStatus.REGRESSION, LEARNING: ChangeStatus.REGRESSION}


def test_a_slow_machine_explains_seconds_of_learning_and_no_steps(sqlite_record: Connection) -> None:
    """The anchor slows down in the same night."""
    found = _learning_nights(sqlite_record, _steady(30.0), _step(1.0, 0.5))
    assert found == {LEARNING: ChangeStatus.ENVIRONMENT}


def test_a_step_more_is_no_change(sqlite_record: Connection) -> None:
    """What another rounding may do."""
    assert _learning_nights(sqlite_record, _step(30.0, 0.05), _steady(1.0)) == {}


@pytest.mark.parametrize(("before", "after", "outcome"), [(30.0, 30.0, "pass"), (30.0, 40.0, "fail")])
def test_steps_are_told_apart_in_eight_quads(tmp_path: Path, before: float, after: float, outcome: str) -> None:
    """As equal processes count the same."""
    project = make_project(tmp_path / "project")
    for name, steps in (("before", before), ("after", after)):
        project.commit(name, {"steps": str(steps)})
    quads: list[int] = []
    found = confirm(
        project.folder,
        *("before", "after", "b", 0),
        lambda tree, _: float(np.log(float((tree / "steps").read_text()))),
        lambda number, _: quads.append(number),
        STEPS,
    )
    assert (found.outcome.value, quads[-1]) == (outcome, 8)


def test_a_person_may_ask_about_each() -> None:
    """The option names all figures, in their order."""
    option = next(each for each in confirm_command.params if each.name == "figure")
    assert tuple(option.to_info_dict()["type"]["choices"]) == tuple(FIGURES)
