"""How the functional proof is done and what counts as equal: one set of defaults for all assignments."""

from __future__ import annotations

from suite.assignments.settings import Count, Positive, Settings
from suite.records import Movement, Proof


class ProofSettings(Settings):
    """The optional table `[proof]` of an assignment. All computations are in float32."""

    outputs_of_largest: Positive = 1e-4
    """Tolerance, relative to the reference's largest output. Summing in another order gives differences up to 2e-6
    (`parity.toml` of the tests), 1e-5 over 100 steps; PyTorch's epsilon of batch normalisation 2e-5; a wrong
    activation, mask or gate 1e-2."""
    layer_of_largest: Positive = 1e-2
    """Tolerance for a layer called by itself, relative to the largest output that the formula gives. Loose: this only
    identifies the kind of layer. Half precision is off by 1e-3, invented numbers by far more."""
    own_answers: Positive = 0.05
    """How far a model's own answers may differ from those computed from its weights, as a share of the largest output.
    Half precision, which a model may use, is off by .02; weights kept somewhere else by 1."""
    trained_of_movement: Positive = 1e-3
    """Tolerance after training, relative to the tensor's largest change; ten times what the parity tests measured, as
    a loop over a cell adds gradients in another order. A layer with a missing or cut gradient is off by 1e-1."""
    trained_of_value: Positive = 1e-6
    """Added tolerance after training, relative to the tensor's largest value; each step rounds by up to 6e-8 of it."""
    rounded_of_movement: Positive = 0.03
    """Largest difference after training, relative to the tensor's largest change, that rounding may have made, so that
    other weights are tried. Over 100 steps of four LSTM layers 1 draw in 40 makes .001 to .005 of it."""
    lessons: Count = 3
    """Draws of weights at most, from which both are trained; one does unless rounding may have set them apart."""
    steps: Count = 2
    """Training steps; the second starts from weights that a submission can't know in advance. One is enough where all
    layers are Keras's own, whose gradient takes 0.3 to 0.5 s and is the same in every step."""
    rate: Positive = 0.5
    """Learning rate of SGD: large, so that weights change by more than their rounding."""
    calls: Count = 2
    """Calls in a row without a reset; the second shows whether a state is kept."""
    rows: Count = 5
    """Rows in a batch, unless the probe sets another number; more than the probe's 3, which a submission has seen."""
    max_mappings: Count = 16
    """Most ways of assigning the reference's weights to a model's tensors that are tried. A cell written by hand allows
    8 to 32 by shape; the likeliest come first, and each costs a forward pass."""
    pairing_calls: Count = 200
    """Most calls of a model by which its weights are paired with the reference's, where their order doesn't tell. An
    LSTM layer with a matrix per gate and shuffled gates needs about 60, of 5 to 50 ms."""
    max_tensors: Count = 64
    """Most tensors tested for having an effect, with a forward pass each; the largest reference has 14."""
    large: Count = 250_000
    """Numbers in a model's tensors from which one gradient, checked, tells which tensors have an effect. In smaller
    models a forward pass for each costs less than the second that Keras may need for a gradient."""
    traced_steps: Count = 50
    """Sequence length from which a Keras submission runs as a traced graph: 100 steps of an LSTM take 0.15 s forward
    and 0.2 s back eagerly, 0.01 s in a graph after 0.3 s of tracing. References use graphs for calls always, and
    for steps when they have taken some."""
    repeated_steps: Count = 12
    """Sequence length from which the calls of a recurrent one do, but not its training, if all its layers are Keras's
    own. Tracing costs as much as 35 steps of a call, and the proof of a right model takes four calls."""

    def answers_alike(self, proof: Proof) -> bool:
        """Whether both gave the same outputs, also with the model's own weights."""
        same = proof.difference is not None and proof.difference <= self.outputs_of_largest
        return same and not self.answers_elsewhere(proof)

    def answers_elsewhere(self, proof: Proof) -> bool:
        """Whether the model answers otherwise with its own weights than they say, as if it knew the host's."""
        return proof.own_apart is not None and proof.own_apart > self.own_answers

    def moved_apart(self, proof: Proof) -> list[Movement]:
        """The tensors that training changed differently from the reference's."""
        return [move for move in proof.movements if move.difference > self._tolerance(move)]

    def may_be_rounding(self, proof: Proof) -> bool:
        """Whether training moved some tensors differently, and none by more than rounding may."""
        apart = self.moved_apart(proof)
        return bool(apart) and all(move.difference <= self.rounded_of_movement * move.movement for move in apart)

    def unmoved(self, proof: Proof) -> list[Movement]:
        """The tensors that the reference's training hardly changes, so that a frozen one wouldn't show."""
        return [move for move in proof.movements if move.movement <= self._tolerance(move)]

    def is_proved(self, proof: Proof) -> bool:
        """Whether outputs and learning are equal."""
        return self.answers_alike(proof) and bool(proof.steps) and not self.moved_apart(proof)

    def _tolerance(self, move: Movement) -> float:
        return self.trained_of_movement * move.movement + self.trained_of_value * move.value
