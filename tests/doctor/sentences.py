"""What a finding says, for assertions."""

from __future__ import annotations

from suite.doctor import Finding
from suite.text.language import say


def in_english(finding: Finding) -> str:
    """Sentences and remedies."""
    return " ".join(say(sentence, "en") for sentence in (*finding.said, *finding.remedies))
