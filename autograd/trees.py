"""Trees: values inside dicts, lists, tuples and dataclasses, taken out and put back in the same structure.

A leaf is a number, an array or a Tensor; ``None`` is an empty branch. A class of one's own joins by ``register_tree``.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

#: Gives the branches of a value, by what they are called, and what makes a value of other ones.
Branches = tuple[Mapping[Any, Any], Callable[[Sequence[Any]], Any]]

_registered: dict[type, Callable[[Any], Branches]] = {}

#: The commonest leaves; anything that is no branch is one.
_LEAVES = frozenset({np.ndarray, np.float64, float, int, complex, bool, str})


def register_tree(kind: type, branches: Callable[[Any], Branches]) -> None:
    """Have values of a class be trees; those of its subclasses, too.

    ``branches(value)`` gives a mapping of the branches, whose keys errors name, and a function that makes a value like
    this one of a sequence of other branches.

    >>> class Pair:
    ...     def __init__(self, left, right):
    ...         self.left, self.right = left, right
    >>> register_tree(Pair, lambda pair: (vars(pair), lambda parts: Pair(*parts)))
    >>> leaves, rebuild = flatten(Pair(1.0, [2.0, 3.0]))
    >>> leaves, rebuild([4.0, 5.0, 6.0]).right
    ([1.0, 2.0, 3.0], [5.0, 6.0])
    """
    if not isinstance(kind, type):
        raise TypeError(f"register_tree: takes a class, got {kind!r:.60}")
    _registered[kind] = branches


def flatten(tree: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """Give the leaves of a tree in order, and what makes a tree of the same structure of as many others.

    >>> leaves, rebuild = flatten({"w": 1.0, "rest": (2.0, [3.0], None)})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> rebuild([True, False, True])
    {'w': True, 'rest': (False, [True], None)}
    """
    leaves = [leaf for _, leaf in paths(tree)]

    def rebuild(others: Sequence[Any]) -> Any:
        if len(others) != len(leaves):
            raise ValueError(f"a tree of {len(leaves)} leaves cannot be made of {len(others)}")
        return rebuilt(tree, iter(others))

    return leaves, rebuild


def paths(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give each leaf with where it is, as one would write it after the tree's name: ``"['w'][0]"``."""
    found = _branches(tree)
    if found is None:
        yield path, tree
        return
    for key, branch in found[0].items():
        yield from paths(branch, f"{path}[{key!r}]")


def rebuilt(tree: Any, leaves: Iterator[Any]) -> Any:
    """Give a tree of the same structure with the next leaves of an iterator."""
    found = _branches(tree)
    if found is None:
        return next(leaves)
    branches, make = found
    return make([rebuilt(branch, leaves) for branch in branches.values()])


def _branches(value: Any) -> Branches | None:  # noqa: PLR0911 - a kind of tree each
    """The branches of a value, or ``None`` for a leaf."""
    kind = type(value)
    if kind in _LEAVES:
        return None
    if value is None:
        return {}, lambda _: None
    for base in kind.__mro__:
        if base in _registered:
            return _registered[base](value)
    if isinstance(value, Mapping):
        return value, lambda parts: kind(zip(value, parts, strict=True))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=True)), lambda parts: kind(*parts)
    if isinstance(value, (list, tuple)):
        return dict(enumerate(value)), kind
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: getattr(value, name) for name in names}, lambda parts: _changed(value, names, parts)
    return None


def _changed(value: Any, names: Sequence[str], parts: Sequence[Any]) -> Any:
    """A copy of a dataclass with other fields: ``__init__`` would do more than that."""
    changed = copy.copy(value)
    for name, part in zip(names, parts, strict=True):
        object.__setattr__(changed, name, part)
    return changed
