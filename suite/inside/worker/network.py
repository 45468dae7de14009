"""Says why a download fails: the grader has no network, and the assignment's data are named instead."""

from __future__ import annotations

import socket
from typing import Any

from suite.inside.frameworks.prepared_data import PREPARED

NO_NETWORK = "the grader has no network"
"""What the messages say; diagnoses look for it."""


def install() -> None:
    """Add the reason to the error of a host name that can't be found."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        try:
            return resolve(host, *args, **options)
        except socket.gaierror as error:
            raise socket.gaierror(error.errno, f"{explain(str(host))} ({error.strerror})") from None

    socket.getaddrinfo = getaddrinfo


def explain(what: str) -> str:
    """Why something can't be fetched, and what is here."""
    names = ", ".join(PREPARED.names()) or "no dataset"
    return f"this assignment has {names}, and {NO_NETWORK} to fetch {what[:200]}"
