"""Recurrences along an axis: in blocks as one after the other, whatever zeros, infinities and layouts there are."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.primitives.recurrences import run_recurrence
from autograd.testing import gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

RANDOM = np.random.default_rng(0)
SHAPES = [(1,), (1, 64), (7, 65), (3, 5000), (20000,), (2, 3, 1000), (2100, 70)]


def one_after_the_other(factors, terms):
    result = np.array(terms)
    for j in range(1, terms.shape[-1]):
        result[..., j] += factors[..., j] * result[..., j - 1]
    return result


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", ["f8", "f4", "c16"])
def test_blocks_give_what_steps_give(shape, dtype):
    factors, terms = RANDOM.normal(size=shape).astype(dtype), RANDOM.normal(size=shape).astype(dtype)
    factors[..., ::17] = 0
    given = factors.copy(), terms.copy()
    result = run_recurrence(factors, terms)
    tolerance = 1e-4 if dtype == "f4" else 1e-11
    np.testing.assert_allclose(result, one_after_the_other(factors, terms), rtol=tolerance, atol=tolerance)
    assert result.dtype == dtype
    np.testing.assert_array_equal(factors, given[0])
    np.testing.assert_array_equal(terms, given[1])


def test_other_layouts_in_memory():
    factors, terms = RANDOM.normal(size=(5000, 4)).T, RANDOM.normal(size=(4, 10000))[:, ::-2]
    np.testing.assert_allclose(run_recurrence(factors, terms), one_after_the_other(factors, terms), rtol=1e-9)


def test_products_of_a_block_that_overflow_do_no_harm():
    factors, terms = np.full(20000, 3.0), np.zeros(20000)
    terms[15000] = 1e-300
    factors[16000] = 0.0
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(run_recurrence(factors, terms), one_after_the_other(factors, terms))


def reference_of_cumprod(x, g):
    """Derivatives of cumulative products, from all products without one factor each."""
    found = np.zeros_like(x)
    for i in range(len(x)):
        others = np.array(x)
        others[i] = 1.0
        found[i] = np.sum((g * np.cumprod(others))[i:])
    return found


@pytest.mark.parametrize("zeros", [[], [0], [150], [10, 299], [5, 6, 7]])
def test_cumulative_products_with_zeros(zeros):
    x, g = RANDOM.uniform(0.9, 1.1, 400), RANDOM.normal(size=400)
    x[zeros] = 0.0
    np.testing.assert_allclose(gradients(ag.cumprod, x, seed=g), reference_of_cumprod(x, g), rtol=1e-9)


def reference_of_extrema(x, out, g):
    found = np.zeros_like(x)
    for j in range(len(x)):
        ties = x[: j + 1] == out[j] if out[j] == out[j] else x[: j + 1] != x[: j + 1]
        found[: j + 1] += np.where(ties, g[j] / np.count_nonzero(ties), 0.0)
    return found


@pytest.mark.parametrize("function", [np.maximum, np.minimum])
@pytest.mark.parametrize("values", [1, 4, 1000])
@pytest.mark.parametrize("undefined", [False, True])
def test_cumulative_extrema_share_ties(function, values, undefined):
    x, g = RANDOM.integers(0, values, (3, 200)).astype(float), RANDOM.normal(size=(3, 200))
    if undefined:
        x[1, 50] = x[1, 60] = np.nan
    expected = np.array(
        [reference_of_extrema(*each) for each in zip(x, function.accumulate(x, axis=1), g, strict=True)]
    )
    for axis, turn in ((1, lambda a: a), (0, np.transpose)):
        found = gradients(lambda x, axis=axis: function.accumulate(x, axis=axis), turn(x), seed=turn(g))
        np.testing.assert_allclose(found, turn(expected), rtol=1e-9, atol=1e-12)


def test_second_derivatives_of_cumulative_extrema():
    x = np.array([2.0, 1.0, 3.0, 3.5])
    gradgradcheck(lambda x: np.sum(np.maximum.accumulate(x) ** 3), x)
    first = weight(x)
    np.sum(np.maximum.accumulate(first) ** 3).backward(create_graph=True)
    slope, first.grad = first.grad, None
    assert_values(slope, [24.0, 0.0, 27.0, 36.75])
    assert_values(ag.cumulative_max(Tensor(np.zeros((0, 2))), axis=1), np.zeros((0, 2)))
