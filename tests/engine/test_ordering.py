"""The order that sorts: the same as NumPy's stable one, ties, NaN, zeros of both signs and all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
from autograd import Tensor
from autograd.primitives.ordering import stable_order

VALUES = [0.0, -0.0, 1.0, -1.0, 1e-45, -1e-45, 3.5, np.inf, -np.inf, np.nan, -np.nan, 1e30, -1e30]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, np.complex64])
@pytest.mark.parametrize("shape", [(0,), (1,), (200,), (3, 100), (100, 3), (2, 70, 3)])
@given(data=st.data())
def test_it_is_numpys_stable_order(dtype, shape, data):
    some = VALUES if np.dtype(dtype).kind != "i" else [0, 1, -1, 2**40, -(2**40)]
    seed = data.draw(st.integers(0, 2**32 - 1))
    with np.errstate(over="ignore"):
        x = np.random.default_rng(seed).choice(some, shape).astype(dtype)
    for axis in range(-x.ndim, x.ndim):
        assert np.array_equal(stable_order(x, axis), np.argsort(x, axis=axis, kind="stable"))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_it_is_numpys_stable_order_of_any_numbers(dtype, data):
    x = data.draw(hnp.arrays(dtype, st.integers(64, 100)))
    before = x.copy()
    assert np.array_equal(stable_order(x), np.argsort(x, kind="stable"))
    assert x.tobytes() == before.tobytes()


def test_other_strides():
    x = np.random.default_rng(0).integers(0, 50, (300, 200)).astype(np.float32)
    for view in (x.T, x[::-1], x[:, ::2]):
        for axis in (0, 1):
            assert np.array_equal(stable_order(view, axis), np.argsort(view, axis=axis, kind="stable"))


@pytest.mark.parametrize("descending", [False, True])
def test_an_axis_that_is_not_there(descending):
    for function in (ag.sort, ag.argsort):
        with pytest.raises(ValueError, match=f"{function.__name__}.*axis 2 is out of bounds for array of dimension 1"):
            function(Tensor([1.0, 2.0]), axis=2, descending=descending)


def test_a_way_to_sort_that_there_is_not():
    for sort in (np.sort, np.argsort, ag.sort, ag.argsort, Tensor.sort, Tensor.argsort):
        for kind in (None, "quicksort", "heapsort", "mergesort", "stable"):
            sort(Tensor([2.0, 1.0]), kind=kind)
        with pytest.raises(ValueError, match=r"argsort\(.*: kind is 'quicksort', .*; given 'nothing'"):
            sort(Tensor([2.0, 1.0]), kind="nothing")
        with pytest.raises(TypeError, match=r"argsort\(.*: stable is True, False or None; given int64 \(2,\)"):
            sort(Tensor([2.0, 1.0]), stable=np.array([3, 2]))
