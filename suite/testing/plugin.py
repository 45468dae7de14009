"""The pytest plugin: with `--suite-assignment` each check of a submission is an item that has points.

Nothing of a submission is imported: no `conftest.py` and no test module is. Settings of pytest that lie among the
submissions are refused; pytest has then loaded the plugins that they name, which no plugin can prevent. Importing this
imports nothing of the suite, as pytest does so wherever it is installed.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from suite.records import Result, Submission, Verdict
    from suite.testing.grader import Grader

LANGUAGES = sorted(path.stem for path in (Path(__file__).parent.parent / "text" / "languages").glob("*.po"))
BUDGETS = ("quick", "standard", "full")
POINTS, MOST = "points", "max_points"
"""Properties of an item, which JUnit's XML and pytest-xdist carry."""
GRADER: pytest.StashKey[Grader] = pytest.StashKey()
NOTES = "suite_notes"
"""What workers of pytest-xdist send of what they found."""
SAID: pytest.StashKey[dict[str, None]] = pytest.StashKey()


class Unlike(Exception):  # noqa: N818 - no error: what a check says
    """A check found something else than it expected; the text is its verdict."""


class Ungraded(Exception):  # noqa: N818 - the same
    """There is no verdict: nothing was there to run, or the grader failed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("notebook-suite", "grading notebooks with notebook-suite")
    group.addoption("--suite-assignment", metavar="NAME", help="grade what is named as submissions of this assignment")
    group.addoption("--suite-assignments", metavar="FOLDER", type=Path, help="folder that holds the assignments")
    group.addoption("--suite-budget", choices=BUDGETS, default="quick", help="how much training (default: quick)")
    group.addoption("--suite-lang", choices=LANGUAGES, help="language (default: the assignment's, else the locale's)")
    group.addoption("--suite-sandbox", default="auto", metavar="NAME", help="what holds submissions (default: auto)")
    group.addoption("--suite-main", metavar="GLOB", help="file to run in each folder or zip")
    group.addoption("--suite-from", default="auto", metavar="FORM", help="which platform gave the download out")
    group.addoption("--suite-roster", metavar="CSV", help="class list: who is missing is said, and who is who")
    group.addoption("--suite-student", metavar="ID", help="whose submission it is, by what the class list says first")
    group.addoption("--suite-one", action="store_true", help="each path is one submission, as a folder with .git is")
    parser.addini("suite_roster", "class list, as by --suite-roster", default="")
    parser.addini("suite_student", "whose submission it is, as by --suite-student", default="")


def _is_on(config: pytest.Config) -> bool:
    return bool(config.known_args_namespace.__dict__.get("suite_assignment"))


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Have no `conftest.py` imported, and refuse settings of pytest that lie among the submissions."""
    if not _is_on(early_config):
        return
    early_config.known_args_namespace.noconftest = True
    settings = early_config.inipath
    for path in _paths(early_config, early_config.known_args_namespace.file_or_dir):
        if settings and settings.is_relative_to(path) and not _is_one(early_config, path):
            raise pytest.UsageError(_tell_settings(early_config.known_args_namespace.suite_lang, settings, path))


def _tell_settings(asked: str | None, settings: Path, path: Path) -> str:
    """Why settings of pytest aren't taken from there."""
    from suite.errors import Words
    from suite.text.errors import tell

    said = Words(
        "{settings} lies among the submissions, so it may be a student's: name settings of your own, as in "
        "pytest -c /dev/null {path} …",
        settings=settings,
        path=path,
    )
    return tell(said, _spoken(asked))


def _spoken(asked: str | None) -> str:
    """The language of what the plugin itself says: that asked for, else the locale's."""
    from suite.text.spoken import of_environment

    return asked or of_environment(os.environ)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Take files that were named for submissions, and no other one for anything."""
    found = yield
    if not _is_on(parent.config):
        return found
    named = file_path in _paths(parent.config, parent.config.args)
    return [SubmissionsFile.from_parent(parent, path=file_path)] if named else []


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take folders that were named for classes, or for a submission."""
    if not _is_on(parent.config) or path not in _paths(parent.config, parent.config.args):
        return None
    node: pytest.Collector = SubmissionsFolder.from_parent(parent, path=path)
    return node


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the sandbox, if one was started."""
    grader = config.stash.get(GRADER, None)
    if grader is not None:
        grader.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Have a worker of pytest-xdist hand over what has to be said."""
    sent = getattr(session.config, "workeroutput", None)
    if sent is not None and _is_on(session.config):
        sent[NOTES] = list(_said(session.config))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker of pytest-xdist hands over."""
    _said(node.config).update(dict.fromkeys(getattr(node, "workeroutput", {}).get(NOTES, ())))


def _said(config: pytest.Config) -> dict[str, None]:
    """What has to be said of the class, each once."""
    return config.stash.setdefault(SAID, {})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Show what was found, and each submission's points."""
    if not _is_on(config):
        return
    from suite.text.language import label

    language = _spoken(config.option.suite_lang)
    if said := _said(config):
        terminalreporter.section(label("pytest_submissions", language))
        for note in said:
            terminalreporter.write_line(note)
    sums: dict[str, list[float]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            told = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", "") == "call" and POINTS in told:
                owner = report.nodeid.rpartition("::")[0]
                both = sums.setdefault(owner, [0.0, 0.0])
                both[0] += told[POINTS]
                both[1] += told[MOST]
    if sums:
        terminalreporter.section(label("pytest_points", language))
        for owner, (points, most) in sorted(sums.items()):
            terminalreporter.write_line(f"{owner}: {_write(points, language)} / {_write(most, language)}")


def _write(points: float, language: str) -> str:
    """Points as the language writes them."""
    from suite.text.local import local

    return str(local(f"{points:g}", language))


def _paths(config: pytest.Config, arguments: Iterable[str]) -> list[Path]:
    """The paths of a command, without what names items in them."""
    return [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in arguments]


def _is_one(config: pytest.Config, path: Path) -> bool:
    """Whether a path is one submission: a file, a repository, or what is said to be one."""
    return bool(config.known_args_namespace.suite_one) or not path.is_dir() or (path / ".git").exists()


def _grader(config: pytest.Config) -> Grader:
    """The session's grader."""
    if GRADER not in config.stash:
        from suite.testing.grader import Grader

        config.stash[GRADER] = Grader(config)
    return config.stash[GRADER]


def _collect(node: pytest.Collector) -> Iterable[pytest.Collector]:
    """The submissions at a path."""
    grader = _grader(node.config)
    found = grader.read(node.path, one=_is_one(node.config, node.path))
    _said(node.config).update((grader.say([note]), None) for note in found.notes)
    for submission in found.submissions:
        yield SubmissionCollector.from_parent(node, name=submission.student, submission=submission)


class SubmissionsFolder(pytest.Directory):
    """A class in a folder, or one submission."""

    def collect(self) -> Iterable[pytest.Collector]:
        """Its submissions."""
        return _collect(self)


class SubmissionsFile(pytest.File):
    """A submission in a file, or a class in a download."""

    def collect(self) -> Iterable[pytest.Collector]:
        """Its submissions."""
        return _collect(self)


class SubmissionCollector(pytest.Collector):
    """A submission, which is graded when the first of its checks is asked for."""

    def __init__(self, *, submission: Submission, **others: Any) -> None:
        super().__init__(**others)
        self.submission = submission

    def collect(self) -> Iterable[pytest.Item]:
        """An item for each check of the assignment."""
        for check in _grader(self.config).checks:
            yield CheckItem.from_parent(self, name=check)

    @property
    def result(self) -> Result:
        """What grading it says."""
        return _grader(self.config).grade(self.submission)


class CheckItem(pytest.Item):
    """A check of a submission."""

    def runtest(self) -> None:
        """Pass, skip, or fail with the verdict."""
        assert isinstance(self.parent, SubmissionCollector)  # noqa: S101 - as it is collected
        result = self.parent.result
        verdicts = [verdict for verdict in result.verdicts if verdict.check == self.name]
        grader = _grader(self.config)
        if result.score is None or not verdicts:
            raise Ungraded(grader.say([result.summary]))
        points, most = sum(each.points for each in verdicts), sum(each.max_points for each in verdicts)
        self.user_properties += [(POINTS, round(points, 4)), (MOST, round(most, 4))]
        bad = [verdict for verdict in verdicts if verdict.outcome.value != "pass"]
        if bad and all(verdict.outcome.value in {"skipped", "waiting"} for verdict in bad):
            pytest.skip(self._describe(bad))
        if bad:
            raise Unlike(f"{grader.write(points)} / {grader.write(most)}\n{self._describe(bad)}")

    def _describe(self, verdicts: Iterable[Verdict]) -> str:
        """What the verdicts say, each with its task."""
        say = _grader(self.config).say
        return "\n".join(
            f"{verdict.task}: {said}" if verdict.task else said
            for verdict in verdicts
            for said in [say([verdict.message, *verdict.details])]
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdict alone; a traceback only where the plugin itself failed."""
        if isinstance(excinfo.value, Unlike | Ungraded):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """What the terminal calls it."""
        assert self.parent is not None  # noqa: S101 - as it is collected
        return self.path, None, f"{self.parent.name}: {self.name}"
