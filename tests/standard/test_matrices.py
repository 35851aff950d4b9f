"""Forms of arguments of ``linalg``: what is not finite, any order and tolerance, stacks that are broadcast or empty."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standard.reference import (
    ALL,
    COMPLEX,
    FLOATING,
    NUMERIC,
    array,
    assert_same_bits,
    is_array,
    quiet,
    shapes,
    tensors,
    values_of,
    xp,
)
from tests.standard.test_extensions import ANY, assert_near, matrices, stacks

NOT_FINITE = [math.nan, math.inf, -math.inf]


def close(dtype, factor=100):
    """A tolerance that fits the dtype."""
    return {"rtol": factor * np.finfo(dtype).eps, "atol": 0.0}


# Numbers that are not finite


@pytest.mark.parametrize("value", NOT_FINITE)
@pytest.mark.parametrize("dtype", ANY)
def test_determinants_beside_one_that_is_not_finite(dtype, value):
    for place in itertools.product(range(2), repeat=2):
        x = np.array([[[2, 1], [4, 3]], [[2, 1], [4, 3]], [[1, 2], [3, 4]]], dtype)
        x[(1, *place)] = value
        with quiet():
            found = xp.linalg.det(array(x))
            sign, logarithm = xp.linalg.slogdet(array(x))
            product = values_of(sign) * np.exp(values_of(logarithm))
        assert (found.dtype, sign.dtype, logarithm.dtype) == (x.dtype, x.dtype, x.real.dtype)
        for determinants in (values_of(found), product):
            np.testing.assert_allclose(determinants[[0, 2]], np.array([2, -2], dtype), **close(dtype))
            assert not np.isfinite(determinants[1])


@pytest.mark.parametrize("mode", ["reduced", "complete"])
@pytest.mark.parametrize("value", NOT_FINITE)
@pytest.mark.parametrize("dtype", ANY)
def test_triangular_factors_of_what_is_not_finite(dtype, value, mode):
    for rows, columns in [(3, 2), (2, 3), (3, 3), (4, 1)]:
        for place in itertools.product(range(rows), range(columns)):
            x = np.arange(1, 2 * rows * columns + 1, dtype=dtype).reshape(2, rows, columns) ** 2
            x[(1, *place)] = value
            with quiet():
                found = xp.linalg.qr(array(x), mode=mode)
            kept = rows if mode == "complete" else min(rows, columns)
            assert (found.Q.shape, found.R.shape) == ((2, rows, kept), (2, kept, columns))
            assert found.Q.dtype == found.R.dtype == x.dtype
            np.testing.assert_array_equal(np.tril(values_of(found.R), -1), 0)
            assert_near(values_of(found.Q)[0] @ values_of(found.R)[0], x[0])


# Powers and orders


@given(data=st.data())
def test_powers_of_matrices(data):
    x = matrices(data.draw, square=True)
    wide = values_of(x).astype("complex128")
    expected = np.broadcast_to(np.eye(x.shape[-1]), x.shape)
    largest = np.max(np.sum(np.abs(wide), axis=-1), initial=0)
    for power in range(21):
        found = xp.linalg.matrix_power(x, power)
        assert (found.dtype, found.shape) == (x.dtype, x.shape)
        tolerance = 100 * np.finfo(x.dtype).eps * largest**power if power else 0
        np.testing.assert_allclose(values_of(found), expected, rtol=0, atol=tolerance)
        expected = expected @ wide


def norm(x, order, axis, keepdims):
    """The vector norm as the table of the standard has it, in double precision."""
    sizes = np.abs(x.astype("complex128"))
    if math.isinf(order):
        return (np.max if order > 0 else np.min)(sizes, axis=axis, keepdims=keepdims)
    if order == 0:
        return np.sum(sizes != 0, axis=axis, keepdims=keepdims)
    return np.sum(sizes**order, axis=axis, keepdims=keepdims) ** (1 / order)


ORDERS = st.integers(-20, 20) | st.sampled_from([0.0, 0.5, -0.5, 1.5, -2.5, 19.5, -19.5, math.inf, -math.inf])


@given(data=st.data(), order=ORDERS, keepdims=st.booleans())
def test_vector_norms_of_any_order_along_any_axes(data, order, keepdims):
    x = data.draw(tensors(ANY, shapes(min_side=1), small=True))
    places = data.draw(st.permutations(range(x.ndim)))[: data.draw(st.integers(0, x.ndim))]
    several = tuple(data.draw(st.sampled_from([place, place - x.ndim])) for place in places)
    axis = data.draw(st.sampled_from([None, (), several, *several]), label="axis")
    with quiet():
        found = xp.linalg.vector_norm(x, ord=order, axis=axis, keepdims=keepdims)
        expected = norm(values_of(x), order, axis, keepdims)
    assert is_array(found)
    assert (found.dtype, found.shape) == (values_of(x).real.dtype, np.shape(expected))
    np.testing.assert_allclose(values_of(found), expected, **close(found.dtype))


@given(x=tensors(ANY, shapes(), small=True))
def test_the_norm_along_no_axis_is_the_size(x):
    found = xp.linalg.vector_norm(x, axis=())
    assert (found.dtype, found.shape) == (values_of(x).real.dtype, x.shape)
    np.testing.assert_allclose(values_of(found), np.abs(values_of(x)), **close(x.dtype))


# Tolerances

#: Singular values, none of them at a tolerance times the largest; matrices of zeros too.
SINGULAR = np.array([[8.0, 4.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [100.0, 1.0, 1.0]])
TOLERANCES = [0.0, 0.005, 0.05, 0.3, 0.7, 2.0, 1e30, math.inf]


def of_singular_values(dtype):
    """Matrices of these singular values, their rows in another order."""
    return (SINGULAR[..., None] * np.eye(3)[[2, 0, 1]]).astype(dtype)


@pytest.mark.parametrize("dtype", ANY)
def test_tolerances_from_nothing_to_infinity(dtype):
    x = of_singular_values(dtype)
    real = x.real.dtype
    forms = [(rtol, np.full(4, rtol)) for rtol in TOLERANCES]
    forms += [(array(rtol, real), each) for rtol, each in forms] + [(array([rtol], real), each) for rtol, each in forms]
    mixed = itertools.islice(itertools.permutations(TOLERANCES, 4), 0, None, 17)
    forms += [(array(each, real), np.array(each)) for each in mixed]
    for rtol, each in forms:
        with quiet():
            counted = np.greater(SINGULAR, each[:, None] * np.max(SINGULAR, axis=1, keepdims=True))
            reciprocals = np.where(counted, 1 / SINGULAR, 0)
            rank = xp.linalg.matrix_rank(array(x), rtol=rtol)
            inverse = xp.linalg.pinv(array(x), rtol=rtol)
        assert_same_bits(rank, np.sum(counted, axis=1, dtype=xp.asarray(1).dtype))
        assert inverse.dtype == x.dtype
        expected = (reciprocals[..., None] * np.eye(3)[[2, 0, 1]]).swapaxes(-1, -2)
        np.testing.assert_allclose(values_of(inverse), expected, rtol=0, atol=100 * np.finfo(x.dtype).eps)


# Stacks that are broadcast, turned or empty


def regular(dtype):
    """A Hermitian matrix with a diagonal that outweighs the rest."""
    x = np.array([[9, 1, 2], [1, 8, -1], [2, -1, 7]], dtype)
    return x + np.array([[0, 1j, 0], [-1j, 0, 0], [0, 0, 0]]) if dtype in COMPLEX else x


@pytest.mark.parametrize("dtype", ANY)
def test_stacks_that_are_one_matrix_in_memory(dtype):
    plain = regular(dtype).astype(dtype)
    one, column = array(plain), array(np.arange(1, 4), dtype)
    for stack in [(4,), (2, 3), (1,), (0,)]:
        x = xp.broadcast_to(one, (*stack, 3, 3))
        y = xp.broadcast_to(column[:, None], (*stack, 3, 1))
        vectors = values_of(xp.linalg.solve(one, column))
        expected = {
            "cholesky": (xp.linalg.cholesky(x), xp.linalg.cholesky(one)),
            "upper": (xp.linalg.cholesky(x, upper=True), xp.linalg.cholesky(one, upper=True)),
            "turned": (xp.linalg.cholesky(xp.conj(x).mT), xp.linalg.cholesky(one)),
            "inv": (xp.linalg.inv(x), xp.linalg.inv(one)),
            "solve": (xp.linalg.solve(x, y), vectors[:, None]),
            "a vector": (xp.linalg.solve(x, column), vectors),
            "one matrix": (xp.linalg.solve(one, y), vectors[:, None]),
            "det": (xp.linalg.det(x), xp.linalg.det(one)),
            "matrix_power": (xp.linalg.matrix_power(x, 2), one @ one),
        }
        for name, (found, each) in expected.items():
            assert (found.dtype, found.shape) == (np.dtype(dtype), (*stack, *each.shape)), name
            assert_near(found, np.broadcast_to(values_of(each), found.shape))
        np.testing.assert_array_equal(values_of(one), plain)
    lower, upper = (values_of(xp.linalg.cholesky(one, upper=upper)) for upper in (False, True))
    np.testing.assert_array_equal(np.triu(lower, 1), 0)
    np.testing.assert_array_equal(np.tril(upper, -1), 0)
    assert_near(array(lower @ lower.conj().mT), plain)
    assert_near(array(upper.conj().mT @ upper), plain)
    assert_near(xp.linalg.inv(one) @ one, np.eye(3, dtype=dtype))


@pytest.mark.parametrize("shape", [(0, 3, 3), (2, 0, 0), (0, 0), (0, 0, 0), (2, 0, 3, 3)])
@pytest.mark.parametrize("dtype", ANY)
def test_stacks_of_nothing(dtype, shape):
    x = xp.zeros(shape, dtype=getattr(xp, dtype))
    stack, size = shape[:-2], shape[-1]
    found = {
        "cholesky": (xp.linalg.cholesky(x), shape),
        "upper": (xp.linalg.cholesky(x, upper=True), shape),
        "inv": (xp.linalg.inv(x), shape),
        "solve": (xp.linalg.solve(x, x), shape),
        "one column": (xp.linalg.solve(x, x[..., :1]), (*stack, size, min(size, 1))),
        "no columns": (xp.linalg.solve(x, x[..., :0]), (*stack, size, 0)),
        "a vector": (xp.linalg.solve(x, xp.ones(size, dtype=x.dtype)), (*stack, size)),
        "matrix_power": (xp.linalg.matrix_power(x, 3), shape),
        "det": (xp.linalg.det(x), stack),
        "slogdet": (xp.linalg.slogdet(x).sign, stack),
        "trace": (xp.linalg.trace(x), stack),
    }
    for name, (result, expected) in found.items():
        assert is_array(result), name
        assert (result.dtype, result.shape) == (x.dtype, expected), name
    if not size:  # the empty product
        np.testing.assert_array_equal(values_of(found["det"][0]), 1)
        np.testing.assert_array_equal(values_of(found["slogdet"][0]), 1)


@pytest.mark.parametrize("offset", [10000, -10000, 4, -3])
@given(x=tensors(ALL, stacks(2, 3)))
def test_diagonals_far_away(offset, x):
    assert_same_bits(xp.linalg.diagonal(x, offset=offset), np.zeros((*x.shape[:-2], 0), x.dtype))
    if x.dtype.name in NUMERIC:
        dtype = {"i": "int64", "u": "uint64"}.get(x.dtype.kind, x.dtype)
        assert_same_bits(xp.linalg.trace(x, offset=offset), np.zeros(x.shape[:-2], dtype))


# Results with names

NAMED = {
    "linalg.eigh": ("eigenvalues", "eigenvectors"),
    "linalg.qr": ("Q", "R"),
    "linalg.slogdet": ("sign", "logabsdet"),
    "linalg.svd": ("U", "S", "Vh"),
    "unique_all": ("values", "indices", "inverse_indices", "counts"),
    "unique_counts": ("values", "counts"),
    "unique_inverse": ("values", "inverse_indices"),
}


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX)
@pytest.mark.parametrize("name", NAMED)
def test_parts_of_a_result_have_places_and_names(name, dtype):
    *place, function = name.split(".")
    found = getattr(getattr(xp, *place) if place else xp, function)(array(regular(dtype), dtype))
    assert isinstance(found, tuple)
    assert found._fields == NAMED[name]
    assert len(found) == len(NAMED[name])
    for number, field in enumerate(NAMED[name]):
        assert is_array(found[number])
        assert found[number] is getattr(found, field)
