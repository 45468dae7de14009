"""Tests an assignment before a class sees it: mutants of its references must lose points, other right solutions none.

Every case is a submission like any other and runs through the ordinary pipeline. Public: `read_cases`, `select`, `run`,
`Verification`, `as_document`, `load`.
"""

from suite.authoring.verify.cases import Case, read_cases, select
from suite.authoring.verify.document import as_document
from suite.authoring.verify.judgement import Discrepancy, JudgedCase
from suite.authoring.verify.rounds import Verification, run
from suite.authoring.verify.settings import load

__all__ = ["Case", "Discrepancy", "JudgedCase", "Verification", "as_document", "load", "read_cases", "run", "select"]
