"""Documents for programs: what `--json` says, in every command that has it, and where."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from suite.cli import main
from suite.cli.work.console import STANDARD_OUTPUT, put_document, shown_beside
from suite.report.document import SCHEMA_VERSION

RUNNER = CliRunner()


def _options(command: click.Command, above: click.Context | None) -> Iterator[tuple[str, click.Option]]:
    context = click.Context(command, info_name=command.name, parent=above)
    for each in command.params:
        if isinstance(each, click.Option) and "--json" in each.opts:
            yield context.command_path, each
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if inner := command.get_command(context, name):
                yield from _options(inner, context)


def test_every_command_means_the_same() -> None:
    """A document on standard output; where the option names a file, - is standard output."""
    found = dict(_options(main, None))
    assert {"main doctor", "main grade", "main check", "main report", "main verify", "main bench"} <= found.keys()
    for name, option in found.items():
        assert "standard output" in (option.help or ""), name
        if not option.is_flag:
            assert option.type.convert("-", option, None) == STANDARD_OUTPUT, name


def _grade(folder: Path, *options: str) -> Result:
    """Of a class in which there is nothing to run."""
    (folder / "class").mkdir(exist_ok=True)
    (folder / "class" / "ana.ipynb").write_text("no notebook")
    words = ("grade", folder / "class", "-a", "stacked_rnn", "--report", folder / "report", "--sandbox", "process")
    return RUNNER.invoke(main, [*map(str, words), *options])


@pytest.mark.slow
def test_the_results_of_a_class(tmp_path: Path) -> None:
    """What `results.json` holds, alone on standard output, also where nothing else is said; without it, a table."""
    for quiet in ((), ("--quiet",)):
        done = _grade(tmp_path, "--json", *quiet)
        assert done.exit_code == 0, done.output
        document = json.loads(done.stdout)
        assert document == json.loads((tmp_path / "report" / "results.json").read_bytes())
        assert document["schema_version"] == SCHEMA_VERSION
        assert [each["submission"] for each in document["results"]] == ["ana"]
        assert ("ana" in done.stderr) == (not quiet)
    again = RUNNER.invoke(main, ["report", str(tmp_path / "report"), "--json"])
    assert json.loads(again.stdout)["results"][0]["score"] == 0
    assert "│ ana" in _grade(tmp_path).stdout


def test_the_result_of_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of one, in the language asked for; the exit code stays."""
    from suite import assignments
    from suite.records import Outcome, text
    from suite.records import Result as Graded

    shown = Graded(
        submission="ana",
        source="ana.ipynb",
        status=Outcome.FAIL,
        score=1,
        max_score=2,
        verdicts=(),
        summary=text("all_right"),
    )
    assignment = assignments.load("stacked_rnn", Path("reference"))
    public = SimpleNamespace(assignment=assignment, language="en", later=())
    monkeypatch.setattr("suite.checking.self_check.self_check", lambda *_: SimpleNamespace(result=shown, public=public))
    (tmp_path / "ana.ipynb").touch()
    words = ["check", str(tmp_path / "ana.ipynb"), "--json", "--lang", "es", "--sandbox", "process"]
    done = RUNNER.invoke(main, words)
    document = json.loads(done.stdout)
    assert (done.exit_code, document["language"], document["assignment"]) == (0, "es", "stacked_rnn")
    assert [(each["score"], each["message"]) for each in document["results"]] == [(1, "Todo es correcto.")]
    assert "Todo lo que se puede comprobar" in done.stderr
    words.remove("--json")
    assert "Todo lo que se puede comprobar" in RUNNER.invoke(main, words).stdout


@click.command()
@click.option("--json", "path", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def written(context: click.Context, path: Path) -> None:
    context.obj = sys.stdout
    shown_beside(path).print("for people")
    put_document({"name": "\udcff ñ"}, path)


@pytest.mark.parametrize("name", ["-", "new/file.json"])
def test_a_file_or_standard_output(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People read beside it; what no encoding holds is replaced."""
    monkeypatch.chdir(tmp_path)
    done = RUNNER.invoke(written, ["--json", name])
    assert done.exit_code == 0, done.output
    to_file = name != "-"
    document: Any = json.loads(Path(name).read_bytes() if to_file else done.stdout)
    assert document == {"name": "? ñ"}
    assert ("for people" in done.stdout) == to_file
