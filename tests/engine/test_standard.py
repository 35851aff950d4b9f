"""The Array API standard: the namespace is complete, and code written for it takes Tensors."""

import inspect

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import assert_values, weight

# The names of version 2024.12, by the section of its text.
NAMES = """
    astype can_cast finfo iinfo isdtype result_type

    arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like tril triu zeros
    zeros_like

    abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_invert bitwise_or
    bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp expm1 floor floor_divide greater
    greater_equal hypot imag isfinite isinf isnan less less_equal log log1p log2 log10 logaddexp logical_and logical_not
    logical_or logical_xor maximum minimum multiply negative nextafter not_equal positive pow real reciprocal remainder
    round sign signbit sin sinh sqrt square subtract tan tanh trunc

    take take_along_axis matmul matrix_transpose tensordot vecdot

    broadcast_arrays broadcast_to concat expand_dims flip moveaxis permute_dims repeat reshape roll squeeze stack tile
    unstack

    argmax argmin count_nonzero nonzero searchsorted where unique_all unique_counts unique_inverse unique_values argsort
    sort

    cumulative_prod cumulative_sum max mean min prod std sum var all any diff

    e inf nan newaxis pi

    bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128

    __array_namespace_info__ linalg fft
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_the_namespace_has(name):
    assert hasattr(ag, name)


@pytest.mark.parametrize("version", [None, "2024.12", "2025.12"])
def test_the_namespace_of_a_tensor(version):
    assert Tensor([1.0]).__array_namespace__(api_version=version) is ag


def test_a_version_that_does_not_exist():
    with pytest.raises(ValueError, match=r"2024\.12.*got '1999\.01'"):
        Tensor([1.0]).__array_namespace__(api_version="1999.01")


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("arange", (5,), {}),
        ("arange", (1, 7, 2), {"dtype": np.float32}),
        ("arange", (3, 0, -1.5), {}),
        ("eye", (2,), {}),
        ("eye", (2, 3), {"k": 1, "dtype": np.int8}),
        ("full", ((2, 3), 4), {}),
        ("full", (2, 1.5), {"dtype": np.float32}),
        ("ones", ((),), {}),
        ("ones", ((2, 0),), {"dtype": bool}),
        ("zeros", (3,), {"dtype": np.complex64}),
    ],
)
def test_creation_as_in_numpy(name, args, kwargs):
    result = getattr(ag, name)(*args, **kwargs)
    expected = getattr(np, name)(*args, **kwargs)
    np.testing.assert_array_equal(result.data, expected)
    assert (result.dtype, result.shape) == (expected.dtype, expected.shape)
    assert not result.requires_grad


@pytest.mark.parametrize("name", ["arange", "empty", "eye", "full", "ones", "zeros"])
def test_the_only_device(name):
    args = (2, 1.0) if name == "full" else (2,)
    assert getattr(ag, name)(*args, device="cpu").device == "cpu"
    with pytest.raises(ValueError, match=rf"{name}: the only device is 'cpu', got 'gpu'"):
        getattr(ag, name)(*args, device="gpu")


def test_a_constant_made_of_a_weight_would_lose_its_gradient():
    with pytest.raises(TypeError, match=r"full: gives a constant and would lose the gradient"):
        ag.full(2, weight(1.0))


def test_dlpack_there_and_back():
    t = Tensor([[1.0, 2.0]])
    there = np.from_dlpack(t)
    there[0, 0] = 7.0
    assert_values(t, [[1.0, 2.0]])
    assert_values(ag.from_dlpack(there), [[7.0, 2.0]])
    with pytest.raises(TypeError, match="requires grad"):
        np.from_dlpack(weight([1.0]))
    with pytest.raises(ValueError, match="copy=False"):
        ag.from_dlpack(there, copy=False)


def test_devices():
    t = Tensor([1.0])
    assert t.to_device("cpu") is t
    with pytest.raises(ValueError, match="got 'gpu'"):
        t.to_device("gpu")


def test_shifts():
    x = Tensor([1, 2, 8])
    assert (x << 2).tolist() == [4, 8, 32]
    assert (x >> 1).tolist() == [0, 1, 4]
    assert (16 >> x).tolist() == [8, 4, 0]
    assert (1 << x).tolist() == [2, 4, 256]
    x <<= 1
    assert x.tolist() == [2, 4, 16]
    x >>= 1
    assert x.tolist() == [1, 2, 8]


def test_questions_about_dtypes():
    t = Tensor([1.0], dtype=np.float32)
    assert ag.result_type(t, ag.float64) == np.float64
    assert ag.can_cast(t, ag.float64)
    assert ag.isdtype(t.dtype, "real floating")
    assert ag.finfo(t.dtype).bits == 32
    assert ag.__array_namespace_info__().default_dtypes()["real floating"] == ag.float64


def softmax_by_the_standard(x):
    """What code for any library of the standard looks like."""
    xp = x.__array_namespace__()
    e = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def test_code_for_any_library_differentiates():
    x = weight([1.0, 2.0, 3.0])
    softmax_by_the_standard(x)[0].backward()
    p = np.exp([1.0, 2.0, 3.0]) / np.exp([1.0, 2.0, 3.0]).sum()
    np.testing.assert_allclose(x.grad.data, p[0] * (np.array([1.0, 0.0, 0.0]) - p))


@pytest.mark.parametrize("name", ["argsort", "sort", "unique_all"])
def test_functions_of_the_standard_take_their_array_by_position(name):
    first = next(iter(inspect.signature(getattr(ag, name)).parameters.values()))
    assert first.kind is first.POSITIONAL_ONLY
