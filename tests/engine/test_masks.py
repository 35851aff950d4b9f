"""Masks by bits: the same as ``np.where``, for every number there is."""

import numpy as np
import pytest

from autograd.primitives.masks import masked

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
