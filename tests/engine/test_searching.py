"""Places, counts and sets: they are NumPy's, and constants."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, gradients, weight

X = np.array([[3.0, 0.0, 2.0], [0.0, 3.0, -4.0]])
EDGES = np.array([-1.0, 0.0, 2.5])

#: What to do, with ag or np as the library.
CALLS = {
    "count_nonzero": lambda lib, x: lib.count_nonzero(x),
    "count_nonzero over an axis": lambda lib, x: lib.count_nonzero(x, axis=1, keepdims=True),
    "flatnonzero": lambda lib, x: lib.flatnonzero(x),
    "searchsorted": lambda lib, x: lib.searchsorted(EDGES, x),
    "searchsorted on the right": lambda lib, x: lib.searchsorted(EDGES, x, side="right"),
    "searchsorted by a sorter": lambda lib, x: lib.searchsorted(EDGES[::-1].copy(), x, sorter=[2, 1, 0]),
    "digitize": lambda lib, x: lib.digitize(x, EDGES),
    "digitize on the right": lambda lib, x: lib.digitize(x, EDGES[::-1].copy(), right=True),
    "lexsort": lambda lib, x: lib.lexsort((x[0], x[1])),
    "lexsort of an array": lambda lib, x: lib.lexsort(x),
    "argpartition": lambda lib, x: lib.take_along_axis(X, lib.argpartition(x, 1), -1)[:, 1],
    "isin": lambda lib, x: lib.isin(x, [3.0, 5.0]),
    "isin inverted": lambda lib, x: lib.isin(x, [3.0, 5.0], invert=True),
    "union1d": lambda lib, x: lib.union1d(x, [1.0, 3.0]),
    "intersect1d": lambda lib, x: lib.intersect1d(x, [1.0, 3.0]),
    "intersect1d with places": lambda lib, x: lib.intersect1d(x, [3.0, 1.0], return_indices=True),
    "setdiff1d": lambda lib, x: lib.setdiff1d(x, [1.0, 3.0]),
    "setxor1d": lambda lib, x: lib.setxor1d(x, [1.0, 3.0]),
    "unique": lambda lib, x: lib.unique(x),
    "unique of an axis": lambda lib, x: lib.unique(x, axis=1),
    "unique and all else": lambda lib, x: lib.unique(x, True, True, True),
    "unique with counts": lambda lib, x: lib.unique(x, return_counts=True),
    "unique_all": lambda lib, x: lib.unique_all(x),
    "unique_counts": lambda lib, x: lib.unique_counts(x),
    "unique_inverse": lambda lib, x: lib.unique_inverse(x),
    "unique_values": lambda lib, x: lib.unique_values(x),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_values_of_numpy_as_constants(call):
    expected = call(np, X)
    for found in (call(ag, Tensor(X)), call(np, Tensor(X)), call(ag, weight(X)), call(np, weight(X))):
        several = isinstance(expected, tuple)
        assert isinstance(found, tuple) == several
        for one, other in zip(found if several else [found], expected if several else [expected], strict=True):
            assert_values(one, other)
            assert one.dtype == other.dtype
            assert not one.requires_grad


def test_the_results_of_the_standard_have_names():
    found = ag.unique_all(weight(X))
    assert found._fields == np.unique_all(X)._fields
    assert ag.unique_counts(X)._fields == np.unique_counts(X)._fields
    assert ag.unique_inverse(X)._fields == np.unique_inverse(X)._fields
    x = weight(X)
    x.ravel()[found.indices].sum().backward()
    assert x.grad.data.sum() == len(found.values)


@pytest.mark.parametrize("x", [[0, 3, 1, 3], [], np.array([2, 2], np.uint8), [True, False]])
def test_bincount(x):
    plain = np.asarray(x, dtype=None if len(x) else int)
    for options in ({}, {"minlength": 6}):
        assert_values(ag.bincount(x, **options), np.bincount(plain, **options))
        assert_values(np.bincount(Tensor(plain), **options), np.bincount(plain, **options))
    weights = np.arange(1.0, len(x) + 1)
    for dtype in (np.float32, np.float64, np.int8):
        found = ag.bincount(x, weights.astype(dtype))
        assert_values(found, np.bincount(plain, weights))
        assert found.dtype == np.float64


def test_weights_of_a_bincount_get_their_gradients():
    seed = np.arange(1.0, 6.0)
    got = gradients(lambda w: ag.bincount([0, 3, 1, 3], w, 5), [1.0, 2.0, 3.0, 4.0], seed=seed)
    np.testing.assert_array_equal(got, seed[[0, 3, 1, 3]])
    x = weight([1.0, 2.0], np.float32)
    np.bincount(np.array([1, 1]), weights=x).sum().backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ag.bincount([0.5]), "bincount: takes a vector of whole numbers"),
        (lambda: ag.bincount([[1]]), "bincount: takes a vector"),
        (lambda: ag.bincount([-1]), "occurrences"),
        (lambda: ag.bincount([1], [1j]), "bincount: weights are real"),
        (lambda: ag.bincount([1, 2], [1.0]), "weighted_occurrences"),
        (lambda: ag.lexsort([]), "lexsort: at least one key"),
        (lambda: ag.searchsorted([1.0], 2.0, side="middle"), "searchsorted"),
        (lambda: ag.digitize([1.0], [1.0, 3.0, 2.0]), "bins_of"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, said):
    with pytest.raises((ValueError, TypeError), match=said):
        call()


@pytest.mark.parametrize(("x", "sorter"), [(X, None), (2.0, None), (EDGES, [[0, 1, 2]]), (EDGES, 0), (EDGES, (0,))])
def test_searchsorted_searches_in_a_vector(x, sorter):
    with pytest.raises(ValueError, match="searchsorted: x and sorter are vectors of one length; given"):
        np.searchsorted(Tensor(x), 1.0, sorter=sorter)
