"""Elements in another order, repeated, cut apart, on diagonals: values of NumPy, and gradients that go back."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

X = np.arange(1.0, 25.0).reshape(2, 3, 4)
V = np.arange(1.0, 6.0)
M = X[0]
CUBE = np.arange(27.0).reshape(3, 3, 3)

#: What to do, with ag or np as the library; with what.
ARRANGEMENTS = {
    "moveaxis": (lambda lib, x: lib.moveaxis(x, 0, 2), X),
    "moveaxis by negatives": (lambda lib, x: lib.moveaxis(x, -1, 0), X),
    "moveaxis of several": (lambda lib, x: lib.moveaxis(x, (0, 1), (-1, 0)), X),
    "moveaxis by lists": (lambda lib, x: lib.moveaxis(x, [2, 0], [0, 1]), X),
    "rollaxis": (lambda lib, x: lib.rollaxis(x, 2), X),
    "rollaxis to the end": (lambda lib, x: lib.rollaxis(x, 0, 3), X),
    "rollaxis by negatives": (lambda lib, x: lib.rollaxis(x, -1, -2), X),
    "atleast_1d": (lambda lib, x: lib.atleast_1d(x), np.array(5.0)),
    "atleast_2d": (lambda lib, x: lib.atleast_2d(x), V),
    "atleast_2d of one number": (lambda lib, x: lib.atleast_2d(x), np.array(5.0)),
    "atleast_3d of one number": (lambda lib, x: lib.atleast_3d(x), np.array(5.0)),
    "atleast_3d of a vector": (lambda lib, x: lib.atleast_3d(x), V),
    "atleast_3d of a matrix": (lambda lib, x: lib.atleast_3d(x), M),
    "atleast_3d of more": (lambda lib, x: lib.atleast_3d(x), X),
    "roll": (lambda lib, x: lib.roll(x, 5), X),
    "roll an axis": (lambda lib, x: lib.roll(x, -1, axis=1), X),
    "roll several axes": (lambda lib, x: lib.roll(x, (1, 2), axis=(0, -1)), X),
    "roll several axes alike": (lambda lib, x: lib.roll(x, 1, axis=[0, 1]), X),
    "roll one axis twice": (lambda lib, x: lib.roll(x, (1, 2), axis=(1, 1)), X),
    "roll one number": (lambda lib, x: lib.roll(x, 3), np.array(5.0)),
    "roll nothing": (lambda lib, x: lib.roll(x, 1, axis=0), np.zeros((0, 2))),
    **{f"rot90 {k} times": (lambda lib, x, k=k: lib.rot90(x, k), M) for k in range(-2, 5)},
    "rot90 in another plane": (lambda lib, x: lib.rot90(x, axes=(2, 1)), X),
    "fliplr": (lambda lib, x: lib.fliplr(x), X),
    "flipud": (lambda lib, x: lib.flipud(x), V),
    "copy": (lambda lib, x: lib.copy(x), X),
    "tile": (lambda lib, x: lib.tile(x, 3), V),
    "tile to more axes": (lambda lib, x: lib.tile(x, (2, 1, 3)), V),
    "tile by fewer numbers": (lambda lib, x: lib.tile(x, (2,)), X),
    "tile to nothing": (lambda lib, x: lib.tile(x, (0, 2)), M),
    "tile one number": (lambda lib, x: lib.tile(x, (2, 2)), np.array(5.0)),
    "repeat": (lambda lib, x: lib.repeat(x, 2), X),
    "repeat along an axis": (lambda lib, x: lib.repeat(x, 3, axis=1), X),
    "repeat often": (lambda lib, x: lib.repeat(x, 20, axis=1), X),
    "repeat never": (lambda lib, x: lib.repeat(x, 0, axis=-1), X),
    "repeat by counts": (lambda lib, x: lib.repeat(x, [2, 0, 3], axis=1), X),
    "repeat by counts at the ends": (lambda lib, x: lib.repeat(x, [0, 1, 0, 2, 0]), V),
    "repeat by an array": (lambda lib, x: lib.repeat(x, np.array([1, 2], np.int8), axis=0), X),
    "repeat by one count": (lambda lib, x: lib.repeat(x, [2], axis=0), X),
    "repeat one number": (lambda lib, x: lib.repeat(x, 4), np.array(5.0)),
    "repeat nothing": (lambda lib, x: lib.repeat(x, [], axis=0), np.zeros((0, 2))),
    "resize to more": (lambda lib, x: lib.resize(x, (3, 4)), V),
    "resize to less": (lambda lib, x: lib.resize(x, 4), X),
    "resize to nothing": (lambda lib, x: lib.resize(x, (0, 3)), X),
    "split": (lambda lib, x: lib.split(x, 2, axis=2)[1], X),
    "split at places": (lambda lib, x: lib.split(x, [1, 2], axis=-1)[2], X),
    "split at places beyond": (lambda lib, x: lib.split(x, np.array([2, 9]))[1], V),
    "split at negative places": (lambda lib, x: lib.split(x, (-2,))[0], V),
    "array_split": (lambda lib, x: lib.array_split(x, 3)[1], V),
    "array_split into many": (lambda lib, x: lib.array_split(x, 7)[6], V),
    "hsplit of a vector": (lambda lib, x: lib.hsplit(x, [2])[1], V),
    "hsplit": (lambda lib, x: lib.hsplit(x, 3)[1], X),
    "vsplit": (lambda lib, x: lib.vsplit(x, 2)[1], X),
    "dsplit": (lambda lib, x: lib.dsplit(x, 4)[3], X),
    "diag of a vector": (lambda lib, x: lib.diag(x), V),
    "diag of a vector above": (lambda lib, x: lib.diag(x, 2), V),
    "diag of a vector below": (lambda lib, x: lib.diag(x, k=-1), V),
    "diag of a matrix": (lambda lib, x: lib.diag(x, 1), M),
    "diag beyond": (lambda lib, x: lib.diag(x, 7), M),
    "diagflat": (lambda lib, x: lib.diagflat(x, -1), M),
    "diagonal": (lambda lib, x: lib.diagonal(x), X),
    "diagonal of other axes": (lambda lib, x: lib.diagonal(x, 1, -1, 1), X),
    "tril": (lambda lib, x: lib.tril(x), X),
    "triu": (lambda lib, x: lib.triu(x, k=1), X),
    "triu of a vector": (lambda lib, x: lib.triu(x), V),
    "tril_indices_from": (lambda lib, x: x[lib.tril_indices_from(x, 1)], M),
    "triu_indices_from": (lambda lib, x: x[lib.triu_indices_from(x)], M),
    "diag_indices_from": (lambda lib, x: x[lib.diag_indices_from(x)], CUBE),
}


@pytest.mark.parametrize(("arrange", "data"), ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_elements_move_as_in_numpy_and_gradients_move_back(arrange, data):
    expected = arrange(np, data)
    assert_values(arrange(ag, Tensor(data)), expected)
    assert_values(arrange(np, Tensor(data)), expected)
    assert_values(arrange(ag, weight(data)), expected)
    seed = np.cos(np.arange(expected.size)).reshape(expected.shape)
    # Each element's gradient is the sum of the seed over the places that it went to; 0 stands for what is new.
    places = arrange(np, np.arange(1, data.size + 1).reshape(data.shape))
    wanted = np.bincount(places.ravel(), weights=seed.ravel(), minlength=data.size + 1)[1:].reshape(data.shape)
    got = gradients(lambda x: arrange(ag, x), data, seed=seed)
    np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
@pytest.mark.parametrize(("arrange", "data"), ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_the_dtype_is_kept(arrange, data, dtype):
    x = weight(data, dtype)
    y = arrange(ag, x)
    y.backward(np.ones(y.shape))
    assert (y.dtype, x.grad.dtype) == (dtype, dtype)


def test_several_at_once_give_a_tuple():
    for name in ("atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "meshgrid", "ix_"):
        found, expected = getattr(ag, name)(V, Tensor(V)), getattr(np, name)(V, V)
        assert type(found) is tuple
        for one, other in zip(found, expected, strict=True):
            assert_values(one, other)


def test_splits_give_lists_and_unstack_a_tuple():
    assert type(ag.split(X, 2)) is list
    parts = np.unstack(Tensor(X), axis=1)
    assert type(parts) is tuple
    for part, expected in zip(parts, np.unstack(X, axis=1), strict=True):
        assert_values(part, expected)


@pytest.mark.parametrize("options", [{}, {"indexing": "ij"}, {"sparse": True}, {"sparse": True, "indexing": "ij"}])
@pytest.mark.parametrize("vectors", [(V,), (V, V[:2]), (V, V[:2], V[:3]), (V, 3.0)])
def test_meshgrid(vectors, options):
    for found, expected in zip(ag.meshgrid(*vectors, **options), np.meshgrid(*vectors, **options), strict=True):
        assert_values(found, expected)


def test_ix_picks_a_grid():
    x = weight(M)
    y = x[ag.ix_([0, 2, 2], [True, False, True, False])]
    assert_values(y, M[np.ix_([0, 2, 2], [True, False, True, False])])
    assert ag.ix_([])[0].dtype == np.intp


def test_trace():
    assert_values(ag.trace(X, 1, 2, 1), np.trace(X, 1, 2, 1))
    assert_values(np.trace(Tensor(M.astype(np.int8))), np.trace(M.astype(np.int8)))
    np.testing.assert_array_equal(gradients(ag.trace, M), np.eye(3, 4))


def test_copies_are_of_their_own():
    x = weight(M)
    y = ag.copy(x)
    y[0] = 0.0
    assert_values(x, M)
    assert ag.ascontiguousarray(x) is x
    assert_values(ag.asfortranarray(2.0, np.float32), [2.0])
    with pytest.raises(TypeError, match="requires grad"):
        np.ascontiguousarray(x)
    for refused in (lambda: x.copy(order="mean"), lambda: np.copy(x, "mean")):
        with pytest.raises(ValueError, match="copy: order is one of C, F, A, K; given 'mean'"):
            refused()


def test_repeated_elements_add_up_in_one_pass():
    x = weight(np.ones(200_000))
    y = ag.repeat(ag.tile(x, 2), np.arange(400_000) % 3)
    y.sum().backward()
    assert x.grad.data.sum() == y.size


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: ag.moveaxis(x, 3, 0), "moveaxis"),
        (lambda x: ag.moveaxis(x, (0, 1), 0), "moveaxis: as many places"),
        (lambda x: ag.rollaxis(x, 0, 4), "rollaxis: start is from -3 to 3"),
        (lambda x: ag.rot90(x, axes=(0, 0)), "rot90"),
        (lambda x: ag.rot90(x, axes=(0, 1, 2)), "rot90: a plane has two axes"),
        (lambda x: ag.fliplr(x[0, 0]), "fliplr: two axes"),
        (lambda x: ag.flipud(x[0, 0, 0]), "flipud: one axis"),
        (lambda x: ag.roll(x, 1, axis=3), "roll"),
        (lambda x: ag.broadcast_arrays(x, x[:, :2]), "broadcast_arrays"),
        (ag.meshgrid, "meshgrid: takes vectors"),
        (lambda x: ag.meshgrid(x, indexing="yx"), "meshgrid: indexing"),
        (ag.ix_, "ix_: takes sequences of one axis"),
        (lambda x: ag.repeat(x, [1, 2], axis=1), "repeat: repeats is a whole number, or one for each of the 3"),
        (lambda x: ag.repeat(x, 1.5), "repeat"),
        (lambda x: ag.repeat(x, -1), "repeat"),
        (lambda x: ag.resize(x, (-1, 2)), "resize"),
        (lambda x: ag.split(x, 2, axis=1), "split: 3 elements along axis 1 cannot be cut into 2 equal parts"),
        (lambda x: ag.array_split(x, 0), "array_split: the number of parts is positive"),
        (lambda x: ag.split(x, [0.5]), "split: places to cut at are whole numbers"),
        (lambda x: ag.vsplit(x[0, 0], 2), "vsplit: 2 axes"),
        (lambda x: ag.dsplit(x[0], 2), "dsplit: 3 axes"),
        (lambda x: ag.unstack(x[0, 0, 0]), "unstack"),
        (ag.diag, "diag: takes a vector or a matrix"),
        (lambda x: ag.diagonal(x, 0, 1, 1), "diagonal"),
        (lambda x: ag.tril(x[0, 0, 0]), "tril"),
        (ag.tril_indices_from, "tril_indices_from: takes matrices"),
        (ag.diag_indices_from, "diag_indices_from: all axes must have one size"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, name):
    with pytest.raises((ValueError, TypeError, IndexError), match=name):
        call(weight(X))


@pytest.mark.parametrize("values", [[], [1.0, 2.0]])
def test_a_negative_number_of_repetitions_is_refused(values):
    with pytest.raises(ValueError, match="repeats must not be negative"):
        ag.repeat(ag.Tensor(values), -1)


@pytest.mark.parametrize("name", ["tril", "triu"])
def test_a_single_number_has_no_triangle(name):
    with pytest.raises(ValueError, match=rf"{name}.*takes a vector or matrices; given a single number"):
        getattr(np, name)(Tensor(2.0))


def test_more_parts_than_memory_holds_are_refused_at_once():
    with pytest.raises(MemoryError, match="Unable to allocate"):
        ag.split(Tensor(np.zeros(0)), 10**18)
