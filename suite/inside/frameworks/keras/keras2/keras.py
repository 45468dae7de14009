"""Lets a plain `import keras` be Keras 2, as it was when the notebook was written."""

import sys

import tf_keras

sys.modules[__name__] = tf_keras
