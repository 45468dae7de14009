"""When a worker may run a class: what its evidence depends on is what the host's does."""

from __future__ import annotations

import pickle

from suite.grading.engines.dask_worker import UnfitWorkerError, compare

ABOUT = ("code", "assignment", "quick", "namespaces", "0", "None", "calibration", "mnist, real", "3.11", "torch 2", "x")


def test_two_machines_that_are_alike() -> None:
    """Nothing is to be said."""
    assert compare(ABOUT, ABOUT) == ""


def test_what_differs_is_named() -> None:
    """With what there is on either side, so that it can be installed."""
    said = compare(ABOUT, (*ABOUT[:7], "mnist, stand-in", *ABOUT[8:]))
    assert said == "otherwise than on the host are data (mnist, stand-in here, mnist, real there)"


def test_versions_and_references_follow_the_names() -> None:
    """Lists of other lengths differ as well, as where a framework isn't installed."""
    for other in ((*ABOUT[:9], "torch 3", "x"), ABOUT[:10]):
        assert compare(ABOUT, other) == "otherwise than on the host are the versions of libraries"


def test_the_host_learns_which_worker_it_was() -> None:
    """The error goes through a pickle, as all that tasks raise does."""
    error = pickle.loads(pickle.dumps(UnfitWorkerError("tls://x:1", "it has no sandbox")))
    assert (error.address, error.why) == ("tls://x:1", "it has no sandbox")
    assert str(error) == "the worker tls://x:1 can't run this class: it has no sandbox"
