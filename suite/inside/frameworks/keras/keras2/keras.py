"""Makes a plain `import keras` import Keras 2, as when the notebook was written."""

import sys

import tf_keras

sys.modules[__name__] = tf_keras
