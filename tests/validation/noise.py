"""Simulated machines: how the logarithm of a segment's time goes up and down while two sides take turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Array = np.ndarray
QUADS, TURNS, PAIRS = 40, 4, 5
SEGMENTS = QUADS * TURNS
CV = 0.027  # of a segment; the design's figure for a shared machine
PERSISTENCE = 0.6
SPIKES, SPIKE = 0.07, (0.1, 0.7)  # a share of the segments takes 10 to 100% longer
TYPES, MOVES = 0.22, 0.02  # another processor is 25% slower, and one segment in fifty begins on another one
BIAS = 0.01  # standard deviation of a process that runs the same as others


def iid(generator: np.random.Generator, trials: int) -> Array:
    """Each segment by itself."""
    return generator.normal(0, CV, (trials, SEGMENTS))


def persistent(generator: np.random.Generator, trials: int) -> Array:
    """AR(1): a busy moment goes on for some segments."""
    fresh = generator.normal(0, CV * np.sqrt(1 - PERSISTENCE**2), (trials, SEGMENTS))
    noise = generator.normal(0, CV, (trials, SEGMENTS))
    for place in range(1, SEGMENTS):
        noise[:, place] = PERSISTENCE * noise[:, place - 1] + fresh[:, place]
    return noise


def spikes(generator: np.random.Generator, trials: int) -> Array:
    """Now and then someone else's work falls into a segment."""
    hit = generator.random((trials, SEGMENTS)) < SPIKES
    return iid(generator, trials) + hit * generator.uniform(*SPIKE, (trials, SEGMENTS))


def mixture(generator: np.random.Generator, trials: int) -> Array:
    """A virtual machine that is moved between two types of processor."""
    moved = np.cumsum(generator.random((trials, SEGMENTS)) < MOVES, axis=1) + generator.integers(2, size=(trials, 1))
    return iid(generator, trials) + TYPES * (moved % 2)


NOISES: Mapping[str, Callable[[np.random.Generator, int], Array]] = {
    "iid, CV 2.7%": iid,
    "AR(0.6), CV 2.7%": persistent,
    "7% spikes": spikes,
    "two processors": mixture,
    "process bias 1%": iid,
}


def biases(name: str, generator: np.random.Generator, trials: int) -> Array:
    """What each pair's two processes differ by, (trials, pairs)."""
    spread = BIAS * np.sqrt(2) if name.startswith("process") else 0.0
    return generator.normal(0, spread, (trials, PAIRS))


def take_turns(noise: Array, bias: Array, ratio: float, generator: np.random.Generator) -> Array:
    """d of each quad, (trials, quads), where the submission takes `ratio` times the reference's time."""
    trials = len(noise)
    own_first = generator.integers(2, size=(trials, QUADS)).astype(bool)
    turns = noise.reshape(trials, QUADS, TURNS)
    outer, inner = turns[:, :, [0, 3]].min(axis=2), turns[:, :, [1, 2]].min(axis=2)
    d = np.where(own_first, outer - inner, inner - outer)
    return d + np.log(ratio) + np.repeat(bias, QUADS // PAIRS, axis=1)


def one_after_the_other(noise: Array, bias: Array, ratio: float) -> tuple[Array, Array]:
    """Seconds of the reference's segments and then of the submission's, as tools that time A and then B see them."""
    half = SEGMENTS // 2
    return np.exp(noise[:, :half]), ratio * np.exp(noise[:, half:] + bias[:, :1])
