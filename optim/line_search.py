"""How far to go along a direction: where the strong Wolfe conditions hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

#: How much of the first slope the loss must fall by, and to what share of it the slope must have come down.
FALL, FLATTER = 1e-4, 0.9


class Trial(NamedTuple):
    """A point along a direction: its distance, the loss and gradient there, and the slope along the direction."""

    distance: float
    loss: float
    gradient: Any
    slope: float


def strong_wolfe(
    evaluate: Callable[[float], Trial],
    start: Trial,
    distance: float,
    direction: Any,
    tolerance_change: float,
    evaluations: int,
) -> Trial:
    """Look for a point where the loss has fallen enough and is flat enough; give the best one met.

    Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5 and 3.6, with the cubic of its equation 3.59.
    """
    before, now = start, evaluate(distance)
    for number in range(evaluations):
        if _is_too_high(now, start) or (number > 1 and now.loss >= before.loss):
            return _zoomed(evaluate, start, [before, now], direction, tolerance_change, evaluations - number)
        if _is_flat(now, start):
            return now
        if now.slope >= 0:
            return _zoomed(evaluate, start, [before, now], direction, tolerance_change, evaluations - number)
        bounds = now.distance + 0.01 * (now.distance - before.distance), now.distance * 10
        before, now = now, evaluate(lowest_of_cubic(before, now, bounds))
    return start if start.loss <= now.loss else now


def _zoomed(
    evaluate: Callable[[float], Trial],
    start: Trial,
    ends: list[Trial],
    direction: Any,
    tolerance_change: float,
    evaluations: int,
) -> Trial:
    """Narrow an interval that has such a point; give it, or the best one met."""
    low, was_near = int(ends[0].loss > ends[1].loss), False
    largest = largest_of(direction)
    for _ in range(evaluations):
        left, right = sorted(end.distance for end in ends)
        if (right - left) * largest < tolerance_change:
            break
        distance = lowest_of_cubic(ends[0], ends[1], (left, right))
        distance, was_near = _away_from_ends(distance, left, right, was_near)
        now = evaluate(distance)
        if _is_too_high(now, start) or now.loss >= ends[low].loss:
            ends[1 - low] = now
            low = int(ends[0].loss > ends[1].loss)
        elif _is_flat(now, start):
            return now
        else:
            if now.slope * (ends[1 - low].distance - ends[low].distance) >= 0:
                ends[1 - low] = ends[low]
            ends[low] = now
    return ends[low]


def largest_of(row: Any) -> Any:
    """Give the largest absolute value in a row; no memory is needed for the others."""
    return max(row.max(initial=0), -row.min(initial=0))


def _is_too_high(now: Trial, start: Trial) -> bool:
    return now.loss > start.loss + FALL * now.distance * start.slope


def _is_flat(now: Trial, start: Trial) -> bool:
    return abs(now.slope) <= -FLATTER * start.slope


def _away_from_ends(distance: float, left: float, right: float, was_near: bool) -> tuple[float, bool]:
    """Move a trial away from the nearer end, if it is near for the second time or beyond; say if it was left near."""
    margin = 0.1 * (right - left)
    if min(right - distance, distance - left) >= margin:
        return distance, False
    if not (was_near or distance >= right or distance <= left):
        return distance, True
    return (right - margin if abs(distance - right) < abs(distance - left) else left + margin), False


def lowest_of_cubic(one: Trial, two: Trial, bounds: tuple[float, float]) -> float:
    """Give where the cubic of two values and slopes is lowest, within bounds; their middle, if it is so nowhere."""
    left, right = (one, two) if one.distance <= two.distance else (two, one)
    mean = left.slope + right.slope - 3 * (left.loss - right.loss) / (left.distance - right.distance)
    square = mean**2 - left.slope * right.slope
    root = math.sqrt(square) if square >= 0 else math.nan
    divisor = right.slope - left.slope + 2 * root
    if not divisor:
        return sum(bounds) / 2
    place = right.distance - (right.distance - left.distance) * (right.slope + root - mean) / divisor
    return sum(bounds) / 2 if math.isnan(place) else min(max(place, bounds[0]), bounds[1])
