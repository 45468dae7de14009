"""Where evidence comes from, as far as tests ask."""

from __future__ import annotations

from typing import Any

from suite.records import Provenance


def provenance(**changes: Any) -> Provenance:
    """Of a submission of `stacked_rnn`, with some fields of its own."""
    plain: dict[str, Any] = dict.fromkeys(("key", "submission", "source", "content_hash", "fingerprint"), "")
    plain |= dict.fromkeys(("calibration", "suite", "code"), "") | {"assignment": "stacked_rnn", "budget": "quick"}
    plain |= {"references": {}, "libraries": {}, "seed": 0, "probe_seed": 0}
    return Provenance(**(plain | changes))
