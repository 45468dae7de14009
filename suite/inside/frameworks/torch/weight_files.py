"""Lays a `state_dict` that was handed in into a module: from safetensors, or as PyTorch loads it without code."""

from __future__ import annotations

import pickle
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suite.inside.frameworks.views import describe_error
from suite.inside.frameworks.weight_files import Kind, UnfitFileError, kind_of, say_tensor


class TorchWeightFiles:
    """See `WeightFiles`."""

    def lay(self, model: Any, path: Path) -> None:
        """By the names of the tensors; a prefix such as `module.`, which wrappers add, is left out."""
        module = sys.modules["torch"].nn.Module
        own = module.state_dict(model)
        given = _without_prefix(_read(path, kind_of(path)), own)
        given |= _tied(own, given)
        _compare(own, given)
        module.load_state_dict(model, given)


def _read(path: Path, kind: Kind) -> dict[str, Any]:
    """The tensors in a file, by name."""
    torch = sys.modules["torch"]
    if kind == "safetensors":
        from safetensors.torch import load_file  # it imports PyTorch, which a notebook may not have

        return dict(load_file(path))
    if kind != "torch":
        raise UnfitFileError("kind", kind)
    if zipfile.is_zipfile(path):
        _check_stored(path)
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise UnfitFileError("code", describe_error(error)) from error
    return _tensors(found)


def _check_stored(path: Path) -> None:
    """PyTorch writes its zips uncompressed: what would grow is none of its own."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    if sum(member.file_size for member in members) > path.stat().st_size:
        raise UnfitFileError("size")


def _tensors(found: Any) -> dict[str, Any]:
    """The one table of tensors in what was saved: the whole, or a part of a checkpoint beside an optimizer's state."""
    if _is_table(found):
        return dict(found)
    parts = [part for part in found.values() if _is_table(part)] if isinstance(found, Mapping) else []
    if len(parts) != 1:
        raise UnfitFileError("kind", type(found).__name__)
    return dict(parts[0])


def _is_table(found: Any) -> bool:
    """Whether it is a `state_dict`."""
    tensor = sys.modules["torch"].Tensor
    return (
        isinstance(found, Mapping)
        and bool(found)
        and all(isinstance(name, str) and isinstance(value, tensor) for name, value in found.items())
    )


def _without_prefix(given: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors under the module's own names, where a prefix is all that differs."""
    first = next(iter(given), "")
    for place in (place for place, sign in enumerate(first, 1) if sign == "."):
        prefix = first[:place]
        if first[place:] in own and all(name.startswith(prefix) for name in given):
            return {name.removeprefix(prefix): value for name, value in given.items()}
    return given


def _tied(own: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """For names that the file lacks because the module has the same tensor under another one: that other's values."""
    same = {own[name].data_ptr(): value for name, value in given.items() if name in own}
    return {
        name: same[value.data_ptr()] for name, value in own.items() if name not in given and value.data_ptr() in same
    }


def _compare(own: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse tensors of other names or shapes, with what is wanted and what is there."""
    wanted = {name: tuple(value.shape) for name, value in own.items()}
    seen = {name: tuple(value.shape) for name, value in given.items()}
    if wanted == seen:
        return
    raise UnfitFileError(
        "shapes",
        wanted=[say_tensor(shape, name) for name, shape in wanted.items() if seen.get(name) != shape],
        seen=[say_tensor(shape, name) for name, shape in seen.items() if wanted.get(name) != shape],
    )
