"""The datasets and where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from suite.data import all_datasets
from suite.data.sources import find_real, folders, get
from suite.doctor.diagnosis import Fact, Finding, Status
from suite.errors import DataError
from suite.records import Text, text

PREFIX = "dataset_"


def judge_datasets(environment: Mapping[str, str]) -> Iterator[Finding]:
    """One finding per dataset; its files are read, to find damaged ones."""
    for name in all_datasets():
        try:
            found = find_real(name, environment)
        except (DataError, OSError) as error:
            said = text("doctor_data_damaged", reason=str(error))
            yield _as_finding(name, Status.MISSING, said, (text("doctor_get_intact", name=name),))
            continue
        if found is None:
            yield _as_finding(name, Status.WEAK, text("doctor_data_stand_in"), _remedies(name), source="stand-in")
            continue
        rows = {part: len(next(iter(columns.values()))) for part, columns in found.parts.items()}
        said = text("doctor_data_found", source=found.source, train=rows["train"], test=rows["test"])
        places = {f"{source}, a sample": folder for source, folder in folders(get(name), environment)}
        rest = (text("doctor_get_rest", folder=str(places[found.source])),) if found.source in places else ()
        yield _as_finding(name, Status.NOTE if rest else Status.GOOD, said, rest, source=found.source, **rows)


def sources(findings: Iterable[Finding]) -> dict[str, str]:
    """Source of each dataset that can be read."""
    return {
        finding.name.removeprefix(PREFIX): str(finding.facts["source"])
        for finding in findings
        if finding.facts["source"]
    }


def _as_finding(name: str, status: Status, said: Text, remedies: tuple[Text, ...], **facts: Fact) -> Finding:
    return Finding(
        name=f"{PREFIX}{name}",
        area="data",
        title=text("doctor_plain", what=name),
        status=status,
        said=(said,),
        remedies=remedies,
        facts={"source": None, "train": None, "test": None, **facts},
    )


def _remedies(name: str) -> tuple[Text, ...]:
    """How to get the whole dataset."""
    package = get(name).package
    by_package = (text("doctor_get_package", package=package),) if package else ()
    return (text("doctor_get_data", name=name, folder=get(name).folder), *by_package)
