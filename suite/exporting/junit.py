"""JUnit's XML: a suite for each submission, a case for each check."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from suite.exporting.graded import PublishedResult, PublishedVerdict
from suite.exporting.interface import Export, number
from suite.records import Outcome

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML doesn't allow."""


def export(export: Export) -> None:
    """Write `junit.xml`."""
    root = ET.Element("testsuites", name=_clear(export.graded.assignment))
    for result in export.graded.results:
        root.append(_suite(export.graded.assignment, result))
    for name in ("tests", "failures", "errors"):  # the schema that Jenkins has of it allows no others here
        root.set(name, str(sum(int(each.get(name, "0")) for each in root)))
    ET.indent(root)
    export.put("junit.xml", ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _suite(assignment: str, result: PublishedResult) -> ET.Element:
    """A submission; without a mark it is one error."""
    cases = [_case(f"{assignment}.{result.submission}", each) for each in result.verdicts]
    if result.score is None:
        case = ET.Element("testcase", name="graded", classname=_clear(f"{assignment}.{result.submission}"), time="0")
        ET.SubElement(case, "error", message=_clear(result.message), type=result.status.value)
        cases = [case]
    suite = ET.Element(
        "testsuite",
        name=_clear(result.submission),
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors=str(sum(case.find("error") is not None for case in cases)),
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
        time=f"{result.seconds or 0:.3f}",  # Jenkins takes three decimals at most
    )
    points = ET.SubElement(suite, "properties")
    for name, value in (("score", result.score), ("max_score", result.max_score)):
        if value is not None:
            ET.SubElement(points, "property", name=name, value=number(value))
    suite.extend(cases)
    return suite


def _case(owner: str, verdict: PublishedVerdict) -> ET.Element:
    """A check: passed, skipped as nothing was there to judge or a person has to, or failed with what it says."""
    case = ET.Element("testcase", name=_clear(verdict.name), classname=_clear(owner), time="0")
    if verdict.outcome in {Outcome.SKIPPED, Outcome.WAITING}:
        ET.SubElement(case, "skipped", message=_clear(verdict.message))
    elif not verdict.passed:
        message = f"{number(verdict.points)} / {number(verdict.max_points)}: {verdict.message}"
        failure = ET.SubElement(case, "failure", message=_clear(message), type=verdict.outcome.value)
        failure.text = _clear(verdict.sentences)
    return case


def _clear(written: str) -> str:
    return FORBIDDEN.sub("\ufffd", written)
