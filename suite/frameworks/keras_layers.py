"""Layer classes of Keras that the host has built anew to see what a submission's layer computes.

Left out is what carries code or reads files (`Lambda`, `TFSMLayer`, `FlaxLayer`, …), what keeps a vocabulary or
statistics of data, and what changes images at random.
"""

from __future__ import annotations

from collections.abc import Mapping

DIMENSIONS = ("1D", "2D", "3D")
SPATIAL = (
    *("Conv", "AveragePooling", "MaxPooling", "GlobalAveragePooling", "GlobalMaxPooling", "UpSampling", "ZeroPadding"),
    *("Cropping", "SpatialDropout", "ConvLSTM", "AdaptiveAveragePooling", "AdaptiveMaxPooling"),
)
LAYERS = frozenset(
    (
        *(name + size for name in SPATIAL for size in DIMENSIONS),
        *(f"Conv{size}Transpose" for size in DIMENSIONS),
        *(name + size for name in ("SeparableConv", "DepthwiseConv") for size in DIMENSIONS[:2]),
        *("Dense", "EinsumDense", "Embedding", "ReversibleEmbedding", "Masking"),
        *("SimpleRNN", "LSTM", "GRU", "RNN", "SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells"),
        *("Bidirectional", "TimeDistributed", "SpectralNormalization"),
        *("BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization", "UnitNormalization"),
        *("Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"),
        *("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
        *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
        *("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"),
        *("Flatten", "Identity", "Permute", "RepeatVector", "Rescaling", "Reshape", "Resizing", "CenterCrop"),
    )
)
ASSEMBLING = frozenset(("Sequential", "Functional", "InputLayer", "__keras_tensor__", "__tuple__"))
FAMILIES: Mapping[str, str] = {"SimpleRNNCell": "SimpleRNN", "LSTMCell": "LSTM", "GRUCell": "GRU"}
WRAPPERS: Mapping[str, str] = {"Bidirectional": "layer", "TimeDistributed": "layer", "RNN": "cell"}
RANDOM = frozenset(
    (
        *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
        *(f"SpatialDropout{size}" for size in DIMENSIONS),
    )
)
