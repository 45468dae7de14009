"""What outlives a command: a process of the user's own keeps warm servers, and hands their control sockets out.

It also keeps a process that has imported the suite and forks for commands (`delegation`). It reads nothing of a
submission: a command asks it for a server once, and what is forked and run goes between that command and the server, as
with servers of its own. Public: `find`, `Resident`, `runtime_folder`, `make_folder`.
"""

from suite.resident.client import Resident, ResidentStatus, find
from suite.resident.place import make_folder, runtime_folder

__all__ = ["Resident", "ResidentStatus", "find", "make_folder", "runtime_folder"]
