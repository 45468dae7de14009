"""The files of an assignment's reference models, and those in whose processes layers are built, as submissions."""

from __future__ import annotations

from suite.assignments import Assignment
from suite.assignments.assignment import FUNCTIONS_FILE, SOLUTION_FILE
from suite.errors import AssignmentError
from suite.frameworks import Framework, all_frameworks, framework_named
from suite.grading.one_submission import collect_source
from suite.records import FrameworkName, SourceFile, Submission


def read_references(assignment: Assignment) -> dict[FrameworkName, Submission]:
    """The reference file of each framework that has one; `AssignmentError` if there is none."""
    if not assignment.frameworks:
        known = " / ".join(framework.reference_file for framework in all_frameworks().values())
        raise AssignmentError(
            "{folder} holds no reference models; write them into {known}, one framework is enough",
            folder=assignment.folder,
            known=known,
        )
    return {name: _read(assignment, framework_named(name).reference_file) for name in assignment.frameworks}


def read_functions(assignment: Assignment) -> Submission | None:
    """The file of reference functions and values; `None` where none are asked for, or the file isn't handed out."""
    there = assignment.result_tasks and (assignment.folder / FUNCTIONS_FILE).is_file()
    return _read(assignment, FUNCTIONS_FILE) if there else None


def read_solution(assignment: Assignment) -> Submission | None:
    """The right answer to the open tasks; `None` where there is none."""
    return _read(assignment, SOLUTION_FILE) if (assignment.folder / SOLUTION_FILE).is_file() else None


def builder_files() -> dict[FrameworkName, Submission]:
    """For each framework that has layers a file that imports it, in whose process layers are built."""
    frameworks = all_frameworks().items()
    return {name: _importing(name, each) for name, each in frameworks if each.layer_classes.buildable}


def _importing(name: FrameworkName, framework: Framework) -> Submission:
    source = "\n".join(f"import {module}" for module in framework.runtimes[0].modules)
    file = SourceFile(path=f"build_{name}.py", content=source.encode())
    return collect_source(file.path, (file,), file.path, file.path)


def read_reference(assignment: Assignment, name: str) -> bytes:
    """A file of the assignment; a file of reference models with lines at its end that build each variant."""
    content = (assignment.folder / name).read_bytes()
    if not assignment.builds or name not in {each.reference_file for each in all_frameworks().values()}:
        return content
    calls = "\n".join(build.call(model_id) for model_id, build in assignment.builds.items())
    return content + f"\n\n{calls}\n".encode()


def _read(assignment: Assignment, name: str) -> Submission:
    source = SourceFile(path=name, content=read_reference(assignment, name))
    return collect_source(name, (source,), name, str(assignment.folder / name))
