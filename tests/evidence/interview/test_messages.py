"""Messages from the sandbox: those of a kernel are read, and any other one is a `MessageError`, whatever it holds."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from jupyter_client.session import DELIM, Session

from suite.assignments import load
from suite.errors import MessageError
from suite.evidence.interview.messages import MAX_DEPTH, CheckedSession
from suite.evidence.interview.notebook import _CappedClient
from tests.conftest import ROOT

KEY = b"key"
REPLY = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
ERROR = {"ename": "ValueError", "evalue": "no", "traceback": ["no"]}
DISPLAY = {"data": {"text/plain": "1"}, "metadata": {}, "transient": {"display_id": "a"}}


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def _send(kind: Any, content: Any, **parts: Any) -> list[bytes]:
    """What a kernel's socket would send, with some parts replaced by others."""
    sender = Session(key=KEY)
    header = {"msg_id": "1", "msg_type": kind, "version": "5.3"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    packed = [sender.pack((message | parts)[name]) for name in ("header", "parent_header", "metadata", "content")]
    return [DELIM, sender.sign(packed), *packed]


def _receive(sent: list[bytes]) -> dict[str, Any]:
    session = CheckedSession(key=KEY)
    _, rest = session.feed_identities(sent)
    message: dict[str, Any] = session.deserialize(rest)
    return message


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_reply", REPLY),
        ("execute_reply", {"status": "error", **ERROR}),
        ("execute_reply", {"status": "aborted"}),
        ("error", ERROR),
        ("stream", {"name": "stdout", "text": "\ud800".encode("utf-8", "replace").decode()}),
        ("display_data", DISPLAY),
        ("display_data", DISPLAY | {"data": {"application/x": {"deep": _nested(MAX_DEPTH - 5)}}}),
        ("status", {"execution_state": "idle"}),
        ("comm_open", {"data": {"state": 1}}),
        ("of another kind", {"anything": [1, None]}),
    ],
)
def test_what_kernels_send_is_read(kind: str, content: dict[str, Any]) -> None:
    """The content arrives as it was sent."""
    assert _receive(_send(kind, content))["content"] == content


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_reply", "ok"),
        ("execute_reply", None),
        ("execute_reply", [REPLY]),
        ("execute_reply", 1.5),
        ("execute_reply", {}),
        ("execute_reply", {"status": ["ok"]}),
        ("execute_reply", {"status": "error", "ename": 1, "evalue": "no"}),
        ("execute_reply", {"status": "error", "ename": "E", "evalue": {"a": 1}}),
        ("execute_reply", REPLY | {"execution_count": "1"}),
        ("execute_reply", REPLY | {"execution_count": 10**30}),
        ("error", ERROR | {"traceback": "no"}),
        ("error", {"ename": "E"}),
        ("stream", {"name": "stdout", "text": 5}),
        ("stream", {"text": "x"}),
        ("display_data", DISPLAY | {"data": []}),
        ("display_data", DISPLAY | {"transient": {"display_id": []}}),
        ("update_display_data", {"data": {}}),
        ("status", {}),
        ("comm_msg", []),
        ("of another kind", {"deep": _nested(MAX_DEPTH + 1)}),
        (5, {}),
        (["stream"], {}),
    ],
)
def test_other_forms_are_refused(kind: Any, content: Any) -> None:
    """One error stands for them all, and says what was seen."""
    with pytest.raises(MessageError, match="saw"):
        _receive(_send(kind, content))


@pytest.mark.parametrize(
    "parts",
    [
        {"header": "x"},
        {"header": {"msg_type": "status"}},
        {"header": {"msg_id": "1"}},
        {"parent_header": []},
        {"parent_header": {"msg_id": 1}},
        {"metadata": None},
        {"header": {"msg_id": "1", "msg_type": "status", "version": [5]}},
    ],
)
def test_odd_parts_are_refused(parts: dict[str, Any]) -> None:
    """Nothing but a mapping with the documented keys is a part of a message."""
    with pytest.raises(MessageError):
        _receive(_send("status", {"execution_state": "idle"}, **parts))


def _signed(content: bytes) -> list[bytes]:
    sent = _send("stream", {})
    sent[-1] = content
    sent[1] = Session(key=KEY).sign(sent[2:])
    return sent


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [b""],
        [b"", b"", b""],
        [DELIM],
        [DELIM, b""],
        _send("status", {})[:-1],
        [*_send("status", {"execution_state": "idle"})[:-1], b"{}"],
        _signed(b"{"),
        _signed(b"\xff\xfe\x00"),
        _signed(b"[" * 200_000),
        _signed(b'{"text": ' + b"9" * 10_000 + b"}"),
        _signed(b""),
    ],
    ids=["nothing", "empty", "empties", "no parts", "unsigned", "short", "forged", *"abcde"],
)
def test_bytes_that_are_no_message_are_refused(sent: list[bytes]) -> None:
    """Whatever comes over a socket, nothing but this error comes out."""
    with pytest.raises(MessageError):
        _receive(sent)


def _client() -> Any:
    limits = load("stacked_rnn", ROOT / "reference").limits
    cell = nbformat.v4.new_code_cell("display()")
    manager: Any = None
    client = _CappedClient(nbformat.v4.new_notebook(cells=[cell]), manager, limits)
    client.clear_before_next_output = False  # as when a cell begins
    return client


def _display(kind: str, data: dict[str, Any], shown: str = "a") -> dict[str, Any]:
    content = {"data": data, "metadata": {}, "transient": {"display_id": shown}}
    return _receive(_send(kind, content))


def test_a_display_is_updated_if_a_notebook_can_hold_it() -> None:
    """What was displayed changes; an update that no notebook can hold, or that comes too late, leaves it."""
    client = _client()
    cell = client.nb.cells[0]
    client.process_message(_display("display_data", {"text/plain": "1"}), cell, 0)
    client.process_message(_display("update_display_data", {"text/plain": "2"}), cell, 0)
    assert cell.outputs[0]["data"] == {"text/plain": "2"}
    client.process_message(_display("update_display_data", {"text/plain": [1, {}]}), cell, 0)
    assert cell.outputs[0]["data"] == {"text/plain": "2"}
    cell.outputs.clear()
    client.process_message(_display("update_display_data", {"text/plain": "3"}), cell, 0)
    assert cell.outputs == []


def test_the_state_of_widgets_is_not_kept() -> None:
    """Comm messages of any number and size leave nothing on the host."""
    client = _client()
    for number in range(3):
        content = {"comm_id": str(number), "target_name": "jupyter.widget", "data": {"state": {"a": "x" * 1000}}}
        client.process_message(_receive(_send("comm_open", content)), client.nb.cells[0], 0)
    assert client.widget_state == {}
