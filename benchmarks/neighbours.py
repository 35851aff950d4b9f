"""What other programs did meanwhile.

A step whose threads wait for one another at every operation does not get a little slower when another program takes
one of the processors: it gets fifty times slower, because a thread that waits at a barrier keeps its processor until
the system takes it away. The ratio of two such times says nothing about either side. So the work of others is
watched, and a result that was taken beside much of it says so.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

MUCH: Final = 0.05

_STATISTICS: Final = Path("/proc/stat")


class Neighbours:
    """Watches, from its making on, how much of all processors' time goes to other programs.

    Only Linux tells it; elsewhere nothing is known.
    """

    def __init__(self) -> None:
        self._begin = _times()

    def share(self) -> float | None:
        """Give the share so far, from 0 to 1; None where it is unknown."""
        now = _times()
        if self._begin is None or now is None:
            return None
        own, busy, total = (after - before for before, after in zip(self._begin, now, strict=True))
        return max(0.0, (busy - own) / total) if total > 0 else 0.0


def _times() -> tuple[float, float, float] | None:
    """The processors' seconds so far: those of this program and its children, those of all programs, and all."""
    try:
        with _STATISTICS.open(encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:9]]
    except OSError:
        return None
    second = os.sysconf("SC_CLK_TCK")
    idle = ticks[3] + ticks[4]
    return sum(os.times()[:4]) + _children() / second, (sum(ticks) - idle) / second, sum(ticks) / second


def _children() -> int:
    """The ticks so far of the children that still run: `os.times` counts a child only when it has ended."""
    ticks = 0
    for path in _STATISTICS.parent.glob("[0-9]*/stat"):
        try:
            after_name = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(after_name[1]) == os.getpid():
            ticks += sum(map(int, after_name[11:15]))
    return ticks
