"""The primitives of discrete Fourier transforms; their faces, with NumPy's arguments, are in ``fourier_forms``.

A transform is a symmetric matrix, so the rule of a complex one is the same transform, of the cotangent. The rules of
the real ones are each other: ``rfft`` keeps one of each pair of conjugate numbers, for which its counterpart ``irfft``
counts every number twice, except for the first, and the last if the number of points is even.

Gradients of complex numbers are to be read as everywhere: ``d result = Re(sum(g * dz))`` in rules, the conjugate where
a user sees them, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .declaration import primitive
from .domains import REAL, Drawn, Interval

if TYPE_CHECKING:
    from ..testing.strategies import Draw

__all__ = [
    "fftshift",
    "ifftshift",
]

Axes = Sequence[int] | None
Norm = Literal["backward", "ortho", "forward"]

#: The norm that scales the other direction as this one scales the one.
SWAPPED: dict[Norm, Norm] = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


def _part(x: Any, axis: int, start: int, end: int | None) -> Any:
    return x[(*(slice(None),) * axis, slice(start, end))]


def _fitted(x: Any, shape: Sequence[int]) -> Any:
    """Crop each axis, or put zeros at its end, to give ``x`` this shape; no axis that grows is empty."""
    for axis, size in enumerate(shape):
        if size < x.shape[axis]:
            x = _part(x, axis, 0, size)
        elif size > x.shape[axis]:
            missing = (*x.shape[:axis], size - x.shape[axis], *x.shape[axis + 1 :])
            zeros = np.broadcast_to(np.zeros_like(_part(x, axis, 0, 1)), missing)
            x = np.concatenate([x, zeros], axis=axis)
    return x


def _inner_scaled(x: Any, axis: int, points: int, factor: float) -> Any:
    """Scale what stands for two conjugate numbers in the spectrum of so many real points."""
    end = (points + 1) // 2
    parts = [_part(x, axis, 0, 1), _part(x, axis, 1, end) * factor, _part(x, axis, end, None)]
    return np.concatenate(parts, axis=axis)


#: Numbers that are small beside the derivatives, so that numeric ones lose no digits where many numbers are summed.
_SMALL = Interval(-0.25, 0.25)
_SMALL_COMPLEX = _SMALL._replace(complex=True)


def _transform_domain(draw: Draw) -> Drawn:
    x = draw.array(_SMALL_COMPLEX, min_dims=1, min_side=1)
    axes = draw.permutation(x.ndim)
    axes = tuple(range(x.ndim) if axes is None else axes)[: draw.integer(1, x.ndim)]
    axes = tuple(axis % x.ndim for axis in axes)
    attributes = {
        "sizes": tuple(draw.choice([x.shape[axis], draw.integer(1, 4)]) for axis in axes),
        "axes": axes,
        "norm": draw.choice(list(SWAPPED)),
        "inverse": draw.boolean(),
    }
    return (x,), attributes


def _transform_rule(g: Any, sizes: Any, axes: Any, norm: Norm, inverse: bool, x_shape: Sequence[int]) -> Any:
    return _fitted(fourier.alike(g, sizes=sizes, axes=axes, norm=norm, inverse=inverse), x_shape)


@primitive(rules={"x": _transform_rule}, domain=_transform_domain, label="FFT", analytic=True)
def fourier(x: Any, /, sizes: Any, axes: Any, norm: Norm, inverse: bool) -> Any:
    """Transform along axes, which are different and not negative, in one of both directions; the result is complex."""
    return (np.fft.ifftn if inverse else np.fft.fftn)(x, sizes, axes, norm)


def _real_domain(draw: Draw) -> Drawn:
    x = draw.array(_SMALL, min_dims=1, min_side=1)
    return _with_points(draw, x, x.shape)


def _spectrum_domain(draw: Draw) -> Drawn:
    x = draw.array(_SMALL_COMPLEX, min_dims=1, min_side=1)
    return _with_points(draw, x, tuple(2 * size - 1 for size in x.shape))


def _with_points(draw: Draw, x: Any, sizes: Sequence[int]) -> Drawn:
    axis = draw.integer(0, x.ndim - 1)
    points = draw.choice([sizes[axis], draw.integer(1, 5)])
    return (x,), {"points": points, "axis": axis, "norm": draw.choice(list(SWAPPED))}


def _real_rule(g: Any, points: int, axis: int, norm: Norm, x_shape: Sequence[int]) -> Any:
    halves = _inner_scaled(g.conj(), axis, points, 0.5)
    return _fitted(inverse_real_fourier.alike(halves, points=points, axis=axis, norm=SWAPPED[norm]), x_shape)


@primitive(rules={"x": _real_rule}, domain=_real_domain, label="rFFT")
def real_fourier(x: Any, /, points: int, axis: int, norm: Norm) -> Any:
    """Transform real points along an axis; gives the first half of their spectrum, which determines the other."""
    return np.fft.rfft(x, points, axis, norm)


def _inverse_real_rule(g: Any, points: int, axis: int, norm: Norm, x_shape: Sequence[int]) -> Any:
    spectrum = real_fourier.alike(g, points=points, axis=axis, norm=SWAPPED[norm])
    return _fitted(_inner_scaled(spectrum.conj(), axis, points, 2.0), x_shape)


@primitive(rules={"x": _inverse_real_rule}, domain=_spectrum_domain, label="irFFT")
def inverse_real_fourier(x: Any, /, points: int, axis: int, norm: Norm) -> Any:
    """Transform the first half of a spectrum back to so many real points."""
    return np.fft.irfft(x, points, axis, norm)


# The order of a spectrum


def _shift_domain(draw: Draw) -> Drawn:
    x = draw.array(REAL, min_dims=1)
    return (x,), {"axes": draw.axes(x.ndim)}


def _check_axes(x: Any) -> None:
    if not np.ndim(x):
        raise ValueError("there is no axis to shift along in a single number")


@primitive(
    rules={"x": lambda g, axes: np.fft.ifftshift(g, axes=axes)},
    domain=_shift_domain,
    label="shift",
    analytic=True,
    numpy=[np.fft.fftshift],
)
def fftshift(x: Any, /, axes: int | Axes = None) -> Any:
    """Turn each of the axes (by default all) so that the frequency 0 stands in the middle.

    >>> import autograd as ag
    >>> ag.fft.fftshift(ag.Tensor([0.0, 1.0, -2.0, -1.0]))
    Tensor([-2., -1.,  0.,  1.], dtype=float64)
    """
    _check_axes(x)
    return np.fft.fftshift(x, axes)


@primitive(
    rules={"x": lambda g, axes: np.fft.fftshift(g, axes=axes)},
    domain=_shift_domain,
    label="unshift",
    analytic=True,
    numpy=[np.fft.ifftshift],
)
def ifftshift(x: Any, /, axes: int | Axes = None) -> Any:
    """Undo ``fftshift``, also along an axis of odd size.

    >>> import autograd as ag
    >>> ag.fft.ifftshift(ag.Tensor([-1.0, 0.0, 1.0]))
    Tensor([ 0.,  1., -1.], dtype=float64)
    """
    _check_axes(x)
    return np.fft.ifftshift(x, axes)
