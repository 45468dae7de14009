"""Prints the packages of `suite/` and what imports what, as a Mermaid graph and a table: `tox -e graph`.

Counted are imports that are written in the code: what is loaded by an entry point, or run inside the sandbox by its
name, has no arrow. The graph leaves out arrows that follow from others; the table has them all.
"""

from __future__ import annotations

from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PACKAGE = "suite"


def main() -> None:
    """Print the graph, the table and the circles between packages."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    packages: dict[str, set[str]] = {}
    for module in sorted(graph.modules):
        if module != PACKAGE:
            packages.setdefault(module.split(".")[1], set()).add(module)
    arrows = {package: _arrows(graph, package, members) for package, members in packages.items()}
    print("```mermaid\nflowchart TD")
    for package, targets in arrows.items():
        for target in targets:
            if not any(target in _reachable(arrows, other) for other in targets):
                print(f"    {package} --> {target}")
    print("```\n")
    print("| package | modules | lines | imports |\n|---|---|---|---|")
    for package, members in packages.items():
        lines = sum(len(_path(module).read_text("utf-8").splitlines()) for module in members)
        print(f"| {package} | {len(members)} | {lines} | {', '.join(arrows[package]) or '–'} |")
    circles = sorted(package for package in packages if package in _reachable(arrows, package))
    print(f"\nPackages in a circle: {', '.join(circles) or 'none'}.")


def _arrows(graph: grimp.ImportGraph, package: str, members: set[str]) -> list[str]:
    """Other packages that a package's modules import from."""
    imported = {target for module in members for target in graph.find_modules_directly_imported_by(module)}
    return sorted({target.split(".")[1] for target in imported if target != PACKAGE} - {package})


def _path(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _reachable(arrows: dict[str, list[str]], start: str) -> set[str]:
    """What a package's arrows lead to."""
    found: set[str] = set()
    ahead = list(arrows[start])
    while ahead:
        package = ahead.pop()
        if package not in found:
            found.add(package)
            ahead += arrows[package]
    return found


if __name__ == "__main__":
    main()
