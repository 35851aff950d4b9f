"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import describe
from ..registry import implements, operations
from ..tensor import Tensor
from .declaration import primitive
from .domains import Drawn, Interval, reduction
from .eigensystems import svdvals
from .matrices import conjugated, without_gradient
from .reductions import spread
from .shaping import counted_axes
from .tensor_products import moved_to_end

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__: list[str] = []

Axis = int | tuple[int, ...] | None
Order = float | str | None

_add_up: Any = np.add.reduce  # NumPy's annotations do not know keepdims as a variable

_AWAY_FROM_ZERO = Interval(-3.0, 3.0, gap=0.2, complex=True)


def _lengths(draw: Draw) -> Drawn:
    x = draw.array(_AWAY_FROM_ZERO, min_side=1)
    return (x,), {"axis": draw.axes(x.ndim), "keepdims": draw.boolean()}


def _scale(size: Any) -> Any:
    """A power of two by which numbers of this length come to where squares neither underflow nor overflow.

    1 where they are already. Of half precision no such power is a number.
    """
    limits = np.finfo(size.dtype)
    if limits.bits < 32:
        return np.ones_like(size)
    half = limits.maxexp // 2
    reach, factor = (limits.dtype.type(2) ** power for power in (half - limits.nmant - 2, half + limits.nmant))
    return np.where(size < 1 / reach, factor, np.where(size > reach, 1 / factor, np.ones_like(size)))


def _length_rule(g: Any, x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    scaled = x * spread(_scale(out), x.shape, axis, keepdims)
    size = length.alike(scaled, axis=axis, keepdims=keepdims)
    share = np.where(size == 0, 0, g / np.where(size == 0, 1, size))
    return spread(share, x.shape, axis, keepdims) * conjugated(scaled)


@primitive(rules={"x": _length_rule}, domain=_lengths, label="‖x‖")
def length(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """Square root of the sum of squares over ``axis``; its derivative at 0 is taken to be 0, as it is in PyTorch."""
    squares = np.square(x.real) + np.square(x.imag) if x.dtype.kind == "c" else np.square(x)
    return np.sqrt(_add_up(squares, axis=axis, keepdims=keepdims))


def _powers(draw: Draw) -> Drawn:
    (x,), attributes = _lengths(draw)
    return (x,), {"order": draw.choice([3, 1.5, 0.5, -1, -2.5]), **attributes}


def _power_norm_rule(g: Any, x: Any, order: float, axis: Axis, keepdims: bool) -> Any:
    """``sign(x) (|x| / norm)**(order - 1)``, of sizes up to 1, as no powers of these overflow; 0 where ``x`` is 0."""
    size = np.abs(x)
    if np.size(x):
        top = np.maximum.reduce(size.detach() if isinstance(size, Tensor) else size, axis=axis, keepdims=True)
        size = size / np.where((top == 0) | ~np.isfinite(top), 1, top)
    total = spread(power_norm.alike(size, order=order, axis=axis, keepdims=keepdims), x.shape, axis, keepdims)
    nothing = (size == 0) | (total == 0)
    ratio = np.where(nothing, 1, size) / np.where(nothing, 1, total)
    slope = np.where(nothing, 0, ratio ** (order - 1))
    return spread(g, x.shape, axis, keepdims) * slope * conjugated(np.sign(x))


@primitive(rules={"x": _power_norm_rule}, domain=_powers, label="‖x‖ₚ")
def power_norm(x: Any, /, order: float, axis: Axis = None, keepdims: bool = False) -> Any:
    """``sum(|x|**order)**(1 / order)`` over ``axis``; the derivative by an element that is 0 is taken to be 0."""
    total = _add_up(np.abs(x) ** order, axis=axis, keepdims=keepdims)
    return total ** np.reciprocal(order, dtype=total.dtype)


@primitive(
    rules={"x": lambda g, x_shape, axis, keepdims: spread(np.zeros_like(g), x_shape, axis, keepdims)},
    domain=lambda draw: reduction(draw, min_side=1),
    label="‖x‖₀",
)
def count_of_nonzero(x: Any, /, axis: Axis = None, keepdims: bool = False) -> Any:
    """How many elements are not 0, as a floating number; the gradient is 0."""
    return _add_up((x != 0).astype(x.real.dtype), axis=axis, keepdims=keepdims)


@implements(np.linalg.norm)
def norm(x: Any, ord: Order = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """Norm of vectors or of matrices, ``linalg.norm``.

    Parameters
    ----------
    ord
        ``None``: the root of the sum of squares. For vectors ``inf``, ``-inf``, 0 (how many are not 0) or any number
        ``p``: ``sum(|x|**p)**(1/p)``. For matrices ``"fro"``, ``"nuc"`` (the sum of the singular values), ``inf`` and
        ``-inf`` (the largest, smallest sum of a row), 1 and -1 (of a column), 2 and -2 (the largest, smallest singular
        value).
    axis
        One axis: of vectors; two: of matrices. By default all axes: ``x`` must be a vector or a matrix, unless ``ord``
        is ``None``.

    Notes
    -----
    At 0 the gradient is 0, as it is in PyTorch; of order 0 it is 0 everywhere. Elements of equal size share the
    gradient of ``inf`` and ``-inf`` evenly.

    >>> import autograd as ag
    >>> x = ag.Tensor([3.0, 4.0], requires_grad=True)
    >>> ag.linalg.norm(x).backward()
    >>> x.grad
    Tensor([0.6, 0.8], dtype=float64)
    """
    x, ord = _floating(x), _order("norm", ord)
    if axis is None and ord is None:
        return length(x, None, keepdims)
    axes = counted_axes("norm", range(x.ndim) if axis is None else axis, x.ndim)
    if len(axes) == 1:
        return _of_vectors(x, ord, axes[0], keepdims)
    if len(axes) == 2:
        return _of_matrices(x, ord, axes, keepdims)
    raise ValueError(
        f"norm: ord={ord!r} is of vectors or of matrices, so over one axis or two; given {describe(x)}, axis={axis}"
    )


def _floating(x: Any) -> Any:
    x = operations.asarray(x)
    return x if x.dtype.kind in "fc" else operations.astype(x, np.float64)


def _order(name: str, ord: Any) -> Any:
    return without_gradient(f"{name}: ord", ord) if isinstance(ord, Tensor) else ord


def _of_vectors(x: Any, ord: Any, axis: Axis, keepdims: bool) -> Any:
    if isinstance(ord, str):
        raise ValueError(  # noqa: TRY004 - as NumPy's
            f"norm: ord={ord!r} is a norm of matrices; for vectors give a number, or None"
        )
    if np.ndim(ord):
        raise ValueError(f"norm: ord={ord!r} is not one number, as norms of vectors have it")
    if ord is None or ord == 2:
        return length(x, axis, keepdims)
    if ord == 0:
        return count_of_nonzero(x, axis, keepdims)
    if ord == 1:
        return operations.sum(operations.abs(x), axis=axis, keepdims=keepdims)
    if ord in (np.inf, -np.inf):
        return _extreme(operations.abs(x), ord > 0, axis, keepdims)
    return power_norm(x, ord, axis, keepdims)


def _extreme(sizes: Any, largest: bool, axis: Axis, keepdims: bool) -> Any:
    """The largest of sizes, or the smallest; the largest of none is 0."""
    if not largest:
        return operations.min(sizes, axis=axis, keepdims=keepdims)
    if sizes.size:
        return operations.max(sizes, axis=axis, keepdims=keepdims)
    return operations.sum(sizes, axis=axis, keepdims=keepdims)


#: The norms of matrices that are sums of columns or rows: over which axis to add up, and whether the largest counts.
_BY_SUMS = {1: (-2, True), -1: (-2, False), np.inf: (-1, True), -np.inf: (-1, False)}


def _of_matrices(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if ord in (None, "fro", "f"):
        return length(x, axes, keepdims)
    x = moved_to_end("norm", x, *axes)
    if ord in _BY_SUMS:
        along, largest = _BY_SUMS[ord]
        result = _extreme(operations.sum(operations.abs(x), axis=along), largest, -1, False)
    elif ord == "nuc":
        result = operations.sum(svdvals(x), axis=-1)
    elif ord in (2, -2):
        result = _extreme(svdvals(x), ord == 2, -1, False)
    else:
        raise ValueError(f"norm: of matrices ord is None, 'fro', 'nuc', 1, -1, 2, -2, inf or -inf; got {ord!r}")
    return operations.expand_dims(result, axes) if keepdims else result


@implements(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Any:
    """Norm of vectors over any axes, by default of all elements as one vector; see ``norm`` for ``ord``.

    >>> import autograd as ag
    >>> ag.linalg.vector_norm(ag.Tensor([[3.0, 4.0], [0.0, 5.0]]), ord=1).item()
    12.0
    """
    x, ord = _floating(x), _order("vector_norm", ord)
    return _of_vectors(x, ord, axis if axis is None else counted_axes("vector_norm", axis, x.ndim), keepdims)


@implements(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Order = "fro") -> Any:
    """Norm of matrices over the last two axes; see ``norm`` for ``ord``.

    >>> import autograd as ag
    >>> ag.linalg.matrix_norm(ag.Tensor([[1.0, 2.0], [2.0, 4.0]]), ord="nuc").round().item()
    5.0
    """
    x, ord = _floating(x), _order("matrix_norm", ord)
    if x.ndim < 2:
        raise ValueError(f"matrix_norm: takes matrices, (..., m, n), got {describe(x)}")
    return _of_matrices(x, ord, (x.ndim - 2, x.ndim - 1), keepdims)
