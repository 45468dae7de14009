"""Judges stored evidence again, and runs a stored submission again exactly.

Public: `read_report`, `find_result`, `read_evidence_of`; `as_graded`, `judge_again`, `find_changes`, `annotate`;
`find_submission`, `plan_again`, `compare`; `compare_reports`.
"""

from suite.grading.replay.again import compare, find_submission, plan_again
from suite.grading.replay.difference import MarkChange, compare_reports
from suite.grading.replay.rejudge import annotate, as_graded, find_changes, judge_again
from suite.grading.replay.stored import StoredReport, StoredResult, find_result, read_evidence_of, read_report

__all__ = [
    "MarkChange",
    "StoredReport",
    "StoredResult",
    "annotate",
    "as_graded",
    "compare",
    "compare_reports",
    "find_changes",
    "find_result",
    "find_submission",
    "judge_again",
    "plan_again",
    "read_evidence_of",
    "read_report",
]
