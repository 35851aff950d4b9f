"""What is probably wrong with a gradient: the usual mistakes, each recognised by its mark."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

import numpy as np

from .comparison import Bench, Comparison
from .numeric import Array
from .reals import place_of, stretches
from .repeating import reproduction
from .subject import Variable

#: How closely a mistake must explain a wrong gradient to be suspected.
_ALIKE = 1e-4

#: One number agrees with another, and a third does not, if this is the ratio of the differences.
_CLOSER = 1e-2

#: The values of a function of size 1 that is smooth lie closer than this to a smooth curve, very close to a point.
_ROUGH = 1e-9


@dataclass(frozen=True)
class Evidence:
    """A comparison that went wrong, and where it is worst."""

    found: Comparison
    errors: Array
    bench: Bench
    tolerance: float

    @property
    def worst(self) -> tuple[int, int]:
        """The row and the column of the worst error, if there are any among those that numbers can tell."""
        told = ~self.is_untold & (self.errors > self.tolerance)
        errors = np.where(told, self.errors, 0.0) if told.any() else self.errors
        row, column = np.unravel_index(int(np.argmax(errors)), errors.shape)
        return int(row), int(column)

    @property
    def is_untold(self) -> Array:
        """Where the numbers may be as far off as they differ from the gradient."""
        untold: Array = np.abs(self.found.analytic - self.found.numeric) <= self.found.noise
        return untold

    @property
    def is_wrong(self) -> Array:
        """Which derivatives are about as wrong as the worst."""
        return self.errors >= 1e-3 * min(float(self.errors.max()), 1.0)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the variable."""
        return self.found.variable.array.shape


def diagnose(evidence: Evidence, options: Mapping[str, object]) -> str:
    """Say which derivative is wrong, by how much, why, and how to see it again."""
    found, bench = evidence.found, evidence.bench
    worst, alike, is_forward = evidence.worst, evidence.is_wrong.sum(), found.mode == "forward"
    suspected = suspect(evidence)
    is_untold = suspected == _is_untold(evidence)
    wrong = "is wrong in forward mode, and right in reverse" if is_forward else "is wrong"
    what = f"{bench.subject.compared} of {bench.subject.name} by {found.variable.name} ({found.variable.given})"
    off = "far off" if is_untold else "wrong"
    lines = [
        f"{what} {'cannot be judged by these numbers' if is_untold else wrong}",
        f"  worst at     {place(found, bench, *worst)}",
        f"  {'forward     ' if is_forward else 'analytic    '} {found.analytic[worst] + 0.0:.12g}",
        f"  numeric      {found.numeric[worst] + 0.0:.12g} (by {bench.method}, error at most {found.noise[worst]:.0e})",
        f"  relative     {evidence.errors[worst]:.2g}, and {alike} of {evidence.errors.size} are about that {off}",
        f"  suspected    {suspected}",
        "  to repeat",
        *(f"    {line}" for line in reproduction(bench.subject, options)),
    ]
    return "\n".join(lines)


def suspect(evidence: Evidence) -> str:
    """Name the likeliest mistake."""
    reasons = (reason for mark in _MARKS if (reason := mark(evidence)))
    return next(reasons, "none of the common mistakes: it is not sign, factor, order, conjugate or precision")


# The marks, the most telling first


def _is_not_finite(evidence: Evidence) -> str | None:
    found, worst = evidence.found, evidence.worst
    if not np.isfinite(found.numeric[worst]):
        return "the function itself is not finite at, or right beside, this point"
    if not np.isfinite(found.analytic[worst]):
        return (
            f"{evidence.bench.subject.culprit} divides by zero, or multiplies infinity with zero, where the function "
            "itself is harmless"
        )
    return None


def _has_no_path(evidence: Evidence) -> str | None:
    if evidence.found.has_path:
        return None
    return (
        "detached: no path leads back from the result to this variable. Something took it out of the graph: "
        "np.asarray, .data, .detach(), no_grad, or a new Tensor made of its values"
    )


def _is_not_analytic(evidence: Evidence) -> str | None:
    row, column = evidence.worst
    if evidence.bench.how.method != "complex" or evidence.errors.max() < 1e-5:
        return None
    by_differences = evidence.bench.by_differences(evidence.found, row, column)
    analytic, numeric = (float(part[row, column]) for part in (evidence.found.analytic, evidence.found.numeric))
    if not abs(by_differences - analytic) <= _CLOSER * abs(numeric - analytic):
        return None
    return (
        "the method: differences agree with the gradient, and complex steps do not. They hold for analytic functions "
        "alone, whose operations take complex numbers and none of which is abs, max, conj, real or the like"
    )


def _is_not_linear(evidence: Evidence) -> str | None:
    recording, random = evidence.bench.recording, np.random.default_rng(0)
    one, other = random.standard_normal((2, recording.values.size))
    pulled = [recording.gradients(cotangent) for cotangent in (one, other, one + other)]
    for first, second, both in zip(*pulled, strict=True):
        if first is not None and second is not None and both is not None and not _alike(first + second, both):
            return (
                "a backward that is not linear in its cotangent: the gradients for two cotangents do not add up to "
                "that for their sum. A rule multiplies g with something, and does not clip, square or normalise it"
            )
    return None


def _is_not_recorded(evidence: Evidence) -> str | None:
    if evidence.found.mode != "forward" or evidence.found.analytic.any():
        return None
    return (
        "zero everywhere: a backward leaves the graph when it is recorded (.detach(), .data, no_grad), or takes what "
        "has no slope at g = 0 (sign, abs, a comparison). Forward mode is its derivative by g; forward=False leaves it "
        "out"
    )


def _is_at_a_jump(evidence: Evidence) -> str | None:
    row, column = evidence.worst
    gap = evidence.bench.gaps(evidence.found, column)[row]
    return _about_jump(gap) if gap else None


def _about_jump(gap: float) -> str:
    return (
        f"a jump at this point: however close to it, results differ by {gap:.3g} from those at it, and there is no "
        "derivative. Check at a point away from it"
    )


def _is_at_a_kink(evidence: Evidence) -> str | None:
    if not evidence.bench.is_broken(evidence.found, *evidence.worst):
        return None
    before, after = evidence.bench.slopes(evidence.found, *evidence.worst)
    analytic = evidence.found.analytic[evidence.worst]
    size = max(abs(before), abs(after))
    margin = _ALIKE * size
    differ = abs(after - before) > 1e-2 * size
    if not differ or not min(before, after) - margin <= analytic <= max(before, after) + margin:
        return None
    return (
        f"a kink, or a tie, at this point: the slope is {before:.6g} before it and {after:.6g} after it, and there is "
        "no derivative. Check at a point away from it"
    )


def _is_not_zero(evidence: Evidence) -> str | None:
    if evidence.found.numeric.any():
        return None
    return "a gradient out of nothing: the results do not change with this variable at all"


def _is_zero(evidence: Evidence) -> str | None:
    if evidence.found.analytic.any():
        return None
    return f"zero everywhere: {evidence.bench.subject.culprit} gives zeros, or what it multiplies with was detached"


def _is_a_multiple(evidence: Evidence) -> str | None:
    analytic, numeric = evidence.found.analytic, evidence.found.numeric
    largest = np.max(np.abs(numeric))  # so that no square overflows or vanishes
    ratio = float(np.vdot(numeric / largest, analytic / largest) / np.vdot(numeric / largest, numeric / largest))
    if not _alike(analytic, ratio * numeric) or abs(ratio - 1) < _ALIKE:
        return None
    if abs(ratio + 1) < _ALIKE:
        return "the sign: the analytic gradient is -1 times the numeric one"
    if np.count_nonzero(numeric) == 1 and evidence.found.mode == "reverse":
        return _of_one_number(evidence, ratio)
    return f"a factor: the analytic gradient is {_readable(ratio)} times the numeric one{_meaning(ratio, evidence)}"


def _of_one_number(evidence: Evidence, ratio: float) -> str:
    """What else is the same at another point: of one number alone, each mistake is a factor."""
    here = float(evidence.found.analytic[evidence.worst]), float(evidence.found.numeric[evidence.worst])
    there = evidence.bench.beside(evidence.found, *evidence.worst)
    more = here[0] - here[1]
    times = f"{_readable(ratio)} times the numeric one"
    if not np.isfinite(there).all() or not there[1] or _near(here[1], there[1]):
        meaning = _meaning(ratio, evidence)
        says = f"a factor, or a term: the analytic gradient is {times}{meaning}"
        return f"{says}; or {more:.6g} more, one number cannot tell"
    if _near(there[0], ratio * there[1]):
        return f"a factor: the analytic gradient is {times}, here and further on{_meaning(ratio, evidence)}"
    if _near(there[0] - there[1], more):
        return f"a term: the analytic gradient is {more:.6g} more than the numeric one, here and further on"
    return (
        f"another formula: the analytic gradient is {times} here and {_readable(there[0] / there[1])} times further "
        "on, so that neither a factor nor a term is all that is wrong"
    )


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _ALIKE * max(abs(one), abs(other))


def _is_conjugated(evidence: Evidence) -> str | None:
    found = evidence.found
    if found.variable.array.dtype.kind != "c" or found.numbers.axes is None:
        return None
    if _alike(found.analytic, found.numeric):
        return None  # what is wrong is smaller by far
    conjugated = found.numeric * np.where(found.numbers.axes % 2, -1.0, 1.0)
    by_results = conjugated * evidence.bench.recording.conjugation[found.results.axes, None]
    if not _alike(found.analytic, conjugated) and not _alike(found.analytic, by_results):
        return None
    return (
        "a conjugate: the analytic gradient is the complex conjugate of the right one. A rule is plain calculus, "
        "d result = Re(sum(g * dz)), and takes no conj() where the derivative has none"
    )


def _is_transposed(evidence: Evidence) -> str | None:
    numeric, analytic, shape = evidence.found.numeric, evidence.found.analytic, evidence.shape
    if _alike(analytic, numeric):
        return None  # each number nearly stands where it belongs
    if evidence.found.results.axes is not None and numeric.shape == numeric.T.shape and _alike(analytic, numeric.T):
        return "a transpose: the Jacobian has the results along its columns, where they belong along its rows"
    if numeric.shape[1] != math.prod(shape) or len(shape) > 4:
        return None
    for axes in permutations(range(len(shape))):
        moved = numeric.reshape(-1, *shape).transpose(0, *(axis + 1 for axis in axes)).reshape(numeric.shape)
        if _alike(analytic, moved):
            return f"a transpose: the numbers are right, with the axes in the order {axes}"
    ordered = _alike(np.sort(analytic, axis=1), np.sort(numeric, axis=1))
    return "the order: the right numbers stand in the wrong places" if ordered else None


def _is_imprecise(evidence: Evidence) -> str | None:
    found = evidence.found
    given = found.analytic if found.mode == "forward" else found.gradients
    if evidence.errors.max() > 1e-5 or not in_single_precision(given):
        return None
    culprit = evidence.bench.subject.culprit
    return f"precision: the gradient has the digits of float32 only, so something in {culprit} computes in float32"


def _is_noisy(evidence: Evidence) -> str | None:
    column = evidence.worst[1]
    if evidence.bench.roughness(evidence.found, column) < _ROUGH:
        return None
    gap = evidence.bench.gaps(evidence.found, column).max()
    if gap:
        return _about_jump(gap)
    return (
        "the function is rough, as if it computed in float32 inside, so that differences of its values say little. "
        "Check it in double precision throughout"
    )


def _is_untold(evidence: Evidence) -> str | None:
    if not evidence.is_untold[evidence.worst]:
        return None
    how = evidence.bench.how
    better = "Check at smaller numbers, or where the function is less steep: differences say more there"
    if how.asked.keys() & {"method", "step"}:
        better = "Leave the method and the step out, or ask for a smaller step"
    return f"the numbers: they may be as far off as they differ from the gradient, and say nothing about it. {better}"


def _is_not_summed(evidence: Evidence) -> str | None:
    found, (output, *_) = evidence.found, evidence.bench.recording.outputs
    if found.results.axes is None or not found.gradients.any() or len(found.analytic) != output.size:
        return None
    analytic, numeric = (each.reshape(*output.shape, -1) for each in (found.analytic, found.numeric))
    arrived = {}
    for axis, length in _stretched(evidence):
        (indices,) = np.nonzero(np.moveaxis(analytic, axis, 0).reshape(length, -1).any(axis=1))
        if len(indices) == 1:
            arrived[axis] = int(indices[0])
    there = tuple(arrived.get(axis, slice(None)) for axis in range(output.ndim))
    if not arrived or not _alike(analytic[there], numeric[there]):
        return None
    several, them = ("axes", "them") if len(arrived) > 1 else ("axis", "it")
    return (
        f"a missing un-broadcast: summing over {several} {_listed(arrived)} of the results is missing, along which "
        f"{found.variable.name} is broadcast; only what index {_listed(arrived.values())} of {them} gives has arrived"
    )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _is_wrong_in_places(evidence: Evidence) -> str | None:
    wrong = evidence.is_wrong.any(axis=0)
    axes = evidence.found.numbers.axes
    if axes is None or wrong.all():
        return None
    places = ", ".join(_index(int(axis), evidence.found.variable) for axis in axes[wrong][:6])
    more = ", ..." if wrong.sum() > 6 else ""
    return (
        f"something special about {places}{more}: all other numbers of {evidence.found.variable.name} are right. "
        "A repeated index whose shares do not add up? A border, a branch, a tie?"
    )


_MARKS: tuple[Callable[[Evidence], str | None], ...] = (
    _is_not_finite,
    _has_no_path,
    _is_not_analytic,
    _is_not_linear,
    _is_not_recorded,
    _is_at_a_jump,
    _is_at_a_kink,
    _is_not_zero,
    _is_noisy,
    _is_untold,
    _is_zero,
    _is_imprecise,
    _is_conjugated,
    _is_a_multiple,
    _is_transposed,
    _is_not_summed,
    _is_wrong_in_places,
)


def _alike(one: Array, other: Array) -> bool:
    return bool(np.abs(one - other).max() <= _ALIKE * np.abs(other).max())


def in_single_precision(gradients: Array) -> bool:
    """Tell whether float32 could hold all these numbers exactly, and they are not just round ones.

    >>> in_single_precision(np.array([0.1])), in_single_precision(np.array([np.float32(0.1)], dtype=float))
    (False, True)
    """
    with np.errstate(all="ignore"):
        single = gradients.astype(np.float32)
        return bool((single == gradients).all() and (gradients.astype(np.float16) != gradients).any())


def _readable(ratio: float) -> str:
    """Write a factor as a fraction, or one of pi, if it is a simple one.

    >>> [_readable(ratio) for ratio in (0.5, -3, 1e-3, math.pi, 1.5 * math.pi, 1 / math.pi, math.e)]
    ['1/2', '-3', '1/1000', 'pi', '3/2 pi', '1/pi', '2.71828']
    """
    for unit, name in ((1.0, ""), (math.pi, "pi"), (1 / math.pi, "1/pi")):
        multiple = Fraction(ratio / unit).limit_denominator(1000)
        is_simple = multiple.denominator <= 16 or multiple.numerator in (1, -1)
        if is_simple and abs(float(multiple) * unit - ratio) <= 1e-6 * abs(ratio):
            return name if name and multiple == 1 else f"{multiple} {name}".strip()
    return f"{ratio:.6g}"


def _meaning(ratio: float, evidence: Evidence) -> str:
    """Name what has as many elements as the factor, or one over it, says."""
    counts = {size: f"the size of axis {axis}" for axis, size in enumerate(evidence.shape)}
    for axis, size in _stretched(evidence):
        if abs(ratio * size - 1) < _ALIKE:
            return f", as if summing over axis {axis} of the results, along which it is broadcast, were a mean"
    counts[evidence.bench.recording.values.size] = "the number of results"
    counts[math.prod(evidence.shape)] = "the number of elements"
    for count, name in counts.items():
        if count > 2 and min(abs(ratio - count), abs(1 / ratio - count)) < _ALIKE * count:
            return f", and {count} is {name}: a sum where a mean belongs, or the other way round"
    if not 0 < ratio < 1:
        return ""
    whole = round(1 / ratio)
    missing = f", or summing over a broadcast axis of length {whole} were missing" if _is_inverse(ratio, whole) else ""
    return f", as if some of the paths to it were cut (detached){missing}"


def _is_inverse(ratio: float, whole: int) -> bool:
    return abs(ratio * whole - 1) < _ALIKE


def _stretched(evidence: Evidence) -> list[tuple[int, int]]:
    """Give the axes of the result along which the variable is broadcast, if it is, with their lengths."""
    outputs = evidence.bench.recording.outputs
    if len(outputs) != 1 or not stretches(evidence.shape, outputs[0].shape):
        return []
    shape = outputs[0].shape
    sizes = (1,) * (len(shape) - len(evidence.shape)) + evidence.shape
    return [(axis, length) for axis, (size, length) in enumerate(zip(sizes, shape, strict=True)) if size != length]


# What is shown


def _index(axis: int, variable: Variable) -> str:
    index, part = place_of(axis, variable.array)
    return f"{variable.name}{list(index) if index else ''}{part}"


def place(found: Comparison, bench: Bench, row: int, column: int) -> str:
    """Say of which result and by which number a derivative is."""
    numbers, results = found.numbers.axes, found.results.axes
    number = "a random direction" if numbers is None else _index(int(numbers[column]), found.variable)
    if results is None:
        return f"{number}, for a random sum of the results"
    return f"{number}, for {bench.recording.name_of(int(results[row]))}"
