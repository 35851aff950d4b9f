"""Rows of a table by their numbers: one by one, or whole bags of them; and classes as vectors of zeros and a one."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Tensor, asarray, custom_gradient
from autograd.errors import describe

from .reducing import at_hand

__all__ = [
    "embedding",
    "embedding_bag",
    "one_hot",
]


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Give the rows of a table with these numbers: ``(*)`` gives ``(*, D)``.

    Parameters
    ----------
    input
        Whole numbers from 0 to N - 1, of any shape.
    weight
        The table, ``(N, D)``.
    padding_idx
        The number of a row that gets no gradient from here; negative ones count from the end.
    max_norm
        How long rows may be: those in use that are longer are made so short, in place; ``weight`` is then a leaf.
    norm_type
        Which norm that is.
    scale_grad_by_freq
        Whether the gradient of a row is divided by how often its number occurs.
    sparse
        Must be ``False``: gradients are dense.

    Raises
    ------
    TypeError, IndexError
        If the numbers are not whole, or there is no such row.
    ValueError
        If the table is no matrix, ``padding_idx`` no row, or ``sparse`` is set.

    >>> import nn
    >>> nn.functional.embedding([1, 0, 1], [[0.5, 0.0], [1.0, 2.0]])
    Tensor([[1. , 2. ],
            [0.5, 0. ],
            [1. , 2. ]], dtype=float64)
    """
    indices, table, padding = _checked("embedding", input, weight, padding_idx, sparse)
    if max_norm is not None:
        _shorten("embedding", weight, indices.data, max_norm, norm_type)
    rows: Tensor = table[indices]
    if padding is not None:
        rows = autograd.where((indices == padding)[..., None], rows.detach(), rows)
    return _scaled_by_rarity(rows, _rarity(indices, len(table))[..., None]) if scale_grad_by_freq else rows


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Give the sum, the mean or the largest elements of the rows in each bag of numbers: ``(B, D)``.

    Parameters
    ----------
    input
        Whole numbers: ``(B, n)`` for bags of one size, or ``(L,)`` for bags side by side, with ``offsets``.
    weight, max_norm, norm_type, scale_grad_by_freq, sparse
        As for ``embedding``.
    offsets
        Where each bag begins; the first at 0. A bag may be empty; that gives zeros.
    mode
        ``"sum"``, ``"mean"`` or ``"max"``. Equal largest elements share the gradient evenly; PyTorch gives it all to
        the first one.
    per_sample_weights
        Of the shape of ``input``: what rows are multiplied with, for ``mode="sum"``.
    include_last_offset
        Whether the last of ``offsets`` is where the last bag ends.
    padding_idx
        A number that is left out of the bags.

    Raises
    ------
    TypeError, IndexError
        If the numbers are not whole, or there is no such row.
    ValueError
        If shapes do not fit, offsets do not grow from 0 on, or an option does not go with another.

    >>> import nn
    >>> nn.functional.embedding_bag([0, 1, 1], [[1.0, 0.0], [3.0, 4.0]], offsets=[0, 2])
    Tensor([[2., 2.],
            [3., 4.]], dtype=float64)
    """
    indices, table, padding = _checked("embedding_bag", input, weight, padding_idx, sparse)
    _check_options(mode, scale_grad_by_freq, indices, per_sample_weights)
    places, is_in_bag = _bags(indices.shape, offsets, include_last_offset)
    if max_norm is not None:
        _shorten("embedding_bag", weight, indices.data, max_norm, norm_type)
    flat = indices.reshape(-1)
    rows: Tensor
    if not flat.size:
        rows = autograd.zeros((len(places), table.shape[1]), dtype=table.dtype)
        return rows
    numbers = flat[places]
    rows = table[numbers]
    if scale_grad_by_freq:
        rows = _scaled_by_rarity(rows, _rarity(flat, len(table))[places][..., None])
    if per_sample_weights is not None:
        rows = rows * asarray(per_sample_weights).reshape(-1)[places][..., None]
    counted = is_in_bag if padding is None else is_in_bag & (numbers.data != padding)
    return _reduced(rows, counted, mode)


def _reduced(rows: Tensor, counted: Any, mode: str) -> Tensor:
    """Reduce ``(B, n, D)`` over the rows of each bag that count."""
    result: Tensor
    counts = counted.sum(axis=1)[:, None]
    if mode == "max":
        largest = autograd.max(autograd.where(counted[..., None], rows, -np.inf), axis=1)
        result = autograd.where(counts > 0, largest, 0)
        return result
    total = autograd.sum(autograd.where(counted[..., None], rows, 0), axis=1)
    result = total if mode == "sum" else total / np.maximum(counts, 1).astype(rows.dtype)
    return result


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Give classes as vectors of zeros with a one in the place of the class: ``(*)`` gives ``(*, num_classes)``, int64.

    ``tensor`` holds whole numbers from 0 on; by default there is one class more than the largest. Raises ``TypeError``
    if they are not whole, ``ValueError`` if one is no class, or if there is none to count by.

    >>> import nn
    >>> nn.functional.one_hot([0, 2]).tolist()
    [[1, 0, 0], [0, 0, 1]]
    """
    classes = _whole("one_hot", "tensor", tensor)
    values = at_hand(classes)
    if values is None and num_classes == -1:
        raise ValueError("one_hot: num_classes must be given where the values cannot be looked at")
    smallest, largest = _range(values)
    count = largest + 1 if num_classes == -1 else num_classes
    if count < 1 or smallest < 0 or largest >= count:
        raise ValueError(
            f"one_hot: classes are from 0 to num_classes - 1, and there is one at least; got num_classes={num_classes} "
            f"and {describe(classes)}" + (f" from {smallest} to {largest}" if classes.size else "")
        )
    result: Tensor = autograd.astype(classes[..., None] == np.arange(count), np.int64)
    return result


# What is given


def _range(values: Any) -> tuple[int, int]:
    """The smallest and the largest of some numbers, as if from 0 to -1 if there are none."""
    return (0, -1) if values is None or not values.size else (int(values.min()), int(values.max()))


def _whole(name: str, argument: str, given: Any) -> Tensor:
    tensor: Tensor = asarray(given)
    if not tensor.size and not hasattr(given, "dtype"):
        tensor = asarray(np.zeros(tensor.shape, np.int64))
    if tensor.dtype.kind not in "iu":
        raise TypeError(f"{name}: {argument} holds whole numbers, got {describe(tensor)}")
    return tensor


def _checked(name: str, input: Any, weight: Any, padding_idx: int | None, sparse: bool) -> tuple[Tensor, Any, Any]:
    """Give the numbers, the table, and the number of the row that is padding, if any, from 0 on."""
    indices, table = _whole(name, "input", input), asarray(weight)
    if sparse:
        raise ValueError(
            f"{name}: sparse=True asks for sparse gradients, and all gradients here are dense; leave it out"
        )
    if table.ndim != 2:
        raise ValueError(f"{name}: weight is a table, (N, D), got {describe(table)}")
    count = len(table)
    if padding_idx is not None and not -count <= padding_idx < count:
        raise ValueError(f"{name}: padding_idx={padding_idx} is none of the {count} rows of weight")
    smallest, largest = _range(at_hand(indices))
    if smallest < 0 or largest >= count:
        raise IndexError(f"{name}: rows are numbered from 0 to {count - 1}, got numbers from {smallest} to {largest}")
    return indices, table, None if padding_idx is None else padding_idx % count


def _check_options(mode: str, scale_grad_by_freq: bool, indices: Tensor, per_sample_weights: Any) -> None:
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode is 'sum', 'mean' or 'max', got {mode!r}")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("embedding_bag: scale_grad_by_freq does not go with mode='max'")
    if per_sample_weights is not None:
        if mode != "sum":
            raise ValueError(f"embedding_bag: per_sample_weights go with mode='sum' only, got {mode!r}")
        if np.shape(per_sample_weights) != indices.shape:
            raise ValueError(
                f"embedding_bag: per_sample_weights must have the shape of the input, {indices.shape}, got "
                f"{describe(asarray(per_sample_weights))}"
            )


def _bags(shape: tuple[int, ...], offsets: Any, include_last_offset: bool) -> tuple[Any, Any]:
    """For each bag the places of its numbers in the flat input, filled up to one length; and which are none to fill."""
    if len(shape) == 2:
        if offsets is not None:
            raise ValueError("embedding_bag: offsets go with an input of one axis; each row of two axes is a bag")
        starts, ends = np.arange(shape[0]) * shape[1], np.arange(1, shape[0] + 1) * shape[1]
    elif len(shape) == 1 and offsets is not None:
        starts, ends = _bounds(shape[0], _whole("embedding_bag", "offsets", offsets), include_last_offset)
    else:
        raise ValueError(
            f"embedding_bag: the input is (B, n), or (L,) with offsets; got the shape {shape} and offsets={offsets}"
        )
    along = np.arange(max(1, (ends - starts).max(initial=0)))
    places = starts[:, None] + along
    is_in_bag = places < ends[:, None]
    return np.where(is_in_bag, places, 0), is_in_bag


def _bounds(length: int, offsets: Tensor, include_last_offset: bool) -> tuple[Any, Any]:
    bounds = offsets.data if include_last_offset else np.append(offsets.data, length)
    if bounds.ndim != 1 or len(bounds) < 2 or bounds[0] or (np.diff(bounds) < 0).any() or bounds[-1] > length:
        raise ValueError(
            f"embedding_bag: offsets grow from 0 to {length} at most, the length of the input, got {offsets.tolist()}"
        )
    return bounds[:-1], bounds[1:]


# What is done to rows and their gradients


def _shorten(name: str, table: Any, used: Any, max_norm: float, norm_type: float) -> None:
    """Shorten the rows in use that are longer than ``max_norm``, in place."""
    if not isinstance(table, Tensor):
        raise TypeError(f"{name}: max_norm changes weight in place, which must be a Tensor; got {type(table).__name__}")
    rows = np.unique(used)
    values = table.data.copy()
    lengths = np.linalg.norm(values[rows], ord=norm_type, axis=1, keepdims=True)
    values[rows] *= np.where(lengths > max_norm, max_norm / (lengths + 1e-7), 1).astype(values.dtype)
    table.data = values


def _rarity(indices: Tensor, count: int) -> Any:
    """One by how often each number occurs."""
    return 1 / np.bincount(indices.data.reshape(-1), minlength=count)[indices.data]


@custom_gradient
def _scaled_by_rarity(rows: Any, rarity: Any) -> Any:
    return rows, lambda g: (g * rarity.astype(g.dtype), None)
