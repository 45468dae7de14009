"""`suite publish`: folders of pages to give to students."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from suite.cli.options import folder_option
from suite.text import LANGUAGES


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="REPORT")
@folder_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write into.")
@click.option("--anonymous", is_flag=True, help="Also a class page with pseudonyms, and a table of who is who.")
@click.option("--force", is_flag=True, help="Overwrite files in the folder that the suite didn't write.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the pages.  [default: that of the report]")
def publish(**options: Any) -> None:
    """Write what students may see of a REPORT into a folder.

    students/ has a folder for each with the own page alone, under a path that can't be guessed; class/ a page with
    pseudonyms (--anonymous). Put these on a web server, without listing folders. instructor/ says whose page is which
    and who is who: keep it. Paths and pseudonyms stay the same when you publish again.

    \b
    Examples:
      suite publish reports/latest --out public
      suite publish reports/latest --out public --anonymous --lang es
    """
    from suite.cli.work.publish import publish as work

    work(**options)
