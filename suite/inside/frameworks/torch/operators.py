"""Makes torchvision importable where its compiled operators can't be loaded.

PyPI's torchvision is built against the CUDA build of PyTorch. With a CPU build its library doesn't load, and then
`torchvision._meta_registrations` fails at import, as it describes operators (`nms`, `qnms`) that aren't declared.
Declaring their schemas is enough: datasets and transforms never call them, and calling them still fails loudly.
If the operators exist, this module does nothing.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import wrapt

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_libraries: list[Any] = []  # a library's declarations last as long as its object


def install() -> None:
    """Declare the schemas as soon as torchvision has tried to load its library and failed."""
    wrapt.register_post_import_hook(_declare, "torchvision.extension")


def _declare(extension: ModuleType) -> None:
    if extension._has_ops():
        return
    import torch  # already imported by torchvision at this point

    library = torch.library.Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    _libraries.append(library)
