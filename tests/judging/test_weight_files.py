"""Why weights that were handed in weren't laid into a model."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from suite.judging.weight_files import SENTENCES, find_unfit
from suite.records import UnfitFile, WhyUnfit
from suite.text import LANGUAGES
from suite.text.language import say
from tests.judging.checks.test_checks import RIGHT, _evidence


@pytest.mark.parametrize("why", get_args(WhyUnfit))
def test_every_reason_has_a_sentence(why: WhyUnfit) -> None:
    """It names file and model, in each language."""
    model = replace(RIGHT, unfit=(UnfitFile(file="best.pt", why=why, detail="odd"),))
    found = find_unfit(_evidence(model), model)
    assert found is not None
    assert found.key == SENTENCES[why]
    for language in LANGUAGES:
        said = say(found, language)
        assert "best.pt" in said
        assert model.name in said


def test_a_file_that_another_model_took_is_no_fault() -> None:
    """Of several models one took it."""
    unfit = replace(RIGHT, unfit=(UnfitFile(file="best.pt", why="shapes"),))
    evidence = _evidence(unfit)
    assert find_unfit(replace(evidence, models=(unfit, replace(RIGHT, laid="best.pt"))), unfit) is None
    assert find_unfit(evidence, replace(unfit, laid="own.pt")) is None
    assert find_unfit(evidence, None) is None
