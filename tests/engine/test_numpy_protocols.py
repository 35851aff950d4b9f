"""How NumPy's functions, arrays and scalars meet a Tensor, and what Python's conversions do."""

import math
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

# ------------------------------------------------------------------------------------------------- calls of ufuncs


def test_a_ufunc_records():
    np.testing.assert_allclose(gradients(np.exp, [0.0, 1.0]), np.exp([0.0, 1.0]))
    x, y = gradients(np.multiply, [2.0, 3.0], [5.0, 7.0])
    np.testing.assert_array_equal(x, [5.0, 7.0])
    np.testing.assert_array_equal(y, [2.0, 3.0])


def test_a_ufunc_on_constants_gives_a_constant_tensor():
    y = np.exp(Tensor([0.0]))
    assert isinstance(y, Tensor)
    assert (y.requires_grad, y.node) == (False, None)


def test_out_moves_a_tensor_on():
    x, out = weight([2.0, 3.0]), Tensor([0.0, 0.0])
    earlier = out.detach()
    result = np.multiply(x, 2.0, out=out)
    assert result is out
    assert_values(earlier, [0.0, 0.0])
    out.sum().backward()
    assert_values(x.grad, [2.0, 2.0])


def test_out_may_be_a_plain_array_for_plain_numbers():
    out = np.zeros(2)
    result = np.multiply(Tensor([2.0, 3.0]), 2.0, out=out)
    assert result is out
    np.testing.assert_array_equal(out, [4.0, 6.0])


def test_out_may_not_be_a_plain_array_for_what_requires_grad():
    out = np.zeros(2)
    with pytest.raises(TypeError, match=r"np\.multiply: the result requires grad and an array given as out="):
        np.multiply(weight([2.0, 3.0]), 2.0, out=out)
    np.testing.assert_array_equal(out, [0.0, 0.0])


def test_out_of_another_shape_or_dtype_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        np.multiply(Tensor([2.0, 3.0]), 2.0, out=Tensor([0.0]))
    with pytest.raises(TypeError, match="cannot become int64 in place"):
        np.multiply(Tensor([2.0, 3.0]), 2.0, out=Tensor([0, 0]))
    with pytest.raises(TypeError, match="same_kind"):
        np.multiply(Tensor([2.0, 3.0]), 2.0, out=np.array([0, 0]))


def test_where_takes_the_other_elements_from_out():
    x, out = weight([2.0, 3.0]), Tensor([10.0, 20.0])
    out.requires_grad = True
    y = out * 1.0
    np.multiply(x, 2.0, out=y, where=[True, False])
    assert_values(y, [4.0, 20.0])
    y.sum().backward()
    assert_values(x.grad, [2.0, 0.0])
    assert_values(out.grad, [0.0, 1.0])


def test_where_without_out_is_refused():
    with pytest.raises(TypeError, match=r"np\.exp: where= leaves the other elements undefined"):
        np.exp(weight([1.0, 2.0]), where=[True, False])


def test_a_dtype_can_be_asked_for():
    x = weight([1.0, 2.0], np.float64)
    y = np.add(x, 1, dtype=np.float32)
    assert y.dtype == np.float32
    y.sum().backward()
    assert (x.grad.dtype, x.grad.tolist()) == (np.float64, [1.0, 1.0])


@pytest.mark.parametrize("make", [weight, Tensor])
def test_a_dtype_that_would_lose_the_fraction_is_refused_as_numpy_does(make):
    with pytest.raises(TypeError):
        np.multiply(np.array([1.5]), 2, dtype=int)
    with pytest.raises(TypeError):
        np.multiply(make([1.5]), 2, dtype=int)


@pytest.mark.parametrize("options", [{"casting": "unsafe"}, {"order": "F"}, {"subok": False}])
def test_other_options_are_refused(options):
    (name,) = options
    with pytest.raises(TypeError, match=rf"np\.exp on a Tensor does not take {name}=; it takes where, dtype"):
        np.exp(Tensor([1.0]), **options)


def test_a_ufunc_without_a_rule_raises_or_gives_plain_results():
    twice = np.frompyfunc(lambda number: 2 * number, 1, 1)
    with pytest.raises(TypeError, match=r"has no gradient rule in autograd"):
        twice(weight([1.0]))
    result = twice(Tensor([4, 6]))
    assert isinstance(result, Tensor)
    assert result.tolist() == [8, 12]


def test_a_ufunc_of_two_results():
    fraction, whole = np.modf(Tensor([1.5, -2.25]))
    assert_values(fraction, [0.5, -0.25])
    assert_values(whole, [1.0, -2.0])
    fraction, whole = np.modf(weight([1.5]))
    assert (fraction.requires_grad, whole.requires_grad) == (True, True)


def test_a_ufunc_of_two_results_writes_into_both():
    whole, rest = np.zeros(2), np.zeros(2)
    np.divmod(Tensor([5.0, 7.0]), 2.0, out=(whole, rest))
    np.testing.assert_array_equal(whole, [2.0, 3.0])
    np.testing.assert_array_equal(rest, [1.0, 1.0])


# ------------------------------------------------------------------------------------------------ methods of ufuncs


@pytest.mark.parametrize(
    "options", [{}, {"axis": 0}, {"axis": 1}, {"axis": (0, 1)}, {"axis": None}, {"keepdims": True}]
)
@pytest.mark.parametrize("ufunc", [np.add, np.maximum, np.minimum, np.logical_and, np.logical_or])
def test_reduce(ufunc, options):
    data = np.array([[1.0, 5.0, 0.0], [4.0, 2.0, 6.0]])
    assert_values(ufunc.reduce(Tensor(data), **options), ufunc.reduce(data, **options))


def test_reduce_records_along_the_first_axis():
    x = weight([[1.0, 5.0], [4.0, 2.0]])
    (np.add.reduce(x) * [1.0, 10.0] + np.maximum.reduce(x) * 100.0).sum().backward()
    assert_values(x.grad, [[1.0, 110.0], [101.0, 10.0]])


def test_reduce_in_another_dtype():
    assert np.add.reduce(Tensor([1, 2]), dtype=np.float32).dtype == np.float32


def test_reduce_into_out():
    out = np.zeros(2)
    np.add.reduce(Tensor([[1.0, 5.0], [4.0, 2.0]]), axis=0, out=out)
    np.testing.assert_array_equal(out, [5.0, 7.0])


REDUCED = np.array([[1.0, 5.0, 0.5], [4.0, 2.0, 6.0]])
KEPT = np.array([[True, False, True], [False, True, True]])


@pytest.mark.parametrize(
    "options",
    [{"initial": 5.0}, {"where": KEPT, "initial": 1.5}, {"axis": None, "where": KEPT[:1], "initial": -2.0}],
)
@pytest.mark.parametrize(
    "ufunc", [np.add, np.multiply, np.maximum, np.minimum, np.logaddexp, np.logical_and, np.logical_or]
)
def test_reduce_some_from_an_initial_value_on(ufunc, options):
    result, expected = ufunc.reduce(Tensor(REDUCED), **options), ufunc.reduce(REDUCED, **options)
    assert_values(result, expected, rtol=1e-14)
    if ufunc not in (np.logical_and, np.logical_or):
        gradcheck(lambda x: ufunc.reduce(x, **options), REDUCED)


def test_reduce_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match=r"np\.maximum\.reduce: with where=, initial= must say"):
        np.maximum.reduce(weight(REDUCED), where=KEPT)


def test_reduce_without_a_rule():
    with pytest.raises(TypeError, match=r"np\.copysign\.reduce has no gradient rule"):
        np.copysign.reduce(weight([3.0, -4.0]))
    assert np.copysign.reduce(Tensor([3.0, -4.0])).item() == -3.0


def test_accumulate():
    data = np.arange(6.0).reshape(2, 3)
    assert_values(np.add.accumulate(Tensor(data)), np.add.accumulate(data))
    assert_values(np.add.accumulate(Tensor(data), axis=1), np.add.accumulate(data, axis=1))
    np.testing.assert_array_equal(gradients(np.add.accumulate, [1.0, 2.0, 3.0]), [3.0, 2.0, 1.0])
    with pytest.raises(TypeError, match=r"np\.copysign\.accumulate has no gradient rule"):
        np.copysign.accumulate(weight([1.0, 2.0]))


def test_outer():
    x, y = weight([1.0, 2.0]), weight([[3.0, 4.0, 5.0]])
    product = np.multiply.outer(x, y)
    assert_values(product, np.multiply.outer(x.data, y.data))
    product.sum().backward()
    assert_values(x.grad, [12.0, 12.0])
    assert_values(y.grad, [[3.0, 3.0, 3.0]])
    assert_values(np.subtract.outer([1.0, 2.0], Tensor([3.0])), [[-2.0], [-1.0]])


INDICES = {
    "repeated": [0, 2, 0, 0, 2],
    "slice": slice(1, 3),
    "mask": np.array([True, False, True, True]),
    "number": 1,
    "negative": np.array([[-1, 0], [3, 3]]),
    "none": [],
}


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
@pytest.mark.parametrize(
    "ufunc", [np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum, np.power, np.arctan2]
)
def test_at(ufunc, index):
    x, counts = np.array([1.5, 2.5, 3.5, 4.5]), np.zeros(4)[index]
    values = 0.75 + np.arange(counts.size).reshape(counts.shape) / 8

    def changed(x, values):
        x = x * 1.0
        ufunc.at(x, index, values)
        return x

    expected, result = changed(x, values), changed(weight(x), values)
    assert_values(result, expected, rtol=1e-15)
    gradcheck(changed, x, values)
    assert_values(changed(Tensor(x.astype(np.float32)), 2.0), changed(x.astype(np.float32), 2.0), rtol=1e-6)


def test_at_of_several_axes_and_of_one_operand():
    x = np.arange(1.0, 7.0).reshape(2, 3)
    for index in ((slice(None), [0, 0, 2]), (1, [2, 2]), ([0, 1], [1, 1]), ...):
        ours, theirs = Tensor(x), x.copy()
        np.multiply.at(ours, index, 3.0)
        np.multiply.at(theirs, index, 3.0)
        assert_values(ours, theirs)
        np.negative.at(ours, index)
        np.negative.at(theirs, index)
        assert_values(ours, theirs)
    gradcheck(lambda x: _at(np.sqrt, x * 1.0, [0, 0, 1]), x)


def _at(ufunc, x, *arguments):
    ufunc.at(x, *arguments)
    return x


def test_at_moves_the_handle_on_and_leaves_earlier_readers():
    w = weight([1.0, 2.0])
    x = w * 1.0
    earlier = x * 10.0
    np.add.at(x, [0, 0], 5.0)
    assert_values(x, [11.0, 2.0])
    (x + earlier).sum().backward()
    assert_values(w.grad, [11.0, 11.0])
    array = np.zeros(2)
    np.add.at(array, [1, 1], Tensor([2.0, 3.0]))
    np.testing.assert_array_equal(array, [0.0, 5.0])
    integers = Tensor([1, 2])
    np.add.at(integers, [0], 3)
    assert integers.tolist() == [4, 2]


def test_what_at_refuses():
    with pytest.raises(RuntimeError, match=r"np\.add\.at: this Tensor is a leaf that requires grad"):
        np.add.at(weight([1.0, 2.0]), [0], 1.0)
    with pytest.raises(TypeError, match=r"np\.add\.at: a plain array cannot record what requires grad"):
        np.add.at(np.zeros(2), [0], weight(1.0))
    with pytest.raises(TypeError, match=r"np\.add\.at: .*float64.*int64"):
        np.add.at(Tensor([1, 2]), [0], 0.5)
    with pytest.raises(IndexError, match=r"np\.add\.at"):
        np.add.at(Tensor([1.0, 2.0]), [5], 0.5)
    with pytest.raises(ValueError, match=r"np\.multiply\.at"):
        np.multiply.at(Tensor([1.0, 2.0]), [0, 1], [1.0, 2.0, 3.0])
    twice = np.frompyfunc(lambda a, b: a + b, 2, 1)
    with pytest.raises(TypeError, match=r"has no gradient rule"):
        twice.at(weight([1.0]) * 1.0, [0], 1.0)
    with np.errstate(all="ignore"), ag.no_grad():
        w = weight([1.0, 2.0])
        np.add.at(w, [0], 1.0)
    assert (w.tolist(), w.requires_grad) == ([2.0, 2.0], True)


@pytest.mark.parametrize("indices", [[0], [0, 2], [0, 1, 3], [1, 3, 0], [3, 1, 1, 2], [2, 2], [0, 4, 1, 5]])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_reduceat(indices, axis):
    x = np.arange(36.0).reshape(6, 6) ** 2
    assert_values(np.add.reduceat(Tensor(x), indices, axis), np.add.reduceat(x, indices, axis))
    assert np.add.reduceat(Tensor([1, 2]), [0], dtype=np.float32).dtype == np.float32
    gradcheck(lambda x: np.add.reduceat(x, indices, axis=axis), x[:6, :6])


def test_second_derivatives_of_methods_of_ufuncs():
    def multiplied(x, values):
        x = x * 1.0
        np.multiply.at(x, [0, 0, 1], values)
        return x

    x, values = np.array([1.5, 2.5, 3.5]), np.array([0.5, 2.0, 1.25])
    gradgradcheck(multiplied, x, values)
    gradgradcheck(lambda x: np.add.reduceat(x**3, [2, 0, 1]), x)
    gradgradcheck(lambda x: np.multiply.reduce(x, where=[True, False, True], initial=2.0), x)
    gradgradcheck(lambda x: np.vecdot(x[:, None], x[:, None] ** 2, axis=0), x)


def test_what_reduceat_refuses():
    with pytest.raises(TypeError, match=r"np\.multiply\.reduceat has no gradient rule"):
        np.multiply.reduceat(weight([1.0, 2.0]), [0])
    assert_values(np.multiply.reduceat(Tensor([1.0, 2.0, 3.0]), [0, 1]), [1.0, 6.0])
    with pytest.raises(IndexError, match=r"np\.add\.reduceat: .* from 0 to 1"):
        np.add.reduceat(Tensor([1.0, 2.0]), [2])


# ------------------------------------------------------------------------------------- two results, and core axes


def test_where_and_out_of_a_ufunc_of_two_results():
    x, mask = np.array([7.5, -2.25, 3.0]), [True, False, True]
    for ufunc, others in ((np.divmod, (2.0,)), (np.modf, ())):
        kept = [np.array([9.0, 8.0, 7.0]), np.array([6.0, 5.0, 4.0])]
        ours = [Tensor(each) for each in kept]
        results = ufunc(Tensor(x), *others, out=tuple(ours), where=mask)
        expected = ufunc(x, *others, out=tuple(kept), where=mask)
        for result, target, wanted in zip(results, ours, expected, strict=True):
            assert result is target
            assert_values(result, wanted)
    whole = Tensor(np.zeros(3))
    fraction, same = np.modf(Tensor(x), out=(None, whole))
    assert same is whole
    assert_values(fraction, np.modf(x)[0])
    mantissa, exponent = np.frexp(Tensor(x), out=(Tensor(np.zeros(3)), None))
    assert_values(mantissa, np.frexp(x)[0])
    assert_values(exponent, np.frexp(x)[1])
    with pytest.raises(TypeError, match=r"np\.modf: where= leaves the other elements undefined"):
        np.modf(Tensor(x), out=(whole, None), where=mask)
    left = weight(x)
    rest = Tensor(np.ones(3))
    np.divmod(left, 2.0, out=(None, rest))
    rest.sum().backward()
    assert_values(left.grad, [1.0, 1.0, 1.0])


A = np.arange(24.0).reshape(2, 3, 4)
B = np.cos(np.arange(24.0)).reshape(2, 4, 3)
CORE_AXES = {
    "vecdot axis": lambda a, b: np.vecdot(a, np.swapaxes(b, 1, 2), axis=1),
    "vecdot keepdims": lambda a, b: np.vecdot(a, np.swapaxes(b, 1, 2), axis=-2, keepdims=True),
    "vecdot axes": lambda a, b: (
        np.vecdot(a, b, axes=[(1,), (2,), ()]) if a.shape[0] == b.shape[0] and a.shape[2] == b.shape[1] else None
    ),
    "vecdot numbers": lambda a, b: np.vecdot(a, b, axes=[1, 2, ()]),
    "matmul axes": lambda a, b: np.matmul(a, b, axes=[(1, 2), (1, 2), (0, 1)]),
    "matmul turned": lambda a, b: np.matmul(a, b, axes=[(2, 1), (2, 1), (-1, -2)]),
    "matvec axes": lambda a, b: np.matvec(a, b[:, :, 0], axes=[(1, 2), (1,), (0,)]),
    "vecmat axes": lambda a, b: np.vecmat(b[:, 0], a, axes=[(1,), (1, 2), (0,)]),
}


@pytest.mark.parametrize("call", CORE_AXES.values(), ids=CORE_AXES)
def test_axes_of_products(call):
    assert_values(call(Tensor(A), Tensor(B)), call(A, B), rtol=1e-13)
    gradcheck(call, A / 8, B)


def test_what_products_refuse():
    with pytest.raises(TypeError, match=r"np\.matmul: axis= is for products over a single axis"):
        np.matmul(Tensor(A), Tensor(B), axis=0)
    with pytest.raises(TypeError, match=r"np\.matmul: keepdims= is for products"):
        np.matmul(Tensor(A), Tensor(B), keepdims=True)
    with pytest.raises(ValueError, match=r"np\.vecdot: axes= gives the axes of each operand"):
        np.vecdot(Tensor(A), Tensor(A), axes=[(1,)])
    for axes in (2, [0.5, 1, 2], object, "a"):
        with pytest.raises(ValueError, match=r"np\.vecmat: axes= gives the axes of each operand"):
            np.vecmat(Tensor(A[0]), A, axes=axes)
    with pytest.raises(TypeError, match=r"np\.vecdot on a Tensor does not take casting=; it takes dtype, axes"):
        np.vecdot(Tensor(A), Tensor(A), casting="no")


# --------------------------------------------------------------------------------- arrays and Tensors in operators

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


# -------------------------------------------------------------------------------------- functions that are no ufuncs

MATRIX = np.array([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])
COVERED = {
    "sum": lambda t: np.sum(t, axis=0),
    "mean": lambda t: np.mean(t, axis=(0, 1), keepdims=True),
    "max": lambda t: np.max(t, 1),
    "amin": np.amin,
    "var": lambda t: np.var(t, axis=0, ddof=1),
    "std": lambda t: np.std(t, 1),
    "cumsum": lambda t: np.cumsum(t, axis=1),
    "cumsum of all": np.cumsum,
    "reshape": lambda t: np.reshape(t, (3, -1)),
    "ravel": np.ravel,
    "transpose": lambda t: np.transpose(t, (1, 0)),
    "swapaxes": lambda t: np.swapaxes(t, 0, 1),
    "squeeze": lambda t: np.squeeze(np.expand_dims(t, 1), 1),
    "expand_dims": lambda t: np.expand_dims(t, (0, -1)),
    "broadcast_to": lambda t: np.broadcast_to(t, (4, 2, 3)),
    "flip": lambda t: np.flip(t, axis=1),
    "concatenate": lambda t: np.concatenate([t, t], axis=1),
    "concatenate flat": lambda t: np.concatenate((t, t), axis=None),
    "stack": lambda t: np.stack([t, t], axis=-1),
    "where": lambda t: np.where(t > 2.0, t, -1.0),
    "clip": lambda t: np.clip(t, 2.0, 5.0),
    "sort": lambda t: np.sort(t, axis=1),
    "take_along_axis": lambda t: np.take_along_axis(t, np.array([[0, 2], [1, 1]]), axis=1),
    "real": np.real,
    "matmul": lambda t: np.matmul(t, np.ones(3)),
    "power": lambda t: np.power(t, 2),
}


@pytest.mark.parametrize("function", COVERED.values(), ids=COVERED)
def test_a_covered_function_gives_the_values_of_numpy_and_records(function):
    x = weight(MATRIX)
    y = function(x)
    np.testing.assert_allclose(y.data, function(MATRIX), rtol=1e-15)
    assert y.shape == function(MATRIX).shape
    assert y.requires_grad
    assert not function(Tensor(MATRIX)).requires_grad


CONSTANT = {
    "argmax": lambda t: np.argmax(t, axis=1),
    "argmin": np.argmin,
    "argsort": lambda t: np.argsort(t, axis=0),
    "all": lambda t: np.all(t > 0, axis=0),
    "any": lambda t: np.any(t > 3, axis=1, keepdims=True),
    "zeros_like": np.zeros_like,
    "ones_like": lambda t: np.ones_like(t, dtype=np.float32),
    "isnan": np.isnan,
    "isfinite": np.isfinite,
    "greater": lambda t: np.greater(t, 2.0),
    "logical_not": np.logical_not,
}


@pytest.mark.parametrize("function", CONSTANT.values(), ids=CONSTANT)
def test_a_function_without_a_derivative_gives_a_constant(function):
    y = function(weight(MATRIX))
    assert_values(y, function(MATRIX))
    assert (y.dtype, y.requires_grad) == (function(MATRIX).dtype, False)


METADATA = {
    "shape": np.shape,
    "ndim": np.ndim,
    "size": np.size,
    "iscomplexobj": np.iscomplexobj,
    "isrealobj": np.isrealobj,
    "result_type": lambda t: np.result_type(t, np.float32),
    "can_cast": lambda t: np.can_cast(t.dtype, np.float32),
}


def test_texts_and_comparisons_of_whole_arrays_lose_no_gradient():
    w = weight(MATRIX)
    assert np.array2string(w) == np.array2string(MATRIX)
    assert (np.array_repr(w), np.array_str(w)) == (np.array_repr(MATRIX), np.array_str(MATRIX))
    assert np.array_equal(w, MATRIX) is np.allclose(MATRIX, w) is np.array_equiv(w, w) is True


def test_the_indices_of_what_is_not_zero_are_constants():
    data = np.array([[0.0, 2.0], [3.0, 0.0]])
    for found, expected in zip(np.nonzero(weight(data)), np.nonzero(data), strict=True):
        assert_values(found, expected)
        assert not found.requires_grad
    assert_values(np.argwhere(weight(data)), np.argwhere(data))
    assert_values(weight(data)[ag.nonzero(data)], [2.0, 3.0])
    with pytest.raises(ValueError, match="nonzero"):
        ag.nonzero(3.0)


@pytest.mark.parametrize("function", METADATA.values(), ids=METADATA)
def test_what_asks_for_shape_or_dtype_loses_no_gradient(function):
    assert function(weight(MATRIX)) == function(MATRIX)


UNCOVERED = {
    "packbits": np.packbits,
    "unravel_index": lambda t: np.unravel_index(t, (3, 3)),
    "nested": lambda t: np.ravel_multi_index((t, t), (3, 3)),
    "keyword": lambda t: np.unravel_index(indices=t, shape=(3, 3)),
}


@pytest.mark.parametrize("function", UNCOVERED.values(), ids=UNCOVERED)
def test_a_function_without_a_rule_raises_when_it_would_lose_a_gradient(function):
    with pytest.raises(TypeError, match=r"np\.\w+ has no gradient rule in autograd, and an operand requires grad"):
        function(weight([1.0, 2.0]))


@pytest.mark.parametrize("function", [np.nanmedian, np.unwrap, lambda t: np.nanpercentile(t, 50)])
def test_a_function_without_a_rule_gives_plain_results_otherwise(function):
    result = function(Tensor([1.0, 2.0, 4.0]))
    assert isinstance(result, Tensor)
    assert_values(result, function(np.array([1.0, 2.0, 4.0])))


def test_a_function_that_gives_several_results():
    parts = np.array_split(Tensor([1.0, 2.0, 3.0]), 2)
    assert isinstance(parts, list)
    assert [part.tolist() for part in parts] == [[1.0, 2.0], [3.0]]


def test_a_function_that_gives_named_results():
    result = np.linalg.svd(Tensor(np.diag([3.0, 2.0])))
    assert_values(result.S, [3.0, 2.0])


def test_functions_without_a_rule_are_allowed_without_recording():
    with ag.no_grad():
        assert np.nanmedian(weight([1.0, 2.0, 4.0])).item() == 2.0


def test_a_function_that_answers_yes_or_no():
    assert np.array_equal(Tensor([1.0]), [1.0]) is True
    assert np.allclose(Tensor([1.0]), [1.0]) is True


def test_where_with_a_condition_alone_finds_it():
    (indices,) = np.where(Tensor([1.0, -1.0, 2.0]) > 0)
    assert_values(indices, [0, 2])
    (indices,) = np.where(weight([1.0, -1.0, 2.0]) > 0)
    assert_values(indices, [0, 2])


@pytest.mark.parametrize(
    "options", [{"a_min": 0.0, "a_max": 1.0}, {"min": 0.0, "max": 1.0}, {"a_max": 1.0, "a_min": None}]
)
def test_clip_takes_both_of_numpys_names_for_its_bounds(options):
    data = np.array([-1.0, 0.5, 2.0])
    assert_values(np.clip(Tensor(data), **options), np.clip(data, **options))


def test_out_of_a_function_moves_a_tensor_on():
    x, out = weight([[1.0, 2.0], [3.0, 4.0]]), Tensor([0.0, 0.0])
    assert np.sum(x, axis=0, out=out) is out
    out.sum().backward()
    assert_values(x.grad, np.ones((2, 2)))
    plain = np.zeros(2)
    assert np.sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0, out=plain) is plain
    np.testing.assert_array_equal(plain, [4.0, 6.0])
    with pytest.raises(TypeError, match=r"np\.sum: the result requires grad"):
        np.sum(x, axis=0, out=plain)


OUT_BY_POSITION = {
    "sum": lambda t, out: np.sum(t, 0, None, out),
    "mean": lambda t, out: np.mean(t, 0, None, out),
    "max": lambda t, out: np.max(t, 0, out),
    "min": lambda t, out: np.min(t, 0, out),
    "clip": lambda t, out: np.clip(t, 0, 1, out),
    "cumsum": lambda t, out: np.cumsum(t, 0, None, out),
}


@pytest.mark.parametrize("function", OUT_BY_POSITION.values(), ids=OUT_BY_POSITION)
def test_out_by_position_is_obeyed_or_refused(function):
    data = np.array([5, 2])
    out = np.zeros_like(function(data, None))
    try:
        function(Tensor(data), out)
    except TypeError:
        return
    np.testing.assert_array_equal(out, function(data, None))


# ---------------------------------------------------------------------------------------- becoming a plain array


def test_a_plain_array_of_what_requires_grad_is_refused():
    for convert in (np.asarray, np.array, np.asfortranarray, lambda w: np.asarray([w, w])):
        with pytest.raises(TypeError, match="requires grad"):
            convert(weight([1.0, 2.0]))
    with ag.no_grad():
        np.testing.assert_array_equal(np.asarray(weight([1.0, 2.0])), [1.0, 2.0])


def test_a_plain_array_of_a_constant():
    t = Tensor([1.0, 2.0])
    plain = np.asarray(t)
    assert type(plain) is np.ndarray
    assert np.shares_memory(plain, t.data)
    assert np.asarray(t, dtype=np.float32).dtype == np.float32
    np.testing.assert_array_equal(np.asarray([t, t]), [[1.0, 2.0], [1.0, 2.0]])


def test_a_plain_array_with_and_without_copy():
    t = Tensor([1.0, 2.0])
    assert np.shares_memory(np.array(t, copy=False), t.data)
    assert not np.shares_memory(np.array(t, copy=True), t.data)
    assert not np.shares_memory(np.array(t), t.data)
    with pytest.raises(ValueError, match="needs a copy"):
        np.array(t, dtype=np.float32, copy=False)


# --------------------------------------------------------------------------------------- what Python asks of a number


def test_conversions_to_python_numbers():
    assert (float(Tensor([1.5])), int(Tensor(2.5)), complex(Tensor(1j)), bool(Tensor(0.0))) == (1.5, 2, 1j, False)
    assert float(weight(1.5)) == 1.5
    assert operator.index(Tensor(3)) == 3
    assert ["a", "b", "c"][Tensor(1)] == "b"
    assert math.floor(Tensor(2.5)) == 2
    assert math.sqrt(Tensor(4.0)) == 2.0


@pytest.mark.parametrize("convert", [float, int, complex])
def test_several_elements_are_no_number(convert):
    with pytest.raises((TypeError, ValueError)):
        convert(Tensor([1.0, 2.0]))


def test_several_elements_are_neither_true_nor_false():
    for t in (Tensor([1.0, 2.0]), Tensor([])):
        with pytest.raises(ValueError, match=r"use \.any\(\) or \.all\(\)"):
            bool(t)
    assert bool(Tensor([[1.0]])) is True


@pytest.mark.parametrize("t", [Tensor(1.0), Tensor([1, 2])])
def test_what_is_no_whole_number_is_no_index(t):
    with pytest.raises(TypeError):
        operator.index(t)


def test_format():
    assert f"{Tensor(3.14159):.2f}" == "3.14"
    assert f"{weight([3.14159]):8.3f}" == "   3.142"
    assert f"{Tensor([1.0, 2.0])}" == "Tensor([1., 2.], dtype=float64)"
    assert f"{Tensor(1.0)}" == "Tensor(1., dtype=float64)"
    with pytest.raises((TypeError, ValueError)):
        f"{Tensor([1.0, 2.0]):.2f}"


def test_len_and_iteration():
    x = weight([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    first, second = x
    (first * second).sum().backward()
    assert_values(x.grad, [[3.0, 4.0], [1.0, 2.0]])
    with pytest.raises(TypeError, match="0-d"):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match="0-d"):
        iter(Tensor(1.0))
    assert sum(weight([1.0, 2.0])).requires_grad


def test_membership():
    t = Tensor([1.0, 2.0])
    assert 2.0 in t
    assert 3.0 not in t
    assert Tensor(1.0) in t
    assert 1.0 in weight([1.0])


def test_comparisons_are_elementwise_and_hashing_is_by_identity():
    t, u = Tensor([1.0, 2.0]), Tensor([1.0, 3.0])
    assert_values(t == u, [True, False])
    assert_values(t != u, [False, True])
    assert len({t, u, t}) == 2
    assert_values(t == None, [False, False])  # noqa: E711 - elementwise, as an array would
    assert (t == u).dtype == bool


def test_comparisons_of_what_requires_grad_are_constants():
    assert not (weight([1.0]) > 0.5).requires_grad


# ------------------------------------------------------------------------------------------- where=, and what it spares


@pytest.mark.filterwarnings("error")
def test_where_of_a_ufunc_computes_nothing_else():
    x, y = weight([1.0, 2.0]), weight([2.0, 0.0])
    chosen = np.array([True, False])
    result = np.divide(x, y, out=ag.zeros(2), where=chosen)
    result.sum().backward()
    assert result.tolist() == [0.5, 0.0]
    assert (x.grad.tolist(), y.grad.tolist()) == ([0.5, 0.0], [-0.25, 0.0])


@pytest.mark.filterwarnings("error")
def test_where_of_a_ufunc_broadcasts():
    x = weight([[4.0], [9.0]])
    out = np.sqrt(x, out=ag.full((2, 3), -1.0), where=[True, False, True])
    assert out.tolist() == [[2.0, -1.0, 2.0], [3.0, -1.0, 3.0]]
    out.sum().backward()
    assert x.grad.tolist() == [[0.5], [1 / 3]]


def test_where_of_a_ufunc_is_of_booleans():
    with pytest.raises(TypeError, match=r"np\.exp: where is an array of booleans, got int64"):
        np.exp(weight([1.0]), out=ag.zeros(1), where=[1])


@pytest.mark.parametrize("function", [np.var, np.std, np.nanvar, np.nanstd])
def test_nothing_comes_from_what_where_leaves_out(function):
    x, kept = weight([1.0, np.nan, 3.0, np.inf]), np.array([True, False, True, False])
    plain = weight([1.0, 3.0])
    function(x, where=kept).backward()
    function(plain).backward()
    assert x.grad.tolist() == [plain.grad.tolist()[0], 0.0, plain.grad.tolist()[1], 0.0]


# ------------------------------------------------------------------------------------- errors inside of functions


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda t: np.split(t, 0.5), r"np\.split\(float64 \(2,\), 0\.5\): "),
        (lambda t: np.fft.fftn(t, 3), r"np\.fft\.fftn\(float64 \(2,\), 3\): "),
        (lambda t: np.polyfit(t, t, [1]), r"np\.polyfit\("),
        (lambda t: np.expand_dims(t, None), r"expand_dims: an axis is a whole number, .*; got None"),
        (lambda t: np.vecdot(t, t, axis=0.5), r"an axis is a whole number, .*; got \(0\.5,\)"),
    ],
)
def test_an_error_inside_of_a_function_names_it_and_what_it_was_given(call, says):
    with pytest.raises((TypeError, ValueError), match=says):
        call(Tensor([1.0, 2.0]))


def test_an_error_keeps_its_kind_and_is_named_once():
    with pytest.raises(np.exceptions.AxisError):
        np.swapaxes(Tensor(np.ones((2, 2))), 0, 5)
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.inv(Tensor(np.zeros((2, 2))))
    with pytest.raises(ValueError, match=r"^concat"):
        np.concatenate([Tensor(np.ones((2, 2))), np.ones((3, 3))])
