#!/usr/bin/env bash
# Gradescope runs this once, while it builds the image. Python 3.11 or later, what submissions import, isolation.
set -euo pipefail
root="${SUITE_AUTOGRADER:-/autograder}"
if [ ! -x "$root/venv/bin/python" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install -y --no-install-recommends python3 python3-venv libseccomp2 bubblewrap
    python="$(command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)"
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        apt-get install -y --no-install-recommends python3.11 python3.11-venv
        python="$(command -v python3.11)"
    fi
    "$python" -m venv "$root/venv"
fi
# shellcheck disable=SC2086
"$root/venv/bin/python" -m pip install --quiet ${SUITE_PIP_OPTIONS:-} -c "$root/source/constraints.txt" -r "$root/source/requirements.txt"
cd "$root/source" && "$root/venv/bin/python" -m suite doctor || true
