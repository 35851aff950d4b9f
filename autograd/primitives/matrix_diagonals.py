"""Diagonals of matrices as ``linalg`` has them: over the last two axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import implements, operations
from .contraction import einsum
from .matrices import matrices

__all__: list[str] = []


@implements(np.linalg.diagonal)
def diagonal_of_matrices(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonal of matrices, ``offset`` to the right of the main one, ``linalg.diagonal``.

    >>> import autograd as ag
    >>> ag.linalg.diagonal(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]), offset=1)
    Tensor([2.], dtype=float64)
    """
    x = matrices("linalg.diagonal", x)
    x = x[..., :, offset:] if offset >= 0 else x[..., -offset:, :]
    size = min(x.shape[-2:])
    return einsum("...ii->...i", x[..., :size, :size])


@implements(np.linalg.trace)
def trace_of_matrices(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The sum of the diagonal of matrices, ``linalg.trace``; added up in ``dtype``, if one is given.

    >>> import autograd as ag
    >>> ag.linalg.trace(ag.Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    """
    return operations.sum(diagonal_of_matrices(x, offset=offset), axis=-1, dtype=dtype)
