"""Sandboxes: where a submission's notebook runs and answers questions.

A sandbox's own failure raises `SandboxError`; a submission's failure is part of the `Evidence`. Public: `choose`,
`observe`, `Job`, `SANDBOXES`; `Oracles`, `Prover` and `recognise` for the functional proof, `Gauge`, `draw_fresh`,
`draw_course` and `score` for accuracy, `run_duels`, `Course` and `Target` for timings.
"""

from suite.errors import UsageError
from suite.sandbox.alone import recognise
from suite.sandbox.bubblewrap import Bubblewrap
from suite.sandbox.course import Course, Target
from suite.sandbox.duel import run_duels
from suite.sandbox.fresh import draw_fresh
from suite.sandbox.gauge import Gauge
from suite.sandbox.interface import Sandbox
from suite.sandbox.job import Job
from suite.sandbox.namespaces import Namespaces
from suite.sandbox.observe import observe
from suite.sandbox.oracles import Oracles
from suite.sandbox.process import PlainProcess
from suite.sandbox.prove import Prover
from suite.sandbox.question import Prove
from suite.sandbox.school import draw_course, score

SANDBOXES: tuple[Sandbox, ...] = (Namespaces(), Bubblewrap(), PlainProcess())
"""Strongest first."""


def choose(name: str) -> tuple[Sandbox, tuple[str, ...]]:
    """Return the sandbox called `name`, or with "auto" the strongest to be had, and why stronger ones weren't taken."""
    refused: list[str] = []
    for sandbox in SANDBOXES:
        if name not in ("auto", sandbox.name):
            continue
        reason = sandbox.unavailable()
        if not reason:
            return sandbox, tuple(refused)
        refused.append(f"{sandbox.name}: {reason}")
    known = ", ".join(sandbox.name for sandbox in SANDBOXES)
    raise UsageError("; ".join(refused) or f"no sandbox is called {name!r}; known: auto, {known}")


__all__ = [
    "SANDBOXES",
    "Course",
    "Gauge",
    "Job",
    "Oracles",
    "Prove",
    "Prover",
    "Sandbox",
    "Target",
    "choose",
    "draw_course",
    "draw_fresh",
    "observe",
    "recognise",
    "run_duels",
    "score",
]
