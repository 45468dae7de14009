"""What a difference after training means: a small one may be rounding, so that other weights are tried."""

from __future__ import annotations

import pytest

from suite.assignments import Probe, ProofSettings
from tests.evidence.proof.in_process import prove

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.slow
PROBE = Probe.model_validate({"inputs": [{"shape": [6, 3]}]})
SETTINGS = ProofSettings()
LESSON = SETTINGS.steps
ALWAYS = 1000


class Last(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """Answers by the last state; the gradients of its first steps are off by a share."""

    def __init__(self, off: float = 0, steps: int = 0) -> None:
        super().__init__()
        self.rnn = torch.nn.LSTM(3, 4, batch_first=True)
        self.left = steps

        def hook(gradient: torch.Tensor) -> torch.Tensor:
            self.left -= 1
            return gradient * (1 + off) if self.left >= 0 else gradient

        self.rnn.weight_hh_l0.register_hook(hook)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.rnn(inputs)[0][:, -1]


@pytest.mark.parametrize(
    ("off", "steps", "proved"),
    [
        (0, 0, True),
        (0.01, LESSON, True),
        (0.01, 2 * LESSON, True),
        (0.01, ALWAYS, False),
        (0.2, LESSON, False),
    ],
    ids=["right", "one lesson rounds", "two lessons round", "every lesson", "more than rounding"],
)
def test_other_weights_are_tried(*, off: float, steps: int, proved: bool) -> None:
    """Whoever learns otherwise does so from all weights, or by more than rounding makes."""
    proof = prove("torch", Last(), Last(off, steps), PROBE)
    assert proof is not None
    assert SETTINGS.is_proved(proof) is proved
