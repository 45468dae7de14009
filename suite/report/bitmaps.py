"""Bitmaps of a notebook as data URIs, if they are what they say and have no more pixels than a page can hold."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Callable

MAX_PIXELS = 20_000_000  # a figure of 12 by 9 inches at 300 dots has 10 million; a browser keeps 4 bytes for each
MAX_SEGMENTS = 1000  # of a JPEG before its size


def data_uri(mime: str, encoded: str) -> str | None:
    """The image as a data URI; `None` if it isn't what it says, empty if it has too many pixels."""
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
        width, height = SIZES[mime](content)
    except (binascii.Error, ValueError, struct.error):
        return None
    if not 0 < width * height <= MAX_PIXELS:
        return ""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def _png_size(content: bytes) -> tuple[int, int]:
    """Width and height; `ValueError` if it is no PNG."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        raise ValueError("no PNG")
    return struct.unpack(">II", content[16:24])


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height, from the first frame header; `ValueError` if there is none."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise ValueError("no JPEG")
    place = 2
    for _ in range(MAX_SEGMENTS):
        mark, kind, length = struct.unpack(">BBH", content[place : place + 4])
        if mark != 0xFF:  # noqa: PLR2004 - begins every segment
            break
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004 - frame headers, not tables
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    raise ValueError("no frame header")


SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {"image/png": _png_size, "image/jpeg": _jpeg_size}
"""Bitmaps that a page shows, and how their size is read."""
