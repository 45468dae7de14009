"""Frames on the private channel between host and sandbox: a JSON header and raw arrays, never pickle.

    b"NBF1" · header bytes (u32) · payload bytes (u64) · header (UTF-8 JSON) · payload

The header is `{"body": {...}, "arrays": [{"name", "dtype", "shape"}, ...]}`; the payload holds the arrays one after
the other, little-endian, C order. Both ends use this module; it imports numpy and nothing else.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from suite.errors import FrameError

MAGIC = b"NBF1"
PREFIX = struct.Struct("<4sIQ")
DTYPES = ("bool", "uint8", "int32", "int64", "float16", "float32", "float64")
MAX_HEADER_BYTES = 4 << 20  # the largest honest header, the dozen models of `rnn_guide`, takes 40 KB
MAX_RANK = 8
MAX_LENGTH = 1 << 32  # of a dimension: if another one is 0, any length takes no bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message: plain JSON and named arrays."""

    body: dict[str, Any]
    """Plain JSON."""
    arrays: dict[str, np.ndarray[Any, Any]] = field(default_factory=dict)
    """Arrays of the dtypes in `DTYPES`, at most `MAX_RANK` dimensions each."""


def encode(frame: Frame) -> bytes:
    """Serialise a frame; arrays of another dtype raise `FrameError`."""
    arrays = {name: np.asarray(array, order="C") for name, array in frame.arrays.items()}
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise FrameError(f"array {name!r} has dtype {array.dtype}; a frame carries {', '.join(DTYPES)}")
    table = [{"name": name, "dtype": a.dtype.name, "shape": list(a.shape)} for name, a in arrays.items()]
    header = json.dumps({"body": frame.body, "arrays": table}).encode()
    payload = b"".join(a.astype(a.dtype.newbyteorder("<"), copy=False).tobytes() for a in arrays.values())
    return PREFIX.pack(MAGIC, len(header), len(payload)) + header + payload


def decode(read: Callable[[int], bytes], max_payload_bytes: int) -> Frame:
    """Read one frame through `read(n)`, which returns exactly n bytes; raise `FrameError` for anything invalid."""
    magic, header_bytes, payload_bytes = PREFIX.unpack(read(PREFIX.size))
    if magic != MAGIC:
        raise FrameError(f"a frame starts with {MAGIC!r}, this one with {magic!r}")
    if header_bytes > MAX_HEADER_BYTES or payload_bytes > max_payload_bytes:
        raise FrameError(
            f"a frame holds at most {MAX_HEADER_BYTES} + {max_payload_bytes} bytes, "
            f"this one announces {header_bytes} + {payload_bytes}"
        )
    body, table = _parse_header(read(header_bytes))
    return Frame(body=body, arrays=_cut_arrays(table, read(payload_bytes)))


def _parse_header(raw: bytes) -> tuple[dict[str, Any], list[tuple[str, str, tuple[int, ...]]]]:
    """Return the body and the (name, dtype, shape) of each array."""
    try:
        header = json.loads(raw)
        json.dumps(header, ensure_ascii=False).encode()  # a lone surrogate can't be written to any file
        body, table = header["body"], header["arrays"]
        rows = [(row["name"], row["dtype"], tuple(row["shape"])) for row in table]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FrameError(f"a frame's header is JSON with 'body' and 'arrays': {error}") from error
    if not isinstance(body, dict):
        raise FrameError("a frame's body is a JSON object")
    names = [name for name, _, _ in rows]
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise FrameError("the arrays of a frame have distinct names")
    for name, dtype, shape in rows:
        if dtype not in DTYPES or len(shape) > MAX_RANK or not all(type(n) is int and n >= 0 for n in shape):
            raise FrameError(f"array {name!r} announces dtype {dtype!r} and shape {shape!r}")
    return body, rows


def _cut_arrays(table: list[tuple[str, str, tuple[int, ...]]], payload: bytes) -> dict[str, np.ndarray[Any, Any]]:
    """Cut the payload into read-only arrays; its length must match the table exactly."""
    arrays, offset = {}, 0
    for name, dtype, shape in table:
        kind = np.dtype(dtype).newbyteorder("<")
        size = prod(shape) * kind.itemsize
        if offset + size > len(payload) or max(shape, default=0) > MAX_LENGTH:
            raise FrameError(f"array {name!r} runs past the end of the frame")
        arrays[name] = np.frombuffer(payload, kind, count=prod(shape), offset=offset).reshape(shape)
        offset += size
    if offset != len(payload):
        raise FrameError(f"the arrays of a frame take {offset} bytes, the payload has {len(payload)}")
    return arrays
