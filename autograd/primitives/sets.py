"""Arrays as sets of values. All of these give constants: which values are in a set changes in jumps only.

The values themselves can be had with their gradients by their places: ``x.ravel()[unique_all(x).indices]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import Drawn, Interval

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "intersect1d",
    "isin",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]

#: NumPy's annotations know no wishes that are variables.
_unique: Any = np.unique
_intersect1d: Any = np.intersect1d

#: Numbers of which some are equal.
_FEW = Interval(-0.05, 0.05)


def _two(draw: Draw) -> Drawn:
    return (draw.array(_FEW), draw.array(_FEW)), {}


def _two_and_whether_unique(draw: Draw) -> Drawn:
    return _two(draw)[0], {"assume_unique": False}


def _two_and_options(draw: Draw) -> Drawn:
    return _two(draw)[0], {"assume_unique": False, "invert": draw.boolean(), "kind": None}


@primitive(rules={}, domain=_two, label="∪", numpy=[np.union1d])
def union1d(x: Any, y: Any, /) -> Any:
    """The values in either, sorted, each once; a constant.

    >>> import autograd as ag
    >>> ag.union1d(ag.Tensor([3.0, 1.0]), [1.0, 2.0])
    Tensor([1., 2., 3.], dtype=float64)
    """
    return np.union1d(x, y)


@primitive(rules={}, domain=_two_and_whether_unique, label="∖", numpy=[np.setdiff1d])
def setdiff1d(x: Any, y: Any, /, assume_unique: bool = False) -> Any:
    """The values in ``x`` and not in ``y``, sorted, each once; a constant.

    >>> import autograd as ag
    >>> ag.setdiff1d(ag.Tensor([3.0, 1.0]), [1.0, 2.0])
    Tensor([3.], dtype=float64)
    """
    return np.setdiff1d(x, y, assume_unique=assume_unique)


@primitive(rules={}, domain=_two_and_whether_unique, label="△", numpy=[np.setxor1d])
def setxor1d(x: Any, y: Any, /, assume_unique: bool = False) -> Any:
    """The values in exactly one of both, sorted, each once; a constant.

    >>> import autograd as ag
    >>> ag.setxor1d(ag.Tensor([3.0, 1.0]), [1.0, 2.0])
    Tensor([2., 3.], dtype=float64)
    """
    return np.setxor1d(x, y, assume_unique=assume_unique)


@primitive(domain=_two_and_options, label="∈", numpy=[np.isin])
def isin(
    x: Any, test_elements: Any, /, assume_unique: bool = False, invert: bool = False, *, kind: str | None = None
) -> Any:
    """Whether each element of ``x`` is one of ``test_elements``, or with ``invert`` is none; booleans, a constant.

    >>> import autograd as ag
    >>> ag.isin(ag.Tensor([3.0, 1.0]), [1.0, 2.0])
    Tensor([False,  True], dtype=bool)
    """
    return np.isin(x, test_elements, assume_unique=assume_unique, invert=invert, kind=kind)  # type: ignore[arg-type]


def _values(x: Any) -> Any:
    """The array of an operand of a function whose results, several ones, are constants."""
    return operations.asarray(x).data


def _constants(results: Any) -> Any:
    """Tensors in the place of arrays."""
    return tuple(map(operations.asarray, results)) if isinstance(results, tuple) else operations.asarray(results)


@implements(np.intersect1d, derivative=False)
def intersect1d(x: Any, y: Any, /, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """The values in both, sorted, each once; with ``return_indices`` where they first stand, too; constants.

    >>> import autograd as ag
    >>> ag.intersect1d(ag.Tensor([3.0, 1.0]), [1.0, 2.0])
    Tensor([1.], dtype=float64)
    """
    return _constants(_intersect1d(_values(x), _values(y), assume_unique, return_indices))


@implements(np.unique, derivative=False)
def unique(
    x: Any,
    /,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    **options: bool,
) -> Any:
    """The values in ``x``, sorted, each once; along ``axis`` the different parts; constants.

    On request also, in a tuple: where each first stands, which one stands in each place, how often each occurs.
    ``options`` may hold ``sorted``, where NumPy knows it.

    >>> import autograd as ag
    >>> ag.unique(ag.Tensor([3.0, 1.0, 3.0]), return_counts=True)
    (Tensor([1., 3.], dtype=float64), Tensor([1, 2], dtype=int64))
    """
    wanted = (return_index, return_inverse, return_counts, axis)
    return _constants(_unique(_values(x), *wanted, equal_nan=equal_nan, **options))


class Unique(NamedTuple):
    """What ``unique_all`` gives."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """What ``unique_counts`` gives."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """What ``unique_inverse`` gives."""

    values: Any
    inverse_indices: Any


@implements(np.unique_all, derivative=False)
def unique_all(x: Any, /) -> Unique:
    """The values in ``x``, where each first stands, which stands in each place, how often each occurs; constants.

    The Array API counts each NaN as a value of its own.

    >>> import autograd as ag
    >>> ag.unique_all(ag.Tensor([3.0, 1.0, 3.0])).indices
    Tensor([1, 0], dtype=int64)
    """
    return Unique(*_constants(tuple(np.unique_all(_values(x)))))


@implements(np.unique_counts, derivative=False)
def unique_counts(x: Any, /) -> UniqueCounts:
    """The values in ``x``, and how often each occurs; constants.

    >>> import autograd as ag
    >>> ag.unique_counts(ag.Tensor([3.0, 1.0, 3.0])).counts
    Tensor([1, 2], dtype=int64)
    """
    return UniqueCounts(*_constants(tuple(np.unique_counts(_values(x)))))


@implements(np.unique_inverse, derivative=False)
def unique_inverse(x: Any, /) -> UniqueInverse:
    """The values in ``x``, and which of them stands in each place; constants.

    >>> import autograd as ag
    >>> ag.unique_inverse(ag.Tensor([3.0, 1.0, 3.0])).inverse_indices
    Tensor([1, 0, 1], dtype=int64)
    """
    return UniqueInverse(*_constants(tuple(np.unique_inverse(_values(x)))))


@primitive(rules={}, domain=lambda draw: ((draw.array(_FEW),), {}), label="unique", numpy=[np.unique_values])
def unique_values(x: Any, /) -> Any:
    """The values in ``x``, each once; a constant. Sorted, where NumPy leaves the order open.

    The Array API counts each NaN as a value of its own.

    >>> import autograd as ag
    >>> ag.unique_values(ag.Tensor([3.0, 1.0, 3.0]))
    Tensor([1., 3.], dtype=float64)
    """
    return np.unique(x, equal_nan=False)
