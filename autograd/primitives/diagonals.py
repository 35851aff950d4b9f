"""Diagonals and triangles: taken out, put in, and the places where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..registry import implements, operations
from .declaration import primitive
from .domains import REAL, Drawn
from .shaping import ravel

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "diag",
    "diag_indices_from",
    "diagflat",
    "diagonal",
    "trace",
    "tril",
    "tril_indices_from",
    "triu",
    "triu_indices_from",
]

Shape = tuple[int, ...]


def _diagonal_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=2)
    first = draw.axis(x.ndim)
    second = (first + draw.integer(1, x.ndim - 1)) % x.ndim
    return (x,), {"offset": draw.integer(-4, 4), "axis1": first, "axis2": second}


def _put_on_diagonal(g: Any, x_shape: Shape, offset: int, axis1: int, axis2: int) -> Any:
    return on_diagonal.alike(g, offset=offset, axis1=axis1, axis2=axis2, shape=x_shape)


@primitive(rules={"x": _put_on_diagonal}, domain=_diagonal_domain, label="diagonal", analytic=True, numpy=[np.diagonal])
def diagonal(x: Any, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Take the diagonals of the matrices in two axes; they run along a new last axis.

    ``offset`` counts from the main diagonal, to the right if positive.

    >>> import autograd as ag
    >>> ag.diagonal(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([1., 4.], dtype=float64)
    """
    return np.diagonal(x, offset, axis1, axis2)


def _on_diagonal_domain(draw: Draw) -> Drawn:
    (x,), attributes = _diagonal_domain(draw)
    return (np.diagonal(x, **attributes).copy(),), {**attributes, "shape": x.shape}


@primitive(
    rules={
        "x": lambda g, offset, axis1, axis2: diagonal.alike(g, offset=offset, axis1=axis1, axis2=axis2),
    },
    domain=_on_diagonal_domain,
    label="diagonalᵀ",
    analytic=True,
)
def on_diagonal(x: Any, /, offset: int, axis1: int, axis2: int, shape: Shape) -> Any:
    """Put ``x`` on the diagonals of zeros of a shape: the transpose of ``diagonal``."""
    out = np.zeros(shape, x.dtype)
    matrices = np.moveaxis(out, (axis1, axis2), (-2, -1))
    places = np.arange(x.shape[-1])
    matrices[..., places + max(-offset, 0), places + max(offset, 0)] = x
    return out


@implements(np.diag)
def diag(x: Any, /, k: int = 0) -> Any:
    """The matrix with a vector on diagonal ``k``; of a matrix, its diagonal ``k``.

    >>> import autograd as ag
    >>> ag.diag(ag.Tensor([1.0, 2.0]))
    Tensor([[1., 0.],
            [0., 2.]], dtype=float64)
    """
    x = operations.asarray(x)
    if x.ndim == 2:
        return diagonal(x, k)
    if x.ndim != 1:
        raise ValueError(f"diag: takes a vector or a matrix; given {x.dtype} {x.shape}")
    side = x.shape[0] + abs(k)
    return on_diagonal(x, offset=k, axis1=0, axis2=1, shape=(side, side))


@implements(np.diagflat)
def diagflat(x: Any, /, k: int = 0) -> Any:
    """The matrix with all elements of ``x``, in C order, on diagonal ``k``.

    >>> import autograd as ag
    >>> ag.diagflat(ag.Tensor([[1.0], [2.0]])).shape
    (2, 2)
    """
    return diag(ravel(x), k)


@implements(np.trace)
def trace(x: Any, /, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """Sum along the diagonals of the matrices in two axes.

    >>> import autograd as ag
    >>> ag.trace(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor(5., dtype=float64)
    """
    return operations.sum(diagonal(x, offset, axis1, axis2), axis=-1, dtype=dtype)


# Triangles


def _triangle_domain(draw: Draw) -> Drawn:
    return (draw.array(REAL, min_dims=1),), {"k": draw.integer(-3, 3)}


def _refuse_number(x: Any) -> None:
    if not np.ndim(x):
        raise ValueError("takes a vector or matrices; given a single number")


@primitive(
    rules={"x": lambda g, k: np.tril(g, k)},  # noqa: PLW0108 - the names say what is needed
    domain=_triangle_domain,
    label="tril",
    analytic=True,
    numpy=[np.tril],
)
def tril(x: Any, /, k: int = 0) -> Any:
    """Keep the lower triangle of matrices up to diagonal ``k``, and zeros above it; a vector is laid as each row.

    >>> import autograd as ag
    >>> ag.tril(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[1., 0.],
            [3., 4.]], dtype=float64)
    """
    _refuse_number(x)
    return np.tril(x, k)


@primitive(
    rules={"x": lambda g, k: np.triu(g, k)},  # noqa: PLW0108 - the names say what is needed
    domain=_triangle_domain,
    label="triu",
    analytic=True,
    numpy=[np.triu],
)
def triu(x: Any, /, k: int = 0) -> Any:
    """Keep the upper triangle of matrices from diagonal ``k`` on, and zeros below it; a vector is laid as each row.

    >>> import autograd as ag
    >>> ag.triu(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[1., 2.],
            [0., 4.]], dtype=float64)
    """
    _refuse_number(x)
    return np.triu(x, k)


# Places. They depend on the shape alone


def _sizes(name: str, x: Any, ndim: int | None) -> Shape:
    shape: Shape = np.shape(x)
    if len(shape) < 2 or ndim not in (None, len(shape)):
        raise ValueError(f"{name}: takes {'matrices' if ndim else 'two axes or more'}; given the shape {shape}")
    return shape


def _constants(places: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(operations.asarray, places))


@implements(np.tril_indices_from, derivative=False)
def tril_indices_from(x: Any, /, k: int = 0) -> tuple[Any, ...]:
    """Indices of the lower triangle of a matrix of this shape, up to diagonal ``k``; constants.

    >>> import autograd as ag
    >>> x = ag.Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[ag.tril_indices_from(x)]
    Tensor([1., 3., 4.], dtype=float64)
    """
    rows, columns = _sizes("tril_indices_from", x, 2)
    return _constants(np.tril_indices(rows, k, columns))


@implements(np.triu_indices_from, derivative=False)
def triu_indices_from(x: Any, /, k: int = 0) -> tuple[Any, ...]:
    """Indices of the upper triangle of a matrix of this shape, from diagonal ``k`` on; constants.

    >>> import autograd as ag
    >>> x = ag.Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[ag.triu_indices_from(x)]
    Tensor([1., 2., 4.], dtype=float64)
    """
    rows, columns = _sizes("triu_indices_from", x, 2)
    return _constants(np.triu_indices(rows, k, columns))


@implements(np.diag_indices_from, derivative=False)
def diag_indices_from(x: Any, /) -> tuple[Any, ...]:
    """Indices of the main diagonal of an array whose axes have one size; constants.

    >>> import autograd as ag
    >>> x = ag.Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[ag.diag_indices_from(x)]
    Tensor([1., 4.], dtype=float64)
    """
    shape = _sizes("diag_indices_from", x, None)
    if len(set(shape)) > 1:
        raise ValueError(f"diag_indices_from: all axes must have one size; given the shape {shape}")
    return _constants(np.diag_indices(shape[0], len(shape)))
