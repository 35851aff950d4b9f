"""Masks by bits: the same as ``np.where``, for every number there is."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.primitives.masks import masked, shared_among_extremes

SPECIAL = [np.nan, np.inf, -np.inf, -0.0, 0.0, 1.5]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, np.longdouble, np.int64])
@pytest.mark.parametrize("size", [3, 5000])
@pytest.mark.parametrize(
    "arrange", [lambda x: x, lambda x: x[::-1], lambda x: x.reshape(-1, 1), lambda x: x[:, None].T]
)
def test_as_where(dtype, size, arrange):
    rng = np.random.default_rng(0)
    with np.errstate(invalid="ignore"):
        values = arrange(rng.choice(SPECIAL[3:] if dtype is np.int64 else SPECIAL, size).astype(dtype))
    kept = rng.random(values.shape) < 0.5
    before = values.copy()
    result = masked(values, kept)
    np.testing.assert_array_equal(result, np.where(kept, values, 0))
    assert result.dtype == dtype
    assert not np.signbit(result.real[~kept]).any()
    assert not np.shares_memory(result, values)
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize("kept", [True, False, np.array([2, 0]), [True, False], np.array([[True], [False]])])
def test_masks_of_all_kinds(kept):
    values = np.full((600, 2, 2), np.nan)
    np.testing.assert_array_equal(masked(values, kept), np.where(kept, values, 0))


def largest(x):
    """The gradient of ``max``, by its definition: shares for all that equal it."""
    ties = x == np.max(x) if not np.isnan(x).any() else np.isnan(x)
    return ties / np.count_nonzero(ties)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("levels", [2, 50, 10**9])
@pytest.mark.parametrize("arrange", [lambda x: x, lambda x: x.reshape(600, -1).T, lambda x: x[::-2]])
def test_extrema_of_large_arrays_share_among_ties(dtype, levels, arrange, rng):
    x = arrange((rng.integers(0, levels, 300_000) % 1_000).astype(dtype))
    t = Tensor(x, requires_grad=True)
    t.max().backward()
    assert t.grad.dtype == dtype
    np.testing.assert_allclose(t.grad.data, largest(x).astype(dtype), rtol=1e-3 if dtype is np.float16 else 1e-6)


def test_extrema_of_large_arrays_come_from_nan_where_there_is_one():
    x = np.zeros(100_000)
    x[70_000] = np.nan
    t = Tensor(x, requires_grad=True)
    ag.max(t).backward()
    assert np.flatnonzero(t.grad.data).tolist() == [70_000]


def among(array, extremum):
    return shared_among_extremes(np.array(6.0), array, extremum.reduce(array), extremum)


def test_few_extremes_are_found_line_by_line():
    few = np.arange(100_000.0)
    assert np.flatnonzero(among(few, np.maximum)).tolist() == [99_999]
    assert np.flatnonzero(among(few, np.minimum)).tolist() == [0]
    few[[3, 50_000]] = 1e6
    assert np.flatnonzero(among(few, np.maximum) == 3).tolist() == [3, 50_000]
    few[[4, 50_001]] = np.nan  # beside them
    assert np.flatnonzero(among(few, np.fmax) == 3).tolist() == [3, 50_000]


def test_many_extremes_or_none_are_no_gain():
    assert among(np.arange(100_000.0) % 2, np.maximum) is None  # too many
    crowded = np.zeros(100_000)
    crowded[:10_000] = 1  # few lines, many places
    assert among(crowded, np.maximum) is None
    assert among(np.full(100_000, np.nan), np.maximum) is None  # none
