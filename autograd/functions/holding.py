"""Who holds what a forward has left: the application alone, or somebody else, from whom the forward has it.

A Tensor that is made on the way goes with its forward, but for what that leaves. What others hold, too, was there
before; CPython's reference count says so.
"""

from __future__ import annotations

import dataclasses
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from ..ownership import references
from ..tensor import Tensor
from ..transforms.batching import Batched
from ..trees import flatten

_ALONE = references([object()])[0]
_LEAVES = (int, float, complex, str, bytes, type(None))


def branches_of(value: Any) -> Iterable[Any]:
    """Give the values inside of one that trees know, one level; nothing for a leaf."""
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (*_LEAVES, Tensor, np.ndarray)):
        return ()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return [getattr(value, name) for name in names if hasattr(value, name)]
    leaves: list[Any] = flatten(value)[0]  # of a class that has joined
    return () if len(leaves) == 1 and leaves[0] is value else leaves


def tensors_in(values: Iterable[Any]) -> Iterator[Tensor]:
    """Give the Tensors among values and inside of them, each once; a value may contain itself."""
    seen: dict[int, Any] = {}
    waiting = [iter(values)]
    while waiting:
        for value in waiting[-1]:
            if isinstance(value, _LEAVES) or id(value) in seen:
                continue
            seen[id(value)] = value
            if isinstance(value, Tensor):
                yield value
            else:
                waiting.append(iter(branches_of(value)))
                break
        else:
            waiting.pop()


class Held:
    """What an application holds in some places, with all that is inside, and which of it others hold, too."""

    def __init__(self, places: Iterable[Iterable[Any]]) -> None:
        self._parts: list[Any] = []
        self._inside: dict[int, list[int]] = {}
        self._own: Counter[int] = Counter()
        self._collect(places)
        counts = zip(self._parts, references(self._parts), strict=True)
        outside = [id(part) for part, count in counts if count > _ALONE + self._own[id(part)]]
        self._outside = set(outside)
        for key in outside:  # which grows meanwhile
            new = [each for each in self._inside.get(key, ()) if each not in self._outside]
            self._outside.update(new)
            outside += new

    def _collect(self, places: Iterable[Iterable[Any]]) -> None:
        """Find all parts, what is inside of each, and how many of the others hold it."""
        waiting: list[Any] = []
        for place in places:
            for value in place:
                self._own[id(value)] += 1
                waiting.append(value)
        while waiting:
            value = waiting.pop()
            if isinstance(value, _LEAVES) or id(value) in self._inside:
                continue
            self._parts.append(value)
            if isinstance(value, Tensor):
                within = [] if isinstance(value, Batched) else [value._array]
            elif isinstance(value, np.ndarray):
                within = [] if value.base is None else [value.base]
            else:
                within = list(branches_of(value))
            self._inside[id(value)] = [id(each) for each in within]
            self._own.update(self._inside[id(value)])
            waiting += within

    def is_shared(self, reference: weakref.ref[Any]) -> bool:
        """Whether somebody else holds a thing, or what it is inside of; for a Tensor, its array counts as well."""
        found = [reference()]
        if found[0] is None:
            return False
        if id(found[0]) not in self._inside:
            return references(found)[0] > _ALONE
        return id(found[0]) in self._outside or any(key in self._outside for key in self._arrays(found[0]))

    def _arrays(self, thing: Any) -> list[int]:
        return self._inside[id(thing)] if isinstance(thing, Tensor) else []
