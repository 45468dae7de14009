"""Clusters that are refused, and what is accepted of a worker."""

from __future__ import annotations

import json
from pathlib import Path

import dask
import pytest

from suite.errors import HarnessError, UsageError
from suite.grading.engines.dask_cluster import read_answer, refuse_open_network
from suite.records import Evidence, Run
from suite.records.evidence_json import as_plain
from tests.conftest import run_suite
from tests.provenance import provenance


@pytest.mark.parametrize("address", ["tls://192.0.2.7:8786", "tcp://127.0.0.1:8786", "127.0.0.1:8786", "tcp://[::1]:1"])
def test_what_nobody_else_can_use(address: str) -> None:
    """A scheduler with TLS, or one of this machine."""
    refuse_open_network(address)


@pytest.mark.parametrize("address", ["tcp://192.0.2.7:8786", "192.0.2.7:8786", "ws://192.0.2.7:8786"])
def test_an_open_network_is_refused(address: str) -> None:
    """The sentence says what could happen, and how it is mended."""
    with pytest.raises(UsageError, match=r"can run any code .* tls://"):
        refuse_open_network(address)


def test_an_open_network_may_be_allowed() -> None:
    """By Dask's own setting, said on purpose."""
    with dask.config.set({"distributed.comm.require-encryption": False}):
        refuse_open_network("tcp://192.0.2.7:8786")


@pytest.mark.slow
def test_an_engine_and_a_scheduler_that_contradict_each_other(tmp_path: Path) -> None:
    """Nobody has to guess which of both was meant."""
    done = run_suite("grade", tmp_path, "-a", "stacked_rnn", "--engine", "local", "--scheduler", "tls://x:1")
    assert done.returncode == 2
    assert "leave out --scheduler tls://x:1" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "answer", [None, 7, b"", b"{", b"[]", b"{}", b"[" * 100_000], ids=lambda answer: repr(answer)[:9]
)
def test_what_is_no_evidence(answer: object) -> None:
    """Whatever a worker answers, it is the harness's failure and costs nobody points."""
    with pytest.raises(HarnessError, match="no evidence"):
        read_answer(answer, provenance(key="1"))


def test_evidence_of_another_submission() -> None:
    """It is told by its key, which names the submission and all that its run depends on."""
    run = Run(cells=(), notebook="{}", seconds=1.0, sandbox="process")
    answer = json.dumps(as_plain(Evidence(run=run, models=(), provenance=provenance(key="1"))))
    assert read_answer(answer, provenance(key="1")).run == run
    with pytest.raises(HarnessError, match="another submission"):
        read_answer(answer, provenance(key="2"))
