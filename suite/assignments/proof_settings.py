"""How the functional proof is done and what counts as equal: one set of defaults for every assignment."""

from __future__ import annotations

from suite.assignments.settings import Count, Positive, Settings


class ProofSettings(Settings):
    """Table `[proof]` of an assignment, which need not be there; all is float32."""

    outputs_of_largest: Positive = 1e-4
    """Of the reference's largest output. Sums in another order differ by up to 2e-6 (`parity.toml` of the tests), by
    1e-5 over 100 steps; PyTorch's own epsilon of batch normalisation by 2e-5; a wrong activation, mask or gate by
    1e-2."""
    layer_of_largest: Positive = 1e-2
    """Of what a formula says of a layer that is called by itself. Loose, for half precision is off by 1e-3 and numbers
    that are made up by everything: here it is told what a layer is, not whether it is right."""
    trained_of_movement: Positive = 1e-3
    """Of the tensor's largest movement in the steps; ten times what parity measured, as a loop over a cell adds up
    gradients in another order. A layer that doesn't learn, or learns through a cut gradient, is off by 1e-1."""
    trained_of_value: Positive = 1e-6
    """Of the tensor's largest number, which each step rounds by up to 6e-8 of it."""
    steps: Count = 2
    """Of training: the second starts from weights that no one could know."""
    rate: Positive = 0.5
    """Of SGD: large, so that weights move beyond their rounding."""
    calls: Count = 2
    """In a row without a reset: a state that is kept, or should be, shows in the second."""
    rows: Count = 5
    """In a batch, or as many as the probe asks for; more than the probe's 3, which a submission has seen."""
    max_mappings: Count = 16
    """Ways of laying weights into a model. A cell written by hand has 8 to 32 by shape; the first few are the likely
    ones, and each costs a forward pass."""
    max_tensors: Count = 64
    """Tensors of which it is tried whether they matter, each for a forward pass; the largest reference has 14."""
    traced_steps: Count = 50
    """From this length of a sequence on, Keras traces a submission's graph: 100 steps of an LSTM take 0.15 s forward
    and 0.2 s back eagerly, 0.01 s through a graph after 0.3 s of tracing. References, asked again and again, always
    do."""
