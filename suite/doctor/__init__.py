"""What this machine offers, what grading will use of it and why, and how to get the rest.

Facts come from the files and programs that the arguments name, and from trying the sandboxes; nothing is changed and
no framework is imported. The command `suite doctor` shows the result. Public: `examine`, `MachineReport`, `Finding`,
`Status`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from suite.doctor.capacity import count_jobs, judge_cores, judge_memory, read_cores, read_memory
from suite.doctor.cgroups import judge_cgroups, read_cgroups
from suite.doctor.datasets import judge_datasets, sources
from suite.doctor.devices import judge_gpus, judge_processor, read_gpus, read_processor
from suite.doctor.diagnosis import Fact, Finding, MachineReport, Status
from suite.doctor.isolation import judge_filter, judge_sandboxes, judge_users, try_sandboxes
from suite.doctor.kernel import judge_user_namespaces, read_user_namespaces
from suite.doctor.packages import hidden_packages, judge_packages
from suite.doctor.programs import judge_browser, judge_bubblewrap
from suite.doctor.software import (
    installed_versions,
    judge_libraries,
    judge_python,
    judge_runtimes,
    judge_system,
    usable_runtimes,
)
from suite.sandbox import Sandbox, all_sandboxes
from suite.sandbox.system_calls import compile_filter
from suite.sandbox.users import spare_ids

__all__ = ["Fact", "Finding", "MachineReport", "Status", "examine"]


def examine(
    environment: Mapping[str, str],
    submission_mib: int,
    *,
    root: Path = Path("/"),
    sandboxes: Sequence[Sandbox] | None = None,
    versions: Mapping[str, str] | None = None,
) -> MachineReport:
    """Look at everything that grading depends on.

    `environment` gives PATH, HOME and SUITE_DATA_DIR, `submission_mib` the memory that one submission may use, and
    `root` the folder that holds proc, sys and dev. `versions` are those of the installed libraries, by default those
    of this interpreter.
    """
    versions = installed_versions() if versions is None else versions
    cgroups = read_cgroups(root)
    cores, memory = read_cores(cgroups.cpu_quota), read_memory(cgroups.memory_limit_bytes)
    jobs = count_jobs(cores, memory, submission_mib)
    trials = try_sandboxes(all_sandboxes() if sandboxes is None else sandboxes)
    search_path = environment.get("PATH", "")
    datasets = tuple(judge_datasets(environment))
    findings = (
        judge_system(),
        judge_python(),
        judge_processor(read_processor(root)),
        judge_cores(cores),
        judge_memory(memory, submission_mib, jobs),
        judge_gpus(read_gpus(root, search_path)),
        judge_user_namespaces(read_user_namespaces(root, search_path)),
        judge_cgroups(cgroups),
        judge_bubblewrap(search_path),
        judge_filter(compile_filter()),
        judge_users(spare_ids()),
        *judge_sandboxes(trials),
        *judge_runtimes(versions),
        judge_libraries(versions),
        judge_packages(hidden_packages()),
        *datasets,
        judge_browser(search_path),
    )
    return MachineReport(
        findings=findings,
        sandbox=next((trial.name for trial in trials if not trial.reason), None),
        refused=tuple(trial.name for trial in takewhile(lambda trial: trial.reason, trials)),
        sources=sources(datasets),
        runtimes=usable_runtimes(versions),
        jobs=jobs,
    )
