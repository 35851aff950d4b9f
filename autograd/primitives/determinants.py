"""Determinants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import implements, operations
from ..tensor import Tensor
from .declaration import primitive
from .matrices import conjugated, on_diagonal, refuse_infinities, square_domain, square_matrices, transposed

__all__: list[str] = []

_SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))


def _cofactors(x: Any, out: Any) -> Any:
    """``det(x) x**-T``, which exists for singular matrices, too, though the inverse does not.

    Of small matrices it is written out, and has all derivatives. Of larger ones it is made of the singular values:
    where ``x = u s vh``, it is ``det(u) det(vh)`` times the conjugate of ``u diag(product of all other s) vh``.
    Where it is to be differentiated again, it is made by the inverse.
    """
    size = x.shape[-1]
    if size < 2:
        return np.ones_like(x)
    if size == 2:
        return x[..., ::-1, ::-1] * np.array([[1, -1], [-1, 1]], dtype=x.dtype)
    if size == 3:
        one, two, three = x[..., 0, :], x[..., 1, :], x[..., 2, :]
        return np.stack([np.cross(two, three), np.cross(three, one), np.cross(one, two)], axis=-2)
    if isinstance(x, Tensor):
        return out[..., None, None] * transposed(np.linalg.inv(x))
    refuse_infinities(x)
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    others = np.where(on_diagonal(size), 1, s[..., None, :]).prod(-1)
    turned = np.linalg.det(u) * np.linalg.det(vh)
    return turned[..., None, None] * conjugated((u * others[..., None, :]) @ vh)


@primitive(
    rules={"x": lambda g, x, out: g[..., None, None] * _cofactors(x, out)},
    domain=lambda draw: ((square_domain(draw),), {}),
    label="det",
    numpy=[np.linalg.det],
)
def det(x: Any, /) -> Any:
    """Determinant of square matrices; its gradient, the cofactors, is exact for singular ones, too.

    The second derivative of singular matrices of more than three rows raises.

    >>> import autograd as ag
    >>> x = ag.Tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)
    >>> ag.linalg.det(x).backward()
    >>> x.grad.tolist()
    [[4.0, -2.0], [-2.0, 1.0]]
    """
    return np.linalg.det(x)


def _signed_log_rule(g: Any, x: Any, out: Any) -> Any:
    """``d log|det| = Re(t)`` and ``d sign = i sign Im(t)``, where ``t = trace(x**-1 dx)``."""
    by_log = g[..., 1]
    if x.dtype.kind == "c":
        by_log = np.real(by_log) + 1j * np.imag(g[..., 0] * out[..., 0])
    return by_log[..., None, None] * transposed(np.linalg.inv(x))


@primitive(rules={"x": _signed_log_rule}, domain=lambda draw: ((square_domain(draw),), {}), label="slogdet")
def signed_log_of_det(x: Any, /) -> Any:
    """The sign of the determinant and the logarithm of its absolute value, beside each other in a last axis."""
    sign, logarithm = np.linalg.slogdet(x)
    return np.stack([sign, logarithm], axis=-1)


@implements(np.linalg.slogdet)
def slogdet(x: Any, /) -> Any:
    """Sign, or complex phase, of the determinant, and the logarithm of its absolute value, which does not overflow.

    Gives ``(sign, logabsdet)``, NumPy's named tuple. A real sign has a gradient of 0. For singular matrices, whose
    result is ``(0, -inf)``, the gradient raises.

    >>> import autograd as ag
    >>> ag.linalg.slogdet(ag.Tensor([[0.0, 1.0], [1.0, 0.0]])).sign.item()
    -1.0
    """
    both = signed_log_of_det(square_matrices("slogdet", x))
    logarithm = both[..., 1]
    return _SlogdetResult(both[..., 0], operations.real(logarithm) if logarithm.dtype.kind == "c" else logarithm)
