"""Python numbers beside arrays: NumPy takes longer to convert one than to calculate with it, so each is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray  # what is looked up in np takes four times as long


def number(value: float, like: Any) -> Any:
    """Give a number as an array of the floating dtype of ``like``; as it is beside anything else.

    >>> number(1.0, np.zeros(3, np.float32))
    array(1., dtype=float32)
    """
    try:
        return _settled[like.dtype][value]
    except (AttributeError, KeyError):
        return value


def in_floating(x: Any) -> Any:
    """Give whole numbers as floating ones, for differences and negatives of small ones wrap around.

    >>> -in_floating(np.uint8([3]))
    array([-3.])
    """
    return x + 0.0 if getattr(x, "dtype", np.dtype(float)).kind in "biu" else x


def in_one_floating(*operands: Any) -> tuple[Any, ...]:
    """Give operands in the floating dtype that suits all of them, in which no part of a function loses digits.

    NumPy's logarithm of ``int8`` has three digits, whatever it is multiplied with.

    >>> [x.dtype.name for x in in_one_floating(np.int8([2]), np.float32([0.5]), np.float64([0.5]))]
    ['float64', 'float64', 'float64']
    """
    dtype = np.result_type(*operands)
    if dtype.kind in "biu":
        dtype = np.dtype(float)
    return tuple(x.astype(dtype) if getattr(x, "dtype", dtype) != dtype else x for x in operands)


def settle(arrays: list[Any], position: int) -> None:
    """Make a Python number an array of the floating dtype beside it, as NumPy would do anew in each use of it."""
    beside = arrays[1 - position]
    if type(beside) is ndarray:
        settled = _settled.get(beside.dtype)
        if settled is not None:
            arrays[position] = settled[arrays[position]]


class _Settled(dict[float, Any]):
    """Numbers as read-only arrays of one dtype, each made when first met."""

    def __init__(self, dtype: Any) -> None:
        super().__init__()
        self._dtype = dtype

    def __missing__(self, number: float) -> Any:
        array = np.asarray(number, self._dtype)
        array.flags.writeable = False
        if number:  # 0.0 and -0.0 are one key, and two numbers
            if len(self) >= _MOST_SETTLED:
                self.clear()
            self[number] = array
        return array


_MOST_SETTLED = 1000
_settled: dict[Any, _Settled] = {np.dtype(code): _Settled(np.dtype(code)) for code in "efdFD"}
