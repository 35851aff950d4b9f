"""What must hold of walks through the graph of a function, whatever their numbers are.

Each check raises ``GradientMismatch``. They walk backwards as users do, with ``backward``, from leaves whose own
gradients are put aside meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from ..tensor import Tensor, gradients_of
from .comparison import CANCELLED, Bench, Comparison
from .numeric import Array
from .reals import as_reals
from .recording import Recording, gradients_of_others_kept
from .repeating import reproduction
from .report import GradientMismatch
from .subject import Subject, Variable

#: How much two walks through the same graph may differ: sums may be taken in another order.
_SAME = 1e-12

#: What cancels in single precision leaves so much of it.
_NOISE = 64 * float(np.finfo(np.float32).eps)


def check_walks(subject: Subject, random: np.random.Generator) -> None:
    """Check that backwards repeat, add up, share no memory, and take results alone as together."""
    __tracebackhide__ = True
    recording = subject.record()
    reached = [output for output in recording.outputs if output.requires_grad]
    if not reached:
        return
    weights = [_random_like(output._array, random) for output in reached]
    with _put_aside(recording.leaves), gradients_of_others_kept(reached, recording.leaves):
        _backward(reached, weights)
        first = [_gradient_of(leaf) for leaf in recording.leaves]
        _check_memory(subject, first, weights, recording)
        kept = [None if gradient is None else gradient.copy() for gradient in first]
        _backward(reached, weights)
        second = [_gradient_of(leaf) for leaf in recording.leaves]
        for variable, held, once, twice in zip(subject.variables, first, kept, second, strict=True):
            _check_accumulation(subject, variable, held, once, twice)
        if len(reached) > 1:
            _check_together(subject, recording, reached, weights, kept)
    subject.check_unchanged("a rule")


def check_sums(bench: Bench, compared: Sequence[Comparison], allowed: float) -> None:
    """Check that a walk from a random sum of the results gives that sum of the gradients of single results.

    Where results are many, the gradients compared with numbers are those of random sums anyway.
    """
    __tracebackhide__ = True
    if bench.results.axes is None or len(bench.results.axes) < 2:
        return
    weights = 8 * bench.random.standard_normal(len(bench.results.axes))  # so that what clips a cotangent shows
    for found, gradient in zip(compared, bench.recording.gradients(weights), strict=True):
        together = np.zeros(found.variable.reals.size) if gradient is None else as_reals(gradient)
        apart = weights @ found.gradients
        size = np.max(np.abs(weights) @ np.abs(found.gradients), initial=0.0)
        noise = CANCELLED * np.max(np.abs(bench.recording.values), initial=size)
        if not np.all(np.abs(together - apart) <= allowed * size + noise):
            raise _mismatch(
                bench.subject,
                f"{bench.subject.compared} of {bench.subject.name} by {found.variable.name} ({found.variable.given}) "
                f"is not linear: for a random sum of the results it is {_brief(together)}, and the same sum of those "
                f"of single results is {_brief(apart)}.\n"
                "  suspected: a rule that adds up, counts, clips or compares its cotangent, where it should multiply "
                "it with the derivative, number by number",
            )


def check_single_precision(subject: Subject, allowed: float, random: np.random.Generator) -> None:
    """Compare gradients where inputs are in single precision, as they were given, with those in double precision.

    A difference is judged relative to the largest gradient by the same variable, and may have some units in the last
    place of what is largest in the function, which is left where all else cancels. A gradient that is not there counts
    as zeros; it must be zero in double precision, too, whatever is large beside it.
    """
    __tracebackhide__ = True
    if not any(variable.is_single for variable in subject.variables):
        return
    double = subject.record()
    weights = [_random_like(output._array, random) for output in double.outputs]
    precise_by_result = _walked(double, weights)
    single = subject.record_as_given()
    rounded_by_result = _walked(single, weights)
    precise, rounded = _summed(precise_by_result, subject), _summed(rounded_by_result, subject)
    known = [double.values, *(gradient for gradient in precise if gradient is not None)]
    largest = max(float(np.max(np.abs(array), initial=0.0)) for array in known)
    _check_none_is_lost(subject, single, rounded_by_result, precise_by_result, CANCELLED * largest)
    noise = _NOISE * largest
    for variable, one, there in zip(subject.variables, rounded, precise, strict=True):
        if one is None or not variable.is_single:
            continue
        if one.dtype != variable.as_given.dtype:
            raise _mismatch(
                subject,
                f"the gradient of {subject.name} by {variable.name} is {one.dtype}, and {variable.name} is "
                f"{variable.as_given.dtype}",
            )
        other = np.zeros_like(variable.array) if there is None else there
        size = float(np.max(np.abs(other), initial=0.0)) + noise / allowed
        error = float(np.max(np.abs(one - other), initial=0.0)) / (size or 1.0)
        if not error <= allowed:
            place = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(one - other))), other.shape))
            raise _mismatch(
                subject,
                f"the gradient of {subject.name} by {variable.name} ({variable.given}) is wrong in single "
                f"precision, and right in double precision\n"
                f"  worst at     {variable.name}{list(place) if place else ''}, for a random sum of the results\n"
                f"  single       {one[place]:.9g}\n"
                f"  double       {other[place]:.9g}\n"
                f"  relative     {error:.2g} of the largest, {allowed:.0e} allowed\n"
                "  suspected    something is lost to rounding: a difference of large numbers, a sum of squares that "
                "overflows or vanishes, a threshold made for double precision\n"
                "  to repeat\n" + "\n".join(f"    {line}" for line in reproduction(subject, {})),
            )


def _check_none_is_lost(
    subject: Subject,
    single: Recording,
    rounded: Sequence[Sequence[Array | None]],
    precise: Sequence[Sequence[Array | None]],
    noise: float,
) -> None:
    """Check that every result has a gradient in single precision by what it depends on in double precision."""
    __tracebackhide__ = True
    for position, output in enumerate(single.outputs):
        for variable, one, other in zip(subject.variables, rounded[position], precise[position], strict=True):
            if one is not None or other is None or not np.any(np.abs(other) > noise):
                continue
            result = "the result" if len(single.outputs) == 1 else f"result {position}"
            reason = (
                f"no path leads back from {result} to {variable.name}"
                if output.requires_grad
                else f"{result} is detached, it does not require grad"
            )
            raise _mismatch(
                subject,
                f"the gradient of {subject.name} by {variable.name} ({variable.given}) is missing in single precision, "
                f"and there is one in double precision\n"
                f"  single       none: {reason}\n"
                f"  double       up to {np.max(np.abs(other)):.9g}, for a random sum of {result}\n"
                "  suspected    detached in single precision alone: by a branch on the dtype, or by a conversion that "
                "leaves the graph (np.asarray, .data, .detach(), no_grad, or a new Tensor made of its values)\n"
                "  to repeat\n" + "\n".join(f"    {line}" for line in reproduction(subject, {})),
            )


def _check_memory(
    subject: Subject, gradients: Sequence[Array | None], weights: Sequence[Array], recording: Recording
) -> None:
    """No gradient may be the memory of another, of an input, of a result or of what the walk started with."""
    __tracebackhide__ = True
    others = [(f"the input {variable.name}", variable.current) for variable in subject.variables]
    others += [("a result", output._array) for output in recording.outputs]
    others += [("the gradient that the walk started with", weight) for weight in weights]
    for variable, gradient in zip(subject.variables, gradients, strict=True):
        if gradient is None:
            continue
        for name, other in others:
            if np.shares_memory(gradient, other):
                raise _mismatch(
                    subject,
                    f"the gradient of {subject.name} by {variable.name} shares its memory with {name}.\n"
                    "  suspected: a rule, or a hook, that keeps or returns an array of its own instead of a new one",
                )
        others.append((f"the gradient by {variable.name}", gradient))


def _check_accumulation(
    subject: Subject, variable: Variable, held: Array | None, once: Array | None, twice: Array | None
) -> None:
    __tracebackhide__ = True
    if held is None or once is None or twice is None:
        return
    what = f"the gradient of {subject.name} by {variable.name}"
    if held.tobytes() != once.tobytes():
        raise _mismatch(
            subject,
            f"{what}, read before a second backward, has been changed by it.\n"
            "  suspected: a rule that works in one buffer for all its calls",
        )
    if not _alike(twice, 2 * once):
        raise _mismatch(
            subject,
            f"{what} does not add up: a second backward through the same graph adds {_brief(twice - once)} where the "
            f"first gave {_brief(once)}.\n"
            "  suspected: a rule that draws random numbers, counts its calls, or changes what it has kept",
        )


def _check_together(
    subject: Subject,
    recording: Recording,
    outputs: Sequence[Tensor],
    weights: Sequence[Array],
    alone: Sequence[Array | None],
) -> None:
    """The walks from each result alone, when the others have no gradient, add up to one walk from all."""
    __tracebackhide__ = True
    found = gradients_of(outputs, weights, recording.leaves, True, False, "gradcheck")
    for variable, leaf, gradient in zip(subject.variables, recording.leaves, alone, strict=True):
        together = found.get(leaf._node) if leaf._node is not None else None
        if gradient is not None and together is not None and not _alike(gradient, together._array):
            raise _mismatch(
                subject,
                f"the gradient of {subject.name} by {variable.name} is {_brief(gradient)} when its results are walked "
                f"from one by one, and {_brief(together._array)} when from all at once.\n"
                "  suspected: a rule that does not take an undefined gradient for one of its results as zero",
            )


def _mismatch(subject: Subject, text: str) -> GradientMismatch:
    """An error with the graph of what failed, to be looked at."""
    return GradientMismatch(text, subject.record_for_drawing())


def _walked(recording: Recording, weights: Sequence[Array]) -> list[list[Array | None]]:
    """Walk once from each result; for each, the gradients by all variables."""
    walked: list[list[Array | None]] = []
    for output, weight in zip(recording.outputs, weights, strict=True):
        reached = [output] if output.requires_grad else []
        with _put_aside(recording.leaves), gradients_of_others_kept(reached, recording.leaves):
            _backward(reached, [weight.astype(output.dtype)] if reached else [])
            walked.append([_gradient_of(leaf) for leaf in recording.leaves])
    return walked


def _summed(walked: Sequence[Sequence[Array | None]], subject: Subject) -> list[Array | None]:
    """Add up the gradients of several results by each variable; ``None`` where there are none."""
    sums: list[Array | None] = []
    for place in range(len(subject.variables)):
        parts = [part for gradients in walked if (part := gradients[place]) is not None]
        sums.append(np.asarray(sum(parts[1:], parts[0])) if parts else None)
    return sums


def _backward(outputs: Sequence[Tensor], weights: Sequence[Array]) -> None:
    for output, weight in zip(outputs, weights, strict=True):
        output.backward(Tensor._made(weight), retain_graph=True)


@contextmanager
def _put_aside(leaves: Sequence[Tensor]) -> Iterator[None]:
    """Let leaves have no gradient inside the block, and afterwards those that they had."""
    before = [leaf.node.notes.grad if leaf.node and leaf.node.notes else None for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    try:
        yield
    finally:
        for leaf, grad in zip(leaves, before, strict=True):
            if leaf.node is not None and (grad is not None or leaf.node.notes is not None):
                leaf.node.annotate().grad = grad


def _gradient_of(leaf: Tensor) -> Array | None:
    grad = leaf.grad
    return None if grad is None else grad._array


def _random_like(array: Array, random: np.random.Generator) -> Array:
    numbers = random.standard_normal(array.shape)
    return np.asarray(numbers + 1j * random.standard_normal(array.shape) if array.dtype.kind == "c" else numbers)


def _alike(one: Array, other: Array) -> bool:
    size = np.max(np.abs(other), initial=0.0)
    return np.allclose(one, other, rtol=0, atol=_SAME * size, equal_nan=True)


def _brief(array: Array) -> str:
    text = str(array.tolist())
    return text if len(text) <= 80 else f"{text[:77]}..."
