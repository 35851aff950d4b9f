"""Products, cumulative sums and products, running extrema: values, exact gradients at zeros, ties, errors."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.primitives.products import recurrence
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[3.0, -1.0, 2.0], [0.5, 4.0, -2.0]])
AXES = [None, 0, 1, -1, (0, 1), (-1,), ()]
ZEROS = [[1.0, 2.0, 3.0], [0.0, 2.0, 3.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0], [5.0], [0.0]]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES)
def test_products_over_all_axes(axis, keepdims):
    assert_values(ag.prod(Tensor(X), axis=axis, keepdims=keepdims), np.prod(X, axis=axis, keepdims=keepdims))
    gradcheck(lambda x: ag.prod(x, axis=axis, keepdims=keepdims), X)
    assert_values(np.prod(Tensor(X), axis, keepdims=keepdims), np.prod(X, axis, keepdims=keepdims))


@pytest.mark.parametrize("values", ZEROS)
def test_products_with_zeros_have_exact_gradients(values):
    others = [np.prod(values[:i] + values[i + 1 :]) for i in range(len(values))]
    np.testing.assert_array_equal(gradients(ag.prod, values), others)
    gradgradcheck(ag.prod, np.array(values))
    gradgradcheck(ag.cumprod, np.array(values))


@pytest.mark.parametrize("values", ZEROS)
def test_second_derivatives_of_products_with_zeros_are_exact(values):
    x = weight(values)
    ag.prod(x).backward(create_graph=True)
    slope, x.grad = x.grad, None
    slope.sum().backward()
    count = len(values)
    expected = [
        sum(np.prod([values[k] for k in range(count) if k not in (i, j)]) for j in range(count) if j != i)
        for i in range(count)
    ]
    np.testing.assert_array_equal(x.grad.data, expected)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_cumulative_products(axis):
    for x in (X, X * (X > 0), np.zeros((2, 3))):
        assert_values(ag.cumprod(Tensor(x), axis=axis), np.cumprod(x, axis=axis))
        gradcheck(lambda x: ag.cumprod(x, axis=axis), x)


@pytest.mark.parametrize("shape", [(40, 3), (3, 40), (20, 20)])
def test_recurrences_in_numbers_and_in_arrays_agree(shape):
    random = np.random.default_rng(0)
    factors, terms = random.standard_normal((2, *shape))
    expected = terms.copy()
    for j in range(1, shape[-1]):
        expected[:, j] += factors[:, j] * expected[:, j - 1]
    assert_values(recurrence(factors, terms), expected, rtol=1e-13)


def test_a_recurrence_does_not_look_at_the_first_factor():
    assert_values(recurrence(np.array([np.nan, 2.0]), np.array([1.0, 1.0])), [1.0, 3.0])


@pytest.mark.parametrize("function", [ag.prod, ag.cumprod, ag.cumsum])
def test_dtypes(function):
    assert function(Tensor([1, 2], np.int8)).dtype == np.int64
    assert function(Tensor([1, 2], np.int8), dtype=np.float32).dtype == np.float32
    for dtype in (np.float16, np.float32, np.complex64):
        x = weight([1.0, 2.0, 3.0], dtype)
        y = function(x)
        y.backward(np.ones(y.shape))
        assert (y.dtype, x.grad.dtype) == (dtype, dtype)
    with pytest.raises(TypeError, match="would lose something"):
        function(Tensor([1.5]), dtype=int)


@pytest.mark.parametrize("function", [ag.prod, ag.cumprod, ag.cumsum])
def test_empties_and_single_numbers(function):
    assert gradients(function, np.zeros((0,))).shape == (0,)
    assert gradients(lambda x: function(x, axis=0), np.zeros((0, 3))).shape == (0, 3)
    assert gradients(lambda x: function(x, axis=1), np.zeros((0, 3))).shape == (0, 3)
    assert gradients(function, 3.0) == 1.0
    assert ag.prod(Tensor([])).item() == 1.0


@pytest.mark.parametrize("function", [ag.prod, ag.cumprod])
def test_complex_products(function):
    z = np.array([1.0 + 2.0j, 0.0, 3.0 - 1.0j])
    assert_values(function(Tensor(z)), getattr(np, function.__name__)(z))
    gradcheck(function, z)


@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
@pytest.mark.parametrize("include_initial", [False, True])
def test_cumulative_functions_of_the_standard(name, include_initial):
    ours, theirs = getattr(ag, name), getattr(np, name)
    for x in (X, np.zeros((2, 0)), np.array([[1, 2], [3, 4]], np.int8)):
        expected = theirs(x, axis=1, include_initial=include_initial)
        y = ours(Tensor(x), axis=1, include_initial=include_initial)
        assert_values(y, expected)
        assert y.dtype == expected.dtype
    assert_values(ours(Tensor([2.0, 3.0])), theirs(np.array([2.0, 3.0])))
    gradcheck(lambda x: ours(x, axis=-1, include_initial=include_initial), X)


@pytest.mark.parametrize("name", [f"cumulative_{kind}" for kind in ("sum", "prod", "max", "min", "logsumexp")])
def test_cumulative_functions_need_an_axis_unless_there_is_one_only(name):
    for x in (Tensor(X), Tensor(1.0)):
        with pytest.raises(ValueError, match=rf"{name}.*an axis must be given"):
            getattr(ag, name)(x)
    with pytest.raises(ValueError, match=f"{name}.*axis 2 is out of bounds"):
        getattr(ag, name)(Tensor(X), axis=2)


# ---------------------------------------------------------------------------------------------------- running extrema


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize(("name", "ufunc"), [("cumulative_max", np.maximum), ("cumulative_min", np.minimum)])
def test_running_extrema(name, ufunc, axis):
    function = getattr(ag, name)
    assert_values(function(Tensor(X), axis=axis), ufunc.accumulate(X, axis=axis))
    gradcheck(lambda x: function(x, axis=axis), X)
    gradgradcheck(lambda x: function(x, axis=axis) ** 2, X)
    assert function(Tensor(np.zeros((0, 3))), axis=0).shape == (0, 3)
    assert gradients(lambda x: function(x, axis=0), np.zeros((0, 3))).shape == (0, 3)


def test_ties_in_running_extrema_share_evenly():
    x = [2.0, 1.0, 2.0, 3.0, 3.0, 2.0]
    seed = np.array([1.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0])
    g = gradients(ag.cumulative_max, x, seed=seed)
    np.testing.assert_allclose(g, [1 + 10 + 50, 0, 50, 1000 + 5000 + 50000, 5000 + 50000, 0], rtol=1e-15)
    np.testing.assert_allclose(gradients(lambda x: ag.cumulative_min(-x), x, seed=seed), -g, rtol=1e-15)
    g = gradients(ag.cumulative_max, np.array([1.0, 1.0, 1.0]), dtype=np.float32)
    np.testing.assert_allclose(g, [1 + 1 / 2 + 1 / 3, 1 / 2 + 1 / 3, 1 / 3], rtol=1e-6)
    assert g.dtype == np.float32


def test_undefined_running_extrema_give_their_gradient_to_the_undefined_elements():
    g = gradients(ag.cumulative_max, [1.0, np.nan, 5.0, np.nan])
    np.testing.assert_array_equal(g, [1.0, 2.5, 0.0, 0.5])


# ----------------------------------------------------------------------------------------------- running sums of exp(x)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_running_logarithms_of_sums(axis):
    assert_values(ag.cumulative_logsumexp(Tensor(X), axis=axis), np.logaddexp.accumulate(X, axis=axis))
    gradcheck(lambda x: ag.cumulative_logsumexp(x, axis=axis), X)
    gradgradcheck(lambda x: ag.cumulative_logsumexp(x, axis=axis) ** 2, X)
    assert gradients(lambda x: ag.cumulative_logsumexp(x, axis=0), np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([1000.0, 1000.0], [1.5, 0.5]),
        ([-1000.0, 1000.0, -1000.0], [1.0, 2.0, 0.0]),
        ([1e4, -1e4], [2.0, 0.0]),
        ([-np.inf, -np.inf, 3.0], [1.5, 0.5, 1.0]),
        ([3.0, -np.inf, np.inf, np.inf], [2.0, 0.0, 1.5, 0.5]),
    ],
)
def test_running_logarithms_of_sums_neither_overflow_nor_lose_a_gradient(x, expected):
    np.testing.assert_allclose(gradients(ag.cumulative_logsumexp, x), expected, rtol=1e-15)


def test_running_logarithms_of_sums_have_a_dtype_and_are_of_real_numbers():
    x = weight(X, np.float32)
    y = ag.cumulative_logsumexp(x, axis=0)
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)
    with pytest.raises(TypeError, match="cumulative_logsumexp"):
        ag.cumulative_logsumexp(Tensor([1.0j]))


# --------------------------------------------------------------------------------------------------- methods of ufuncs


@pytest.mark.parametrize("ufunc", [np.multiply, np.add, np.maximum, np.minimum])
def test_reduce_and_accumulate(ufunc):
    assert_values(ufunc.reduce(Tensor(X)), ufunc.reduce(X))
    assert_values(ufunc.reduce(Tensor(X), axis=None), ufunc.reduce(X, axis=None))
    assert_values(ufunc.reduce(Tensor(X), axis=(0, 1), keepdims=True), ufunc.reduce(X, axis=(0, 1), keepdims=True))
    assert_values(ufunc.accumulate(Tensor(X)), ufunc.accumulate(X))
    assert_values(ufunc.accumulate(Tensor(X), 1), ufunc.accumulate(X, 1))
    gradcheck(ufunc.reduce, X)
    gradcheck(lambda x: ufunc.accumulate(x, axis=1), X)


def test_reduce_and_accumulate_of_logaddexp():
    assert_values(np.logaddexp.accumulate(Tensor(X), axis=1), np.logaddexp.accumulate(X, axis=1))
    gradcheck(np.logaddexp.accumulate, X)
    assert_values(np.logaddexp.reduce(Tensor(X)), np.logaddexp.reduce(X), rtol=1e-15)
    assert_values(np.logaddexp.reduce(Tensor(X), axis=1), np.logaddexp.reduce(X, axis=1), rtol=1e-15)
    gradcheck(lambda x: np.logaddexp.reduce(x, axis=None), X)


def test_methods_of_ufuncs_take_a_dtype():
    for ufunc in (np.multiply, np.add, np.maximum, np.minimum):
        result, expected = ufunc.accumulate(Tensor(X), dtype=np.float32), ufunc.accumulate(X, dtype=np.float32)
        assert result.dtype == expected.dtype
        assert_values(result, expected, rtol=1e-6)
    with pytest.raises(TypeError, match=r"np.maximum.accumulate: dtype=int64 would lose something"):
        np.maximum.accumulate(Tensor(X), dtype=int)
