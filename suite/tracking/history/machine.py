"""Turns a benchmark file's `machine_info` into a fingerprint, and says how two machines differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from suite.tracking.history.fields import Plain
from suite.tracking.history.records import Machine

DIGITS = 12
NAMES = {"system": "system and kernel"}
"""Fields whose own names say too little."""


class CpuInfo(BaseModel):
    """What pytest-benchmark stores from py-cpuinfo."""

    model_config = ConfigDict(extra="ignore")
    brand_raw: Plain = ""
    count: int = 0
    family: int | None = None
    model: int | None = None
    stepping: int | None = None


class SuiteInfo(BaseModel):
    """What `suite.doctor.fingerprint.read_fingerprint` adds, under the key `suite`."""

    model_config = ConfigDict(extra="ignore")
    cpu_model: Plain = ""
    cores: int = 0
    frequency_policy: Plain = ""
    frameworks: dict[Plain, Plain] = Field(default_factory=dict)
    blas: list[Plain] = Field(default_factory=list)
    gpus: list[Plain] = Field(default_factory=list)
    driver: Plain = ""


class MachineInfo(BaseModel):
    """pytest-benchmark's `machine_info`."""

    model_config = ConfigDict(extra="ignore")
    machine: Plain = ""
    processor: Plain = ""
    system: Plain = ""
    release: Plain = ""
    python_implementation: Plain = ""
    python_version: Plain = ""
    cpu: CpuInfo = Field(default_factory=CpuInfo)
    suite: SuiteInfo = Field(default_factory=SuiteInfo)


def as_machine(info: MachineInfo) -> Machine:
    """The `Machine`, with its two hashes."""
    cpu, ours = info.cpu, info.suite
    name = ours.cpu_model or cpu.brand_raw or info.processor or info.machine or "unknown processor"
    details = [f"{word} {value}" for word, value in _steppings(cpu).items() if value is not None]
    return build_machine(
        cpu=f"{name} ({', '.join(details)})" if details else name,
        cores=ours.cores or cpu.count,
        gpus=tuple(ours.gpus),
        driver=ours.driver,
        frequency_policy=ours.frequency_policy,
        system=f"{info.system} {info.release}".strip(),
        python=f"{info.python_implementation} {info.python_version}".strip(),
        frameworks=dict(sorted(ours.frameworks.items())),
        blas=tuple(ours.blas),
    )


def build_machine(**fields: Any) -> Machine:
    """A machine from its fields, from which the hashes are computed."""
    hardware = _digest({name: fields[name] for name in ("cpu", "cores", "gpus")})
    return Machine(**fields, hardware=hardware, fingerprint=_digest(fields))


def describe(machine: Machine) -> str:
    """One line for a person."""
    return f"{machine.fingerprint} ({machine.cpu}, {machine.cores} cores{''.join(f', {gpu}' for gpu in machine.gpus)})"


def differences(one: Machine, other: Machine) -> tuple[str, ...]:
    """What is different, field by field; of versions, those that are."""
    before, after = asdict(one), asdict(other)
    return tuple(
        f"{NAMES.get(name, name.replace('_', ' '))}: {_show_change(before[name], after[name])}"
        for name in before
        if name not in ("hardware", "fingerprint") and before[name] != after[name]
    )


def _steppings(cpu: CpuInfo) -> dict[str, int | None]:
    return {"family": cpu.family, "model": cpu.model, "stepping": cpu.stepping}


def _show_change(before: Any, after: Any) -> str:
    if isinstance(before, Mapping):
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return ", ".join(_show_version(name, before.get(name), after.get(name)) for name in names)
    return f"{_show(before)} → {_show(after)}"


def _show_version(name: str, before: str | None, after: str | None) -> str:
    old, new = (f"{name} {version}" if version else "none" for version in (before, after))
    return f"{old} → {new}"


def _show(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "none"
    return str(value) or "none"


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:DIGITS]
