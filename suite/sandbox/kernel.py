"""A Jupyter kernel inside a sandbox, started through jupyter_client over IPC sockets."""

from __future__ import annotations

import subprocess
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from suite.errors import SandboxError
from suite.sandbox.interface import Sandbox
from suite.sandbox.room import Room
from suite.sandbox.watch import Watch

KERNEL_NAME = "sandbox"


class _OneSpec(KernelSpecManager):
    """Answers every kernel name with the sandbox's command: names in notebooks are ignored."""

    def __init__(self, command: list[str]) -> None:
        super().__init__()
        self._command = command

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        return KernelSpec(argv=self._command, display_name=KERNEL_NAME, interrupt_mode="message", language="python")


class SandboxKernelManager(AsyncKernelManager):
    """A kernel manager whose kernel lives in a room."""

    def __init__(self, sandbox: Sandbox, room: Room, disk_mib: int) -> None:
        command = [*sandbox.command(room, disk_mib), str(room.settings), "-f", "{connection_file}"]
        super().__init__(kernel_name=KERNEL_NAME, kernel_spec_manager=_OneSpec(command))
        self.transport = "ipc"
        self.ip = str(room.link / "k")
        self.connection_file = str(room.link / "kernel.json")

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The sandbox's outermost process on the host."""
        if not isinstance(self.provisioner, LocalProvisioner) or self.provisioner.process is None:
            raise SandboxError("a started kernel has a process, this one has none; grade it again")
        return self.provisioner.process


async def start(sandbox: Sandbox, room: Room, watch: Watch, disk_mib: int) -> SandboxKernelManager:
    """Start a kernel under watch; the end of the watch is the end of its process."""
    manager = SandboxKernelManager(sandbox, room, disk_mib)
    with room.log.open("ab") as log:
        options: dict[str, Any] = {"env": sandbox.environment(room), "cwd": str(room.scratch)}
        await manager.start_kernel(stdout=log, stderr=log, **options)
    watch.follow(manager.process)
    return manager
