"""Norms of vectors and matrices."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((3, 4, 2))
Z = X + 1j * RANDOM.standard_normal(X.shape)

VECTOR_ORDERS = [None, 0, 1, 2, 3, 0.5, -1, -2.5, np.inf, -np.inf]
MATRIX_ORDERS = [None, "fro", "f", "nuc", 1, -1, 2, -2, np.inf, -np.inf]


@pytest.mark.parametrize("x", [X, Z], ids=["real", "complex"])
@pytest.mark.parametrize("order", VECTOR_ORDERS)
@pytest.mark.parametrize("axis", [0, -1, (1,)])
def test_norms_of_vectors(x, order, axis):
    for keepdims in (False, True):
        result = np.linalg.norm(weight(x), order, axis, keepdims)
        np.testing.assert_allclose(result.data, np.linalg.norm(x, order, axis, keepdims), rtol=1e-13)
        assert result.dtype == np.float64
    gradcheck(lambda x: np.linalg.norm(x, order, axis), x)


@pytest.mark.parametrize("x", [X, Z], ids=["real", "complex"])
@pytest.mark.parametrize("order", MATRIX_ORDERS)
@pytest.mark.parametrize("axis", [(0, 1), (2, 0), (-1, -2)])
def test_norms_of_matrices(x, order, axis):
    for keepdims in (False, True):
        result = np.linalg.norm(weight(x), order, axis, keepdims)
        expected = np.linalg.norm(x, order, axis, keepdims)
        assert result.shape == expected.shape
        np.testing.assert_allclose(result.data, expected, rtol=1e-13)
    gradcheck(lambda x: np.linalg.norm(x, order, axis), x)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4)])
def test_without_axis_and_order_it_is_of_all_elements(shape):
    x = RANDOM.standard_normal(shape)
    for keepdims in (False, True):
        expected = np.linalg.norm(x, keepdims=keepdims)
        assert_values(np.linalg.norm(weight(x), keepdims=keepdims), expected, rtol=1e-14)
    np.testing.assert_allclose(gradients(np.linalg.norm, x), x / np.linalg.norm(x), rtol=1e-14)


@pytest.mark.parametrize("order", [0, 1, 2, 3, 1.5, 0.5, np.inf])
def test_the_gradient_at_zero_is_zero(order):
    assert gradients(lambda x: np.linalg.norm(x, order), np.zeros(3)).tolist() == [0.0] * 3
    one_zero = gradients(lambda x: np.linalg.norm(x, order, axis=1).sum(), [[0.0, 0.0], [0.0, -2.0]])
    assert one_zero.tolist() == [[0.0, 0.0], [0.0, -1.0 if order else 0.0]]


@pytest.mark.parametrize("order", ["fro", "nuc", 2, 1, np.inf])
def test_the_gradient_of_a_zero_matrix_is_finite(order):
    assert np.isfinite(gradients(lambda x: np.linalg.norm(x, order), np.zeros((2, 3)))).all()


def test_equal_elements_share_the_gradient_of_the_largest():
    found = gradients(lambda x: np.linalg.norm(x, np.inf), [3.0, -3.0, 1.0])
    assert found.tolist() == [0.5, -0.5, 0.0]


def test_gradients_are_exact_far_from_one():
    for size in (1e-150, 1e-4, 1e4, 1e150):
        np.testing.assert_allclose(gradients(np.linalg.norm, [3 * size, -4 * size]), [0.6, -0.8], rtol=1e-14)
    for size in (1e-100, 1e-4, 1e4, 1e100):
        np.testing.assert_allclose(gradients(lambda x: np.linalg.norm(x, 3), [size, 0.0]), [1.0, 0.0], rtol=1e-12)


def test_the_second_derivative_of_a_length():
    gradcheck(lambda x: np.linalg.norm(x, 3) ** 2, np.array([1.0, -2.0, 0.5]))
    x = weight([3.0, 4.0])
    np.linalg.norm(x).backward(create_graph=True)
    slope, x.grad = x.grad, None
    slope[0].backward()
    np.testing.assert_allclose(x.grad.data, [16 / 125, -12 / 125], rtol=1e-13)


def test_single_precision_stays():
    for order in (None, 0, 1, 3, np.inf):
        x = weight(X[0, 0], np.float32)
        result = np.linalg.norm(x, order)
        result.backward()
        assert (result.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_whole_numbers_and_empty_arrays():
    assert_values(np.linalg.norm(Tensor([3, 4])), 5.0)
    for order in (None, 1, 2, np.inf):
        assert_values(np.linalg.norm(weight(np.zeros((2, 0))), order, axis=1), np.zeros(2))
    for order in ("fro", 1, np.inf, 2, "nuc"):
        assert_values(np.linalg.norm(weight(np.zeros((0, 2))), order), np.linalg.norm(np.zeros((0, 2)), order))


def test_the_standards_names():
    assert_values(np.linalg.vector_norm(weight(X), axis=(0, 2), ord=1), np.abs(X).sum(axis=(0, 2)), rtol=1e-14)
    assert_values(ag.linalg.vector_norm(X, ord=np.inf, keepdims=True), np.abs(X).max().reshape(1, 1, 1))
    assert_values(ag.linalg.matrix_norm(X, ord=1), np.linalg.norm(X, 1, axis=(1, 2)), rtol=1e-14)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ag.linalg.norm(X, 2),
        lambda: ag.linalg.norm(X, "fro", axis=0),
        lambda: ag.linalg.norm(X, 3, axis=(0, 1)),
        lambda: ag.linalg.norm(X, axis=(0, 1, 2)),
        lambda: ag.linalg.norm(X, axis=(0, 0)),
        lambda: ag.linalg.norm(X, axis=5),
        lambda: ag.linalg.matrix_norm(X[0, 0]),
    ],
)
def test_mistakes_are_refused(call):
    with pytest.raises(ValueError, match="norm"):
        call()


def test_the_order_of_a_vector_norm_is_one_number():
    for order in ([1], (1,), [0, 1], range(2), np.array([1.0, 3.0])):
        for function in (np.linalg.norm, ag.linalg.norm, ag.linalg.vector_norm):
            with pytest.raises(ValueError, match=r"norm: ord=.* is not one number"):
                function(weight([1.0, 2.0]), ord=order)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", [None, 2, 3, 1.5])
def test_gradients_are_exact_where_powers_underflow_or_overflow(order, dtype):
    limits = np.finfo(dtype)
    expected = gradients(lambda x: ag.linalg.norm(x, order), np.array([3.0, -4.0]))
    for size in (limits.smallest_subnormal * 2**20, limits.tiny, limits.tiny**0.6, limits.max**0.4, limits.max / 8):
        x = np.array([3, -4], dtype) * dtype(size)
        with np.errstate(over="ignore", under="ignore"):
            for function in (ag.linalg.norm, np.linalg.norm):
                found = gradients(lambda x, function=function: function(x, order), x)
                np.testing.assert_allclose(found, expected, rtol=1e-5)
    rows = np.array([[3, -4], [0, 0], [3, -4]], dtype) * np.array([[limits.tiny], [1], [1]], dtype)
    with np.errstate(under="ignore"):
        found = gradients(lambda x: ag.linalg.norm(x, order, axis=1), rows)
    np.testing.assert_allclose(found, [expected, [0, 0], expected], rtol=1e-6)


def test_the_order_has_no_derivative():
    assert_values(ag.linalg.norm(weight([3.0, 4.0]), Tensor(2.0)), 5.0)
    for order in (1.0, 2.0, 3.0, np.inf):
        for function in (np.linalg.norm, ag.linalg.vector_norm):
            with pytest.raises(TypeError, match=r"norm: ord, float64 \(\), has no derivative"):
                function(weight([1.0, 2.0]), ord=weight(order))
