"""Who else holds an array: the one place that decides whether memory may be written in place.

A Tensor never writes into memory that anything else can see: not a pending backward, not a view, not the user. So
arrays are copied on write, and only if somebody is still looking. CPython's reference count says who is.
"""

from __future__ import annotations

from collections.abc import Iterable
from sys import getrefcount
from typing import Any

import numpy as np
from numpy import ndarray  # what is looked up in np takes four times as long


def _references(array: Any) -> int:
    return getrefcount(array)


def _references_with_one_holder() -> int:
    """What a function sees of an argument that its caller alone holds, in a variable or in an attribute.

    Pythons differ in how many references a call itself takes; the smaller count is the careful one.
    """
    array, holder = np.empty(0), [np.empty(0)]
    return min(_references(array), _references(holder[0]))


def _references_of_base(view: Any) -> int:
    """What a function sees of an array that a view refers to, and its own variable."""
    base = view.base
    return getrefcount(base)


_ONE_HOLDER = _references_with_one_holder()
_ONE_HOLDER_AND_A_VARIABLE = _references_of_base(np.empty((2, 3)).T)


def is_held_once(array: Any) -> bool:
    """Tell whether the caller's variable is the only reference to this array, and the memory belongs to it alone.

    The memory may belong to another array of which this is a view, as a transposed one is, if nothing else refers to
    that. ``False`` on any doubt (other views, arrays of other libraries), so that the answer ``True``
    allows a write in place.
    """
    if type(array) is not ndarray or getrefcount(array) > _ONE_HOLDER:
        return False
    base = array.base
    if base is None:
        flags = array.flags
        return flags.owndata and flags.writeable
    if type(base) is not ndarray or getrefcount(base) > _ONE_HOLDER_AND_A_VARIABLE:
        return False
    return base.flags.owndata and array.flags.writeable


def read_only(array: Any) -> Any:
    """Give a view of an array that nobody can make writable: the memory that it shows is read-only from now on, too.

    Views of that memory that could be written before still can, such as an optimizer's. What is no NumPy array is given
    as it is.
    """
    if not isinstance(array, ndarray):
        return array
    owner: Any = array
    while isinstance(owner, ndarray):
        owner.flags.writeable = False
        owner = owner.base
    return array.view()


def references(arrays: Iterable[Any]) -> list[int]:
    """Count who refers to each of these arrays: for views of an array, name it among them, as all views refer to it.

    Numbers that are the same as at a time when nobody else looked say that nobody else does now.
    """
    return list(map(getrefcount, arrays))
