"""Determinants, inverses, solutions, pseudo-inverses, powers."""

import itertools
import re
import warnings

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

RANDOM = np.random.default_rng(0)


def filled(*shape):
    return RANDOM.standard_normal(shape)


def complex_filled(*shape):
    return filled(*shape) + 1j * filled(*shape)


# ------------------------------------------------------------------------------------------------------- determinants


@pytest.mark.parametrize("size", [4, 5])
@pytest.mark.parametrize("fill", [filled, complex_filled])
def test_determinants_of_larger_matrices(size, fill):
    x = fill(2, size, size)
    np.testing.assert_allclose(np.linalg.det(weight(x)).data, np.linalg.det(x), rtol=1e-13)
    gradcheck(np.linalg.det, x, tolerance=1e-6)
    gradgradcheck(np.linalg.det, x, tolerance=1e-5)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("fill", [filled, complex_filled])
def test_the_gradient_of_a_singular_determinant_is_made_of_cofactors(size, fill):
    x = fill(size, size)
    x[-1] = x[:-1].sum(axis=0)
    expected = np.empty_like(x)
    for i, j in np.ndindex(x.shape):
        minor = np.delete(np.delete(x, i, axis=0), j, axis=1)
        expected[i, j] = (-1) ** (i + j) * np.linalg.det(minor)
    np.testing.assert_allclose(gradients(lambda x: np.linalg.det(x).real, x), expected.conj(), rtol=1e-9, atol=1e-11)


def test_the_second_derivative_of_a_small_singular_determinant():
    gradgradcheck(np.linalg.det, np.ones((2, 2)))
    gradgradcheck(np.linalg.det, np.ones((3, 3)))


def test_empty_determinants():
    assert_values(np.linalg.det(weight(np.ones((2, 0, 0)))), np.ones(2))
    assert np.linalg.slogdet(weight(np.ones((0, 3, 3)))).sign.shape == (0,)


def test_slogdet_gives_numpys_named_tuple():
    x = filled(2, 3, 3)
    result, expected = np.linalg.slogdet(weight(x)), np.linalg.slogdet(x)
    assert type(result) is type(expected)
    assert_values(result.sign, expected.sign)
    assert_values(result.logabsdet, expected.logabsdet, rtol=1e-14)
    assert result.logabsdet.requires_grad


def test_slogdet_of_complex_matrices():
    x = complex_filled(2, 3, 3)
    assert np.linalg.slogdet(weight(x)).logabsdet.dtype == np.float64
    gradcheck(lambda x: np.linalg.slogdet(x).logabsdet, x)
    gradcheck(lambda x: np.linalg.slogdet(x).sign, x)
    assert gradients(lambda x: np.linalg.slogdet(x).sign, np.eye(3)).tolist() == np.zeros((3, 3)).tolist()


def test_slogdet_does_not_overflow():
    x = 1e100 * np.eye(5)
    np.testing.assert_allclose(gradients(lambda x: np.linalg.slogdet(x).logabsdet, x), 1e-100 * np.eye(5), rtol=1e-13)


def test_slogdet_of_a_singular_matrix():
    result = np.linalg.slogdet(weight(np.zeros((2, 2))))
    assert (result.sign.item(), result.logabsdet.item()) == (0.0, -np.inf)
    with pytest.raises(np.linalg.LinAlgError, match="ingular"):
        result.logabsdet.backward()


# ---------------------------------------------------------------------------------------------------------- equations


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (filled(3, 3), filled(3)),
        (filled(2, 3, 3), filled(3)),
        (filled(2, 3, 3), filled(3, 2)),
        (filled(3, 3), filled(2, 3, 2)),
        (filled(2, 1, 3, 3), filled(4, 3, 3)),
        (complex_filled(3, 3), filled(3)),
        (filled(2, 3, 3), complex_filled(2, 3, 1)),
        (filled(0, 0), filled(0, 2)),
    ],
)
def test_solutions_for_all_shapes(x, y):
    np.testing.assert_allclose(np.linalg.solve(weight(x), y).data, np.linalg.solve(x, y), rtol=1e-13)
    gradcheck(np.linalg.solve, x, y, tolerance=1e-6)


def test_single_precision_stays():
    x, y = weight(np.eye(3) + 0.1, np.float32), weight(filled(3, 2), np.float32)
    calls = [np.linalg.solve, lambda x, y: np.linalg.lstsq(x, y)[0], lambda x, y: np.linalg.pinv(x) @ y]
    for call in [*calls, lambda x, y: np.linalg.slogdet(x)[1] * np.linalg.det(x) * np.linalg.inv(x) @ y]:
        result = call(x, y)
        x.grad = y.grad = None
        result.sum().backward()
        assert [result.dtype, x.grad.dtype, y.grad.dtype] == [np.float32] * 3


def test_whole_numbers_become_floating():
    whole = Tensor([[2, 0], [0, 4]])
    assert_values(np.linalg.inv(whole), [[0.5, 0.0], [0.0, 0.25]])
    assert_values(np.linalg.pinv(whole), [[0.5, 0.0], [0.0, 0.25]], rtol=1e-14)
    assert np.linalg.matrix_power(whole, 2).dtype == np.int64


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 4, 3)])
@pytest.mark.parametrize("fill", [filled, complex_filled])
def test_pseudo_inverses(shape, fill):
    x = fill(*shape)
    np.testing.assert_allclose(np.linalg.pinv(weight(x)).data, np.linalg.pinv(x), rtol=1e-12, atol=1e-14)
    gradcheck(np.linalg.pinv, x, tolerance=1e-6)


def test_a_pseudo_inverse_of_lower_rank_along_its_rank():
    """The matrix ``u v^T`` stays of rank one, whatever the vectors."""
    gradcheck(lambda u, v: np.linalg.pinv(np.outer(u, v), rcond=1e-10), filled(3), filled(4), tolerance=1e-6)


def test_small_singular_values_count_as_zero_if_asked():
    x = np.diag([1.0, 1e-5])
    assert_values(np.linalg.pinv(Tensor(x), rcond=1e-3), np.diag([1.0, 0.0]))
    assert_values(np.linalg.pinv(Tensor(x), rtol=1e-3), np.diag([1.0, 0.0]))
    assert np.linalg.matrix_rank(weight(x), rtol=1e-3).item() == 1
    with pytest.raises(ValueError, match="pinv"):
        np.linalg.pinv(Tensor(x), 1e-3, rtol=1e-3)


@pytest.mark.parametrize(
    "shapes", [((5, 3), (5,)), ((5, 3), (5, 2)), ((3, 5), (3,)), ((3, 3), (3, 1)), ((5, 3), (5, 0))]
)
@pytest.mark.parametrize("fill", [filled, complex_filled])
def test_least_squares(shapes, fill):
    x, y = fill(*shapes[0]), fill(*shapes[1])
    expected = np.linalg.lstsq(x, y)
    result = np.linalg.lstsq(weight(x), y)
    assert result[2] == expected[2]
    for place in (0, 1, 3):
        assert (result[place].shape, result[place].dtype) == (expected[place].shape, expected[place].dtype)
        np.testing.assert_allclose(result[place].data, expected[place], rtol=1e-11)
    gradcheck(lambda x, y: np.linalg.lstsq(x, y)[0], x, y, tolerance=1e-6)
    if expected[1].size:
        gradcheck(lambda x, y: np.linalg.lstsq(x, y)[1], x, y, tolerance=1e-6)


def test_least_squares_of_lower_rank_leave_no_residuals():
    x = np.outer([1.0, 2.0, 3.0], [1.0, 1.0])
    solution, left, rank, _ = np.linalg.lstsq(weight(x), [1.0, 0.0, 0.0])
    np.testing.assert_allclose(solution.data, np.linalg.lstsq(x, [1.0, 0.0, 0.0])[0], rtol=1e-12)
    assert (left.shape, rank) == ((0,), 1)


def test_powers():
    x = filled(2, 3, 3)
    for n in (-3, -1, 0, 1, 2, 3, 4, 7, np.int64(5)):
        np.testing.assert_allclose(np.linalg.matrix_power(weight(x), n).data, np.linalg.matrix_power(x, n), rtol=1e-10)
    assert not np.linalg.matrix_power(weight(x), 0).requires_grad


def test_many_matrices_are_multiplied_in_the_cheapest_order():
    for sizes, first in (([10, 100, 5, 50], (10, 5)), ([50, 5, 100, 10], (5, 10))):
        arrays = [weight(filled(*shape)) for shape in itertools.pairwise(sizes)]
        result = np.linalg.multi_dot(arrays)
        expected = np.linalg.multi_dot([array.data for array in arrays])
        np.testing.assert_allclose(result.data, expected, rtol=1e-12, atol=1e-13)
        assert first in [parent.shape for parent in result.node.parents]


def test_condition_numbers():
    x = filled(2, 4, 4)
    for p in (None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"):
        np.testing.assert_allclose(np.linalg.cond(weight(x), p).data, np.linalg.cond(x, p), rtol=1e-10)
    assert np.linalg.cond(weight(filled(2, 3))).shape == ()


@pytest.mark.parametrize("p", [None, 2, -2, 1, np.inf, "fro"])
def test_an_undefined_condition_number_is_infinite_unless_the_matrix_is_undefined(p):
    zero, huge = np.zeros((2, 2)), np.array([[-1.0, 1e30], [0.0, -np.inf]])
    undefined = np.array([[1.0, np.nan], [0.0, 1.0]])  # for which there are no singular values
    by_values = p in (None, 2, -2)
    for x in [huge, *([zero, np.stack([huge, zero, np.eye(2)])] if by_values else [undefined])]:
        expected = np.linalg.cond(x, p)
        assert_values(np.linalg.cond(Tensor(x), p), expected, rtol=1e-15)
        assert_values(np.linalg.cond(Tensor(x, np.float32), p), np.linalg.cond(np.float32(x), p), rtol=1e-6)


def test_ranks_are_constants():
    x = np.stack([np.eye(3), np.ones((3, 3))])
    result = np.linalg.matrix_rank(weight(x))
    assert (result.tolist(), result.requires_grad) == ([3, 1], False)
    assert np.linalg.matrix_rank(weight(np.ones(3))).item() == 1


def test_tensors_as_maps():
    x, y = filled(4, 6, 8, 3), filled(4, 6)
    np.testing.assert_allclose(np.linalg.tensorinv(weight(x)).data, np.linalg.tensorinv(x), rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(np.linalg.tensorsolve(weight(x), y).data, np.linalg.tensorsolve(x, y), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:invalid value encountered in det:RuntimeWarning")
@pytest.mark.parametrize("shape", [(2, 3, 3), (4, 4), (3, 4)])
def test_infinities_are_refused_where_lapack_would_look_for_ever(shape):
    x = np.ones(shape)
    x[..., -1, 0] = x[..., -1, 1] = -np.inf
    calls = {
        "svd": lambda x: np.linalg.svd(x, full_matrices=False),
        "svd of all": lambda x: np.linalg.svd(x.detach()),
        "pinv": np.linalg.pinv,
        "lstsq": lambda x: np.linalg.lstsq(x, np.ones(x.shape[0])) if x.ndim == 2 else np.linalg.pinv(x),
        "det": lambda x: np.linalg.det(x).sum().backward() if x.shape[-2:] == (4, 4) else np.linalg.pinv(x),
    }
    for call in calls.values():
        with pytest.raises(np.linalg.LinAlgError, match="takes finite numbers only; given infinities") as caught:
            call(weight(x))
        told = " ".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
        assert re.search("svd|inverse|squares|det", told)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: np.linalg.inv(Tensor(np.ones((2, 2)))), "inv.*ingular"),
        (lambda: np.linalg.inv(Tensor(np.ones((2, 3)))), "inv"),
        (lambda: np.linalg.det(Tensor(np.ones(3))), "det"),
        (lambda: np.linalg.slogdet(Tensor(np.ones((2, 3)))), "slogdet.*square"),
        (lambda: np.linalg.solve(Tensor(np.eye(2)), np.ones(3)), "solve"),
        (lambda: np.linalg.solve(Tensor(np.eye(2)), np.ones((3, 2))), "solve"),
        (lambda: np.linalg.pinv(Tensor(np.ones(3))), "pinv"),
        (lambda: np.linalg.lstsq(Tensor(np.ones((3, 2))), np.ones(2)), "lstsq"),
        (lambda: np.linalg.matrix_power(Tensor(np.ones((2, 3))), 2), "matrix_power"),
        (lambda: np.linalg.multi_dot([Tensor(np.eye(2))]), "multi_dot"),
        (lambda: np.linalg.multi_dot([Tensor(np.eye(2)), np.ones(2), np.eye(2)]), "multi_dot"),
        (lambda: np.linalg.tensorinv(Tensor(np.ones((2, 3))), 1), "tensorinv"),
        (lambda: np.linalg.tensorinv(Tensor(np.eye(2)), 0), "tensorinv"),
        (lambda: np.linalg.tensorsolve(Tensor(np.ones((2, 3))), np.ones(2)), "tensorsolve"),
        (lambda: np.linalg.cond(Tensor(np.ones((2, 3))), 1), "cond"),
        (lambda: np.linalg.cond(Tensor(np.ones((0, 0)))), "cond"),
        (lambda: np.linalg.trace(Tensor(np.ones(3))), "trace|diagonal"),
    ],
)
def test_mistakes_are_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_power_is_a_whole_number():
    with pytest.raises(TypeError, match="matrix_power"):
        np.linalg.matrix_power(Tensor(np.eye(2)), 0.5)


def test_a_singular_matrix_raises_what_numpy_raises():
    with pytest.raises(np.linalg.LinAlgError, match=r"inv.*Singular matrix"):
        ag.linalg.inv(np.zeros((2, 2)))


@pytest.mark.parametrize("dtypes", [("f4", "i8"), ("f4", "?"), ("i8", "f4"), ("f4", "f8"), ("c8", "f8"), ("f4", "f4")])
def test_lstsq_has_the_dtypes_of_numpys(dtypes):
    x, y = np.array([[0.5, 2.0], [1.0, -1.5]]).astype(dtypes[0]), np.array([2, 1]).astype(dtypes[1])
    ours, theirs = np.linalg.lstsq(Tensor(x), Tensor(y)), np.linalg.lstsq(x, y)
    for place in (0, 1, 3):
        assert ours[place].dtype == theirs[place].dtype
        assert np.allclose(ours[place].data, theirs[place], rtol=1e-5)


def test_tensorsolve_takes_a_right_side_of_another_shape_as_numpy_does(rng):
    x, y = rng.normal(size=(2, 3, 6)), rng.normal(size=(2, 3))
    expected = np.linalg.tensorsolve(x, y, axes=(0, 2))
    np.testing.assert_allclose(ag.linalg.tensorsolve(Tensor(x), y, axes=(0, 2)).data, expected, rtol=1e-9)


def test_tensorsolve_where_no_axis_is_left_has_numpys_shape():
    x, y = np.full((1, 1), 4.0), np.full((1, 1), 2.0)
    found = np.linalg.tensorsolve(weight(x), y)
    assert found.shape == np.linalg.tensorsolve(x, y).shape
    assert found.tolist() == [[0.5]]


@pytest.mark.parametrize("rcond", [-1, 0, 0.5, 1, 2.0])
def test_lstsq_leaves_out_what_lapack_leaves_out(rcond):
    x, y = np.array([[0.5, -1.0], [-2.0, -2.0]]), np.array([0.5, -1.0])
    for ours, theirs in zip(np.linalg.lstsq(Tensor(x), y, rcond), np.linalg.lstsq(x, y, rcond), strict=True):
        np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-13)


CUT = np.array([[1.0, 0.2], [0.0, 0.02]])


@pytest.mark.parametrize(
    "function",
    [
        np.linalg.pinv,
        lambda x, rcond: np.linalg.pinv(x @ x.T, rcond, hermitian=True),
        lambda x, rcond: np.linalg.pinv(np.stack([x, x + 1]), np.array([rcond, 1e-15])),
        lambda x, rcond: np.linalg.lstsq(x, np.ones(2), rcond)[0],
    ],
)
def test_a_singular_value_that_is_cut_off_has_no_gradient(function):
    result = function(weight(CUT), 0.1)
    with pytest.raises(np.linalg.LinAlgError, match=r"rcond=.* cuts off singular values that are not 0"):
        result.sum().backward()
    gradcheck(lambda x: function(x, 1e-6), CUT, tolerance=1e-5)


def test_where_all_is_cut_off_the_gradient_is_zero():
    np.testing.assert_array_equal(gradients(lambda x: np.linalg.pinv(x, 1.0), CUT), np.zeros((2, 2)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for shape in ((2, 2), (2, 0)):
            found = gradients(lambda x: np.linalg.pinv(x, 0.1), np.zeros(shape))
            np.testing.assert_array_equal(found, np.zeros(shape))


def test_what_is_cut_off_may_be_zero_but_for_rounding():
    x = np.outer([1.0, 3.0, 0.7], [0.1, 0.3])
    for rcond in (1e-15, 1e-6, 0.5):
        found = gradients(lambda x, rcond=rcond: np.linalg.pinv(x, rcond), x)
        np.testing.assert_allclose(found, gradients(lambda x: np.linalg.pinv(x, 1e-12), x), rtol=1e-9)
