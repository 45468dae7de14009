"""The environment of a page's templates: nothing that a page shows can run, but the page's own script."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

import jinja2

from suite.pages.bars import bar, interval
from suite.records import Language
from suite.text.language import label
from suite.text.local import local, local_count, local_date

OWN = "suite.pages"


def open_templates(package: str, *, language: Language, style: str, script: str = "") -> jinja2.Environment:
    """Templates of a package and the shared ones, with autoescape, the catalogue's labels, a style and a script.

    `script` and `style` are files in the package's folder `templates`; the shared style comes first. The content
    security policy allows the script by its hash, `script_hash`, and no script if there is none.
    """
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(package), jinja2.PackageLoader(OWN)]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    code = _templates(package).joinpath(script).read_text("utf-8") if script else ""
    styles = [_templates(OWN).joinpath("base.css"), _templates(package).joinpath(style)]
    environment.globals |= {
        "language": language,
        "label": lambda key, **values: label(f"page_{key}", language, **values),
        "script": code,
        "script_hash": base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() if code else "",
        "style": "".join(path.read_text("utf-8") for path in styles),
        "refresh": 0,
    }
    environment.filters |= {
        "bar": bar,
        "interval": interval,
        "number": lambda value, form="%g": local(form % value, language),
        "count": lambda value: local_count(value, language),
        "date": lambda value: local_date(value, language),
    }
    return environment


def _templates(package: str) -> Traversable:
    return files(package) / "templates"
