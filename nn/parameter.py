"""Parameter: a Tensor that a module owns and an optimizer changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor


class Parameter(Tensor):
    """A leaf of the graph that a ``Module`` registers when it is assigned to one of its attributes.

    Parameters
    ----------
    data
        The values: an array or Tensor, whose dtype is kept, or Python's numbers, which become float32.
    requires_grad
        Whether a backward shall leave a gradient in ``grad``.
    dtype
        Floating or complex; by default as said for ``data``.
    name
        What drawings and messages call it; by default the name of the attribute that it is assigned to.

    Raises
    ------
    TypeError
        If the dtype is integer or boolean and ``requires_grad`` is set, or if ``data`` is a Tensor that requires grad.

    >>> import nn
    >>> nn.Parameter([1.0, 2.0])
    Parameter([1., 2.], dtype=float32, requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, *, dtype: Any = None, name: str | None = None) -> None:
        if dtype is None and not hasattr(data, "dtype"):
            dtype = np.float32
        super().__init__(data, dtype, requires_grad=requires_grad, name=name)
