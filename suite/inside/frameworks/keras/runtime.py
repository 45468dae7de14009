"""Chooses which Keras the submission gets: Keras 3, or Keras 2 from `tf_keras`, both beside the same TensorFlow."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from suite.inside.frameworks import keras

KERAS_2 = "keras2"


def install(name: str) -> None:
    """With `keras2`, let `tf.keras` and a plain `import keras` be Keras 2."""
    if name == "keras2":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        sys.path.insert(1, str(Path(keras.__path__[0], KERAS_2)))
