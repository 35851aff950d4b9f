"""How strong a gradient is, as the colour and the width of an edge."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .figures import power_of_ten
from .scene import Wire
from .theme import Theme


@dataclass(frozen=True)
class Pen:
    """How an edge is drawn; ``text`` is written on those that nobody should overlook."""

    color: str
    width: float
    style: str = "solid"
    text: str = ""


@dataclass(frozen=True)
class Scale:
    """The powers of ten that the colours of the ramp stand for, in equal steps."""

    lowest: int
    step: int
    count: int

    @classmethod
    def spanning(cls, strengths: Iterable[float | None], count: int) -> Scale:
        """Make the scale for these gradients: up to 1, in single steps, unless they reach beyond that.

        >>> Scale.spanning([0.3, 0.002], 5), Scale.spanning([1e-12, 0.5], 5)
        (Scale(lowest=-4, step=1, count=5), Scale(lowest=-12, step=3, count=5))
        """
        logarithms = [math.log10(each) for each in strengths if each and math.isfinite(each)] or [0.0]
        lowest, highest = round(min(logarithms)), round(max(logarithms))
        step = max(1, math.ceil((highest - lowest) / (count - 1)))
        highest = max(highest, min(0, lowest + step * (count - 1)))
        return cls(highest - step * (count - 1), step, count)

    def marks(self) -> list[str]:
        """The numbers that the colours stand for."""
        return [power_of_ten(self.lowest + self.step * index) for index in range(self.count)]

    def index(self, strength: float) -> int:
        """Say which colour is nearest to a gradient."""
        place = round((math.log10(strength) - self.lowest) / self.step)
        return min(max(place, 0), self.count - 1)

    def wire_pen(self, wire: Wire, theme: Theme) -> Pen:
        """Say how to draw a wire: no gradient goes the way of what a backward reads of the forward."""
        return Pen(theme.muted, 1.0, "dashed") if wire.is_kept else self.pen(wire.strength, theme)

    def pen(self, strength: float | None, theme: Theme) -> Pen:
        """Say how to draw an edge that carries this gradient."""
        if strength is None:
            return Pen(theme.idle, 1.0)
        if not math.isfinite(strength):
            return Pen(theme.ink, 2.5, "dashed", "NaN" if math.isnan(strength) else "inf")
        if strength == 0:
            return Pen(theme.muted, 1.0, "dotted", "0")
        index = self.index(strength)
        return Pen(theme.ramp[index], 1.2 + 0.6 * index)
