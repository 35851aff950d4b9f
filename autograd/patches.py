"""Patches: cotangents that are zero except at an index.

Reading ``x[i]`` gives back to ``x`` a cotangent that is nearly all zeros. The walk adds such ones up in one array, so
that N reads of a vector of N elements take time and memory in proportion to N, not to its square.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

#: From so many elements on, lines are added by other means than np.add.at.
_LONG = 64
#: From more than so many lines for one place on, it pays to add them up first.
_OFTEN = 16


_ALL = slice(None)


class Patch:
    """The values that an index has picked from an array, to be added there.

    ``index`` is NumPy's; ``repeats`` says whether it may pick an element more than once.
    """

    __slots__ = ("_index", "_repeats", "_values")

    def __init__(self, values: Any, index: tuple[Any, ...], *, repeats: bool) -> None:
        self._values = values
        self._index = index
        self._repeats = repeats

    def add_to(self, array: Any) -> None:
        """Add the values, in place; of complex ones, a real array gets the real parts."""
        values = self._values
        if values.dtype.kind == "c" and array.dtype.kind != "c":
            values = values.real
        if not self._repeats:
            picked = array[self._index]
            picked += values
            if picked.base is not array:  # no view of it, or one that is not known to be
                array[self._index] = picked
            return
        along = self._axis_of_lines(array)
        if along is None:
            np.add.at(array, self._index, values)
            return
        places = self._index[along]
        axes = range(np.ndim(places))
        _add_lines(np.moveaxis(array, along, 0), places, np.moveaxis(values, [along + axis for axis in axes], axes))

    def _axis_of_lines(self, array: Any) -> int | None:
        """The axis along which whole lines are picked, if they are long."""
        *before, last = self._index
        is_line = isinstance(last, np.ndarray) and all(isinstance(part, slice) and part == _ALL for part in before)
        along = len(before)
        others = array.shape[:along] + array.shape[along + 1 :]
        return along if is_line and math.prod(others) >= _LONG else None


def _add_lines(array: Any, places: Any, values: Any) -> None:
    """``np.add.at(array, (places,), values)`` for whole lines ``array[i]``, an order of magnitude faster.

    Places that are met a few times get their first lines together, then their second ones, and so on; lines for a place
    that is met often are added up first.
    """
    places = np.reshape(places, -1).astype(np.intp, copy=False) % len(array)
    values = np.reshape(values, (len(places), *array.shape[1:]))
    order = np.argsort(places, kind="stable")
    different, starts, counts = np.unique(places[order], return_index=True, return_counts=True)
    for number in range(min(counts.max(initial=0), _OFTEN)):
        here = (counts > number) & (counts <= _OFTEN)
        array[different[here]] += values[order[starts[here] + number]]
    for often in np.flatnonzero(counts > _OFTEN):
        lines = order[starts[often] : starts[often] + counts[often]]
        array[different[often]] += np.add.reduce(values[lines], axis=0)
