"""Bitmaps on a page: only those that are what they say, and no more pixels than a browser can hold."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable

import pytest

from suite.report.bitmaps import data_uri


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0"


def _jpeg(width: int, height: int) -> bytes:
    tables = b"\xff\xe0\x00\x10JFIF\x00" + bytes(9) + b"\xff\xc4\x00\x04\x00\x00"
    return b"\xff\xd8" + tables + b"\xff\xc2\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(("mime", "make"), [("image/png", _png), ("image/jpeg", _jpeg)])
def test_size_decides(mime: str, make: Callable[[int, int], bytes]) -> None:
    """A figure is shown; one of 900 million pixels, which may be small as a file, isn't."""
    assert data_uri(mime, _encoded(make(1200, 900))) == f"data:{mime};base64,{_encoded(make(1200, 900))}"
    assert data_uri(mime, _encoded(make(30_000, 30_000))) == ""
    assert data_uri(mime, _encoded(make(0, 10))) == ""


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
@pytest.mark.parametrize(
    "content",
    [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x00" * 9, b"\xff\xd8" * 99],
)
def test_what_is_no_bitmap_is_refused(mime: str, content: bytes) -> None:
    """Whatever it says it is."""
    assert data_uri(mime, _encoded(content)) is None
    assert data_uri(mime, 'x" onerror="alert(1)') is None
