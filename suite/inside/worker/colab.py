"""Replaces `google.colab`, which exists in Google's notebooks only: each function says what it can't do here."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

NAME = "google.colab"


def install() -> None:
    """Make it importable."""
    if NAME in sys.modules:
        return
    try:
        parent = importlib.import_module("google")
    except ModuleNotFoundError:
        parent = sys.modules.setdefault("google", ModuleType("google"))
    package = _add(parent, "colab")
    package.__path__ = []
    drive, files, userdata, output = (_add(package, name) for name in ("drive", "files", "userdata", "output"))
    auth, patches, table = (_add(package, name) for name in ("auth", "patches", "data_table"))
    drive.mount = _noting("drive.mount does nothing here: hand in the files that it reads, beside the notebook")
    drive.flush_and_unmount = drive.unmount = _noting("no drive is mounted here")
    files.upload = files.upload_file = _raising(
        "files.upload() needs somebody at a browser, and the grader is alone: hand the file in beside the notebook and "
        "open it by its name"
    )
    files.view = files.download = _noting("files.download does nothing here: the file stays in the grader's folder")
    userdata.get = _raising("userdata.get() reads secrets of a Google account, and the grader has none")
    userdata.SecretNotFoundError = userdata.NotebookAccessError = NotInColabError
    output.clear = lambda *_args, **_options: importlib.import_module("IPython.display").clear_output()
    output.eval_js = output.register_callback = _raising("google.colab.output runs JavaScript, and the grader has none")
    output.enable_custom_widget_manager = output.disable_custom_widget_manager = _silent
    auth.authenticate_user = _noting("auth.authenticate_user does nothing here: the grader has no network")
    patches.cv2_imshow = _show_image
    table.enable_dataframe_formatter = table.disable_dataframe_formatter = _silent


class NotInColabError(RuntimeError):
    """What Google's notebooks can do and the grader can't."""


def _add(parent: ModuleType, name: str) -> Any:
    """A new module inside another one."""
    made = ModuleType(f"{parent.__name__}.{name}", __doc__)
    sys.modules[made.__name__] = made
    setattr(parent, name, made)
    return made


def _silent(*_args: Any, **_options: Any) -> None:
    """Do nothing."""


def _noting(what: str) -> Callable[..., None]:
    def note(*_args: Any, **_options: Any) -> None:
        print(f"[google.colab: {what}]", file=sys.stderr)

    return note


def _raising(what: str) -> Callable[..., None]:
    def fail(*_args: Any, **_options: Any) -> None:
        raise NotInColabError(what)

    return fail


def _show_image(image: Any) -> None:
    """Show an array of OpenCV, whose channels are blue, green and red."""
    pyplot = importlib.import_module("matplotlib.pyplot")
    pyplot.imshow(image[..., ::-1] if getattr(image, "ndim", 0) > 2 else image, cmap="gray")  # noqa: PLR2004
    pyplot.show()
