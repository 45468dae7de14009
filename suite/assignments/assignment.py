"""An assignment: a folder with `assignment.toml`, the reference models and the files copied beside a submission.

This module turns those files into validated settings; it runs nothing.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, InstanceOf, Tag, ValidationError, model_validator

from suite.assignments.accuracy_settings import AccuracySettings
from suite.assignments.calibration import Calibration, load_calibration
from suite.assignments.data_checks import check_measurable
from suite.assignments.data_loading import read_own_data
from suite.assignments.data_settings import DataSettings
from suite.assignments.late_policy import LatePolicy
from suite.assignments.metric import ACCURACY, COUNTED, Metric, UnknownMetricError, find_metric, try_metric
from suite.assignments.own_data import OwnData
from suite.assignments.proof_settings import ProofSettings
from suite.assignments.setting_errors import WrongSettingError, describe_errors, describe_wrong_setting
from suite.assignments.settings import BUDGETS, Budget, BudgetSettings, CheckSettings, Limits, Public, Settings, Titles
from suite.assignments.tasks import (
    AnyTask,
    FunctionTask,
    ManualTask,
    ModelTask,
    OpenTask,
    ResultTask,
    ValueTask,
    kind_of,
)
from suite.assignments.throughput_settings import ThroughputSettings
from suite.assignments.variants import Build, Value, VariantSettings, expand
from suite.errors import AssignmentError, Words
from suite.frameworks import KnownRuntime, all_frameworks
from suite.records import Identity, SourceFile
from suite.text import LANGUAGES

# An installed wheel's data lie above its packages, as with --user and --target, and those of an editable one, whose
# packages are a checkout's, where pip puts the data of this environment.
_PLACES = dict.fromkeys((*Path(__file__).parents, Path(sys.prefix), Path(sysconfig.get_path("data"))))
OWN_FOLDERS = (
    Path(__file__).parents[2] / "reference",  # a checkout
    *(place / "share" / "notebook-suite" / "reference" for place in _PLACES),
)
"""Where the assignments that come with the suite may lie; submissions see none of these."""


FUNCTIONS_FILE = "functions.py"
"""The reference's functions and variables."""
SOLUTION_FILE = "solution.py"
"""A right answer to open tasks, of which `suite verify` makes wrong ones."""
EPOCH_NAMES = ("TRAIN_EPOCHS", "EPOCHS", "N_EPOCHS", "NUM_EPOCHS", "epochs", "n_epochs", "num_epochs")
MODEL_CHECKS = {
    "runs": CheckSettings(points=2),
    "shapes": CheckSettings(points=3),
    "parameters": CheckSettings(points=5),
    "function": CheckSettings(points=5),
}
"""Points where an assignment names none: the architecture outweighs a notebook that merely runs."""
MEASURED = CheckSettings(points=3)  # added to them, for accuracy or another metric, where models are measured
RESULTS = CheckSettings(points=10)  # where functions or values are asked for
SCORE = CheckSettings(points=10)  # where open tasks are


def _known_language(language: str) -> str:
    """Refuse one that nothing could be said in."""
    if language not in ("", *LANGUAGES):
        raise ValueError(Words("expected one of {known}", known=", ".join(LANGUAGES)))
    return language


class Assignment(Settings):
    """Everything that grading needs to know about one assignment."""

    schema_version: Literal[1] = 1
    """The version of this format."""
    title: Titles = Field(examples=["Stacked recurrent networks"])
    """Its title on pages."""
    language: Annotated[str, AfterValidator(_known_language)] = ""
    """Language of sentences and pages, such as `es`, where `--lang` names none; empty for that of the locale."""
    runtime: KnownRuntime = "keras"
    """Runtime of submissions that import no framework or several; one that imports one framework runs in that one's."""
    variants: VariantSettings | None = None
    """What differs from student to student."""
    datasets: tuple[str, ...] = ()
    """Names of the datasets that notebooks load, such as `mnist`; `suite data list` shows all."""
    data: dict[str, DataSettings] = Field(default_factory=dict)
    """Data of the assignment's own, by name."""
    tasks: Annotated[
        tuple[
            Annotated[
                Annotated[ModelTask, Tag("model")]
                | Annotated[FunctionTask, Tag("function")]
                | Annotated[ValueTask, Tag("value")]
                | Annotated[OpenTask, Tag("open")]
                | Annotated[ManualTask, Tag("manual")],
                Discriminator(kind_of),
            ],
            ...,
        ],
        Field(min_length=1),
    ]
    """What submissions must hold."""
    constants: tuple[str, ...] = EPOCH_NAMES
    """Names of variables, such as `EPOCHS`, whose integer value is cut to the budget's epochs."""
    main: str = ""
    """Glob of the file to run in a submitted folder or zip, such as `practica*.ipynb`; empty where any name will do."""
    weights: tuple[str, ...] = Field(default=(), examples=[["*.weights.h5", "*.keras", "*.safetensors", "*.pt"]])
    """Globs of files with weights trained elsewhere that may be handed in beside the notebook; by default none may.
    Keras's `.weights.h5` and `.keras` are read, and PyTorch's `state_dict` as safetensors or saved by `torch.save`.
    Where there is one, each training in the notebook ends after a step, the file is laid into the model that it fits,
    and the model is judged as submitted."""
    public: Public = "outputs"
    """What students who check their own work with `suite check` are told of the references: `outputs` the shapes that
    models return, `parameters` also how many parameters they have in all, `layers` also those of each layer and what it
    returns, `references` everything but held-out rows: the reference files are handed out, too."""
    checks: dict[str, CheckSettings] = Field(default_factory=dict, examples=[{"runs": {"points": 2}}])
    """Points of each check; without this table 2 for `runs`, 3 for `shapes`, 5 for `parameters`, 5 for `function` and,
    where models are measured, 3 for `accuracy` or `metric`."""
    budgets: dict[Budget, BudgetSettings] = Field(default_factory=lambda: dict(BUDGETS), validate_default=False)
    """How much training each budget allows; only what differs has to be given."""
    leaderboard: bool = False
    """Whether the class page ranks the submissions by their scores in open tasks."""
    late: LatePolicy | None = None
    """What submissions lose that came after the deadline."""
    limits: Limits = Limits()
    """What the process of a submission may use."""
    proof: ProofSettings = ProofSettings()
    """How models are compared with the references."""
    accuracy: AccuracySettings = AccuracySettings()
    """How accuracy is measured."""
    throughput: ThroughputSettings = ThroughputSettings()
    """How submissions are timed with `--throughput`."""
    calibration: Calibration = Field(default=Calibration(), exclude=True)
    """Accuracies that the references reach and the bounds that follow from them; read from `calibration.json`."""
    name: str = Field(default="", exclude=True)
    folder: Path = Field(default=Path(), exclude=True)
    helpers: tuple[SourceFile, ...] = Field(default=(), exclude=True)
    frameworks: tuple[str, ...] = Field(default=(), exclude=True)
    """Frameworks for which a file of reference models exists."""
    metrics: dict[str, InstanceOf[Metric]] = Field(default_factory=dict, exclude=True)
    """What is measured of each model."""
    own_data: dict[str, InstanceOf[OwnData]] = Field(default_factory=dict, exclude=True)
    """What the tables `data` name, read and split."""
    builds: dict[str, InstanceOf[Build]] = Field(default_factory=dict, exclude=True)
    """How the references of variants are built, by their ids."""
    fingerprint: str = Field(default="", exclude=True)
    """SHA-256 of `assignment.toml`, the helper files and the own data, on which a run depends."""

    @model_validator(mode="before")
    @classmethod
    def _fill_budgets(cls, given: Any) -> Any:
        """The suite's own numbers where a budget gives none."""
        budgets = given.get("budgets") if isinstance(given, dict) else None
        if not isinstance(budgets, dict) or not all(isinstance(each, dict) for each in budgets.values()):
            return given
        own = {name: each.model_dump() for name, each in BUDGETS.items()}
        filled = own | {name: own.get(name, {}) | each for name, each in budgets.items()}
        return given | {"budgets": filled}

    @model_validator(mode="before")
    @classmethod
    def _expand_variants(cls, given: Any) -> Any:
        """A reference for each variant."""
        return expand(given) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _complete(self) -> Assignment:
        names = [task.id for task in self.tasks]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(
                Words(
                    "[[tasks]] has several tasks with the id {twice}; give each its own", twice=", ".join(sorted(twice))
                )
            )
        self._check_points()
        if unknown := self.accuracy.models.keys() - set(self.model_ids):
            raise ValueError(
                Words("[accuracy.models] names what no task accepts: {unknown}", unknown=", ".join(sorted(unknown)))
            )
        asked = [name for name in ("accuracy", "metric") if name in self.checks]
        if len(asked) > 1:
            raise ValueError(Words("the check metric judges accuracy, too; keep one of the checks accuracy and metric"))
        if asked and not self.accuracy.models:
            raise ValueError(
                Words(
                    "the check {check} has no model to measure; name one, such as [accuracy.models.{model}] dataset = "
                    '"mnist", or leave the check out',
                    check=asked[0],
                    model=self.model_ids[0],
                )
            )
        return self._with_checks((self.checks or self._usual_checks) | self._manual_checks)

    def _with_checks(self, checks: dict[str, CheckSettings]) -> Assignment:
        return self if checks == self.checks else self.model_copy(update={"checks": checks})

    @property
    def _manual_checks(self) -> dict[str, CheckSettings]:
        """The check of what persons mark, whose points are those of the rubrics."""
        points = sum(task.points for task in self.manual_tasks)
        return {"manual": CheckSettings(points=points)} if self.manual_tasks else {}

    def _check_points(self) -> None:
        """Refuse a check that can judge none of the tasks."""
        if "results" in self.checks and not self.result_tasks:
            raise ValueError(Words('the check results needs a task of kind "function" or "value", and there is none'))
        if "score" in self.checks and not self.open_tasks:
            raise ValueError(Words('the check score needs a task of kind "open", and there is none'))
        if "manual" in self.checks:
            raise ValueError(
                Words(
                    'the points of the check manual are those of the criteria of the tasks of kind "manual"; leave '
                    "checks.manual out"
                )
            )
        if unknown := {task.dataset for task in self.open_tasks} - {*self.data, *self.datasets}:
            raise ValueError(
                Words(
                    "an open task names the data {unknown}; give them a table [data.NAME], or list them as datasets = "
                    '["NAME"]',
                    unknown=", ".join(sorted(unknown)),
                )
            )
        if not self.model_tasks and (
            about := [name for name in MODEL_CHECKS if name in self.checks and name != "runs"]
        ):
            raise ValueError(Words('the check {check} needs a task of kind "model", and there is none', check=about[0]))
        if self.result_tasks and not (self.folder / FUNCTIONS_FILE).is_file() and self.name:
            raise ValueError(
                Words("tasks of kind function and value need a file {file} beside assignment.toml", file=FUNCTIONS_FILE)
            )

    @property
    def _usual_checks(self) -> dict[str, CheckSettings]:
        """The checks of an assignment that names none."""
        found = dict(MODEL_CHECKS) if self.model_tasks else {"runs": MODEL_CHECKS["runs"]}
        measured = {model.metric or ACCURACY for model in self.accuracy.models.values()}
        own = any(model.dataset in self.data or model.reconstructs for model in self.accuracy.models.values())
        name = ACCURACY if measured == {ACCURACY} and not own else "metric"
        found |= {name: MEASURED} if self.accuracy.models else {}
        found |= {"results": RESULTS} if self.result_tasks else {}
        return found | ({"score": SCORE} if self.open_tasks else {})

    def of(self, identity: Identity) -> Assignment:
        """This assignment as one student has it: of the variants, tasks accept the student's own.

        Whoever is on no class list may hand in any.
        """
        drawn = self.drawn_for(identity)
        if not drawn:
            return self
        tasks = [task.model_copy(update={"accepts": self._own(task.accepts, drawn)}) for task in self.reference_tasks]
        own = {task.id: task for task in tasks}
        return self.model_copy(update={"tasks": tuple(own.get(task.id, task) for task in self.tasks)})

    def drawn_for(self, identity: Identity) -> dict[str, Value]:
        """A student's values; none where the assignment has no variants, or the student is on no class list."""
        return self.variants.draw(self.name, identity.listed) if self.variants and identity.listed else {}

    def _own(self, accepts: Sequence[str], drawn: Mapping[str, Value]) -> tuple[str, ...]:
        return tuple(each for each in accepts if each not in self.builds or self.builds[each].fits(drawn))

    def with_throughput(self) -> Assignment:
        """This assignment with the check `throughput`, which counts only when it is asked for."""
        return self._with_checks(self.checks | {"throughput": CheckSettings(points=self.throughput.points)})

    @property
    def graded_tasks(self) -> tuple[AnyTask, ...]:
        """The tasks that submissions are asked for."""
        return tuple(task for task in self.tasks if task.graded)

    @property
    def model_tasks(self) -> tuple[ModelTask, ...]:
        """Those among them that ask for a model."""
        return tuple(task for task in self.graded_tasks if isinstance(task, ModelTask))

    @property
    def result_tasks(self) -> tuple[ResultTask, ...]:
        """Those that ask for a function or a value."""
        return tuple(task for task in self.graded_tasks if isinstance(task, ResultTask))

    @property
    def open_tasks(self) -> tuple[OpenTask, ...]:
        """Those that ask for any model within bounds."""
        return tuple(task for task in self.graded_tasks if isinstance(task, OpenTask))

    @property
    def manual_tasks(self) -> tuple[ManualTask, ...]:
        """Those that a person judges."""
        return tuple(task for task in self.graded_tasks if isinstance(task, ManualTask))

    @property
    def judged_tasks(self) -> tuple[AnyTask, ...]:
        """Those that checks judge without a person."""
        return tuple(task for task in self.graded_tasks if not isinstance(task, ManualTask))

    @property
    def reference_tasks(self) -> tuple[ModelTask, ...]:
        """Every task that has reference models, whether it is graded or not."""
        return tuple(task for task in self.tasks if isinstance(task, ModelTask))

    @property
    def model_ids(self) -> tuple[str, ...]:
        """Every model that some task accepts, in order and once each."""
        return tuple(dict.fromkeys(model for task in self.reference_tasks for model in task.accepts))


def own_folder() -> Path | None:
    """The folder of the assignments that come with the suite, if they are installed."""
    return next(filter(Path.is_dir, OWN_FOLDERS), None)


def known(root: Path) -> list[str]:
    """Names of the assignments under a folder."""
    return sorted(path.parent.name for path in root.glob("*/assignment.toml"))


def load(name: str, root: Path) -> Assignment:
    """Read one assignment; `AssignmentError` names the known ones, or the setting that is wrong."""
    folder = root / name
    if not known(root):
        raise AssignmentError(
            "{root} holds no assignment: expected {name}/assignment.toml there; name the folder that holds it",
            root=root,
            name=name,
        )
    if name not in known(root):
        listed = ", ".join(known(root))
        raise AssignmentError(
            "no assignment is called {name!r} under {root}; known: {listed}", name=name, root=root, listed=listed
        )
    raw = (folder / "assignment.toml").read_bytes()
    helpers = _read_helpers(folder / "student")
    digest = hashlib.sha256(raw)
    for helper in helpers:
        digest.update(helper.path.encode() + b"\0" + helper.content)
    try:
        calibration = load_calibration(folder / "calibration.json")
        known_otherwise = {
            "calibration": calibration,
            "name": name,
            "folder": folder,
            "helpers": helpers,
            "frameworks": tuple(
                name for name, known in all_frameworks().items() if (folder / known.reference_file).is_file()
            ),
            "fingerprint": digest.hexdigest(),
        }
        found = Assignment.model_validate(tomllib.loads(raw.decode()) | known_otherwise)
        return _with_own_files(found)
    except ValidationError as error:
        wrong = describe_errors(error, Assignment, raw.decode())
        raise AssignmentError(
            "{path} isn't a valid assignment:\n  {wrong}", path=folder / "assignment.toml", wrong=wrong
        ) from error
    except WrongSettingError as error:
        wrong = describe_wrong_setting(error, raw.decode())
        raise AssignmentError(
            "{path} isn't a valid assignment:\n  {wrong}", path=folder / "assignment.toml", wrong=wrong
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError("{path} isn't TOML: {error}", path=folder / "assignment.toml", error=error) from error


def _with_own_files(assignment: Assignment) -> Assignment:
    """The same with its own data and metrics; `WrongSettingError` says what is wrong with them."""
    own = read_own_data(assignment.data, assignment.datasets, assignment.folder, assignment.helpers)
    for model, measured in assignment.accuracy.models.items():
        if measured.dataset in own:
            check_measurable(own[measured.dataset])
        elif measured.dataset and measured.dataset not in assignment.datasets:
            raise WrongSettingError(
                ("accuracy", "models", model, "dataset"),
                Words(
                    'the assignment has no data {dataset!r}; add datasets = ["{dataset}"], or a table [data.{dataset}]',
                    dataset=measured.dataset,
                ),
            )
    for task in assignment.open_tasks:
        if task.dataset in own:
            check_measurable(own[task.dataset])
    assignment = assignment.model_copy(update={"metrics": _find_metrics(assignment, own)})
    files = {
        measured.metric.partition(":")[0] for measured in assignment.accuracy.models.values() if ":" in measured.metric
    }
    if not own and not files:
        return assignment
    digests = [assignment.fingerprint, *(each.digest for each in own.values())]
    digests += [hashlib.sha256((assignment.folder / file).read_bytes()).hexdigest() for file in sorted(files)]
    fingerprint = hashlib.sha256("".join(digests).encode()).hexdigest()
    return assignment.model_copy(update={"own_data": own, "fingerprint": fingerprint})


def _find_metrics(assignment: Assignment, own: Mapping[str, OwnData]) -> dict[str, Metric]:
    """The metric of each model that is measured; `WrongSettingError` if there is none that could judge it."""
    found = {}
    for model, measured in assignment.accuracy.models.items():
        numbers = measured.dataset in own and own[measured.dataset].targets_are == "numbers"
        usual = "mse" if measured.reconstructs else "r2" if numbers else ACCURACY
        name = measured.metric or usual
        at = "accuracy", "models", model, "metric"
        if name == ACCURACY:
            found[model] = COUNTED
            kind_problem = Words("the right answers are numbers") if numbers or measured.reconstructs else ""
        else:
            try:
                found[model] = find_metric(name, assignment.folder, smaller_is_better=measured.smaller_is_better)
            except UnknownMetricError as error:
                raise WrongSettingError(at, error.args[0]) from error
            kind_problem = try_metric(found[model], numbers=numbers or measured.reconstructs)
        if kind_problem:
            raise WrongSettingError(
                at,
                Words(
                    '{name} can\'t be used here: {kind_problem}; for example metric = "{usual}"',
                    name=name,
                    kind_problem=kind_problem,
                    usual=usual,
                ),
            )
        if "accuracy" in assignment.checks and found[model] is not COUNTED:
            raise WrongSettingError(
                ("checks", "accuracy"),
                Words(
                    "the check accuracy judges what is measured by accuracy, and {model} is measured by {name}; give "
                    "its points to the check metric, which judges both",
                    model=model,
                    name=name,
                ),
            )
    return found


def _read_helpers(folder: Path) -> tuple[SourceFile, ...]:
    """Files that are copied beside each submission."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return tuple(SourceFile(path=p.relative_to(folder).as_posix(), content=p.read_bytes()) for p in paths)
