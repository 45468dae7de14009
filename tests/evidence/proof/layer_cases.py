"""For every layer class of Keras and PyTorch: whether it is rebuilt, shown by a layer and a wrong twin, or why not.

`python -m tests.evidence.proof.layer_cases` prints the table of `docs/layers.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SEQUENCE, IMAGE, VOLUME = (8, 6), (8, 8, 6), (6, 6, 6, 4)
T_SEQUENCE, T_IMAGE, T_VOLUME = (6, 8), (6, 8, 8), (4, 6, 6, 6)
KERAS_INPUTS = {"1D": SEQUENCE, "2D": IMAGE, "3D": VOLUME}
TORCH_INPUTS = {"1d": T_SEQUENCE, "2d": T_IMAGE, "3d": T_VOLUME}
WORDS = "words"
"""An input of word indices."""


@dataclass(frozen=True)
class Case:
    """A layer that is rebuilt."""

    options: Mapping[str, Any]
    """What it is constructed with."""
    twin: Mapping[str, Any]
    """Options with which another layer computes something else; empty for one that does nothing in inference."""
    inputs: tuple[Any, ...] = (SEQUENCE,)
    """Shapes of its inputs, rows left out, or `WORDS`."""
    listed: bool = False
    """Whether its inputs are one list."""


def _each(name: str, inputs: Mapping[str, Any], options: dict[str, Any], twin: dict[str, Any]) -> dict[str, Case]:
    return {name.replace("*", size): Case(options, twin, (shape,)) for size, shape in inputs.items()}


def _keras(name: str, options: dict[str, Any], twin: dict[str, Any]) -> dict[str, Case]:
    return _each(name, KERAS_INPUTS, options, twin)


def _torch(name: str, options: dict[str, Any], twin: dict[str, Any]) -> dict[str, Case]:
    return _each(name, TORCH_INPUTS, options, twin)


def _without(cases: dict[str, Case], *names: str) -> dict[str, Case]:
    return {name: case for name, case in cases.items() if name not in names}


CONV = {"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}
RECURRENT = {"units": 5, "return_sequences": True}


def _layer(kind: str, **options: Any) -> dict[str, Any]:
    """A layer inside another one."""
    return {"class": kind, "options": options}


KERAS: dict[str, Case] = {
    **_keras("Conv*", CONV, {"padding": "valid"}),
    **_keras("Conv*Transpose", CONV, {"activation": "tanh"}),
    **_without(_keras("SeparableConv*", CONV, {"padding": "valid"}), "SeparableConv3D"),
    **_without(
        _keras("DepthwiseConv*", {"kernel_size": 3, "padding": "same"}, {"activation": "relu"}), "DepthwiseConv3D"
    ),
    **_keras("AveragePooling*", {"pool_size": 2}, {"padding": "same", "strides": 1}),
    **_keras("MaxPooling*", {"pool_size": 2}, {"strides": 1}),
    **_keras("GlobalAveragePooling*", {}, {"keepdims": True}),
    **_keras("GlobalMaxPooling*", {}, {"keepdims": True}),
    **_keras("AdaptiveAveragePooling*", {"output_size": 2}, {"output_size": 3}),
    **_keras("AdaptiveMaxPooling*", {"output_size": 2}, {"output_size": 3}),
    **_keras("UpSampling*", {"size": 2}, {"size": 3}),
    **_keras("ZeroPadding*", {"padding": 1}, {"padding": 2}),
    **_keras("Cropping*", {"cropping": 1}, {"cropping": 2}),
    **_keras("SpatialDropout*", {"rate": 0.3}, {}),
    "ConvLSTM1D": Case({"filters": 3, "kernel_size": 2}, {"return_sequences": True}, ((3, *SEQUENCE),)),
    "ConvLSTM2D": Case({"filters": 3, "kernel_size": 2}, {"activation": "relu"}, ((3, *IMAGE),)),
    "ConvLSTM3D": Case({"filters": 2, "kernel_size": 2}, {"go_backwards": True}, ((2, *VOLUME),)),
    "Dense": Case({"units": 5, "activation": "relu"}, {"activation": "gelu"}),
    "EinsumDense": Case({"equation": "abc,cd->abd", "output_shape": (None, 5)}, {"activation": "tanh"}),
    "Embedding": Case({"input_dim": 9, "output_dim": 5}, {"output_dim": 4}, (WORDS,)),
    "ReversibleEmbedding": Case({"input_dim": 9, "output_dim": 5}, {"output_dim": 4}, (WORDS,)),
    "Masking": Case({"mask_value": 0.0}, {}),
    "SimpleRNN": Case(RECURRENT, {"activation": "relu"}),
    "LSTM": Case(RECURRENT, {"go_backwards": True}),
    "GRU": Case(RECURRENT, {"reset_after": False}),
    "SimpleRNNCell": Case({"units": 5}, {"activation": "relu"}, ((6,), (5,))),
    "LSTMCell": Case({"units": 5}, {"activation": "relu"}, ((6,), ((5,), (5,)))),
    "GRUCell": Case({"units": 5}, {"reset_after": False}, ((6,), (5,))),
    "RNN": Case({"cell": _layer("LSTMCell", units=5)}, {"return_sequences": True}),
    "StackedRNNCells": Case(
        {"cells": [_layer("GRUCell", units=5), _layer("GRUCell", units=5)]},
        {"cells": [_layer("GRUCell", units=5), _layer("GRUCell", units=5, activation="relu")]},
        ((6,), ((5,), (5,))),
    ),
    "Bidirectional": Case({"layer": _layer("LSTM", units=5)}, {"merge_mode": "sum"}),
    "TimeDistributed": Case(
        {"layer": _layer("Conv1D", filters=4, kernel_size=2)},
        {"layer": _layer("Conv1D", filters=4, kernel_size=2, padding="same")},
        ((3, *SEQUENCE),),
    ),
    "SpectralNormalization": Case(
        {"layer": _layer("Dense", units=5)}, {"layer": _layer("Dense", units=5, activation="relu")}
    ),
    "BatchNormalization": Case({}, {"axis": 1, "scale": False}),
    "LayerNormalization": Case({}, {"axis": [1, 2]}),
    "GroupNormalization": Case({"groups": 3}, {"groups": 2}),
    "RMSNormalization": Case({}, {"epsilon": 0.5}),
    "UnitNormalization": Case({}, {"axis": 1}),
    "Attention": Case({"use_scale": True}, {"score_mode": "concat"}, (SEQUENCE, SEQUENCE), listed=True),
    "AdditiveAttention": Case({}, {"use_scale": False}, (SEQUENCE, SEQUENCE), listed=True),
    "MultiHeadAttention": Case({"num_heads": 2, "key_dim": 3}, {"num_heads": 3, "key_dim": 2}, (SEQUENCE, SEQUENCE)),
    "GroupQueryAttention": Case(
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
        {"num_key_value_heads": 1},
        (SEQUENCE, SEQUENCE),
    ),
    "Activation": Case({"activation": "elu"}, {"activation": "selu"}),
    "ELU": Case({}, {"alpha": 0.5}),
    "LeakyReLU": Case({}, {"negative_slope": 0.1}),
    "PReLU": Case({}, {"shared_axes": [1]}),
    "ReLU": Case({}, {"max_value": 0.5}),
    "Softmax": Case({}, {"axis": 1}),
    "Dropout": Case({"rate": 0.3}, {}),
    "AlphaDropout": Case({"rate": 0.3}, {}),
    "GaussianDropout": Case({"rate": 0.3}, {}),
    "GaussianNoise": Case({"stddev": 0.3}, {}),
    "ActivityRegularization": Case({"l2": 0.1}, {}),
    **{
        name: Case({}, {}, (SEQUENCE, SEQUENCE), listed=True)
        for name in ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")
    },
    "Concatenate": Case({}, {"axis": 1}, (SEQUENCE, SEQUENCE), listed=True),
    "Dot": Case({"axes": 1}, {"axes": 2}, (SEQUENCE, SEQUENCE), listed=True),
    "Flatten": Case({}, {}),
    "Identity": Case({}, {}),
    "Permute": Case({"dims": (2, 1)}, {"dims": (1, 2)}),
    "RepeatVector": Case({"n": 3}, {"n": 4}, ((6,),)),
    "Rescaling": Case({"scale": 0.5}, {"offset": 1.0}),
    "Reshape": Case({"target_shape": (6, 8)}, {"target_shape": (4, 12)}),
    "Resizing": Case({"height": 4, "width": 5}, {"interpolation": "nearest"}, (IMAGE,)),
    "CenterCrop": Case({"height": 4, "width": 5}, {"width": 4}, (IMAGE,)),
}
"""Layers of `keras.layers`."""
T_CONV = {"in_channels": 6, "out_channels": 4, "kernel_size": 3, "padding": 1}
T_CONV_3D = T_CONV | {"in_channels": 4}
RNN = {"input_size": 6, "hidden_size": 5, "num_layers": 2, "batch_first": True}
BLOCK = {"d_model": 6, "nhead": 2, "dim_feedforward": 8, "batch_first": True}


def _convolutions(name: str, twin: dict[str, Any]) -> dict[str, Case]:
    return {
        name.replace("*", size): Case(T_CONV_3D if size == "3d" else T_CONV, twin, (shape,))
        for size, shape in TORCH_INPUTS.items()
    }


def _normalisations(name: str, options: dict[str, Any], twin: dict[str, Any]) -> dict[str, Case]:
    return {
        name.replace("*", size): Case({"num_features": shape[0]} | options, twin, (shape,))
        for size, shape in TORCH_INPUTS.items()
    }


TORCH: dict[str, Case] = {
    **_convolutions("Conv*", {"padding": 0}),
    **_convolutions("ConvTranspose*", {"stride": 2}),
    **_normalisations("BatchNorm*", {}, {"eps": 9.0}),
    **_normalisations("InstanceNorm*", {"affine": True}, {"eps": 9.0}),
    **_torch("AvgPool*", {"kernel_size": 2}, {"stride": 1}),
    **_torch("MaxPool*", {"kernel_size": 2}, {"stride": 1}),
    **_torch("LPPool*", {"norm_type": 2, "kernel_size": 2}, {"norm_type": 3}),
    **_torch("AdaptiveAvgPool*", {"output_size": 2}, {"output_size": 3}),
    **_torch("AdaptiveMaxPool*", {"output_size": 2}, {"output_size": 3}),
    **_torch("Dropout*", {"p": 0.3}, {}),
    "Dropout": Case({"p": 0.3}, {}),
    **_torch("CircularPad*", {"padding": 1}, {"padding": 2}),
    **_torch("ReflectionPad*", {"padding": 1}, {"padding": 2}),
    **_torch("ReplicationPad*", {"padding": 1}, {"padding": 2}),
    **_torch("ZeroPad*", {"padding": 1}, {"padding": 2}),
    **_torch("ConstantPad*", {"padding": 1, "value": 0.5}, {"value": 0.1}),
    "Linear": Case({"in_features": 6, "out_features": 5}, {"bias": False}),
    "Bilinear": Case({"in1_features": 6, "in2_features": 6, "out_features": 5}, {"bias": False}, (SEQUENCE, SEQUENCE)),
    "Embedding": Case({"num_embeddings": 9, "embedding_dim": 5}, {"max_norm": 0.1}, (WORDS,)),
    "EmbeddingBag": Case({"num_embeddings": 9, "embedding_dim": 5}, {"mode": "sum"}, (WORDS,)),
    "Identity": Case({}, {}),
    "RNN": Case(RNN, {"nonlinearity": "relu"}),
    "LSTM": Case(RNN, {"batch_first": False}),
    "GRU": Case(RNN | {"bidirectional": True}, {"batch_first": False}),
    "RNNCell": Case({"input_size": 6, "hidden_size": 5}, {"nonlinearity": "relu"}, ((6,), (5,))),
    "LSTMCell": Case({"input_size": 6, "hidden_size": 5}, {"bias": False}, ((6,), ((5,), (5,)))),
    "GRUCell": Case({"input_size": 6, "hidden_size": 5}, {"bias": False}, ((6,), (5,))),
    "LayerNorm": Case({"normalized_shape": 6}, {"eps": 0.5}),
    "GroupNorm": Case({"num_groups": 3, "num_channels": 6}, {"num_groups": 2}, (T_IMAGE,)),
    "RMSNorm": Case({"normalized_shape": 6}, {"eps": 0.5}),
    "LocalResponseNorm": Case({"size": 2}, {"alpha": 0.5}, (T_IMAGE,)),
    "CrossMapLRN2d": Case({"size": 2}, {"alpha": 0.5}, (T_IMAGE,)),
    "MultiheadAttention": Case(
        {"embed_dim": 6, "num_heads": 2, "batch_first": True}, {"num_heads": 3}, (SEQUENCE, SEQUENCE, SEQUENCE)
    ),
    "TransformerEncoderLayer": Case(BLOCK, {"norm_first": True}),
    "TransformerDecoderLayer": Case(BLOCK, {"activation": "gelu"}, (SEQUENCE, SEQUENCE)),
    "TransformerEncoder": Case(
        {"encoder_layer": _layer("TransformerEncoderLayer", **BLOCK), "num_layers": 2, "enable_nested_tensor": False},
        {"num_layers": 1},
    ),
    "TransformerDecoder": Case(
        {"decoder_layer": _layer("TransformerDecoderLayer", **BLOCK), "num_layers": 2},
        {"num_layers": 1},
        (SEQUENCE, SEQUENCE),
    ),
    "CELU": Case({}, {"alpha": 0.5}),
    "ELU": Case({}, {"alpha": 0.5}),
    "GELU": Case({}, {}),
    "GLU": Case({}, {"dim": 1}),
    "Hardshrink": Case({}, {"lambd": 0.1}),
    "Hardtanh": Case({}, {"max_val": 0.5}),
    "LeakyReLU": Case({}, {"negative_slope": 0.2}),
    **{name: Case({"dim": 1}, {"dim": 2}) for name in ("LogSoftmax", "Softmax", "Softmin")},
    "PReLU": Case({}, {"num_parameters": 8}),
    "RReLU": Case({}, {"upper": 0.9}),
    "Softplus": Case({}, {"beta": 2.0}),
    "Softshrink": Case({}, {"lambd": 0.1}),
    "Threshold": Case({"threshold": 0.1, "value": 0.5}, {"value": 0.2}),
    **{
        name: Case({}, {})
        for name in (
            *("Hardsigmoid", "Hardswish", "LogSigmoid", "Mish", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid"),
            *("Softsign", "Tanh", "Tanhshrink"),
        )
    },
    "Softmax2d": Case({}, {}, (T_IMAGE,)),
    "AlphaDropout": Case({"p": 0.3}, {}),
    "FeatureAlphaDropout": Case({"p": 0.3}, {}),
    "CosineSimilarity": Case({}, {"dim": 2}, (SEQUENCE, SEQUENCE)),
    "PairwiseDistance": Case({}, {"p": 1.0}, (SEQUENCE, SEQUENCE)),
    "ChannelShuffle": Case({"groups": 3}, {"groups": 2}, (T_IMAGE,)),
    "PixelShuffle": Case({"upscale_factor": 2}, {"upscale_factor": 1}, ((4, 8, 8),)),
    "PixelUnshuffle": Case({"downscale_factor": 2}, {"downscale_factor": 4}, (T_IMAGE,)),
    "Flatten": Case({}, {"start_dim": 2}, (T_IMAGE,)),
    "Unflatten": Case({"dim": 1, "unflattened_size": (2, 4)}, {"unflattened_size": (4, 2)}),
    "Fold": Case({"output_size": (3, 3), "kernel_size": 2}, {"padding": 1, "output_size": (1, 1)}, ((8, 4),)),
    "Unfold": Case({"kernel_size": 2}, {"stride": 2}, (T_IMAGE,)),
    "Upsample": Case({"scale_factor": 2.0, "mode": "nearest"}, {"mode": "bilinear"}, (T_IMAGE,)),
    "UpsamplingBilinear2d": Case({"scale_factor": 2.0}, {"scale_factor": 3.0}, (T_IMAGE,)),
    "UpsamplingNearest2d": Case({"scale_factor": 2.0}, {"scale_factor": 3.0}, (T_IMAGE,)),
}
"""Modules of `torch.nn`."""
KERAS_NOT = {
    "carries code or reads a file": "Lambda FlaxLayer JaxLayer TFSMLayer TorchModuleWrapper",
    "is a base for others": "Layer Wrapper InputLayer Pipeline",
    "changes data at random": (
        "AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MixUp RandAugment "
        "RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform "
        "RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
        "RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom "
        "Solarization MaxNumBoundingBoxes"
    ),
    "depends on data that it has seen, or on texts": (
        "Normalization Discretization TextVectorization StringLookup IntegerLookup Hashing HashedCrossing "
        "CategoryEncoding MelSpectrogram STFTSpectrogram"
    ),
}
"""Classes of `keras.layers` that aren't rebuilt, by reason."""
TORCH_NOT = {
    "is a base for others, or a container": (
        "Module Container ModuleDict ModuleList ParameterDict ParameterList Sequential RNNBase RNNCellBase DataParallel"
    ),
    "is a loss": (
        "AdaptiveLogSoftmaxWithLoss BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss "
        "GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss "
        "MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d "
        "PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss"
    ),
    "becomes another class when it is first called": (
        "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d "
        "LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear"
    ),
    "acts at random in inference, too": "FractionalMaxPool2d FractionalMaxPool3d",
    "needs the indices of another module's maxima": "MaxUnpool1d MaxUnpool2d MaxUnpool3d",
    "needs several processes": "SyncBatchNorm",
    "is rebuilt by its parts": "Transformer",
}
"""Classes of `torch.nn` that aren't rebuilt, by reason."""


def table() -> Iterator[str]:
    """The lines of the table."""
    yield "| class | rebuilt |"
    yield "|---|---|"
    for library, cases, refused in (("keras.layers", KERAS, KERAS_NOT), ("torch.nn", TORCH, TORCH_NOT)):
        for name in sorted(cases):
            asleep = not cases[name].twin and any(key in name for key in ("Dropout", "Noise", "Activity"))
            said = "yes; it is compared in inference, where it does nothing" if asleep else "yes"
            yield f"| `{library}.{name}` | {said} |"
        for reason, names in refused.items():
            yield from (f"| `{library}.{name}` | no: it {reason} |" for name in sorted(names.split()))


if __name__ == "__main__":
    sys.stdout.write("\n".join([*table(), ""]))
