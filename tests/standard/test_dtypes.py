"""Dtypes, what is asked about them and about the library, and constants."""

import itertools
import math

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor
from tests.standard.reference import ALL, COMPLEX, FLOATING, INTEGERS, shapes, to_strict_dtype

KINDS = ["bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating", "numeric"]


def test_constants():
    assert (ag.e, ag.pi, ag.inf) == (math.e, math.pi, math.inf)
    assert math.isnan(ag.nan)
    assert ag.newaxis is None
    assert all(type(constant) is float for constant in (ag.e, ag.pi, ag.inf, ag.nan))


@pytest.mark.parametrize("dtype", FLOATING + COMPLEX)
def test_limits_of_floating_numbers(dtype):
    wanted = getattr(ag, dtype)
    expected = strict.finfo(getattr(strict, dtype))
    for asked in (wanted, np.dtype(dtype), ag.ones(2, dtype=wanted), ag.asarray(1, dtype=wanted), np.ones(1, dtype)):
        found = ag.finfo(asked)
        assert type(found.bits) is int
        assert found.bits == expected.bits
        for name in ("eps", "max", "min", "smallest_normal"):
            assert type(getattr(found, name)) is float
            assert getattr(found, name) == getattr(expected, name)
        assert found.dtype == np.zeros(0, dtype).real.dtype
        assert found.tiny == np.finfo(dtype).tiny
    with pytest.raises(AttributeError):
        _ = found.nothing_of_the_kind


@pytest.mark.parametrize("dtype", INTEGERS)
def test_limits_of_integers(dtype):
    wanted = getattr(ag, dtype)
    expected = np.iinfo(dtype)
    for asked in (wanted, np.dtype(dtype), ag.ones(2, dtype=wanted), ag.asarray(1, dtype=wanted)):
        found = ag.iinfo(asked)
        assert (found.bits, found.max, found.min, found.dtype) == (expected.bits, expected.max, expected.min, dtype)
        assert {type(found.bits), type(found.max), type(found.min)} == {int}
        assert found.kind == expected.kind


@pytest.mark.parametrize("asked", [ag.int8, ag.bool])
def test_no_floating_dtype(asked):
    with pytest.raises(ValueError, match="not inexact"):
        ag.finfo(asked)


@given(kinds=st.lists(st.sampled_from(KINDS + ALL), min_size=1, max_size=3), alone=st.booleans())
def test_kinds_of_dtypes(kinds, alone):
    def named(namespace, kind):
        return kind if kind in KINDS else getattr(namespace, kind)

    for dtype in ALL:
        ours, theirs = ([named(namespace, kind) for kind in kinds] for namespace in (ag, strict))
        found = ag.isdtype(getattr(ag, dtype), ours[0] if alone else tuple(ours))
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
    x, y = ag.ones(2, dtype=first), ag.ones(2, dtype=second)
    assert ag.result_type(getattr(ag, first), getattr(ag, second)) == expected
    assert ag.result_type(x, getattr(ag, second)) == expected
    assert ag.result_type(x, y) == expected
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
    assert ag.result_type(ag.ones(2, dtype=dtype), number) == expected


@pytest.mark.parametrize(("first", "second"), list(itertools.product(ALL, ALL)))
def test_conversions_without_loss(first, second):
    found = ag.can_cast(getattr(ag, first), getattr(ag, second))
    assert type(found) is bool
    assert found is ag.can_cast(ag.ones(2, dtype=first), getattr(ag, second))
    assert found is np.can_cast(first, second)
    if promoted(first, second) == np.dtype(second):
        assert found


@given(x=shapes(), y=shapes(), z=shapes())
def test_shapes_that_are_broadcast(x, y, z):
    try:
        expected = strict.broadcast_shapes(x, y, z)
    except (ValueError, IndexError):
        with pytest.raises(ValueError, match="broadcast"):
            ag.broadcast_shapes(x, y, z)
    else:
        assert ag.broadcast_shapes(x, y, z) == expected


@pytest.mark.parametrize("name", ["empty", "empty_like"])
@pytest.mark.parametrize("dtype", ALL)
def test_arrays_to_be_filled(name, dtype):
    x = ag.empty((2, 0, 3), dtype=dtype)
    made = ag.empty(3, dtype=getattr(ag, dtype)) if name == "empty" else ag.empty_like(x)
    assert type(made) is Tensor
    assert made.dtype == np.dtype(dtype)
    assert made.shape == ((3,) if name == "empty" else (2, 0, 3))


def test_the_default_dtypes():
    assert ag.empty(2).dtype == ag.ones(2).dtype == ag.zeros(2).dtype == ag.eye(2).dtype == ag.float64
    assert ag.empty_like(ag.ones(2), dtype=ag.int8).dtype == ag.int8


# The library


def test_what_the_library_can_do():
    info = ag.__array_namespace_info__()
    assert info.capabilities() == {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}
    assert ag.ones((1,) * 64).ndim == 64
    assert info.default_device() in info.devices()
    assert isinstance(info.devices(), list)


@pytest.mark.parametrize("device", [None, "cpu"])
def test_the_default_dtypes_of_the_library(device):
    found = ag.__array_namespace_info__().default_dtypes(device=device)
    assert found["real floating"] == ag.asarray(1.0).dtype
    assert found["complex floating"] == ag.asarray(1j).dtype
    assert found["integral"] == ag.asarray(1).dtype
    assert found["indexing"] == ag.argmax(ag.ones(2)).dtype


@pytest.mark.parametrize("kind", [None, *KINDS, ("bool", "integral"), ("real floating", "complex floating")])
def test_the_dtypes_of_the_library(kind):
    found = ag.__array_namespace_info__().dtypes(kind=kind, device="cpu")
    expected = strict.__array_namespace_info__().dtypes(kind=kind)
    assert set(found) == set(expected)
    for name, dtype in found.items():
        assert ag.empty(1, dtype=dtype).dtype == getattr(ag, name)
        assert to_strict_dtype(dtype) == expected[name]
