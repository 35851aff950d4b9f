"""What NumPy writes in place moves a Tensor's handle on; functions that are applied along axes record what they do."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, gradients, weight

X = np.arange(1.0, 13.0).reshape(4, 3)
MASK = X % 2 == 0

#: What to write, with ag or np as the library; the values.
WRITES = {
    "put": (lambda x, v: np.put(x, [0, -1, 5], v), [7.0, 8.0, 9.0]),
    "put one value": (lambda x, v: np.put(x, [0, 5], v), 7.0),
    "put around": (lambda x, v: np.put(x, [12, -25], v, mode="wrap"), [7.0, 8.0, 9.0]),
    "put within": (lambda x, v: np.put(x, [99, -99], v, mode="clip"), [7.0]),
    "put the last of several": (lambda x, v: np.put(x, [1, 1], v), [7.0, 8.0]),
    "put nothing": (lambda x, v: np.put(x, [], v), [7.0]),
    "place": (lambda x, v: np.place(x, MASK, v), [7.0, 8.0]),
    "place nowhere": (lambda x, v: np.place(x, X < 0, v), [7.0, 8.0]),
    "putmask": (lambda x, v: np.putmask(x, MASK, v), [7.0, 8.0, 9.0, 10.0, 11.0]),
    "putmask by all": (lambda x, v: np.putmask(x, MASK, v), X * 10),
    "copyto": (np.copyto, [7.0, 8.0, 9.0]),
    "copyto where": (lambda x, v: np.copyto(x, v, where=MASK), [[7.0], [8.0], [9.0], [10.0]]),
    "fill_diagonal": (np.fill_diagonal, 7.0),
    "fill_diagonal by several": (np.fill_diagonal, [7.0, 8.0]),
    "fill_diagonal by nothing": (np.fill_diagonal, []),
    "put_along_axis": (lambda x, v: np.put_along_axis(x, np.array([[2, 0, 1]]), v, 0), [[7.0, 8.0, 9.0]]),
    "put_along_axis of all": (lambda x, v: np.put_along_axis(x, np.array([3, 0]), v, None), [7.0, 8.0]),
}


@pytest.mark.parametrize(("write", "values"), WRITES.values(), ids=WRITES)
def test_the_handle_moves_on(write, values):
    expected = X.copy()
    write(expected, np.array(values))
    y = weight(X) * 1.0
    before = y * 1.0
    assert write(y, np.array(values)) is None
    assert_values(y, expected)
    assert_values(before, X)

    def written(x, v):
        y = x * 1.0
        write(y, v)
        return y

    assert_values(written(weight(X), weight(values)), written(X, np.array(values)))
    gradcheck(lambda x, v: written(x, v) * 2.0 + v.sum() + x, X, np.array(values))


def test_a_tall_matrix_can_be_filled_further():
    x, tensor = np.zeros((9, 3)), Tensor(np.zeros((9, 3)))
    np.fill_diagonal(x, [1.0, 2.0, 3.0], wrap=True)
    np.fill_diagonal(tensor, [1.0, 2.0, 3.0], wrap=True)
    assert_values(tensor, x)
    cube, deep = np.zeros((3, 3, 3)), Tensor(np.zeros((3, 3, 3)))
    np.fill_diagonal(cube, 5.0)
    ag.fill_diagonal(deep, 5.0)
    assert_values(deep, cube)


def test_plain_arrays_take_constants_only():
    x = np.zeros(3)
    np.put(x, [0], Tensor([5.0]))
    np.putmask(x, Tensor([False, False, True]), 7.0)
    np.testing.assert_array_equal(x, [5.0, 0.0, 7.0])
    for write in (
        lambda v: np.put(x, [0], v),
        lambda v: np.putmask(x, x > 0, v),
        lambda v: np.place(x, x > 0, v),
        lambda v: np.copyto(x, v),
        lambda v: ag.put_along_axis(x, np.array([0]), v, 0),
    ):
        with pytest.raises(TypeError, match="a plain array cannot record what requires grad"):
            write(weight([1.0]))
    np.testing.assert_array_equal(x, [5.0, 0.0, 7.0])


def test_leaves_are_refused_outside_no_grad():
    x = weight(X)
    with pytest.raises(RuntimeError, match=r"np\.copyto"):
        np.copyto(x, 0.0)
    with ag.no_grad():
        np.fill_diagonal(x, 0.0)
    assert x.requires_grad
    assert x.data[1, 1] == 0.0


def test_filled_like_another():
    x = weight(X, np.float32)
    assert_values(np.full_like(x, 5), np.full_like(X, 5))
    assert ag.full_like(x, 5).dtype == np.float32
    assert ag.full_like(x, 5, dtype=int, shape=2).tolist() == [5, 5]
    assert_values(np.empty_like(x, shape=(2, 0)), np.zeros((2, 0)))
    assert not ag.empty_like(x).requires_grad
    assert ag.full_like([1, 2], 2.5).tolist() == [2, 2]
    assert gradients(lambda v: ag.full_like(X, v), 2.0) == X.size
    np.testing.assert_array_equal(gradients(lambda v: ag.full_like(X, v), [1.0, 2.0, 3.0]), [4.0, 4.0, 4.0])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: ag.copyto([1.0], 2.0), "copyto: writes into a Tensor or an array, got list"),
        (lambda x: ag.copyto(x, np.float64(1.0), casting="no"), "copyto|float64"),
        (lambda x: ag.copyto(x, [1.0, 2.0]), "broadcast_to"),
        (lambda x: ag.copyto(Tensor([1]), weight(2.0)), "copyto: int64 cannot hold a value that requires grad"),
        (lambda x: ag.full_like([1], x[0, 0]), "full_like: int64 cannot hold a value that requires grad"),
        (lambda x: np.full_like(x, x[0, 0], dtype=bool), "full_like: bool cannot hold a value that requires grad"),
        (lambda x: ag.full_like(x, 1j), "full_like: values of dtype complex128 would lose something"),
        (lambda x: ag.copyto(x, 1j), "copyto: values of dtype complex128 would lose something"),
        (lambda x: np.put(x, [12], 1.0), "put"),
        (lambda x: np.put(x, [0.5], 1.0), "put: indices are integers"),
        (lambda x: ag.place(x, MASK, []), "place: the mask is true in 6 places"),
        (lambda x: ag.place(x, [True], 1.0), "place: the mask must have the size"),
        (lambda x: ag.putmask(x, [True], 1.0), "putmask: the mask must have the size"),
        (lambda x: ag.fill_diagonal(x[0], 1.0), "fill_diagonal: takes a matrix"),
        (lambda x: ag.fill_diagonal(x[:0], "one"), "the data must be numbers"),
        (lambda x: ag.put_along_axis(x, np.array([0]), 1.0, 0), "put_along_axis: indices must be integers of 2 axes"),
        (lambda x: ag.put_along_axis(x, np.zeros(0, bool), 1.0, None), "put_along_axis: indices must be integers, got"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, said):
    x = weight(X, np.float32) * 1.0
    with pytest.raises((ValueError, TypeError, IndexError), match=said):
        call(x)
    assert_values(x, X)


# ----------------------------------------------------------------------------------- functions applied along axes

APPLIED = {
    "to numbers": (lambda lib, x: lib.apply_along_axis(lambda v: v[0] * v[1], 1, x)),
    "to vectors": (lambda lib, x: lib.apply_along_axis(lambda v, k: v[:2] * k, 0, x, 3.0)),
    "to matrices": (lambda lib, x: lib.apply_along_axis(lambda v: v[:, None] * v, -1, x)),
    "over one axis": (lambda lib, x: lib.apply_over_axes(np.sum, x * x, 1)),
    "over axes": (lambda lib, x: lib.apply_over_axes(np.sum, x * x, [0, -1])),
    "over axes that stay": (lambda lib, x: lib.apply_over_axes(np.cumsum, x, (0, 1))),
}


@pytest.mark.parametrize("call", APPLIED.values(), ids=APPLIED)
def test_applied_functions(call):
    expected = call(np, X)
    assert_values(call(ag, Tensor(X)), expected)
    assert_values(call(np, weight(X)), expected)
    gradcheck(lambda x: call(np, x), X)


def test_applied_functions_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="apply_along_axis: there is no vector along axis 0"):
        ag.apply_along_axis(ag.sum, 0, np.zeros((2, 0)))
    with pytest.raises(ValueError, match="apply_along_axis: one axis"):
        ag.apply_along_axis(ag.sum, 0, 1.0)
    with pytest.raises(ValueError, match="apply_over_axes: the function gives"):
        ag.apply_over_axes(lambda x, axis: x.sum(), X, [0])


def test_put_knows_its_modes_also_where_nothing_is_put():
    with pytest.raises(ValueError, match="put: mode"):
        np.put(Tensor([1.0, 2.0]), [], 1.0, mode="nothing")


def test_put_finds_no_place_in_an_empty_array():
    with pytest.raises(IndexError, match=r"put: x has the shape \(0,\), and no place"):
        np.put(Tensor([]), 0, [])
    np.put(Tensor([]), [], [1.0])
