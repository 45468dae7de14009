"""The kinds of task of an `assignment.toml`: what a submission must hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from suite.assignments.accuracy_settings import Scale, Share
from suite.assignments.metric import metric_named
from suite.assignments.settings import Count, Positive, Settings, Titles
from suite.errors import Words
from suite.frameworks import KnownFramework


class ProbeInput(Settings):
    """One input of a model, which the host fills with random values."""

    shape: tuple[int, ...] = ()
    """Shape without the batch dimension."""
    high: int = Field(default=0, ge=0)
    """If 0, the values are float32 in [0, 1); otherwise integers in [1, high)."""
    words: int = Field(default=0, ge=0)
    """If above 0, the input is text, `(rows, 1)`, of at most this many words; the first row has exactly this many."""


class Probe(Settings):
    """What a model is called with."""

    inputs: Annotated[tuple[ProbeInput, ...], Field(min_length=1, examples=[[{"shape": [28, 28]}]])]
    """In the order of the model's arguments."""
    rows: Count = 3
    """Batch size; 3, as no layer of the own assignments has three units or time steps as its first dimension."""

    @property
    def shapes(self) -> tuple[tuple[int | None, ...], ...]:
        """Shapes of the inputs, `None` for the batch dimension."""
        return tuple((None, *((1,) if given.words else given.shape)) for given in self.inputs)


class Task(Settings):
    """One thing that is asked for: what all kinds of task have."""

    id: str = Field(min_length=1, examples=["stack"])
    """Its name in results, and the name of its reference where nothing else is said."""
    title: Titles = Field(json_schema_extra={"usually": "its id"})
    """Its title on pages."""
    graded: bool = True
    """Whether submissions are asked for it; if not, its reference exists only for comparison."""

    @model_validator(mode="before")
    @classmethod
    def _name(cls, given: Any) -> Any:
        """The title of a task that has none."""
        return {"title": given["id"]} | given if isinstance(given, dict) and isinstance(given.get("id"), str) else given


class ModelTask(Task):
    """A model to build, which is compared with its references."""

    kind: Literal["model"] = "model"
    """What is asked for."""
    accepts: Annotated[tuple[str, ...], Field(min_length=1, json_schema_extra={"usually": "its id"})]
    """Ids of reference models, such as `["stack10", "stack8"]`, any one of which earns the points."""
    probes: Annotated[tuple[Probe, ...], Field(min_length=1, examples=[[{"inputs": [{"shape": [28, 28]}]}]])]
    """Inputs that a model may expect, tried in this order."""
    answers: Literal["exact", "logits or probabilities"] = "exact"
    """Whether a model may return logits where its reference returns probabilities, or the reverse."""
    own_vocabulary: bool = False
    """Whether a model may know another number of words than its reference: its embedding then has as many rows."""

    @model_validator(mode="before")
    @classmethod
    def _accept_own(cls, given: Any) -> Any:
        """The reference of a task that names none."""
        return {"accepts": [given["id"]]} | given if isinstance(given, dict) and "id" in given else given


class ArgumentSettings(Settings):
    """One argument of a function, drawn anew for each call."""

    name: str = ""
    """The keyword by which it is given; empty for an argument that is given by its place."""
    shape: tuple[int | str, ...] = ()
    """Its shape, such as `["rows", 5]`; a name stands for a size that is drawn from the task's `sizes`. Empty for a
    single number."""
    dtype: Literal["", "float64", "float32", "int64", "int32", "bool"] = ""
    """Type of its numbers; by default float64 for NumPy and float32 for tensors."""
    low: float = -1.0
    """Least value."""
    high: float = 1.0
    """Values lie below it."""
    value: Any = None
    """A constant that is given instead: a number, a text, a list or a table."""


class ResultTask(Task):
    """Something whose value is compared: what a function returns, or what a variable holds."""

    names: Annotated[tuple[str, ...], Field(min_length=1, json_schema_extra={"usually": "its id"})]
    """Its name in the notebook; of several names the first that is there counts. The reference, in `functions.py`, has
    the first one."""
    tolerance: Positive = 1e-5
    """How far numbers may differ, as a share of the reference's largest one. Summing in another order makes 1e-13 in
    float64 and 1e-6 in float32."""
    same_dtype: bool = False
    """Whether arrays must have the reference's dtype; if not, equal numbers are enough."""

    @model_validator(mode="before")
    @classmethod
    def _name_by_id(cls, given: Any) -> Any:
        """The name of a task that gives none."""
        return {"names": [given["id"]]} | given if isinstance(given, dict) and "id" in given else given


class FunctionTask(ResultTask):
    """A function, class or method that is called with inputs that the host draws, and compared with the reference's."""

    kind: Literal["function"]
    """What is asked for."""
    arguments: tuple[ArgumentSettings, ...] = ()
    """What it is called with."""
    sizes: dict[str, tuple[Count, Count]] = Field(default_factory=dict, examples=[{"rows": [1, 7]}])
    """Least and largest size of each name in a shape."""
    made_with: dict[str, Any] = Field(default_factory=dict)
    """For a class: the keywords of its construction; the object is then called."""
    generator: str = ""
    """Name of a function in `functions.py` that makes a call's arguments from a NumPy generator, instead of
    `arguments`: it returns a list or a table of them."""
    given_as: Literal["numpy", "keras", "torch"] = "numpy"
    """What arrays are given as: NumPy's, or the framework's tensors."""
    edges: tuple[Literal["zeros", "equal", "large", "smallest"], ...] = ()
    """Further calls: with zeros, with equal numbers, with as many numbers as may be and each a thousand times as large,
    with the least sizes."""
    gradients: bool = False
    """Whether the gradients of the result with respect to tensors of floats are compared."""
    calls: Count = 6
    """Calls with drawn arguments; as their sizes are drawn, too, six meet a mistake that shows for some of them."""
    seconds: Positive = 10
    """Limit on the time of one call."""

    @model_validator(mode="after")
    def _consistent(self) -> FunctionTask:
        named = {size for argument in self.arguments for size in argument.shape if isinstance(size, str)}
        if unknown := named - self.sizes.keys():
            raise ValueError(
                Words(
                    "sizes says nothing of {unknown}; for example sizes.rows = [1, 7]",
                    unknown=", ".join(sorted(unknown)),
                )
            )
        if self.generator and self.arguments:
            raise ValueError(Words("give either arguments or a generator"))
        if self.gradients and self.given_as == "numpy":
            raise ValueError(Words('gradients need tensors; add given_as = "keras" or given_as = "torch"'))
        if wrong := [size for size, (low, high) in self.sizes.items() if low > high]:
            raise ValueError(
                Words("sizes.{name} has its larger number first; for example sizes.{name} = [1, 7]", name=wrong[0])
            )
        return self


class ValueTask(ResultTask):
    """A variable whose value after the run is compared with the reference's."""

    kind: Literal["value"]
    """What is asked for."""


class OpenTask(Task):
    """A model of any architecture within bounds, judged by how well it does on rows that are held back."""

    kind: Literal["open"]
    """What is asked for."""
    dataset: str = Field(examples=["houses"])
    """The data, of the assignment's own or by the name of a dataset; the rows that are held back are not public."""
    metric: str = Field(default="accuracy", examples=["f1_macro"])
    """A scorer of scikit-learn, such as `accuracy`, `f1_macro`, `roc_auc`, `r2`; `mae`, `mse`, `rmse` for errors."""
    cutoffs: Annotated[tuple[tuple[float, Share], ...], Field(min_length=1, examples=[[[0.5, 0], [0.8, 1]]])]
    """(score, share of the points) pairs; in between, points are interpolated."""
    parameters_at_most: int = Field(default=0, ge=0)
    """Most parameters that a model may have; 0 for any number."""
    layers_required: tuple[str, ...] = ()
    """Classes of layers, or steps of a pipeline, of which it must have each, such as `["Conv2D"]`."""
    layers_forbidden: tuple[str, ...] = ()
    """Classes that it may not have."""
    frameworks: tuple[KnownFramework, ...] = ()
    """Frameworks that it may be made with; empty for all."""
    scales: tuple[Scale, ...] = Field(default=(), json_schema_extra={"usually": "by the data"})
    """How a notebook may scale what its model reads, as in `[accuracy.models.ID]`; the best counts."""

    @model_validator(mode="after")
    def _known(self) -> OpenTask:
        metric_named(self.metric)
        return self


class Criterion(Settings):
    """One line of the rubric by which a person marks."""

    id: str = Field(min_length=1, examples=["clarity"])
    """Its name in the ledger: marks belong to it, so keep it when you change its title."""
    title: Titles = Field(json_schema_extra={"usually": "its id"})
    """Its title on pages."""
    points: Positive = Field(examples=[4])
    """The most points that it gives."""
    comments: tuple[Titles, ...] = ()
    """Comments that are often needed; they are offered where a person marks."""

    @model_validator(mode="before")
    @classmethod
    def _name(cls, given: Any) -> Any:
        """The title of a criterion that has none."""
        return {"title": given["id"]} | given if isinstance(given, dict) and isinstance(given.get("id"), str) else given


class ManualTask(Task):
    """Something that a person judges by a rubric, such as a text or a plot (docs/marking.md)."""

    kind: Literal["manual"]
    """What is asked for."""
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, examples=[[{"id": "clarity", "points": 4}]])]
    """The rubric."""

    @property
    def points(self) -> float:
        """The most points that it gives."""
        return sum(criterion.points for criterion in self.criteria)

    @model_validator(mode="after")
    def _apart(self) -> ManualTask:
        names = [criterion.id for criterion in self.criteria]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(Words("several criteria have the id {twice}; give each its own", twice=", ".join(twice)))
        return self


AnyTask = ModelTask | FunctionTask | ValueTask | OpenTask | ManualTask
"""A task of any kind."""
KINDS: dict[str, type[Task]] = {
    "model": ModelTask,
    "function": FunctionTask,
    "value": ValueTask,
    "open": OpenTask,
    "manual": ManualTask,
}


def kind_of(given: Any) -> str:
    """The kind of a task in the file, a model where nothing else is said."""
    return str(given.get("kind", "model")) if isinstance(given, dict) else str(getattr(given, "kind", "model"))
