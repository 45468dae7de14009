"""`suite doctor`: what it finds, what it says, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from suite.cli.work.doctor import as_document
from suite.doctor import Finding, MachineReport, Status, examine
from suite.doctor.datasets import judge_datasets
from suite.records import text
from suite.sandbox import choose
from suite.text import LANGUAGES
from tests.conftest import run_suite
from tests.doctor.sentences import in_english

pytestmark = pytest.mark.slow

STRONG = SimpleNamespace(name="strong", weaknesses=(text("weak_shared_kernel"),), unavailable=lambda: "")
BROKEN = SimpleNamespace(name="broken", weaknesses=(), unavailable=lambda: "the kernel says no; ask it nicely")
PLAIN = SimpleNamespace(name="plain", weaknesses=(text("weak_files"), text("weak_network")), unavailable=lambda: "")
KEYS = {"name", "area", "status", "said", "remedies", "facts"}
TORCH_ONLY = {"torch": "2.13.0"}


def _examine(*sandboxes: SimpleNamespace, root: Path, versions: dict[str, str] = TORCH_ONLY) -> MachineReport:
    """An examination of an empty machine."""
    return examine({"HOME": str(root)}, 4096, root=root, sandboxes=sandboxes, versions=versions)


def _find(diagnosis: MachineReport, name: str) -> Finding:
    return next(finding for finding in diagnosis.findings if finding.name == name)


def test_document_for_programs() -> None:
    """`--json` alone stands on stdout, agrees with what grading takes, and the exit code says whether it is ready."""
    done = run_suite("doctor", "--json")
    document = json.loads(done.stdout)
    assert done.stderr == ""
    assert done.returncode == (0 if document["ready"] else 1)
    assert document["schema_version"] == 2
    assert document["uses"]["sandbox"] == choose("auto")[0].name
    assert set(document["uses"]["datasets"]) == {"fashion_mnist", "mnist", "cifar10", "cifar100", "ag_news", "imdb"}
    names = [finding["name"] for finding in document["findings"]]
    assert len(names) == len(set(names))
    known = {"system", "python", "cores", "memory", "gpus", "user_namespaces", "cgroups", "bubblewrap", "browser"}
    assert known <= set(names)
    assert all(set(finding) == KEYS and finding["said"] for finding in document["findings"])


def test_machine_without_bubblewrap(tmp_path: Path) -> None:
    """Where the program isn't on the search path, the finding says how to get it."""
    done = run_suite("doctor", "--json", PATH=str(tmp_path))
    document = json.loads(done.stdout)
    found = {finding["name"]: finding for finding in document["findings"]}
    assert "apt-get install bubblewrap" in found["bubblewrap"]["remedies"][0]
    assert found["bubblewrap"]["facts"] == {"path": None, "version": None}
    assert not found["sandbox_bubblewrap"]["facts"]["works"]
    assert found["user_namespaces"]["facts"]["works"] is None  # nothing to try with
    isolated = found[f"sandbox_{document['uses']['sandbox']}"]["facts"]["isolates"]
    assert done.returncode == (0 if isolated and document["uses"]["runtimes"] else 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [60, 100])
def test_lines_fit_the_terminal(language: str, columns: int) -> None:
    """A person's view wraps at the terminal's width and ends with what will be used."""
    done = run_suite("doctor", "--lang", language, COLUMNS=str(columns))
    assert max(map(len, done.stdout.splitlines())) <= columns
    assert {"en": "What will be used", "es": "Qué se usará"}[language] in done.stdout
    assert {"en": "cores", "es": "núcleos"}[language] in done.stdout


def test_no_framework_is_imported() -> None:
    """Versions come from metadata: the host never imports a framework, nor what makes the stand-ins."""
    code = (
        "import os, sys; from suite.doctor import examine; examine(os.environ, 4096); "
        "print({'tensorflow', 'torch', 'keras', 'sklearn'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"


def test_without_frameworks_nothing_can_be_graded(tmp_path: Path) -> None:
    """No runtime is complete: each says what to install."""
    diagnosis = _examine(STRONG, root=tmp_path, versions={"keras": "3.15.0"})
    assert not diagnosis.ready
    assert diagnosis.runtimes == ()
    assert [finding.name for finding in diagnosis.lacking] == [
        "runtime_keras",
        "runtime_keras2",
        "runtime_torch",
        "runtime_sklearn",
    ]
    assert "Not installed: tensorflow. pip install 'notebook-suite[keras]'" in in_english(
        _find(diagnosis, "runtime_keras")
    )


def test_one_framework_is_enough(tmp_path: Path) -> None:
    """An instructor of PyTorch needs no TensorFlow."""
    diagnosis = _examine(STRONG, root=tmp_path)
    assert diagnosis.ready
    assert diagnosis.runtimes == ("torch",)
    assert _find(diagnosis, "runtime_keras").status is Status.WEAK


def test_strongest_that_works_is_taken(tmp_path: Path) -> None:
    """A stronger one that doesn't work is named with its reason, a weaker one that works isn't taken."""
    diagnosis = _examine(BROKEN, STRONG, PLAIN, root=tmp_path)
    assert diagnosis.ready
    assert (diagnosis.sandbox, diagnosis.refused) == ("strong", ("broken",))
    assert "the kernel says no; ask it nicely" in in_english(_find(diagnosis, "sandbox_broken"))
    assert _find(diagnosis, "sandbox_broken").status is Status.WEAK
    assert _find(diagnosis, "sandbox_plain").status is Status.NOTE


def test_plain_process_alone_is_not_ready(tmp_path: Path) -> None:
    """A sandbox that declares files and network open is no isolation."""
    diagnosis = _examine(BROKEN, PLAIN, root=tmp_path)
    assert [finding.name for finding in diagnosis.lacking] == ["sandbox_plain"]
    assert as_document(diagnosis, "en")["missing"] == ["sandbox_plain"]


def test_trial_that_breaks_off_is_a_reason(tmp_path: Path) -> None:
    """A sandbox whose trial hangs or crashes is refused; the examination goes on."""

    def hang() -> str:
        raise subprocess.TimeoutExpired("trial", 30)

    hangs = SimpleNamespace(name="hangs", weaknesses=(), unavailable=hang)
    diagnosis = _examine(hangs, STRONG, root=tmp_path)
    assert diagnosis.sandbox == "strong"
    assert "TimeoutExpired" in in_english(_find(diagnosis, "sandbox_hangs"))


def test_datasets_and_their_sources(tmp_path: Path) -> None:
    """The stand-in and a damaged file are told apart; the damaged one would stop an assignment."""
    folder = tmp_path / ".keras" / "datasets"
    folder.mkdir(parents=True)
    (folder / "mnist.npz").write_bytes(b"half a download")
    diagnosis = _examine(STRONG, root=tmp_path)
    assert _find(diagnosis, "dataset_mnist").status is Status.MISSING
    assert "suite data fetch mnist" in in_english(_find(diagnosis, "dataset_mnist"))
    assert _find(diagnosis, "dataset_ag_news").facts["source"] == "stand-in"
    assert "mnist" not in diagnosis.sources


def test_sample_of_a_dataset(tmp_path: Path) -> None:
    """A place with a part of the files hides later places, so the rest belongs beside that part."""
    folder = tmp_path / "ag_news"
    folder.mkdir()
    (folder / "test.csv").write_text("".join(f"{label},title,text\n" for label in (1, 2, 3, 4, 1, 2)), "utf-8")
    found = next(one for one in judge_datasets({"SUITE_DATA_DIR": str(tmp_path)}) if one.name == "dataset_ag_news")
    assert found.status is Status.NOTE
    assert (found.facts["train"], found.facts["test"]) == (5, 1)
    assert f"beside those in {folder}" in in_english(found)


def test_help_documents_the_exit_codes() -> None:
    """Codes 0 and 1 are explained."""
    done = run_suite("doctor", "--help")
    assert "Exit codes" in done.stdout
    assert "1 something" in done.stdout
