"""Calls of NumPy's ufuncs with Tensors, in all their forms, and the methods that ufuncs have."""

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
