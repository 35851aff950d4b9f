"""The logistic function and its relatives, and what normalises exponentials, as ``scipy.special`` has them.

They need no SciPy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import refuse_complex
from ..registry import operations
from . import reductions
from .declaration import primitive
from .domains import REAL, Interval, elementwise
from .elementwise import sigmoid
from .numbers import in_floating

__all__ = ["expit", "log_expit", "log_softmax", "logit", "logsumexp", "softmax"]

Axis = int | tuple[int, ...] | None

expit = sigmoid


@primitive(rules={"x": lambda g, x: g * sigmoid.alike(-x)}, domain=elementwise(REAL), label="ln σ")
def log_expit(x: Any, /) -> Any:
    """``ln(expit(x))``, precise at both ends; real numbers only.

    >>> import autograd as ag
    >>> ag.special.log_expit(ag.Tensor([-1000.0, 1000.0]))
    Tensor([-1000.,     0.], dtype=float64)
    """
    refuse_complex(x)
    x = in_floating(x)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


#: How far from 1/2 the logarithms of p and 1 - p cancel each other so much that another form has more digits.
_NEAR_HALF = 0.2


@primitive(rules={"p": lambda g, p: g / (p * (1 - p))}, domain=elementwise(Interval(0.1, 0.9)), label="logit")
def logit(p: Any, /) -> Any:
    """``ln(p / (1 - p))``, the inverse of ``expit``: infinite at 0 and 1, as its derivative is; NaN beyond.

    >>> import autograd as ag
    >>> ag.special.logit(ag.Tensor([0.0, 0.5, 0.75]))
    Tensor([      -inf, 0.        , 1.09861229], dtype=float64)
    """
    p = in_floating(p)
    beside = p - 0.5
    is_near = np.abs(beside) < _NEAR_HALF
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.log(p) - np.log1p(-p)
    return np.where(is_near, 2 * np.arctanh(2 * np.where(is_near, beside, 0)), far)


def logsumexp(a: Any, axis: Axis = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """``ln(sum(b * exp(a)))`` over ``axis``, without overflow; ``b`` is 1 if it is not given.

    A factor 0 in ``b`` leaves its term out, even if that is infinite; where it overflows, its derivative by the factor
    is taken to be 0. A negative sum gives NaN; with ``return_sign``, the result is a pair, the logarithm of the sum's
    absolute value and its sign. Raises ``TypeError`` for complex numbers with ``b`` or ``return_sign``.

    >>> import autograd as ag
    >>> ag.special.logsumexp(ag.Tensor([1000.0, 1000.0]), b=[3.0, -1.0])
    Tensor(1000.69314718, dtype=float64)
    """
    if b is None and not return_sign:
        return reductions.logsumexp(a, axis=axis, keepdims=keepdims)
    a, b = in_floating(operations.asarray(a)), 1 if b is None else b
    a, b = operations.broadcast_arrays(a, operations.asarray(b, np.result_type(a.dtype, b) if np.isscalar(b) else None))
    if "c" in (a.dtype.kind, b.dtype.kind):
        raise TypeError(f"logsumexp: b and return_sign go with real numbers, got a of {a.dtype} and b of {b.dtype}")
    top = operations.max(operations.where(b == 0, -np.inf, a), axis=axis, keepdims=True).detach()
    top = operations.where(operations.isfinite(top), top, 0)
    is_empty = operations.all(b == 0, axis=axis, keepdims=True)  # no term is left, so that nothing depends on a
    a = operations.where(is_empty, a.detach(), a)
    exponents = a - top
    too_large = (b == 0) & (exponents > 0.9 * math.log(np.finfo(exponents.dtype).max))
    total = operations.sum(
        b * operations.exp(operations.where(too_large, -np.inf, exponents)), axis=axis, keepdims=True
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        result = operations.log(operations.abs(total) if return_sign else total) + top
    if not keepdims:
        result, total = (operations.squeeze(each, axis=axis) for each in (result, total))
    return (result, operations.sign(total)) if return_sign else result


def softmax(x: Any, axis: Axis = None) -> Any:
    """``exp(x) / sum(exp(x))`` over ``axis``, without overflow; over all axes if none is given, as in SciPy.

    >>> import autograd as ag
    >>> ag.special.softmax(ag.Tensor([[0.0, 0.0], [0.0, 0.0]]))
    Tensor([[0.25, 0.25],
            [0.25, 0.25]], dtype=float64)
    """
    return reductions.softmax(x, axis=axis)


def log_softmax(x: Any, axis: Axis = None) -> Any:
    """``ln(softmax(x))`` over ``axis``, precise where softmax is near 0; over all axes if none is given, as in SciPy.

    >>> import autograd as ag
    >>> ag.special.log_softmax(ag.Tensor([0.0, 1000.0]))
    Tensor([-1000.,     0.], dtype=float64)
    """
    return reductions.log_softmax(x, axis=axis)
