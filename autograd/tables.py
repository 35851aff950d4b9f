"""Figures in columns, as plain text: counts, times and sizes that a reader takes in at a glance."""

from __future__ import annotations

from collections.abc import Sequence

_SIZES = ("B", "KiB", "MiB", "GiB")
_TIMES = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"))


def in_units(nbytes: float) -> str:
    """Write a number of bytes.

    >>> in_units(0), in_units(1536), in_units(-3 * 2**20)
    ('0 B', '1.5 KiB', '-3.0 MiB')
    """
    power = 0
    while abs(nbytes) >= 1024 and power < len(_SIZES) - 1:
        nbytes /= 1024
        power += 1
    return f"{nbytes:.1f} {_SIZES[power]}" if power else f"{nbytes:.0f} B"


def in_time(nanoseconds: float) -> str:
    """Write a duration.

    >>> in_time(250), in_time(12_345), in_time(1.5e9)
    ('250 ns', '12.3 µs', '1.50 s')
    """
    for unit, name in _TIMES:
        if nanoseconds >= unit:
            return f"{nanoseconds / unit:#.3g} {name}".replace(". ", " ")
    return f"{nanoseconds:.0f} ns"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """Set rows in columns under their heads: the first ``texts`` columns at the left, figures at the right.

    >>> print(table(["operation", "count"], [["add", "3"], ["multiply", "12"]]))
    operation  count
    ────────────────
    add            3
    multiply      12
    """
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        placed = [
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(placed).rstrip()

    return "\n".join([line(heads), "─" * (sum(widths) + 2 * (len(widths) - 1)), *map(line, rows)])
