"""What NumPy answers plainly about an array: no gradient can get lost in a shape, a dtype, a yes or a text."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..registry import by_numpy, without_derivative
from ..tensor import Tensor


def _answered(function: Callable[..., Any], plain: Callable[[Any], Any]) -> Callable[..., Any]:
    """Let a NumPy function look at the arrays of Tensors, and give its answer as it is."""

    @functools.wraps(function)
    def answer(*arguments: Any, **options: Any) -> Any:
        return function(*map(plain, arguments), **{name: plain(option) for name, option in options.items()})

    return answer


def _values(argument: Any) -> Any:
    return argument.data if isinstance(argument, Tensor) else argument


def _kind(argument: Any) -> Any:
    """An array of the shape and dtype of a Tensor, which may have no values to look at, and without memory for them."""
    return np.broadcast_to(np.zeros((), argument.dtype), argument.shape) if isinstance(argument, Tensor) else argument


#: The NumPy functions that are answered by shapes and dtypes, whether or not the Tensor requires grad.
_OF_KIND: tuple[Callable[..., Any], ...] = (
    np.shape,
    np.ndim,
    np.size,
    np.iscomplexobj,
    np.isrealobj,
    np.result_type,
    np.common_type,
    np.can_cast,
    np.einsum_path,
)
#: Those that are answered by the values.
_OF_VALUES: tuple[Callable[..., Any], ...] = (
    np.array_equal,
    np.array_equiv,
    np.allclose,
    np.array2string,
    np.array_repr,
    np.array_str,
)
INQUIRIES = (*_OF_KIND, *_OF_VALUES)

_ANSWERS = {
    **{function: _answered(function, _kind) for function in _OF_KIND},
    **{function: _answered(function, _values) for function in _OF_VALUES},
}
by_numpy.update(_ANSWERS)
without_derivative.update(_ANSWERS.values())
