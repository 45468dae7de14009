"""Module classes of PyTorch that the host has built anew to see what a submission's module computes.

Left out are losses, containers, lazy modules (which become others when they are called), and modules that need indices
or a process group.
"""

from __future__ import annotations

from collections.abc import Mapping

DIMENSIONS = ("1d", "2d", "3d")
SPATIAL = (
    *("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm", "AvgPool", "MaxPool", "AdaptiveAvgPool", "AdaptiveMaxPool"),
    *("LPPool", "Dropout", "CircularPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "ZeroPad"),
)
LAYERS = frozenset(
    (
        *(name + size for name in SPATIAL for size in DIMENSIONS),
        *("Linear", "Bilinear", "Embedding", "EmbeddingBag", "Identity"),
        *("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"),
        *("LayerNorm", "GroupNorm", "RMSNorm", "LocalResponseNorm", "CrossMapLRN2d"),
        *("MultiheadAttention", "TransformerEncoderLayer", "TransformerDecoderLayer"),
        *("TransformerEncoder", "TransformerDecoder"),
        *(
            "CELU",
            "ELU",
            "GELU",
            "GLU",
            "Hardshrink",
            "Hardsigmoid",
            "Hardswish",
            "Hardtanh",
            "LeakyReLU",
            "LogSigmoid",
        ),
        *("LogSoftmax", "Mish", "PReLU", "RReLU", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softmax", "Softmax2d"),
        *("Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink", "Threshold"),
        *("Dropout", "AlphaDropout", "FeatureAlphaDropout", "CosineSimilarity", "PairwiseDistance"),
        *("ChannelShuffle", "PixelShuffle", "PixelUnshuffle", "Flatten", "Unflatten", "Fold", "Unfold"),
        *("Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"),
    )
)
FAMILIES: Mapping[str, str] = {
    "Linear": "Dense",
    "RNN": "SimpleRNN",
    "RNNCell": "SimpleRNN",
    "LSTMCell": "LSTM",
    "GRUCell": "GRU",
    "LayerNorm": "LayerNormalization",
    **{f"BatchNorm{size}": "BatchNormalization" for size in DIMENSIONS},
}
FIXED: Mapping[str, Mapping[str, str]] = {
    "Dense": {"activation": "linear"},
    "LSTM": {"activation": "tanh", "recurrent_activation": "sigmoid"},
    "GRU": {"activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": "True"},
}
NAMES: Mapping[str, str] = {"nonlinearity": "activation"}
RANDOM = frozenset(("AlphaDropout", "FeatureAlphaDropout", "RReLU", *(f"Dropout{size}" for size in ("", *DIMENSIONS))))
