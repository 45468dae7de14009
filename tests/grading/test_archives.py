"""What is read of folders, zips and tars, and what is refused."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import warnings
import zipfile
from pathlib import Path

import pytest

from suite.grading.archives import read_archive
from suite.grading.contents import MAX_DEPTH, RefusedError
from suite.grading.one_submission import read_submission

CODE = b"print('ran')"


def _zip(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand in it twice
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def _announce(content: bytes, size: int) -> bytes:
    """The zip with another size announced for its only entry, in both places."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<L", changed, content.index(mark) + place, size)
    return bytes(changed)


def _flag(content: bytes, flag: int) -> bytes:
    """The zip with a flag of its only entry set, in both places."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        struct.pack_into("<H", changed, content.index(mark) + place, flag)
    return bytes(changed)


def _refusal(content: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        read_archive("ana.zip", content)
    return refused.value.problem.key


ONE = _zip(("tarea.py", CODE))
REFUSED = {
    "parent": ("zip_outside", _zip(("../tarea.py", CODE))),
    "parent in the middle": ("zip_outside", _zip(("a/../../tarea.py", CODE))),
    "absolute": ("zip_outside", _zip(("/etc/tarea.py", CODE))),
    "backslashes": ("zip_outside", _zip(("a\\..\\..\\tarea.py", CODE))),
    "drive": ("zip_outside", _zip(("C:\\tarea.py", CODE))),
    "twice": ("zip_twice", _zip(("tarea.py", CODE), ("tarea.py", b"1"))),
    "twice by another writing": ("zip_twice", _zip(("a/tarea.py", CODE), ("a//./tarea.py", b"1"))),
    "file and folder": ("zip_twice", _zip(("a", CODE), ("a/tarea.py", b"1"))),
    "encrypted": ("zip_encrypted", _flag(ONE, 1)),
    "bomb": ("too_much", _zip(*((f"{number}.py", bytes(50 << 20)) for number in range(5)))),
    "crowd": ("too_much", _zip(*((f"{number}.py", b"") for number in range(1001)))),
    "announces too much": ("too_much", _announce(ONE, 3_000_000_000)),
    "announces too little": ("zip_damaged", _announce(_zip(("tarea.py", bytes(10_000_000))), 10)),
    "deep": ("too_much", _zip(("a/" * MAX_DEPTH + "tarea.py", CODE))),
    "long name": ("too_much", _zip(("a" * 256 + ".py", CODE))),
    "other compression": ("zip_damaged", _zip(("tarea.py", CODE), compression=zipfile.ZIP_BZIP2)),
    "cut off": ("zip_damaged", ONE[:-30]),
    "empty": ("zip_damaged", b""),
    "no zip": ("zip_damaged", b"Rar!" * 100),
    "changed": ("zip_damaged", ONE.replace(b"tarea", b"TAREA", 1)),
    "many records": ("too_much", b"PK\x01\x02" * 100_001),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_zips_that_are_refused(kind: str) -> None:
    """A zip that isn't sound is refused as a whole, with its reason."""
    key, content = REFUSED[kind]
    assert _refusal(content) == key


def test_links_in_a_zip_are_left_out() -> None:
    """Links and devices are no files, here as in a folder."""
    link = _entry("link.py", stat.S_IFLNK | 0o777), b"/etc/passwd"
    device = _entry("device.py", stat.S_IFCHR | 0o777), b""
    regular = _entry("tarea.py", stat.S_IFREG | 0o644), CODE
    contents = read_archive("ana.zip", _zip(link, device, regular))
    assert [file.path for file in contents.files] == ["tarea.py"]
    assert contents.links == ("link.py", "device.py")


def test_names_in_a_zip(tmp_path: Path) -> None:
    """Windows' separators, names in UTF-8 that aren't marked so, and folders of their own are understood."""
    unmarked = _zip(("pr\u00e1ctica.py", CODE)).replace(b"\x00\x08", b"\x00\x00")
    assert [file.path for file in read_archive("a.zip", unmarked).files] == ["práctica.py"]
    path = tmp_path / "ana.zip"
    path.write_bytes(_zip(("entrega\\", b""), ("entrega\\src\\tarea.py", CODE), ("entrega\\LEEME.txt", b"x")))
    submission = read_submission(path)
    assert (submission.main, len(submission.files)) == ("entrega/src/tarea.py", 2)


def test_a_zip_in_a_zip_is_not_unpacked(tmp_path: Path) -> None:
    """One level is unpacked; of the next one it is said that it is there."""
    path = tmp_path / "ana.zip"
    path.write_bytes(_zip(("dentro.zip", ONE), ("LEEME.txt", b"x")))
    submission = read_submission(path)
    assert submission.ungraded
    assert submission.problem is not None
    assert submission.problem.key == "archive_in_archive"
    assert submission.problem.values["files"] == "dentro.zip"


def test_folders_too_deep_to_walk(tmp_path: Path) -> None:
    """Hundreds of folders in one another are refused, and no recursion ends the class."""
    deep = tmp_path / "ana" / "/".join("d" * 900)
    deep.mkdir(parents=True)
    problem = read_submission(tmp_path / "ana").problem
    assert problem is not None
    assert problem.key == "too_much"


def test_the_same_files_have_the_same_hash(tmp_path: Path) -> None:
    """A folder and the zip of it are one submission."""
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana" / "tarea.py").write_bytes(CODE)
    (tmp_path / "ana.zip").write_bytes(_zip(("tarea.py", CODE)))
    hashes = {read_submission(tmp_path / name).content_hash for name in ("ana", "ana.zip")}
    assert len(hashes) == 1


def _tar(*entries: tuple[str | tarfile.TarInfo, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in entries:
            entry = tarfile.TarInfo(name) if isinstance(name, str) else name
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _link(name: str, kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, "/etc/passwd"
    return entry


REFUSED_TARS = {
    "parent": ("zip_outside", _tar(("../tarea.py", CODE))),
    "absolute": ("zip_outside", _tar(("/etc/tarea.py", CODE))),
    "twice": ("zip_twice", _tar(("tarea.py", CODE), ("tarea.py", b"1"))),
    "file and folder": ("zip_twice", _tar(("a", CODE), ("a/tarea.py", b"1"))),
    "bomb": ("too_much", _tar(("0.py", bytes(300 << 20)))),
    "crowd": ("too_much", _tar(*((f"{number}.py", b"") for number in range(1001)))),
    "deep": ("too_much", _tar(("a/" * MAX_DEPTH + "tarea.py", CODE))),
    "cut off": ("zip_damaged", _tar(("tarea.py", bytes(2000)), mode="w")[:1500]),
    "packing cut off": ("zip_damaged", _tar(("tarea.py", CODE))[:-10]),
    "empty": ("zip_damaged", b""),
    "no tar": ("zip_damaged", b"Rar!" * 1000),
}


@pytest.mark.parametrize("kind", REFUSED_TARS)
def test_tars_that_are_refused(kind: str) -> None:
    """A tar is held to the same as a zip."""
    key, content = REFUSED_TARS[kind]
    with pytest.raises(RefusedError) as refused:
        read_archive("ana.tar.gz", content)
    assert refused.value.problem.key == key


@pytest.mark.parametrize(("name", "mode"), [("a.tar", "w"), ("a.tgz", "w:gz"), ("A.TAR.BZ2", "w:bz2")])
def test_tars_are_read(tmp_path: Path, name: str, mode: str) -> None:
    """Whatever packs them; links of both kinds and devices are left out."""
    links = [(_link(str(place), kind), b"") for place, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE))]
    (tmp_path / name).write_bytes(_tar(*links, (_link("d", tarfile.CHRTYPE), b""), ("e/tarea.py", CODE), mode=mode))
    submission = read_submission(tmp_path / name)
    assert [(file.path, file.content) for file in submission.files] == [("e/tarea.py", CODE)]
    assert submission.student in {"a", "A"}
    assert submission.remarks
