"""What has to be in place before a framework is imported."""

from suite.worker import doors, operators, runtime


def prepare(name: str) -> None:
    """Prepare the imports of a runtime."""
    runtime.install(name)
    operators.install()
    doors.install()
