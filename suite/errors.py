"""The errors of the suite.

A student's failure is data (an `Outcome`); an error here is the harness's (the suite's own) or its user's, but for
`SubmissionError`. Every message says what was expected, what was seen and what to do next. It stands where it is
raised, in English, with named placeholders for its values: `suite.text.errors` tells it in other languages.

Whose fault it is is decided where bytes are read. What was handed in and what its process sends may have any form, so
it passes a reader that checks it: in `suite.grading` the modules `contents`, `archives` and `notebook_file` for files,
`suite.codec` and in `suite.evidence.interview` the modules `answers` and `messages` for a process. A reader raises
`SubmissionError`, whatever it met, and that costs its own submission only. Behind the readers the form is known: any
other exception there is a failure of the harness, which gives no score.
"""

from __future__ import annotations

from collections.abc import Iterable


class Words:
    """English words with values for their placeholders, as `str.format` has them; a value may be words, too."""

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template

    def __repr__(self) -> str:
        return repr(str(self))


def joined(parts: Iterable[Words | str], separator: str = "; ") -> Words:
    """Several in a row, each of which is told in its own words."""
    values: dict[str, object] = {f"part_{number}": part for number, part in enumerate(parts)}
    return Words(separator.join(f"{{{name}}}" for name in values), **values)


class SuiteError(Exception):
    """Root of every error that the suite raises on purpose; `words` can be told in any language."""

    def __init__(self, message: str | Words = "", /, **values: object) -> None:
        self.words = message if isinstance(message, Words) else Words(message, **values)
        super().__init__(self.words)


class UsageError(SuiteError):
    """The command was asked for something that isn't there; exit code 2."""


class AssignmentError(UsageError):
    """An assignment folder is unknown, or its files don't say what grading needs."""


class DataError(UsageError):
    """A dataset file is damaged, or the dataset is unknown."""


class EvidenceError(UsageError):
    """A stored result can't be judged again: its files are missing, damaged or of another version."""


class StorageError(SuiteError):
    """A file can't be written as its disk is full or read-only; what was written before is whole."""


class EngineError(SuiteError):
    """No submission can be run any more, as what runs them is lost; what was finished before is stored."""


class HarnessError(SuiteError):
    """The harness failed, not the submission: retried, never zero marks."""


class SandboxError(HarnessError):
    """The sandbox couldn't start or didn't answer for a reason of its own."""


class SubmissionError(SuiteError):
    """What was handed in, or what its process sent, isn't of the form that it must have: that submission's problem."""


class MessageError(SubmissionError):
    """A message from the sandbox isn't one that a Jupyter kernel sends: an error of the submission that sent it."""


class FrameError(SubmissionError):
    """Bytes from the sandbox aren't a valid frame: an error of the submission that sent them."""


class AnswerError(FrameError):
    """The sandbox says that it couldn't answer one question; it may answer others."""


class ConversionError(SuiteError):
    """Weights can't be copied to the other framework: an unknown kind of layer, or shapes that don't fit it."""
