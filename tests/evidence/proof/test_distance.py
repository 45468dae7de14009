"""How far outputs lie apart, and in which form they are nearest."""

from __future__ import annotations

import numpy as np
import pytest

from suite.evidence.proof.distance import difference, nearest, probabilities

LOGITS = [np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0]], np.float32)]
ENOUGH = 1e-4


@pytest.mark.parametrize(
    ("own", "reference", "form"),
    [
        (LOGITS[0], LOGITS[0], "same"),
        (LOGITS[0], probabilities(LOGITS[0]), "own logits"),
        (probabilities(LOGITS[0]), LOGITS[0], "reference logits"),
        (np.log(probabilities(LOGITS[0])), LOGITS[0], "both"),
    ],
)
def test_logits_and_probabilities(own: np.ndarray, reference: np.ndarray, form: str) -> None:
    """Logits, probabilities and their logarithms are told apart and compared in a form that both have."""
    apart, found = nearest([own], [reference], ENOUGH, squashable=True)
    assert found == form
    assert apart is not None
    assert apart < 1e-6


def test_exact_outputs_are_not_squashed() -> None:
    """Where a task asks for exact answers, probabilities aren't logits."""
    apart, _ = nearest([probabilities(LOGITS[0])], LOGITS, ENOUGH, squashable=False)
    assert apart is not None
    assert apart > 0.1


@pytest.mark.parametrize("reference", [LOGITS, [probabilities(LOGITS[0])]])
def test_softmax_twice_is_another_function(reference: list[np.ndarray]) -> None:
    """A softmax on top of a softmax equals nothing in any form."""
    twice = probabilities(probabilities(LOGITS[0]))
    apart, _ = nearest([twice], reference, ENOUGH, squashable=True)
    assert apart is not None
    assert apart > 0.01


def test_a_shift_is_another_function() -> None:
    """Logits that are all too large by the same amount aren't the reference's, unless they are logarithms."""
    apart, _ = nearest([LOGITS[0] + 5], LOGITS, ENOUGH, squashable=True)
    assert apart is not None
    assert apart > 0.1


def test_a_single_number_is_no_certainty() -> None:
    """Softmax of one number would be 1 whatever it is; sigmoid tells two models apart."""
    one, other = np.array([[0.3]]), np.array([[2.0]])
    assert probabilities(one) == pytest.approx(0.574, abs=1e-3)
    apart, _ = nearest([one], [other], ENOUGH, squashable=True)
    assert apart is not None
    assert apart > 0.1


@pytest.mark.parametrize("own", [[], [np.zeros((2, 4))], [*LOGITS, *LOGITS], [LOGITS[0] * np.nan]])
def test_what_cannot_be_compared(own: list[np.ndarray]) -> None:
    """Other shapes, other numbers of outputs, and no numbers have no distance."""
    assert difference(own, LOGITS) is None


@pytest.mark.parametrize("reference", [LOGITS, [probabilities(LOGITS[0])]])
@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (3,), (2, 1), (2, 3, 1)])
@pytest.mark.parametrize("kind", [bool, np.int64, np.float16])
def test_answers_of_any_form(reference: list[np.ndarray], shape: tuple[int, ...], kind: type) -> None:
    """A single number, nothing, and truth values for numbers have no distance, and no form raises."""
    own = [np.ones(shape, kind)]
    assert nearest(own, reference, ENOUGH, squashable=True)[0] is None
    assert difference(own, own) == 0
    assert probabilities(own[0]).shape == shape


def test_samples_tell_logits_that_lie_between_0_and_1() -> None:
    """Single logits look like probabilities now and then; with further ones of the same models they don't."""
    logits, further = np.array([[0.3], [0.6]]), np.array([[-4.0], [7.0]])
    chances = probabilities(logits)
    apart, _ = nearest([chances], [logits], ENOUGH, squashable=True)
    assert apart is not None
    assert apart > 0.1
    for own, reference, form in ((chances, logits, "reference logits"), (logits, chances, "own logits")):
        samples = tuple([further if each is logits else probabilities(further)] for each in (own, reference))
        apart, found = nearest([own], [reference], ENOUGH, squashable=True, samples=(samples[0], samples[1]))
        assert (apart, found) == (0, form)
    twice = probabilities(chances)
    apart, _ = nearest(
        [twice], [chances], ENOUGH, squashable=True, samples=([probabilities(probabilities(further))], [chances])
    )
    assert apart is not None
    assert apart > 0.01
