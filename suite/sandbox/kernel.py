"""A Jupyter kernel inside a sandbox: jupyter_client's manager over IPC sockets, with a provisioner of our own."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from suite.errors import SandboxError
from suite.sandbox.interface import Launch, Process, Sandbox

SPEC = KernelSpec(argv=["sandbox"], display_name="sandbox", interrupt_mode="message", language="python")


class SandboxProvisioner(LocalProvisioner):
    """Asks a sandbox for the process instead of starting a command; whatever kernel a notebook names is ignored."""

    def __init__(self, sandbox: Sandbox, launch: Launch, **traits: Any) -> None:
        super().__init__(**traits)
        self._sandbox = sandbox
        self._launch = launch

    async def launch_kernel(self, cmd: list[str], **_: Any) -> KernelConnectionInfo:  # noqa: ARG002
        """Start the worker."""
        self.process: Any = await asyncio.to_thread(self._sandbox.start, self._launch)
        return self.connection_info


class SandboxKernelManager(AsyncKernelManager):
    """A kernel manager whose kernel lives in a room."""

    def __init__(self, sandbox: Sandbox, launch: Launch) -> None:
        super().__init__(transport="ipc", connection_file=str(launch.room.connection))
        self.ip = str(launch.room.link / "k")
        self.provisioner = SandboxProvisioner(sandbox, launch, kernel_id="", kernel_spec=SPEC, parent=self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The only one there is."""
        return SPEC

    @property
    def process(self) -> Process:
        """The sandbox's outermost process on the host."""
        if not isinstance(self.provisioner, SandboxProvisioner) or self.provisioner.process is None:
            raise SandboxError("a started kernel has a process, this one has none; grade it again")
        process: Process = self.provisioner.process
        return process
