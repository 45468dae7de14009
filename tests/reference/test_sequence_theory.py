"""The references of `sequence_theory` learn what the notebook shows, in both frameworks."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch

from tests.reference.parity import CASES, Pair

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

EYE = np.eye(5, dtype=np.float32)
SYMBOLS = np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 0]])
BITS = np.array([[1, 0, 1, 1], [0, 0, 0, 1], [1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 0]])
"""The sequences of the notebook."""
EPOCHS = {"keras": 500, "torch": 1000}
"""For `equals_previous`. The notebook's 500 epochs are only just enough in Keras: with each of five seeds all answers
were right and the worst was .48 to .50 away from its target. PyTorch's RMSprop still had one step wrong then, by .56
to .64, and none by more than .02 after 1000."""


def trained(
    model: str, loss: str, epochs: dict[str, int], inputs: np.ndarray, targets: np.ndarray
) -> dict[str, np.ndarray]:
    """What each edition predicts after so many epochs of RMSprop, one batch each, from the same weights of Keras.

    RMSprop's settings are Keras's defaults, with which the notebook trains. Two differences are left as they are in
    the frameworks: Keras adds epsilon under the root, PyTorch after it, and PyTorch trains two biases.
    """
    (case,) = [case for case in CASES if case.id == model]
    pair = Pair(case, noise=0)
    pair.start("keras")
    return {
        "keras": _train_keras(pair.keras, loss, epochs["keras"], inputs, targets),
        "torch": _train_torch(pair.torch, epochs["torch"], torch.from_numpy(inputs), torch.from_numpy(targets)),
    }


def _train_keras(model: Any, loss: str, epochs: int, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    model.compile(loss=loss, optimizer=keras.optimizers.RMSprop())
    for _ in range(epochs):
        model.train_on_batch(inputs, targets)
    return model(inputs).numpy()


def _train_torch(model: torch.nn.Module, epochs: int, inputs: torch.Tensor, targets: torch.Tensor) -> np.ndarray:
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.001, alpha=0.9, eps=1e-7)
    for _ in range(epochs):
        optimizer.zero_grad()
        predicted = model(inputs)
        if predicted.shape[-1] == 1:
            loss = torch.nn.functional.binary_cross_entropy(predicted, targets)
        else:
            loss = torch.nn.functional.nll_loss(predicted.log(), targets.argmax(-1))
        loss.backward()
        optimizer.step()
    return model(inputs).detach().numpy()


@pytest.fixture(scope="module")
def next_symbol() -> dict[str, np.ndarray]:
    targets = EYE[(SYMBOLS[:, -1] + 1) % 5]
    return trained("next_symbol", "categorical_crossentropy", {"keras": 100, "torch": 100}, EYE[SYMBOLS], targets)


@pytest.fixture(scope="module")
def equals_previous() -> dict[str, np.ndarray]:
    equal = np.concatenate([np.zeros((5, 1), int), BITS[:, 1:] == BITS[:, :-1]], axis=1)
    inputs, targets = (array.astype(np.float32)[..., None] for array in (BITS, equal))
    return trained("equals_previous", "binary_crossentropy", EPOCHS, inputs, targets)


@pytest.mark.parametrize("framework", ["keras", "torch"])
def test_next_symbol(next_symbol: dict[str, np.ndarray], framework: str) -> None:
    """A hundred epochs of RMSprop on the four sequences: the next symbols are 4, 5, 1 and 2."""
    assert (next_symbol[framework].argmax(-1) + 1).tolist() == [4, 5, 1, 2]


@pytest.mark.parametrize("framework", ["keras", "torch"])
def test_equals_previous(equals_previous: dict[str, np.ndarray], framework: str) -> None:
    """Trained, it says at every step but the first, which has none before it, whether it equals that one."""
    seen = equals_previous[framework][:, 1:, 0] > 0.5
    assert np.array_equal(seen, BITS[:, 1:] == BITS[:, :-1])
