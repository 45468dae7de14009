"""Synthetic nights: log ratios of a fleet of benchmarks, with the noises that nightly records have.

All have a standard deviation of about 2.7 % from night to night, as measured on a shared machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DEVIATION = 0.027
ANCHOR_DEVIATION = 0.03
MEMORY = 0.6
SPIKE_SHARE, SPIKE_MEAN = 0.07, 0.15
BIAS_DEVIATION, BIAS_NIGHTS = 0.015, 8
SECOND_CPU_SHARE, SECOND_CPU_RATIO, SECOND_CPU_TIME = 0.5, 0.05, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Nights of many benchmarks, without any change of level."""

    values: Floats
    """`(benchmarks, nights)` log ratios to the anchor."""
    anchors: Floats
    """`(benchmarks, nights)` log seconds of the anchor."""
    machines: tuple[str, ...]
    """Type of machine, one a night."""


def _iid(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return rng.normal(0, DEVIATION, shape)


def _memory(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """AR(0.6) with the same standard deviation: a bad week."""
    noise = rng.normal(0, DEVIATION, shape)
    for night in range(1, shape[1]):
        noise[:, night] = MEMORY * noise[:, night - 1] + np.sqrt(1 - MEMORY**2) * noise[:, night]
    return noise


def _spikes(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """On 7 % of the nights something else ran: 15 % slower on average."""
    return _iid(rng, shape) + (rng.random(shape) < SPIKE_SHARE) * rng.exponential(SPIKE_MEAN, shape)


def _bias(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """A build's layout in memory makes it faster or slower (1.5 %) for as long as the build lasts, 1 to 7 nights."""
    noise = rng.normal(0, 0.8 * DEVIATION, shape)
    for row in noise:
        night = 0
        while night < shape[1]:
            length = int(rng.integers(1, BIAS_NIGHTS))
            row[night : night + length] += rng.normal(0, BIAS_DEVIATION)
            night += length
    return noise


NOISES: dict[str, Callable[[np.random.Generator, tuple[int, int]], Floats]] = {
    "iid": _iid,
    "AR(0.6)": _memory,
    "7 % spikes": _spikes,
    "two CPU types": _iid,
    "process bias": _bias,
}


def make_fleet(noise: str, benchmarks: int, nights: int, rng: np.random.Generator) -> Fleet:
    """Draw a fleet; with two CPU types, a coin chooses a night's, and each benchmark's ratio differs between them."""
    values = NOISES[noise](rng, (benchmarks, nights))
    anchors = np.log(0.01) + rng.normal(0, ANCHOR_DEVIATION, (benchmarks, nights))
    second = np.zeros(nights, dtype=bool)
    if noise == "two CPU types":
        second = rng.random(nights) < SECOND_CPU_SHARE
        second[0] = False
        values = values + rng.normal(0, SECOND_CPU_RATIO, (benchmarks, 1)) * second
        anchors = anchors + SECOND_CPU_TIME * second
    return Fleet(values=values, anchors=anchors, machines=tuple("second" if each else "first" for each in second))
