"""The checker is itself checked: rules that are wrong on purpose, each of which must be caught, and by name."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from autograd import primitive, registry
from autograd.primitives.domains import NONZERO, REAL, elementwise
from autograd.testing import GradientMismatch, gradcheck, gradgradcheck, properties
from autograd.testing.strategies import calls


@dataclass
class Mistake:
    """A primitive with one thing wrong, the property that it lacks, and what the error must say of it."""

    forward: Callable[..., Any]
    rule: Callable[..., Any]
    check: Callable[..., None]
    says: str
    domain: Any = field(default_factory=lambda: elementwise(REAL))
    analytic: bool = True
    numpy: tuple[Any, ...] = ()


def sine(x):
    return np.sin(x)


def squared(x):
    return x * x


def square_matrix(draw):
    return (draw.array(REAL, (3, 3)),), {}


def vector(draw):
    return (draw.array(NONZERO, (4,)),), {}


def at_zero(draw):
    return (np.zeros(2),), {}


def writing_forward(x):
    x *= 2
    return x + 1


def writing_rule(g, x):
    x += 1
    return g


def writing_into_cotangent(g):
    g *= 2
    return g


def overwriting_scatter(g):
    out = np.zeros(4)
    out[[0, 0, 1]] = g
    return out


def buffered_rule(g):
    return np.multiply(g, 3, out=buffer)


buffer = np.empty(4)
counter = itertools.count(1)

MISTAKES = {
    "sign": Mistake(sine, lambda g, x: -g * np.cos(x), properties.check_gradient, "suspected +the sign"),
    "factor": Mistake(squared, lambda g, x: g * x, properties.check_gradient, "a factor: .* 1/2 times"),
    "mean for sum": Mistake(
        lambda x: x.sum(),
        lambda g, x_shape: np.broadcast_to(g / 4, x_shape),
        properties.check_gradient,
        "1/4 times .* 4 is the number of elements: a sum where a mean belongs",
        vector,
    ),
    "missing transpose": Mistake(
        lambda x: x.T.copy(),
        lambda g: g,
        properties.check_gradient,
        r"a transpose: .* in the order \(1, 0\)",
        square_matrix,
    ),
    "order": Mistake(
        lambda x: x[[1, 2, 3, 0]] * 1.0,
        lambda g: g,
        properties.check_gradient,
        "the order: the right numbers stand in the wrong places",
        vector,
    ),
    "single precision": Mistake(
        sine,
        lambda g, x: (g * np.cos(x)).astype(np.float32),
        properties.check_gradient,
        "precision: the gradient has the digits of float32 only",
    ),
    "promotion": Mistake(
        lambda x: x * np.float64(3.0),
        lambda g: g * 3,
        properties.check_single_precision,
        "the result is float64 where float32 is expected",
    ),
    "conjugate": Mistake(
        squared, lambda g, x: g * (2 * x.conj()), properties.check_complex, "a conjugate", analytic=True
    ),
    "not element by element": Mistake(
        lambda x: x - np.sum(x), lambda g: g - np.sum(g), properties.check_examples, "vmap of wrong"
    ),
    "zero": Mistake(sine, lambda g: g * 0, properties.check_gradient, "zero everywhere"),
    "not finite": Mistake(
        squared,
        lambda g, x: g * np.where(x == 0, np.nan, 2 * x),
        properties.check_gradient,
        "the rule divides by zero",
        at_zero,
    ),
    "kink": Mistake(
        lambda x: np.maximum(x, 0),
        lambda g, out: np.where(out > 0, g, 0),
        properties.check_gradient,
        "a kink, or a tie",
        at_zero,
        analytic=False,
    ),
    "overwritten index": Mistake(
        lambda x: x[[0, 0, 1]] * 1.0,
        overwriting_scatter,
        properties.check_gradient,
        r"special about x\[0\]: all other numbers of x are right",
        vector,
    ),
    "detached inside": Mistake(
        lambda x: 1 * np.exp(x),
        lambda g, x: g * np.exp(np.asarray(x.data)),
        properties.check_second_order,
        "detached: no path leads back",
    ),
    "half detached": Mistake(
        squared,
        lambda g, x: g * (x + np.asarray(x.data)),
        properties.check_second_order,
        "1/2 times .* as if some of the paths to it were cut",
    ),
    "impure": Mistake(
        lambda x: x + 0, lambda g: g * float(next(counter)), properties.check_accumulation, "after two backwards"
    ),
    "forward writes": Mistake(
        writing_forward, lambda g: 2 * g, properties.check_nothing_is_written, "the operand x was written into"
    ),
    "rule writes": Mistake(
        lambda x: x * x, writing_rule, properties.check_nothing_is_written, "the operand x was written into"
    ),
    "rule writes into the cotangent": Mistake(
        lambda x: 2 * x, writing_into_cotangent, properties.check_nothing_is_written, "into the cotangent"
    ),
    "one buffer for all": Mistake(
        lambda x: 3 * x, buffered_rule, properties.check_independence, "the gradient by x, walked with another", vector
    ),
    "another function": Mistake(
        lambda x: 1 * np.sinh(x),
        lambda g, x: g * np.cosh(x),
        properties.check_value,
        "np.sqrt on the arrays",
        numpy=(np.emath.sqrt,),
    ),
}


@pytest.fixture(params=MISTAKES)
def mistake(request):
    return MISTAKES[request.param]


@pytest.fixture
def wrong(declare, mistake):
    """Declare the wrong primitive."""

    @declare(
        rules={"x": mistake.rule},
        forward=mistake.forward,
        domain=mistake.domain,
        analytic=mistake.analytic,
        numpy=mistake.numpy,
    )
    def wrong(x, /): ...

    return wrong


def test_a_mistake_is_caught(mistake, wrong):
    @settings(database=None, max_examples=50, phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False)
    @given(calls(wrong))
    def test(call):
        mistake.check(call)

    with pytest.raises(AssertionError, match=mistake.says):
        test()
    assert mistake.check in properties.properties_of(wrong)


def test_throwaway_primitives_are_gone():
    assert "wrong" not in registry.primitives
    assert not hasattr(registry.operations, "wrong")
    assert np.emath.sqrt not in registry.by_numpy


def test_a_missing_unbroadcast_is_caught(declare):
    @declare(rules={"x": lambda g: g}, domain=square_matrix)
    def wrong(x, /):
        return np.sum(x, axis=0)

    for check in (gradcheck, gradgradcheck):
        with pytest.raises(ValueError, match=r"rule of wrong .*\(3, 3\) gave float64 \(3,\)"):
            check(wrong, np.ones((3, 3)))


def test_np_asarray_in_a_rule_is_caught(declare):
    @declare(rules={"x": lambda g, x: g * np.cos(np.asarray(x))}, forward=sine, domain=elementwise(REAL))
    def wrong(x, /): ...

    gradcheck(wrong, np.ones(2))
    with pytest.raises(TypeError, match="would lose its gradient"):
        gradgradcheck(wrong, np.ones(2))


def test_rules_without_a_domain_say_what_is_missing(declare):
    @declare(rules={"x": lambda g: g})
    def wrong(x, /):
        return x + 0

    with pytest.raises(LookupError, match="wrong has no domain"):
        given(calls(wrong))(lambda call: None)()


def test_check_runs_all_properties(declare):
    @declare(rules={"x": lambda g: -g}, domain=elementwise(REAL))
    def wrong(x, /):
        return x + 0

    with pytest.raises(GradientMismatch, match="the sign"):
        properties.check(properties.Call(wrong, (np.ones(2),)))


def test_numbers_that_nearly_stand_where_they_belong_are_not_called_a_transpose(throwaway):
    @primitive(rules={"x": lambda g, x: g * (2 * x + 4e-5 * np.cos(3 * x))}, domain=elementwise(REAL))
    def nearly(x, /):
        return x**2

    with pytest.raises(GradientMismatch) as mismatch:
        gradcheck(nearly, np.array([[1.0, 2.0], [3.0, 5.0]]))
    assert "transpose" not in str(mismatch.value)
