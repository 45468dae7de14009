"""The reference's layers beside the submission's, as boxes from input to output; the first difference is marked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from suite.pages.drawing import drawing, element
from suite.records import Evidence, Layer, LayerComparison, ProofStatus
from suite.text.quotes import quote

WIDTH, BOX, GAP = 400.0, 168.0, 64.0
ROW, TALL, TOP = 52.0, 40.0, 26.0
MOST = 40  # layers of a picture; the table beside it has more
LETTERS = 22


def draw_layers(comparison: LayerComparison, first: int | None, heads: Sequence[str], title: str, said: str) -> Markup:
    """Two columns with these heads; `first` is the row that differs first, `said` says so in words."""
    rows = comparison.rows[:MOST]
    parts: list[Markup] = []
    for side, head in enumerate(heads):
        middle = _left(side) + BOX / 2
        parts.append(element("text", head, class_="name middle", x=middle, y=14))
    for number, pair in enumerate(rows):
        y = TOP + number * ROW
        kind = "differs" if number == first else "after" if first is not None and number > first else "same"
        for side, layer in enumerate(pair):
            parts += _box(layer, side, y, kind, more=number + 1 < len(rows))
        sign = {"differs": "≠", "same": "=", "after": "·"}[kind]
        parts.append(element("text", sign, class_=f"sign {kind} middle", x=WIDTH / 2, y=y + TALL / 2 + 7))
    return drawing(WIDTH, TOP + len(rows) * ROW, *parts, title=title, description=said, class_="stack")


def first_difference(comparison: LayerComparison, evidence: Evidence | None) -> int | None:
    """The first row that differs in counts or shapes, else the first layer that computes something else."""
    if comparison.proof_status is ProofStatus.PROVED:
        return None
    for number, pair in enumerate(comparison.rows):
        if not is_same(*pair):
            return number
    if evidence is None or comparison.place is None:
        return None
    proof = evidence.model_at(comparison.place).find_proof(comparison.task, comparison.model)
    return proof.layer - 1 if proof and proof.layer and proof.layer <= len(comparison.rows) else None


def is_same(one: Layer | None, other: Layer | None) -> bool:
    """Whether two layers have the same counts and shapes."""
    if one is None or other is None:
        return False
    return one.counted == other.counted and one.output_shape == other.output_shape


def _left(side: int) -> float:
    return side * (BOX + GAP)


def _box(layer: Layer | None, side: int, y: float, kind: str, *, more: bool) -> list[Markup]:
    x, middle = _left(side), _left(side) + BOX / 2
    absent = "" if layer else " absent"
    parts = [element("rect", class_=f"box {kind}{absent}", x=x, y=y, width=BOX, height=TALL, rx=6)]
    if more:
        parts.append(element("line", class_="flow", x1=middle, x2=middle, y1=y + TALL, y2=y + ROW))
    if layer is None:
        return [*parts, element("text", "–", class_="middle", x=middle, y=y + TALL / 2 + 4)]
    shape = "?" if layer.output_shape is None else "×".join(str(size) for size in layer.output_shape[1:])
    parts.append(element("text", _name(layer), class_="name middle", x=middle, y=y + 17))
    parts.append(element("text", f"{shape} · {layer.counted}"[: LETTERS + 4], class_="middle", x=middle, y=y + 33))
    return parts


def _name(layer: Layer) -> str:
    """Its class, if that is a word of code and no sentence."""
    part = quote(layer.kind)
    return part.text[:LETTERS] if part.is_name else "?"
