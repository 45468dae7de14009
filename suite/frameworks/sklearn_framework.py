"""scikit-learn on the host: estimators and pipelines, without weights that could be compared."""

from __future__ import annotations

import re

from suite.frameworks.interface import Framework, Role, Runtime
from suite.frameworks.layer_classes import LayerClasses


def role(_tensor: str, _kind: str) -> Role:
    """None: nothing that an estimator has learnt is laid into another one."""
    return ""


def fan_in(_tensor: str, _kind: str, shape: tuple[int, ...]) -> int:
    """Rows of a matrix `(inputs, outputs)`."""
    return shape[0]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan-in, fan-out) of a matrix `(inputs, outputs)`."""
    return shape[0], shape[-1]


SKLEARN = Framework(
    name="sklearn",
    inside="suite.inside.frameworks.sklearn",
    reference_file="model_sklearn.py",
    runtimes=(Runtime(name="sklearn", modules=("sklearn", "pandas"), needs=("scikit-learn",)),),
    imports=re.compile(r"\b(?:import|from)\s+sklearn\b"),
    companions=re.compile(r"\b(?:import|from)\s+(?:xgboost|lightgbm|imblearn)\b"),
    beside_others=True,
    extra="common",
    libraries=("scikit-learn",),
    role=role,
    fan_in=fan_in,
    fans=fans,
    update_gate=0,
    optimizer_takes_weights=False,
    layer_classes=LayerClasses(buildable=frozenset(), random=frozenset(), families={}),
    recurrent_layers=frozenset(),
)
