"""Arrays, lists and numbers beside a Tensor in an operator."""

import math
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from autograd import Tensor
from tests.engine.helpers import assert_values, weight

ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.floordiv, operator.mod]
COMPARISON = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
LEFT, RIGHT = np.array([2.0, 3.0, 4.0]), np.array([[1.5], [3.0]])


@pytest.mark.parametrize("operation", ARITHMETIC + COMPARISON)
@pytest.mark.parametrize("other", [RIGHT, RIGHT.tolist(), 3.0, 3, np.float64(3.0), np.float32(3.0), np.int64(3)])
def test_operators_work_both_ways_with_arrays_lists_and_scalars(operation, other):
    expected = operation(LEFT, np.asarray(other))
    for result in (operation(Tensor(LEFT), other), operation(weight(LEFT), other), operation(LEFT, Tensor(other))):
        assert_values(result, expected)
        assert result.dtype == expected.dtype
    assert_values(operation(other, Tensor(LEFT)), operation(np.asarray(other), LEFT))


@pytest.mark.parametrize("operation", ARITHMETIC[:5])
@pytest.mark.parametrize("other", [RIGHT, RIGHT.tolist(), 3.0, np.float64(3.0)])
def test_operators_record_with_the_tensor_on_either_side(operation, other):
    left, right = weight(LEFT), weight(LEFT)
    operation(left, other).sum().backward()
    operation(other, right).sum().backward()
    both = Tensor(other), weight(LEFT)
    operation(both[1], both[0]).sum().backward()
    assert_values(left.grad, both[1].grad.data)
    assert right.grad.shape == LEFT.shape


def test_matrix_products_work_both_ways():
    matrix, vector = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])
    for result in (Tensor(matrix) @ vector, matrix @ Tensor(vector), Tensor(matrix) @ [5.0, 6.0]):
        assert_values(result, matrix @ vector)
    assert_values([5.0, 6.0] @ Tensor(matrix), vector @ matrix)
    x = weight(vector)
    (matrix @ x).sum().backward()
    assert_values(x.grad, [4.0, 6.0])


@pytest.mark.parametrize("operation", [operator.and_, operator.or_, operator.xor])
def test_operators_on_bits(operation):
    a, b = np.array([True, False, True]), np.array([True, True, False])
    assert_values(operation(Tensor(a), b), operation(a, b))
    assert_values(operation(a, Tensor(b)), operation(a, b))
    assert_values(operation(Tensor([6, 3]), 5), operation(np.array([6, 3]), 5))
    assert_values(operation(5, Tensor([6, 3])), operation(5, np.array([6, 3])))


def test_unary_operators():
    x = Tensor([-1.5, 2.0])
    assert_values(-x, [1.5, -2.0])
    assert_values(+x, [-1.5, 2.0])
    assert_values(abs(x), [1.5, 2.0])
    assert_values(~Tensor([True, False]), [False, True])
    assert_values(~Tensor([5]), [~5])


def test_in_place_operators_with_an_array_on_the_left():
    array = np.array([1.0, 2.0])
    same = array
    array += Tensor([1.0, 1.0])
    assert array is same
    np.testing.assert_array_equal(same, [2.0, 3.0])
    with pytest.raises(TypeError, match=r"np\.add: the result requires grad and an array given as out="):
        array += weight([1.0, 1.0])
    np.testing.assert_array_equal(same, [2.0, 3.0])


def test_an_array_cannot_hold_what_requires_grad():
    array = np.zeros(2)
    with pytest.raises(TypeError, match="requires grad"):
        array[:] = weight([1.0, 2.0])
    array[:] = Tensor([1.0, 2.0])
    np.testing.assert_array_equal(array, [1.0, 2.0])


@pytest.mark.parametrize("scalar", [np.float64(2.0), np.float32(2.0), np.float16(2.0), np.int8(2), np.bool_(True)])
def test_numpy_scalars_on_the_left_record(scalar):
    x = weight([1.0, 2.0])
    y = scalar * x
    assert isinstance(y, Tensor)
    y.sum().backward()
    assert_values(x.grad, [float(scalar)] * 2)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
@pytest.mark.parametrize("operation", ARITHMETIC[:4])
@pytest.mark.parametrize("number", [2, 2.0, 0, 0.0, -0.0, True])
def test_python_numbers_do_not_widen(operation, dtype, number):
    x = np.array([1.0, 2.0], dtype)
    assert operation(number, Tensor(x)).dtype == dtype
    if number or operation is not operator.truediv:
        result = operation(Tensor(x), number)
        assert result.dtype == dtype
        assert result.data.tobytes() == operation(x, number).tobytes()  # zeros with their signs, too


@pytest.mark.parametrize("shape", [(), (3,)])
def test_promotion_is_that_of_numpy(shape):
    dtypes = [np.bool_, np.int8, np.int64, np.uint8, np.float16, np.float32, np.float64, np.complex64, np.complex128]
    for one in dtypes:
        for other in dtypes:
            x, y = np.ones(shape, one), np.ones(3, other)
            assert (Tensor(x) * Tensor(y)).dtype == (x * y).dtype
            assert (Tensor(x) * y).dtype == (x * y).dtype


def test_python_numbers_out_of_range_are_refused_as_numpy_does():
    with pytest.raises(OverflowError):
        Tensor(np.array([1], np.uint8)) + 300


def test_infinite_and_undefined_numbers():
    x = Tensor([1.0])
    assert np.isnan((x * math.nan).item())
    assert (x * math.inf).item() == math.inf


@pytest.mark.parametrize("number", [Fraction(1, 2), Decimal("0.5"), "0.5", None, object()])
def test_other_kinds_of_numbers_are_refused(number):
    with pytest.raises(TypeError):
        Tensor([1.0]) + number
    with pytest.raises(TypeError):
        weight([1.0]) * number


def test_a_subclass_of_ndarray_gives_plain_results():
    class Special(np.ndarray):
        pass

    special = np.array([1.0, 2.0]).view(Special)
    assert type((weight([1.0, 2.0]) * special).data) is np.ndarray
    assert type((special * weight([1.0, 2.0])).data) is np.ndarray


def test_old_code_defers_to_a_tensor():
    assert Tensor(1.0).__array_priority__ > np.ones(1).__array_priority__
