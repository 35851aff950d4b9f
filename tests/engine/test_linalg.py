"""Matrix products of all ranks."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

SHAPES = [
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((2, 3), (3, 4)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((1, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (1, 3, 4)),
    ((6, 1, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (6, 1, 3, 4)),
    ((6, 5, 2, 3), (3, 4)),
    ((6, 5, 2, 3), (3,)),
    ((3,), (6, 5, 3, 4)),
    ((1, 1), (1, 1)),
    ((1, 3), (3, 1)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
    ((2, 3), (3, 0)),
    ((0,), (0,)),
    ((0, 2, 3), (3, 4)),
    ((0, 2, 3), (1, 3, 4)),
]


def filled(shape, phase=0.0):
    return np.sin(np.arange(np.prod(shape, dtype=int)) + phase).reshape(shape)


def products(x, y, seed):
    """The gradients of ``sum(x @ y * seed)``, element by element: a matrix product is linear in both operands."""
    by_x, by_y = np.zeros_like(x), np.zeros_like(y)
    for gradient, operand, times in ((by_x, x, lambda unit: unit @ y), (by_y, y, lambda unit: x @ unit)):
        for index in np.ndindex(operand.shape):
            unit = np.zeros_like(operand)
            unit[index] = 1.0
            gradient[index] = np.sum(times(unit) * seed)
    return by_x, by_y


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_values_and_gradients_for_all_ranks(shapes):
    x, y = filled(shapes[0]), filled(shapes[1], 0.5)
    result = Tensor(x) @ Tensor(y)
    assert_values(result, x @ y)
    seed = filled(result.shape, 1.0)
    by_x, by_y = gradients(ag.matmul, x, y, seed=seed)
    expected_x, expected_y = products(x, y, seed)
    np.testing.assert_allclose(by_x, expected_x, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(by_y, expected_y, rtol=1e-12, atol=1e-14)
    assert (by_x.shape, by_y.shape) == shapes


@pytest.mark.parametrize("shapes", SHAPES[:18], ids=str)
def test_each_operand_alone(shapes):
    x, y = filled(shapes[0]), filled(shapes[1], 0.5)
    expected = products(x, y, np.ones((x @ y).shape))
    np.testing.assert_allclose(gradients(lambda x: x @ y, x), expected[0], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(gradients(lambda y: x @ y, y), expected[1], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("shapes", SHAPES[:18], ids=str)
def test_second_derivatives_for_all_ranks(shapes):
    """Of ``sum((x @ y)**2)``: the derivative of the sum of its gradient by x is checked by a difference along y."""
    x, y = weight(filled(shapes[0])), weight(filled(shapes[1], 0.5))

    def total(values):
        return gradients(lambda x: ((x @ values) ** 2).sum(), x.data).sum()

    ((x @ y) ** 2).sum().backward(create_graph=True)
    by_x = x.grad
    x.grad = y.grad = None
    by_x.sum().backward()
    direction = filled(shapes[1], 2.0)
    slope = (total(y.data + 1e-6 * direction) - total(y.data - 1e-6 * direction)) / 2e-6
    np.testing.assert_allclose((y.grad.data * direction).sum(), slope, rtol=1e-7)


@pytest.mark.parametrize("dtypes", list(itertools.product([np.float16, np.float32, np.float64], repeat=2)))
def test_dtypes(dtypes):
    x, y = weight(np.ones((2, 3)), dtypes[0]), weight(np.ones((3, 4)), dtypes[1])
    result = x @ y
    assert result.dtype == np.result_type(*dtypes)
    result.sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == dtypes
    assert_values(x.grad, np.full((2, 3), 4.0))
    assert_values(y.grad, np.full((3, 4), 2.0))


def test_products_with_integers():
    x = weight([[1.0, 2.0]])
    (x @ Tensor([[3], [4]])).sum().backward()
    assert_values(x.grad, [[3.0, 4.0]])
    assert (Tensor([[1, 2]]) @ Tensor([3, 4])).dtype == np.int64


def test_complex_products():
    x, y = filled((2, 3)) + 1j * filled((2, 3), 1.0), filled((3, 4), 2.0) - 1j * filled((3, 4), 3.0)
    by_x, by_y = gradients(lambda x, y: (x @ y).real, x, y)
    np.testing.assert_allclose(by_x, np.ones((2, 4)) @ y.conj().T, rtol=1e-14)
    np.testing.assert_allclose(by_y, x.conj().T @ np.ones((2, 4)), rtol=1e-14)


def test_a_matrix_times_itself():
    x = filled((3, 3))
    np.testing.assert_allclose(gradients(lambda x: x @ x, x), np.ones((3, 3)) @ x.T + x.T @ np.ones((3, 3)), rtol=1e-13)


def test_a_matrix_times_its_transpose():
    x = filled((2, 3))
    np.testing.assert_allclose(gradients(lambda x: x @ x.T, x), 2 * np.ones((2, 2)) @ x, rtol=1e-13)


@pytest.mark.parametrize("shapes", [((2, 3), (4, 5)), ((), (3,)), ((3,), ()), ((3,), (4,)), ((2, 2, 3), (3, 3, 4))])
def test_shapes_that_do_not_fit_are_refused(shapes):
    with pytest.raises(ValueError, match="matmul"):
        Tensor(np.ones(shapes[0])) @ np.ones(shapes[1])


# ------------------------------------------------------------------------------------------------------------- linear


@pytest.mark.parametrize("shape", [(3,), (2, 3), (5, 2, 3), (6, 5, 2, 3), (0, 3), (5, 0, 3)])
@pytest.mark.parametrize("with_bias", [True, False])
def test_linear_is_a_product_with_the_transpose_and_a_bias(shape, with_bias):
    x, w, b = filled(shape), filled((4, 3), 0.5), filled((4,), 1.0)
    bias = [b] if with_bias else []
    expected = x @ w.T + (b if with_bias else 0.0)
    assert_values(ag.linear(Tensor(x), w, *bias), expected, rtol=1e-14)
    seed = filled(expected.shape, 2.0)
    fused = gradients(ag.linear, x, w, *bias, seed=seed)
    apart = gradients(lambda x, w, *b: x @ w.T + (b[0] if b else 0.0), x, w, *bias, seed=seed)
    for one, other in zip(fused, apart, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def test_linear_of_many_axes_is_one_product_of_matrices():
    """To the last bit: NumPy's own product of more than two axes goes other ways, which take many times as long."""
    x, w, seed = (np.random.default_rng(0).normal(size=shape) for shape in ((5, 7, 33), (9, 33), (5, 7, 9)))
    rows = weight(x.reshape(35, 33)), weight(x)
    results = [ag.linear(each, w) for each in rows]
    np.testing.assert_array_equal(results[1].data.reshape(35, 9), results[0].data)
    for result in results:
        result.backward(seed.reshape(result.shape))
    np.testing.assert_array_equal(rows[1].grad.data.reshape(35, 33), rows[0].grad.data)


def test_linear_takes_its_bias_by_name():
    y = ag.linear([1.0, 2.0], weight=Tensor([[1.0, 1.0]]), bias=weight([0.5]))
    assert_values(y, [3.5])
    assert y.requires_grad
    assert ag.linear([1.0, 2.0], [[1.0, 1.0]], None).tolist() == [3.0]


@pytest.mark.parametrize("bias", [2, 0.5, True, 1 + 2j])
def test_the_bias_of_linear_may_be_a_number(bias):
    for dtype in (np.int64, np.float64):
        x, w = np.array([1, 2], dtype), np.array([[1, 1], [0, 3]], dtype)
        assert_values(ag.linear(x, w, bias), x @ w.T + bias)


def test_linear_keeps_float32():
    operands = [weight(filled(shape), np.float32) for shape in ((2, 3), (4, 3), (4,))]
    y = ag.linear(*operands)
    y.sum().backward()
    assert [y.dtype, *(operand.grad.dtype for operand in operands)] == [np.float32] * 4


def test_second_derivatives_of_linear():
    x, w = weight([1.0, 2.0]), weight([[3.0, 4.0]])
    (ag.linear(x, w) ** 2).sum().backward(create_graph=True)  # y = w x; by x: 2 y w
    by_x = x.grad
    x.grad = w.grad = None
    by_x.sum().backward()
    y = 11.0
    assert_values(x.grad, [2 * 3.0 * 7.0, 2 * 4.0 * 7.0])
    assert_values(w.grad, [[2 * (1.0 * 7.0 + y), 2 * (2.0 * 7.0 + y)]])


@pytest.mark.parametrize(
    "shapes",
    [
        ((2, 3), (4, 2), (4,)),
        ((2, 3), (4, 3), (5,)),
        ((2, 3), (3,), (4,)),
        ((), (4, 3), (4,)),
        ((2, 3), (5, 3, 3), (5,)),
        ((2, 3), (), (4,)),
    ],
)
def test_linear_refuses_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match="linear"):
        ag.linear(*(weight(np.ones(shape)) for shape in shapes))
