"""What Keras imports for few notebooks: not before one of them asks for it, and then as ever."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

IMPORTED = """
import inspect, json, sys
from suite.inside.frameworks.keras import deferred
deferred.install()
import keras
import tensorflow as tf
for module in list(sys.modules.values()):
    hasattr(module, "__file__")  # as `inspect.getmodule` does
inspect.getmodule(tf.add)
print(json.dumps(sorted({"sklearn", "matplotlib"} & set(sys.modules))))
"""
USES = {
    "keras.wrappers.SKLearnClassifier": "sklearn",
    "tf.keras.wrappers.SKLearnClassifier": "sklearn",
    "keras.visualization.plot_image_gallery": "matplotlib",
    "tf.keras.visualization.plot_image_gallery": "matplotlib",
    "importlib.import_module('keras.src.wrappers.sklearn_wrapper').SKLearnClassifier": "sklearn",
    "next(name for name in dir(keras.wrappers) if name == 'SKLearnClassifier')": "sklearn",
    "(exec('from keras.wrappers import *'), eval('SKLearnClassifier'))": "sklearn",
    "inspect.getmembers(keras.visualization)": "matplotlib",
}


def test_nothing_is_imported_that_nobody_asks_for() -> None:
    """Nor when somebody looks at all modules. Each way to ask for a part imports it, with what it needs."""
    ways = "".join(f"\nprint(bool({use}))\nassert {library!r} in sys.modules" for use, library in USES.items())
    first, *used = _run(f"{IMPORTED}\nimport importlib{ways}")
    assert json.loads(first) == []
    assert used == ["True"] * len(USES)


@pytest.mark.parametrize(
    "use",
    [
        "keras.wrappers.NAME",
        "keras.wrappers.inner.NAME",
        "dir(keras.wrappers).index('NAME')",
        "inspect.getmembers(keras.wrappers)",
        "exec('from keras.wrappers import *') or NAME",
    ],
)
def test_each_way_alone_runs_it(use: str, tmp_path: Path) -> None:
    """Whoever comes first; once."""
    package = tmp_path / "keras" / "wrappers"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("from keras import wrappers")
    (package / "__init__.py").write_text("print('runs')\nfrom keras.wrappers import inner\nNAME = 'a name'")
    (package / "inner.py").write_text("NAME = 'a name'")
    lines = (
        f"import inspect, sys; sys.path.insert(0, {str(tmp_path)!r})",
        "from suite.inside.frameworks.keras import deferred; deferred.install()",
        "import keras; print('imported')",
        f"{use}; {use}",
    )
    assert _run("\n".join(lines)) == ["imported", "runs"]


def _run(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
