"""What `--json` writes of a verification, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from suite import __version__
from suite.authoring.verify.judgement import JudgedCase
from suite.authoring.verify.rounds import Verification

SCHEMA_VERSION = 1


def as_document(verification: Verification, *, sandbox: str, seconds: float) -> dict[str, Any]:
    """Plain JSON; shares are of a check's points in one task."""
    return {
        "schema_version": SCHEMA_VERSION,
        "suite": __version__,
        "assignment": verification.assignment,
        "passed": verification.passed,
        "repetitions": verification.repetitions,
        "sandbox": sandbox,
        "seconds": round(seconds, 1),
        "flake_limit": verification.flake_limit,
        "flakes": {
            flake.check: {"verdicts": flake.verdicts, "differing": flake.differing, "rate": round(flake.rate, 4)}
            for flake in verification.flakes
        },
        "cases": [_case(judged) for judged in verification.cases],
    }


def _case(judged: JudgedCase) -> dict[str, Any]:
    """One case: expected and observed losses, and what is wrong about them."""
    lost: dict[str, dict[str, float]] = {}
    for (task, check), share in judged.lost.items():
        if share:
            lost.setdefault(task, {})[check] = round(share, 4)
    return {
        "name": judged.case.name,
        "kind": judged.case.kind,
        "source": judged.case.submission.source,
        "tasks": list(judged.case.tasks),
        "expected": judged.case.loses,
        "lost": lost,
        "findings": [asdict(finding) for finding in judged.findings],
    }
