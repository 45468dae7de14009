"""Entry point of a worker without a warm server: `python -m suite.inside.worker SETTINGS CONNECTION_FILE [FILTER]`.

FILTER is a descriptor of the system-call filter, where the sandbox hasn't applied one itself.
"""

import json
import sys
from pathlib import Path

from suite.inside import seccomp
from suite.inside.worker import ahead, session

if __name__ == "__main__":
    if sys.argv[3:]:
        seccomp.load_from(int(sys.argv[3]))
    ahead.prepare(json.loads(Path(sys.argv[1]).read_text())["worker"])
    session.run(sys.argv[1], sys.argv[2], seal=lambda: None)
