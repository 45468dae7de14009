"""`suite bench`: how fast the references are, in a table, a page and pytest-benchmark's JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.compare import compare
from suite.cli.options import folder_option, language_option


@click.group(invoke_without_command=True)
@click.option(
    "--only", metavar="PATTERN", default="", help="Benchmarks whose name holds this: stack10, keras/train, *lstm*."
)
@click.option(
    "--quick",
    is_flag=True,
    help="One process and 6 rounds instead of 3 and 8: minutes instead of a quarter of an hour.",
)
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write pytest-benchmark's JSON here; - is standard output.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("reports/bench.html"),
    show_default=True,
    help="The page.",
)
@click.option(
    "--from",
    "stored",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Run nothing; show what suite bench or pytest-benchmark wrote here.",
)
@click.option("--list", "list_only", is_flag=True, help="Name the benchmarks and run nothing.")
@click.option(
    "--device",
    type=click.Choice(["cpu", "gpu"]),
    default="cpu",
    show_default=True,
    help="What the references compute on; gpu is this machine's first NVIDIA GPU.",
)
@click.option(
    "--learning/--no-learning",
    default=None,
    help="Also count the steps and seconds until each reference predicts as well as its recorded trainings do: some "
    "minutes for all, on the CPU only.  [default: unless --quick]",
)
@language_option
@folder_option
@click.pass_context
def bench(context: click.Context, /, **options: Any) -> None:
    """Time every reference: Keras against PyTorch, a layer against its cell in a loop, and all against a fixed anchor.

    Whatever is compared runs in turns within the same minutes, one process at a time, so ratios are valid on a shared
    machine; absolute times hold for this machine only. The anchor is a NumPy network that never changes: the ratio to
    it is what `suite history` compares from night to night.

    \b
    Examples:
      suite bench --quick --only stack10
      suite bench --only lstm_cell                LSTM against RNN(LSTMCell)
      suite bench --json tonight.json
      suite bench --from tonight.json             the table and the page again
      suite bench compare main HEAD               what a change costs
    """
    if context.invoked_subcommand is not None:
        return
    from suite.cli.work.bench import bench as work

    work(**options)


bench.add_command(compare)
