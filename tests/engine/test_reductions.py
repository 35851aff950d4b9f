"""Reductions and what is made of them: axes, ties, edges, stability, dtypes."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[[3.0, 1.0], [2.0, 7.0], [5.0, 4.0]], [[0.5, 9.0], [6.0, 8.0], [11.0, 10.0]]])
AXES = [None, 0, 1, 2, -1, -3, (0,), (0, 1), (2, 0), (-1, 0), (0, 1, 2), ()]

REDUCTIONS = {
    "sum": (ag.sum, np.sum),
    "mean": (ag.mean, np.mean),
    "max": (ag.max, np.max),
    "min": (ag.min, np.min),
    "var": (ag.var, np.var),
    "std": (ag.std, np.std),
    "logsumexp": (ag.logsumexp, lambda x, **options: np.log(np.sum(np.exp(x), **options))),
}
CONSTANT_REDUCTIONS = {"all": (ag.all, np.all), "any": (ag.any, np.any)}


def differences(function, x, step=1e-6):
    """The gradient of the sum of a function, by central differences."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = step
        gradient[index] = (np.sum(function(x + nudge)) - np.sum(function(x - nudge))) / (2 * step)
    return gradient


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    ("name", "axis"), [(name, axis) for name in REDUCTIONS for axis in AXES if axis != () or name not in ("var", "std")]
)
def test_values_and_gradients_over_all_axes(name, axis, keepdims):
    ours, theirs = REDUCTIONS[name]
    y = ours(Tensor(X), axis=axis, keepdims=keepdims)
    expected = theirs(X, axis=axis, keepdims=keepdims)
    assert_values(y, expected, rtol=1e-14)
    gradient = gradients(lambda x: ours(x, axis=axis, keepdims=keepdims), X)
    by_difference = differences(lambda x: theirs(x, axis=axis, keepdims=keepdims), X)
    np.testing.assert_allclose(gradient, by_difference, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", CONSTANT_REDUCTIONS)
def test_truth_over_all_axes(name, axis):
    ours, theirs = CONSTANT_REDUCTIONS[name]
    assert_values(ours(weight(X) > 4.0, axis=axis), theirs(X > 4.0, axis=axis))


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "var", "std"])
def test_methods_are_the_functions(name):
    theirs = REDUCTIONS[name][1]
    t = Tensor(X)
    assert_values(getattr(t, name)(), theirs(X), rtol=1e-15)
    assert_values(getattr(t, name)(1), theirs(X, 1), rtol=1e-15)
    assert_values(getattr(t, name)(axis=(0, 2), keepdims=True), theirs(X, axis=(0, 2), keepdims=True), rtol=1e-15)


@pytest.mark.parametrize("name", ["argmax", "argmin", "any", "all"])
def test_methods_of_constants_are_the_functions(name):
    assert_values(getattr(Tensor(X), name)(), getattr(np, name)(X))
    assert_values(getattr(Tensor(X), name)(axis=1), getattr(np, name)(X, axis=1))


@pytest.mark.parametrize("axis", [np.int64(1), np.int8(-1)])
@pytest.mark.parametrize("name", [*REDUCTIONS, "cumsum", "softmax", "log_softmax"])
def test_an_axis_may_be_an_integer_of_numpy(name, axis):
    function = getattr(ag, name)
    assert_values(function(Tensor(X), axis=axis), function(Tensor(X), axis=int(axis)).data)
    ours = gradients(lambda x: function(x, axis=axis) * 2.0, X)
    np.testing.assert_array_equal(ours, gradients(lambda x: function(x, axis=int(axis)) * 2.0, X))


@pytest.mark.parametrize("axis", [3, -4, (0, 0), (0, 3), 1.0, "rows"])
@pytest.mark.parametrize("name", ["sum", "mean", "max", "var", "logsumexp"])
def test_a_wrong_axis_is_refused(name, axis):
    with pytest.raises((ValueError, TypeError, IndexError)):
        getattr(ag, name)(weight(X), axis=axis)


@pytest.mark.parametrize("name", [*REDUCTIONS, "softmax", "log_softmax", "cumsum"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_is_kept(name, dtype):
    x = weight(X, dtype)
    y = getattr(ag, name)(x, axis=1)
    assert y.dtype == dtype
    y.backward(np.ones(y.shape))
    assert x.grad.dtype == dtype


@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_result_without_axes_is_an_array(name):
    y = REDUCTIONS[name][0](weight(X))
    assert type(y.data) is np.ndarray
    assert y.shape == ()


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "logsumexp"])
def test_a_single_number(name):
    assert REDUCTIONS[name][0](Tensor(3.0)).item() == 3.0
    assert gradients(REDUCTIONS[name][0], 3.0) == 1.0
    assert_values(REDUCTIONS[name][0](5.0), 5.0)


@pytest.mark.parametrize("name", ["sum", "max", "min"])
def test_the_axis_of_a_single_number(name):
    for axis in (0, -1):  # NumPy takes these, too
        assert gradients(lambda x, axis=axis: REDUCTIONS[name][0](x, axis=axis), 3.0) == 1.0


@pytest.mark.parametrize("name", REDUCTIONS)
def test_lists_and_arrays_are_taken(name):
    ours, theirs = REDUCTIONS[name]
    assert_values(ours([1.0, 2.0, 4.0]), theirs(np.array([1.0, 2.0, 4.0])), rtol=1e-15)
    assert_values(ours(X, axis=0), theirs(X, axis=0), rtol=1e-14)


# ---------------------------------------------------------------------------------------------------- sums and means


def test_the_sum_of_nothing():
    x = weight(np.zeros((0, 3)))
    y = x.sum()
    assert y.item() == 0.0
    y.backward()
    assert x.grad.shape == (0, 3)
    assert_values(x.sum(axis=0), [0.0, 0.0, 0.0])
    assert x.sum(axis=1).shape == (0,)
    assert x.mean(axis=1).shape == (0,)


@pytest.mark.parametrize("name", ["max", "min"])
def test_an_extremum_of_nothing_is_refused(name):
    with pytest.raises(ValueError, match=rf"{name}\(float64 \(0,\).*zero-size array"):
        getattr(ag, name)(Tensor([]))
    assert getattr(ag, name)(weight(np.zeros((0, 3))), axis=1).shape == (0,)


def test_a_sum_in_another_dtype():
    x = weight([1.0, 2.0], np.float32)
    y = ag.sum(x, dtype=np.float64)
    assert y.dtype == np.float64
    y.backward()
    assert x.grad.dtype == np.float32
    assert ag.sum(Tensor([1, 2], np.int8)).dtype == np.int64
    assert ag.mean(Tensor([1, 2])).dtype == np.float64
    assert ag.mean(Tensor([1, 2]), dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize("function", [ag.sum, ag.mean, ag.cumsum])
@pytest.mark.parametrize("dtype", [int, bool])
def test_a_reduction_to_whole_numbers_is_refused_or_a_constant(function, dtype):
    try:
        y = function(weight([1.5, 2.5]), dtype=dtype)
    except TypeError:
        return
    assert not y.requires_grad


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("function", [ag.sum, ag.mean, ag.cumsum])
def test_a_reduction_that_would_drop_the_imaginary_part_is_refused(function):
    with pytest.raises(TypeError):
        function(weight([1.0 + 2.0j]), dtype=float)


def test_a_mean_of_many_half_precision_numbers_does_not_overflow():
    data = np.ones(100_000, np.float16)
    assert np.mean(data) == 1.0
    assert ag.mean(Tensor(data)).item() == 1.0
    assert ag.mean(Tensor(data)).dtype == np.float16


def test_half_precision_does_not_overflow_in_gradients_and_variances():
    x = weight(np.zeros(100_000), np.float16)
    ag.mean(x).backward()
    np.testing.assert_array_equal(x.grad.data, np.float16(1e-5))
    data = np.array([-300.0, 300.0], np.float16)
    for ours, theirs in ((ag.std, np.std), (ag.var, np.var)):
        assert_values(ours(Tensor(data / 10)), theirs(data / 10))
    assert_values(ag.std(Tensor(data)), np.float16(300.0))


def test_large_and_small_arrays_spread_alike():
    for size in (10, 100_000):
        np.testing.assert_array_equal(gradients(lambda x: x.sum() * 3.0, np.zeros(size)), np.full(size, 3.0))
        np.testing.assert_allclose(gradients(ag.mean, np.zeros(size)), np.full(size, 1 / size))


# ------------------------------------------------------------------------------------------------------------- ties


@pytest.mark.parametrize("function", [ag.max, ag.min])
def test_ties_share_evenly(function):
    np.testing.assert_array_equal(gradients(function, [5.0, 5.0, 5.0, 5.0]), [0.25] * 4)
    g = gradients(lambda x: function(x, axis=1), [[1.0, 1.0], [2.0, 3.0]], seed=[8.0, 4.0])
    assert g[0].tolist() == [4.0, 4.0]
    assert sorted(g[1]) == [0.0, 4.0]
    np.testing.assert_array_equal(gradients(function, [0.0, -0.0]), [0.5, 0.5])


@pytest.mark.parametrize("function", [ag.max, ag.min])
def test_ties_share_evenly_in_half_precision(function):
    np.testing.assert_allclose(gradients(function, np.ones(3), dtype=np.float16), np.float16(1 / 3))
    np.testing.assert_array_equal(gradients(function, np.ones(70_000), dtype=np.float16), np.float16(1 / 70_000))


@pytest.mark.parametrize("function", [ag.max, ag.min])
def test_infinities_take_part(function):
    np.testing.assert_array_equal(gradients(lambda x: function(x * [1.0, 1.0]), [math.inf, math.inf]), [0.5, 0.5])


@pytest.mark.parametrize("function", [ag.max, ag.min])
def test_an_undefined_extremum_gives_its_gradient_to_the_undefined_elements(function):
    y = function(Tensor([1.0, math.nan]))
    assert np.isnan(y.item())
    np.testing.assert_array_equal(gradients(function, [1.0, math.nan]), [0.0, 1.0])


# ---------------------------------------------------------------------------------------- variance, standard deviation


@pytest.mark.parametrize("function", [ag.var, ag.std, np.var, np.std])
def test_degrees_of_freedom_have_no_derivative(function):
    with pytest.raises(TypeError, match="ddof is a number, and has no derivative"):
        function(Tensor(X), ddof=Tensor(1.0, requires_grad=True))


@pytest.mark.parametrize("ddof", [0, 1, 0.5])
def test_degrees_of_freedom(ddof):
    for ours, theirs in ((ag.var, np.var), (ag.std, np.std)):
        assert_values(ours(Tensor(X), axis=1, ddof=ddof), theirs(X, axis=1, ddof=ddof), rtol=1e-14)
        assert_values(ours(Tensor(X), axis=1, correction=ddof), theirs(X, axis=1, ddof=ddof), rtol=1e-14)


@pytest.mark.parametrize("x", [X, 2.0, X.astype(np.float16), X.astype(int), X * 1j])
def test_correction_and_degrees_of_freedom_are_two_names_of_one_thing(x):
    for name in ("var", "std"):
        for function in (getattr(ag, name), getattr(np, name)):
            assert_values(function(Tensor(x), ddof=0, correction=0), function(x), rtol=1e-14)
            with pytest.raises(TypeError, match=rf"{name}: ddof, or correction, is a real number; given \(1\+2j\)"):
                function(Tensor(x), correction=1 + 2j)
            with pytest.raises(ValueError, match=f"{name}: ddof and correction are two names of one thing; give one"):
                function(Tensor(x), ddof=1, correction=0)
            for options in ({}, {"mean": 0.0} if function is getattr(np, name) else {}):
                with pytest.raises(ValueError, match=f"{name}: correction is a single number; given"):
                    function(Tensor(x), correction=np.array([1.0, 0.5]), **options)


@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
def test_no_degrees_of_freedom_give_what_numpy_gives_and_a_warning():
    for x, ddof in (([[1.0]], 1), ([[1.0, 2.0]], 3), ([[1.0, 2.0]], 2)):
        for name in ("var", "std"):
            with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
                expected = getattr(np, name)(x, axis=1, ddof=ddof)
            with pytest.warns(RuntimeWarning, match=f"{name}: .* leave no degrees of freedom with ddof={ddof}"):
                assert_values(getattr(ag, name)(Tensor(x), axis=1, ddof=ddof), expected)


def test_the_variance_of_complex_numbers_is_real():
    z = np.array([1.0 + 1.0j, -2.0j, 3.0])
    y = ag.var(weight(z))
    assert y.dtype == np.float64
    assert_values(y, np.var(z), rtol=1e-15)
    np.testing.assert_allclose(gradients(ag.var, z), 2 * (z - z.mean()) / 3, rtol=1e-14)


def test_the_variance_of_large_numbers_is_precise():
    data = np.array([1e9, 1e9 + 1, 1e9 + 2])
    assert_values(ag.var(Tensor(data)), 2 / 3, rtol=1e-12)


def test_the_standard_deviation_of_equal_numbers_has_the_gradient_zero():
    np.testing.assert_array_equal(gradients(ag.var, [2.0, 2.0]), [0.0, 0.0])
    np.testing.assert_array_equal(gradients(ag.std, [2.0, 2.0]), [0.0, 0.0])  # as PyTorch's


# ---------------------------------------------------------------------------------------------------- cumulative sums


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalising_over_no_elements(dtype):
    empty = np.zeros((0, 3), dtype)
    assert_values(ag.logsumexp(Tensor(empty), axis=0), np.full(3, -np.inf))
    assert_values(np.logaddexp.reduce(Tensor(empty)), np.logaddexp.reduce(empty))
    for function in (ag.logsumexp, ag.softmax, ag.log_softmax):
        y = function(weight(empty), axis=0)
        assert (y.shape, y.dtype) == ((3,) if function is ag.logsumexp else (0, 3), dtype)
        assert gradients(lambda x, f=function: f(x, axis=0), empty).shape == (0, 3)
        assert gradients(lambda x, f=function: f(x, axis=1), empty).shape == (0, 3)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, None])
def test_cumulative_sums(axis):
    assert_values(ag.cumsum(Tensor(X), axis=axis), np.cumsum(X, axis=axis))
    weights = np.cos(np.arange(12.0)).reshape(np.cumsum(X, axis=axis).shape)
    gradient = gradients(lambda x: ag.cumsum(x, axis=axis) * weights, X)
    np.testing.assert_allclose(gradient, differences(lambda x: np.cumsum(x, axis=axis) * weights, X), atol=1e-8)


def test_the_cumulative_sum_of_one_number_or_none():
    assert_values(ag.cumsum(Tensor(3.0)), [3.0])
    assert gradients(ag.cumsum, 3.0) == 1.0
    assert gradients(ag.cumsum, []).shape == (0,)


# -------------------------------------------------------------------------------------------------------- normalising

WIDE = np.array([[1000.0, 0.0, -1000.0], [1000.0, 1000.0, 1000.0], [-1000.0, -1000.0, 1000.0]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_softmax_of_wide_inputs(dtype):
    y = ag.softmax(Tensor(WIDE, dtype))
    third = dtype(1) / dtype(3)
    assert_values(y, [[1.0, 0.0, 0.0], [third] * 3, [0.0, 0.0, 1.0]])
    g = gradients(lambda x: ag.softmax(x)[:, 0], WIDE, dtype=dtype)
    np.testing.assert_allclose(g[[0, 2]], 0.0)
    np.testing.assert_allclose(g[1], [2 / 9, -1 / 9, -1 / 9], rtol=2e-3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_log_softmax_of_wide_inputs(dtype):
    y = ag.log_softmax(Tensor(WIDE, dtype))
    log_third = -np.log(dtype(3))
    expected = np.array([[0.0, -1000.0, -2000.0], [log_third] * 3, [-2000.0, -2000.0, 0.0]])
    np.testing.assert_allclose(y.data, expected, rtol=2 * np.finfo(dtype).eps)
    g = gradients(lambda x: ag.log_softmax(x)[:, 1], WIDE, dtype=dtype)
    np.testing.assert_allclose(g, [[-1.0, 1.0, 0.0], [-1 / 3, 2 / 3, -1 / 3], [0.0, 1.0, -1.0]], rtol=2e-3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_logsumexp_of_wide_inputs(dtype):
    y = ag.logsumexp(Tensor(WIDE, dtype), axis=1)
    np.testing.assert_allclose(y.data, [1000.0, 1000.0 + np.log(3.0), 1000.0], rtol=2 * np.finfo(dtype).eps)
    g = gradients(lambda x: ag.logsumexp(x, axis=1), WIDE, dtype=dtype)
    np.testing.assert_allclose(
        g, [[1.0, 0.0, 0.0], [1 / 3] * 3, [0.0, 0.0, 1.0]], rtol=0.6 if dtype == np.float16 else 1e-4
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_of_wide_inputs(dtype):
    """Cross-entropy built of log_softmax and an index: finite, and its gradient is softmax minus one at the class."""
    classes = np.array([2, 0, 0])
    x = weight(WIDE, dtype)
    loss = -ag.log_softmax(x, axis=1)[np.arange(3), classes].mean()
    assert loss.item() == pytest.approx((2000.0 + math.log(3.0) + 2000.0) / 3, rel=1e-6)
    loss.backward()
    expected = np.array([[1.0, 0.0, -1.0], [-2 / 3, 1 / 3, 1 / 3], [-1.0, 0.0, 1.0]]) / 3
    np.testing.assert_allclose(x.grad.data, expected, rtol=1e-6, atol=1e-7)


def test_binary_cross_entropy_of_wide_inputs():
    """``max(x, 0) - x y + log1p(exp(-|x|))``, the stable form."""

    def loss(x, y):
        return ag.maximum(x, 0.0) - x * y + ag.log1p(ag.exp(-ag.abs(x)))

    x = np.array([-1000.0, 1000.0, -1000.0, 1000.0])
    y = np.array([0.0, 1.0, 1.0, 0.0])
    assert_values(loss(Tensor(x), y), [0.0, 0.0, 1000.0, 1000.0])
    np.testing.assert_array_equal(gradients(lambda x: loss(x, y), x), [0.0, 0.0, -1.0, 1.0])


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_softmax_sums_to_one_along_its_axis(axis):
    x = X / 10.0
    y = ag.softmax(Tensor(x), axis=axis)
    np.testing.assert_allclose(y.data.sum(axis=axis), 1.0, rtol=1e-15)
    np.testing.assert_allclose(ag.log_softmax(Tensor(x), axis=axis).data, np.log(y.data), rtol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
@pytest.mark.parametrize("function", [ag.softmax, ag.log_softmax])
def test_gradients_of_softmax(function, axis):
    x, weights = X / 10.0, np.cos(np.arange(12.0)).reshape(X.shape)
    gradient = gradients(lambda x: function(x, axis=axis) * weights, x)
    numeric = differences(lambda x: function(Tensor(x), axis=axis).data * weights, x)
    np.testing.assert_allclose(gradient, numeric, atol=1e-8)


def test_masked_elements_of_softmax_get_nothing():
    masked = [1.0, -math.inf, 2.0]
    assert ag.softmax(Tensor(masked)).data[1] == 0.0
    g = gradients(lambda x: ag.softmax(x)[0], masked)
    assert (g[1], np.isfinite(g).all()) == (0.0, True)
    np.testing.assert_allclose(
        gradients(ag.logsumexp, masked), [1 / (1 + math.e), 0.0, math.e / (1 + math.e)], rtol=1e-12
    )


def test_logsumexp_of_complex_terms_that_cancel():
    x = np.array([[2.0 + 3.0j, 1.9 - 0.2j, 1.0], [-math.inf, 1.0j, 1.0j + 0.5], [-math.inf, -math.inf, -math.inf]])
    with np.errstate(divide="ignore"):
        assert_values(ag.logsumexp(Tensor(x), axis=1), np.log(np.exp(x).sum(axis=1)), rtol=1e-14)
    ag.testing.gradcheck(lambda x: ag.logsumexp(x, axis=1), x[:1])


def test_logsumexp_of_minus_infinity_alone():
    assert ag.logsumexp(Tensor([-math.inf, -math.inf])).item() == -math.inf


def test_where_all_is_minus_infinity_logsumexp_gives_no_gradient():
    g = gradients(lambda x: ag.logsumexp(x, axis=1), [[-math.inf, -math.inf], [0.0, -math.inf]])
    np.testing.assert_array_equal(g, [[0.0, 0.0], [1.0, 0.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [1e4, -1e4, 1e6, 1e15])
def test_shares_of_logsumexp_add_up_far_from_zero(far, dtype):
    x = np.full((2, 3), far, dtype)
    exact = 1e-15 if dtype is np.float64 else 3e-7
    for function in (ag.logsumexp, ag.special.logsumexp):
        by_rows = gradients(lambda x, function=function: function(x, axis=1), x)
        np.testing.assert_allclose(by_rows, np.full((2, 3), 1 / 3), rtol=exact)
    np.testing.assert_allclose(gradients(ag.logsumexp, x), np.full((2, 3), 1 / 6), rtol=exact)
    np.testing.assert_allclose(ag.hessian(ag.logsumexp)(x[0]).sum(axis=0), np.zeros(3), atol=exact)


def test_complex_parts_of_logsumexp_that_cancel_have_their_gradients():
    gradcheck(ag.logsumexp, np.array([0.1, 0.2 + 3.1j, -3.0]), tolerance=1e-7)


def test_logsumexp_of_infinity():
    assert ag.logsumexp(Tensor([math.inf, 1.0])).item() == math.inf
    assert ag.logsumexp(Tensor([math.inf, 1000.0])).item() == math.inf


def test_second_derivatives_of_softmax():
    x = weight([0.1, -0.4, 0.3])
    ag.softmax(x)[0].backward(create_graph=True)
    gradient, x.grad = x.grad, None
    gradient[1].backward()
    p = np.exp([0.1, -0.4, 0.3])
    a, b, c = p / p.sum()  # the second derivative of p0 by x1, then by each
    assert_values(x.grad, [-a * b * (1 - 2 * a), -a * b * (1 - 2 * b), 2 * a * b * c], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.int64, np.int16, np.float32, np.complex64])
def test_a_mean_has_the_dtype_that_was_asked_for(dtype):
    x = np.array([[1, 2], [4, 4]])
    result, expected = np.mean(Tensor(x), axis=1, dtype=dtype), np.mean(x, axis=1, dtype=dtype)
    assert result.dtype == expected.dtype
    assert result.tolist() == expected.tolist()


@pytest.mark.filterwarnings("error")
def test_the_gradient_of_a_mean_of_nothing():
    x = Tensor(np.ones((0, 3)), requires_grad=True)
    np.mean(x, axis=1).sum().backward()
    assert x.grad.shape == (0, 3)


def test_a_dtype_without_room_is_named():
    with pytest.raises(TypeError, match="dtype=uint8 would lose something of int64"):
        np.mean(Tensor([1, 2]), dtype=np.uint8)


@pytest.mark.parametrize("function", [np.sum, np.prod, np.cumsum, np.cumprod])
def test_whole_numbers_wrap_in_a_dtype_without_a_sign(function):
    x = np.array([-1, 2, 300])
    result = function(Tensor(x), dtype=np.uint8)
    assert result.dtype == np.uint8
    assert_values(result, function(x, dtype=np.uint8))


@pytest.mark.parametrize("function", [np.sum, np.prod, np.nansum, np.nanprod])
@pytest.mark.parametrize("initial", [np.nan, np.inf])
def test_an_initial_value_that_integers_cannot_hold_is_refused(function, initial):
    with pytest.raises(ValueError, match=r"initial is (nan|inf), and the result is int64"):
        function(Tensor([1, 2]), initial=initial)


@pytest.mark.parametrize("function", [np.sum, np.prod, np.nansum, np.nanprod, np.max, np.min, np.nanmax, np.nanmin])
def test_without_an_initial_value_what_is_of_nothing_is_refused(function):
    for x, axis in ((X, None), (X, 1), (np.ones((0, 2)), 1), (np.array(3.0), None)):
        assert_values(function(Tensor(x), axis=axis, initial=None), function(x, axis=axis, initial=None), rtol=1e-14)
    for x, options in ((X[:0], {}), (X[:0], {"axis": 0}), (X, {"where": X > 2})):
        for given in (x, Tensor(x)):
            with pytest.raises(ValueError, match=r"has no identity|does not have an identity|initial="):
                function(given, initial=None, **options)


def test_numbers_of_python_are_taken():
    for number in (True, 2, 2.5, 1 + 2j):
        assert_values(ag.mean(number), np.mean(number))


#: What chooses by the truth of keepdims; NumPy's other reductions want a whole number.
BY_TRUTH = [np.argmax, np.argmin, np.nanargmax, np.nanargmin]


@pytest.mark.parametrize("axis", [None, 0])
@pytest.mark.parametrize("function", BY_TRUTH)
def test_the_truth_of_an_array_says_whether_axes_are_kept(function, axis):
    for flag in ([0], [1], [[0]], [0.0], 1, True):
        keepdims = np.array(flag)
        assert_values(function(Tensor(X), axis=axis, keepdims=keepdims), function(X, axis=axis, keepdims=keepdims))
    assert_values(np.count_nonzero(Tensor(X), keepdims=np.array([0])), np.count_nonzero(X))


@pytest.mark.parametrize("keepdims", [[], [1, 0], [[1, 0]]])
@pytest.mark.parametrize("function", [*BY_TRUTH, np.sum, np.max, np.median, np.all, np.count_nonzero, ag.argmax])
def test_an_array_that_is_neither_true_nor_false_says_not_whether_axes_are_kept(function, keepdims):
    with pytest.raises((TypeError, ValueError), match=f"{function.__name__}|truth value"):
        function(Tensor(X), keepdims=np.array(keepdims))


@pytest.mark.parametrize("name", ["mean", "var", "std"])
@pytest.mark.parametrize("axis", [0, -1, (0,)])
def test_a_number_has_no_axis_to_take_the_mean_of(name, axis):
    for array in (np.array(0.5), Tensor(0.5)):
        with pytest.raises(ValueError, match="out of bounds for array of dimension 0"):
            getattr(np, name)(array, axis=axis)
    assert np.mean(Tensor(0.5), axis=()).item() == 0.5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("of", [np.float64, np.float32, np.int64])
def test_the_deviations_are_as_precise_as_the_values_whatever_dtype_their_sum_has(dtype, of):
    x = (1000 + np.arange(7) / 3).astype(of)
    for name in ("var", "std", "nanvar", "nanstd"):
        ours, theirs = getattr(np, name)(Tensor(x), dtype=dtype), getattr(np, name)(x, dtype=dtype)
        assert ours.dtype == theirs.dtype, name
        assert_values(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("mean", [2e4, np.float16(2e4), np.float32(2e4), np.float64(2e4)])
def test_a_mean_that_is_given_has_its_say_in_the_dtype(mean):
    x = np.float16([19900.0, 20100.0])
    for name in ("var", "std", "nanvar", "nanstd"):
        ours, theirs = getattr(np, name)(Tensor(x), mean=mean), getattr(np, name)(x, mean=mean)
        assert ours.dtype == theirs.dtype, name
        assert_values(ours, theirs, rtol=1e-3)


@pytest.mark.parametrize("name", ["var", "std"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_without_a_degree_of_freedom(name):
    x = np.array([1.0, 2.0])
    for options in ({"correction": 2}, {"ddof": 3}):
        assert_values(getattr(np, name)(Tensor(x), **options), getattr(np, name)(x, **options))
    assert np.isnan(getattr(ag, name)(Tensor(x), correction=2).item())
