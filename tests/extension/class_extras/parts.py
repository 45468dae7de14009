"""Parts that the entry points of this package name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from suite.data import Dataset, TrainTestSet
from suite.data.dataset import DatasetPart, Parts
from suite.exporting import Export
from suite.grading.downloads.interface import Handed, ImportFormat, Layout, Piece, Tree, join, layout_of
from suite.judging.checks import Check, CheckContext
from suite.judging.diagnoses import Cause, DiagnosisContext, FoundCause
from suite.records import Identity, Outcome, Report, Verdict, text
from suite.text.language import say

PIXELS = (32, 32, 3)


def _judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """Full points where the notebook holds as many words of explanation as the assignment asks for."""
    asked = context.options["words"]
    cells = json.loads(context.evidence.run.notebook)["cells"]
    words = sum(len("".join(cell["source"]).split()) for cell in cells if cell["cell_type"] == "markdown")
    passed = words >= asked
    return [
        Verdict(
            check="explained",
            task="",
            model="",
            outcome=Outcome.PASS if passed else Outcome.FAIL,
            points=max_points if passed else 0.0,
            max_points=max_points,
            expected=asked,
            observed=words,
            message=text("explained_enough" if passed else "explained_little", words=words, asked=asked),
        )
    ]


def _no_seed(context: DiagnosisContext) -> Iterator[FoundCause]:
    """No seed is set anywhere."""
    if context.cells and not context.mentions("seed"):
        yield FoundCause(cell=None, message=text("cause_no_seed"), explains="style")


def _colours() -> Parts:
    """Plain colours and their numbers."""
    labels = np.arange(30) % 3
    images = np.zeros((30, *PIXELS), np.uint8)
    images[np.arange(30), :, :, labels] = 255
    columns = {"x": images, "y": labels[:, None].astype(np.uint8)}
    return {
        "train": {name: column[:20] for name, column in columns.items()},
        "test": {name: column[20:] for name, column in columns.items()},
    }


def _as_set(train: DatasetPart, held_out: DatasetPart) -> TrainTestSet:
    return TrainTestSet(
        kind="classes",
        inputs=train["x"],
        targets=train["y"][:, 0].astype(np.int64),
        held_out_inputs=held_out["x"],
        held_out_targets=held_out["y"][:, 0].astype(np.int64),
        scaled_by_model=True,
    )


def write_markdown(report: Report, folder: Path) -> None:
    """A table for a wiki."""
    lines = [f"| {result.submission} | {result.score} | {say(result.summary, 'en')} |" for result in report.results]
    (folder / "grades.md").write_text("\n".join(["| who | score | why |", "|---|---|---|", *lines]), "utf-8")


EXPLAINED = Check(name="explained", judge=_judge, options=frozenset({"words"}))
CAUSES = (Cause(name="no_seed", rank=500, recognise=_no_seed),)
COLOURS = Dataset(
    name="colours",
    folder="colours",
    read=lambda _folder: {},
    stand_in=_colours,
    inputs="x",
    targets="y",
    loaders={"keras.datasets": "cifar10"},
    reads="images",
    as_set=_as_set,
)
MESSAGES = {
    "check_explained": {"en": "Explained", "es": "Explicado"},
    "explained_enough": {"en": "{words} words explain it.", "es": "Lo explican {words} palabras."},
    "explained_little": {
        "en": "{words} words explain it; write at least {asked}.",
        "es": "Lo explican {words} palabras; escribe al menos {asked}.",
    },
    "cause_no_seed": {
        "en": "No seed is set, so that every run differs. Call keras.utils.set_random_seed(0) first.",
        "es": "No se fija ninguna semilla, y cada ejecución difiere. Llama antes a keras.utils.set_random_seed(0).",
    },
}


def _find_mail(tree: Tree, place: str) -> Layout | None:
    """Folders called by the address from which work came."""
    mails = [node.name for node in tree.children(place) if node.folder and "@" in node.name]
    return layout_of((_as_handed(join(place, name), name) for name in mails), place)


def _as_handed(place: str, mail: str) -> Handed:
    name = mail.partition("@")[0]
    return Handed(identity=Identity(email=mail), label=name, place=place, parts=(Piece(place=place),))


MAILBOX = ImportFormat(title="a mailbox", find=_find_mail, shape="name@example.org/")


def export_lines(export: Export) -> None:
    """A line for each submission."""
    export.put("lines.txt", "".join(f"{each.submission} {each.score}\n" for each in export.graded.results))
