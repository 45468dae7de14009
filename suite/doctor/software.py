"""The system, Python and the frameworks; versions come from package metadata, and nothing is imported."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib import metadata

from suite.doctor.diagnosis import Finding, Status
from suite.doctor.packages import hidden_packages, plain_name
from suite.frameworks import all_runtimes, framework_of_runtime
from suite.records import text

LIBRARIES = ("numpy", "pandas", "matplotlib", "tqdm", "torchvision", "torchmetrics", "torchsummary")
OTHER_NAMES = {"tensorflow": ("tensorflow-cpu", "tf-nightly")}


def installed_versions() -> dict[str, str]:
    """Versions of the libraries that notebooks import and that submissions are shown of this interpreter."""
    names = dict.fromkeys([*(name for runtime in all_runtimes().values() for name in runtime.needs), *LIBRARIES])
    found = {name: _version(name) for name in names}
    return {name: version for name, version in found.items() if version is not None}


def usable_runtimes(versions: Mapping[str, str]) -> tuple[str, ...]:
    """Runtimes whose packages are all installed."""
    return tuple(name for name, runtime in all_runtimes().items() if set(runtime.needs) <= versions.keys())


def judge_system() -> Finding:
    """The operating system; isolation needs Linux, elsewhere only the sandbox `process` works."""
    system = platform.uname()
    linux = system.system == "Linux"
    said = text("doctor_system_seen", name=_distribution() or system.system, kernel=system.release, cpu=system.machine)
    return Finding(
        name="system",
        area="machine",
        title=text("doctor_system"),
        status=Status.GOOD if linux else Status.WEAK,
        said=(said,),
        remedies=() if linux else (text("doctor_get_linux"),),
        facts={"system": system.system, "distribution": _distribution(), "kernel": system.release},
    )


def judge_python() -> Finding:
    """The Python interpreter, which submissions use too."""
    seen = f"{platform.python_implementation()} {platform.python_version()}"
    return Finding(
        name="python",
        area="machine",
        title=text("doctor_plain", what="Python"),
        status=Status.GOOD,
        said=(text("doctor_plain", what=seen),),
        facts={"version": platform.python_version(), "implementation": platform.python_implementation()},
    )


def judge_runtimes(versions: Mapping[str, str]) -> Iterator[Finding]:
    """One finding per runtime; grading needs at least one."""
    usable = usable_runtimes(versions)
    for runtime, needed in ((name, known.needs) for name, known in all_runtimes().items()):
        there = runtime in usable
        absent = ", ".join(name for name in needed if name not in versions)
        seen = ", ".join(f"{name} {versions[name]}" for name in needed if name in versions)
        lack = Status.WEAK if usable else Status.MISSING
        yield Finding(
            name=f"runtime_{runtime}",
            area="frameworks",
            title=text("doctor_plain", what=runtime),
            status=Status.GOOD if there else lack,
            said=(text("doctor_plain", what=seen),) if there else (text("doctor_not_installed", names=absent),),
            remedies=() if there else (text("doctor_get_framework", extra=framework_of_runtime(runtime).extra),),
            facts={name: versions.get(name) for name in needed},
        )


def judge_libraries(versions: Mapping[str, str]) -> Finding:
    """Other libraries that notebooks often import."""
    absent = [name for name in LIBRARIES if name not in versions]
    seen = ", ".join(f"{name} {versions[name]}" for name in LIBRARIES if name in versions)
    lack = (text("doctor_not_installed", names=", ".join(absent)),) if absent else ()
    return Finding(
        name="libraries",
        area="frameworks",
        title=text("doctor_libraries"),
        status=Status.NOTE if absent else Status.GOOD,
        said=((text("doctor_plain", what=f"{seen}."),) if seen else ()) + lack,
        remedies=(text("doctor_get_libraries", names=" ".join(absent)),) if absent else (),
        facts={name: versions.get(name) for name in LIBRARIES},
    )


def _version(name: str) -> str | None:
    """Version of a package under any of its names; `None` if it isn't installed where submissions see it."""
    for known_as in (name, *OTHER_NAMES.get(name, ())):
        if plain_name(known_as) in hidden_packages():
            continue
        try:
            return metadata.version(known_as)
        except metadata.PackageNotFoundError:
            continue
    return None


def _distribution() -> str | None:
    """Name and version of a Linux distribution."""
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME")
    except OSError:
        return None
