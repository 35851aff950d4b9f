"""The same elements in another order: axes moved and added, elements rolled and turned, grids laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import check_order
from ..registry import implements, operations
from .comparison import nonzero
from .declaration import primitive
from .domains import REAL, Drawn
from .shaping import broadcast_to, counted_axes, expand_dims, flip, permute_dims, reshape

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "ascontiguousarray",
    "asfortranarray",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "copy",
    "fliplr",
    "flipud",
    "ix_",
    "meshgrid",
    "moveaxis",
    "roll",
    "rollaxis",
    "rot90",
]

# Axes


@implements(np.moveaxis)
def moveaxis(x: Any, /, source: int | tuple[int, ...], destination: int | tuple[int, ...]) -> Any:
    """Move axes to other places; the others keep their order.

    >>> import autograd as ag
    >>> ag.moveaxis(ag.Tensor([[[1.0, 2.0]]]), 2, 0).shape
    (2, 1, 1)
    """
    x = operations.asarray(x)
    sources = counted_axes("moveaxis", source, x.ndim)
    places = counted_axes("moveaxis", destination, x.ndim)
    if len(sources) != len(places):
        raise ValueError(f"moveaxis: as many places as axes are needed; given source={source}, {destination=}")
    order = [axis for axis in range(x.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return permute_dims(x, tuple(order))


@implements(np.rollaxis)
def rollaxis(x: Any, /, axis: int, start: int = 0) -> Any:
    """Move one axis back until it stands before the one at ``start``; ``moveaxis`` says it plainer.

    >>> import autograd as ag
    >>> ag.rollaxis(ag.Tensor([[[1.0, 2.0]]]), 2).shape
    (2, 1, 1)
    """
    x = operations.asarray(x)
    (along,) = counted_axes("rollaxis", axis, x.ndim)
    if not -x.ndim <= start <= x.ndim:
        raise ValueError(f"rollaxis: start is from {-x.ndim} to {x.ndim} for {x.ndim} axes; given {start}")
    before = start + x.ndim if start < 0 else start
    return moveaxis(x, along, before - 1 if along < before else before)


def _each(function: Any, arrays: tuple[Any, ...]) -> Any:
    """What a function of one array gives for one, and a tuple of what it gives for several."""
    return function(arrays[0]) if len(arrays) == 1 else tuple(map(function, arrays))


@implements(np.atleast_1d)
def atleast_1d(*arrays: Any) -> Any:
    """Make an axis for a single number; of several operands give a tuple.

    >>> import autograd as ag
    >>> ag.atleast_1d(ag.Tensor(3.0))
    Tensor([3.], dtype=float64)
    """

    def raised(x: Any) -> Any:
        x = operations.asarray(x)
        return x if x.ndim else reshape(x, (1,))

    return _each(raised, arrays)


@implements(np.atleast_2d)
def atleast_2d(*arrays: Any) -> Any:
    """Put axes in front until there are two; of several operands give a tuple.

    >>> import autograd as ag
    >>> ag.atleast_2d(ag.Tensor([3.0, 4.0])).shape
    (1, 2)
    """

    def raised(x: Any) -> Any:
        x = operations.asarray(x)
        return x if x.ndim > 1 else reshape(x, (1, x.size))

    return _each(raised, arrays)


@implements(np.atleast_3d)
def atleast_3d(*arrays: Any) -> Any:
    """Add axes until there are three: a vector becomes ``(1, n, 1)``, a matrix ``(m, n, 1)``; of several give a tuple.

    >>> import autograd as ag
    >>> ag.atleast_3d(ag.Tensor([3.0, 4.0])).shape
    (1, 2, 1)
    """

    def raised(x: Any) -> Any:
        x = operations.asarray(x)
        if x.ndim > 2:
            return x
        return expand_dims(x, -1) if x.ndim == 2 else reshape(x, (1, x.size, 1))

    return _each(raised, arrays)


@implements(np.broadcast_arrays)
def broadcast_arrays(*arrays: Any, subok: bool = False) -> tuple[Any, ...]:  # noqa: ARG001 - there are no subclasses
    """Broadcast all to the shape that they have in common; a tuple, and no memory is used.

    >>> import autograd as ag
    >>> x, y = ag.broadcast_arrays(ag.Tensor([1.0, 2.0]), 5.0)
    >>> y
    Tensor([5., 5.], dtype=float64)
    """
    tensors = [operations.asarray(array) for array in arrays]
    try:
        shape = np.broadcast_shapes(*(tensor.shape for tensor in tensors))
    except ValueError as error:
        shapes = ", ".join(str(tensor.shape) for tensor in tensors)
        raise ValueError(f"broadcast_arrays: the shapes {shapes} could not be broadcast to a common one") from error
    return tuple(tensor if tensor.shape == shape else broadcast_to(tensor, shape) for tensor in tensors)


# Elements


def _roll_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL)
    kinds = ["flat", "one", "several"] if x.ndim else ["flat"]
    match draw.choice(kinds):
        case "flat":
            return (x,), {"shift": draw.integer(-4, 4), "axis": None}
        case "one":
            return (x,), {"shift": draw.integer(-4, 4), "axis": draw.axis(x.ndim)}
        case _:
            axes = tuple(draw.axis(x.ndim) for _ in range(draw.integer(1, 3)))
            return (x,), {"shift": tuple(draw.integer(-4, 4) for _ in axes), "axis": axes}


def _rolled_back(g: Any, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None) -> Any:
    return np.roll(g, tuple(-s for s in shift) if isinstance(shift, tuple) else -shift, axis)


@primitive(rules={"x": _rolled_back}, domain=_roll_domain, label="roll", analytic=True, numpy=[np.roll])
def roll(x: Any, /, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None = None) -> Any:
    """Move elements along ``axis`` by ``shift`` places; those beyond the end come in again at the front.

    Without ``axis`` the flattened elements are moved. Several axes may have a shift each.

    >>> import autograd as ag
    >>> ag.roll(ag.Tensor([1.0, 2.0, 3.0]), 1)
    Tensor([3., 1., 2.], dtype=float64)
    """
    along_none = isinstance(axis, tuple) and not axis  # for which NumPy fails, if there is no axis at all
    return np.array(x) if along_none else np.roll(x, shift, axis)


@implements(np.rot90)
def rot90(x: Any, /, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Turn by ``k`` times 90 degrees in the plane of two axes, from the first towards the second.

    >>> import autograd as ag
    >>> ag.rot90(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[2., 4.],
            [1., 3.]], dtype=float64)
    """
    x = operations.asarray(x)
    plane = counted_axes("rot90", tuple(axes), x.ndim)
    if len(plane) != 2:
        raise ValueError(f"rot90: a plane has two axes; given axes={tuple(axes)}")
    first, second = plane
    match k % 4:
        case 0:
            return x.clone()
        case 2:
            return flip(x, plane)
        case 1:
            return operations.swapaxes(flip(x, second), first, second)
        case _:
            return flip(operations.swapaxes(x, first, second), second)


@implements(np.fliplr)
def fliplr(x: Any, /) -> Any:
    """Reverse the order along axis 1: the columns of a matrix.

    >>> import autograd as ag
    >>> ag.fliplr(ag.Tensor([[1.0, 2.0]]))
    Tensor([[2., 1.]], dtype=float64)
    """
    x = operations.asarray(x)
    if x.ndim < 2:
        raise ValueError(f"fliplr: two axes or more are needed; given {x.dtype} {x.shape}")
    return flip(x, 1)


@implements(np.flipud)
def flipud(x: Any, /) -> Any:
    """Reverse the order along axis 0: the rows of a matrix.

    >>> import autograd as ag
    >>> ag.flipud(ag.Tensor([1.0, 2.0]))
    Tensor([2., 1.], dtype=float64)
    """
    x = operations.asarray(x)
    if not x.ndim:
        raise ValueError("flipud: one axis or more is needed; given a single number")
    return flip(x, 0)


# Grids


@implements(np.meshgrid)
def meshgrid(*vectors: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:  # noqa: ARG001
    """Coordinates of the points of a grid, of one vector for each of its axes; a tuple of one Tensor for each.

    With ``indexing="xy"`` the first vector runs along the second axis, as in a picture; with ``"ij"`` along the first.
    ``sparse`` leaves each with a size of 1 on the axes of the others. ``copy`` says nothing here, for no two Tensors
    alias.

    >>> import autograd as ag
    >>> x, y = ag.meshgrid(ag.Tensor([1.0, 2.0]), ag.Tensor([3.0, 4.0, 5.0]))
    >>> x
    Tensor([[1., 2.],
            [1., 2.],
            [1., 2.]], dtype=float64)
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing is 'xy' or 'ij'; given {indexing!r}")
    tensors = [operations.asarray(vector) for vector in vectors]
    count = len(tensors)
    places = [1, 0, *range(2, count)] if indexing == "xy" and count > 1 else list(range(count))
    for i, tensor in enumerate(tensors):
        if tensor.ndim > 1:
            raise ValueError(f"meshgrid: takes vectors; number {i} has the shape {tensor.shape}")
    laid = [
        reshape(tensor, tuple(tensor.size if axis == place else 1 for axis in range(count)))
        for tensor, place in zip(tensors, places, strict=True)
    ]
    return tuple(laid) if sparse else broadcast_arrays(*laid)


@implements(np.ix_)
def ix_(*sequences: Any) -> tuple[Any, ...]:
    """Index arrays that pick a grid: ``x[ix_([0, 2], [1, 3])]`` has the elements of rows 0, 2 in columns 1, 3.

    Of booleans, the places that are true. The results are as differentiable as what they are made of.

    >>> import autograd as ag
    >>> rows, columns = ag.ix_([0, 2], ag.Tensor([True, False, True]))
    >>> rows.shape, columns.shape
    ((2, 1), (1, 2))
    """
    count = len(sequences)
    made = []
    for i, sequence in enumerate(sequences):
        places = operations.asarray(np.asarray(sequence, np.intp) if _is_empty_list(sequence) else sequence)
        if places.ndim != 1:
            raise ValueError(f"ix_: takes sequences of one axis; number {i} has the shape {places.shape}")
        if places.dtype.kind == "b":
            (places,) = nonzero(places)
        made.append(reshape(places, tuple(places.size if axis == i else 1 for axis in range(count))))
    return tuple(made)


def _is_empty_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and not value


# Copies. A Tensor's layout in memory is no part of its value, so all of them give the same.


@implements(np.copy)
def copy(x: Any, /, order: str = "K", subok: bool = False) -> Any:  # noqa: ARG001 - no part of a Tensor's value
    """Give a recorded copy. The layout in memory, ``order``, is no part of a Tensor's value.

    >>> import autograd as ag
    >>> ag.copy(ag.Tensor([1.0, 2.0]))
    Tensor([1., 2.], dtype=float64)
    """
    check_order("copy", order)
    return operations.asarray(x).clone()


@implements()
def ascontiguousarray(x: Any, /, dtype: Any = None) -> Any:
    """Give the same values with at least one axis. The layout in memory is no part of a Tensor's value.

    NumPy's function of this name hands no Tensor on to us: on one that requires grad it raises.

    >>> import autograd as ag
    >>> ag.ascontiguousarray(ag.Tensor(2.0))
    Tensor([2.], dtype=float64)
    """
    x = operations.asarray(x, dtype)
    return x if x.ndim else reshape(x, (1,))


@implements()
def asfortranarray(x: Any, /, dtype: Any = None) -> Any:
    """Give the same values with at least one axis, as ``ascontiguousarray`` does.

    >>> import autograd as ag
    >>> ag.asfortranarray(ag.Tensor([[1.0, 2.0]])).shape
    (1, 2)
    """
    return ascontiguousarray(x, dtype)
