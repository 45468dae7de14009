"""What has to be in place before a framework is imported."""

from suite.inside.frameworks.keras import runtime
from suite.inside.frameworks.torch import operators
from suite.inside.worker import loaders as doors


def prepare(name: str) -> None:
    """Prepare the imports of a runtime."""
    runtime.install(name)
    operators.install()
    doors.install()
