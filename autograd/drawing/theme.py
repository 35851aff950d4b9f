"""The inks: one palette on a light ground and one on a dark ground.

Colour never speaks alone: kinds of cards have names and legends, numbers have signs, edges have widths. The pairs of
hues (purple and green, blue and orange) stay apart for colour-blind eyes, and so does the ramp of the edges, which runs
from pale to strong.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np


class Kind(Enum):
    """What a Tensor is in the graph, as the legend calls it."""

    WEIGHT = "weight"
    INPUT = "input, constant"
    INTERMEDIATE = "intermediate"
    RESULT = "result"


@dataclass(frozen=True)
class Hues:
    """The two ends of a diverging scale."""

    negative: str
    positive: str


@dataclass(frozen=True)
class Theme:
    """All colours of a drawing."""

    ground: str
    ink: str
    muted: str
    #: The header of a card, by kind, what is written on it, and what is below it.
    bars: dict[Kind, str]
    on_bar: str
    bodies: dict[Kind, str]
    disc: str
    on_disc: str
    frame: str
    frame_border: str
    #: A cell that holds zero, and how far the largest number of a card goes from there to its hue.
    neutral: str
    strongest: float
    value: Hues
    gradient: Hues
    #: The names of the two rows of a card.
    value_ink: str
    gradient_ink: str
    #: What failed, or is wrong, and what is written on it.
    fault: str
    on_fault: str
    #: Edges, from the weakest gradient to the strongest, and those of which none is known.
    ramp: tuple[str, ...]
    idle: str

    def tint(self, hues: Hues, number: float, largest: float) -> str:
        """The colour of a cell that holds a finite number, in a card whose largest is ``largest``."""
        if number == 0 or largest == 0:
            return self.neutral
        hue = hues.positive if number > 0 else hues.negative
        return mix(self.neutral, hue, self.strongest * (abs(number) / largest) ** 0.7)

    def solid(self, hues: Hues, number: float) -> str:
        """The colour of a bar that stands for numbers between -1 and 1."""
        hue = hues.positive if number > 0 else hues.negative
        return mix(self.neutral, hue, 0.35 + 0.45 * abs(number))


def mix(start: str, end: str, share: float) -> str:
    """Give the colour on the way from one to another, both as ``#rrggbb``.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    channels = [np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) for color in (start, end)]
    return "#{:02x}{:02x}{:02x}".format(*np.round(channels[0] + share * (channels[1] - channels[0])).astype(int))


_BARS = {
    Kind.WEIGHT: "#f0b429",
    Kind.INPUT: "#829ab1",
    Kind.INTERMEDIATE: "#cbd2d9",
    Kind.RESULT: "#27ab83",
}

LIGHT = Theme(
    ground="#ffffff",
    ink="#1f2933",
    muted="#616e7c",
    bars=_BARS,
    on_bar="#1f2933",
    bodies={
        Kind.WEIGHT: "#fffbea",
        Kind.INPUT: "#f0f4f8",
        Kind.INTERMEDIATE: "#ffffff",
        Kind.RESULT: "#effcf6",
    },
    disc="#1f2933",
    on_disc="#ffffff",
    frame="#f8fafc",
    frame_border="#d9e2ec",
    neutral="#ffffff",
    strongest=0.55,
    value=Hues("#762a83", "#1b7837"),
    gradient=Hues("#2166ac", "#d6481c"),
    value_ink="#0c6b58",
    gradient_ink="#ba2525",
    fault="#b02a12",
    on_fault="#ffffff",
    ramp=("#fdbe85", "#fd9a4d", "#f16913", "#c94a06", "#7f2704"),
    idle="#b8c4ce",
)

DARK = Theme(
    ground="#12181f",
    ink="#e4e7eb",
    muted="#9aa5b1",
    bars={**_BARS, Kind.INTERMEDIATE: "#c5ccd3"},
    on_bar="#12181f",
    bodies={
        Kind.WEIGHT: "#2b2619",
        Kind.INPUT: "#1d2732",
        Kind.INTERMEDIATE: "#1f262e",
        Kind.RESULT: "#172a25",
    },
    disc="#dde3e9",
    on_disc="#12181f",
    frame="#181f27",
    frame_border="#33404d",
    neutral="#12181f",
    strongest=0.6,
    value=Hues("#a566c0", "#3f9e60"),
    gradient=Hues("#3f86cc", "#dd5f2c"),
    value_ink="#5fd0b0",
    gradient_ink="#ff8f7a",
    fault="#ff9a85",
    on_fault="#12181f",
    ramp=("#6e3a17", "#a14e16", "#d9661a", "#fd9a4d", "#ffd9b0"),
    idle="#4d5a67",
)

#: The themes, by the name that ``draw`` knows them by.
THEMES = {"light": LIGHT, "dark": DARK}
