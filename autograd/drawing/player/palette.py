"""Colours by number: what Graphviz writes into a picture, and the style sheets that say what the numbers stand for."""

from __future__ import annotations

import re

from ..theme import DARK, LIGHT

_COLOR = re.compile(r'(?<==")#[0-9a-fA-F]{6}(?=")')

#: A colour on a light ground, and on a dark one.
Pair = tuple[str, str]


class Palette:
    """Pairs of colours, light and dark, by number."""

    def __init__(self) -> None:
        self._numbers: dict[Pair, int] = {}
        self._used: dict[str, Pair] = {}

    def coded(self, light: str, dark: str) -> str:
        """Give the DOT text with a number in place of each pair of colours."""
        others = iter(_COLOR.findall(dark))

        def code(match: re.Match[str]) -> str:
            pair = match[0], next(others)
            return f"#{self._numbers.setdefault(pair, len(self._numbers)) + 1:06x}"

        return _COLOR.sub(code, light)

    def pair(self, code: str) -> Pair | None:
        """Give the pair that a colour in an image stands for, if it stands for one."""
        is_code = bool(re.fullmatch(r"#[0-9a-f]{6}", code)) and 0 < int(code[1:], 16) <= len(self._numbers)
        return list(self._numbers)[int(code[1:], 16) - 1] if is_code else None

    def name(self, attribute: str, code: str) -> str | None:
        """Give the class that has the ``"fill"`` or ``"stroke"`` of a colour in an image, if it stands for a pair."""
        pair = self.pair(code)
        if pair is None:
            return None
        name = f"{attribute[0]}{self._numbers[pair]}"
        self._used[name] = pair
        return name

    def css(self) -> str:
        """Write the style sheet that gives the classes, those that were asked for, their colours."""
        lines = []
        for name, (light, dark) in self._used.items():
            attribute = {"f": "fill", "s": "stroke"}[name[0]]
            lines.append(f".{name}{{{attribute}:{light}}}")
            if light != dark:
                lines.append(f"[data-theme=dark] .{name}{{{attribute}:{dark}}}")
        return "\n".join(lines)


def variables() -> str:
    """Write the style sheet that names the colours of both themes."""
    rules = []
    for selector, theme in ((":root", LIGHT), ("[data-theme=dark]", DARK)):
        named = {
            "ground": theme.ground,
            "ink": theme.ink,
            "muted": theme.muted,
            "border": theme.frame_border,
            "idle": theme.idle,
            "value-ink": theme.value_ink,
            "gradient-ink": theme.gradient_ink,
            **{f"r{number}": color for number, color in enumerate(theme.ramp)},
            **{kind.name.lower(): color for kind, color in theme.bars.items()},
        }
        rules.append(f"{selector}{{{';'.join(f'--{name}:{color}' for name, color in named.items())}}}")
    return "\n".join(rules)
