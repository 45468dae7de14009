"""What people say of submissions: the ledger that keeps it, and how it changes results.

Public: `read_ledger`, `append`, `copy_ledger`, `ClassLedger`; the entries in `entries`; `mark_results`; `lateness` for
tables that say when submissions came. It judges nothing itself and renders nothing.
"""

from suite.marking.ledger import LEDGER, ClassLedger, append, copy_ledger, read_ledger
from suite.marking.results import mark_results

__all__ = ["LEDGER", "ClassLedger", "append", "copy_ledger", "mark_results", "read_ledger"]
