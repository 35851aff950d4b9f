"""The part of a graph that is drawn: around a node or a module, or on the way from one to another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from ..graph import Graph, Node
from ..tensor import Tensor
from .naming import Scopes, path_of, qualified
from .places import Readers, is_weight

#: What is looked for: by its name or the path of its module, in which ``*`` stands for any text, or itself.
Target = str | Tensor | Node

#: A message names at most so many of the names that there are.
MOST_NAMES = 12

#: Among more names than this, nobody looks for similar ones.
MANY = 10_000


def around(graph: Graph, readers: Readers, targets: Target | Collection[Target], distance: int) -> set[Node]:
    """Find the nodes up to ``distance`` steps before and behind those that are looked for, and the leaves they read."""
    given: list[Any] = list(targets) if isinstance(targets, (list, tuple, set)) else [targets]
    finder = _Finder(graph, readers, "focus")
    chosen = {node for target in given for node in finder.find(target)}
    border = chosen
    for _ in range(distance):
        parents = {parent for node in border for parent in node.parents if parent is not None}
        border = parents.union(*(readers.get(node, ()) for node in border)) - chosen
        chosen = chosen | border
    return chosen | _leaves_of(chosen)


def between(graph: Graph, readers: Readers, path: Sequence[Target]) -> set[Node]:
    """Find the nodes on all ways from one to another, both included, and the leaves they read."""
    if not isinstance(path, (tuple, list)) or len(path) != 2:
        raise TypeError(f"draw: path is a pair, from where and to where, as in ('x', 'loss'); got {path!r}")
    finder = _Finder(graph, readers, "path")
    start, end = (finder.find(target) for target in path)
    chosen = _behind(graph, start) & _before(graph, end)
    if not chosen:
        is_reverse = _behind(graph, end) & _before(graph, start)
        advice = "it leads the other way round" if is_reverse else "neither was computed from the other"
        raise ValueError(f"draw: path: no way leads from {_called(path[0])} to {_called(path[1])}; {advice}")
    return chosen | _leaves_of(chosen)


def _leaves_of(chosen: Iterable[Node]) -> set[Node]:
    return {parent for node in chosen for parent in node.parents if parent is not None and parent.is_leaf}


def _behind(graph: Graph, start: Collection[Node]) -> set[Node]:
    """The nodes computed from some, and those themselves."""
    reached = set(start)
    for node in graph.nodes:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached


def _before(graph: Graph, end: Collection[Node]) -> set[Node]:
    """The nodes that some were computed from, and those themselves."""
    reached: set[Node | None] = set(end)
    for node in reversed(graph.nodes):
        if node in reached:
            reached.update(node.parents)
    return {node for node in reached if node is not None}


class _Finder:
    """Finds nodes by what they are called, and says what there is if nothing is called so."""

    def __init__(self, graph: Graph, readers: Readers, option: str) -> None:
        self._nodes = set(graph.nodes)
        self._option = option
        self._called: dict[str, list[Node]] = {}
        self._names_of_scopes: dict[Scopes, list[str]] = {}
        for node in reversed(graph.nodes):
            for name in dict.fromkeys([*_names(node, readers), *self._scopes(node.scopes)]):
                self._called.setdefault(name, []).append(node)

    def find(self, target: Target) -> list[Node]:
        """Give the nodes that are meant: one, or all inside the modules of a path."""
        if isinstance(target, str):
            return self._by_name(target)
        if not isinstance(target, Tensor | Node):
            raise TypeError(
                f"draw: {self._option} takes a name, the path of a module, a Tensor or a node; "
                f"got {type(target).__name__}"
            )
        node = target.node if isinstance(target, Tensor) else target
        if node is None or node not in self._nodes:
            raise ValueError(f"draw: {self._option}: {_called(target)} is no part of the graph that is drawn")
        return [node]

    def _by_name(self, pattern: str) -> list[Node]:
        found = self._called.get(pattern) or [
            node for name, nodes in self._called.items() if fnmatchcase(name, pattern) for node in nodes
        ]
        if not found:
            raise ValueError(
                f"draw: {self._option}: nothing in the graph is called {pattern!r}. {self._advice(pattern)}"
            )
        return list(dict.fromkeys(found))

    def _advice(self, pattern: str) -> str:
        close = get_close_matches(pattern, self._called, MOST_NAMES, 0.5) if len(self._called) < MANY else []
        names = close or list(self._called)
        if not names:
            return "Nothing in there has a name: give Tensors one, as in y.name = 'y', or compute inside retain_all()"
        more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
        modules = "" if self._names_of_scopes.keys() - {()} else "; modules are known of what retain_all() saw"
        return f"There are {', '.join(map(repr, names[:MOST_NAMES]))}{more}{modules}"

    def _scopes(self, scopes: Scopes) -> list[str]:
        """The paths of the modules around, and their titles."""
        if scopes not in self._names_of_scopes:
            outer = [scopes[:depth] for depth in range(1, len(scopes) + 1)]
            self._names_of_scopes[scopes] = [name for each in outer for name in (path_of(each), each[-1])]
        return self._names_of_scopes[scopes]


def _names(node: Node, readers: Readers) -> list[str]:
    """The name that a node was given, and for a weight the one that its card has."""
    if not node.name:
        return []
    used = next((reader.scopes for reader in readers.get(node, ()) if reader.scopes), ()) if is_weight(node) else ()
    return [node.name, qualified(node.name, used)]


def _called(target: Target) -> str:
    if isinstance(target, str):
        return repr(target)
    return f"the {type(target).__name__} {target.name!r}" if target.name else f"this {type(target).__name__}"
