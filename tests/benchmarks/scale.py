"""How grading grows: a generated class of two sizes through each engine, graded again, and graded after kills.

    python -m tests.benchmarks.scale [--small 50] [--large 1000] [--engines local,shards,dask] [--kills 1] [--often 20]

For each engine and size: submissions a minute, the most memory that the command itself held, and the seconds of
a second run and of one after a check has changed, which judge stored evidence. Then the small class again for
each process that may be killed in the middle, and the large one with the command killed again and again at random
moments: the marks have to be those of an undisturbed run, and what was finished isn't made again. Exit code 1 if
anything isn't so. The scheduler of `--engine dask` lives in the command's own process; one apart is killed in
`tests/grading/engines`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.benchmarks.generated_class import write_class
from tests.conftest import ROOT
from tests.grading.engines.engines import ENGINES, EngineUnderTest, kill_group, start, wait_for_evidence, workers
from tests.grading.marks import points

MIB = 1 << 20
LOOK_SECONDS = 0.1
MOST_GROWTH = 1.2  # of the command's memory between the two sizes
MOST_AGAIN_SECONDS = 10.0  # of a second run of an unchanged class, for a thousand submissions
MOST_SECONDS_ALIVE = 60.0  # of a command that is killed at a random moment
PATIENCE_SECONDS = 24 * 3600


@dataclass(slots=True, kw_only=True)
class Bench:
    """Where classes lie, and what was found to be wrong."""

    base: Path
    jobs: int
    faults: list[str] = field(default_factory=list)

    def papers(self, size: int) -> Path:
        """The class of that size."""
        folder = self.base / f"class{size}"
        if not folder.exists():
            write_class(folder, size)
        return folder

    def commands(self, engine: EngineUnderTest, size: int, place: str) -> list[list[str]]:
        """Those that grade the class of that size into a folder of that name."""
        (self.base / place).mkdir(exist_ok=True)
        root = ["--assignments", str(ROOT / "reference")]
        found = engine.commands(self.papers(size), self.base / place)
        found = [[str(self.jobs) if before == "--jobs" else word for before, word in _pairs(each)] for each in found]
        return [[*each, *root] for each in found]

    def compare(self, place: str, undisturbed: str, lost: Collection[Path]) -> bool:
        """Whether the marks are those of a class without kills; what isn't so, and what was lost, are faults."""
        same = points(self.base / place / "report") == points(self.base / undisturbed / "report")
        self.faults += [f"{place}: {len(lost)} finished ones were lost or made again"] if lost else []
        self.faults += [] if same else [f"{place}: the marks are others than undisturbed"]
        return same


@dataclass(frozen=True, slots=True)
class Cost:
    """What running commands took."""

    seconds: float
    mib: float
    """The most that the command's own process held."""


def measure(bench: Bench, engine: EngineUnderTest, size: int) -> Cost:
    """Grade a class three times, print what each took, and return the first."""
    place = f"{engine.name}{size}"
    commands = bench.commands(engine, size, place)
    first = _run(commands, bench.base / f"{place}.log")
    report = points(bench.base / place / "report")
    again = _run(commands, bench.base / f"{place}.log")
    bench.faults += (
        [] if points(bench.base / place / "report") == report else [f"{place}: the second run's marks differ"]
    )
    if again.seconds > MOST_AGAIN_SECONDS * max(1, size / 1000):
        bench.faults.append(f"{place}: the second run took {again.seconds:.1f} s")
    changed = _run(commands, bench.base / f"{place}.log", cwd=_with_changed_check(bench.base))
    print(
        f"{engine.name:7} {size:6}  {60 * size / first.seconds:7.1f} a minute  {first.seconds:8.1f} s  "
        f"{first.mib:6.0f} MiB  again {again.seconds:6.1f} s  a check changed {changed.seconds:6.1f} s",
        flush=True,
    )
    return first


def recover(bench: Bench, engine: EngineUnderTest, size: int, number: int) -> None:
    """Kill each kind of process once in the middle of a class, and see what is lost, made twice or marked otherwise."""
    undisturbed = f"{engine.name}{size}"
    for victim, find in VICTIMS.items():
        if victim == "worker" and engine.name != "dask":
            continue
        place = f"{engine.name}-{victim}{number}"
        commands = bench.commands(engine, size, place)
        store = bench.base / place / engine.store
        grader = start(commands[0], bench.base / f"{place}.log")
        wait_for_evidence(store, random.Random(number).randrange(1, max(2, size // 3)), grader)
        for process in find(grader)[:1]:
            with suppress(psutil.Error):
                process.kill()
        if victim == "host":
            kill_group(grader)
        grader.wait(PATIENCE_SECONDS)
        finished = _finished(store)
        _run(commands, bench.base / f"{place}.log")
        same = bench.compare(place, undisturbed, _lost(finished))
        print(f"{engine.name:7} {size:6}  {victim} killed, {len(finished)} finished; the marks are the same: {same}")


def kill_often(bench: Bench, engine: EngineUnderTest, size: int, kills: int) -> None:
    """Kill the command at random moments of one class, begin it anew each time, and see the same."""
    undisturbed = f"{engine.name}{size}"
    place, draw = f"{engine.name}-often", random.Random(0)
    commands = bench.commands(engine, size, place)
    store, finished, lost = bench.base / place / engine.store, dict[Path, int](), set[Path]()
    for _ in range(kills):
        grader = start(commands[0], bench.base / f"{place}.log")
        with suppress(subprocess.TimeoutExpired):
            grader.wait(draw.uniform(0, MOST_SECONDS_ALIVE))
        kill_group(grader)
        lost |= _lost(finished)
        finished = _finished(store)
    _run(commands, bench.base / f"{place}.log")
    same = bench.compare(place, undisturbed, lost | _lost(finished))
    twice = len(_finished(store)) - len(_finished(bench.base / undisturbed / engine.store))
    bench.faults += [f"{place}: {twice} more pieces of evidence than undisturbed"] if twice else []
    print(
        f"{engine.name:7} {size:6}  killed {kills} times, {len(finished)} finished then; same marks: {same}", flush=True
    )


def _finished(store: Path) -> dict[Path, int]:
    """When each piece of evidence was written."""
    return {path: path.stat().st_mtime_ns for path in store.glob("evidence/[0-9a-f]*.json")}


def _lost(finished: dict[Path, int]) -> set[Path]:
    """Those that aren't there any more as they were written."""
    return {path for path, was in finished.items() if not path.exists() or path.stat().st_mtime_ns != was}


def _servers(grader: subprocess.Popen[bytes]) -> list[psutil.Process]:
    below = psutil.Process(grader.pid).children(recursive=True)
    return [each for each in below if _is_server(each) and not _is_server(each.parent())]


def _oldest_run(grader: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """A reference's process lives for the whole class, so it is the oldest of those that the servers have forked."""
    forks = [fork for server in _servers(grader) for fork in server.children(recursive=True)]
    return sorted(forks, key=lambda fork: fork.create_time())


VICTIMS: dict[str, Callable[[subprocess.Popen[bytes]], list[psutil.Process]]] = {
    "host": lambda _grader: [],
    "server": _servers,
    "oracle": _oldest_run,
    "worker": workers,
}
"""Who is killed; a command is killed as a whole."""


def _is_server(process: psutil.Process | None) -> bool:
    try:
        return process is not None and "suite.inside.warm" in process.cmdline()
    except psutil.Error:
        return False


def _run(commands: Sequence[Sequence[str]], log: Path, cwd: Path = ROOT) -> Cost:
    """Run commands one after the other."""
    begin, mib = time.monotonic(), 0.0
    for command in commands:
        with log.open("ab") as stream:
            process = subprocess.Popen([sys.executable, "-m", "suite", *command], cwd=cwd, stdout=stream, stderr=stream)
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            with suppress(psutil.Error):
                mib = max(mib, watched.memory_info().rss / MIB)
            time.sleep(LOOK_SECONDS)
    return Cost(time.monotonic() - begin, mib)


def _with_changed_check(base: Path) -> Path:
    """A copy of the suite in which the code of one check is another; evidence doesn't depend on it."""
    copy = base / "changed"
    if not copy.exists():
        shutil.copytree(ROOT / "suite", copy / "suite")
        shutil.copy(ROOT / "pyproject.toml", copy)
        with (copy / "suite" / "judging" / "checks" / "shapes.py").open("a") as stream:
            stream.write("# changed\n")
    return copy


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(["", *words], words, strict=False))


def main() -> None:
    """Print a line for each measurement, then what was wrong."""
    parser = argparse.ArgumentParser(description="Measure how grading grows with the class, by engine.")
    parser.add_argument("--small", type=int, default=50)
    parser.add_argument("--large", type=int, default=1000)
    parser.add_argument("--engines", default="local,shards,dask")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kills", type=int, default=1, help="how often each process is killed")
    parser.add_argument("--often", type=int, default=20, help="how often the command is killed in one class")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(base=Path(folder), jobs=options.jobs)
        for engine in (each for each in ENGINES if each.name in options.engines.split(",")):
            small, large = (measure(bench, engine, size) for size in (options.small, options.large))
            growth = large.mib / small.mib
            per = (large.seconds / options.large) / (small.seconds / options.small)
            print(f"{engine.name:7} growth: memory {growth:.2f}, seconds a submission {per:.2f}", flush=True)
            bench.faults += [f"{engine.name}: memory grows to {growth:.2f}"] if growth > MOST_GROWTH else []
            for number in range(options.kills):
                recover(bench, engine, options.small, number)
            if options.often:
                kill_often(bench, engine, options.large, options.often)
    print(*(bench.faults or ["no faults"]), sep="\n")
    sys.exit(1 if bench.faults else 0)


if __name__ == "__main__":
    main()
