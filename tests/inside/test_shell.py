"""Which shell lines run in the sandbox."""

from __future__ import annotations

import pytest

from suite.inside.worker.shell import is_harmless


@pytest.mark.parametrize(
    "command",
    [
        "mkdir -p modelos",
        "ls -la | head -5",
        "echo hola > a.txt && cat a.txt",
        "cp a b; mv b c",
        "unzip -q 'mis datos.zip'",
        "LANG=C ls",
        "mkdir a\ncd a\nls",
    ],
)
def test_harmless(command: str) -> None:
    """What looks at files or moves them."""
    assert is_harmless(command)


OTHERS = (
    "pip install x",
    "ls; wget http://x",
    "echo $(curl x)",
    "echo `curl x`",
    "find -exec pip {} +",
    "python a.py",
)


@pytest.mark.parametrize("command", [*OTHERS, "'", ""])
def test_others(command: str) -> None:
    """What starts another program anywhere, or can't be read."""
    assert not is_harmless(command)
