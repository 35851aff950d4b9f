"""Dropout: elements or whole channels that are left out at random, in training."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, asarray, generator, primitive
from autograd.errors import describe
from autograd.primitives.domains import REAL, Drawn
from autograd.primitives.masks import masked

from .rectifiers import in_place

if TYPE_CHECKING:
    from autograd.testing.strategies import Draw

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]

#: What SELU tends to for small numbers, with the sign changed: what alpha dropout puts in the place of elements.
_ALPHA = 1.7580993408473766


def _domain(draw: Draw) -> Drawn:
    x = draw.array(REAL)
    return (x, draw.array(REAL, x.shape) > 0), {"scale": draw.choice([2.0, 1.25])}


def _passed(g: Any, kept: Any, scale: float) -> Any:
    return kept_and_scaled.alike(g, kept, scale=scale)


@primitive(
    rules={"x": _passed},
    domain=_domain,
    label="dropout",
    analytic=True,
)
def kept_and_scaled(x: Any, kept: Any, /, scale: float) -> Any:
    """``x * scale`` where ``kept``, which broadcasts, is true, and 0 elsewhere; even for what is not finite."""
    kept = kept if kept.shape == x.shape else np.broadcast_to(kept, x.shape)
    result = masked(x, kept)
    result *= result.dtype.type(scale)
    return result


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Put 0 in the place of each element with the probability ``p``, and divide the others by ``1 - p``.

    Srivastava et al., "Dropout" (2014). If not ``training``, it gives the input. ``autograd.manual_seed`` makes the
    choice repeatable, which is the same for float32 and float64. With ``inplace``, a Tensor that is given moves on to
    the result, as with ``x += y``. Raises ``ValueError`` if ``p`` is not in [0, 1].

    >>> import nn
    >>> nn.functional.dropout([1.0, 2.0], p=1.0)
    Tensor([0., 0.], dtype=float64)
    """
    result = _dropped("dropout", asarray(input), p, training, lambda shape: shape)
    return in_place("dropout", input, result, inplace)


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Put 0 in the place of whole channels of sequences, ``(N, C, L)`` or ``(C, L)``; see ``dropout2d``.

    >>> import nn
    >>> nn.functional.dropout1d([[1.0, 2.0]], p=0.0)
    Tensor([[1., 2.]], dtype=float64)
    """
    return in_place("dropout1d", input, _channels_dropped("dropout1d", input, p, training, (2, 3)), inplace)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Put 0 in the place of whole channels with the probability ``p``, and divide the others by ``1 - p``.

    Tompson et al., "Efficient Object Localization Using Convolutional Networks" (2014). ``input`` is ``(N, C, H, W)``,
    or ``(N, C, L)``: as in PyTorch, three axes are sequences, not a single image. If not ``training``, it gives the
    input. Raises ``ValueError`` for other shapes, and if ``p`` is not in [0, 1].

    >>> import nn
    >>> nn.functional.dropout2d([[[[1.0, 2.0]]]], p=1.0)
    Tensor([[[[0., 0.]]]], dtype=float64)
    """
    result = _channels_dropped("dropout2d", input, p, training, (4, 3), batched=(4, 3))
    return in_place("dropout2d", input, result, inplace)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Put 0 in the place of whole channels of volumes, ``(N, C, D, H, W)`` or ``(C, D, H, W)``; see ``dropout2d``.

    >>> import nn
    >>> nn.functional.dropout3d([[[[1.0, 2.0]]]], p=1.0)
    Tensor([[[[0., 0.]]]], dtype=float64)
    """
    return in_place("dropout3d", input, _channels_dropped("dropout3d", input, p, training, (4, 5)), inplace)


def alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Put what SELU gives for small numbers in the place of elements, so that mean 0 and variance 1 stay.

    Klambauer et al., "Self-Normalizing Neural Networks" (2017). If not ``training``, it gives the input. Raises
    ``ValueError`` if ``p`` is not in [0, 1].

    >>> import nn
    >>> nn.functional.alpha_dropout([1.0, 2.0], p=1.0, training=True)
    Tensor([0., 0.], dtype=float64)
    """
    result = _replaced("alpha_dropout", asarray(input), p, training, lambda shape: shape)
    return in_place("alpha_dropout", input, result, inplace)


def feature_alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Put what SELU gives for small numbers in the place of whole channels of ``(N, C, *)``; see ``alpha_dropout``.

    >>> import nn
    >>> nn.functional.feature_alpha_dropout([[1.0, 2.0]], p=0.3)
    Tensor([[1., 2.]], dtype=float64)
    """
    x: Tensor = asarray(input)
    if training and 0 < p < 1 and x.ndim < 2:
        raise ValueError(f"feature_alpha_dropout: the input must be (N, C, *), got {describe(x)}")
    result = _replaced("feature_alpha_dropout", x, p, training, _per_channel)
    return in_place("feature_alpha_dropout", input, result, inplace)


def _per_channel(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[:2], *(1,) * (len(shape) - 2))


def _channels_dropped(
    name: str, input: Any, p: float, training: bool, dims: tuple[int, ...], batched: tuple[int, ...] = (3, 5)
) -> Tensor:
    x: Tensor = asarray(input)
    if x.ndim not in dims:
        raise ValueError(f"{name}: the input must have {dims[0]} or {dims[1]} axes, got {describe(x)}")
    if x.ndim in batched:
        return _dropped(name, x, p, training, _per_channel)
    return _dropped(name, x, p, training, lambda shape: (shape[0], *(1,) * (len(shape) - 1)))


def _kept(p: float, shape: tuple[int, ...]) -> Any:
    """Draw where elements stay."""
    return generator().random(shape, np.float32) >= p


def check_probability(name: str, p: float) -> None:
    """Raise ``ValueError`` if ``p`` is no probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name}: p is a probability, from 0 to 1, got {p}")


def _check(name: str, x: Tensor, p: float) -> None:
    check_probability(name, p)
    if x.dtype.kind not in "fc":
        raise TypeError(f"{name}: takes floating numbers, for those that stay are scaled; got {describe(x)}")


def _dropped(name: str, x: Tensor, p: float, training: bool, mask_shape: Any) -> Tensor:
    _check(name, x, p)
    if not training or p == 0:
        return x
    scale = 0.0 if p == 1 else 1 / (1 - p)
    return kept_and_scaled.apply((x, _kept(p, mask_shape(x.shape))), {"scale": scale})


def _replaced(name: str, x: Tensor, p: float, training: bool, mask_shape: Any) -> Tensor:
    """Affine in what is kept: section 3, "New Dropout Technique", of the paper that ``alpha_dropout`` names."""
    _check(name, x, p)
    if not training or p == 0:
        return x
    kept = _kept(p, mask_shape(x.shape))
    if p == 1:
        return kept_and_scaled.apply((x, kept), {"scale": 0.0})
    scale = 1 / math.sqrt((_ALPHA * _ALPHA * p + 1) * (1 - p))
    shift = np.where(kept, _ALPHA * scale * p, _ALPHA * scale * (p - 1)).astype(x.dtype)
    result: Tensor = kept_and_scaled.apply((x, kept), {"scale": scale}) + shift
    return result
