"""A report that can be edited in the browser, on this machine alone.

Public: `open_server`. What is entered goes into the ledger; pages and files of the report follow it.
"""

from suite.serving.server import open_server

__all__ = ["open_server"]
