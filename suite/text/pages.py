"""The environment of a page's templates: nothing that a page shows can run, but the page's own script."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

import jinja2

from suite.records import Language
from suite.text.language import label


def open_templates(package: str, *, script: str, style: str, language: Language) -> jinja2.Environment:
    """Templates of a package, with autoescape, the catalogue's labels, one script and one style.

    `script` and `style` are files in the package's folder `templates`. The content security policy allows the script by
    its hash, `script_hash`.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    folder = files(package) / "templates"
    code = folder.joinpath(script).read_text("utf-8")
    environment.globals |= {
        "language": language,
        "label": lambda key: label(f"page_{key}", language),
        "script": code,
        "script_hash": base64.b64encode(hashlib.sha256(code.encode()).digest()).decode(),
        "style": folder.joinpath(style).read_text("utf-8"),
    }
    return environment
