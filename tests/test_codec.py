"""Frames: what goes in comes out, and nothing malformed gets through."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from suite.codec import DTYPES, MAX_HEADER_BYTES, PREFIX, Frame, decode, encode
from suite.errors import FrameError

CAP = 1 << 20


def _decode(raw: bytes, cap: int = CAP) -> Frame:
    return decode(io.BytesIO(raw).read, cap)


def _raw(header: object, payload: bytes = b"", magic: bytes = b"NBF1") -> bytes:
    encoded = header if isinstance(header, bytes) else json.dumps(header).encode()
    return PREFIX.pack(magic, len(encoded), len(payload)) + encoded + payload


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_round_trip(dtype: str, shape: tuple[int, ...]) -> None:
    """Every dtype and shape comes back as it was, empty and scalar arrays included."""
    array = np.ones(shape, dtype)
    frame = _decode(encode(Frame(body={"a": 1}, arrays={"x": array})))
    assert frame.body == {"a": 1}
    assert frame.arrays["x"].shape == shape
    np.testing.assert_array_equal(frame.arrays["x"], array)


def test_order_and_layout_do_not_matter() -> None:
    """A transposed, big-endian array arrives with the same values."""
    array = np.arange(6, dtype=">f4").reshape(2, 3).T
    np.testing.assert_array_equal(_decode(encode(Frame(body={}, arrays={"x": array}))).arrays["x"], array)


def test_objects_are_refused() -> None:
    """An object array, which would need pickle, can't be sent."""
    with pytest.raises(FrameError, match="dtype object"):
        encode(Frame(body={}, arrays={"x": np.array([object()])}))


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (_raw({"body": {}, "arrays": []}, magic=b"NBF0"), "starts with"),
        (_raw(b"{"), "header"),
        (_raw({"body": {}}), "header"),
        (_raw({"body": [], "arrays": []}), "object"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": "object", "shape": []}]}), "announces"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": ["f4"], "shape": []}]}), "announces"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": "uint8", "shape": [-1]}]}), "announces"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": "uint8", "shape": [True]}]}), "announces"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": "uint8", "shape": [1] * 9}]}), "announces"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": "uint8", "shape": [1 << 62, 1 << 62]}]}), "past the end"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": "uint8", "shape": [2]}]}, b"1"), "past the end"),
        (_raw({"body": {}, "arrays": []}, b"1"), "payload has 1"),
        (_raw({"body": {}, "arrays": [{"name": "x", "dtype": "uint8", "shape": [0]}] * 2}), "distinct"),
        (_raw({"body": {}, "arrays": [{"name": [], "dtype": "uint8", "shape": [0]}]}), "distinct"),
        (_raw(b"[" * 100_000), "header"),
    ],
)
def test_malformed_frames_are_refused(raw: bytes, word: str) -> None:
    """Each kind of malformed frame raises `FrameError` and nothing else."""
    with pytest.raises(FrameError, match=word):
        _decode(raw)


def test_caps_hold_before_anything_is_read() -> None:
    """A frame that announces too much is refused from its prefix alone."""
    for header, payload in ((MAX_HEADER_BYTES + 1, 0), (2, CAP + 1), (2, (1 << 64) - 1)):
        with pytest.raises(FrameError, match="at most"):
            _decode(PREFIX.pack(b"NBF1", header, payload))
