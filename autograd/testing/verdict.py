"""The verdict on comparisons: a report, or an error that explains the worst of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, fields

import numpy as np

from .comparison import Bench, Comparison, Scale, is_positive
from .diagnosis import Evidence, diagnose, in_single_precision, place
from .numeric import Array
from .report import Checked, GradientMismatch, Report

#: A gradient with the digits of float32 is wrong by at least so much.
_SINGLE = 2e-9


@dataclass(frozen=True)
class Limits:
    """What errors are put up with, and the seed of the random projections.

    >>> Limits(tolerance=0)
    Traceback (most recent call last):
        ...
    ValueError: gradcheck: the tolerance must be a positive number, got 0
    """

    tolerance: float = 1e-6
    single: float = 1e-3
    seed: int = 0
    check: InitVar[str] = "gradcheck"

    def __post_init__(self, check: str) -> None:
        for tolerance in (self.tolerance, self.single):
            if not is_positive(tolerance):
                raise ValueError(f"{check}: the tolerance must be a positive number, got {tolerance!r}")
        seed: object = self.seed
        if not isinstance(seed, (int, np.integer)) or seed < 0:
            raise ValueError(f"{check}: the seed must be a whole number of at least 0, got {seed!r}")

    @property
    def asked(self) -> dict[str, object]:
        """What is not as it is by default, by name."""
        return {
            each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name) != each.default
        }


def judge(compared: Sequence[Comparison], bench: Bench, limits: Limits, options: Mapping[str, object]) -> Report:
    """Give a report on comparisons of all variables; raises ``GradientMismatch`` if one of them is wrong."""
    __tracebackhide__ = True
    summaries = find_wrong(compared, bench.narrow, bench, limits, options)
    kinks = [place(each, bench, *spot) for each in compared for spot in bench.kinks(each)]
    each_once = tuple(dict.fromkeys(kinks))  # all projections are called alike
    name, compared_what = bench.subject.name, bench.subject.compared
    return Report(name, tuple(summaries), bench.method, limits.tolerance, each_once, compared_what)


def find_wrong(
    compared: Sequence[Comparison],
    narrow: Callable[[Comparison, Array], Comparison],
    bench: Bench,
    limits: Limits,
    options: Mapping[str, object],
) -> list[Checked]:
    """Raise for the worst of some comparisons, if it is wrong, once ``narrow`` has found its worst number.

    ``options`` are those that repeat the check.
    """
    __tracebackhide__ = True
    tolerance, subject = limits.tolerance, bench.subject
    scale = bench.scale(compared)
    summaries = [_summary(each, each.relative_errors(tolerance, scale)) for each in compared]
    worst, error = max(zip(compared, summaries, strict=True), key=lambda pair: pair[1].error)
    wrong = worst if error.error > tolerance else next((each for each in compared if _is_single(each, scale)), None)
    if wrong is None:
        return summaries
    errors = wrong.relative_errors(tolerance, scale)
    narrowed = narrow(wrong, errors)
    single = narrowed.relative_errors(tolerance, scale)
    is_only_seen_whole = single.max() <= tolerance < errors.max()  # a rounding that is exact for round numbers
    seen = (wrong, errors) if is_only_seen_whole else (narrowed, single)
    evidence = Evidence(*seen, bench, tolerance)
    lines = [diagnose(evidence, options), "  by variable", *(f"    {summary}" for summary in summaries)]
    raise GradientMismatch("\n".join(lines), subject.record_for_drawing())


def _is_single(comparison: Comparison, scale: Scale) -> bool:
    """Tell whether a gradient was rounded to single precision on its way."""
    errors = comparison.relative_errors(_SINGLE, scale)
    return bool(np.max(errors, initial=0.0) > _SINGLE) and in_single_precision(comparison.gradients)


def _summary(comparison: Comparison, errors: Array) -> Checked:
    variable = comparison.variable
    return Checked(variable.name, variable.given, errors.size, float(np.max(errors, initial=0.0)))
