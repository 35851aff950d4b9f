"""``logsumexp``, ``softmax`` and ``log_softmax`` as SciPy has them: over all axes, with factors and signs."""

import math

import numpy as np
import pytest
import scipy.special

from autograd import Tensor, special
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

INF, NAN = math.inf, math.nan
A = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -2.0]])
B = np.array([[1.0, 2.0, 0.0], [0.5, -0.25, 3.0]])

AXES = [None, 0, -1, (0, 1), (-1,)]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_normalised_over_axes(name, axis):
    ours, theirs = getattr(special, name), getattr(scipy.special, name)
    assert_values(ours(Tensor(A), axis), theirs(A, axis), rtol=1e-14)
    gradcheck(lambda a: ours(a, axis=axis), A, tolerance=1e-7)
    gradgradcheck(lambda a: ours(a, axis=axis), A, tolerance=1e-7)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("b", [None, np.abs(B), 2.0, [[3.0], [1.0]], [[1.0, 0.0, 2.0], [0.0, 4.0, 1.0]]], ids=str)
def test_logsumexp_has_scipys_values(axis, keepdims, b):
    options = {"axis": axis, "b": b, "keepdims": keepdims}
    assert_values(special.logsumexp(Tensor(A), **options), scipy.special.logsumexp(A, **options), rtol=1e-14)
    gradcheck(lambda a: special.logsumexp(a, **options), A, tolerance=1e-7)
    gradgradcheck(lambda a: special.logsumexp(a, **options), A, tolerance=1e-7)


@pytest.mark.parametrize("b", [None, B, -1.0])
@pytest.mark.parametrize("axis", [None, 1])
def test_logsumexp_gives_the_sign(b, axis):
    options = {"axis": axis, "b": b, "return_sign": True}
    found, expected = special.logsumexp(Tensor(A), **options), scipy.special.logsumexp(A, **options)
    for ours, theirs in zip(found, expected, strict=True):
        assert_values(ours, theirs, rtol=1e-14)
    gradcheck(lambda a: special.logsumexp(a, **options)[0], A, tolerance=1e-7)


def test_the_derivative_by_the_factors():
    gradcheck(lambda a, b: special.logsumexp(a, b=b, axis=1), A, np.abs(B), tolerance=1e-7)
    gradcheck(lambda a, b: special.logsumexp(a, b=b, return_sign=True)[0], A, B, tolerance=1e-7)
    gradgradcheck(lambda a, b: special.logsumexp(a, b=b, axis=1), A, np.abs(B), tolerance=1e-7)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([0.0, 0.0], [1.0, -1.0]),
        ([0.0, 0.0], [1.0, -2.0]),
        ([-INF, -INF], [1.0, 2.0]),
        ([INF, 1.0], [0.0, 1.0]),
        ([INF, INF], [2.0, 1.0]),
        ([INF, 0.0], [-1.0, 2.0]),
        ([1e4, -1e4], [0.0, 3.0]),
        ([-1e4, -1e4 + 1], [2.0, -0.5]),
        ([NAN, 0.0], [1.0, 1.0]),
    ],
)
def test_logsumexp_at_the_edges(a, b):
    found, expected = special.logsumexp(a, b=b, return_sign=True), scipy.special.logsumexp(a, b=b, return_sign=True)
    np.testing.assert_allclose([each.item() for each in found], expected, rtol=1e-13)
    np.testing.assert_allclose(special.logsumexp(a, b=b).item(), scipy.special.logsumexp(a, b=b), rtol=1e-13)


def test_shares_far_apart_are_exact():
    np.testing.assert_array_equal(gradients(lambda a: special.logsumexp(a, b=[1.0, 5.0]), [1e4, -1e4]), [1, 0])
    by_a, by_b = gradients(lambda a, b: special.logsumexp(a, b=b), [1e4, 0.0], [0.0, 2.0])
    np.testing.assert_array_equal(by_a, [0, 1])
    assert np.isfinite(by_b).all()


@pytest.mark.parametrize("return_sign", [False, True])
def test_what_no_term_is_left_of_depends_on_no_exponent(return_sign):
    def call(a):
        result = special.logsumexp(a, axis=1, b=[[1.0, 0.0], [0.0, 0.0]], return_sign=return_sign)
        return result[0] if return_sign else result

    with np.errstate(divide="ignore", invalid="ignore"):
        np.testing.assert_array_equal(gradients(call, [[1.0, 2.0], [3.0, 4.0]]), [[1.0, 0.0], [0.0, 0.0]])


def test_single_precision_stays():
    for call in (
        lambda a: special.logsumexp(a, b=np.float32([1, 2, 3])),
        lambda a: special.logsumexp(a, b=2.0),
        lambda a: special.logsumexp(a, return_sign=True)[0],
        special.softmax,
        special.log_softmax,
    ):
        a = weight(A, np.float32)
        result = call(a)
        result.sum().backward()
        assert (result.dtype, a.grad.dtype) == (np.float32, np.float32)


def test_the_sign_is_a_constant_in_pieces():
    a = weight(A)
    special.logsumexp(a, b=B, return_sign=True)[1].backward()
    np.testing.assert_array_equal(a.grad.data, np.zeros_like(A))


def test_factors_go_with_real_numbers():
    with pytest.raises(TypeError, match="logsumexp: b and return_sign go with real numbers, got a of complex128"):
        special.logsumexp(Tensor([1j]), b=[2.0])
