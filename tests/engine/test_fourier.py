"""Fourier transforms: values as NumPy's in all their forms, gradients by the complex convention, errors."""

import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
SEVERAL = ["fft2", "ifft2", "fftn", "ifftn", "rfft2", "irfft2", "rfftn", "irfftn"]
FROM_REAL = ("rfft", "rfft2", "rfftn", "ihfft")
NORMS = [None, "backward", "ortho", "forward"]


def numbers(name, *shape):
    random = np.random.default_rng(len(name))
    real = random.standard_normal(shape)
    return real if name in FROM_REAL else real + 1j * random.standard_normal(shape)


def check(name, x, *args, **options):
    theirs, ours = getattr(np.fft, name), getattr(ag.fft, name)
    expected = theirs(x, *args, **options)
    for function in (theirs, ours):
        result = function(weight(x), *args, **options)
        assert (result.dtype, result.requires_grad) == (expected.dtype, True)
        assert_values_near(result, expected)


def assert_values_near(result, expected):
    assert isinstance(result, Tensor)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result.data, expected, rtol=1e-13, atol=1e-13)


# ------------------------------------------------------------------------------------------------ values are NumPy's


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [None, 1, 2, 3, 4, 5, 8])
def test_along_one_axis(name, norm, n):
    x = numbers(name, 4, 2, 3)
    for axis in (-1, 0, 1):
        check(name, x, n=n, axis=axis, norm=norm)
    check(name, x[:, 0, 0], n)


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"axes": (0, 1)},
        {"axes": (-1, 0)},
        {"axes": (1,)},
        {"axes": (2, 0, 1)},
        {"axes": (0, 0)},
        {"axes": (1, 0, 1, 1)},
        {"axes": (0, 1), "s": (3, 5)},
        {"axes": (2, 0), "s": (-1, 6)},
        {"axes": (0, 1), "s": (3, -1)},
        {"axes": (1, 0, 1), "s": (4, 3, 2)},
        {"axes": (1, 1, 0), "s": (4, 3, 5)},
    ],
)
def test_along_several_axes(name, norm, options):
    check(name, numbers(name, 4, 2, 3), norm=norm, **options)


@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
def test_sizes_alone_mean_the_last_axes(name):
    x = numbers(name, 2, 3, 4)
    expected = getattr(np.fft, name)(x, (3, 5), (-2, -1))
    assert_values_near(getattr(ag.fft, name)(x, (3, 5)), expected)


@pytest.mark.parametrize("name", ["fftn", "ifftn"])
def test_no_axes_at_all(name):
    for x in (np.array(3.0), np.ones((2, 2)), np.array([1, 2])):
        result, expected = getattr(np.fft, name)(Tensor(x), axes=()), getattr(np.fft, name)(x, axes=())
        assert result.dtype == expected.dtype
        assert_values(result, expected)
    x = weight([1.0, 2.0])
    result = getattr(ag.fft, name)(x, axes=())
    result += 1.0
    assert_values(x, [1.0, 2.0])


@pytest.mark.parametrize("name", [*ONE, *SEVERAL])
@pytest.mark.parametrize("dtype", [np.int32, np.float16, np.float32, np.float64, np.complex64])
def test_dtypes(name, dtype):
    if np.dtype(dtype).kind == "c" and name in FROM_REAL:
        return
    x = np.ones((3, 4), dtype)
    result = getattr(np.fft, name)(Tensor(x))
    assert result.dtype == getattr(np.fft, name)(x).dtype
    if np.dtype(dtype).kind in "fc":
        w = weight(x)
        y = getattr(ag.fft, name)(w)
        y.backward(np.ones(y.shape, y.dtype))
        assert w.grad.dtype == dtype


@pytest.mark.parametrize("name", ["fft", "irfft", "fft2"])
def test_other_axes_may_be_empty(name):
    x = np.zeros((0, 2, 3))
    assert_values(getattr(np.fft, name)(Tensor(x)), getattr(np.fft, name)(x))
    assert gradients(getattr(ag.fft, name), x).shape == (0, 2, 3)


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
@pytest.mark.parametrize("axes", [None, 0, -1, (0, 1), (1,), ()])
def test_shifts(name, axes):
    x = np.arange(12.0).reshape(3, 4)
    theirs = getattr(np.fft, name)
    assert_values(theirs(Tensor(x), axes), theirs(x, axes))
    assert_values(getattr(ag.fft, name)(x, axes=axes), theirs(x, axes))
    found = gradients(lambda x: theirs(x, axes), x, seed=x)
    np.testing.assert_array_equal(theirs(found, axes), x)


@pytest.mark.parametrize("name", ["fftfreq", "rfftfreq"])
def test_frequencies(name):
    ours, theirs = getattr(ag.fft, name), getattr(np.fft, name)
    for n in (1, 4, 5):
        assert_values(ours(n), theirs(n))
        assert_values(ours(n, d=0.1), theirs(n, 0.1))
    assert ours(4, dtype=np.float32, device="cpu").dtype == np.float32
    with pytest.raises(ValueError, match=f"{name}: .* got 'gpu'"):
        ours(4, device="gpu")
    with pytest.raises(TypeError, match=f"{name}: .* dtype=int64 cannot hold them"):
        ours(4, dtype=np.int64)


# -------------------------------------------------------------------------------------------------------- gradients


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("n", [None, 3, 4, 7])
def test_gradients_along_one_axis(name, n):
    x = numbers(name, 4, 2)

    def loss(x):
        return ag.abs(getattr(np.fft, name)(x, n, axis=0, norm="ortho")) ** 4 @ np.array([1.0, -2.0])

    gradcheck(loss, x)
    gradgradcheck(loss, x)


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("options", [{}, {"s": (3, 5), "axes": (0, 1)}, {"axes": (0, 0)}])
def test_gradients_along_several_axes(name, options):
    x = numbers(name, 4, 3)

    def loss(x):
        transformed = getattr(np.fft, name)(x, norm="ortho", **options)
        return (ag.abs(transformed) ** 2 * np.arange(1.0, 1 + transformed.size).reshape(transformed.shape)).sum()

    gradcheck(loss, x)


def test_the_gradient_of_the_power_of_a_spectrum():
    # By Parseval's theorem the sum of |fft(z)|^2 is n times that of |z|^2, whose gradient is 2 z.
    z = numbers("fft", 6)
    np.testing.assert_allclose(gradients(lambda z: ag.abs(np.fft.fft(z)) ** 2, z), 12 * z, rtol=1e-13)


def test_the_parts_of_a_spectrum_that_play_no_part_have_no_gradient():
    z = numbers("irfft", 3)
    found = gradients(np.fft.irfft, z, seed=[1.0, -2.0, 3.0, 5.0])
    np.testing.assert_array_equal(found.imag[[0, 2]], [0.0, 0.0])
    found = gradients(lambda z: np.fft.irfft(z, 2), z, seed=[1.0, -2.0])
    assert found[2] == 0.0


def test_a_transform_and_its_inverse():
    z, x = numbers("fft", 3, 5), numbers("rfft", 3, 5)
    seed = numbers("seed", 3, 5)
    np.testing.assert_allclose(gradients(lambda z: np.fft.ifft2(np.fft.fft2(z)), z, seed=seed), seed, atol=1e-14)
    np.testing.assert_allclose(
        gradients(lambda x: np.fft.irfft2(np.fft.rfft2(x), x.shape), x, seed=seed.real), seed.real, atol=1e-14
    )


def test_a_transform_keeps_no_array():
    x = weight(np.ones(8))
    operation = np.fft.fft(x).node
    (pullback,) = operation.pullbacks
    assert not any(isinstance(kept, np.ndarray) for kept in pullback[2])


# ----------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda f: f.fft([1.0], norm="both"), ValueError, "fft: norm must be one of 'backward', 'ortho', 'forward'"),
        (lambda f: f.fft([1.0], 0), ValueError, "fft: a transform needs at least one point; n is 0"),
        (lambda f: f.irfft([1.0]), ValueError, "irfft: a transform needs at least one point; n is 0"),
        (lambda f: f.fft(np.zeros((2, 0))), ValueError, "fft: a transform needs at least one point; n is 0"),
        (lambda f: f.fft(1.0), ValueError, "fft: there is no axis to transform along in a single number"),
        (lambda f: f.fftshift(1.0), ValueError, "fftshift.*there is no axis to shift along in a single number"),
        (lambda f: f.fft([1.0], axis=1), ValueError, "fft: axis 1 is out of bounds"),
        (lambda f: f.fft2([1.0]), ValueError, "fft2: axis -2 is out of bounds"),
        (lambda f: f.fft2(1.0, axes=""), TypeError, "fft2: axes are whole numbers"),
        (lambda f: f.fft2([[1.0]], axes={0, 1}), TypeError, "fft2: axes are whole numbers"),
        (lambda f: f.rfft([1j]), TypeError, r"rfft: takes real numbers, got complex128 \(1,\)"),
        (lambda f: f.rfftn([1j]), TypeError, "rfftn: takes real numbers"),
        (lambda f: f.ihfft([1j]), TypeError, "ihfft: takes real numbers"),
        (lambda f: f.fftn(np.ones((2, 2)), (2,), (0, 1)), ValueError, "fftn: s=.* must have the same length"),
        (lambda f: f.fftn([1.0], (2, 2)), ValueError, "fftn: s=.* has more sizes than x has axes"),
        (lambda f: f.fftn([1.0], (0,), (0,)), ValueError, "fftn: a transform needs at least one point"),
        (lambda f: f.rfftn([1.0], axes=()), ValueError, "rfftn: at least one axis is needed"),
        (lambda f: f.irfftn([1.0], axes=()), ValueError, "irfftn: at least one axis is needed"),
        (lambda f: f.fft([1.0], 2.5), TypeError, "integer"),
    ],
)
def test_errors(call, error, says):
    with pytest.raises(error, match=says):
        call(ag.fft)


def test_the_namespace_has_the_names_of_numpys():
    public = {name for name in np.fft.__all__ if name not in ("fft", "ifft", "TestResult")} | {"fft", "ifft"}
    assert set(ag.fft.__all__) == public
    assert all(getattr(ag.fft, name).__doc__ for name in ag.fft.__all__)


def test_importing_the_namespace_by_its_name():
    code = "import autograd.fft as fft; print(fft.rfftfreq(2).tolist())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[0.0, 0.5]\n"
