"""Tests an assignment before a class sees it: mutants of its oracles must lose points, other right solutions none.

Every case is a submission like any other and runs through the ordinary pipeline. Public: `read_cases`, `select`, `run`,
`Verification`, `as_document`, `load`.
"""

from suite.verify.cases import Case, read_cases, select
from suite.verify.document import as_document
from suite.verify.judgement import Finding, Judged
from suite.verify.rounds import Verification, run
from suite.verify.settings import load

__all__ = ["Case", "Finding", "Judged", "Verification", "as_document", "load", "read_cases", "run", "select"]
