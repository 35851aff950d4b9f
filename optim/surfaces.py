"""Surfaces of two parameters to try optimizers on: a bowl, a saddle, Rosenbrock's valley and Beale's function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

import autograd as ag


@dataclass(frozen=True)
class Surface:
    """A function of two numbers, the part of the plane that shows it, where to begin, and where it is lowest.

    It takes one Tensor or array whose first axis has the length 2; all further axes are kept.

    >>> import numpy as np, optim
    >>> optim.surfaces.BOWL(np.array([1.0, 2.0])).item()
    41.0
    >>> optim.surfaces.ROSENBROCK(np.array([1.0, 1.0])).item()
    0.0
    """

    name: str
    formula: Callable[[Any, Any], Any]
    x: tuple[float, float]
    y: tuple[float, float]
    start: tuple[float, float]
    minimum: tuple[float, float] | None  #: ``None`` if there is none

    def __call__(self, point: Any) -> Any:
        """Give the height at a point, or at many, ``point[0]`` and ``point[1]`` being arrays."""
        return self.formula(point[0], point[1])


def _saddle(x: Any, y: Any) -> Any:
    return x**2 - y**2 + y**4 / 4


def _beale(x: Any, y: Any) -> Any:
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


#: A long bowl: ``x**2 + 10 * y**2``.
BOWL: Final = Surface("bowl", lambda x, y: x**2 + 10 * y**2, (-4, 4), (-2, 2), (-3.5, 1.5), (0, 0))

#: A saddle at (0, 0) between two valleys: ``x**2 - y**2 + y**4 / 4``.
SADDLE: Final = Surface("saddle", _saddle, (-2, 2), (-2.2, 2.2), (-1.5, 0.01), (0, 2**0.5))

#: A curved valley: ``(1 - x)**2 + 100 * (y - x**2)**2``. Rosenbrock (1960).
ROSENBROCK: Final = Surface(
    "Rosenbrock", lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-2, 2), (-1, 3), (-1.5, 2.0), (1, 1)
)

#: Flat, with steep walls and a minimum at (3, 0.5). Beale (1958).
BEALE: Final = Surface("Beale", _beale, (-1, 4.5), (-1.5, 2), (1.0, 1.2), (3, 0.5))

ALL: Final = (BOWL, SADDLE, ROSENBROCK, BEALE)


def path(surface: Surface, make: Callable[[Any], Any], steps: int, shape: tuple[int, ...] = (2,)) -> Any:
    """Let an optimizer go on a surface; give the points, of the start and after each step: an array (steps + 1, 2).

    ``make`` makes the optimizer, of a list of one parameter, which has the shape that is given: ``(1, 2)`` for methods
    that are for matrices.

    >>> import optim
    >>> points = optim.surfaces.path(optim.surfaces.BOWL, lambda p: optim.SGD(p, lr=0.02), steps=200)
    >>> points.shape, abs(points[-1]).max() < 0.01
    ((201, 2), np.True_)
    """
    point = ag.Tensor(np.reshape(surface.start, shape), ag.float64, requires_grad=True)
    optimizer = make([point])

    def closure() -> Any:
        optimizer.zero_grad()
        height = surface(point.reshape(2))
        height.backward()
        return height

    points = [np.array(point.data)]
    for _ in range(steps):
        optimizer.step(closure)
        points.append(np.array(point.data))
    return np.reshape(points, (steps + 1, 2))
