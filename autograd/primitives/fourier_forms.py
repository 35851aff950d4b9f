"""Discrete Fourier transforms with the arguments of ``numpy.fft``; ``autograd.fft`` is their namespace."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..registry import implements, operations
from .elementwise import conj
from .fourier import SWAPPED, Axes, Norm, fourier, inverse_real_fourier, real_fourier
from .shaping import NO_AXES, counted_axes

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]

#: How many points, counted after cropping or padding with zeros, along each of the axes.
Sizes = Sequence[int] | None

# What all of them are given


def _norm(name: str, norm: Norm | None) -> Norm:
    if norm is None:
        return "backward"
    if norm not in SWAPPED:
        raise ValueError(f"{name}: norm must be one of {', '.join(map(repr, SWAPPED))}; given {norm!r}")
    return norm


def _size(name: str, size: Any, what: str = "n") -> int:
    count = operator.index(size)
    if count < 1:
        raise ValueError(f"{name}: a transform needs at least one point; {what} is {count}")
    return count


def _axis(name: str, x: Any, axis: int) -> int:
    if not x.ndim:
        raise ValueError(f"{name}: there is no axis to transform along in a single number")
    return counted_axes(name, operator.index(axis), x.ndim)[0]


def _real(name: str, x: Any) -> Any:
    if x.dtype.kind == "c":
        raise TypeError(f"{name}: takes real numbers, got {x.dtype} {x.shape}; use real(x), or the complex transform")
    return x


def _along(name: str, x: Any, s: Sizes, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The sizes and axes of a transform along several axes; -1 stands for the size that an axis has."""
    if axes is None:
        count = x.ndim if s is None else len(s)
        if count > x.ndim:
            raise ValueError(f"{name}: s={tuple(s or ())} has more sizes than x has axes, its shape is {x.shape}")
        axes = range(x.ndim - count, x.ndim)
    elif isinstance(axes, NO_AXES):
        raise TypeError(f"{name}: axes are whole numbers, one for each axis; given {axes!r}")
    counted = tuple(np.lib.array_utils.normalize_axis_index(operator.index(axis), x.ndim, name) for axis in axes)
    if s is not None and len(s) != len(counted):
        raise ValueError(f"{name}: s={tuple(s)} and axes={tuple(axes)} must have the same length")
    given = [-1] * len(counted) if s is None else s
    sizes = (x.shape[a] if operator.index(size) == -1 else size for a, size in zip(counted, given, strict=True))
    return tuple(_size(name, size, "one of the sizes") for size in sizes), counted


# Complex to complex


def _complex_transform(name: str, x: Any, s: Sizes, axes: Axes, norm: Norm | None, inverse: bool) -> Any:
    x = operations.asarray(x)
    sizes, counted = _along(name, x, s, axes)
    if not counted:
        return x.clone()  # NumPy does nothing then, and leaves real numbers real
    options: dict[str, Any] = {"norm": _norm(name, norm), "inverse": inverse}
    if len(set(counted)) == len(counted):
        return fourier(x, sizes=sizes, axes=counted, **options)
    for size, axis in zip(reversed(sizes), reversed(counted), strict=True):  # NumPy's order
        x = fourier(x, sizes=(size,), axes=(axis,), **options)
    return x


@implements(np.fft.fft)
def fft(x: Any, /, n: int | None = None, axis: int = -1, norm: Norm | None = None) -> Any:
    """Fourier transform along an axis, of ``n`` points; by default as many as there are.

    ``norm`` says which direction is scaled, by the number of points: ``"backward"`` (the default) the inverse,
    ``"forward"`` this one, ``"ortho"`` both, by its root. Gives complex numbers, in single precision for float32.

    >>> import autograd as ag
    >>> ag.fft.fft(ag.Tensor([1.0, 2.0, 3.0, 4.0]))
    Tensor([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j], dtype=complex128)
    """
    return _along_one("fft", x, n, axis, norm, inverse=False)


@implements(np.fft.ifft)
def ifft(x: Any, /, n: int | None = None, axis: int = -1, norm: Norm | None = None) -> Any:
    """Inverse of ``fft``, with the same arguments.

    >>> import autograd as ag
    >>> ag.fft.ifft(ag.Tensor([2.0, 0.0]))
    Tensor([1.+0.j, 1.+0.j], dtype=complex128)
    """
    return _along_one("ifft", x, n, axis, norm, inverse=True)


def _along_one(name: str, x: Any, n: int | None, axis: int, norm: Norm | None, inverse: bool) -> Any:
    x = operations.asarray(x)
    axis = _axis(name, x, axis)
    size = _size(name, x.shape[axis] if n is None else n)
    return fourier(x, sizes=(size,), axes=(axis,), norm=_norm(name, norm), inverse=inverse)


@implements(np.fft.fftn)
def fftn(x: Any, /, s: Sizes = None, axes: Axes = None, norm: Norm | None = None) -> Any:
    """Fourier transform along several axes: those given, or the last ``len(s)``, or all.

    ``s`` has the number of points along each of them; -1 stands for as many as there are.

    >>> import autograd as ag
    >>> ag.fft.fftn(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]], dtype=complex128)
    """
    return _complex_transform("fftn", x, s, axes, norm, inverse=False)


@implements(np.fft.ifftn)
def ifftn(x: Any, /, s: Sizes = None, axes: Axes = None, norm: Norm | None = None) -> Any:
    """Inverse of ``fftn``, with the same arguments.

    >>> import autograd as ag
    >>> ag.fft.ifftn(ag.Tensor([[4.0, 0.0]]))
    Tensor([[2.+0.j, 2.+0.j]], dtype=complex128)
    """
    return _complex_transform("ifftn", x, s, axes, norm, inverse=True)


@implements(np.fft.fft2)
def fft2(x: Any, /, s: Sizes = None, axes: Axes = (-2, -1), norm: Norm | None = None) -> Any:
    """``fftn`` along two axes, by default the last ones.

    >>> import autograd as ag
    >>> ag.fft.fft2(ag.Tensor([[1.0, 2.0]]))
    Tensor([[ 3.+0.j, -1.+0.j]], dtype=complex128)
    """
    return _complex_transform("fft2", x, s, axes, norm, inverse=False)


@implements(np.fft.ifft2)
def ifft2(x: Any, /, s: Sizes = None, axes: Axes = (-2, -1), norm: Norm | None = None) -> Any:
    """Inverse of ``fft2``, with the same arguments.

    >>> import autograd as ag
    >>> ag.fft.ifft2(ag.Tensor([[3.0, -1.0]]))
    Tensor([[1.+0.j, 2.+0.j]], dtype=complex128)
    """
    return _complex_transform("ifft2", x, s, axes, norm, inverse=True)


# Between real numbers and half a spectrum


@implements(np.fft.rfft)
def rfft(x: Any, /, n: int | None = None, axis: int = -1, norm: Norm | None = None) -> Any:
    """Fourier transform of real numbers: the first ``n // 2 + 1`` of the numbers that ``fft`` gives.

    Raises ``TypeError`` for complex numbers.

    >>> import autograd as ag
    >>> ag.fft.rfft(ag.Tensor([1.0, 2.0, 3.0, 4.0]))
    Tensor([10.+0.j, -2.+2.j, -2.+0.j], dtype=complex128)
    """
    x = _real("rfft", operations.asarray(x))
    axis = _axis("rfft", x, axis)
    points = _size("rfft", x.shape[axis] if n is None else n)
    return real_fourier(x, points=points, axis=axis, norm=_norm("rfft", norm))


def _back(name: str, x: Any, n: int | None, axis: int, norm: Norm) -> Any:
    axis = _axis(name, x, axis)
    points = _size(name, 2 * (x.shape[axis] - 1) if n is None else n)
    return inverse_real_fourier(x, points=points, axis=axis, norm=norm)


@implements(np.fft.irfft)
def irfft(x: Any, /, n: int | None = None, axis: int = -1, norm: Norm | None = None) -> Any:
    """Inverse of ``rfft``: ``n`` real numbers, by default the even number ``2 (m - 1)`` for ``m`` of a spectrum.

    The imaginary parts of the first number, and of the last one if ``n`` is even, play no part: their gradient is 0.

    >>> import autograd as ag
    >>> ag.fft.irfft(ag.Tensor([10.0, -2 + 2j, -2.0]))
    Tensor([1., 2., 3., 4.], dtype=float64)
    """
    return _back("irfft", operations.asarray(x), n, axis, _norm("irfft", norm))


@implements(np.fft.rfftn)
def rfftn(x: Any, /, s: Sizes = None, axes: Axes = None, norm: Norm | None = None) -> Any:
    """Fourier transform of real numbers along several axes: ``rfft`` along the last of them, ``fft`` along the others.

    >>> import autograd as ag
    >>> ag.fft.rfftn(ag.Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]], dtype=complex128)
    """
    return _real_transform("rfftn", x, s, axes, norm)


@implements(np.fft.rfft2)
def rfft2(x: Any, /, s: Sizes = None, axes: Axes = (-2, -1), norm: Norm | None = None) -> Any:
    """``rfftn`` along two axes, by default the last ones.

    >>> import autograd as ag
    >>> ag.fft.rfft2(ag.Tensor([[1.0, 2.0, 3.0]])).shape
    (1, 2)
    """
    return _real_transform("rfft2", x, s, axes, norm)


def _real_transform(name: str, x: Any, s: Sizes, axes: Axes, norm: Norm | None) -> Any:
    x = _real(name, operations.asarray(x))
    sizes, counted = _along(name, x, s, axes)
    if not counted:
        raise ValueError(f"{name}: at least one axis is needed to transform along; axes={axes}, x has shape {x.shape}")
    half = real_fourier(x, points=sizes[-1], axis=counted[-1], norm=_norm(name, norm))
    return _complex_transform(name, half, sizes[:-1], counted[:-1], norm, inverse=False) if counted[1:] else half


@implements(np.fft.irfftn)
def irfftn(x: Any, /, s: Sizes = None, axes: Axes = None, norm: Norm | None = None) -> Any:
    """Inverse of ``rfftn``; without ``s`` the last of the axes gets an even number of points.

    >>> import autograd as ag
    >>> ag.fft.irfftn(ag.Tensor([[10.0, -2.0], [-4.0, 0.0]]))
    Tensor([[1., 2.],
            [3., 4.]], dtype=float64)
    """
    return _inverse_real_transform("irfftn", x, s, axes, norm)


@implements(np.fft.irfft2)
def irfft2(x: Any, /, s: Sizes = None, axes: Axes = (-2, -1), norm: Norm | None = None) -> Any:
    """Inverse of ``rfft2``, with the same arguments.

    >>> import autograd as ag
    >>> ag.fft.irfft2(ag.Tensor([[6.0, -1.5 + 0.5j]]), s=(1, 3)).shape
    (1, 3)
    """
    return _inverse_real_transform("irfft2", x, s, axes, norm)


def _inverse_real_transform(name: str, x: Any, s: Sizes, axes: Axes, norm: Norm | None) -> Any:
    x = operations.asarray(x)
    sizes, counted = _along(name, x, s, axes)
    if not counted:
        raise ValueError(f"{name}: at least one axis is needed to transform along; axes={axes}, x has shape {x.shape}")
    points = None if s is None else sizes[-1]
    if counted[1:]:  # in the order in which NumPy goes back along axes
        x = _complex_transform(name, x, sizes[-2::-1], counted[-2::-1], norm, inverse=True)
    return _back(name, x, points, counted[-1], _norm(name, norm))


@implements(np.fft.hfft)
def hfft(x: Any, /, n: int | None = None, axis: int = -1, norm: Norm | None = None) -> Any:
    """Fourier transform of ``n`` points of which the second half mirrors the first, conjugated, so that it is real.

    ``x`` is that first half, and ``n`` is by default the even number ``2 (m - 1)`` for ``m`` of them.

    >>> import autograd as ag
    >>> ag.fft.hfft(ag.Tensor([1.0, 2.0, 3.0]))
    Tensor([ 8., -2.,  0., -2.], dtype=float64)
    """
    return _back("hfft", conj(operations.asarray(x)), n, axis, SWAPPED[_norm("hfft", norm)])


@implements(np.fft.ihfft)
def ihfft(x: Any, /, n: int | None = None, axis: int = -1, norm: Norm | None = None) -> Any:
    """Inverse of ``hfft``: of real numbers, the first half of what mirrors itself.

    Raises ``TypeError`` for complex numbers.

    >>> import autograd as ag
    >>> ag.fft.ihfft(ag.Tensor([8.0, -2.0, 0.0, -2.0]))
    Tensor([1.-0.j, 2.-0.j, 3.-0.j], dtype=complex128)
    """
    x = _real("ihfft", operations.asarray(x))
    axis = _axis("ihfft", x, axis)
    points = _size("ihfft", x.shape[axis] if n is None else n)
    return conj(real_fourier(x, points=points, axis=axis, norm=SWAPPED[_norm("ihfft", norm)]))
