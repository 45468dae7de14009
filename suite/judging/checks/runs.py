"""Check `runs`: does every cell run? Points in proportion to the cells that do."""

from __future__ import annotations

import re

from suite.judging.checks.interface import Check, CheckContext
from suite.records import CellOutcome, Outcome, Run, Text, Verdict, text
from suite.text.limits import exceeded


def judge(context: CheckContext, max_points: float) -> list[Verdict]:
    """One verdict for the notebook as a whole."""
    run = context.evidence.run
    passed = sum(cell.outcome is Outcome.PASS for cell in run.cells)
    outcome, message = _explain(run)
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
            details=tuple(explain_cell(run, cell) for cell in run.cells if cell.error_name),
        )
    ]


def _explain(run: Run) -> tuple[Outcome, Text]:
    """The outcome of the run and the first thing that went wrong."""
    if run.stopped is not None and run.stopped_as is not None:
        return run.stopped_as, run.stopped
    wrong = [cell for cell in run.cells if cell.outcome is not Outcome.PASS]
    if not wrong:
        return Outcome.PASS, text("runs_pass", cells=len(run.cells))
    return wrong[0].outcome, explain_cell(run, wrong[0])


def explain_cell(run: Run, cell: CellOutcome) -> Text:
    """What a cell that raised means; cells are numbered as Jupyter numbers their inputs."""
    number = run.cells.index(cell) + 1
    if cell.outcome is Outcome.MISSING_DEPENDENCY:
        module = re.search(r"'([^']+)'", cell.error_message)
        return text("missing_module", cell=number, module=module[1] if module else cell.error_message)
    if cell.outcome is Outcome.LIMIT and (key := exceeded(cell.error_message)):
        return text(key, cell=number, name=cell.error_name)
    if cell.outcome is Outcome.MEMORY:
        return text("cell_memory", cell=number, name=cell.error_name)
    key = "cell_syntax" if cell.error_name in ("SyntaxError", "IndentationError", "TabError") else "cell_error"
    message = cell.error_message.strip()[:600]
    return text(key, cell=number, name=cell.error_name, message=message)


CHECK = Check(name="runs", judge=judge, values={"cells": "value_cells"})
