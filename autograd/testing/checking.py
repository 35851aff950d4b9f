"""Gradient checking: whether the gradients that a graph gives are the derivatives that numbers show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..registry import by_numpy, operations
from ..tensor import Tensor, gradients_of
from .comparison import Bench, How
from .numeric import Array
from .other_modes import Modes, check_others
from .reals import as_reals, from_reals
from .report import GradientMismatch, Report
from .subject import Parameters, Subject, leaves_of, name_of
from .verdict import Limits, judge
from .walks import check_single_precision, check_sums, check_walks

#: Inputs of up to so many numbers are differentiated by each of them, in the first and in the second order.
_SINGLY = 256
_SINGLY_TWICE = 16


def gradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    parameters: Parameters = (),
    tolerance: float = 1e-6,
    single: float = 1e-3,
    method: str | None = None,
    step: float | None = None,
    fast: bool | None = None,
    forward: bool | None = None,
    batched: bool | None = None,
    seed: int = 0,
) -> Report:
    """Check the gradients of a function of Tensors against numeric derivatives.

    Every derivative of every result by every number of the inputs is compared. Of more than 32 results, or of an
    input of more than 256 numbers, three random projections are compared instead, and five single numbers of the
    input, at a cost that does not grow with the size; if one is wrong, a wrong number is searched for by halving. An
    error of a single derivative shows in a projection if it is larger than ``tolerance`` times the root of the sum of
    all their squares: of a million equal ones, an error of 0.1 %; ``fast=False`` compares each by itself. A
    derivative that is 5e12 times smaller than another one, or than a result, that shares an input with it may be the
    rounding of that, and is not judged by its own size.

    Besides, backwards must repeat, add up in ``grad``, share no memory with anything, and give the same from several
    results at once as from one after the other; what was given in single precision must have gradients of that dtype
    which agree with those in double precision, and no result may be without one there that is not zero in double.

    Parameters
    ----------
    f
        A function of Tensors that gives a Tensor, or a tuple or list of them, of float64 or complex128.
    inputs
        What ``f`` is called with. Floating and complex arrays, Tensors and Python floats, of any shape, are
        differentiated by, in double precision, to which all others are converted (of these, float32 and complex64
        are checked as they are given, too; float16 and longdouble are not); complex ones as pairs of reals. Everything
        else, integers above all, is handed on as it is: axes, indices, options.
    parameters
        Leaves that require grad and that ``f`` finds by itself: the weights of a model, as a sequence or by name.
        They are moved in place, in double precision, and afterwards are as they were, ``grad`` included.
    tolerance
        The relative error that is allowed, in double precision.
    single
        The error that is allowed where inputs or parameters are in single precision, relative to the largest gradient.
    method
        How derivatives are made by numbers: ``"complex"`` steps, for analytic functions of real numbers, ``"central"``
        differences of order six, ``"richardson"`` extrapolation. By default see the notes.
    step
        The step of that method, for numbers up to 1; it grows with larger ones. By default 1e-20, 1e-3 and, to begin
        with, 3e-3.
    fast
        True compares random projections, and a few single numbers, False every derivative; by default the sizes
        decide.
    forward
        Whether forward mode (``autograd.jvp``) is compared with the same numbers, along a random direction of each
        input. By default it is where it can be; the report says where it cannot, and why.
    batched
        Whether a walk for many cotangents at once, as ``autograd.jacobian`` does it, is compared with one walk after
        the other, in the same way.
    seed
        Of the random projections.

    Returns
    -------
    Report
        True, and as a text: the verdict, a line for each input with its worst relative error, and the kinks at which
        the inputs happen to lie.

    Raises
    ------
    GradientMismatch
        If a derivative is wrong, with its place, its values, the suspected mistake and the lines to repeat the check;
        if ``f`` or a rule writes into an input; if ``f`` gives other values when it is called again; if walks do not
        repeat.
    TypeError
        If ``f`` gives something else than floating Tensors, or single precision.
    ValueError
        If there is nothing to differentiate by, ``f`` is not finite at the inputs, or an option is none of the above.
    Exception
        What a backward that cannot be recorded or batched raises, where ``forward`` or ``batched`` asks for that.

    Notes
    -----
    The numeric derivatives are central differences of order six with a step of 1e-3 (Fornberg 1988), good to about
    1e-10, and where these are in doubt Richardson's extrapolation. For a primitive that is declared analytic, and
    for NumPy's function that one answers, they are complex steps (Squire and Trapp 1998), good to 1e-15.

    >>> import numpy as np
    >>> from autograd.testing import gradcheck
    >>> bool(gradcheck(lambda x, y: np.tanh(x) * y, np.array([0.5, 1.0]), 2.0))
    True

    A model's loss, by all its weights:

    >>> import autograd as ag
    >>> weight = ag.Tensor([[1.0, 2.0]], requires_grad=True, name="weight")
    >>> report = gradcheck(lambda: (weight @ [0.1, 0.2]).sum(), parameters=[weight])
    >>> report.error < 1e-9
    True
    >>> report.modes
    ('reverse', 'forward', 'batched')
    """
    __tracebackhide__ = True
    parameters = leaves_of(parameters, "gradcheck")
    analytic = _is_analytic(f) and not parameters
    limits = Limits(tolerance, single, seed)
    with Subject(f, inputs, parameters) as subject:
        report = examine(subject, limits, How(method, step, fast), Modes(forward, batched), analytic=analytic)
        check_walks(subject, np.random.default_rng(seed))
        check_single_precision(subject, single, np.random.default_rng(seed))
    return report


def gradgradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    parameters: Parameters = (),
    tolerance: float = 1e-6,
    method: str | None = None,
    step: float | None = None,
    fast: bool | None = None,
    forward: bool | None = None,
    batched: bool | None = None,
    seed: int = 0,
) -> Report:
    """Check the second derivatives of a function of Tensors: those of its gradients, recorded by ``create_graph``.

    The gradients are taken for a random weighting of the results and differentiated by the inputs and by that
    weighting, in random projections for more than 16 numbers. The arguments, the answer and the errors are those of
    ``gradcheck``, in double precision only. First check the first order.

    >>> import numpy as np
    >>> from autograd.testing import gradgradcheck
    >>> bool(gradgradcheck(lambda x: np.exp(x) * np.sin(x), np.array([0.5, 1.0])))
    True
    """
    __tracebackhide__ = True
    check = "gradgradcheck"
    parameters = leaves_of(parameters, check)
    limits, how = Limits(tolerance, seed=seed, check=check), How(method, step, fast, check=check)
    modes = Modes(forward, batched, check=check)
    backward = Backward(f, inputs, parameters)
    weights = backward.some_weights(np.random.default_rng(seed))
    with Subject(backward, inputs, parameters, weights, check) as subject:
        return examine(subject, limits, how, modes, analytic=backward.analytic, singly=_SINGLY_TWICE)


def examine(
    subject: Subject,
    limits: Limits,
    how: How,
    modes: Modes | None = None,
    *,
    analytic: bool = False,
    singly: int = _SINGLY,
) -> Report:
    """Compare the gradients of a subject with numbers, and judge; it must have been entered.

    ``modes`` says which others are checked after reverse; ``None`` where there is no graph.
    """
    __tracebackhide__ = True
    bench = Bench(subject, analytic=analytic, seed=limits.seed, singly=singly, how=how)
    subject.check_unchanged("the function")
    _check_finite(bench)
    _check_repeatable(subject, bench)
    compared = bench.compare_all()
    options = {**limits.asked, **how.asked, **({} if modes is None else modes.asked)}
    report = judge(compared, bench, limits, options)
    check_sums(bench, compared, limits.tolerance)
    return report if modes is None else check_others(report, compared, bench, limits, options, modes)


def _is_analytic(f: Callable[..., Any]) -> bool:
    """Whether it is a primitive that is declared analytic, or the function of NumPy that one answers."""
    answer = by_numpy[f] if isinstance(f, np.ufunc) else f
    return bool(getattr(answer, "analytic", False))


class Backward:
    """The recorded gradients of a function, as a function of its inputs and of the weights of its results."""

    def __init__(self, function: Callable[..., Any], inputs: Sequence[Any], parameters: Parameters) -> None:
        self._function = function
        self._inputs = inputs
        self._parameters = parameters
        self.analytic = _is_analytic(function) and not parameters
        self.__wrapped__ = function
        self.__name__ = f"(the gradient of {name_of(function)})"
        self.checked_function = function
        with Subject(function, inputs, parameters, check="gradgradcheck") as subject:
            self._is_real = subject.is_real
            self._results = [result._array for result in subject.record().outputs]

    def some_weights(self, random: np.random.Generator) -> list[Array]:
        """Give random weights for the results."""
        reals = (random.standard_normal(as_reals(result).size) for result in self._results)
        return [from_reals(part, like=result) for part, result in zip(reals, self._results, strict=True)]

    def __call__(self, *arguments: Any) -> list[Tensor]:
        """Give the gradients by all inputs and parameters that the results depend on."""
        inputs, weights = arguments[: len(self._inputs)], arguments[len(self._inputs) :]
        leaves = [_leaf(value) for value in inputs if isinstance(value, Tensor) and value.dtype.kind in "fc"]
        if self._is_real and any(value.dtype.kind == "c" for value in (*leaves, *weights)):
            # A complex step. It sees no conjugates: they belong to complex gradients, and here all is real.
            return [operations.conj(g) for g in self._pull(inputs, [operations.conj(w) for w in weights], leaves)]
        return self._pull(inputs, weights, leaves)

    def _pull(self, inputs: Sequence[Any], weights: Sequence[Tensor], leaves: list[Tensor]) -> list[Tensor]:
        parameters = self._parameters.values() if isinstance(self._parameters, Mapping) else self._parameters
        result = self._function(*inputs)
        results = [r for r in (result if isinstance(result, (tuple, list)) else [result]) if r.dtype.kind in "fc"]
        pairs = [(r, weight) for r, weight in zip(results, weights, strict=True) if r.requires_grad]
        if not pairs:
            return []
        reached, weights = zip(*pairs, strict=True)
        return list(gradients_of(reached, weights, [*leaves, *parameters], True, True, "gradgradcheck").values())


def _leaf(tensor: Tensor) -> Tensor:
    """Have a Tensor that was made for one evaluation require grad."""
    return tensor if tensor.requires_grad else tensor.requires_grad_()


def _check_finite(bench: Bench) -> None:
    values = bench.recording.values
    if not np.isfinite(values).all():
        place = int(np.argmin(np.isfinite(values)))
        raise ValueError(
            f"{bench.subject.check}: {bench.subject.name} is not finite at these inputs "
            f"({bench.recording.name_of(place)} is {values[place]}), so it has no derivative there; "
            "choose inputs inside of its domain"
        )


def _check_repeatable(subject: Subject, bench: Bench) -> None:
    first, second = bench.recording.values, subject.values()
    size = np.max(np.abs(first), initial=0.0)
    if first.shape != second.shape or not np.allclose(first, second, rtol=0, atol=1e-12 * size, equal_nan=True):
        raise GradientMismatch(
            f"{subject.name} gives other values when it is called again with the same inputs.\n"
            "  suspected: random numbers inside (dropout in training mode?), or something that counts its calls. Fix "
            "the seed inside the function, or put the model in evaluation mode"
        )
