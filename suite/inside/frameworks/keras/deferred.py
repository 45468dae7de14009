"""Parts of Keras that it imports for whoever may use them, at the price of libraries that few notebooks need."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

PARTS = re.compile(r"keras\.(_tf_keras\.keras\.|src\.)?(visualization|wrappers)")
"""They import matplotlib and scikit-learn, which takes a third of the time that `import keras` takes."""


class _Deferred(ModuleType):
    """A module whose code runs when it is asked for its names, or the first of them.

    Not by `importlib.util.LazyLoader`, whose modules run when anybody asks for a name of Python's own: `inspect` asks
    all modules for their files.
    """

    def __getattr__(self, name: str) -> Any:
        """Run it, unless the name is one of Python's own; `from … import *` asks for `__all__`."""
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        self._run()
        return getattr(self, name)

    def __dir__(self) -> list[str]:
        """Run it."""
        self._run()
        return dir(self)

    def _run(self) -> None:
        self.__class__ = ModuleType  # type: ignore[assignment]  # a plain one from now on
        loader = self.__spec__.loader if self.__spec__ is not None else None
        assert isinstance(loader, _Loader)  # noqa: S101 - it made this module
        loader.run(self)


class _Loader(Loader):
    """Makes a deferred module."""

    def __init__(self, loader: Loader) -> None:
        self.run = loader.exec_module

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty one, with a place for what it will hold."""
        return _Deferred(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing yet."""


class Finder(MetaPathFinder):
    """Defers the parts; to be put before the finder of files."""

    def find_spec(self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Find a part where it is, with a loader that defers it."""
        if not PARTS.fullmatch(name):
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def install() -> None:
    """Defer them from now on."""
    sys.meta_path.insert(0, Finder())
