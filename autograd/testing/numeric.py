"""Derivatives by numbers alone, for judging those that rules compute.

A ``Curve`` is a function of one number that gives an array; each method here gives its derivative at 0, element by
element, with an estimate of its own error. To differentiate a function of arrays, walk it along a direction:
``lambda t: function(x + t * direction)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Curve = Callable[[Any], Array]

_EPSILON = float(np.finfo(np.float64).eps)

#: Where a central difference looks, in steps. No ratio of them is near a fraction: values that jump every so often, as
#: those of a remainder do, cannot look like a straight line.
_GOLDEN = (1 + 5**0.5) / 2
_NODES = (1.0, _GOLDEN, _GOLDEN**2)


def _weights(nodes: tuple[float, ...]) -> tuple[float, ...]:
    """Weights of f(kh) - f(-kh) for each node k, in the central difference whose order is twice as many."""
    others = [[other**2 for other in nodes if other != node] for node in nodes]
    return tuple(
        math.prod(other / (other - node**2) for other in rest) / (2 * node)
        for node, rest in zip(nodes, others, strict=True)
    )


_SIX_POINTS = _weights(_NODES)
_FOUR_POINTS = (*_weights(_NODES[:2]), 0.0)

#: A central difference whose estimated error is above this share of the largest derivative is worth a second method.
_DOUBTFUL = 1e-8


#: Steps that were stretched by more than this may miss what there is; a relative error above this leaves few digits.
_FAR = 1e6
_FEW = 1e-4


#: Where roughness is looked for, in steps; and what leaves of the bends there what is not of the order 2 or 4.
_CLOSE = _GOLDEN ** np.arange(5)
_SMOOTH = np.stack([_CLOSE**2, _CLOSE**4], axis=1)
_NOT_SMOOTH = np.eye(len(_CLOSE)) - _SMOOTH @ np.linalg.pinv(_SMOOTH)


class Derivative(NamedTuple):
    """A derivative, for each of its elements how far off it may be, and how much of that is rounding.

    ``jump`` is by how much the slope seems to change at the point itself: next to nothing, unless there is a kink, or
    the method cannot tell. ``bend`` is by how much it changes over a length of 1, as far as one step shows: what the
    slopes nearby are like where value and derivative are 0.
    """

    value: Array
    error: Array
    rounding: Array
    jump: Array
    bend: Array

    def __truediv__(self, length: float) -> Derivative:
        """Give the derivative by a longer unit."""
        return Derivative(*(part / length for part in self))


def complex_step(curve: Curve, step: float = 1e-20) -> Derivative:
    """Differentiate by a step into the complex plane: ``Im f(ih) / h``, exact to rounding.

    There is no difference, so nothing cancels, and the step can be as small as one likes. It holds for analytic
    functions of real numbers alone, whose every operation takes complex numbers: no ``abs``, no ``max``, no ``conj``.

    Source: Squire and Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40, 1998.

    >>> derivative = complex_step(lambda t: np.exp(np.array([0.0, 1.0]) + t))
    >>> bool(np.all(derivative.value == np.exp([0.0, 1.0])))
    True
    """
    value = np.imag(curve(1j * step)) / step
    rounding = 4 * _EPSILON * np.abs(value) + step**10  # less than that may be a high power of the step
    return Derivative(value, rounding, rounding, np.zeros_like(value), np.zeros_like(value))


def six_point(curve: Curve, step: float = 1e-3) -> Derivative:
    """Differentiate by the central difference of order six, whose error is of the order of ``step**6``.

    The error estimate is the difference from the central difference of order four, which uses the same values, and so
    errs on the safe side.

    Source: Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", Mathematics of Computation
    51, 1988.

    >>> derivative = six_point(lambda t: np.exp(np.array([0.0, 1.0]) + t))
    >>> bool(np.all(np.abs(derivative.value - np.exp([0.0, 1.0])) < 1e-11))
    True
    """
    ahead = [curve(node * step) for node in _NODES]
    behind = [curve(-node * step) for node in _NODES]
    value = _weighted(_SIX_POINTS, ahead, behind) / step
    truncation = np.abs(value - _weighted(_FOUR_POINTS, ahead, behind) / step)
    here = curve(0.0)
    rounding = _rounding(behind[0], ahead[0], step)
    # The bends of two steps, so added that what curves cancels, and what is broken stays.
    near, far = (ahead[k] - 2 * here + behind[k] for k in (0, 1))
    broken = (near - far / _GOLDEN**2) / (1 - 1 / _GOLDEN)
    bend = _bend(behind[0], here, ahead[0], value, step)
    return Derivative(value, truncation + rounding, rounding, broken / step, bend)


def richardson(curve: Curve, step: float = 3e-3, levels: int = 26, grain: float = 0.0) -> Derivative:
    """Differentiate by central differences of ever smaller steps, extrapolated to a step of zero.

    Each level shortens the step by the golden ratio (halving it, values that jump every so often would look like a
    straight line much more often), and each column of the table cancels one more term of the error. For every element
    the entry of the table is chosen that differs least from its neighbours, and twice that difference is the error
    estimate, besides rounding: of the values, and of the places, which are up to ``grain`` off where they should be.
    Entries made of fewer than three levels are left out: beside a jump, two may agree by chance.

    Source: Richardson, "The approximate arithmetical solution by finite differences", Phil. Trans. A 210, 1911; the
    choice in the table is that of Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4, 1982.

    >>> derivative = richardson(lambda t: np.log(np.array([0.01, 1.0]) + t))
    >>> bool(np.all(np.abs(derivative.value - [100.0, 1.0]) < 1e-6))
    True
    """
    here = curve(0.0)
    first = _central(curve, here, step)
    row, best = [first], first._replace(error=np.full(first.value.shape, np.inf))
    for level in range(1, levels):
        length = step / _GOLDEN**level
        above, row = row, [_central(curve, here, length)]
        for order, coarse in enumerate(above, start=1):
            fine = row[-1]
            value = fine.value + (fine.value - coarse.value) / (_GOLDEN ** (2 * order) - 1)
            change = np.maximum(np.abs(value - fine.value), np.abs(value - coarse.value))
            misplaced = grain * np.abs(value) / length
            row.append(fine._replace(value=value, error=2 * change + fine.rounding + misplaced))
            if order > 1:
                best = _better(best, row[-1])
    return best._replace(bend=first.bend)


def by_differences(curve: Curve, shorter: float = 1.0, step: float = 1e-3, *, stretched: float = 1.0) -> Derivative:
    """Differentiate by ``six_point``; where that is in doubt, by ``richardson``, also with all steps times ``shorter``.

    Steps that are ``stretched``, since numbers are large, are then made shorter by as much, and by half of the digits:
    what waves faster than they are long has small differences, and so small errors. Relative errors are compared.

    Values that are not finite, as outside of a function's domain, raise no warning and make a step doubtful.

    >>> derivative = by_differences(lambda t: np.sin(1000 * t))  # far too fast for steps of 1e-3
    >>> bool(abs(derivative.value - 1000) < 1e-5)
    True
    """
    with np.errstate(all="ignore"):
        found = six_point(curve, step)
        rounding = 1e4 * _EPSILON * np.abs(curve(0.0))
        if np.all(found.error <= _DOUBTFUL * np.max(np.abs(found.value), initial=0.0) + rounding):
            return found
        better = _better(found, richardson(curve, 3 * step))
        for share, grain in ((shorter, 0.0), (stretched**-0.5, _EPSILON), (1 / stretched, _EPSILON)):
            if share < 1.0:
                other = richardson(_slower(curve, share), 3 * step, grain=grain / share) / share
                better = _better(better, other, relative=True)
        if stretched > _FAR:
            better = better._replace(error=_doubted(better, curve))
        return better._replace(jump=found.jump, bend=found.bend)


def _slower(curve: Curve, share: float) -> Curve:
    """Walk a share of each step."""
    return lambda step: curve(share * step)


def _doubted(found: Derivative, curve: Curve) -> Array:
    """Give errors, endless ones for few digits beside which the slopes between neighbouring numbers are others.

    Where all steps are too long for a wave, differences are small by chance, and so is their error.
    """
    here, ahead, behind = (curve(4 * side * _EPSILON) for side in (0, 1, -1))
    slopes = [(ahead - here) / (4 * _EPSILON), (here - behind) / (4 * _EPSILON)]
    distance = np.max(np.abs(np.subtract(slopes, found.value)), axis=0)
    is_doubtful = (found.error > _FEW * np.abs(found.value)) & (distance > found.error)
    error: Array = np.where(is_doubtful, np.inf, found.error)
    return error


def one_sided(curve: Curve, step: float = 1e-6) -> tuple[Array, Array]:
    """Give the slopes before and after 0, to a few digits: at a kink they differ.

    >>> before, after = one_sided(lambda t: np.abs(np.array(t)))
    >>> round(float(before)), round(float(after))
    (-1, 1)
    """
    with np.errstate(all="ignore"):
        here = curve(0.0)
        return (here - curve(-step)) / step, (curve(step) - here) / step


def roughness(curve: Curve, step: float = 1e-6) -> Array:
    """Give how far the values close to 0 are from a smooth curve: next to nothing, unless they are rounded or random.

    >>> bool(roughness(lambda t: np.sin(1 + t)) < 1e-11)
    True
    >>> bool(roughness(lambda t: np.sin(1 + t).astype(np.float32)) > 1e-8)
    True
    """
    with np.errstate(all="ignore"):
        here = curve(0.0)
        bends = np.stack([curve(k * step) - 2 * here + curve(-k * step) for k in _CLOSE])
        rough: Array = np.max(np.abs(np.tensordot(_NOT_SMOOTH, bends, 1)), axis=0)
        return rough


def _weighted(weights: tuple[float, ...], ahead: list[Array], behind: list[Array]) -> Array:
    total: Array = sum(
        (weight * (after - before) for weight, after, before in zip(weights, ahead, behind, strict=True)),
        start=np.zeros(()),
    )
    return total


def _central(curve: Curve, here: Array, step: float) -> Derivative:
    ahead, behind = curve(step), curve(-step)
    rounding = _rounding(behind, ahead, step)
    value = (ahead - behind) / (2 * step)
    return Derivative(value, rounding, rounding, np.zeros_like(rounding), _bend(behind, here, ahead, value, step))


def _bend(behind: Array, here: Array, ahead: Array, slope: Array, step: float) -> Array:
    bend: Array = np.maximum(np.abs(ahead - here - step * slope), np.abs(behind - here + step * slope)) / step**2
    return np.nan_to_num(bend, posinf=0.0)


def _rounding(behind: Array, ahead: Array, step: float) -> Array:
    """What the rounding of the function's own values, of some units in the last place, does to a difference of them."""
    rounding: Array = 4 * _EPSILON * (np.abs(ahead) + np.abs(behind)) / step
    return rounding


def _better(one: Derivative, other: Derivative, *, relative: bool = False) -> Derivative:
    """Take for each element the one with the smaller error; one that is not finite is never better."""
    weights = (np.abs(other.value), np.abs(one.value)) if relative else (1.0, 1.0)
    take = (other.error * weights[1] < one.error * weights[0]) | ~np.isfinite(one.value)
    return Derivative(*(np.where(take, of_other, of_one) for of_other, of_one in zip(other, one, strict=True)))
