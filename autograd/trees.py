"""Trees: values inside dicts, lists, tuples and dataclasses, taken out and put back in the same structure.

A leaf is a number, an array or a Tensor; ``None`` is an empty branch. A class of one's own joins by ``register_tree``.
Of a dataclass, texts, enumerations, functions and classes belong to the structure, and so do fields that say so, by
``dataclasses.field(metadata={"static": True})``.
A structure is taken when a tree is taken apart: later changes of the tree pass it by. Trees may be of any depth.
"""

from __future__ import annotations

import copy
import dataclasses
import enum
import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

#: Gives the branches of a value, by what they are called, and what makes a value of other ones.
Branches = tuple[Mapping[Any, Any], Callable[[Sequence[Any]], Any]]


def register_tree(kind: type, branches: Callable[[Any], Branches]) -> None:
    """Have values of a class be trees; those of its subclasses, too.

    ``branches(value)`` gives a mapping of the branches, whose keys errors name, and a function that makes a value like
    this one of a sequence of other branches. It is called with other values than this one's, and after it has changed.

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
    _apart.cache_clear()


def flatten(tree: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """Give the leaves of a tree in order, and what makes a tree of the same structure of as many others.

    Raises ``ValueError`` for a tree that contains itself.

    >>> leaves, rebuild = flatten({"w": 1.0, "rest": (2.0, [3.0], None)})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> rebuild([True, False, True])
    {'w': True, 'rest': (False, [True], None)}
    """
    if _apart(type(tree)) is None:  # type: ignore[arg-type]  # a class is Hashable
        return [tree], _only
    leaves: list[Any] = []
    steps: list[_Step] = []
    for value, _, found in _visited(tree):
        if found is None:
            leaves.append(value)
            steps.append(None)
        else:
            steps.append((len(found[0]), found[1]))

    def rebuild(others: Sequence[Any]) -> Any:
        if len(others) != count:
            raise ValueError(f"a tree of {count} leaves cannot be made of {len(others)}")
        return _made(steps, others)

    count = len(leaves)
    return leaves, rebuild


def _only(leaves: Sequence[Any]) -> Any:
    (leaf,) = leaves
    return leaf


def paths(tree: Any) -> Iterator[tuple[str, Any]]:
    """Give each leaf with where it is, as one would write it after the tree's name: ``"['w'][0]"``."""
    for value, path, found in _visited(tree):
        if found is None:
            yield _written(path), value


#: The structure of a tree, its parts in the order in which they are met: ``None`` for a leaf; for what has branches,
#: how many, and what makes it of them.
_Step = tuple[int, Callable[[Sequence[Any]], Any]] | None

#: The key of a branch, after the path of what it is a branch of.
_Path = tuple["_Path", Any] | None

_CLOSE = object()


def _visited(tree: Any) -> Iterator[tuple[Any, _Path, Branches | None]]:
    """Give each part of a tree with its path and its branches, before these; leaves have none."""
    waiting: list[tuple[Any, _Path]] = [(tree, None)]
    around: dict[int, None] = {}  # what the part that is being visited is inside of
    while waiting:
        value, path = waiting.pop()
        if value is _CLOSE:
            around.popitem()
            continue
        take_apart = _apart(type(value))  # type: ignore[arg-type]  # a class is Hashable
        if take_apart is None:
            yield value, path, None
            continue
        if id(value) in around:
            raise ValueError(f"a tree cannot contain itself, and this one does at {_written(path):.60}")
        branches, make = take_apart(value)
        yield value, path, (branches, make)
        if branches:
            around[id(value)] = None
            waiting.append((_CLOSE, None))
            waiting.extend([(branch, (path, key)) for key, branch in branches.items()][::-1])


def _made(steps: Sequence[_Step], leaves: Sequence[Any]) -> Any:
    """Make a tree, from its end: what is made last is the first branch of what comes next."""
    rest, made = list(leaves), []
    for step in reversed(steps):
        if step is None:
            made.append(rest.pop())
            continue
        count, make = step
        start = len(made) - count
        parts = made[start:][::-1]
        del made[start:]
        made.append(make(parts))
    return made[0]


def _written(path: _Path) -> str:
    keys = []
    while path is not None:
        path, key = path
        keys.append(f"[{key!r}]")
    return "".join(reversed(keys))


# Kinds of trees


@functools.lru_cache(maxsize=256)
def _apart(kind: type) -> Callable[[Any], Branches] | None:
    """What gives the branches of values of a class, or ``None`` if they are leaves."""
    for base in kind.__mro__:
        if base in _registered:
            return _registered[base]
    if issubclass(kind, Mapping):
        return _of_mapping
    return _of_dataclass if dataclasses.is_dataclass(kind) else None


def _of_dict(tree: dict[Any, Any]) -> Branches:
    keys = tuple(tree)
    if type(tree) is dict:
        return tree, lambda parts: dict(zip(keys, parts, strict=True))
    model = copy.copy(tree)
    return tree, lambda parts: _changed(model, operator.setitem, keys, parts)


def _of_mapping(tree: Mapping[Any, Any]) -> Branches:
    keys, kind = tuple(tree), type(tree)
    return tree, lambda parts: kind(dict(zip(keys, parts, strict=True)))  # type: ignore[call-arg]


def _of_list(tree: list[Any]) -> Branches:
    branches = dict(enumerate(tree))
    if type(tree) is list:
        return branches, list
    model = copy.copy(tree)
    return branches, lambda parts: _changed(model, operator.setitem, tuple(branches), parts)


def _of_tuple(tree: tuple[Any, ...]) -> Branches:
    if hasattr(tree, "_fields"):
        return dict(zip(tree._fields, tree, strict=True)), type(tree)._make  # type: ignore[attr-defined]
    return dict(enumerate(tree)), type(tree)


def _of_dataclass(tree: Any) -> Branches:
    found = [(field, getattr(tree, field.name)) for field in dataclasses.fields(tree) if hasattr(tree, field.name)]
    branches = {field.name: value for field, value in found if not _is_static(field, value)}
    model, names = copy.copy(tree), tuple(branches)
    return branches, lambda parts: _changed(model, object.__setattr__, names, parts)


def _is_static(field: dataclasses.Field[Any], value: Any) -> bool:
    """Whether a field is a part of the structure: it says so, or its value can be no leaf and no branch."""
    is_function = callable(value) and _apart(type(value)) is None  # type: ignore[arg-type]  # a class is Hashable
    return bool(field.metadata.get("static")) or is_function or isinstance(value, (str, bytes, enum.Enum))


def _changed(model: Any, put: Callable[[Any, Any, Any], None], keys: Iterable[Any], parts: Sequence[Any]) -> Any:
    """A copy with other branches, and all else that it has: ``__init__`` might do more than that."""
    changed = copy.copy(model)
    for key, part in zip(keys, parts, strict=True):
        put(changed, key, part)
    return changed


_registered: dict[type, Callable[[Any], Branches]] = {
    type(None): lambda _: ({}, lambda _: None),
    dict: _of_dict,
    list: _of_list,
    tuple: _of_tuple,
}
