"""What another machine has to know of a class to run its submissions: the assignment's files, and how they are run.

It is sent as content, so nothing of the class has to lie on the other machine but the suite and the data sets.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from suite import assignments
from suite.assignments import Budget
from suite.grading.evidence_source import EvidenceSource, open_source
from suite.grading.plan import GradingPlan
from suite.sandbox import choose
from suite.temporary import open_temporary


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A class without its submissions."""

    assignment: str
    """Its name."""
    archive: bytes
    """Its folder, as a zip."""
    budget: Budget
    sandbox: str
    """Name of the sandbox that every submission runs in."""
    seed: int
    probe_seed: int | None
    proving: bool
    names: tuple[str, ...] | None
    about: tuple[str, ...]
    """What evidence depends on, on the machine that sends this."""

    @property
    def digest(self) -> str:
        """Names the class; two that are equal have the same."""
        rest = (self.assignment, self.budget, self.sandbox, self.seed, self.probe_seed, self.proving, self.names)
        return hashlib.sha256(self.archive + repr((rest, self.about)).encode()).hexdigest()[:32]


def pack(source: EvidenceSource) -> Shipment:
    """What is sent of a class."""
    plan = source.plan
    folder = plan.assignment.folder
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(f"{plan.assignment.name}/{path.relative_to(folder).as_posix()}")
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return Shipment(
        assignment=plan.assignment.name,
        archive=content.getvalue(),
        budget=plan.budget,
        sandbox=plan.sandbox.name,
        seed=plan.seed,
        probe_seed=plan.probe_seed,
        proving=plan.proving,
        names=plan.names,
        about=source.about,
    )


@contextmanager
def unpack(shipment: Shipment) -> Iterator[EvidenceSource]:
    """What runs submissions of that class on this machine; it stores nothing.

    `UsageError` if this machine hasn't what it needs for that.
    """
    sandbox, _ = choose(shipment.sandbox)
    with open_temporary("class") as folder:
        zipfile.ZipFile(io.BytesIO(shipment.archive)).extractall(folder)
        plan = GradingPlan(
            assignment=assignments.load(shipment.assignment, folder),
            budget=shipment.budget,
            sandbox=sandbox,
            jobs=1,
            environment=os.environ,
            store=None,
            seed=shipment.seed,
            probe_seed=shipment.probe_seed,
            proving=shipment.proving,
            names=shipment.names,
        )
        with open_source(plan) as source:
            yield source
