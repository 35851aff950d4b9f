"""The gradients of a graph beside the numeric ones, variable by variable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, replace
from numbers import Real
from typing import NamedTuple

import numpy as np

from .numeric import Array, Curve, Derivative, by_differences, complex_step, one_sided, richardson, roughness, six_point
from .reals import as_reals
from .recording import Recording
from .subject import OUTSIDE, Subject, Variable

#: Up to so many results each is looked at by itself; more are seen in so many projections.
_RESULTS = 32
_PROJECTIONS = 3

#: Of a variable that is seen in projections, so many single numbers are looked at, too; and so many more when something
#: is wrong.
_SINGLES = 5
_SAMPLE = 12

#: What cancels inside a function leaves so much of the size of its values and its other derivatives, by rounding.
CANCELLED = 8192 * float(np.finfo(np.float64).eps)

#: Numbers that are no further off than this share have digits that can be compared.
_DIGITS = 1e-3

#: Numbers that differ from the graph by more than they should are measured once more, by these shares of the step.
_OTHER_STEPS = (0.7, 0.45, 0.3)

#: What rounding itself leaves of a large result in a small one has digits, too; it is up to so large beside that.
_RESIDUE = 1024 * float(np.finfo(np.float64).eps)

#: A slope that seems to jump by this share of the largest derivative is looked at more closely; so many of them are.
_JUMP = 1e-3
_KINKS = 4

#: How far a point is at which a mistake is looked at once more, relative to numbers above 1.
_FURTHER = 0.1

#: The rounding of a place, relative to it, of some units in the last place.
_MISPLACED = 16 * float(np.finfo(np.float64).eps)

#: Values that jump by less than this share of the largest are rounded in between, rather than broken.
_GAP = 1e-5

#: The methods that may be asked for, and what a report calls them.
METHODS = {
    "complex": "complex steps",
    "central": "six-point differences",
    "richardson": "Richardson's extrapolation",
}


@dataclass(frozen=True)
class How:
    """How derivatives are made by numbers; what is ``None`` is chosen by the function and its inputs.

    ``method`` is one of ``METHODS``, ``step`` the step for numbers up to 1 (it grows with larger ones), and ``fast``
    says whether random projections are compared, rather than every single derivative.

    >>> How("forward")
    Traceback (most recent call last):
        ...
    ValueError: gradcheck: method='forward' is not one of 'complex', 'central', 'richardson'
    """

    method: str | None = None
    step: float | None = None
    fast: bool | None = None
    check: InitVar[str] = "gradcheck"

    def __post_init__(self, check: str) -> None:
        if self.method is not None and self.method not in METHODS:
            raise ValueError(f"{check}: method={self.method!r} is not one of {', '.join(map(repr, METHODS))}")
        check_choice(check, "fast", self.fast)
        if self.step is not None and not is_positive(self.step):
            raise ValueError(f"{check}: the step must be a positive number, got {self.step!r}")

    @property
    def asked(self) -> dict[str, object]:
        """What was asked for, by name."""
        options = {"method": self.method, "step": self.step, "fast": self.fast}
        return {name: value for name, value in options.items() if value is not None}


def is_positive(value: object) -> bool:
    """Tell whether an option is a positive number."""
    return isinstance(value, Real) and bool(0 < float(value) < np.inf)


def check_choice(check: str, name: str, choice: object) -> None:
    """Raise if an option is neither yes, no, nor left to the check."""
    if choice not in (None, True, False):
        raise ValueError(f"{check}: {name} must be True, False, or None for what suits, got {choice!r}")


@dataclass(frozen=True)
class Probe:
    """Directions in a space of reals, a row each: the axes numbered in ``axes``, or if that is ``None`` random ones."""

    rows: Array
    axes: Array | None

    @classmethod
    def of(cls, size: int, limit: int, random: np.random.Generator, singles: int = 0) -> Probe:
        """Look along every axis of a small space, and along a few random directions, and some axes, of a large one."""
        if size <= limit:
            return cls.along(np.arange(size), size)
        some = random.choice(size, min(size, singles), replace=False, shuffle=False)
        return cls(np.concatenate([random.standard_normal((_PROJECTIONS, size)), cls.along(some, size).rows]), None)

    @classmethod
    def along(cls, axes: Array, size: int) -> Probe:
        """Look along these axes."""
        rows = np.zeros((len(axes), size))
        rows[np.arange(len(axes)), axes] = 1.0
        return cls(rows, axes)

    def project(self, vectors: Array) -> Array:
        """Give the components of vectors (along their first axis)."""
        if self.axes is not None:  # so that a number that is not finite stays the only one
            return vectors[self.axes]
        projected: Array = self.rows @ vectors
        return projected

    def bound(self, vectors: Array) -> Array:
        """Give an upper bound for the components of vectors of these absolute values."""
        return vectors[self.axes] if self.axes is not None else np.abs(self.rows) @ vectors

    def size(self, vectors: Array) -> Array:
        """Give how large components of vectors are, if numbers have random signs: one wrong number still shows."""
        if self.axes is not None:
            return np.abs(vectors[self.axes])
        largest = np.max(np.abs(vectors), axis=0, initial=0.0)
        scale = np.where(largest > 0, largest, 1.0)  # so that no square overflows
        sizes: Array = scale * np.sqrt(self.rows**2 @ (vectors / scale) ** 2)
        return sizes


class Scale(NamedTuple):
    """How large each result looked at is, or its largest derivative; and the largest of those that share an input.

    Both are columns.
    """

    own: Array
    around: Array


@dataclass(frozen=True)
class Comparison:
    """Derivatives of some results (rows) by some numbers of one variable (columns), by its graph and by numbers alone.

    ``noise`` is how far off the numeric ones may be, ``rounding`` its part that nothing can help; ``size`` is what they
    are made of, for a projection the root of the sum of its terms' squares, and ``bend`` by how much they change over a
    length of 1. ``gradients`` has the graph's whole gradient for each row. ``mode`` is how the graph gave the
    derivatives.
    """

    variable: Variable
    results: Probe
    numbers: Probe
    gradients: Array
    analytic: Array
    numeric: Array
    noise: Array
    rounding: Array
    size: Array
    jump: Array
    bend: Array
    has_path: bool
    mode: str = "reverse"

    def relative_errors(self, tolerance: float, scale: Scale) -> Array:
        """The relative error of each derivative; differences within the noise of the numbers count as the tolerance.

        What large results lose may come to small ones, inside of a function; but where numbers have digits, which are
        no rounding of what depends on the same, and the derivative has others, that is no noise.
        """
        has_digits = (self.noise <= _DIGITS * np.abs(self.numeric)) & (np.abs(self.numeric) > _RESIDUE * scale.around)
        is_plain = has_digits & self.is_denied
        alone, together = self._errors(tolerance, scale.own), self._errors(tolerance, np.max(scale.own, initial=0.0))
        return np.where(is_plain, alone, together)

    @property
    def is_denied(self) -> Array:
        """Whether a number says something else than the graph, if it says anything."""
        denied: Array = np.abs(self.analytic - self.numeric) > np.maximum(self.noise, _DIGITS * np.abs(self.numeric))
        return denied

    def _errors(self, tolerance: float, scale: Array) -> Array:
        """The relative errors, if results are so large.

        That bounds the noise beyond rounding that is put up with, and so does what the slopes are nearby: a derivative
        that numbers cannot tell is an error, too.
        """
        difference = np.abs(self.analytic - self.numeric)
        scales = np.maximum(scale, self.bend)
        avoidable = np.minimum(self.noise - self.rounding, tolerance * scales)
        noise = np.maximum(np.nan_to_num(self.rounding + avoidable, nan=0.0), CANCELLED * scales)
        size = np.maximum(self.size, noise / tolerance)
        errors: Array = difference / np.where(size > 0, size, 1.0)
        return np.where(np.isfinite(errors), errors, np.inf)


class Bench:
    """Where a function is measured: one recorded run of it, and numeric derivatives around the same point.

    Variables of up to ``singly`` numbers are differentiated by each of them, larger ones along a few random directions,
    unless it is said ``how``.
    """

    def __init__(self, subject: Subject, *, analytic: bool, seed: int, singly: int, how: How) -> None:
        self.subject = subject
        self.how = how
        self.singly = singly if how.fast is None else 0 if how.fast else sys.maxsize
        self.recording: Recording = subject.record()
        self.chosen = how.method or ("complex" if analytic and self._is_real else "central")
        if self.chosen == "complex" and not self._is_real:
            raise ValueError(
                f"{subject.check}: complex steps are for functions of real numbers with real results, and "
                f"{subject.name} is none; leave the method out, or ask for 'central' or 'richardson'"
            )
        self.seed = seed
        self.random = np.random.default_rng(seed)
        limit = _RESULTS if how.fast is None else self.singly
        self.results = Probe.of(self.recording.values.size, limit, self.random)

    @property
    def _is_real(self) -> bool:
        return self.subject.is_real and self.recording.is_real

    @property
    def method(self) -> str:
        """How the numeric derivatives are made."""
        return METHODS[self.chosen]

    def compare_all(self) -> list[Comparison]:
        """Compare the gradients of all variables."""
        pulled = [self.recording.gradients(row) for row in self.results.rows]
        self.subject.check_unchanged("a rule")
        by_variable = zip(*pulled, strict=True) if pulled else [()] * len(self.subject.variables)
        return [self._compare_one(*each) for each in zip(self.subject.variables, by_variable, strict=True)]

    def _compare_one(self, variable: Variable, gradients: Sequence[Array | None]) -> Comparison:
        size = variable.reals.size
        rows = np.reshape([_as_row(gradient, variable) for gradient in gradients], (len(gradients), size))
        has_path = any(gradient is not None for gradient in gradients)
        return self._compare(variable, rows, Probe.of(size, self.singly, self.random, _SINGLES), has_path)

    def narrow(self, found: Comparison, errors: Array) -> Comparison:
        """After a projection was wrong, compare single numbers of the variable, a wrong one among them."""
        if found.numbers.axes is not None:
            return found
        size = found.variable.reals.size
        row = int(np.argmax(errors.max(axis=1)))
        some = self.random.choice(size, min(size, _SAMPLE), replace=False)
        axes = np.unique(np.append(some, self._wrong_number(found, row)))
        return self.compare_along(found, Probe.along(axes, size))

    def compare_along(self, found: Comparison, numbers: Probe) -> Comparison:
        """Compare the same gradients along other directions."""
        return self._compare(found.variable, found.gradients, numbers, found.has_path)

    def _wrong_number(self, found: Comparison, row: int) -> int:
        """Find one wrong number of a large variable by halving: a random projection of the wrong half differs more."""
        candidates = np.arange(found.variable.reals.size)
        while len(candidates) > 1:
            halves = np.array_split(candidates, 2)
            candidates = max(halves, key=lambda half: self._difference(found, row, half))
        return int(candidates[0])

    def _difference(self, found: Comparison, row: int, axes: Array) -> float:
        direction = np.zeros(found.variable.reals.size)
        direction[axes] = self.random.standard_normal(len(axes))
        numeric = self.results.project(self._measure(found.variable, direction).value)[row]
        difference = float(np.abs(numeric - found.gradients[row] @ direction))
        return difference if np.isfinite(difference) else np.inf

    def slopes(self, found: Comparison, row: int, column: int, step: float = 1e-6) -> tuple[float, float]:
        """Give the slopes before and after the point, of one result along one direction."""
        direction = found.numbers.rows[column]
        scale = _step_scale(found.variable, direction)
        before, after = one_sided(self.subject.curve(found.variable, scale * direction), step)
        return float(self.results.project(before)[row]) / scale, float(self.results.project(after)[row]) / scale

    def gaps(self, found: Comparison, column: int) -> Array:
        """Give by how much each result jumps at the point, along one direction; 0 for what does not."""
        curve = self.subject.curve(found.variable, found.numbers.rows[column])
        wide, narrow = (np.max(np.abs(one_sided(curve, step)), axis=0) * step for step in (1e-5, 1e-8))
        visible = _GAP * np.max(np.abs(self.recording.values), initial=0.0)
        return self.results.bound(np.where(narrow > np.maximum(wide / 2, visible), narrow, 0.0))

    def by_differences(self, found: Comparison, row: int, column: int) -> float:
        """Give one derivative by differences, whatever the others were made by."""
        direction = found.numbers.rows[column]
        scale = _step_scale(found.variable, direction)
        derivative = by_differences(self.subject.curve(found.variable, scale * direction), stretched=scale) / scale
        return float(self.results.project(derivative.value)[row])

    def beside(self, found: Comparison, row: int, column: int) -> tuple[float, float]:
        """Give one derivative at a point further on, by the graph and by differences; NaN outside of the domain."""
        variable, direction = found.variable, found.numbers.rows[column]
        scale = _step_scale(variable, direction)
        shift = _FURTHER * scale
        curve = self.subject.curve(variable, direction)
        try:
            recording = self.subject.record_beside(variable, shift * direction)
        except OUTSIDE:
            return np.nan, np.nan
        gradient = recording.gradients(self.results.rows[row])[self.subject.variables.index(variable)]
        derivative = by_differences(lambda step: curve(shift + scale * step), stretched=scale) / scale
        analytic = float(_as_row(gradient, variable) @ direction)
        return analytic, float(self.results.project(derivative.value)[row])

    def roughness(self, found: Comparison, column: int) -> float:
        """Give how far the results are from a smooth curve very close to the point, relative to all that is known.

        What rounding the place itself does, far from zero, is none of it.
        """
        direction = found.numbers.rows[column]
        moved = np.abs(found.variable.reals[direction != 0])
        scale = _step_scale(found.variable, direction)
        curve = self.subject.curve(found.variable, direction)
        length = min(1.0, float(np.min(moved[moved > 0], initial=1.0)))
        slope = float(np.max(np.abs(found.numeric)))
        with np.errstate(all="ignore"):
            height = float(
                np.nanmax(np.abs([self.recording.values, *(curve(1e-3 * side * length) for side in (1, -1))]))
            )
        if scale > 1.0 and height < length * slope:  # it may wave faster
            length = height / slope
        rough = float(np.max(roughness(lambda step: curve(length * step))))
        if rough <= _MISPLACED * scale * slope:
            return 0.0
        size = max(float(np.max(np.abs(self.recording.values))), length * slope)
        return rough / size if size else 0.0

    def _compare(self, variable: Variable, gradients: Array, numbers: Probe, has_path: bool) -> Comparison:
        measured = [self._measure(variable, direction) for direction in numbers.rows]
        shape = (len(measured), self.recording.values.size)
        values = np.reshape([derivative.value for derivative in measured], shape).T
        errors = np.reshape([derivative.error for derivative in measured], shape).T
        roundings = np.reshape([derivative.rounding for derivative in measured], shape).T
        jumps = np.reshape([derivative.jump for derivative in measured], shape).T
        bends = np.reshape([derivative.bend for derivative in measured], shape).T
        found = Comparison(
            variable=variable,
            results=self.results,
            numbers=numbers,
            gradients=gradients,
            analytic=numbers.project(gradients.T).T,
            numeric=self.results.project(values),
            noise=self.results.bound(errors),
            rounding=self.results.bound(roundings),
            size=np.maximum(numbers.size(gradients.T).T, self.results.size(values)),
            jump=self.results.project(jumps),
            bend=self.results.bound(bends),
            has_path=has_path,
        )
        return replace(found, noise=np.maximum(found.noise, self._changes(found)))

    def _changes(self, found: Comparison) -> Array:
        """Give by how much numbers change with the step that are further off than they should be.

        They change by much where they are rounding, whose estimate may be too small by chance.
        """
        largest = max(np.max(np.abs(part), initial=0.0) for part in (self.recording.values, found.numeric))
        difference = np.abs(found.analytic - found.numeric)
        is_doubtful = found.is_denied | (difference > np.maximum(found.noise, CANCELLED * largest))
        changes = np.zeros_like(found.noise)
        for column in np.flatnonzero(is_doubtful.any(axis=0)):
            for share in _OTHER_STEPS:
                again = self._measure(found.variable, share * found.numbers.rows[column]) / share
                change = np.abs(self.results.project(again.value) - found.numeric[:, column])
                change *= 2 / (1 - share)  # twice as far off as numbers whose error is in proportion to the step
                changes[:, column] = np.maximum(changes[:, column], change)
        return np.where(is_doubtful, changes, 0.0)

    def scale(self, compared: Sequence[Comparison]) -> Scale:
        """Give how large the results looked at are; a projection is as large as them all."""
        known = [self.recording.values[:, None], *(each.numeric for each in compared)]
        sizes = [np.abs(np.where(np.isfinite(part), part, 0.0)) for part in known]
        if self.results.axes is None:
            all_alike = np.full((len(self.results.rows), 1), max(np.max(size, initial=0.0) for size in sizes))
            return Scale(all_alike, all_alike)
        sizes[0] = sizes[0][self.results.axes]
        own = np.max(np.concatenate(sizes, axis=1), axis=1, keepdims=True)
        depends = np.concatenate(
            [np.zeros_like(own), *((each.numeric != 0) | (each.analytic != 0) for each in compared)], axis=1
        )
        is_around = np.eye(len(own), dtype=bool) | (depends @ depends.T > 0)
        return Scale(own, np.max(np.where(is_around, own.T, 0.0), axis=1, initial=0.0, keepdims=True))

    def kinks(self, found: Comparison) -> list[tuple[int, int]]:
        """Find where the slope changes at the point itself, as row and column; the clearest ones, where many are."""
        jumps = np.nan_to_num(np.abs(found.jump))
        most = np.max(np.abs(found.numeric[np.isfinite(found.numeric)]), initial=0.0)
        suspicious = np.argwhere(jumps > np.maximum(_JUMP * most, 1e2 * found.rounding))
        clearest = sorted(suspicious.tolist(), key=lambda place: -jumps[tuple(place)])[:_KINKS]
        return sorted((row, column) for row, column in clearest if self.is_broken(found, row, column))

    def is_broken(self, found: Comparison, row: int, column: int) -> bool:
        """Tell a kink from what curves, and from noise: the slopes before and after differ as much for a smaller step.

        At a jump they differ by more, the smaller the step is.
        """
        wide, narrow = (np.subtract(*self.slopes(found, row, column, step)) for step in (1e-4, 1e-6))
        return bool(abs(wide - narrow) < 0.1 * abs(wide))

    def _measure(self, variable: Variable, direction: Array) -> Derivative:
        """Differentiate all results along a direction, by numbers alone."""
        step = {} if self.how.step is None else {"step": self.how.step}
        if self.chosen == "complex":
            return complex_step(self.subject.complex_curve(variable, direction), **step)
        scale = _step_scale(variable, direction)
        curve = self.subject.curve(variable, scale * direction)
        if self.how.method is not None:
            return _just(six_point if self.how.method == "central" else richardson, curve, step) / scale
        sizes = np.abs(variable.reals[(direction != 0) & (variable.reals != 0)])
        shorter = float(np.min(sizes, initial=scale)) / scale
        return by_differences(curve, shorter, stretched=scale, **step) / scale


def _just(method: Callable[..., Derivative], curve: Curve, step: dict[str, float]) -> Derivative:
    """Differentiate by the method that was asked for, and by no other."""
    with np.errstate(all="ignore"):
        return method(curve, **step)


def _step_scale(variable: Variable, direction: Array) -> float:
    """How much longer than by default a step may be: large numbers stand far apart."""
    return float(np.max(np.abs(variable.reals[direction != 0]), initial=1.0))


def _as_row(gradient: Array | None, variable: Variable) -> Array:
    """Give a gradient as reals, zeros where there is none."""
    return np.zeros(variable.reals.size) if gradient is None else as_reals(gradient)
