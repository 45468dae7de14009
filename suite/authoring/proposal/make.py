"""Makes an assignment of a master: runs it once, proposes tasks, writes the folder, and tries the folder on the master.

The folder is made beside its place and moved there at the end, so that nothing half written is left.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from suite import assignments
from suite.assignments import Assignment, Calibration, Expected, ManualTask
from suite.assignments.assignment import FUNCTIONS_FILE, SOLUTION_FILE
from suite.assignments.data_loading import read_own_data
from suite.assignments.setting_errors import WrongSettingError
from suite.authoring.calibrate import Advance, calibrate, calibration_as_json
from suite.authoring.freeze import UnfrozenError, expected_as_json, freeze
from suite.authoring.proposal.data import find_datasets, find_tables
from suite.authoring.proposal.master import Master, MasterError, read_master
from suite.authoring.proposal.open_tasks import Goal, asks_openly, find_goal
from suite.authoring.proposal.program import Program, read_statements
from suite.authoring.proposal.references import Wanted, write_all, write_definitions, write_models
from suite.authoring.proposal.settings import Proposal, write_settings
from suite.authoring.proposal.student import write_handout
from suite.authoring.proposal.tasks import Found, ProposedTask, candidates, find_tasks
from suite.errors import AssignmentError
from suite.files import remove_tree, write_atomically
from suite.frameworks import all_frameworks
from suite.grading import pipeline
from suite.grading.evidence_source import open_source
from suite.grading.one_submission import collect_source
from suite.grading.plan import GradingPlan
from suite.records import CellOutcome, Evidence, Language, Outcome, Result, SourceFile, Submission, Text, text
from suite.sandbox import Sandbox
from suite.text.language import say

Step = Callable[[Text], None]
"""Told what is done next."""
LONGEST_REASON = 300  # characters
NOTHING = Expected(versions={}, models={})
"""What the references show of an assignment that asks for no model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a proposal is made with."""

    sandbox: Sandbox
    """What runs the notebook."""
    environment: Mapping[str, str]
    """Environment variables that say where datasets may be."""
    language: Language
    """Of the comments."""
    seeds: int
    """Trainings of each measured reference; 0 for none."""
    step: Step
    """Told what is done next."""
    advance: Advance
    """Told how far the calibration is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of a master."""

    folder: Path
    """The assignment."""
    tasks: tuple[ProposedTask, ...]
    """What it asks for."""
    left_out: tuple[Text, ...]
    """What it doesn't ask for, and why."""
    result: Result | None
    """What its own notebook gets."""

    @property
    def points(self) -> tuple[float, float]:
        """Points of its own notebook and the most possible, without what a person marks."""
        manual = {task.id for task in self.tasks if task.kind == "manual"}
        judged = [each for each in self.result.verdicts if each.task not in manual] if self.result else []
        return sum(each.points for each in judged), sum(each.max_points for each in judged)


def make(path: Path, target: Path, workplace: Workplace) -> Made:
    """Make the assignment in `target`, which mustn't exist; `MasterError` says what is wrong with the master."""
    if target.exists():
        raise AssignmentError("{target} is there already; name another folder with --out, or remove it", target=target)
    master = read_master(path)
    with _beside(target) as folder:
        made = _make(master, folder, workplace)
        folder.rename(target)
    return replace(made, folder=target)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder of the same name in a new one beside the target, removed with all that is left in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    parent = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    folder = parent / target.name
    folder.mkdir()
    try:
        yield folder
    finally:
        remove_tree(parent)


def _make(master: Master, folder: Path, workplace: Workplace) -> Made:
    program = Program(read_statements(master))
    datasets, tables = find_datasets(master), find_tables(master)
    _write_files(master, folder, tables)
    workplace.step(text("new_runs", file=master.path.name))
    provisional, goal = _provide(master, datasets, tables, folder)
    evidence = _explore(master, program, provisional, workplace)
    found = find_tasks(master, program, evidence, datasets, goal)
    proposal = Proposal(
        title=master.title,
        tasks=found.tasks,
        runtime=evidence.runtime,
        datasets=datasets,
        data=tables,
        seconds=evidence.run.seconds,
        language=workplace.language,
    )
    _require_tasks(master, found)
    while True:
        assignment = _write(master, program, proposal, folder)
        workplace.step(text("new_freezes", count=len(proposal.tasks)))
        tried = _try(master, assignment, workplace)
        if not tried.wrong:
            break
        found = _without(found, tried.wrong, workplace.language)
        _require_tasks(master, found)
        proposal = replace(proposal, tasks=found.tasks)
    if workplace.seeds and assignment.accuracy.models:
        _calibrate(assignment, workplace)
        assignment = assignments.load(folder.name, folder.parent)
        workplace.step(text("new_grades"))
        tried = replace(tried, result=_grade(master, assignment, tried.expected, workplace))
    write_handout(master, program, found.tasks, assignment, tried.expected, workplace.language)
    return Made(folder=folder, tasks=found.tasks, left_out=found.left_out, result=tried.result)


def _provide(
    master: Master, datasets: Sequence[str], tables: Mapping[str, Mapping[str, str]], folder: Path
) -> tuple[Assignment, Goal | None]:
    """Settings for the first run; where open questions have one goal, every model is scored by it."""
    settings: dict[str, Any] = {
        "title": master.title,
        "datasets": datasets,
        "tasks": [{"id": "any", "probes": [{"inputs": [{"shape": [1]}]}]}],
        "folder": folder,
        "helpers": master.files,
    }
    plain = Assignment.model_validate(settings)
    if not asks_openly(master):
        return plain, None
    try:
        own = read_own_data(Assignment.model_validate(settings | {"data": tables}).data, datasets, folder, ())
    except WrongSettingError:  # said where the whole assignment is read
        return plain, None
    goal = find_goal(master, (*datasets, *tables), own)
    settings |= {"data": tables, "tasks": [*settings["tasks"], *([goal.exploring] if goal else [])]}
    return Assignment.model_validate(settings).model_copy(update={"own_data": own}), goal


def _explore(master: Master, program: Program, provisional: Assignment, workplace: Workplace) -> Evidence:
    """Run the notebook once, and ask what it holds; `MasterError` if a cell raises."""
    plan = replace(_plan(provisional, workplace), proving=False, names=candidates(master, program))
    with open_source(plan) as source:
        evidence = source.look(_submission(master))
    failed = next((cell for cell in evidence.run.cells if cell.outcome is not Outcome.PASS), None)
    if failed is not None:
        raise MasterError(_say_failure(failed))
    if evidence.silent:
        raise MasterError(text("new_silent", reason=evidence.silent))
    return evidence


def _say_failure(failed: CellOutcome) -> Text:
    seen = f"{failed.error_name}: {failed.error_message}" if failed.error_name else failed.outcome.value
    return text("new_fails", cell=failed.index + 1, error=seen.strip()[:300])


def _require_tasks(master: Master, found: Found) -> None:
    if any(task.kind != "manual" for task in found.tasks):
        return
    if not found.left_out:
        raise MasterError(text("new_nothing" if master.style == "plain" else "new_nothing_marked"))
    raise MasterError(found.left_out[0])


def _plan(assignment: Assignment, workplace: Workplace) -> GradingPlan:
    return GradingPlan(
        assignment=assignment,
        budget="quick",
        sandbox=workplace.sandbox,
        jobs=1,
        environment=workplace.environment,
        store=None,
    )


def _submission(master: Master) -> Submission:
    """The master as a student would hand it in."""
    file = SourceFile(path=master.path.name, content=master.path.read_bytes())
    found = collect_source(master.path.stem, (file,), file.path, str(master.path))
    if found.problem is not None:
        raise MasterError(found.problem)
    return found


def _write_files(master: Master, folder: Path, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Files beside the notebook: tables with rows to hold back beside the settings, all others for everybody."""
    data = {table["file"] for table in tables.values()}
    for file in master.files:
        path = folder / file.path if file.path in data else folder / "student" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    (folder / "alternatives").mkdir()
    (folder / "alternatives" / master.path.name).write_bytes(master.path.read_bytes())


def _write(master: Master, program: Program, proposal: Proposal, folder: Path) -> Assignment:
    """Settings and references; then the assignment as it is read from there."""
    (folder / "assignment.toml").write_text(write_settings(proposal), "utf-8")
    written: dict[str, str] = {}
    models = [task for task in proposal.tasks if task.kind == "model"]
    for framework in all_frameworks().values():
        wanted = [Wanted(id=t.id, variable=t.variable, cell=t.cell) for t in models if t.framework == framework.name]
        written[framework.reference_file] = write_models(program, wanted, master.title) if wanted else ""
    results = {task.variable: task.cell for task in proposal.tasks if task.kind in {"function", "value"}}
    written[FUNCTIONS_FILE] = write_definitions(program, results, master.title) if results else ""
    opened = any(task.kind == "open" for task in proposal.tasks)
    written[SOLUTION_FILE] = write_all(program, master.title) if opened else ""
    for name, source in written.items():
        (folder / name).unlink(missing_ok=True)
        if source:
            (folder / name).write_text(source, "utf-8")
    return assignments.load(folder.name, folder.parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What came of a proposal when its own notebook was graded by it."""

    wrong: Mapping[str, Text]
    """Tasks in which the notebook loses points, or whose reference can't be built, with the reason."""
    expected: Expected = NOTHING
    """What the references show."""
    result: Result | None = None
    """What the notebook gets."""


def _try(master: Master, assignment: Assignment, workplace: Workplace) -> _Tried:
    expected = NOTHING
    if assignment.model_ids:
        try:
            expected = freeze(replace(_plan(assignment, workplace), probe_seed=0, proving=False))
        except UnfrozenError as error:
            return _Tried(
                wrong={
                    error.model_id: text("new_reference", problem=str(error).rpartition("seen: ")[2][:LONGEST_REASON])
                }
            )
        write_atomically(assignment.folder / "expected.json", expected_as_json(expected).encode())
    workplace.step(text("new_grades"))
    manual = {task.id for task in assignment.graded_tasks if isinstance(task, ManualTask)}
    result = _grade(master, assignment, expected, workplace)
    return _Tried(wrong=_lost(result, manual), expected=expected, result=result)


def _grade(master: Master, assignment: Assignment, expected: Expected, workplace: Workplace) -> Result:
    """What the master gets, with other seeds than the references."""
    plan = replace(_plan(assignment, workplace), seed=1)
    (result,) = pipeline.grade([_submission(master)], plan, expected)
    if result.score is None:
        raise MasterError(result.summary)
    return result


def _lost(result: Result, manual: Collection[str]) -> dict[str, Text]:
    """Tasks in which the master loses points, with the sentence that says why; none that a person marks."""
    return {
        verdict.task: verdict.message
        for verdict in result.verdicts
        if verdict.task not in {"", *manual} and verdict.points < verdict.max_points
    }


def _without(found: Found, wrong: Mapping[str, Text], language: Language) -> Found:
    """The tasks without those in which the master itself loses points."""
    dropped = [task for task in found.tasks if task.id in wrong]
    if not dropped:
        raise MasterError(next(iter(wrong.values())))
    kept = tuple(task for task in found.tasks if task.id not in wrong)
    notes = [_say_dropped(task, say(wrong[task.id], language)[:LONGEST_REASON]) for task in dropped]
    return Found(tasks=kept, left_out=(*found.left_out, *notes))


def _say_dropped(task: ProposedTask, reason: str) -> Text:
    if task.kind == "model":
        return text("new_model_loses", name=task.variable, cell=task.cell + 1, reason=reason)
    return text("new_own_loses", name=task.variable, cell=task.cell + 1, reason=reason)


def _calibrate(assignment: Assignment, workplace: Workplace) -> None:
    path = assignment.folder / "calibration.json"

    def save(found: Calibration) -> None:
        write_atomically(path, calibration_as_json(found).encode())

    workplace.step(text("new_calibrates", seeds=workplace.seeds, count=len(assignment.accuracy.models)))
    models = tuple(assignment.accuracy.models)
    calibrate(_plan(assignment, workplace), workplace.seeds, Calibration(), models, save, workplace.advance)
