"""Text of a submission: nothing in it moves, hides or covers what stands beside it, or tells of this machine."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from suite.text.untrusted import MAX_MARKS, clean, drop_stacks, shorten_paths, tame

STACK = "".join(map(chr, range(0x300, 0x370)))


@pytest.mark.parametrize("stack", [STACK, f"{STACK[:3]}\u200d{STACK[3:20]}", "҉" * 50])
def test_stacks_of_marks_are_cut(stack: str) -> None:
    """A letter keeps a few combining marks, also with joiners between them."""
    assert sum(unicodedata.category(char) in ("Mn", "Me") for char in tame(f"a{stack}")) == MAX_MARKS
    assert len(clean(f"a{STACK}")) == 1 + MAX_MARKS


@pytest.mark.parametrize("made_safe", [tame, clean])
def test_marks_of_living_scripts_stay(made_safe: Callable[[str], str]) -> None:
    """Spanish, Vietnamese, Hebrew and Thai."""
    assert made_safe("ñandú phở שָׁלוֹם ที่นี่") == "ñandú phở שָׁלוֹם ที่นี่"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\u202eb\u2067c\u061cd\u200ee", "abcde"),
        ("a\x00b\x7fc\x85d\re", "abcde"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("two\n\tlines, 👩‍💻", "two\n\tlines, 👩‍💻"),
    ],
)
def test_controls_and_direction_marks_go(written: str, shown: str) -> None:
    """Line breaks, tabs and joined emoji stay."""
    assert tame(written) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/ana/envs/s/lib/python3.12/site-packages/keras/src/a.py", "…/site-packages/keras/src/a.py"),
        ("/usr/lib/python3/dist-packages/six.py", "…/dist-packages/six.py"),
        ("/usr/lib/python3.12/json/decoder.py", "…/python3.12/json/decoder.py"),
        ("/opt/suite/suite/inside/worker/loops.py", "…/suite/inside/worker/loops.py"),
        ("/root/envs/s/bin/python3.12", "…/bin/python3.12"),
        ("/work/data.csv", "./data.csv"),
        ("/submission/tools.py", "./tools.py"),
        ("/tmp/nb-a1_b2c3d/scratch/work/data.csv", "./data.csv"),
        ("/var/tmp/nb-a1_b2c3d/submission/tools.py", "./tools.py"),
        ("/tmp/nb-a1_b2c3d/scratch/home/.keras", "~/.keras"),
        ("/tmp/nb-a1_b2c3d/link/kernel.json", "…/link/kernel.json"),
        ("/home/ana/secret/x.csv", "~/secret/x.csv"),
        ("/root", "~"),
        ("/content/drive/x.csv", "/content/drive/x.csv"),
        ("https://example.com/home/ana", "https://example.com/home/ana"),
        ("/workshop/rooted", "/workshop/rooted"),
    ],
)
def test_folders_of_this_machine_are_shortened(path: str, shown: str) -> None:
    """In a sentence, in quotes, in a traceback; twice changes nothing more."""
    for frame in ("{}", "in {}, line 3", "'{}'", '  File "{}", line 1', "({})", "a={}"):
        found = shorten_paths(frame.format(path))
        assert found == frame.format(shown)
        assert shorten_paths(found) == found


IN_A_GRAPH = """Graph execution error:

Detected at node compile_loss/Sparse defined at (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main

  File "/x/python3.11/site-packages/keras/src/trainers/trainer.py", line 70, in fit

A label value of 9 is outside the valid range of [0, 9).
\t [[{{node compile_loss/Sparse}}]]"""
IN_A_LOADER = """Caught IndexError in DataLoader worker process 0.
Original Traceback (most recent call last):
  File "/x/torch/utils/data/_utils/worker.py", line 349, in _worker_loop
    data = fetcher.fetch(index)
           ^^^^^^^^^^^^^^^^^^^^
  File "<input>", line 3, in __getitem__
IndexError: list index out of range
"""


@pytest.mark.parametrize(
    ("message", "left"),
    [
        (
            IN_A_GRAPH,
            "Graph execution error:\n\nA label value of 9 is outside the valid range of [0, 9).",
        ),
        (IN_A_LOADER, "Caught IndexError in DataLoader worker process 0.\nIndexError: list index out of range"),
        ("expected a File, line 3", "expected a File, line 3"),
        ('  File "a.py", line 1', '  File "a.py", line 1'),
    ],
)
def test_stacks_within_messages_go(message: str, left: str) -> None:
    """What came of them stays; a message that is nothing else stays as it is."""
    assert drop_stacks(message) == left
