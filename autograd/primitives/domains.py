"""The inputs that a rule is valid for, said so that tests can draw them.

A domain is a function that gets a source of choices, ``draw``, and gives the operands and attributes of one call:
arrays of float64 whose values keep away from kinks, poles and ties. ``Draw`` in ``autograd.testing.strategies`` is
such a source, with Hypothesis behind it; nothing here needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..testing.strategies import Draw

Drawn = tuple[tuple[Any, ...], dict[str, Any]]


class Interval(NamedTuple):
    """The real numbers from ``low`` to ``high``, without those nearer to zero than ``gap``.

    With ``complex``, complex numbers as well, whose real and imaginary parts are such numbers. Analytic primitives need
    not ask for it: they are tested with complex operands near those that they draw.
    """

    low: float
    high: float
    gap: float = 0.0
    complex: bool = False


REAL = Interval(-3.0, 3.0)
POSITIVE = Interval(0.2, 4.0)
NONZERO = Interval(-3.0, 3.0, gap=0.2)
COMPLEX = REAL._replace(complex=True)
NONZERO_COMPLEX = NONZERO._replace(complex=True)


class elementwise:  # noqa: N801 - reads as a function where it is declared
    """Operands that broadcast, each from an interval; for primitives that compute each element by itself.

    ``vmap`` relies on that: it applies such a primitive to all examples at once.
    """

    def __init__(self, *intervals: Interval) -> None:
        self.intervals = intervals

    def __call__(self, draw: Draw) -> Drawn:
        """Draw the operands; there are no attributes."""
        return draw.broadcastable(*self.intervals), {}


def apart(draw: Draw) -> Drawn:
    """Two operands that broadcast and are nowhere equal."""
    x, y = draw.broadcastable(REAL, REAL)
    return draw.without_ties(x, y), {}


def reduction(draw: Draw, min_side: int = 0) -> Drawn:
    """One operand, and the axes to reduce."""
    x = draw.array(REAL, min_side=min_side)
    return (x,), {"axis": draw.axes(x.ndim), "keepdims": draw.boolean()}


def reduction_without_ties(draw: Draw) -> Drawn:
    """One operand with distinct values and at least one element, and the axes to reduce."""
    x = draw.distinct(min_side=1)
    return (x,), {"axis": draw.axes(x.ndim), "keepdims": draw.boolean()}


def along_axis(draw: Draw) -> Drawn:
    """One operand with at least one axis and one element, and one of its axes."""
    x = draw.array(REAL, min_dims=1, min_side=1)
    return (x,), {"axis": draw.axis(x.ndim)}
