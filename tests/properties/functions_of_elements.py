"""Cases for the compositions that work on each element, and for Fourier transforms; ``test_compositions`` runs them.

A function that gives several arrays is shown by a sum of them.
"""

import functools

import numpy as np

from autograd.primitives.domains import NONZERO, POSITIVE, REAL, Interval
from autograd.primitives.floating import between_powers_of_two
from autograd.primitives.rounding import between_steps, quotient_between_steps
from tests.properties.cases import case


@case(np.angle)
def angles(draw):
    real, imag = draw.broadcastable(REAL, NONZERO)
    deg = draw.boolean()
    return (real, imag), lambda real, imag: np.angle(real + 1j * imag, deg)


@case(np.float_power)
def double_powers(draw):
    return draw.broadcastable(POSITIVE, REAL), np.float_power


@case(np.divmod)
def quotients(draw):
    def both(x, y):
        quotient, rest = np.divmod(x, y)
        return 2 * quotient + rest

    return quotient_between_steps(draw)[0], both


@case(np.modf)
def parts(draw):
    def both(x):
        fraction, whole = np.modf(x)
        return fraction + 2 * whole

    return between_steps(draw)[0], both


@case(np.frexp)
def mantissas(draw):
    (x,) = between_powers_of_two(draw)[0]
    return (x,), lambda x: np.frexp(x)[0] * (1 + 2 * np.frexp(x)[1])


@case(np.nan_to_num)
def replaced(draw):
    x, y = draw.broadcastable(REAL, REAL)
    unit, options = draw.choice([0, 1j]), draw.choice([{}, {"nan": 2.0, "posinf": 1.0, "neginf": -1.0}])
    return (x, y), lambda x, y: np.nan_to_num(x + unit * y, **options)


@case(np.real_if_close)
def real_parts(draw):
    imag = draw.choice([0j, 1j])
    return (draw.array(NONZERO, min_dims=1, min_side=1),), lambda x: np.real_if_close(x * (1 + imag))


def called(function, options):
    """Call a transform of a real array, or of two that are the parts of a complex one.

    Complex results are turned, so that no derivative is 0 where numbers show what rounding leaves of it.
    """
    turn = 1 if function in TO_REAL else 0.6 + 0.8j
    if function in FROM_REAL:
        return lambda x: function(x, **options) * turn
    return lambda real, imag: function(real + 1j * imag, **options) * turn


#: Numbers that are small beside the derivatives, so that numeric ones lose no digits where many numbers are summed.
SMALL = Interval(-0.25, 0.25)


def operands(draw, function, x):
    return (x,) if function in FROM_REAL else (x, draw.array(SMALL, x.shape))


def transformed(function, draw):
    """Along one axis: with an even or odd number of points, cropped or padded with zeros."""
    x = draw.array(SMALL, min_dims=1, min_side=2 if function in TO_REAL else 1)
    options = {"n": draw.choice([None, draw.integer(1, 5)]), "axis": draw.axis(x.ndim), "norm": draw.choice(NORMS)}
    return operands(draw, function, x), called(function, options)


def transformed_along_several(function, draw):
    """Along several axes: all, the last two, or some in any order."""
    x = draw.array(SMALL, min_dims=2, min_side=2 if function in TO_REAL else 1)
    options = {"norm": draw.choice(NORMS)}
    axes = draw.permutation(x.ndim)
    if axes is not None:
        options["axes"] = axes[: draw.integer(1, x.ndim)]
        if draw.boolean():
            options["s"] = tuple(draw.choice([draw.integer(1, 4), -1]) for _ in options["axes"])
    return operands(draw, function, x), called(function, options)


FROM_REAL = (np.fft.rfft, np.fft.rfft2, np.fft.rfftn, np.fft.ihfft)
TO_REAL = (np.fft.irfft, np.fft.irfft2, np.fft.irfftn, np.fft.hfft)
NORMS = [None, "backward", "ortho", "forward"]
for name in ("fft", "ifft", "rfft", "irfft"):
    case(one := getattr(np.fft, name))(functools.partial(transformed, one))
    for ending in ("2", "n"):
        case(several := getattr(np.fft, name + ending))(functools.partial(transformed_along_several, several))
for one in (np.fft.hfft, np.fft.ihfft):
    case(one)(functools.partial(transformed, one))
