"""A Jupyter kernel inside a sandbox: jupyter_client's manager over IPC sockets, with a provisioner of our own."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import HasTraits

from suite.errors import SandboxError
from suite.evidence.interview.messages import CheckedSession
from suite.sandbox.interface import Launch, Process, Sandbox

KIB = 1 << 10
ANSWER_SECONDS = 0.05  # an answer to a question asked before iopub was connected never comes; asking twice does no harm
RECONNECT_MILLISECONDS = 10  # a kernel listens 0.1 s after its start; 100, the default, wastes half of that again
MAX_WAITING = 64  # messages held for the host; the kernel keeps the others, in the submission's own memory
SPEC = KernelSpec(argv=["sandbox"], display_name="sandbox", interrupt_mode="message", language="python")


class SandboxProvisioner(LocalProvisioner):
    """Asks a sandbox for the process instead of starting a command; whatever kernel a notebook names is ignored."""

    def __init__(self, sandbox: Sandbox, launch: Launch, **traits: Any) -> None:
        super().__init__(**traits)
        self._sandbox = sandbox
        self._launch = launch

    async def launch_kernel(self, cmd: list[str], **_: Any) -> KernelConnectionInfo:  # noqa: ARG002
        """Start the worker, in this thread: bubblewrap kills its process when the thread that started it ends."""
        self.process: Any = self._sandbox.start(self._launch)
        return self.connection_info


class PromptClient(AsyncKernelClient):
    """A client that notices at once when a kernel is ready; jupyter_client's own waits for silence."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - nbclient's
        """Ask until the end of an answer arrives over iopub: the kernel is connected then, and no message is pending.

        Raises `RuntimeError` when the kernel died or didn't answer within `timeout` seconds.
        """
        deadline = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < deadline:
            asked = self.kernel_info()
            try:
                while not _ends(asked, await self.get_iopub_msg(timeout=ANSWER_SECONDS)):
                    continue
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
            else:
                return
        raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")


def _ends(asked: str, message: dict[str, Any]) -> bool:
    """Whether a message says that a request has been dealt with."""
    state = message["parent_header"].get("msg_id"), message["content"].get("execution_state")
    return state == (asked, "idle")


class SandboxKernelManager(AsyncKernelManager):
    """A kernel manager whose kernel runs in a sandbox."""

    def __init__(self, sandbox: Sandbox, launch: Launch) -> None:
        super().__init__(transport="ipc", connection_file=str(launch.folders.connection), client_factory=PromptClient)
        self.ip = str(launch.folders.link / "k")
        limit = launch.limits.total_output_kib * KIB
        self.context.setsockopt(zmq.MAXMSGSIZE, limit)
        self.context.setsockopt(zmq.RCVHWM, MAX_WAITING)
        self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MILLISECONDS)
        self.provisioner = SandboxProvisioner(sandbox, launch, kernel_id="", kernel_spec=SPEC, parent=self)

    def _session_default(self) -> CheckedSession:
        """What unpacks messages: traitlets asks this method for it."""
        return CheckedSession(parent=self)

    def client(self, **traits: Any) -> AsyncKernelClient:  # type: ignore[override] # as in the class above
        """A client on the manager's context: a context of its own would lack the options set there."""
        return super().client(context=self.context, **traits)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The only kernel spec there is."""
        return SPEC

    @property
    def process(self) -> Process:
        """The sandbox's outermost process on the host."""
        if not isinstance(self.provisioner, SandboxProvisioner) or self.provisioner.process is None:
            raise SandboxError("a started kernel has a process, this one has none; grade it again")
        process: Process = self.provisioner.process
        return process


def look_up_classes(*kinds: type[HasTraits]) -> None:
    """Look up the classes that traits name by a string, once.

    traitlets does so whenever an instance is made, and breaks off where two threads do it at the same time.
    """
    for kind in kinds:
        for trait in kind.class_traits().values():
            trait.instance_init(None)


look_up_classes(SandboxKernelManager, SandboxProvisioner, PromptClient, CheckedSession)
