"""Cholesky, QR, singular values, eigenvalues."""

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


def definite(x):
    return x @ np.conj(np.swapaxes(x, -1, -2)) + np.eye(x.shape[-1])


REAL, COMPLEX = filled(2, 3, 3), complex_filled(2, 3, 3)
MATRICES = pytest.mark.parametrize("x", [REAL, COMPLEX], ids=["real", "complex"])


@pytest.mark.parametrize(
    "function",
    [np.linalg.eig, np.linalg.eigh, np.linalg.qr, lambda x: np.linalg.svd(x, full_matrices=False), np.linalg.svd],
)
@MATRICES
def test_results_are_numpys_named_tuples(function, x):
    result, expected = function(weight(x)), function(x)
    assert type(result) is type(expected)
    for part, wanted in zip(result, expected, strict=True):
        assert isinstance(part, Tensor)
        assert part.requires_grad
        assert (part.shape, part.dtype) == (wanted.shape, wanted.dtype)
        np.testing.assert_allclose(part.data, wanted, rtol=1e-12, atol=1e-14)


# ------------------------------------------------------------------------------------------------ triangular factors


@MATRICES
@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_reads_the_triangle_of_its_factor(x, upper):
    whole = definite(x)
    read = np.triu(whole) if upper else np.tril(whole)
    for given in (whole, read):
        result = np.linalg.cholesky(weight(given), upper=upper)
        np.testing.assert_allclose(result.data, np.linalg.cholesky(given, upper=upper), rtol=1e-13)
    found = gradients(lambda x: np.linalg.cholesky(x, upper=upper).real, whole)
    assert not np.any(np.tril(found, -1) if upper else np.triu(found, 1))
    gradcheck(lambda x: np.linalg.cholesky(x, upper=upper), whole)
    gradgradcheck(lambda x: np.linalg.cholesky(x, upper=upper), whole)


@pytest.mark.parametrize("shape", [(4, 2), (2, 4), (3, 3), (2, 3, 2), (0, 2), (2, 0)])
@pytest.mark.parametrize("fill", [filled, complex_filled])
def test_qr_of_all_shapes(shape, fill):
    x = fill(*shape)
    for mode in ("reduced", "r"):
        result, expected = np.linalg.qr(weight(x), mode), np.linalg.qr(x, mode)
        for part, wanted in zip(*(([each] if mode == "r" else each) for each in (result, expected)), strict=True):
            np.testing.assert_allclose(part.data, wanted, rtol=1e-12, atol=1e-14)
    gradcheck(lambda x: np.linalg.qr(x).Q, x)
    gradcheck(lambda x: np.linalg.qr(x).R, x)
    gradcheck(lambda x: np.linalg.qr(x, "r"), x)


def test_other_modes_of_qr():
    high, wide = filled(4, 2), filled(2, 4)
    complete = np.linalg.qr(Tensor(high), "complete")
    np.testing.assert_allclose(complete.Q.data, np.linalg.qr(high, "complete").Q, rtol=1e-13)
    assert np.linalg.qr(weight(wide), "complete").Q.requires_grad
    np.testing.assert_allclose(np.linalg.qr(Tensor(high), "raw")[1].data, np.linalg.qr(high, "raw")[1], rtol=1e-13)
    for mode in ("complete", "raw"):
        with pytest.raises(TypeError, match=f"qr: mode='{mode}'.*no derivative"):
            np.linalg.qr(weight(high), mode)
        with ag.no_grad():
            assert not np.linalg.qr(weight(high), mode)[0].requires_grad
    with pytest.raises(ValueError, match="qr: mode"):
        np.linalg.qr(weight(high), "full")


# -------------------------------------------------------------------------------------------------------------- spectra


@MATRICES
@pytest.mark.parametrize("triangle", ["L", "U", "l"])
def test_one_triangle_of_a_hermitian_matrix_is_read(x, triangle):
    for function in (np.linalg.eigvalsh, lambda x, t: np.linalg.eigh(x, t).eigenvalues):
        np.testing.assert_allclose(function(weight(x), triangle).data, function(x, triangle), rtol=1e-12)
        found = gradients(lambda x, function=function: function(x, triangle) ** 2, x)
        assert not np.any(np.triu(found, 1) if triangle in "Ll" else np.tril(found, -1))
        gradcheck(lambda x, function=function: function(x, triangle), x)
        gradgradcheck(lambda x, function=function: function(x, triangle), x)


def exponential(x):
    values, vectors = np.linalg.eigh(x)
    return ((vectors * np.exp(values)[..., None, :]) @ vectors.conj().mT)[0, 1]


def with_squared_values(x):
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return (u * s[..., None, :] ** 2) @ vh


#: Functions of complex decompositions that do not depend on the phases of vectors.
WITHOUT_PHASES = [
    lambda x: abs(np.linalg.eigh(x).eigenvectors) ** 2,
    exponential,
    lambda x: abs(np.linalg.svd(x, full_matrices=False).U) ** 2,
    lambda x: abs(np.linalg.svd(x, full_matrices=False).Vh) ** 2,
    with_squared_values,
]


@pytest.mark.parametrize("function", WITHOUT_PHASES)
def test_complex_vectors_where_phases_do_not_count(function):
    x = complex_filled(3, 3)
    gradcheck(function, x, tolerance=1e-6)
    gradgradcheck(function, x, tolerance=1e-5)


@pytest.mark.parametrize("shape", [(4, 2), (2, 4), (2, 3, 2)])
@pytest.mark.parametrize("function", WITHOUT_PHASES[2:])
def test_complex_singular_vectors_of_matrices_that_are_not_square(function, shape):
    gradcheck(function, complex_filled(*shape), tolerance=1e-6)


@pytest.mark.parametrize("function", [lambda x: np.linalg.eigh(x).eigenvectors.real, lambda x: np.linalg.svd(x).U.real])
def test_a_result_that_depends_on_arbitrary_phases_has_no_gradient(function):
    assert np.isnan(gradients(function, COMPLEX)).all()


@pytest.mark.parametrize("x", [filled(4, 4), complex_filled(4, 4), definite(filled(3, 3)), filled(2, 2, 2)])
def test_eigenvectors_with_the_lengths_and_phases_of_lapack(x):
    gradcheck(lambda x: np.linalg.eig(x).eigenvectors, x, tolerance=1e-6)
    gradcheck(lambda x: np.linalg.eig(x).eigenvalues, x, tolerance=1e-6)
    gradcheck(np.linalg.eigvals, x, tolerance=1e-6)
    gradgradcheck(np.linalg.eigvals, x, tolerance=1e-5)


@pytest.mark.parametrize(
    "values",
    [
        np.linalg.eigvalsh,
        lambda x: np.linalg.eigh(x).eigenvalues,
        np.linalg.eigvals,
        lambda x: np.linalg.eig(x).eigenvalues,
        np.linalg.svdvals,
        lambda x: np.linalg.svd(x, compute_uv=False),
        lambda x: np.linalg.svd(x).S,
    ],
)
def test_values_that_are_equal_have_finite_gradients(values):
    np.testing.assert_allclose(gradients(values, 2 * np.eye(3)), np.eye(3), atol=1e-15)
    assert np.isfinite(gradients(values, np.zeros((3, 3)))).all()


def test_vectors_of_equal_values_have_no_gradient():
    for function in (
        lambda x: np.linalg.eigh(x).eigenvectors,
        lambda x: np.linalg.svd(x).U,
        lambda x: np.linalg.eig(x)[1],
    ):
        found = gradients(function, np.eye(2), seed=np.array([[1.0, 2.0], [3.0, 4.0]]))
        assert np.isnan(found).any()


def test_singular_values_that_are_zero():
    x = np.diag([2.0, 1.0, 0.0])
    gradcheck(lambda x: np.linalg.svdvals(x)[:2], x)
    assert np.isfinite(gradients(np.linalg.svdvals, np.zeros((2, 3)))).all()


@pytest.mark.parametrize("hermitian", [False, True])
@MATRICES
def test_singular_values_alone(x, hermitian):
    expected = np.linalg.svd(x, compute_uv=False, hermitian=hermitian)
    result = np.linalg.svd(weight(x), compute_uv=False, hermitian=hermitian)
    np.testing.assert_allclose(result.data, expected, rtol=1e-12)
    gradcheck(lambda x: np.linalg.svd(x, compute_uv=False, hermitian=hermitian), x)


@pytest.mark.parametrize("x", [np.ones((2, 2)), np.ones((2, 2), bool), np.zeros((3, 3)), -np.ones((3, 2, 2))])
def test_singular_vectors_of_a_hermitian_matrix_that_is_singular(x):
    for one, other in zip(np.linalg.svd(Tensor(x), hermitian=True), np.linalg.svd(x, hermitian=True), strict=True):
        np.testing.assert_allclose(one.data, other, atol=1e-15)


def test_hermitian_matrices_have_singular_values_by_their_eigenvalues():
    x = filled(3, 3)
    result, expected = np.linalg.svd(weight(x), hermitian=True), np.linalg.svd(x, hermitian=True)
    for part, wanted in zip(result, expected, strict=True):
        np.testing.assert_allclose(part.data, wanted, rtol=1e-12)


def test_additional_singular_vectors_have_no_gradient():
    x = filled(4, 2)
    assert np.linalg.svd(Tensor(x)).U.shape == (4, 4)
    with ag.no_grad():
        np.testing.assert_allclose(np.linalg.svd(weight(x)).U.data, np.linalg.svd(x).U, rtol=1e-12)
    with pytest.raises(TypeError, match="full_matrices"):
        np.linalg.svd(weight(x))


def test_single_precision_stays():
    x = weight(definite(filled(3, 3)), np.float32)
    for function in (np.linalg.eigh, np.linalg.eig, np.linalg.qr, np.linalg.svd):
        x.grad = None
        parts = function(x)
        sum((part * part).sum() for part in parts).backward()
        assert {x.grad.dtype, *(part.dtype for part in parts)} == {np.dtype(np.float32)}


def test_empty_matrices():
    x = weight(np.zeros((2, 0, 0)))
    for function in (np.linalg.eigvalsh, np.linalg.svdvals, np.linalg.cholesky, np.linalg.eigvals):
        function(x).sum().backward()
    assert x.grad.shape == (2, 0, 0)
    assert_values(np.linalg.svd(weight(np.zeros((0, 3))), full_matrices=False).Vh, np.zeros((0, 3)))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: np.linalg.cholesky(Tensor(-np.eye(2))), "cholesky.*ositive"),
        (lambda: np.linalg.cholesky(Tensor(np.ones((2, 3)))), "cholesky.*square"),
        (lambda: np.linalg.eigh(Tensor(np.eye(2)), "X"), "eigh: UPLO"),
        (lambda: np.linalg.eigvalsh(Tensor(np.eye(2)), "X"), "eigvalsh: UPLO"),
        (lambda: np.linalg.eig(Tensor(np.ones((2, 3)))), "eig.*square"),
        (lambda: np.linalg.svd(Tensor(np.ones(3))), "svd"),
        (lambda: np.linalg.qr(Tensor(np.ones(3))), "qr"),
    ],
)
def test_mistakes_are_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("function", [np.linalg.pinv, np.linalg.svd])
def test_what_is_said_to_be_hermitian_is_square(function):
    with pytest.raises(ValueError, match=rf"{function.__name__}: takes square matrices, .* got float64 \(2, 3\)"):
        function(Tensor(np.ones((2, 3))), hermitian=True)


@pytest.mark.parametrize("x", [np.ones((2, 2)), np.arange(1.0, 10).reshape(3, 3), np.zeros((3, 2)), np.ones((2, 3, 2))])
def test_qr_of_dependent_columns_has_no_gradient(x):
    for mode in ("reduced", "r"):
        result = np.linalg.qr(weight(x), mode)
        with pytest.raises(np.linalg.LinAlgError, match="qr: the columns of the matrix are linearly dependent"):
            (result if mode == "r" else result.R).sum().backward()


def test_vmap_sees_dependent_columns_of_one():
    each = ag.vmap(ag.grad(lambda x: np.linalg.qr(x).R.sum()))
    x = np.random.default_rng(0).normal(size=(3, 2, 2))
    assert each(x).shape == x.shape
    x[1] = 1
    with pytest.raises(np.linalg.LinAlgError, match="linearly dependent"):
        each(x)
