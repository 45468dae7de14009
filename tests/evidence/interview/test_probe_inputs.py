"""The host's draws: the same for a seed, others for each model."""

from __future__ import annotations

import numpy as np

from suite.evidence.interview.probe_inputs import PROBES, PROOF, stream


def test_a_seed_draws_the_same_again() -> None:
    """What was asked can be asked again."""
    assert np.array_equal(stream(7, PROOF, 2).random(5), stream(7, PROOF, 2).random(5))


def test_no_two_models_are_asked_the_same() -> None:
    """Every model and purpose has numbers of its own, so that answers can't be carried from one to the other."""
    places = [(PROBES, 0, 0), (PROBES, 0, 1), (PROBES, 1, 0), (PROOF, 0), (PROOF, 1)]
    first = {float(stream(7, *place).random()) for place in places}
    assert len(first) == len(places)


def test_without_a_seed_nothing_repeats() -> None:
    """Draws without a seed differ each time."""
    assert stream(None, PROOF, 0).random() != stream(None, PROOF, 0).random()
