"""Patches: cotangents that are zero except at an index.

Reading ``x[i]`` gives back to ``x`` a cotangent that is nearly all zeros. The walk adds such ones up in one array, so
that N reads of a vector of N elements take time and memory in proportion to N, not to its square.
"""

from __future__ import annotations

from typing import Any

import numpy as np


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
        values = self._values if array.dtype.kind == "c" else self._values.real
        if self._repeats:
            np.add.at(array, self._index, values)
        else:
            array[self._index] += values
