"""The page that sets the reproduced figures beside the notebooks'."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from reference.reproduce.gaps import GAPS
from reference.reproduce.protocols import FIGURES, FRAMEWORKS, Figure, Reading, all_readings, protocol
from reference.reproduce.store import Run

COLUMNS = ("figure", "original", *FRAMEWORKS.values(), "protocol", "data used", "seconds")
METRICS = {"accuracy": "training accuracy", "val_accuracy": "validation accuracy", "predictions": "predicted symbols"}
SAME_AS_ABOVE = "″"
NOTHING = "–"
WIDTH = 120

INTRODUCTION = """# What the notebooks reported, trained again

Written by `python -m reference.reproduce` (`tox -e reproduce`) from the runs in `reports/reproduce.json`; edit
`reference/reproduce/`, not this page.

Both editions of a reference follow the notebook that the figure is from. Where that is a Keras notebook, PyTorch is
given what Keras has: one trained bias a layer where PyTorch has two, Glorot-uniform kernels, orthogonal recurrent
kernels, embeddings within ±.05, biases of zero but of one in an LSTM's forget gate, batch normalisation's constants,
Adam with epsilon 1e-7, RMSprop with alpha .9 and epsilon 1e-7. For `stack8`, from a PyTorch notebook, Keras is given
PyTorch's: weights and biases uniform within ±1/√units and Adam's epsilon 1e-8. Three differences stay. Keras's Adam
squares the gradient of a word that occurs several times in a batch occurrence by occurrence, PyTorch's squares the
sum. Keras adds Adam's epsilon before the bias correction, PyTorch after it. And a seed doesn't mean the same numbers
in both.

Training accuracy is the mean over an epoch's batches as they were trained on. Where only a sample of the data is at
hand, a row is given twice: after the notebook's epochs, and after about as many optimizer steps as the notebook took.
One run each, one seed. Seconds are from the start of a run to the reading, Keras / PyTorch, validation included; they
belong to the machine and to what else it was doing.
"""


def page(runs: Mapping[str, Run]) -> str:
    """Markdown from the stored runs, by figure and framework."""
    rows = [row for figure in FIGURES for row in _rows(figure, runs)]
    lines = [_line(COLUMNS), _line("---" for _ in COLUMNS), *map(_line, rows)]
    gaps = [textwrap.fill(f"- `{name}`: {why}", WIDTH, subsequent_indent="  ") for name, why in GAPS.items()]
    return "\n".join([INTRODUCTION, *lines, "", "## Gaps", "", *gaps, "", _versions(runs), ""])


def _rows(figure: Figure, runs: Mapping[str, Run]) -> Iterator[list[str]]:
    """One row a reading."""
    found = {framework: runs.get(f"{figure.id}/{framework}") for framework in FRAMEWORKS}
    done = [run for run in found.values() if run]
    rows = min((run["rows"] for run in done), default=figure.original_rows)
    data = " and ".join(dict.fromkeys(_data(run) for run in done)) or "not trained yet"
    for place, reading in enumerate(all_readings(figure, rows)):
        by_steps = place >= len(figure.readings)
        yield [
            f"`{figure.id}`, {METRICS[reading.metric]} after epoch {reading.epoch}"
            + (" (the notebook's number of steps)" if by_steps else ""),
            _shown(reading.original, digits=2),
            *(_shown(_value(run, reading), digits=3) for run in found.values()),
            SAME_AS_ABOVE if place else protocol(figure),
            SAME_AS_ABOVE if place else data,
            " / ".join(_seconds(run, reading) for run in found.values()),
        ]


def _data(run: Run) -> str:
    validation = f", {run['valid_rows']:,} to validate" if run["valid_rows"] else ""
    return f"{run['source']}: {run['rows']:,} rows{validation}"


def _value(run: Run | None, reading: Reading) -> float | str | None:
    if run is None or len(run["curve"]) < reading.epoch:
        return None
    if reading.metric == "predictions":
        return ", ".join(str(symbol + 1) for symbol in run["predictions"])
    return round(run["curve"][reading.epoch - 1][reading.metric], 3)


def _seconds(run: Run | None, reading: Reading) -> str:
    return NOTHING if _value(run, reading) is None else f"{run['curve'][reading.epoch - 1]['seconds']:.0f}"


def _shown(value: float | str | None, *, digits: int) -> str:
    """A share with at least so many digits."""
    if value is None:
        return NOTHING
    return value if isinstance(value, str) else f"{value:.4g}".removeprefix("0").ljust(digits + 1, "0")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _versions(runs: Mapping[str, Run]) -> str:
    used = {f"{package} {number}" for run in runs.values() for package, number in run["versions"].items()}
    return f"Trained with {', '.join(sorted(used))}."
