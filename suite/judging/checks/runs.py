"""Check `runs`: does every cell run? Points in proportion to the cells that do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from suite.judging.checks.error_causes import ErrorCause
from suite.judging.checks.found_models import cell_number
from suite.judging.checks.interface import Check, CheckContext
from suite.records import CellOutcome, Outcome, Run, Text, Verdict, text
from suite.text.limits import exceeded

CELLS_SHOWN, NAMES_SHOWN = 12, 6


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict for the notebook as a whole."""
    run, errors = context.evidence.run, context.errors
    passed = sum(cell.outcome is Outcome.PASS for cell in run.cells)
    outcome, message = _explain(run, errors)
    if context.evidence.silent and outcome is Outcome.PASS:
        outcome, message = Outcome.ERROR, text("silent", reason=context.evidence.silent)
    return [
        Verdict(
            check="runs",
            task="",
            model="",
            outcome=outcome,
            points=max_points * passed / max(len(run.cells), 1),
            max_points=max_points,
            expected={"cells": len(run.cells)},
            observed={"cells": passed},
            message=message,
            details=tuple(said for error in errors for said in explain_error(run, error)),
        )
    ]


def _explain(run: Run, errors: Sequence[ErrorCause]) -> tuple[Outcome, Text]:
    """The outcome of the run and what went wrong: the first of the errors that stopped most cells."""
    if run.stopped is not None and run.stopped_as is not None:
        return run.stopped_as, run.stopped
    wrong = [cell for cell in run.cells if cell.outcome is not Outcome.PASS]
    if not wrong:
        return Outcome.PASS, text("runs_pass", cells=len(run.cells))
    if not errors:
        return wrong[0].outcome, explain_cell(run, wrong[0])
    worst = max(errors, key=lambda error: len(error.cells))
    return worst.cell.outcome, explain_cell(run, worst.cell)


def explain_error(run: Run, error: ErrorCause) -> Iterator[Text]:
    """What a cell raised, then which other cells stopped because of it, or in the same way."""
    yield explain_cell(run, error.cell)
    cause = cell_number(error.cell.index, run)
    if error.missing:
        names = ", ".join(error.lacking[:NAMES_SHOWN])
        cells = _numbers(run, error.missing)
        yield text("errors_followed", count=len(error.missing), cells=cells, cause=cause, names=names)
    if error.repeated:
        yield text("errors_repeated", count=len(error.repeated), cells=_numbers(run, error.repeated), cause=cause)


def _numbers(run: Run, cells: Sequence[CellOutcome]) -> str:
    """Numbers of code cells, the first ones if there are many."""
    shown = ", ".join(str(cell_number(cell.index, run)) for cell in cells[:CELLS_SHOWN])
    return f"{shown}, …" if len(cells) > CELLS_SHOWN else shown


def explain_cell(run: Run, cell: CellOutcome) -> Text:
    """What a cell that raised means; cells are numbered as Jupyter numbers their inputs."""
    number = cell_number(cell.index, run)
    if cell.outcome is Outcome.MISSING_DEPENDENCY:
        module = re.search(r"'([^']+)'", cell.error_message)
        name = (module[1] if module else cell.error_message)[:300]
        package = name.rpartition(".")[0]  # Python names the first module of a dotted name that isn't there
        if package:
            return text("missing_submodule", cell=number, module=name, package=package)
        return text("missing_module", cell=number, module=name)
    if cell.outcome is Outcome.LIMIT and (key := exceeded(cell.error_message)):
        return text(key, cell=number, name=cell.error_name)
    if cell.outcome is Outcome.MEMORY:
        return text("cell_memory", cell=number, name=cell.error_name)
    key = "cell_syntax" if cell.error_name in ("SyntaxError", "IndentationError", "TabError") else "cell_error"
    message = cell.error_message.strip()[:600]
    return text(key, cell=number, name=cell.error_name, message=message)


CHECK = Check(name="runs", judge=judge, values={"cells": "value_cells"})
