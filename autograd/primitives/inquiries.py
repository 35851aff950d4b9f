"""What NumPy answers plainly about an array: no gradient can get lost in a shape, a dtype, a yes or a text."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..registry import by_numpy, without_derivative
from ..tensor import Tensor


def _answered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a NumPy function look at the arrays of Tensors, and give its answer as it is."""

    @functools.wraps(function)
    def answer(*arguments: Any, **options: Any) -> Any:
        return function(*map(_plain, arguments), **{name: _plain(option) for name, option in options.items()})

    return answer


def _plain(argument: Any) -> Any:
    return argument.data if isinstance(argument, Tensor) else argument


#: The NumPy functions that are answered so, whether or not the Tensor requires grad.
INQUIRIES: tuple[Callable[..., Any], ...] = (
    np.shape,
    np.ndim,
    np.size,
    np.iscomplexobj,
    np.isrealobj,
    np.result_type,
    np.common_type,
    np.can_cast,
    np.array_equal,
    np.array_equiv,
    np.allclose,
    np.array2string,
    np.array_repr,
    np.array_str,
    np.einsum_path,
)

_ANSWERS = {function: _answered(function) for function in INQUIRIES}
by_numpy.update(_ANSWERS)
without_derivative.update(_ANSWERS.values())
