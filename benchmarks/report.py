"""The table, and the JSON file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.cases.base import Bar, Case
from benchmarks.neighbours import MUCH
from benchmarks.timing import Pairs, quartiles

_HEADINGS: Final = ("case", "ours", "peer", "peer's", "ours / peer's", "quartiles", "bar", "verdict")


@dataclass(frozen=True)
class Outcome:
    """How a case went against a peer: the timings, or the reason why there are none."""

    case: Case
    peer: str
    pairs: Pairs | None = None
    reason: str = ""

    @property
    def bar(self) -> Bar | None:
        """The bar of this case for this peer, where there is one."""
        return self.case.bars.get(self.peer)

    @property
    def note(self) -> str:
        """What to say below the table: why nothing was timed, or why the times are not to be trusted."""
        others = self.pairs.others if self.pairs else None
        if others is None or others <= MUCH:
            return self.reason
        return f"DISTURBED, other programs took {others:.0%} of the processors meanwhile; repeat it on an idle machine"

    @property
    def verdict(self) -> str:
        """One of "met", "MISSED", "no bar", or "" where nothing was timed."""
        if self.pairs is None:
            return ""
        if self.bar is None:
            return "no bar"
        return "met" if self.bar.is_met(self.pairs) else "MISSED"


def table(outcomes: Sequence[Outcome]) -> str:
    """Give the outcomes as aligned text; what could not be timed is said below the table."""
    rows = [_HEADINGS, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"{each.case.name} beside {each.peer}: {each.note}" for each in outcomes if each.note]
    return "\n".join([*lines, *notes])


def unmeasured(outcomes: Sequence[Outcome]) -> str:
    """Name the bars that nothing was measured for; empty if there are none."""
    missing = [each for each in outcomes if each.bar and not each.pairs]
    return ", ".join(f"{each.case.name} beside {each.peer}" for each in missing)


def write_json(path: Path, outcomes: Sequence[Outcome], machine: Mapping[str, str]) -> None:
    """Write the machine's facts and every timing, in seconds for one operation; whole or not at all."""
    content = {"machine": dict(machine), "results": [_record(outcome) for outcome in outcomes]}
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".json", delete=False, encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    Path(file.name).replace(path)


def _row(outcome: Outcome) -> tuple[str, ...]:
    case, pairs = outcome.case, outcome.pairs
    if pairs is None:
        return (case.name, "-", outcome.peer, "-", "-", "-", "-", "not timed")
    bar = outcome.bar or Bar(float("inf"))
    low, middle, high = bar.spread(pairs)
    return (
        case.name,
        _seconds(quartiles(pairs.ours)[1] / case.operations),
        outcome.peer,
        _seconds(quartiles(pairs.theirs)[1] / case.operations),
        _amount(middle, bar),
        f"{_amount(low, bar)} to {_amount(high, bar)}",
        _amount(bar.limit, bar) if outcome.bar else "-",
        outcome.verdict,
    )


def _record(outcome: Outcome) -> dict[str, Any]:
    case, bar, pairs = outcome.case, outcome.bar, outcome.pairs
    record: dict[str, Any] = {"case": case.name, "work": case.work, "peer": outcome.peer, "verdict": outcome.verdict}
    if bar is not None:
        record["bar"] = {"measure": bar.measure, "at_most": bar.limit}
    if pairs is None:
        return record | {"reason": outcome.reason}
    sides = {
        side: {
            "median": quartiles(times)[1] / case.operations,
            "repetitions": repetitions,
            "rounds": [seconds / case.operations for seconds in times],
        }
        for side, times, repetitions in zip(
            ("ours", "peer"), (pairs.ours, pairs.theirs), pairs.repetitions, strict=True
        )
    }
    ratio = dict(zip(("lower_quartile", "median", "upper_quartile"), quartiles(pairs.ratios), strict=True))
    return record | {"ratio": ratio, "seconds": sides, "share_of_others": pairs.others}


def _amount(value: float, bar: Bar) -> str:
    """A ratio as a number, a difference as a signed time."""
    return f"{value:.2f}" if bar.measure == "ratio" else f"{value * 1e3:+.1f} ms"


def _seconds(value: float) -> str:
    """A time in the unit that suits it.

    >>> _seconds(2.5e-6), _seconds(0.0123)
    ('2.50 us', '12.30 ms')
    """
    return f"{value * 1e6:.2f} us" if value < 1e-3 else f"{value * 1e3:.2f} ms"
