"""Entry point of a worker that starts cold: `python -m suite.inside.worker RUNTIME SETTINGS CONNECTION_FILE`."""

import sys

from suite.inside.worker import ahead, session

if __name__ == "__main__":
    ahead.prepare(sys.argv[1])
    session.run(sys.argv[2], sys.argv[3], seal=lambda: None)
