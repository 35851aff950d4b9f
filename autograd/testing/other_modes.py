"""Forward mode and batched walks, beside the reverse walks whose gradients have been compared with numbers.

Forward mode is the transpose of pulling back (see ``autograd.linearize``). So it is right wherever the gradients are,
unless a backward is not linear in its cotangent, is not recorded as a function of it, or is made of operations whose
own rules are wrong. A batched walk, as in ``autograd.jacobian``, applies batching rules to many cotangents at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, replace

import numpy as np

from ..graph import Node
from ..tensor import Tensor, gradients_of
from ..transforms.batching import CannotBatchError, pulled_together
from ..transforms.products import linearize
from .comparison import Bench, Comparison, Probe, check_choice
from .numeric import Array
from .reals import as_reals, from_reals, joined
from .repeating import reproduction
from .report import GradientMismatch, Report
from .subject import Variable
from .verdict import Limits, find_wrong

#: How many cotangents are walked with together.
_TOGETHER = 3

#: When a random direction is wrong, up to so many single numbers of a variable are looked at.
_SAMPLE = 32

#: What somebody's backward may raise that was not made to be recorded, or for many cotangents at once.
_UNABLE = (TypeError, ValueError, RuntimeError)


@dataclass(frozen=True)
class Modes:
    """Which modes are checked besides reverse: True for must, False for must not, ``None`` for where it is possible."""

    forward: bool | None = None
    batched: bool | None = None
    check: InitVar[str] = "gradcheck"

    def __post_init__(self, check: str) -> None:
        check_choice(check, "forward", self.forward)
        check_choice(check, "batched", self.batched)

    @property
    def asked(self) -> dict[str, object]:
        """What was asked for, by name."""
        options = {"forward": self.forward, "batched": self.batched}
        return {name: value for name, value in options.items() if value is not None}


def check_others(
    report: Report,
    compared: Sequence[Comparison],
    bench: Bench,
    limits: Limits,
    options: Mapping[str, object],
    modes: Modes,
) -> Report:
    """Check the modes that are wanted, after reverse; give the report with what was checked, and what could not be."""
    __tracebackhide__ = True

    def forward() -> None:
        __tracebackhide__ = True
        _check_forward(compared, bench, limits, options)

    def batched() -> None:
        __tracebackhide__ = True
        _check_batched(bench, limits.tolerance, options)

    for name, check, wanted in (("forward", forward, modes.forward), ("batched", batched, modes.batched)):
        if wanted is not False:
            why_not = _why_not(check, wanted)
            if why_not:
                report = replace(report, unchecked=(*report.unchecked, f"{name} mode: {why_not}"))
            else:
                report = replace(report, modes=(*report.modes, name))
    return report


def _why_not(check: Callable[[], None], wanted: bool | None) -> str:
    """Do a check; give why it could not be done, if it is not asked for."""
    __tracebackhide__ = True
    try:
        check()
    except _UNABLE as error:
        if wanted:
            raise
        return str(error).partition("\n")[0]
    return ""


def _check_forward(compared: Sequence[Comparison], bench: Bench, limits: Limits, options: Mapping[str, object]) -> None:
    """Compare forward mode with numbers, along one direction of each variable."""
    __tracebackhide__ = True
    there = [found for found in compared if found.numeric.size]
    if there:
        forward = Forward(bench)
        pushed = [forward.compare(found) for found in there]
        bench.subject.check_unchanged("a rule")
        find_wrong(pushed, forward.narrow, bench, limits, options)


class Forward:
    """Forward mode of a function at the point where its gradients were compared."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._random = np.random.default_rng(bench.seed)
        self._push = linearize(bench.subject.on, *(variable.array for variable in bench.subject.variables))[1]

    def compare(self, found: Comparison) -> Comparison:
        """Compare what is pushed along one random direction of a variable with the numbers that are known of it."""
        shares = self._random.standard_normal((1, len(found.numbers.rows)))
        most = np.abs(shares).T
        return replace(
            found,
            mode="forward",
            numbers=Probe(shares @ found.numbers.rows, None),
            analytic=self._pushed(found.variable, shares @ found.numbers.rows),
            numeric=found.numeric @ shares.T,
            noise=found.noise @ most,
            rounding=found.rounding @ most,
            size=np.sqrt(found.size**2 @ shares.T**2),
            jump=found.jump @ shares.T,
            bend=found.bend @ most,
        )

    def narrow(self, found: Comparison, errors: Array) -> Comparison:
        """After a random direction was wrong, compare single numbers of the variable, a wrong one among them."""
        row, size = int(np.argmax(errors.max(axis=1))), found.variable.reals.size
        some = self._random.choice(size, min(size, _SAMPLE), replace=False)
        axes = np.unique(np.append(some, self._wrong_number(found, row)))
        singly = self._bench.compare_along(found, Probe.along(axes, size))
        return replace(singly, mode="forward", analytic=self._pushed(found.variable, singly.numbers.rows))

    def _pushed(self, moved: Variable, directions: Array) -> Array:
        """Push directions of one variable, a row each, forward; give them as columns, by the results looked at."""
        columns = []
        for direction in directions:
            tangents = [
                from_reals(direction if each is moved else np.zeros(each.reals.size), like=each.array)
                for each in self._bench.subject.variables
            ]
            columns.append(self._bench.results.project(joined([as_reals(part) for part in self._push(*tangents)])))
        return np.stack(columns, axis=-1)

    def _wrong_number(self, found: Comparison, row: int) -> int:
        """Find one wrong number by halving; the gradients, which are right, say what should be pushed."""
        candidates = np.arange(found.variable.reals.size)
        while len(candidates) > 1:
            candidates = max(np.array_split(candidates, 2), key=lambda half: self._difference(found, row, half))
        return int(candidates[0])

    def _difference(self, found: Comparison, row: int, axes: Array) -> float:
        direction = np.zeros((1, found.variable.reals.size))
        direction[0, axes] = self._random.standard_normal(len(axes))
        difference = float(
            np.abs(self._pushed(found.variable, direction)[row] - found.gradients[row] @ direction[0])[0]
        )
        return difference if np.isfinite(difference) else np.inf


def _check_batched(bench: Bench, tolerance: float, options: Mapping[str, object]) -> None:
    """Compare one walk for several random cotangents with one walk after the other.

    Raises ``CannotBatchError`` for what only single walks can do: complex numbers, hooks.
    """
    recording, random = bench.recording, np.random.default_rng(bench.seed)
    reached = [output for output in recording.outputs if output.requires_grad]
    if not (bench.subject.is_real and recording.is_real):
        raise CannotBatchError(_why_real(bench) if options.get("batched") else "it is for real numbers")
    if not reached:
        return
    weights = [random.standard_normal((_TOGETHER, *output.shape)) for output in reached]
    together = pulled_together(reached, weights, recording.leaves, recorded=False)
    each = [[weight[i] for weight in weights] for i in range(_TOGETHER)]
    one_by_one = [gradients_of(reached, one, recording.leaves, True, False, "gradcheck") for one in each]
    bench.subject.check_unchanged("a batching rule")
    for variable, leaf in zip(bench.subject.variables, recording.leaves, strict=True):
        expected = np.stack([_array_of(leaf, found, leaf.shape) for found in one_by_one])
        batched = _array_of(leaf, together, expected.shape)
        _check_alike(bench, variable, batched, expected, tolerance, options)


def _why_real(bench: Bench) -> str:
    """Say what is complex to who has asked for batched walks."""
    given = [each for each in bench.subject.variables if each.is_given and each.array.dtype.kind == "c"]
    reason = f"{given[0].name} is {given[0].given}" if given else "a result is complex"
    return f"{bench.subject.check}: batched=True is for real numbers, and {reason}; leave it out"


def _array_of(leaf: Tensor, found: Mapping[Node, Tensor], shape: tuple[int, ...]) -> Array:
    """Give what arrived at a leaf, zeros if nothing did."""
    gradient = None if leaf._node is None else found.get(leaf._node)
    return np.zeros(shape) if gradient is None else gradient._array


def _check_alike(
    bench: Bench, variable: Variable, batched: Array, expected: Array, tolerance: float, options: Mapping[str, object]
) -> None:
    what = f"the gradient of {bench.subject.name} by {variable.name} ({variable.given})"
    size = float(np.max(np.abs(expected), initial=0.0))
    errors = np.nan_to_num(np.abs(batched - expected) / (size or 1.0), nan=np.inf)
    error = float(np.max(errors, initial=0.0))
    if error > tolerance:
        cotangent, *index = (int(i) for i in np.unravel_index(int(np.argmax(errors)), errors.shape))
        raise GradientMismatch(
            f"{what} is wrong in a batched walk, and right in single ones\n"
            f"  worst at     {variable.name}{index or ''}, for cotangent {cotangent} of {_TOGETHER} random ones\n"
            f"  batched      {batched[cotangent, *index]:.12g}\n"
            f"  one by one   {expected[cotangent, *index]:.12g}\n"
            f"  relative     {error:.2g} of the largest, and {(errors > tolerance).sum()} of {errors.size} are wrong\n"
            f"{_to_repeat(bench, options)}",
            bench.subject.record_for_drawing(),
        )


def _to_repeat(bench: Bench, options: Mapping[str, object]) -> str:
    lines = "\n".join(f"    {line}" for line in reproduction(bench.subject, options))
    return (
        "  suspected    the batching rule of an operation that is applied on the way back: one that takes the axis of "
        "the batch for an axis of its operand\n"
        f"  to repeat\n{lines}"
    )
