"""Turns a benchmark file's `machine_info` into a fingerprint, and says how two machines differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from suite.tracking.history.records import Machine

DIGITS = 12


class CpuInfo(BaseModel):
    """What pytest-benchmark stores from py-cpuinfo."""

    model_config = ConfigDict(extra="ignore")
    brand_raw: str = ""
    count: int = 0
    family: int | None = None
    model: int | None = None
    stepping: int | None = None


class SuiteInfo(BaseModel):
    """What `suite.doctor.fingerprint.read_fingerprint` adds, under the key `suite`."""

    model_config = ConfigDict(extra="ignore")
    cpu_model: str = ""
    cores: int = 0
    frequency_policy: str = ""
    frameworks: dict[str, str] = Field(default_factory=dict)
    blas: list[str] = Field(default_factory=list)
    gpus: list[str] = Field(default_factory=list)
    driver: str = ""


class MachineInfo(BaseModel):
    """pytest-benchmark's `machine_info`."""

    model_config = ConfigDict(extra="ignore")
    machine: str = ""
    processor: str = ""
    system: str = ""
    release: str = ""
    python_implementation: str = ""
    python_version: str = ""
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
    """What is different, field by field."""
    before, after = asdict(one), asdict(other)
    return tuple(
        f"{name.replace('_', ' ')}: {_show(before[name])} → {_show(after[name])}"
        for name in before
        if name not in ("hardware", "fingerprint") and before[name] != after[name]
    )


def _steppings(cpu: CpuInfo) -> dict[str, int | None]:
    return {"family": cpu.family, "model": cpu.model, "stepping": cpu.stepping}


def _show(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {version}" for name, version in value.items()) or "none"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "none"
    return str(value) or "none"


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:DIGITS]
