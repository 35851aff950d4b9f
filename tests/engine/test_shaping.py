"""Other arrangements of the same elements."""

import sys

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.arange(24.0).reshape(2, 3, 4)
ROW = np.arange(3.0).reshape(1, 3, 1)

#: What to do, with ag or np as the library; with what.
ARRANGEMENTS = {
    "reshape": (lambda lib, x: lib.reshape(x, (4, 6)), X),
    "reshape to one axis": (lambda lib, x: lib.reshape(x, 24), X),
    "reshape with -1": (lambda lib, x: lib.reshape(x, (2, -1)), X),
    "reshape by a list": (lambda lib, x: lib.reshape(x, [3, 8]), X),
    "reshape by integers of NumPy": (lambda lib, x: lib.reshape(x, (np.int64(3), np.int32(8))), X),
    "reshape by an integer of NumPy": (lambda lib, x: lib.reshape(x, np.int64(24)), X),
    "reshape of one number": (lambda lib, x: lib.reshape(x, (1, 1)), np.array(5.0)),
    "reshape to one number": (lambda lib, x: lib.reshape(x, ()), np.array([[5.0]])),
    "reshape of nothing": (lambda lib, x: lib.reshape(x, (3, 0)), np.zeros((0, 2))),
    "ravel": (lambda lib, x: lib.ravel(x), X),
    "transpose": (lambda lib, x: lib.permute_dims(x) if lib is ag else np.transpose(x), X),
    "transpose by axes": (lambda lib, x: lib.permute_dims(x, (2, 0, 1)), X),
    "transpose by negative axes": (lambda lib, x: lib.permute_dims(x, (-1, 0, -2)), X),
    "transpose of nothing": (lambda lib, x: lib.permute_dims(x, (1, 0)), np.zeros((0, 2))),
    "transpose of one number": (lambda lib, x: lib.permute_dims(x, ()), np.array(5.0)),
    "swapaxes": (lambda lib, x: lib.swapaxes(x, 0, 2), X),
    "swapaxes by negatives": (lambda lib, x: lib.swapaxes(x, -1, -3), X),
    "swapaxes of one axis with itself": (lambda lib, x: lib.swapaxes(x, 1, 1), X),
    "squeeze": (lambda lib, x: lib.squeeze(x), ROW),
    "squeeze an axis": (lambda lib, x: lib.squeeze(x, 0), ROW),
    "squeeze the last axis": (lambda lib, x: lib.squeeze(x, -1), ROW),
    "squeeze several": (lambda lib, x: lib.squeeze(x, (0, 2)), ROW),
    "squeeze no axis": (lambda lib, x: lib.squeeze(x, ()), ROW),
    "squeeze nothing away": (lambda lib, x: lib.squeeze(x), X),
    "expand_dims": (lambda lib, x: lib.expand_dims(x, 1), X),
    "expand_dims at the end": (lambda lib, x: lib.expand_dims(x, -1), X),
    "expand_dims by a list": (lambda lib, x: lib.expand_dims(x, [0, 1]), np.array([1.0, 2.0])),
    "expand_dims several": (lambda lib, x: lib.expand_dims(x, (0, 2, -1)), X),
    "expand_dims of one number": (lambda lib, x: lib.expand_dims(x, 0), np.array(5.0)),
    "broadcast_to": (lambda lib, x: lib.broadcast_to(x, (5, 2, 3, 4)), X),
    "broadcast_to over ones": (lambda lib, x: lib.broadcast_to(x, (2, 3, 4)), ROW),
    "broadcast_to nothing": (lambda lib, x: lib.broadcast_to(x, (0, 3, 1)), ROW),
    "broadcast_to of one number": (lambda lib, x: lib.broadcast_to(x, (2, 2)), np.array(5.0)),
    "flip": (lambda lib, x: lib.flip(x), X),
    "flip an axis": (lambda lib, x: lib.flip(x, axis=1), X),
    "flip the last axis": (lambda lib, x: lib.flip(x, axis=-1), X),
    "flip several": (lambda lib, x: lib.flip(x, axis=(0, 2)), X),
    "flip one number": (lambda lib, x: lib.flip(x), np.array(5.0)),
}


@pytest.mark.parametrize(("arrange", "data"), ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_elements_move_as_in_numpy_and_gradients_move_back(arrange, data):
    expected = arrange(np, data)
    assert_values(arrange(ag, Tensor(data)), expected)
    assert_values(arrange(np, Tensor(data)), expected)
    seed = np.cos(np.arange(expected.size)).reshape(expected.shape)
    # Each element's gradient is the sum of the seed over the places that it went to.
    places = arrange(np, np.arange(data.size).reshape(data.shape))
    wanted = np.bincount(places.ravel(), weights=seed.ravel(), minlength=data.size).reshape(data.shape)
    got = gradients(lambda x: arrange(ag, x), data, seed=seed)
    assert got.shape == data.shape
    np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
@pytest.mark.parametrize(("arrange", "data"), ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_the_dtype_is_kept(arrange, data, dtype):
    x = weight(data, dtype)
    y = arrange(ag, x)
    y.backward(np.ones(y.shape))
    assert (y.dtype, x.grad.dtype) == (dtype, dtype)


METHODS = {
    "reshape": (lambda x: x.reshape(4, 6), X.reshape(4, 6)),
    "reshape by a tuple": (lambda x: x.reshape((4, -1)), X.reshape(4, 6)),
    "reshape by a number": (lambda x: x.reshape(-1), X.ravel()),
    "reshape by a number of NumPy": (lambda x: x.reshape(np.int64(24)), X.ravel()),
    "ravel": (lambda x: x.ravel(), X.ravel()),
    "flatten": (lambda x: x.flatten(), X.ravel()),
    "T": (lambda x: x.T, X.T),
    "mT": (lambda x: x.mT, X.transpose(0, 2, 1)),
    "transpose": (lambda x: x.transpose(), X.T),
    "transpose by axes": (lambda x: x.transpose(1, 0, 2), X.transpose(1, 0, 2)),
    "transpose by a tuple": (lambda x: x.transpose((1, 0, 2)), X.transpose(1, 0, 2)),
    "transpose by None": (lambda x: x.transpose(None), X.T),
    "swapaxes": (lambda x: x.swapaxes(0, 1), X.swapaxes(0, 1)),
    "squeeze": (lambda x: x[:1].squeeze(0), X[0]),
    "astype": (lambda x: x.astype(np.float32), X.astype(np.float32)),
}


@pytest.mark.parametrize(("method", "expected"), METHODS.values(), ids=METHODS)
def test_methods(method, expected):
    y = method(weight(X))
    assert_values(y, expected)
    assert y.dtype == expected.dtype
    assert y.requires_grad


def test_the_transpose_of_matrices():
    assert_values(ag.matrix_transpose(X), X.transpose(0, 2, 1))
    with pytest.raises(ValueError, match=r"matrix_transpose.*two axes"):
        ag.matrix_transpose([1.0, 2.0])


@pytest.mark.parametrize("x", [np.array(5.0), X[0, 0], X[0], X])
@pytest.mark.parametrize(
    "axes", [(), [], 0, -1, np.int64(0), np.array(0), [0], np.array([0]), [1, 0], np.array([1, 0]), range(3), None]
)
def test_the_axes_of_a_transpose_are_numpys(x, axes):
    for transpose in (lambda x: x.transpose(axes), lambda x: np.transpose(x, axes)):
        try:
            expected = transpose(x)
        except ValueError:
            with pytest.raises(ValueError, match="permute_dims"):
                transpose(Tensor(x))
        else:
            assert_values(transpose(Tensor(x)), expected)
            marks = np.arange(x.size).reshape(expected.shape)
            np.testing.assert_array_equal(transpose(gradients(transpose, x, seed=marks)), marks)


def test_an_axis_may_be_an_array_of_one_number():
    one = np.array(1)
    for function in (lambda x: np.concatenate([x, x], axis=one), lambda x: np.roll(x, one, axis=one)):
        assert_values(function(Tensor(X)), function(X))
        gradcheck(function, X)


def test_repetitions_may_be_anything_that_numpy_counts_with():
    for reps in (range(1, 3), True, np.array(2), np.array([2, 1]), 1.0):
        assert_values(np.tile(Tensor(X), reps), np.tile(X, reps))
        gradcheck(lambda x, reps=reps: np.tile(x, reps), X)


def test_transpose_of_one_axis_by_a_number():
    assert_values(Tensor([1.0, 2.0]).transpose(0), [1.0, 2.0])
    with pytest.raises(ValueError, match="axes don't match"):
        Tensor(X).transpose(0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: x.reshape(5, 5), "reshape"),
        (lambda x: x.reshape(-1, -1), "reshape"),
        (lambda x: x.reshape(1.5), "reshape"),
        (lambda x: x.transpose(0, 0, 1), "permute_dims"),
        (lambda x: x.transpose(0, 1), "permute_dims"),
        (lambda x: ag.swapaxes(x, 0, 3), "swapaxes"),
        (lambda x: ag.squeeze(x, 0), "squeeze"),
        (lambda x: ag.squeeze(x, 3), "squeeze"),
        (lambda x: ag.expand_dims(x, 5), "expand_dims"),
        (lambda x: ag.expand_dims(x, (0, 0)), "expand_dims"),
        (lambda x: ag.expand_dims(x, {}), "expand_dims: an axis is a whole number"),
        (lambda x: ag.broadcast_to(x, (3, 4)), "broadcast_to"),
        (lambda x: ag.broadcast_to(x, (2, 3, 5)), "broadcast_to"),
        (lambda x: ag.flip(x, 3), "flip"),
        (lambda x: ag.concat([x, x], axis=3), "concat"),
        (lambda x: ag.concat([x, x[0]]), "concat"),
        (lambda x: ag.stack([x, x], axis=4), "stack"),
        (lambda x: ag.stack([x, x[0]]), "stack"),
        (lambda x: x[0, 0].mT, "mT"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, name):
    with pytest.raises((ValueError, TypeError, IndexError), match=name):
        call(weight(X))


# ------------------------------------------------------------------------------------------------------------ joining


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_concat(axis):
    shapes = [[2, 3, 4], [2, 3, 4], [2, 3, 4]]
    for size, shape in zip((1, 2, 3), shapes, strict=True):
        shape[axis] = size
    arrays = [np.full(shape, float(i)) for i, shape in enumerate(shapes)]
    expected = np.concatenate(arrays, axis=axis)
    assert_values(ag.concat([Tensor(a) for a in arrays], axis=axis), expected)
    seed = np.cos(np.arange(expected.size)).reshape(expected.shape)
    found = gradients(lambda *parts: ag.concat(parts, axis=axis), *arrays, seed=seed)
    for gradient, part in zip(found, np.split(seed, [1, 3], axis=axis), strict=True):
        np.testing.assert_array_equal(gradient, part)


def test_concat_of_everything_flat():
    x, y = gradients(lambda x, y: ag.concat([x, y], axis=None), X, 5.0, seed=np.arange(25.0))
    np.testing.assert_array_equal(x, X)
    assert y == 24.0


def test_concat_of_one_thing_twice():
    np.testing.assert_array_equal(gradients(lambda x: ag.concat([x, x, x]), [1.0, 2.0]), [3.0, 3.0])


def test_concat_of_tensors_arrays_and_lists():
    x = weight([1.0], np.float32)
    y = ag.concat([x, [2.0], np.array([3.0], np.float64), Tensor([4])])
    assert_values(y, [1.0, 2.0, 3.0, 4.0])
    y.sum().backward()
    assert (x.grad.dtype, x.grad.tolist()) == (np.float32, [1.0])


def test_concat_of_empty_parts():
    x = weight(np.zeros((0, 2)))
    y = ag.concat([x, np.ones((1, 2))])
    y.sum().backward()
    assert (y.shape, x.grad.shape) == ((1, 2), (0, 2))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_stack(axis):
    arrays = [X[0], X[1], X[0] + 100.0]
    expected = np.stack(arrays, axis=axis)
    assert_values(ag.stack([Tensor(a) for a in arrays], axis=axis), expected)
    seed = np.cos(np.arange(expected.size)).reshape(expected.shape)
    found = gradients(lambda *parts: ag.stack(parts, axis=axis), *arrays, seed=seed)
    for i, gradient in enumerate(found):
        np.testing.assert_array_equal(gradient, np.take(seed, i, axis=axis))


def test_stack_of_numbers():
    x = weight(2.0)
    y = ag.stack([x, 1.0, x * x])
    assert_values(y, [2.0, 1.0, 4.0])
    y.sum().backward()
    assert x.grad.item() == 5.0


@pytest.mark.parametrize("join", [ag.concat, ag.stack])
def test_joining_needs_a_sequence_of_at_least_one(join):
    with pytest.raises(ValueError, match=f"{join.__name__}: at least one Tensor is needed"):
        join([])
    with pytest.raises(TypeError, match=f"{join.__name__}: takes a list or tuple of Tensors, got Tensor"):
        join(weight(1.0))
    with pytest.raises(TypeError, match="got generator"):
        join(t for t in [Tensor(X)])


# ------------------------------------------------------------------------------------------------------------- astype


def test_astype_passes_gradients_between_floating_dtypes():
    x = weight([1.5, 2.5], np.float32)
    y = x.astype(np.float64)
    assert y.dtype == np.float64
    y.sum().backward()
    assert (x.grad.dtype, x.grad.tolist()) == (np.float32, [1.0, 1.0])
    z = weight([1.5]).astype(complex)
    z.real.sum().backward()


def test_astype_to_integers_gives_a_constant():
    y = weight([1.5, 2.5]).astype(int)
    assert_values(y, [1, 2])
    assert not y.requires_grad
    assert not (weight([1.0]).astype(bool)).requires_grad


def test_complex_numbers_as_booleans_tell_what_is_not_0():
    assert ag.astype(Tensor([0j, 2j, 1.0]), bool).tolist() == [False, True, True]


def test_astype_from_complex_to_real_is_refused():
    with pytest.raises(TypeError, match="would drop the imaginary part; use real"):
        Tensor([1j]).astype(float)


def test_astype_of_the_same_dtype():
    x = weight([1.0])
    assert ag.astype(x, float, copy=False) is x
    assert ag.astype(x, float) is not x
    assert ag.astype(x, float).requires_grad


def test_astype_to_what_is_no_number_is_refused():
    for dtype in (object, str, "M8[s]"):
        with pytest.raises(TypeError):
            Tensor([1.0]).astype(dtype)


# ----------------------------------------------------------------------------------------------- how calls are bound


def test_arguments_by_position_and_by_name():
    assert_values(ag.reshape(X, shape=(4, 6)), X.reshape(4, 6))
    assert_values(ag.sum(X, 0), X.sum(0))
    assert_values(ag.sum(X, axis=0, keepdims=True), X.sum(0, keepdims=True))


def test_a_missing_argument_is_named():
    with pytest.raises(TypeError, match="'shape' is missing"):
        ag.reshape(Tensor(X))
    with pytest.raises(TypeError, match="'y' is missing"):
        ag.add(Tensor(X))


@pytest.mark.parametrize(
    "call",
    [
        lambda: ag.sum(Tensor(X), 0, axis=1),
        lambda: ag.reshape(Tensor(X), (24,), shape=(4, 6)),
        lambda: ag.clip(Tensor(X), 0.0, 1.0, max=2.0),
    ],
)
def test_an_argument_given_twice_is_refused(call):
    with pytest.raises(TypeError):
        call()


def test_an_unknown_argument_is_named():
    with pytest.raises(TypeError, match="does not take the argument 'order'"):
        ag.reshape(Tensor(X), (24,), order="F")


def test_too_many_arguments_are_refused():
    with pytest.raises(TypeError, match=r"exp.*too many"):
        ag.exp(Tensor(X), Tensor(X))


def lines_run(function):
    """How many lines of Python a call runs."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def test_the_backward_of_a_join_grows_with_the_number_of_operands():
    def work(count):
        loss = ag.concat([weight([1.0]) for _ in range(count)]).sum()
        return lines_run(loss.backward)

    work(400)  # rules for each position are made when it is first met
    assert work(400) < 2.2 * work(200)


@pytest.mark.parametrize("axis", [10**18, -(10**18), 10**40])
def test_an_axis_far_away_is_refused_by_name(axis):
    for call, name in (
        (lambda x: np.vecdot(x, x, axis=axis), "moveaxis"),
        (lambda x: ag.moveaxis(x, axis, 0), "moveaxis"),
        (lambda x: ag.squeeze(x, axis), "squeeze"),
        (lambda x: ag.stack([x, x], axis=axis), "stack"),
    ):
        with pytest.raises(ValueError, match=rf"{name}: axis \(?{axis},?\)? is out of bounds for array of dimension"):
            call(Tensor(X))
