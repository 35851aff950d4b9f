"""The extensions ``linalg`` and ``fft`` of the standard, against the reference."""

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of_numpy

from tests.standard.reference import (
    COMPLEX,
    FLOATING,
    NUMERIC,
    array,
    assert_agrees,
    is_array,
    quiet,
    shapes,
    tensors,
    values_of,
    xp,
)
from tests.standard.test_functions import CASES, agree, contractions, dots, options, products, transposed

LINALG = {}
FFT = {}


def case(place, *names):
    """Enter what draws the arguments of these functions of an extension."""

    def enter(arguments):
        place.update(dict.fromkeys(names, arguments))
        return arguments

    return enter


ANY = FLOATING + COMPLEX


def stacks(*shape):
    """Shapes of stacks of matrices of that shape, and of one alone."""
    return shapes(max_dims=2, max_side=2).map(lambda stack: (*stack, *shape))


def matrices(draw, dtypes=ANY, square=False, min_side=0):
    rows, columns = draw(st.integers(min_side, 3)), draw(st.integers(min_side, 3))
    return draw(tensors(dtypes, stacks(rows, rows if square else columns), small=True))


def regular(x):
    """A matrix with a diagonal that outweighs the rest of each row."""
    return x + array(np.asarray(20 * np.eye(x.shape[-1]), x.dtype))


def hermitian(x):
    return array(values_of(x) + values_of(x).mT.conj())


@case(LINALG, "cholesky")
def factors(draw, name):
    return [hermitian(regular(matrices(draw, square=True)))], options(draw, upper=st.booleans())


@case(LINALG, "cross")
def crossed(draw, name):
    both = draw(arrays_of_numpy.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_dims=2)).input_shapes
    axis = draw(st.integers(-1 - min(map(len, both)), -1))
    dtype = draw(st.sampled_from(NUMERIC))
    operands = []
    for shape in both:
        place = len(shape) + 1 + axis
        operands.append(draw(tensors([dtype], (*shape[:place], 3, *shape[place:]), small=True)))
    return operands, {"axis": axis} if axis != -1 or draw(st.booleans()) else {}


@case(LINALG, "det", "slogdet", "inv")
def square_ones(draw, name):
    return [regular(matrices(draw, square=True))], {}


@case(LINALG, "diagonal", "trace")
def diagonals(draw, name):
    return [matrices(draw, NUMERIC)], options(draw, offset=st.integers(-5, 5))


@case(LINALG, "eigvalsh")
def hermitian_ones(draw, name):
    return [hermitian(matrices(draw, square=True))], {}


@case(LINALG, "matrix_norm")
def normed(draw, name):
    orders = st.sampled_from([1, -1, 2, -2, float("inf"), -float("inf"), "fro", "nuc"])
    return [matrices(draw, min_side=1)], options(draw, keepdims=st.booleans(), ord=orders)


@case(LINALG, "vector_norm")
def lengths(draw, name):
    x = draw(tensors(ANY, shapes(min_side=1, max_dims=2), small=True))
    axes = st.none() | st.sampled_from(range(-x.ndim, x.ndim)) if x.ndim else st.none()
    if x.ndim == 2:
        axes |= st.sampled_from([(0, 1), (-1,), (1, 0)])
    orders = st.sampled_from([1, 2, 3.5, 0, float("inf"), -float("inf")])
    return [x], options(draw, axis=axes, keepdims=st.booleans(), ord=orders)


@case(LINALG, "matrix_power")
def powers(draw, name):
    return [regular(matrices(draw, square=True)), draw(st.integers(-3, 4))], {}


@case(LINALG, "matrix_rank")
def ranks(draw, name):
    return [matrices(draw, min_side=1)], options(draw, rtol=st.sampled_from([0.01, 0.5]))


@case(LINALG, "outer")
def outer_products(draw, name):
    dtype = draw(st.sampled_from(NUMERIC))
    return [draw(tensors([dtype], (draw(st.integers(0, 3)),), small=True)) for _ in range(2)], {}


@case(LINALG, "pinv")
def pseudoinverses(draw, name):
    x = matrices(draw, min_side=1)
    together = array(
        np.concatenate([20 * np.eye(x.shape[-1]) + np.zeros((*x.shape[:-2], 1, 1)), values_of(x)], -2), x.dtype
    )
    return [together], options(draw, rtol=st.sampled_from([1e-6, 0.01]))


@case(LINALG, "solve")
def systems(draw, name):
    x = regular(matrices(draw, square=True))
    size = x.shape[-1]
    if draw(st.booleans()):
        return [x, draw(tensors([x.dtype.name], (size,), small=True))], {}
    return [x, draw(tensors([x.dtype.name], (*x.shape[:-1], draw(st.integers(0, 3))), small=True))], {}


@case(LINALG, "svdvals")
def singular_ones(draw, name):
    return [matrices(draw)], {}


LINALG |= {"matmul": products, "matrix_transpose": transposed, "tensordot": contractions, "vecdot": dots}


@pytest.mark.parametrize("name", LINALG)
@given(data=st.data())
def test_linear_algebra_agrees_with_the_reference(name, data):
    operands, given_ones = LINALG[name](data.draw, name)
    agree(name, getattr(xp.linalg, name), getattr(strict.linalg, name), operands, given_ones, 1e-12)


# What has no single answer is put together again


def assert_same_form(ours, theirs):
    assert ours._fields == theirs._fields
    for mine, other in zip(ours, theirs, strict=True):
        assert is_array(mine)
        assert (mine.dtype, mine.shape) == (np.asarray(other).dtype, other.shape)


def assert_near(ours, expected, scale=1.0):
    tolerance = 1e-4 if expected.dtype.itemsize // (1 + (expected.dtype.kind == "c")) == 4 else 1e-11
    np.testing.assert_allclose(
        values_of(ours), expected, rtol=0, atol=tolerance * (scale + np.max(np.abs(expected), initial=0))
    )


@given(data=st.data())
def test_eigenvectors_of_hermitian_matrices(data):
    x = hermitian(matrices(data.draw, square=True))
    found = xp.linalg.eigh(x)
    assert_same_form(found, strict.linalg.eigh(strict.asarray(values_of(x))))
    assert_near(x @ found.eigenvectors, values_of(found.eigenvalues)[..., None, :] * values_of(found.eigenvectors))


@given(data=st.data(), mode=st.sampled_from([{}, {"mode": "reduced"}, {"mode": "complete"}]))
def test_orthogonal_and_triangular_factors(data, mode):
    x = matrices(data.draw)
    found = xp.linalg.qr(x, **mode)
    assert_same_form(found, strict.linalg.qr(strict.asarray(values_of(x)), **mode))
    assert_near(found.Q @ found.R, values_of(x))


@given(data=st.data(), how=st.sampled_from([{}, {"full_matrices": True}, {"full_matrices": False}]))
def test_singular_vectors(data, how):
    x = matrices(data.draw)
    found = xp.linalg.svd(x, **how)
    assert_same_form(found, strict.linalg.svd(strict.asarray(values_of(x)), **how))
    count = found.S.shape[-1]
    left, right = found.U[..., :, :count], found.Vh[..., :count, :]
    assert_near((left * found.S[..., None, :]) @ right, values_of(x))


@given(x=tensors(ANY, stacks(2, 3), small=True))
def test_tolerances_that_are_arrays(x):
    rtol = np.full(x.shape[:-2], 0.01)
    expected = strict.linalg.matrix_rank(strict.asarray(values_of(x)), rtol=strict.asarray(rtol))
    with quiet():
        assert_agrees(xp.linalg.matrix_rank(x, rtol=array(rtol)), expected)
        inverse = xp.linalg.pinv(x, rtol=array(rtol))
    assert (inverse.dtype, inverse.shape) == (x.dtype, (*x.shape[:-2], 3, 2))


# Fourier transforms


def transformed(draw, dtypes):
    x = draw(tensors(dtypes, shapes(min_dims=1, min_side=1), small=True))
    given_ones = options(draw, n=st.integers(1, 5) | st.none(), axis=st.integers(-x.ndim, x.ndim - 1))
    return [x], given_ones | options(draw, norm=st.sampled_from(["backward", "ortho", "forward"]))


def transformed_along_several(draw, dtypes):
    x = draw(tensors(dtypes, shapes(min_dims=1, min_side=1), small=True))
    axes = draw(st.none() | st.lists(st.integers(0, x.ndim - 1), unique=True, min_size=1))
    given_ones = {} if axes is None else {"axes": draw(st.sampled_from([list, tuple]))(axes)}
    if axes is not None:
        given_ones |= options(draw, s=st.tuples(*[st.integers(1, 4)] * len(axes)))
    return [x], given_ones | options(draw, norm=st.sampled_from(["backward", "ortho", "forward"]))


@case(FFT, "fft", "ifft", "irfft", "hfft")
def complex_ones(draw, name):
    operands, given_ones = transformed(draw, COMPLEX)
    if name in ("irfft", "hfft"):  # of one number nothing can be made without being told how many
        given_ones.setdefault("n", 3)
        given_ones["n"] = given_ones["n"] or 2
    return operands, given_ones


@case(FFT, "rfft", "ihfft")
def real_ones(draw, name):
    return transformed(draw, FLOATING)


@case(FFT, "fftn", "ifftn", "irfftn")
def complex_ones_along_several(draw, name):
    operands, given_ones = transformed_along_several(draw, COMPLEX)
    if name == "irfftn":
        given_ones["axes"] = given_ones.get("axes", tuple(range(operands[0].ndim)))
        given_ones["s"] = given_ones.get("s", (3,) * len(given_ones["axes"]))
    return operands, given_ones


@case(FFT, "rfftn")
def real_ones_along_several(draw, name):
    return transformed_along_several(draw, FLOATING)


@case(FFT, "fftshift", "ifftshift")
def shifted(draw, name):
    x = draw(tensors(ANY, shapes(min_dims=1)))
    several = st.lists(st.integers(0, x.ndim - 1), unique=True, min_size=1).map(tuple)
    return [x], options(draw, axes=st.none() | several | st.integers(0, x.ndim - 1))


@case(FFT, "fftfreq", "rfftfreq")
def frequencies(draw, name):
    return [draw(st.integers(1, 6))], options(
        draw, d=st.sampled_from([0.5, 3.0]), dtype=st.sampled_from([xp.float32, xp.float64])
    )


@pytest.mark.parametrize("name", FFT)
@given(data=st.data())
def test_the_transform_agrees_with_the_reference(name, data):
    operands, given_ones = FFT[name](data.draw, name)
    agree(
        name, getattr(xp.fft, name), getattr(strict.fft, name), operands, given_ones, 0.0 if "shift" in name else 1e-14
    )


def test_every_function_has_a_case():
    apart = {"eigh", "qr", "svd"}
    assert {*strict.linalg.__all__} - apart == {*LINALG}
    assert {*strict.fft.__all__} == {*FFT}
    assert not {*CASES} & {*FFT}
