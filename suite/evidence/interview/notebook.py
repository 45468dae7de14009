"""Runs the cells of a notebook through nbclient, one by one, against one deadline for all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from queue import Empty
from typing import Any

import nbformat
from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from suite.assignments import Limits
from suite.errors import MessageError, SandboxError
from suite.evidence.interview.kernel import SandboxKernelManager
from suite.records import CellOutcome, Outcome, Text, text
from suite.sandbox.cpu_wait import MAX_WAITS, too_busy
from suite.sandbox.interface import Launch, Process, Sandbox
from suite.sandbox.watch import Watch
from suite.text.limits import exceeded
from suite.text.untrusted import drop_stacks, encodable, strip_escapes

STARTUP_SECONDS = 60  # ipykernel answers in 1 s; a loaded machine takes ten times as long
SHUTDOWN_SECONDS = 5  # the kernel's control thread answers at once, unless it is stopped or its interpreter blocked
# From a cell's end to its last output. nbclient's own 4 s lost a thousand of 3,000 outputs on a loaded machine; a
# kernel that never ends its outputs costs each cell so long, within the run's own limit.
OUTPUT_SECONDS = 20
LOOK_SECONDS = 0.2  # between two looks whether the process has ended instead
KIB = 1 << 10
MAX_MESSAGE = 4000
UPDATES = -1  # the key under which updates of earlier outputs are counted
OUTCOMES = {
    "ModuleNotFoundError": Outcome.MISSING_DEPENDENCY,
    "MemoryError": Outcome.MEMORY,
    "ResourceExhaustedError": Outcome.MEMORY,
}

MAY_RAISE = "raises-exception"
"""Tag by which a notebook says that a cell is meant to raise, as Jupyter's own tools read it."""
Stop = tuple[Outcome, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookOutcome:
    """The result of running the cells."""

    cells: tuple[CellOutcome, ...]
    """One per code cell."""
    notebook: str
    """The executed notebook as JSON."""
    stopped: Stop | None
    """The limit or accident that ended it early."""
    cut: tuple[int, ...]
    """Numbers of the code cells whose outputs were cut."""
    left: bool
    """Whether the kernel has left its loop; only then can the process answer questions."""


class _CappedClient(NotebookClient):
    """nbclient with a cap on the outputs that are kept, per cell and in total."""

    def __init__(self, notebook: nbformat.NotebookNode, manager: SandboxKernelManager, limits: Limits) -> None:
        super().__init__(
            notebook,
            km=manager,
            allow_errors=True,
            timeout=None,
            startup_timeout=STARTUP_SECONDS,
            iopub_timeout=OUTPUT_SECONDS,
        )
        self._limits = limits
        self._printed: dict[int, int] = {}
        self.cut: list[int] = []
        self.replies: dict[int, dict[str, Any]] = {}
        self.raised: dict[int, dict[str, Any]] = {}
        self.on_cell_executed = self._keep_reply

    def _keep_reply(self, *, cell_index: int, execute_reply: dict[str, Any], **_: Any) -> None:
        """Keep the kernel's own report on how a cell ended: what a cell displays may be cut or suppressed."""
        self.replies[cell_index] = execute_reply["content"]

    def report(self, cell_index: int) -> dict[str, Any]:
        """How a cell ended: by the kernel's report, or by the first exception that the kernel showed.

        A magic that runs its cell's body as a cell of its own, or a file, such as `%%capture` and `%run`, shows the
        exception and reports success.
        """
        reply = self.replies.get(cell_index, {})
        shown = self.raised.get(cell_index)
        return {**shown, "status": "error"} if shown is not None and reply.get("status") == "ok" else reply

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: Any, cell_index: int) -> Any:
        """Keep an output while it fits under the caps, and say once where it was cut."""
        if msg["msg_type"] == "error":
            self.raised.setdefault(cell_index, msg["content"])
        before = self._printed.get(cell_index, 0)
        if self._fits(msg, cell_index):
            return self._keep_valid(outs, msg, display_id, cell_index)
        space = self._limits.cell_output_kib * KIB - before
        if msg["msg_type"] == "stream" and space > 0:
            super().output(outs, _trim(msg, space), display_id, cell_index)
        if before <= self._limits.cell_output_kib * KIB:
            caps = f"{self._limits.cell_output_kib} KiB a cell, {self._limits.total_output_kib} KiB in all"
            outs.append(nbformat.v4.new_output("stream", name="stderr", text=f"[output cut here: {caps}]"))
            self.cut.append(cell_index)
        return None

    def _keep_valid(self, outs: list[Any], msg: dict[str, Any], display_id: Any, cell_index: int) -> Any:
        """Keep an output that a notebook file can hold; another one, such as an odd MIME type, is dropped and noted."""
        before = list(outs)
        try:
            made = super().output(outs, msg, display_id, cell_index)
            for output in outs[len(before) :]:
                nbformat.validate(output, ref=output["output_type"], version=4)
        except Exception as error:  # noqa: BLE001 - nbformat and jsonschema raise anything on malformed messages
            outs[:] = before
            reason = encodable(str(error).splitlines()[0][:200]) if str(error) else type(error).__name__
            dropped = f"[an output was dropped here, as no notebook can hold it: {reason}]\n"
            outs.append(nbformat.v4.new_output("stream", name="stderr", text=dropped))
            return None
        return made

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Change what was displayed before, under the same caps; what no notebook can hold is left as it was."""
        if not self._fits(msg, UPDATES):
            return
        try:
            shown = nbformat.v4.output_from_msg(msg | {"header": {"msg_type": "display_data"}})
            nbformat.validate(shown, ref="display_data", version=4)
            super()._update_display_id(display_id, msg)
        except Exception:  # noqa: BLE001 - as above; or what was displayed has been cut or cleared
            return

    def handle_comm_msg(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """Leave out the state of widgets: no page shows them, and there is no end to what they may send."""

    def _fits(self, msg: dict[str, Any], cell_index: int) -> bool:
        """Count a message's size and return whether it still fits."""
        before, total = self._printed.get(cell_index, 0), sum(self._printed.values())
        size = len(str(msg["content"]))
        self._printed[cell_index] = before + size
        limits = self._limits
        return before + size <= limits.cell_output_kib * KIB and total + size <= limits.total_output_kib * KIB


def _trim(msg: dict[str, Any], space: int) -> dict[str, Any]:
    """A printed text, cut to `space` characters."""
    return msg | {"content": msg["content"] | {"text": str(msg["content"]["text"])[:space]}}


async def run_notebook(
    notebook: str, sandbox: Sandbox, launch: Launch, watch: Watch, stop_at: int | None = None
) -> NotebookOutcome:
    """Run every code cell; afterwards the kernel has left its loop and answers questions on the channel.

    If the cell with the index `stop_at` raises, the run ends there.

    Raises `SandboxError` when the kernel doesn't start: no code of the submission has run by then.
    """
    document = nbformat.reads(notebook, as_version=4)
    manager = SandboxKernelManager(sandbox, launch)
    client = _CappedClient(document, manager, launch.limits)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(manager.cleanup_resources)
        await manager.start_kernel()
        watch.follow(manager.process, launch.log)
        try:
            kernel = await client.async_start_new_kernel_client()
        except (RuntimeError, MessageError) as error:
            log = launch.log.read(500)
            raise SandboxError(
                "the kernel didn't start in the sandbox {sandbox}: {error}; it wrote: {log}",
                sandbox=sandbox.name,
                error=error,
                log=log,
            ) from error
        assert isinstance(kernel, AsyncKernelClient)  # noqa: S101 - what an AsyncKernelManager makes
        stack.callback(kernel.stop_channels)
        cells, stopped = await _play_cells(client, document, watch, stop_at)
        late = stopped is not None and stopped[0] is Outcome.TIMEOUT and watch.breach is None  # and so still alive
        if late:
            await manager.interrupt_kernel()
        if any(cell.outcome is Outcome.ERROR for cell in cells):
            watch.check_kills()
        left = (stopped is None or late) and await _leave(kernel, manager.process)
    cut = tuple(number for number, cell in enumerate(cells, 1) if cell.index in client.cut)
    return NotebookOutcome(
        cells=cells, notebook=encodable(nbformat.writes(document)), stopped=stopped, cut=cut, left=left
    )


async def _play_cells(
    client: _CappedClient, document: nbformat.NotebookNode, watch: Watch, stop_at: int | None
) -> tuple[tuple[CellOutcome, ...], Stop | None]:
    """Run the cells in order until the end, the deadline, the kernel's death, or an error in the cell `stop_at`."""
    outcomes: list[CellOutcome] = []
    stopped: Stop | None = None
    deadline = time.monotonic() + watch.wall_seconds
    for index, cell in enumerate(document.cells):
        tags = cell.metadata.get("tags", ())
        if cell.cell_type != "code" or not cell.source.strip() or client.skip_cells_with_tag in tags:
            continue
        if stopped is not None:
            outcomes.append(CellOutcome(index=index, outcome=Outcome.SKIPPED, seconds=0.0))
            continue
        begin = time.monotonic()
        try:
            await _in_time(client.async_execute_cell(cell, index), deadline, watch)
        except (TimeoutError, DeadKernelError):  # nbclient takes a cancelled wait for a dead kernel
            stopped = watch.look_again() or _why_stopped(
                len(outcomes) + 1, watch.wall_seconds, time.monotonic() > deadline
            )
        except SandboxError:
            raise
        except Exception as error:  # noqa: BLE001 - nbclient can raise anything on messages that don't fit together
            stopped = Outcome.ERROR, text("bad_message", cell=len(outcomes) + 1, name=type(error).__name__)
        reply, expected = client.report(index), MAY_RAISE in tags
        outcomes.append(_judge_cell(index, reply, time.monotonic() - begin, stopped, expected=expected))
        if index == stop_at and stopped is None and outcomes[-1].outcome is not Outcome.PASS:
            name = outcomes[-1].error_name
            stopped = outcomes[-1].outcome, text("cell_error", cell=len(outcomes), name=name, message="")
    return tuple(outcomes), stopped


async def _in_time(work: Coroutine[Any, Any, Any], deadline: float, watch: Watch) -> None:
    """Wait for a cell's end until the deadline, and for as long again as it waited for a CPU that others had.

    Raises `TimeoutError` then, and `SandboxError` if the machine never gave it its time: that proves nothing.
    """
    cell = asyncio.ensure_future(work)
    most = MAX_WAITS * watch.wall_seconds
    while True:
        waited = watch.waited() if time.monotonic() > deadline else 0.0
        left = deadline + min(waited, most) - time.monotonic()
        if not cell.done() and left > 0:
            await asyncio.wait({cell}, timeout=left)
            continue
        if cell.done():
            cell.result()
            return
        cell.cancel()
        with suppress(asyncio.CancelledError, DeadKernelError):
            await cell
        if waited > most:
            raise too_busy(waited)
        raise TimeoutError


def _why_stopped(cell: int, wall_seconds: float, late: bool) -> Stop:  # noqa: FBT001
    """Why a cell didn't end, if the watch saw no limit exceeded."""
    if late:
        return Outcome.TIMEOUT, text("wall_limit", seconds=round(wall_seconds), cell=cell)
    return Outcome.ERROR, text("kernel_died", cell=cell)


def _judge_cell(
    index: int, reply: dict[str, Any], seconds: float, stopped: Stop | None, *, expected: bool
) -> CellOutcome:
    """A cell's outcome by the kernel's reply, or by what stopped it; `sys.exit(0)` and an expected error are a pass."""
    name, message = str(reply.get("ename", "")), drop_stacks(strip_escapes(str(reply.get("evalue", ""))))
    left = name == "SystemExit" and message in ("", "0", "None")
    if stopped is not None or reply.get("status") == "ok" or left or expected:
        raised = expected and stopped is None and reply.get("status") != "ok"
        outcome = stopped[0] if stopped else Outcome.PASS
        return CellOutcome(
            index=index, outcome=outcome, seconds=seconds, expected_error=encodable(name) if raised else ""
        )
    return CellOutcome(
        index=index,
        outcome=Outcome.LIMIT if exceeded(message) else OUTCOMES.get(name, Outcome.ERROR),
        seconds=seconds,
        error_name=encodable(name or "Error"),
        error_message=encodable(message[:MAX_MESSAGE]),
    )


async def _leave(kernel: AsyncKernelClient, process: Process) -> bool:
    """Ask the kernel to leave its loop, so that the worker can answer questions; returns whether it did.

    A process that has ended left it, too: its agreement may be lost with its sockets. What is no message isn't heard.
    """
    kernel.shutdown()
    deadline = time.monotonic() + SHUTDOWN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(Empty, MessageError):
            await kernel.get_control_msg(timeout=LOOK_SECONDS)
            return True
    return process.poll() is not None
