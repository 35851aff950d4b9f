"""The same elements in another arrangement: reshaping, permuting, broadcasting, joining."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import check_device
from ..registry import implements, operations
from .declaration import primitive
from .domains import COMPLEX, REAL, Drawn
from .rules import Shapes

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "astype",
    "broadcast_to",
    "concat",
    "expand_dims",
    "flip",
    "matrix_transpose",
    "permute_dims",
    "ravel",
    "reshape",
    "squeeze",
    "stack",
    "swapaxes",
]

Shape = tuple[int, ...]


def _reshape_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL)
    return (x,), {"shape": draw.choice([x.size, (-1,), x.shape[::-1], (1, *x.shape)] if x.size else [x.shape, 0])}


def _as_shape(shape: Any) -> Shape:
    return (operator.index(shape),) if isinstance(shape, (int, np.integer)) else tuple(map(operator.index, shape))


#: What NumPy would take the letters, or the keys, of for axes, or none where there are none.
NO_AXES = (str, bytes, dict, set, frozenset)


def counted_axes(name: str, axis: Any, ndim: int) -> Shape:
    """Axes counted from the front, each given once; the errors bear the operation's name."""
    given: Any = (axis,) if isinstance(axis, NO_AXES) else axis
    try:
        axes: Shape = np.lib.array_utils.normalize_axis_tuple(given, ndim, name)
    except TypeError as error:
        raise TypeError(f"{name}: an axis is a whole number, and several are a tuple of them; got {axis!r}") from error
    except OverflowError as error:
        raise ValueError(f"{name}: axis {axis} is out of bounds for array of dimension {ndim}") from error
    return axes


@primitive(
    rules={"x": lambda g, x_shape: g.reshape(x_shape)},
    domain=_reshape_domain,
    label="reshape",
    analytic=True,
    numpy=[np.reshape],
)
def reshape(x: Any, /, shape: int | Shape, *, copy: bool | None = None) -> Any:
    """Give the elements, in C order, another shape; one size may be -1.

    ``copy=False`` raises ``ValueError`` if the elements would have to be moved in memory; nobody sees whether they
    are, as no Tensor aliases another.

    >>> import autograd as ag
    >>> ag.reshape(ag.Tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    Tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    return np.reshape(x, _as_shape(shape)) if copy is None else np.reshape(x, _as_shape(shape), copy=copy)


@implements(np.ravel)
def ravel(x: Any, /) -> Any:
    """Give the elements, in C order, in one axis."""
    return reshape(x, (-1,))


@implements(np.squeeze)
def squeeze(x: Any, /, axis: int | Shape | None = None) -> Any:
    """Drop axes of size 1: those given, or all. Raises ``ValueError`` if one has another size."""
    x = operations.asarray(x)
    given = range(x.ndim) if axis is None else counted_axes("squeeze", axis, x.ndim)
    if axis is not None and any(x.shape[a] != 1 for a in given):
        raise ValueError(f"squeeze: only axes of size 1 can be dropped; axis={axis} of shape {x.shape}")
    return reshape(x, tuple(size for a, size in enumerate(x.shape) if size != 1 or a not in given))


@implements(np.expand_dims)
def expand_dims(x: Any, /, axis: int | Sequence[int]) -> Any:
    """Insert axes of size 1 so that they stand at ``axis`` in the result.

    >>> import autograd as ag
    >>> ag.expand_dims(ag.Tensor([1.0, 2.0]), 1).shape
    (2, 1)
    """
    x = operations.asarray(x)
    ndim = x.ndim + (len(axis) if isinstance(axis, (tuple, list)) else 1)
    new = counted_axes("expand_dims", axis, ndim)
    old = iter(x.shape)
    return reshape(x, tuple(1 if a in new else next(old) for a in range(ndim)))


@primitive(
    rules={"x": lambda g, axes: np.transpose(g, None if axes is None else _inverse(axes))},
    domain=lambda draw: ((x := draw.array(REAL),), {"axes": draw.permutation(x.ndim)}),
    label="transpose",
    analytic=True,
    numpy=[np.transpose, np.permute_dims] if hasattr(np, "permute_dims") else [np.transpose],
)
def permute_dims(x: Any, /, axes: int | Shape | None = None) -> Any:
    """Permute the axes; by default reverse them.

    >>> import autograd as ag
    >>> ag.permute_dims(ag.Tensor([[1.0, 2.0, 3.0]]), (1, 0)).shape
    (3, 1)
    """
    return np.transpose(x, axes)


def _inverse(axes: int | Shape) -> Shape:
    axes = axes if isinstance(axes, tuple) else (axes,)  # of a vector, a number
    places = [axis % len(axes) for axis in axes]
    return tuple(places.index(axis) for axis in range(len(axes)))


@implements(np.swapaxes)
def swapaxes(x: Any, /, axis1: int, axis2: int) -> Any:
    """Exchange two axes."""
    x = operations.asarray(x)
    (first,), (second,) = counted_axes("swapaxes", axis1, x.ndim), counted_axes("swapaxes", axis2, x.ndim)
    order = list(range(x.ndim))
    order[first], order[second] = second, first
    return permute_dims(x, tuple(order))


@implements(*([np.matrix_transpose] if hasattr(np, "matrix_transpose") else []))
def matrix_transpose(x: Any, /) -> Any:
    """Exchange the last two axes, as the property ``mT`` does."""
    x = operations.asarray(x)
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose (mT): a matrix has two axes or more; given {x.dtype} {x.shape}")
    return swapaxes(x, -1, -2)


@primitive(
    rules={"x": lambda g: g},
    domain=lambda draw: ((x := draw.array(REAL),), {"shape": draw.shape_broadcast_from(x.shape)}),
    label="broadcast",
    analytic=True,
    numpy=[np.broadcast_to],
)
def broadcast_to(x: Any, /, shape: int | Shape) -> Any:
    """Repeat ``x`` along new axes and along those of size 1, up to ``shape``; no memory is used.

    >>> import autograd as ag
    >>> ag.broadcast_to(ag.Tensor([1.0, 2.0]), (2, 2))
    Tensor([[1., 2.],
            [1., 2.]], dtype=float64)
    """
    return np.broadcast_to(x, _as_shape(shape))


@primitive(
    rules={"x": lambda g, axis: np.flip(g, axis=axis)},
    domain=lambda draw: ((x := draw.array(REAL),), {"axis": draw.axes(x.ndim)}),
    label="flip",
    analytic=True,
    numpy=[np.flip],
)
def flip(x: Any, /, axis: int | Shape | None = None) -> Any:
    """Reverse the order of the elements along ``axis``: one, several, or by default all."""
    return np.flip(x, axis)


def _part_of_joined(g: Any, arrays_shape: Shapes, axis: int, index: int) -> Any:
    start, end = arrays_shape.starts(axis)[index : index + 2]
    before = (slice(None),) * (axis % len(arrays_shape[index]))
    return g[(*before, slice(start, end))]


@primitive(rules={"arrays": _part_of_joined}, domain=lambda draw: draw.joinable(REAL), label="concat", analytic=True)
def concatenate(*arrays: Any, axis: int) -> Any:
    """Join operands along an axis that they have; ``concat`` is its face."""
    return np.concatenate(arrays, axis=axis)


@implements(np.concatenate, *([np.concat] if hasattr(np, "concat") else []))
def concat(arrays: Sequence[Any], /, axis: int | None = 0) -> Any:
    """Join a sequence of Tensors, or the parts of one, along an axis that they have; ``axis=None`` flattens them first.

    >>> import autograd as ag
    >>> ag.concat([ag.Tensor([1.0]), ag.Tensor([2.0, 3.0])])
    Tensor([1., 2., 3.], dtype=float64)
    """
    arrays = _sequence("concat", arrays)
    return concatenate(*map(ravel, arrays), axis=0) if axis is None else concatenate(*arrays, axis=axis)


@implements(np.stack)
def stack(arrays: Sequence[Any], /, axis: int = 0) -> Any:
    """Join a sequence of Tensors of one shape along a new axis.

    >>> import autograd as ag
    >>> ag.stack([ag.Tensor([1.0, 2.0]), ag.Tensor([3.0, 4.0])], axis=1)
    Tensor([[1., 3.],
            [2., 4.]], dtype=float64)
    """
    tensors = [operations.asarray(array) for array in _sequence("stack", arrays)]
    if len({tensor.shape for tensor in tensors}) > 1:
        raise ValueError(f"stack: all must have one shape; given {[tensor.shape for tensor in tensors]}")
    (along,) = counted_axes("stack", axis, tensors[0].ndim + 1)
    return concatenate(*(expand_dims(tensor, along) for tensor in tensors), axis=along)


def _sequence(name: str, arrays: Any) -> Sequence[Any]:
    if not isinstance(arrays, (list, tuple)):
        if not getattr(arrays, "shape", ()):
            raise TypeError(f"{name}: takes a list or tuple of Tensors, got {type(arrays).__name__}")
        arrays = list(operations.asarray(arrays))
    if not arrays:
        raise ValueError(f"{name}: at least one Tensor is needed")
    sequence: Sequence[Any] = arrays
    return sequence


def _convert_domain(draw: Draw) -> Drawn:
    x = draw.array(COMPLEX)
    return (x,), {"dtype": np.dtype("complex128" if x.dtype.kind == "c" or draw.boolean() else "float64")}


@primitive(rules={"x": lambda g: g}, domain=_convert_domain, label="astype")
def convert(x: Any, /, dtype: Any) -> Any:
    """Convert between floating and complex dtypes; ``astype`` is its face."""
    return x.astype(dtype)


@implements(*([np.astype] if hasattr(np, "astype") else []))
def astype(x: Any, /, dtype: Any, *, copy: bool = True, device: Any = None) -> Any:
    """Convert to another dtype; gradients pass between floating and complex ones.

    Integers and booleans are constant in pieces of ``x``: the result is a constant, whether ``x`` requires grad or not,
    as in PyTorch. From complex to real is refused, as it would drop the imaginary part: use ``real``; to booleans it
    tells what is not 0. ``device`` can only be ``"cpu"``.

    >>> import autograd as ag
    >>> ag.astype(ag.Tensor([1.5, 2.5]), "int64")
    Tensor([1, 2], dtype=int64)
    """
    if device is not None:
        check_device("astype", device)
    x = operations.asarray(x)
    dtype = np.dtype(dtype)
    if dtype.kind not in "biufc":
        raise TypeError(f"astype: a Tensor holds numbers; {dtype} is none of booleans, integers, floating and complex")
    if dtype == x.dtype and not copy:
        return x
    if x.dtype.kind == "c" and dtype.kind not in "bc":
        raise TypeError(f"astype: {x.dtype} to {dtype} would drop the imaginary part; use real(x) or abs(x)")
    return convert(x if dtype.kind in "fc" else x.detach(), dtype)
