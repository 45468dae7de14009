"""Pairs that share code are found however it is disguised; what everybody has, or was given, makes no pair."""

from __future__ import annotations

import json

import pytest

from suite.report.similarity import CodeLine, find_pairs

LOAD = """import numpy as np
from tensorflow import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784).astype('float32') / 255
y_train = keras.utils.to_categorical(y_train, 10)"""
LOOP = """def smooth(values, factor):
    result = []
    last = values[0]
    for value in values:
        last = last * factor + (1 - factor) * value
        result.append(last)
    while len(result) > 3 and result[-1] < result[-2]:
        result.pop()
    return np.array(result)"""
DISGUISED = '''def alisar(datos, peso):
    """Suaviza una curva."""
    salida = []
    previo = datos[0]

    for d in datos:   # uno a uno
        previo = previo * peso + (2 - peso) * d
        salida.append(previo)
    while len(salida) > 5 and salida[-1] < salida[-2]:
        salida.pop()
    return np.array(salida)'''
OTHER = """class Stack(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.hidden = [keras.layers.Dense(units, activation='relu') for _ in range(3)]
        self.out = keras.layers.Dense(10)
    def call(self, x, training=None):
        for layer in self.hidden:
            x = layer(x) + 0.1 * x if training else layer(x)
        return keras.activations.softmax(self.out(x))"""
THIRD = """scores = {}
for rate in (0.1, 0.01, 0.001):
    with open(f'log{rate}.txt', 'w') as stream:
        scores[rate] = max(float(line.split(':')[1]) for line in stream if 'val' in line)
best = sorted(scores.items(), key=lambda pair: -pair[1])[:2]
print('\\n'.join(f'{rate}: {score}' for rate, score in best))"""


def _notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def test_renaming_hides_nothing() -> None:
    """Neither do other numbers, texts, comments and lines; the cell and the lines of both are named."""
    (pair,) = find_pairs({"ana": _notebook(LOOP), "eva": _notebook("%pip list", DISGUISED), "luis": _notebook(OTHER)})
    assert pair.names == ("ana", "eva")
    assert pair.share > 0.9
    (passage,) = pair.passages
    assert (passage.mine[0].cell, passage.theirs[0].cell) == (1, 2)
    assert passage.mine[0] == CodeLine(1, 1)
    assert passage.theirs[1].line > passage.theirs[0].line


def test_what_was_handed_out_makes_no_pair() -> None:
    """Not even if it is all that two have in common, and most of what they have."""
    papers = {"ana": _notebook(LOAD, LOOP, OTHER), "eva": _notebook(LOAD, LOOP, THIRD)}
    assert [pair.names for pair in find_pairs(papers, least=0.3)] == [("ana", "eva")]
    assert find_pairs(papers, [_notebook(LOAD, LOOP)], least=0.1) == []


def test_what_much_of_the_class_has_makes_no_pair() -> None:
    """Five of five have it from the lecture; four are a group that may have shared their work."""
    five = {f"s{number}": _notebook(LOOP, f"{'x' * number} = 1") for number in range(5)}
    assert find_pairs(five) == []
    four = dict(list(five.items())[:4])
    assert len(find_pairs(four)) == 6


def test_different_work() -> None:
    """Three ways to write three things share nothing worth a look."""
    papers = {"ana": _notebook(LOOP), "eva": _notebook(OTHER), "luis": _notebook(THIRD)}
    assert find_pairs(papers, least=0.1) == []


@pytest.mark.parametrize("cell", ["", "x = (", "!ls\n%matplotlib inline\n?print", "'''", "\x00\ud800", "€ñ = 'ü'"])
def test_code_of_any_form(cell: str) -> None:
    """Broken code is compared as far as it can be told into tokens, and nothing is raised."""
    pairs = find_pairs({"ana": _notebook(cell, LOOP), "eva": _notebook(LOOP, cell), "luis": _notebook(cell)})
    assert [pair.names for pair in pairs] == [("ana", "eva")]


def test_a_part_that_was_taken() -> None:
    """The share is that of the shorter one: who took half of a long notebook has all of it from there."""
    (pair,) = find_pairs({"ana": _notebook(LOAD, LOOP, OTHER, THIRD), "eva": _notebook(LOOP)})
    assert pair.share == pytest.approx(1)
    assert find_pairs({"ana": _notebook(LOOP, OTHER), "eva": _notebook(LOOP, THIRD)}, least=0.9) == []
