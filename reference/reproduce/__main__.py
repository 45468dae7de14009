"""Train again what the notebooks reported: `python -m reference.reproduce`, from the root of the repository.

Each run is stored as it ends, in `reports/reproduce.json`; a second start does what is missing. The page
`docs/reproduction.md` is written from what is stored.
"""

from __future__ import annotations

import importlib
import math
import os
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from reference.reproduce.examples import Examples, load
from reference.reproduce.protocols import FIGURES, FRAMEWORKS, Figure, Framework, epochs, protocol
from reference.reproduce.store import Run, Store
from reference.reproduce.table import page
from reference.reproduce.watch import Watch, progress_bar

ROOT = Path(__file__).parents[2]
STORE = ROOT / "reports" / "reproduce.json"
PAGE = ROOT / "docs" / "reproduction.md"
PACKAGES: dict[Framework, tuple[str, ...]] = {"keras": ("keras", "tensorflow"), "torch": ("torch",)}


@click.command()
@click.option("--only", type=click.Choice([f.id for f in FIGURES]), multiple=True, help="This figure; repeatable.")
@click.option("--framework", type=click.Choice(list(FRAMEWORKS)), multiple=True, help="This framework; both without.")
@click.option("--fresh", is_flag=True, help="Train what is stored, too.")
@click.option("--data", type=click.Path(exists=True, file_okay=False), help="Folder of data sets, as SUITE_DATA_DIR.")
def main(only: tuple[str, ...], framework: tuple[Framework, ...], data: str | None, *, fresh: bool) -> None:
    """Train the notebooks' headline figures in Keras and PyTorch, and write docs/reproduction.md."""
    environment = os.environ | ({"SUITE_DATA_DIR": data} if data else {})
    store, console = Store(STORE), Console(stderr=True)
    wanted = [figure for figure in FIGURES if not only or figure.id in only]
    try:
        with progress_bar() as progress:
            for figure in wanted:
                _reproduce(figure, framework or tuple(FRAMEWORKS), environment, store, progress, fresh=fresh)
    except KeyboardInterrupt:
        console.print("Stopped; the run in progress is lost, the others are stored. Start again to go on.")
        raise SystemExit(130) from None
    PAGE.write_text(page(store.runs()), encoding="utf-8")
    console.print(f"Wrote {PAGE.relative_to(ROOT)}")


def _reproduce(  # noqa: PLR0913 - what a run needs
    figure: Figure,
    frameworks: tuple[Framework, ...],
    environment: Mapping[str, str],
    store: Store,
    progress: Progress,
    *,
    fresh: bool,
) -> None:
    """Train a figure where no run under the same protocol, on the same data, is stored."""
    examples = load(figure, environment)
    for framework in frameworks:
        stored = store.run(figure.id, framework)
        if fresh or not stored or not _same(stored, figure, examples):
            store.keep(_train(figure, framework, examples, progress))


def _same(stored: Run, figure: Figure, examples: Examples) -> bool:
    """Whether a stored run is what training now would repeat; the reference itself isn't looked at."""
    seen = (stored["protocol"], stored["source"], stored["rows"], len(stored["curve"]))
    rows = len(examples.y)
    return seen == (protocol(figure), examples.source, rows, epochs(figure, rows))


def _train(figure: Figure, framework: Framework, examples: Examples, progress: Progress) -> Run:
    count = epochs(figure, len(examples.y))
    train = importlib.import_module(f"reference.reproduce.train_{framework}").train
    watch = Watch(
        progress,
        f"{figure.id} · {FRAMEWORKS[framework]}",
        epochs=count,
        steps=math.ceil(len(examples.y) / figure.batch),
        clock=time.monotonic,
    )
    predictions = train(figure, examples, count, watch)
    return {
        "figure": figure.id,
        "framework": framework,
        "protocol": protocol(figure),
        "source": examples.source,
        "rows": len(examples.y),
        "valid_rows": None if examples.valid_y is None else len(examples.valid_y),
        "versions": {package: version(package) for package in PACKAGES[framework]},
        "curve": watch.curve,
        "predictions": predictions,
    }


if __name__ == "__main__":
    main()
