"""The datasets and the door that each comes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from suite.data import DATASETS
from suite.data.sources import find_real, folders, get
from suite.doctor.diagnosis import Fact, Finding, Status
from suite.errors import DataError
from suite.records import Text, text

PREFIX = "dataset_"
PACKAGED = {"fashion_mnist": "dataset-fashion-mnist"}  # what Debian and Ubuntu have


def judge_datasets(environment: Mapping[str, str]) -> Iterator[Finding]:
    """One finding a dataset; its files are read, so that damaged ones show."""
    for name in DATASETS:
        try:
            found = find_real(name, environment)
        except (DataError, OSError) as error:
            said = text("doctor_data_damaged", reason=str(error))
            yield _as_finding(name, Status.MISSING, said, (text("doctor_get_intact", name=name),))
            continue
        if found is None:
            yield _as_finding(name, Status.WEAK, text("doctor_data_stand_in"), _remedies(name), door="stand-in")
            continue
        rows = {part: len(next(iter(columns.values()))) for part, columns in found.parts.items()}
        said = text("doctor_data_found", door=found.door, train=rows["train"], test=rows["test"])
        places = {f"{door}, a sample": folder for door, folder in folders(get(name), environment)}
        rest = (text("doctor_get_rest", folder=str(places[found.door])),) if found.door in places else ()
        yield _as_finding(name, Status.NOTE if rest else Status.GOOD, said, rest, door=found.door, **rows)


def doors(findings: Iterable[Finding]) -> dict[str, str]:
    """The door of each dataset that can be read."""
    return {
        finding.name.removeprefix(PREFIX): str(finding.facts["door"]) for finding in findings if finding.facts["door"]
    }


def _as_finding(name: str, status: Status, said: Text, remedies: tuple[Text, ...], **facts: Fact) -> Finding:
    return Finding(
        name=f"{PREFIX}{name}",
        area="data",
        title=text("doctor_plain", what=name),
        status=status,
        said=(said,),
        remedies=remedies,
        facts={"door": None, "train": None, "test": None, **facts},
    )


def _remedies(name: str) -> tuple[Text, ...]:
    """Ways to the whole dataset."""
    package = PACKAGED.get(name)
    by_package = (text("doctor_get_package", package=package),) if package else ()
    return (text("doctor_get_data", name=name, folder=get(name).folder), *by_package)
