"""What the history needs to know of a machine is read without a framework."""

from __future__ import annotations

from pathlib import Path

from suite.doctor.fingerprint import POLICY, read_fingerprint
from suite.tracking.history.machine import MachineInfo, as_machine


def test_reads_processor_and_policy(tmp_path: Path) -> None:
    """From the files where Linux tells them."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text("processor : 0\nmodel\t: 2\nmodel name\t: Fast One\n")
    (tmp_path / POLICY).parent.mkdir(parents=True)
    (tmp_path / POLICY).write_text("powersave\n")
    found = read_fingerprint(tmp_path)
    assert (found["cpu_model"], found["frequency_policy"]) == ("Fast One", "powersave")


def test_says_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    """A system without these files has empty fields, no error."""
    found = read_fingerprint(tmp_path)
    assert (found["cpu_model"], found["frequency_policy"]) == ("", "")


def test_is_what_the_history_reads() -> None:
    """Every field arrives in the machine's record: numpy's version and BLAS among them."""
    found = read_fingerprint()
    machine = as_machine(MachineInfo.model_validate({"suite": found}))
    assert machine.cores == found["cores"] > 0
    assert machine.frameworks["numpy"]
    assert machine.blas == tuple(found["blas"])
