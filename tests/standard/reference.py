"""The standard to compare with: array_api_strict, its reference implementation, on the same values."""

import contextlib
import importlib
import os
import warnings
from collections.abc import Iterator
from typing import Any

import array_api_strict as strict
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import array_api
from hypothesis.extra import numpy as arrays_of_numpy

#: What is held to the standard: this library, or another that the environment names, to count what that one passes.
xp = importlib.import_module(os.environ.get("ARRAY_NAMESPACE", "autograd"))

#: Hypothesis's own strategies for any library of the standard, given that one.
xps = array_api.make_strategies_namespace(xp, api_version="2024.12")

#: What is an array of it; NumPy has scalars for those of no axes.
ARRAYS = (np.ndarray, np.generic) if xp is np else (type(xp.ones(1)),)

BOOLEAN = ["bool"]
SIGNED = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
INTEGERS = SIGNED + UNSIGNED
FLOATING = ["float32", "float64"]
COMPLEX = ["complex64", "complex128"]
REAL = INTEGERS + FLOATING
NUMERIC = REAL + COMPLEX
ALL = BOOLEAN + NUMERIC

#: What a library of the standard may do with what it is asked: loss of meaning is told, by these.
REFUSALS = (TypeError, ValueError, IndexError, OverflowError)


def is_array(value: Any) -> bool:
    """Whether it is an array of the library under test."""
    return type(value) in ARRAYS if xp is not np else isinstance(value, ARRAYS)


def array(values: Any, dtype: Any = None) -> Any:
    """An array of the library under test."""
    return xp.asarray(np.array(values, dtype))


def to_strict(value: Any) -> Any:
    """The same with the reference's arrays in the place of those under test."""
    if is_array(value):
        return strict.asarray(values_of(value))
    if isinstance(value, tuple | list):
        return type(value)(map(to_strict, value))
    return to_strict_dtype(value)


def to_strict_dtype(value: Any) -> Any:
    """The reference's dtype for ours; any other value as it is."""
    is_dtype = isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic))
    return getattr(strict, np.dtype(value).name) if is_dtype else value


def values_of(value: Any) -> np.ndarray:
    """The values of an array of either library."""
    return np.asarray(value)


def assert_agrees(ours: Any, theirs: Any, *, rtol: float = 0.0) -> None:
    """Assert the same structure of arrays, the same dtypes, shapes and values; exact, or to ``rtol`` in float64.

    Single precision gets a tolerance that fits it. NaNs are equal to each other, and so are zeros of either sign.
    """
    if isinstance(theirs, tuple | list):
        assert isinstance(ours, tuple)
        assert getattr(ours, "_fields", None) == getattr(theirs, "_fields", None)
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            assert_agrees(mine, other, rtol=rtol)
        return
    expected = values_of(theirs)
    assert is_array(ours)
    assert ours.dtype == expected.dtype
    assert ours.shape == expected.shape
    if not rtol or expected.dtype.kind not in "fc":
        np.testing.assert_array_equal(values_of(ours), expected)
        return
    if expected.dtype.itemsize // (2 if expected.dtype.kind == "c" else 1) == 4:
        rtol *= 2.0**29
    scale = max(np.max(np.abs(part), initial=0) for part in _parts(expected[np.isfinite(expected)]))
    np.testing.assert_allclose(values_of(ours), expected, rtol=rtol, atol=rtol * scale)


def assert_same_bits(ours: Any, expected: Any) -> None:
    """Assert the same dtype, shape and values, down to the signs of zeros; NaNs are all the same."""
    assert is_array(ours)
    assert ours.dtype == expected.dtype
    assert ours.shape == expected.shape
    for mine, other in zip(_parts(values_of(ours)), _parts(expected), strict=True):
        np.testing.assert_array_equal(mine, other)
        if other.dtype.kind == "f":
            np.testing.assert_array_equal(np.signbit(mine) & ~np.isnan(mine), np.signbit(other) & ~np.isnan(other))


def _parts(array: np.ndarray) -> Iterator[np.ndarray]:
    return iter((array.real, array.imag) if array.dtype.kind == "c" else (array,))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let nobody warn of NaN and infinity, which are what is tested."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


# Arrays


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 3) -> st.SearchStrategy[Any]:
    """Shapes, of which one in three has no element."""
    return arrays_of_numpy.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def tensors(dtypes: list[str], shape: Any = None, *, small: bool = False, **elements: Any) -> st.SearchStrategy[Any]:
    """Arrays of these dtypes, of any value of them; ``small`` ones have round numbers, whose sums are exact."""

    def of_dtype(name: str) -> st.SearchStrategy[Any]:
        dtype = np.dtype(name)
        if small and dtype.kind in "iufc":
            low = 0 if dtype.kind == "u" else -4
            values = st.integers(low, 4)
            if dtype.kind == "c":
                values = st.builds(complex, values, values)
        else:
            values = arrays_of_numpy.from_dtype(dtype, **(elements if dtype.kind in "fc" else {}))
        return arrays_of_numpy.arrays(dtype, shapes() if shape is None else shape, elements=values).map(array)

    return st.sampled_from(dtypes).flatmap(of_dtype)


def axes_of(x: Any) -> st.SearchStrategy[Any]:
    """One axis of an array, counted from either end."""
    return st.integers(-x.ndim, x.ndim - 1)


def some_axes_of(x: Any) -> st.SearchStrategy[Any]:
    """No axis named, one, or several in a tuple."""
    several = st.lists(st.integers(0, x.ndim - 1), unique=True).map(tuple) if x.ndim else st.just(())
    return st.none() | several | (axes_of(x) if x.ndim else st.nothing())
