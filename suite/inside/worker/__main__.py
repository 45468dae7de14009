"""Entry point of a worker without a warm server: `python -m suite.inside.worker SETTINGS CONNECTION_FILE`."""

import json
import sys
from pathlib import Path

from suite.inside.worker import ahead, session

if __name__ == "__main__":
    ahead.prepare(json.loads(Path(sys.argv[1]).read_text())["worker"])
    session.run(sys.argv[1], sys.argv[2], seal=lambda: None)
