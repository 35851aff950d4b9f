"""Dtypes, what is asked about them and about the library, and constants."""

import itertools
import math

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standard.reference import ALL, COMPLEX, FLOATING, INTEGERS, is_array, shapes, to_strict_dtype, xp

KINDS = ["bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating", "numeric"]


def test_constants():
    assert (xp.e, xp.pi, xp.inf) == (math.e, math.pi, math.inf)
    assert math.isnan(xp.nan)
    assert xp.newaxis is None
    assert all(type(constant) is float for constant in (xp.e, xp.pi, xp.inf, xp.nan))


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX)
def test_limits_of_floating_numbers(dtype):
    wanted = getattr(xp, dtype)
    expected = strict.finfo(getattr(strict, dtype))
    for asked in (wanted, xp.ones(2, dtype=wanted), xp.asarray(1, dtype=wanted)):
        found = xp.finfo(asked)
        assert type(found.bits) is int
        assert found.bits == expected.bits
        for name in ("eps", "max", "min", "smallest_normal"):
            assert isinstance(getattr(found, name), float)
            assert getattr(found, name) == getattr(expected, name)
        assert found.dtype == np.zeros(0, dtype).real.dtype


@pytest.mark.parametrize("dtype", INTEGERS)
def test_limits_of_integers(dtype):
    wanted = getattr(xp, dtype)
    expected = np.iinfo(dtype)
    for asked in (wanted, xp.ones(2, dtype=wanted), xp.asarray(1, dtype=wanted)):
        found = xp.iinfo(asked)
        assert (found.bits, found.max, found.min, found.dtype) == (expected.bits, expected.max, expected.min, dtype)
        assert {type(found.bits), type(found.max), type(found.min)} == {int}


@given(kinds=st.lists(st.sampled_from(KINDS + ALL), min_size=1, max_size=3), alone=st.booleans())
def test_kinds_of_dtypes(kinds, alone):
    def named(namespace, kind):
        return kind if kind in KINDS else getattr(namespace, kind)

    for dtype in ALL:
        ours, theirs = ([named(namespace, kind) for kind in kinds] for namespace in (xp, strict))
        found = xp.isdtype(getattr(xp, dtype), ours[0] if alone else tuple(ours))
        assert type(found) is bool
        assert found is strict.isdtype(getattr(strict, dtype), theirs[0] if alone else tuple(theirs))


def promoted(*dtypes):
    try:
        return strict.result_type(*(getattr(strict, dtype) for dtype in dtypes))._np_dtype
    except TypeError:
        return None  # the standard leaves it open


@pytest.mark.parametrize(("first", "second"), list(itertools.product(ALL, ALL)))
def test_promotion(first, second):
    expected = promoted(first, second)
    if expected is None:
        expected = np.result_type(first, second)
    x, y = xp.ones(2, dtype=first), xp.ones(2, dtype=second)
    assert xp.result_type(getattr(xp, first), getattr(xp, second)) == expected
    assert xp.result_type(x, getattr(xp, second)) == expected
    assert xp.result_type(x, y) == expected
    if "bool" not in (first, second):
        assert (x + y).dtype == (x * y).dtype == expected


@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("number", [True, 1, 1.5, 2j])
def test_promotion_by_numbers_of_python(dtype, number):
    theirs = getattr(strict, dtype)
    try:
        expected = strict.result_type(strict.ones(2, dtype=theirs), number)._np_dtype
    except TypeError:
        expected = np.result_type(np.ones(2, dtype), number)
    assert xp.result_type(xp.ones(2, dtype=dtype), number) == expected


@pytest.mark.parametrize(("first", "second"), list(itertools.product(ALL, ALL)))
def test_conversions_without_loss(first, second):
    found = xp.can_cast(getattr(xp, first), getattr(xp, second))
    assert type(found) is bool
    assert found is xp.can_cast(xp.ones(2, dtype=first), getattr(xp, second))
    assert found is np.can_cast(first, second)
    if promoted(first, second) == np.dtype(second):
        assert found


@given(x=shapes(), y=shapes(), z=shapes())
def test_shapes_that_are_broadcast(x, y, z):
    try:
        expected = strict.broadcast_shapes(x, y, z)
    except (ValueError, IndexError):
        with pytest.raises(ValueError, match="broadcast"):
            xp.broadcast_shapes(x, y, z)
    else:
        assert xp.broadcast_shapes(x, y, z) == expected


@pytest.mark.parametrize("name", ["empty", "empty_like"])
@pytest.mark.parametrize("dtype", ALL)
def test_arrays_to_be_filled(name, dtype):
    x = xp.empty((2, 0, 3), dtype=dtype)
    made = xp.empty(3, dtype=getattr(xp, dtype)) if name == "empty" else xp.empty_like(x)
    assert is_array(made)
    assert made.dtype == np.dtype(dtype)
    assert made.shape == ((3,) if name == "empty" else (2, 0, 3))


def test_the_default_dtypes():
    assert xp.empty(2).dtype == xp.ones(2).dtype == xp.zeros(2).dtype == xp.eye(2).dtype == xp.float64
    assert xp.empty_like(xp.ones(2), dtype=xp.int8).dtype == xp.int8


# The library


def test_what_the_library_can_do():
    info = xp.__array_namespace_info__()
    can = info.capabilities()
    assert can["boolean indexing"] is can["data-dependent shapes"] is True
    assert xp.ones((1,) * can["max dimensions"]).ndim == can["max dimensions"]
    assert info.default_device() in info.devices()
    assert isinstance(info.devices(), list)


@pytest.mark.parametrize("device", [None, "cpu"])
def test_the_default_dtypes_of_the_library(device):
    found = xp.__array_namespace_info__().default_dtypes(device=device)
    assert found["real floating"] == xp.asarray(1.0).dtype
    assert found["complex floating"] == xp.asarray(1j).dtype
    assert found["integral"] == xp.asarray(1).dtype
    assert found["indexing"] == xp.argmax(xp.ones(2)).dtype


@pytest.mark.parametrize("kind", [None, *KINDS, ("bool", "integral"), ("real floating", "complex floating")])
def test_the_dtypes_of_the_library(kind):
    found = xp.__array_namespace_info__().dtypes(kind=kind, device="cpu")
    expected = strict.__array_namespace_info__().dtypes(kind=kind)
    assert set(found) == set(expected)
    for name, dtype in found.items():
        assert xp.empty(1, dtype=dtype).dtype == getattr(xp, name)
        assert to_strict_dtype(dtype) == expected[name]
