"""`suite serve`: marks a graded class in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from suite.cli.work.console import log
from suite.cli.work.marks import whoever_runs_this
from suite.endings import unwinding
from suite.marking import LEDGER
from suite.records import Language, text
from suite.serving import open_server
from suite.serving.served_class import ServedClass, require_class
from suite.text.errors import tell
from suite.text.language import say


def serve(*, folder: Path, root: Path, who: str | None, port: int, lang: Language | None) -> None:
    """Serve a class until a signal ends the command."""
    require_class(folder)
    served = ServedClass(folder=folder, root=root, language=lang)
    snapshot = served.look()
    language = lang or (snapshot.report.language if snapshot else "en")
    with unwinding():
        try:
            with open_server(served, who or whoever_runs_this(), port) as server:
                click.echo(server.link)
                log.print(say(text("serving_link"), language), markup=False)
                server.serve_forever()
        except KeyboardInterrupt:
            pass
    log.print(say(text("serving_ended", path=str(folder / LEDGER)), language), markup=False)
    if served.problem:
        log.print(tell(served.problem, language), style="yellow", markup=False)
