"""Indexing and item assignment: every form of index against NumPy, and where the gradients go."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

X = np.arange(24.0).reshape(2, 3, 4) + 1.0
MASK = X % 3.0 == 0.0

INDICES = {
    "integer": 1,
    "negative integer": -1,
    "NumPy integer": np.int64(1),
    "small NumPy integer": np.uint8(1),
    "all integers": (1, 2, 3),
    "slice": slice(0, 1),
    "whole slice": slice(None),
    "step": (slice(None), slice(None, None, 2)),
    "negative step": (Ellipsis, slice(None, None, -1)),
    "negative bounds": (slice(None), slice(-2, None), slice(None, -1)),
    "slice beyond the end": (slice(None), slice(1, 100)),
    "empty slice": (slice(2, 1),),
    "ellipsis": Ellipsis,
    "ellipsis in front": (Ellipsis, 0),
    "ellipsis between": (0, Ellipsis, 1),
    "ellipsis for nothing": (0, 1, 2, Ellipsis),
    "newaxis": None,
    "newaxis between": (slice(None), None, 1),
    "newaxis behind": (Ellipsis, None),
    "several newaxes": (None, 0, None, Ellipsis, None),
    "empty tuple": (),
    "list": [1, 0],
    "list with repetition": [1, 1, 0, 1],
    "list of negatives": [-1, 0],
    "nested list": [[0, 1], [1, 0]],
    "array": np.array([1, 0, 1]),
    "array of small integers": np.array([1, 0], np.int8),
    "matrix": np.array([[0, 1], [1, 1]]),
    "0-d array": np.array(1),
    "range": range(2),
    "Tensor": Tensor([1, 0]),
    "0-d Tensor": Tensor(1),
    "empty list": [],
    "empty array": np.array([], np.intp),
    "two arrays": ([0, 1, 1], [2, 0, 0]),
    "two arrays that broadcast": ([[0], [1]], [0, 2]),
    "three arrays": ([0, 1], [1, 2], [3, 0]),
    "repeated places": ([0, 0, 0], [1, 1, 1], [2, 2, 2]),
    "array and slice": ([1, 0], slice(1, 3)),
    "slice and array": (slice(None), [2, 0, 2]),
    "arrays apart": ([0, 1], slice(None), [3, 0]),
    "array and integer": ([0, 1], 2),
    "integer, slice and array": (1, slice(None), [0, 3]),
    "array, newaxis": ([0, 1], None),
    "array, ellipsis": (Ellipsis, [0, 2]),
    "mask": MASK,
    "mask as Tensor": Tensor(MASK),
    "mask of the first axis": np.array([True, False]),
    "mask as list": [False, True],
    "mask of two axes": np.array([[True, False, True], [False, False, True]]),
    "mask behind a slice": (slice(None), [True, False, True]),
    "mask and array": ([True, False], [1, 2]),
    "mask of nothing": np.zeros((2, 3, 4), bool),
    "True": True,
    "False": False,
    "NumPy True": np.True_,
}


def plain(index):
    """The same index for NumPy."""
    if isinstance(index, tuple):
        return tuple(map(plain, index))
    return np.asarray(index) if isinstance(index, Tensor) else index


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_an_index_picks_what_numpy_picks(index):
    assert_values(Tensor(X)[index], X[plain(index)])


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_the_gradient_of_an_index_adds_up_at_the_places_it_picked(index):
    seed = np.cos(np.arange(X[plain(index)].size)).reshape(X[plain(index)].shape)
    expected = np.zeros_like(X)
    np.add.at(expected, plain(index), seed)
    np.testing.assert_allclose(gradients(lambda x: x[index], X, seed=seed), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_the_gradient_of_an_index_can_be_differentiated(index):
    x = weight(X)
    picked = x[index]
    (picked * picked * picked).sum().backward(create_graph=True)
    gradient, x.grad = x.grad, None
    gradient.sum().backward()
    expected = np.zeros_like(X)
    np.add.at(expected, plain(index), 6.0 * X[plain(index)])
    assert_values(x.grad, expected)


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_an_item_assignment_does_what_numpy_does(index):
    shape = X[plain(index)].shape
    for value in (100.0, np.sin(np.arange(np.prod(shape, dtype=int))).reshape(shape)):
        expected = X.copy()
        expected[plain(index)] = value
        t = Tensor(X)
        t[index] = value
        assert_values(t, expected)


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_the_gradient_of_an_item_assignment(index):
    x, seed = weight(X), np.cos(X)
    shape = X[plain(index)].shape
    value = weight(np.sin(np.arange(np.prod(shape, dtype=int))).reshape(shape))
    y = x * 1.0
    y[index] = value
    y.backward(seed)
    # Written one after the other, the last one stays.
    source = np.full(X.shape, -1)
    source[plain(index)] = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    assert_values(x.grad, np.where(source < 0, seed, 0.0))
    expected = np.zeros(value.size)
    expected[source[source >= 0]] = seed[source >= 0]
    assert_values(value.grad, expected.reshape(shape))


def test_of_repeated_places_the_last_value_wins_and_alone_gets_a_gradient():
    x, value = weight([0.0, 0.0, 0.0]), weight([10.0, 20.0, 30.0, 40.0])
    y = x * 1.0
    y[[0, 2, 0, 2]] = value
    assert_values(y, [30.0, 0.0, 40.0])
    (y * [1.0, 2.0, 3.0]).sum().backward()
    assert_values(x.grad, [0.0, 2.0, 0.0])
    assert_values(value.grad, [0.0, 0.0, 1.0, 3.0])


@pytest.mark.parametrize("turned", [np.flip, np.transpose, np.flipud, np.fliplr])
def test_the_last_value_wins_in_whatever_order_index_and_values_are_in_memory(turned):
    places, values = turned(Tensor(np.zeros((2, 3), int))), turned(weight(np.arange(6.0).reshape(2, 3)))
    values.retain_grad()
    y = ag.zeros(1)
    y[places] = values
    assert y.item() == values.data[-1, -1]
    y.sum().backward()
    assert values.grad.data.ravel().tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("index", "shape"),
    [
        (slice(None), (4,)),
        (slice(None), (1, 1)),
        (slice(None), (2, 1, 4)),
        ((0, slice(1, 3)), (1, 1, 2, 1)),
        ([1, 0, 1], (4,)),
        ([1, 0, 1], (3, 1, 1)),
        (MASK, (1,)),
        ((Ellipsis, 0), (3,)),
        (0, (1, 1, 3, 4)),
        (slice(0, 0), (3, 4)),
    ],
)
def test_an_assigned_value_is_broadcast(index, shape):
    x, value = weight(X), weight(np.arange(np.prod(shape, dtype=float)).reshape(shape))
    expected = X.copy()
    expected[index] = value.data
    y = x * 1.0
    y[index] = value
    assert_values(y, expected)
    y.sum().backward()
    count = (x.grad.data == 0.0).sum()
    assert value.grad.shape == shape
    assert value.grad.data.sum() == count
    assert set(np.unique(x.grad.data)) <= {0.0, 1.0}


def test_an_assigned_value_may_be_a_list_or_an_array():
    t = Tensor([1.0, 2.0, 3.0])
    t[:2] = [10.0, 20.0]
    t[2:] = np.array([30])
    assert_values(t, [10.0, 20.0, 30.0])


def test_an_assigned_value_gets_the_dtype_of_the_whole():
    t = Tensor([1.0, 2.0], np.float32)
    t[0] = np.float64(1 / 3)
    assert t.dtype == np.float32
    t[:] = Tensor([3, 4])
    assert (t.dtype, t.tolist()) == (np.float32, [3.0, 4.0])


def test_a_complex_value_does_not_fit_into_a_real_tensor():
    t = Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="values of dtype complex128 would lose something as float64"):
        t[0] = 1j
    with pytest.raises(TypeError, match="would lose something as float64"):
        t[:] = weight([1j, 2.0])
    assert_values(t, [1.0, 2.0])


def test_a_real_value_in_a_complex_tensor_gets_a_real_gradient():
    z, value = weight([1j, 2.0 + 1j]), weight([5.0])
    y = z * 1.0
    y[:1] = value
    (y * np.array([2.0 + 3.0j, 1.0])).sum().real.backward()
    assert_values(value.grad, [2.0])
    assert_values(z.grad, [0.0, 1.0])


def test_an_index_that_is_a_tensor_may_move_on():
    x, index = weight([1.0, 2.0]), Tensor([0, 0])
    y = x[index]
    index += 1
    y.sum().backward()
    assert_values(x.grad, [2.0, 0.0])


def test_a_chain_of_indices():
    assert_values(weight(X)[1][2][3], 24.0)
    g = gradients(lambda x: x[1][[0, 0]][:, 1:3], X)
    expected = np.zeros_like(X)
    expected[1, 0, 1:3] = 2.0
    np.testing.assert_array_equal(g, expected)


def test_a_part_and_the_whole():
    np.testing.assert_array_equal(gradients(lambda x: x[1:] * x[:-1], [2.0, 3.0, 5.0]), [3.0, 7.0, 3.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
def test_the_dtype_is_kept(dtype):
    for index in (0, slice(0, 1), [0, 0], [True, False]):
        x = weight([1.0, 2.0], dtype)
        y = x[index]
        y.backward(np.ones(y.shape))
        assert (y.dtype, x.grad.dtype) == (dtype, dtype)


def test_a_0d_tensor():
    x = weight(2.0)
    y = x[...] + x[()]
    y.backward()
    assert (y.shape, x.grad.item()) == ((), 2.0)
    assert_values(Tensor(2.0)[None], [2.0])
    t = Tensor(2.0)
    t[()] = 5.0
    assert t.item() == 5.0
    t[...] = 6.0
    assert t.item() == 6.0


@pytest.mark.parametrize(
    ("index", "error"),
    [
        (2, IndexError),
        (-3, IndexError),
        ((0, 0, 0, 0), IndexError),
        ([0, 5], IndexError),
        (1.0, IndexError),
        ("name", IndexError),
        ([0.5], IndexError),
        (np.array([1.0]), IndexError),
        ((Ellipsis, Ellipsis), IndexError),
        (np.array([True, False, True]), IndexError),
        (([0, 1], [0, 1, 2]), IndexError),
        (slice(0.5), TypeError),
        (np.array([], float), IndexError),
    ],
)
def test_a_bad_index_is_refused_for_reading_and_for_writing(index, error):
    with pytest.raises(error):
        X[index]
    with pytest.raises(error):
        Tensor(X)[index]
    t = Tensor(X)
    with pytest.raises(error):
        t[index] = 0.0
    assert_values(t, X)


def test_an_index_that_requires_grad_is_refused():
    with pytest.raises(IndexError, match="integers or booleans; got float64"):
        Tensor(X)[weight([1.0])]


def test_a_value_that_does_not_fit_is_refused():
    t = Tensor([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"could not broadcast input array from shape \(2,\) into shape \(3,\)"):
        t[:] = [1.0, 2.0]
    with pytest.raises((ValueError, TypeError)):
        t[0] = "text"
    assert_values(t, [1.0, 2.0, 3.0])


def test_an_item_cannot_be_deleted():
    t = Tensor([1.0, 2.0])
    with pytest.raises((TypeError, AttributeError)):
        del t[0]


# ------------------------------------------------------------------------------------- picking along an axis, sorting


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_take_along_axis(axis):
    indices = np.argsort(-X, axis=axis)
    t = ag.take_along_axis(Tensor(X), indices, axis=axis)
    assert_values(t, np.take_along_axis(X, indices, axis=axis))
    weights = np.arange(24.0).reshape(X.shape)
    g = gradients(lambda x: ag.take_along_axis(x, indices, axis=axis) * weights, X)
    expected = np.zeros_like(X)
    np.put_along_axis(expected, indices, weights, axis=axis)
    np.testing.assert_array_equal(g, expected)


def test_take_along_axis_broadcasts_and_repeats():
    indices = np.array([[[0, 0]]])
    assert_values(ag.take_along_axis(Tensor(X), indices, axis=2), np.take_along_axis(X, indices, axis=2))
    g = gradients(lambda x: ag.take_along_axis(x, indices, axis=2), X)
    np.testing.assert_array_equal(g[..., 0], np.full((2, 3), 2.0))
    assert g[..., 1:].sum() == 0.0


def test_take_along_no_axis():
    assert_values(ag.take_along_axis(Tensor(X), np.array([3, 0]), axis=None), [4.0, 1.0])


def test_take_along_an_axis_that_is_not_there():
    with pytest.raises(ValueError, match="take_along_axis: axis 3 is out of bounds"):
        ag.take_along_axis(Tensor(X), np.zeros((1, 1, 1), int), axis=3)


@pytest.mark.parametrize("indices", [np.array([0]), np.array([[[0.5]]])])
def test_take_along_axis_refuses_other_indices(indices):
    with pytest.raises(ValueError, match="indices must be integers of 3 axes"):
        ag.take_along_axis(Tensor(X), indices, axis=0)


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_sort(axis):
    data = np.array([[3.0, 1.0, 2.0], [0.5, 7.0, 4.0]])
    assert_values(ag.sort(Tensor(data), axis=axis), np.sort(data, axis=axis))
    weights = np.arange(1.0, 7.0).reshape(np.sort(data, axis=axis).shape)
    g = gradients(lambda x: ag.sort(x, axis=axis) * weights, data)
    order = np.argsort(data, axis=axis)
    expected = np.zeros_like(data)
    if axis is None:
        expected.reshape(-1)[order] = weights
    else:
        np.put_along_axis(expected, order, weights, axis=axis)
    np.testing.assert_array_equal(g, expected)


def test_equal_elements_are_sorted_stably():
    np.testing.assert_array_equal(
        gradients(lambda x: ag.sort(x) * [1.0, 10.0, 100.0], [5.0, 1.0, 5.0]), [10.0, 1.0, 100.0]
    )


def test_sort_of_nothing_and_of_one_number():
    assert ag.sort(Tensor([])).shape == (0,)
    assert gradients(ag.sort, []).shape == (0,)
    assert gradients(ag.sort, 2.0) == 1.0


def test_many_reads_of_one_vector_share_one_array_for_its_gradient(monkeypatch):
    x = weight(np.arange(100.0))
    loss = sum(x[i] * x[i : i + 1].sum() * x[[i, i]].sum() for i in range(100))
    made = []
    zeros = np.zeros
    monkeypatch.setattr(np, "zeros", lambda *args: made.append(args) or zeros(*args))
    loss.backward()
    assert len(made) == 1
    assert_values(x.grad, 6 * np.arange(100.0) ** 2)


def test_reads_before_and_after_other_uses_add_up():
    x = weight([1.0, 2.0, 3.0])
    loss = x[0] + (x * x).sum() + x[[1, 1]].sum() + x.sum() + x[2] * 5
    loss.backward()
    assert_values(x.grad, [2 + 1 + 1, 4 + 2 + 1, 6 + 1 + 5])


def test_a_read_of_a_result_that_is_used_whole_changes_no_other_gradient():
    x = weight([1.0, 2.0, 3.0])
    y = x * 2
    kept = []
    y.register_hook(kept.append)
    loss = y.sum() + y[0] + y[::-1][0]
    loss.backward()
    assert_values(kept[0], [2, 1, 2])
    assert_values(x.grad, [4, 2, 4])


def test_a_complex_cotangent_of_a_real_read():
    x = weight([1.0, 2.0])
    loss = (x[0] * (2 + 3j)).real + x[1]
    loss.backward()
    assert_values(x.grad, [2, 1])
