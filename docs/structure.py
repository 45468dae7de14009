"""Prints the rooms of `suite/` and what imports what, as a Mermaid graph and a table: `tox -e graph`.

Counted are imports that are written in the code: what is loaded by an entry point, or run inside the sandbox by its
name, has no arrow. The graph leaves out arrows that follow from others; the table has them all.
"""

from __future__ import annotations

from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PACKAGE = "suite"


def main() -> None:
    """Print the graph, the table and the circles between rooms."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    rooms: dict[str, set[str]] = {}
    for module in sorted(graph.modules):
        if module != PACKAGE:
            rooms.setdefault(module.split(".")[1], set()).add(module)
    arrows = {room: _arrows(graph, room, members) for room, members in rooms.items()}
    print("```mermaid\nflowchart TD")
    for room, targets in arrows.items():
        for target in targets:
            if not any(target in _reachable(arrows, other) for other in targets):
                print(f"    {room} --> {target}")
    print("```\n")
    print("| room | modules | lines | imports |\n|---|---|---|---|")
    for room, members in rooms.items():
        lines = sum(len(_path(module).read_text("utf-8").splitlines()) for module in members)
        print(f"| {room} | {len(members)} | {lines} | {', '.join(arrows[room]) or '–'} |")
    circles = sorted(room for room in rooms if room in _reachable(arrows, room))
    print(f"\nRooms in a circle: {', '.join(circles) or 'none'}.")


def _arrows(graph: grimp.ImportGraph, room: str, members: set[str]) -> list[str]:
    """Other rooms that a room's modules import from."""
    imported = {target for module in members for target in graph.find_modules_directly_imported_by(module)}
    return sorted({target.split(".")[1] for target in imported if target != PACKAGE} - {room})


def _path(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _reachable(arrows: dict[str, list[str]], start: str) -> set[str]:
    """What a room's arrows lead to."""
    found: set[str] = set()
    ahead = list(arrows[start])
    while ahead:
        room = ahead.pop()
        if room not in found:
            found.add(room)
            ahead += arrows[room]
    return found


if __name__ == "__main__":
    main()
