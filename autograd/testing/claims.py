"""Derivatives that somebody claims: of any function of NumPy arrays, judged by the same numbers as those of a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import describe
from ..tensor import Tensor
from .checking import examine
from .comparison import How
from .numeric import Array, by_differences
from .reals import as_reals, from_reals, stretches
from .recording import Recording
from .report import GradientMismatch, Report
from .subject import Subject, Variable, name_of
from .verdict import Limits

#: How closely numbers must agree to be called right in spite of their shape.
_ALIKE = 1e-4


def check_claimed_gradient(
    f: Callable[..., Any],
    df: Callable[..., Any],
    *x: Any,
    tolerance: float = 1e-6,
    method: str | None = None,
    step: float | None = None,
    fast: bool | None = None,
    seed: int = 0,
) -> Report:
    """Check a claimed derivative of any function of NumPy arrays against numeric derivatives.

    Parameters
    ----------
    f
        A function of arrays or numbers that gives an array or a number, in double precision.
    df
        Called with the same as ``f``, it gives the derivative by ``x``: a gradient of the shape of ``x`` if ``f`` gives
        a number, and in general the Jacobian, of the shape of the result followed by that of ``x``; so the Hessian is
        checked as the derivative of the gradient. The derivative of an elementwise function may have the shape of the
        result. By several inputs it is a tuple of those.
    x
        What both are called with: one or more arrays, lists or numbers. What is floating or complex is differentiated
        by, in double precision; everything else, such as the integer order of a Bessel function, is handed on.
    tolerance, method, step, fast, seed
        Those of ``gradcheck``. ``method="complex"`` is for functions that take complex numbers.

    Returns
    -------
    Report
        True, and as a text: the verdict, and a line for each input with its worst relative error.

    Raises
    ------
    GradientMismatch
        If a derivative is wrong, with its place, its values, the suspected mistake and the lines to repeat the check;
        if it has another shape; if a function writes into an input or gives other values when it is called again.
    TypeError
        If ``f`` or ``df`` is no function, or gives no floating numbers, or ``f`` those of single precision.
    ValueError
        If there is nothing to differentiate by, ``f`` is not finite there, or an option is none that there is.

    Notes
    -----
    By complex inputs, the derivative of a complex result is that of a holomorphic function, ``f'(z)``; of a real result
    it is ``df/d(re z) + i df/d(im z)``, the direction of steepest ascent, as in the graphs of this library.

    >>> import numpy as np
    >>> report = check_claimed_gradient(np.sin, np.cos, [0.3, 2.0])
    >>> bool(report)
    True
    >>> check_claimed_gradient(np.cos, np.sin, 1.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    autograd.testing.report.GradientMismatch: the claimed derivative of cos by x (float64 ()) is wrong
      worst at     x, for the result
      ...
      suspected    the sign: the analytic gradient is -1 times the numeric one
      ...
    """
    __tracebackhide__ = True
    for function, role in ((f, "the function"), (df, "the claimed derivative")):
        if not callable(function):
            raise TypeError(f"check_claimed_gradient: {role} must be callable, got {describe(function)}")
    check = "check_claimed_gradient"
    with Claim(f, df, [_as_input(each) for each in x]) as claim:
        return examine(claim, Limits(tolerance, seed=seed, check=check), How(method, step, fast, check=check))


class Claim(Subject):
    """A function of arrays, with the derivative that is claimed for it."""

    compared = "the claimed derivative"
    culprit = "the claimed derivative"
    needed = "give floating arrays or numbers, such as 1.0 for 1"

    def __init__(self, function: Callable[..., Any], derivative: Callable[..., Any], inputs: Sequence[Any]) -> None:
        super().__init__(function, inputs, (), check="check_claimed_gradient")
        self._derivative = derivative
        self._claim = name_of(derivative, "df")
        if len(self.variables) == len(inputs) == 1:  # a ufunc's own name for it says nothing
            self.variables[0].name = "x"
            self.given = [("x", inputs[0])]

    @property
    def functions(self) -> list[tuple[Callable[..., Any], str]]:
        """The function and its claimed derivative, with names for them."""
        return [(self.function, self.name), (self._derivative, self._claim)]

    def record(self) -> ClaimedRecording:
        """Run both functions."""
        arrays = [variable.array for variable in self.variables]
        (result,) = self._run(arrays)
        self.check_unchanged("the function")
        first, again = self._claimed(), self._claimed()
        self.check_unchanged("the claimed derivative")
        pulls = [Pull(self, variable, result, claimed) for variable, claimed in zip(self.variables, first, strict=True)]
        for one, other in zip(first, again, strict=True):
            if one.tobytes() != other.tobytes():
                raise GradientMismatch(
                    f"{self._claim}, the claimed derivative of {self.name}, gives other values when it is called "
                    "again with the same inputs.\n"
                    "  suspected: random numbers inside, or something that counts its calls"
                )
        return ClaimedRecording(Tensor._made(result), pulls)

    def record_for_drawing(self) -> list[Tensor]:
        """There is no graph."""
        return []

    def _claimed(self) -> list[Array]:
        """Give the claimed derivatives, one by each variable."""
        claimed = self._derivative(*_unwrapped(self._placed([variable.array for variable in self.variables])))
        if len(self.variables) == 1:
            claimed = [claimed]
        elif not isinstance(claimed, tuple) or len(claimed) != len(self.variables):
            names = ", ".join(variable.name for variable in self.variables)
            found = f"{len(claimed)} of them" if isinstance(claimed, tuple) else f"a {type(claimed).__name__}"
            raise TypeError(
                f"check_claimed_gradient: by {names}, {self._claim} must give a tuple of "
                f"{len(self.variables)} derivatives, and gave {found}; hand on as integers what is no variable"
            )
        arrays = [np.array(each) for each in claimed]
        for array in arrays:
            if array.dtype.kind not in "fciub":
                raise TypeError(f"check_claimed_gradient: {self._claim} gave {describe(array)}, which is no derivative")
        return arrays

    def _call(self, arguments: Sequence[Any], *, is_double: bool = True) -> list[Tensor]:
        """Give the result of the function as if it were a Tensor."""
        result = np.array(self.function(*_unwrapped(arguments)))
        if result.dtype.kind not in "fc":
            raise TypeError(
                f"check_claimed_gradient: {self.name} gave {describe(result)}; what has a derivative is one array, or "
                "a number, of float64 or complex128"
            )
        return super()._checked([Tensor._made(result)], is_double=is_double)


class ClaimedRecording(Recording):
    """The result of a function, with claimed derivatives in the place of a graph."""

    def __init__(self, result: Tensor, pulls: Sequence[Pull]) -> None:
        super().__init__([], [result])
        self._pulls = pulls

    def gradients(self, cotangent: Array) -> list[Array | None]:
        """Give the gradient of the results, weighted by a cotangent, by each variable."""
        (weights,) = self._by_output(cotangent)
        return [pull(weights) for pull in self._pulls]


class Pull:
    """A claimed derivative as a linear map, from weights of the results to the gradient of their weighted sum."""

    def __init__(self, claim: Claim, variable: Variable, result: Array, claimed: Array) -> None:
        x = variable.array
        self._is_complex = result.dtype.kind == "c"
        self._shape, self._kind = x.shape, x.dtype.kind
        self._derivative = claimed
        if self._kind == "f" and not self._is_complex and np.iscomplexobj(claimed):
            raise GradientMismatch(
                f"{claim.compared} of {claim.name} by {variable.name} is complex, and all else is real"
            )
        #: Which number of x belongs to each result of an elementwise function.
        self._places: Array | None = None
        if claimed.shape != result.shape + x.shape:
            if claimed.shape != result.shape or not stretches(x.shape, result.shape):
                raise GradientMismatch(_about_shapes(claim, variable, result, claimed))
            self._places = np.broadcast_to(np.arange(x.size).reshape(x.shape), result.shape).ravel()

    def __call__(self, weights: Array) -> Array:
        """Give the gradient, a pair of derivatives for a complex number; weights of 0 do not even meet infinity."""
        flat = np.conj(weights).ravel() if self._is_complex else weights.ravel()
        counts = np.flatnonzero(flat)
        size = int(np.prod(self._shape))
        if self._places is None:
            pulled = flat[counts] @ self._derivative.reshape(len(flat), size)[counts]
        else:
            pulled = np.zeros(size, np.result_type(flat, self._derivative))
            np.add.at(pulled, self._places[counts], flat[counts] * self._derivative.ravel()[counts])
        if self._kind == "f":
            pulled = pulled.real
        elif self._is_complex:
            pulled = np.conj(pulled)
        gradient: Array = pulled.astype("c16" if self._kind == "c" else "f8").reshape(self._shape)
        return gradient


def _about_shapes(claim: Claim, variable: Variable, result: Array, claimed: Array) -> str:
    name, wanted = variable.name, result.shape + variable.array.shape
    elementwise = f", or {result.shape} if it is elementwise" if stretches(variable.array.shape, result.shape) else ""
    reason = _about_axes(claim, variable, result, claimed)
    return (
        f"{claim.compared} of {claim.name} by {name} has the wrong shape: {claimed.shape}.\n"
        f"  {claim.name} gives {describe(result)} for {name} of {variable.given}, so that its derivative has the shape "
        f"{wanted}, the one followed by the other{elementwise}{reason}"
    )


def _about_axes(claim: Claim, variable: Variable, result: Array, claimed: Array) -> str:
    """Say which axes are too many, if the numbers are right without them."""
    wanted, shape = result.shape + variable.array.shape, claimed.shape
    if len(shape) < len(wanted) or not stretches(wanted, shape):
        return ""
    sizes = (1,) * (len(shape) - len(wanted)) + wanted
    axes = [axis for axis, (size, other) in enumerate(zip(sizes, shape, strict=True)) if size != other]
    if not _is_right(claim, variable, result, claimed.sum(axis=tuple(axes)).reshape(wanted)):
        return ""
    if not axes:
        return f".\n  suspected    an axis of length 1 too many: the numbers are right in the shape {wanted}"
    several = f"axes {', '.join(map(str, axes))}" if len(axes) > 1 else f"axis {axes[0]}"
    return f".\n  suspected    a missing un-broadcast: summing over {several} is missing"


def _is_right(claim: Claim, variable: Variable, result: Array, derivative: Array) -> bool:
    """Tell whether a derivative agrees with differences, along one random direction."""
    random = np.random.default_rng(0)
    weights = random.standard_normal(as_reals(result).size)
    direction = random.standard_normal(variable.reals.size)
    pulled = as_reals(Pull(claim, variable, result, derivative)(from_reals(weights, like=result))) @ direction
    numeric = weights @ by_differences(claim.curve(variable, direction)).value
    return bool(abs(pulled - numeric) <= _ALIKE * abs(numeric))


def _as_input(given: Any) -> Any:
    """Take Tensors as their arrays, and lists of floating numbers as arrays."""
    if isinstance(given, Tensor):
        return given.data
    if isinstance(given, (list, tuple)):
        array = np.asarray(given)
        return array if array.dtype.kind in "fc" else given
    return given


def _unwrapped(arguments: Sequence[Any]) -> list[Any]:
    """Give arrays for Tensors, and numbers for those without axes, as SciPy's callers do."""
    return [argument._array[()] if isinstance(argument, Tensor) else argument for argument in arguments]
