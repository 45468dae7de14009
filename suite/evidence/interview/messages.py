"""Jupyter's messages from the sandbox, checked as they are unpacked: a submission can send whatever it likes.

Source of the forms: "Messaging in Jupyter", the documentation of jupyter_client.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from jupyter_client.session import Session
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from suite.errors import MessageError

MAX_DEPTH = 64  # of lists in lists: the deepest honest content, a figure that JavaScript draws, has about a dozen
Count = Annotated[int, Field(ge=0, le=1 << 53)]


class _Content(BaseModel):
    """Base: what isn't read may have any form, and types aren't coerced."""

    model_config = ConfigDict(extra="ignore", strict=True)
    execution_count: Count | None = None


class _Raised(_Content):
    ename: str
    evalue: str
    traceback: list[str]


class _Reply(_Content):
    status: Literal["ok", "error", "abort", "aborted"]
    ename: str = ""
    evalue: str = ""


class _Status(_Content):
    execution_state: str


class _Stream(_Content):
    name: str
    text: str


class _Transient(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    display_id: str | None = None


class _Display(_Content):
    data: dict[str, Any]
    metadata: dict[str, Any]
    transient: _Transient | None = None


CONTENTS: dict[str, type[_Content]] = {
    "execute_reply": _Reply,
    "status": _Status,
    "stream": _Stream,
    "error": _Raised,
    "display_data": _Display,
    "execute_result": _Display,
    "update_display_data": _Display,
}
"""What is read of a message's content, by its type; of other types nothing is read."""


class _Header(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    msg_id: str
    msg_type: str


class _Parent(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    msg_id: str | None = None


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    header: _Header
    parent_header: _Parent
    metadata: dict[str, Any]
    content: dict[str, Any]


class CheckedSession(Session):
    """Unpacks messages, and raises `MessageError` for any that isn't of the documented form."""

    def feed_identities(self, msg_list: Any, copy: bool = True) -> Any:  # noqa: FBT001, FBT002 - jupyter_client's
        """Split what came into a message and its envelope."""
        try:
            return super().feed_identities(msg_list, copy)
        except Exception as error:
            raise MessageError(f"expected a message of Jupyter's, saw {_say(error)}") from error

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> Any:  # noqa: FBT001, FBT002
        """Unpack a message whose parts have been split."""
        try:
            message = super().deserialize(msg_list, content=content, copy=copy)
            check_message(message)
        except MessageError:
            raise
        except Exception as error:  # jupyter_client raises anything on malformed messages
            raise MessageError(f"expected a message of Jupyter's, saw {_say(error)}") from error
        return message


def check_message(message: Any) -> None:
    """Raise `MessageError` unless a message that was unpacked has the form that its type must have."""
    if not _is_within(message, MAX_DEPTH):
        raise MessageError(f"expected a message of Jupyter's, saw one nested more than {MAX_DEPTH} deep")
    try:
        _Message.model_validate(message)
        kind = CONTENTS.get(message["header"]["msg_type"], _Content)
        kind.model_validate(message["content"])
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MessageError(f"expected a message of Jupyter's, saw {where}: {first['msg']}") from error


def _is_within(value: Any, depth: int) -> bool:
    """Whether no more than `depth` lists and mappings lie in one another, found without a recursion."""
    level = [value]
    for _ in range(depth + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return True
    return False


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
