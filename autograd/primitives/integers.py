"""Functions of whole numbers: divisors, multiples, shifts, bits. They have no derivatives and give constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .declaration import primitive
from .domains import REAL, Drawn, Interval

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "bitwise_count",
    "bitwise_left_shift",
    "bitwise_right_shift",
    "gcd",
    "lcm",
    "left_shift",
    "right_shift",
]


def _pairs(draw: Draw) -> Drawn:
    x, y = draw.broadcastable(REAL, REAL)
    return ((4 * x).astype(np.int64), (4 * y).astype(np.int64)), {}


def _shifted(draw: Draw) -> Drawn:
    x, places = draw.broadcastable(REAL, Interval(0.0, 8.0))
    return ((4 * x).astype(np.int64), places.astype(np.int64)), {}


@primitive(forward=np.gcd, domain=_pairs)
def gcd(x: Any, y: Any, /) -> Any:
    """Greatest common divisor of two integers, with broadcasting; a constant.

    >>> import autograd as ag
    >>> ag.gcd(ag.Tensor([12, 7]), 8)
    Tensor([4, 1], dtype=int64)
    """


@primitive(forward=np.lcm, domain=_pairs)
def lcm(x: Any, y: Any, /) -> Any:
    """Lowest common multiple of two integers, with broadcasting; a constant.

    >>> import autograd as ag
    >>> ag.lcm(ag.Tensor([12, 7]), 8)
    Tensor([24, 56], dtype=int64)
    """


@primitive(forward=np.left_shift, domain=_shifted, label="<<")
def bitwise_left_shift(x: Any, places: Any, /) -> Any:
    """The bits of integers moved to the left, with broadcasting; a constant.

    >>> import autograd as ag
    >>> ag.bitwise_left_shift(ag.Tensor([1, 3]), 2)
    Tensor([ 4, 12], dtype=int64)
    """


@primitive(forward=np.right_shift, domain=_shifted, label=">>")
def bitwise_right_shift(x: Any, places: Any, /) -> Any:
    """The bits of integers moved to the right, with broadcasting; a constant.

    >>> import autograd as ag
    >>> ag.bitwise_right_shift(ag.Tensor([5, 12]), 2)
    Tensor([1, 3], dtype=int64)
    """


@primitive(forward=np.bitwise_count, domain=lambda draw: (_pairs(draw)[0][:1], {}))
def bitwise_count(x: Any, /) -> Any:
    """The number of bits that are set in the absolute value of each integer; a constant.

    >>> import autograd as ag
    >>> ag.bitwise_count(ag.Tensor([7, 8]))
    Tensor([3, 1], dtype=uint8)
    """


left_shift, right_shift = bitwise_left_shift, bitwise_right_shift
