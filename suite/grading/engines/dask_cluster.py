"""The engine `dask`: workers of a Dask cluster run the submissions, here or on other machines.

Dask hands tasks to workers that come and go, and runs elsewhere what a lost worker was running. Whoever reaches its
scheduler can run any code on every machine of it. So a cluster beyond the loopback has to be one with TLS, where only
holders of a certificate are heard, and the workers that this command starts itself are, too.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, Security, wait

from suite.errors import EngineError, HarnessError, UsageError
from suite.grading.engines import dask_worker
from suite.grading.engines.dask_worker import UnfitWorkerError
from suite.grading.engines.interface import ClassRunner, Timer
from suite.grading.engines.shipment import Shipment, pack
from suite.grading.evidence_source import EvidenceSource
from suite.records import Device, Evidence, Provenance, Result, Submission, Text, text
from suite.records.evidence_json import from_plain
from suite.sandbox.gpu import gpu_devices
from suite.temporary import open_temporary

AT_A_TIME = 256  # enough for every core of a large pool, and a few dozen megabytes of submissions in flight
CONNECT_SECONDS = 30
TRY_SECONDS = 300  # in which a worker reads its data sets
LOOK_SECONDS = 10  # until somebody is told that there are no workers
RESOURCES: dict[Device, str] = {"cpu": "timing", "gpu": "GPU"}
"""What a worker has to offer, in Dask's own sense, to time models on a device."""
WORKER_SETTINGS = {
    "distributed.worker.memory.terminate": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
}
"""Dask's settings of workers that this command starts: each submission's sandbox has its own limit of memory; sampling
a hundred times a second what a worker does takes a tenth of the time of grading; and each of five processes would ask
fifty times a second whether it is late."""
TRIES = 3  # of a submission whose task was cancelled, as by a scheduler that somebody has restarted


@dataclass(frozen=True, slots=True, kw_only=True)
class Dask:
    """A cluster that is there already, or one of processes of this machine."""

    scheduler: str | None
    """Address of the scheduler; `None` to start workers here."""
    jobs: int
    """Number of workers to start here."""
    tell: Callable[[Text], None]
    """Called with what the instructor has to know."""

    @property
    def at_a_time(self) -> int:
        """More than the workers can run, so that none waits for its next submission."""
        return AT_A_TIME if self.scheduler else 2 * self.jobs

    @contextmanager
    def open(self, source: EvidenceSource) -> Iterator[ClassRunner]:
        """Connect, try every worker, and run submissions there."""
        with self._connect() as client:
            self.tell(text("dask_dashboard", link=client.dashboard_link))
            pool = _Pool(
                client=client, address=self.scheduler or "", source=source, shipment=pack(source), tell=self.tell
            )
            pool.try_workers()
            pool.refuse_missing_gpu()
            try:
                yield pool
            finally:
                pool.close()

    @contextmanager
    def _connect(self) -> Iterator[Client]:
        if self.scheduler is not None:
            refuse_open_network(self.scheduler)
            try:
                client = Client(self.scheduler, timeout=CONNECT_SECONDS)
            except (OSError, TypeError, ValueError) as error:
                raise UsageError(
                    "the scheduler {scheduler} can't be reached ({error}); see that it runs, and that the certificates "
                    "of both sides are of one authority (docs/dask.md)",
                    scheduler=self.scheduler,
                    error=error,
                ) from error
            with client:
                yield client
            return
        with (
            open_temporary("dask") as folder,
            dask.config.set(WORKER_SETTINGS),
            LocalCluster(
                n_workers=self.jobs,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                memory_limit=0,
                local_directory=str(folder),
                security=Security.temporary(),
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client


def refuse_open_network(address: str) -> None:
    """Raise `UsageError` for a scheduler that others on the network can reach and use."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme in ("tls", "wss") or dask.config.get("distributed.comm.require-encryption") is False:
        return
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(parts.hostname, None)}
    except OSError as error:
        raise UsageError(
            "the scheduler {address} isn't known by that name: {error}", address=address, error=error
        ) from error
    if not all(ipaddress.ip_address(each).is_loopback for each in found):
        raise UsageError(
            "the scheduler {address} doesn't use TLS, so whoever reaches it can run any code on its workers "
            "and on this machine; start it with certificates and name it as tls://… (docs/dask.md). Where "
            "nobody else is on that network, DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION=False allows it",
            address=address,
        )


@dataclass(slots=True, kw_only=True)
class _Pool:
    """The workers of a cluster, for one class."""

    client: Client
    address: str
    source: EvidenceSource
    shipment: Shipment
    tell: Callable[[Text], None]
    _left_out: set[str] = field(default_factory=set)
    _told_empty: bool = False
    _sent: Future[Shipment] | None = None

    def try_workers(self) -> None:
        """Have each make ready for the class, and leave out those that can't; `UsageError` if that is all of them."""
        self._sent = self.client.submit(_same, self.shipment, key=f"class-{self.shipment.digest}")
        addresses = list(self.client.nthreads())
        tried = [
            self.client.submit(
                dask_worker.try_worker, self._sent, workers=[each], pure=False, allow_other_workers=False
            )
            for each in addresses
        ]
        with suppress(TimeoutError):
            wait(tried, timeout=TRY_SECONDS)
        why = {a: f.result() for a, f in zip(addresses, tried, strict=True) if f.status == "finished"}
        unfit = {address: reason for address, reason in why.items() if reason}
        if unfit and len(unfit) == len(addresses):
            address, reason = next(iter(unfit.items()))
            raise UsageError(
                "{worker}; install there what this machine has (docs/dask.md)", worker=UnfitWorkerError(address, reason)
            )
        for address, reason in unfit.items():
            self._leave_out(UnfitWorkerError(address, reason))

    def make(self, submission: Submission, origin: Provenance) -> Evidence:
        """Have one submission run by some worker."""
        return read_answer(self.have_done(dask_worker.run, submission, origin), origin)

    @contextmanager
    def open_timer(self, device: Device) -> Iterator[Timer]:
        """Workers that offer it time submissions, one at a time each; without any, this machine does."""
        resource, offers = RESOURCES[device], self._offers(device)
        if not offers:
            self.tell(text("dask_times_here", resource=resource))
            with self.source.open_timer(device) as timer:
                yield timer
            return
        self.tell(text("dask_times_there", resource=resource, count=offers))
        yield _RemoteTimer(pool=self, device=device, at_a_time=offers)

    def refuse_missing_gpu(self) -> None:
        """Raise `UsageError` where models are to be timed on a GPU, and neither a worker nor this machine has one."""
        if self.source.plan.throughput == "gpu" and not self._offers("gpu") and not gpu_devices():
            raise UsageError(
                "for --device gpu a worker is expected that offers the resource {resource}, and the scheduler "
                "{address} has none; start one on a machine with a GPU by "
                'dask worker --resources "{resource}=1" (docs/dask.md)',
                resource=RESOURCES["gpu"],
                address=self.address,
            )

    def _offers(self, device: Device) -> int:
        """How many workers offer to time models on a device."""
        workers = self.client.scheduler_info(n_workers=-1)["workers"]
        offers = (address for address, each in workers.items() if each["resources"].get(RESOURCES[device]))
        return len(set(offers) - self._left_out)

    def have_done(self, work: Callable[..., Any], *arguments: Any, device: Device | None = None) -> Any:
        """Have something done by some worker, by one that times models on the device if one is named.

        By another one if that is lost or unfit.
        """
        tries, resources = 0, {RESOURCES[device]: 1.0} if device else None
        while True:
            task = self.client.submit(work, self._sent, *arguments, resources=resources, pure=False)
            try:
                return self._await(task, device)
            except UnfitWorkerError as error:
                self._leave_out(error)
            except KilledWorker as error:
                raise HarnessError("each worker that ran it was lost: {error}", error=error) from error
            except CancelledError as error:
                tries += 1
                self._refuse_lost_scheduler(error)
                if tries == TRIES:
                    raise HarnessError(
                        "its task was cancelled {tries} times: {error}", tries=tries, error=error
                    ) from error

    def close(self) -> None:
        """Have the workers end what ran this class."""
        with suppress(OSError, CancelledError, TimeoutError, ValueError):
            self.client.run(dask_worker.close, self.shipment.digest)

    def _await(self, task: Future[Any], device: Device | None) -> Any:
        """A task's result, however long it takes; somebody is told once if there is nobody to run it."""
        while not task.done():
            with suppress(TimeoutError):
                wait(task, timeout=LOOK_SECONDS)
                break
            self._refuse_lost_scheduler(None)
            if not self._told_empty and not (self._offers(device) if device else self.client.nthreads()):
                self._told_empty = True
                self.tell(text("dask_no_workers", scheduler=self.address))
        return task.result()

    def _refuse_lost_scheduler(self, error: Exception | None) -> None:
        """Raise `EngineError` if there is nobody any more to hand out tasks."""
        if self.client.status != "running":
            raise EngineError(
                "the scheduler {address} is lost; what was finished is stored: start it, and run the same command "
                "again to go on",
                address=self.address,
            ) from error

    def _leave_out(self, error: UnfitWorkerError) -> None:
        """Give a worker no more submissions, and say why."""
        if error.address not in self._left_out:
            self._left_out.add(error.address)
            self.tell(text("dask_unfit", worker=error.address, why=error.why))
            self.client.retire_workers([error.address])


@dataclass(frozen=True, slots=True, kw_only=True)
class _RemoteTimer:
    """Times submissions on workers that offer it."""

    pool: _Pool
    device: Device
    at_a_time: int

    def time(self, submission: Submission, result: Result, told: Callable[[int, int], None]) -> Evidence | None:
        """How far a worker has come isn't known here, but whether it is done."""
        if result.evidence is None or result.evidence.provenance is None:
            return None
        told(0, 1)
        answer = self.pool.have_done(dask_worker.time_models, submission, result, self.device, device=self.device)
        told(1, 1)
        return None if answer is None else read_answer(answer, result.evidence.provenance)


def read_answer(answer: Any, origin: Provenance) -> Evidence:
    """The evidence that a worker sent; `HarnessError` for anything else."""
    try:
        evidence = from_plain(json.loads(answer))
    except (TypeError, ValueError, RecursionError) as error:
        raise HarnessError("a worker answered what is no evidence: {error}", error=error) from error
    if evidence.provenance is None or evidence.provenance.key != origin.key:
        raise HarnessError("a worker answered with the evidence of another submission")
    return evidence


def _same(shipment: Shipment) -> Shipment:
    """Keeps the class in the cluster, where it is made once more if the workers that hold it are lost."""
    return shipment
