"""Products of vectors, matrices and tensors."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, weight

RANDOM = np.random.default_rng(0)


def filled(*shape):
    return RANDOM.standard_normal(shape)


def complex_filled(*shape):
    return filled(*shape) + 1j * filled(*shape)


PRODUCTS = [
    (np.vdot, (2, 3), (3, 2)),
    (np.vecdot, (4, 3), (3,)),
    (np.linalg.vecdot, (4, 3), (4, 3)),
    (np.inner, (2, 3), (4, 3)),
    (np.inner, (), (4, 3)),
    (np.outer, (2, 3), (4,)),
    (np.linalg.outer, (2,), (4,)),
    (np.kron, (2, 3), (2,)),
    (np.kron, (), (2,)),
    (np.kron, (2,), (1, 2, 2)),
    (np.tensordot, (2, 3, 4), (3, 4, 2)),
    (np.linalg.tensordot, (2, 3, 4), (3, 4, 2)),
    (np.cross, (4, 3), (3,)),
    (np.linalg.cross, (4, 3), (4, 3)),
    (np.linalg.matmul, (2, 3), (3, 2)),
]
if hasattr(np, "matvec"):
    PRODUCTS += [(np.matvec, (5, 2, 3), (3,)), (np.vecmat, (5, 2), (2, 3))]


@pytest.mark.parametrize(("function", "one", "other"), PRODUCTS)
def test_complex_and_whole_numbers(function, one, other):
    x, y = complex_filled(*one), complex_filled(*other)
    np.testing.assert_allclose(function(Tensor(x), y).data, function(x, y), rtol=1e-12, atol=1e-14)
    gradcheck(function, x, y)
    gradcheck(function, x, y.real)
    i, j = np.round(3 * x.real).astype(int), np.round(3 * y.real).astype(int)
    result = function(Tensor(i), j)
    assert result.dtype == np.int64
    assert_values(result, function(i, j))


def test_cross_takes_vectors_of_two():
    two, three = weight([1.0, 2.0]), np.array([[3.0, 4.0, 5.0]])
    assert_values(np.cross(two, [3.0, 5.0]), -1.0)
    assert_values(np.cross(two, three), np.cross([1.0, 2.0, 0.0], three))
    assert_values(np.cross(three, two), np.cross(three, [1.0, 2.0, 0.0]))
    gradcheck(lambda x: np.cross(x, three), np.array([1.0, 2.0]))


def test_axes_of_cross():
    x, y = filled(3, 2, 4), filled(4, 3)
    for options in ({"axisa": 0, "axisb": 1}, {"axisa": 0, "axisc": 1, "axisb": -1}):
        other = y if options.get("axisc") is None else y[:1]
        result = np.cross(Tensor(x), other, **options)
        assert_values(result, np.cross(x, other, **options), rtol=1e-13)


def test_tensordot_pairs_axes_in_the_order_given():
    x, y = filled(2, 3, 4), filled(4, 2, 5)
    result = np.tensordot(Tensor(x), y, axes=([2, 0], [0, 1]))
    np.testing.assert_allclose(result.data, np.tensordot(x, y, axes=([2, 0], [0, 1])), rtol=1e-13)
    assert np.tensordot(Tensor(x), y, axes=0).shape == (2, 3, 4, 4, 2, 5)


def test_empty_products():
    assert_values(np.tensordot(weight(np.ones((2, 0))), np.ones((0, 3)), 1), np.zeros((2, 3)))
    assert_values(np.vecdot(weight(np.ones((2, 0))), np.ones(0)), np.zeros(2))
    assert np.kron(weight(np.ones((0, 2))), np.ones((3, 3))).shape == (0, 6)


@pytest.mark.parametrize(
    ("function", "x", "y"),
    [
        (ag.tensordot, filled(2, 3), filled(4, 3)),
        (ag.inner, filled(2, 3), filled(2)),
        (ag.vdot, filled(2), filled(3)),
        (ag.vecdot, filled(1), filled(3)),
        (ag.vecdot, filled(3), filled()),
        (ag.matvec, filled(2, 3), filled(2)),
        (ag.matvec, filled(3), filled(3)),
        (ag.vecmat, filled(3), filled(2, 3)),
        (ag.cross, filled(4), filled(3)),
        (ag.cross, filled(3), filled()),
        (ag.linalg.cross, filled(2), filled(3)),
        (ag.linalg.outer, filled(2, 1), filled(3)),
    ],
)
def test_operands_that_do_not_fit_are_refused(function, x, y):
    name = function.__name__.partition("_of")[0]
    with pytest.raises(ValueError, match=name):
        function(Tensor(x), y)


def test_too_many_axes_are_refused():
    with pytest.raises(ValueError, match="tensordot"):
        ag.tensordot(filled(2), filled(2, 2), axes=2)
