"""NumPy's functions that are compositions of primitives: same values as NumPy's, right gradients of both orders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.primitives.declaration import Primitive
from autograd.primitives.domains import NONZERO, POSITIVE, REAL
from autograd.primitives.inquiries import INQUIRIES
from autograd.registry import by_numpy
from autograd.testing import gradcheck, gradgradcheck
from autograd.testing.strategies import Draw
from tests.properties import (  # noqa: F401 - enter cases
    functions_of_elements,
    polynomials_and_histograms,
    products_and_matrices,
    rearrangements,
    special_functions,
    windows_and_pooling,
)
from tests.properties.cases import CASES, case
from tests.properties.counts import share


@case(np.var)
def variances(draw):
    x = draw.array(REAL, min_side=2)
    axis = draw.axes(x.ndim)
    many = x.ndim > 0 and axis != ()
    options = {"axis": axis, "ddof": draw.choice([0, 1, 0.5]) if many else 0, "keepdims": draw.boolean()}
    return (x,), lambda x: np.var(x, **options)


@case(np.std)
def deviations(draw):
    x = draw.distinct(min_dims=1, min_side=2)
    options = {"axis": draw.choice([None, draw.axis(x.ndim)]), "ddof": draw.choice([0, 1]), "keepdims": draw.boolean()}
    return (x,), lambda x: np.std(x, **options)


@case(np.sort)
def sorted_arrays(draw):
    x = draw.distinct(min_dims=1)
    axis = draw.choice([None, draw.axis(x.ndim)])
    return (x,), lambda x: np.sort(x, axis=axis)


@case(np.take_along_axis)
def taken(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    axis = draw.axis(x.ndim)
    size = x.shape[axis]
    indices = np.array([draw.integer(-size, size - 1) for _ in range(x.size)]).reshape(x.shape)
    if draw.boolean():
        indices = np.take(indices, [0], axis=axis)
    return (x,), lambda x: np.take_along_axis(x, indices, axis=axis)


@case(np.dot)
def dots(draw):
    inner = draw.integer(0, 3)
    shapes = [(), (inner,), (*draw.shape()[:2], inner)], [(), (inner,), (*draw.shape()[:1], inner, draw.integer(0, 2))]
    x, y = (draw.array(REAL, draw.choice(choices)) for choices in shapes)
    return (x, y), np.dot


@case(np.clip)
def clipped(draw):
    x, low, width = draw.broadcastable(REAL, REAL, NONZERO)
    x, low, high = draw.without_ties(x, low, low + width)
    return (x, low, high), draw.choice([np.clip, lambda x, low, high: np.clip(x, a_min=low, a_max=high)])


@case(np.where)
def chosen(draw):
    mask, x, y = draw.broadcastable(NONZERO, REAL, REAL)
    return (x, y), lambda x, y: np.where(mask > 0, x, y)


@case(np.nonzero)
def found(draw):
    x = draw.array(REAL, min_dims=1)
    mask = draw.array(NONZERO, x.shape) > 0
    return (x,), lambda x: x[np.nonzero(x * 0 + mask)]


@case(np.ravel)
def ravelled(draw):
    return (draw.array(REAL),), np.ravel


@case(np.squeeze)
def squeezed(draw):
    x = draw.array(REAL)
    ones = tuple(axis for axis, size in enumerate(x.shape) if size == 1)
    axis = draw.choice([None, ones, *ones])
    return (x,), lambda x: np.squeeze(x, axis=axis)


@case(np.expand_dims)
def expanded(draw):
    x = draw.array(REAL)
    axis = draw.choice([0, -1, x.ndim, (0, -1)])
    return (x,), lambda x: np.expand_dims(x, axis)


@case(np.swapaxes)
def swapped(draw):
    x = draw.array(REAL, min_dims=1)
    first, second = draw.axis(x.ndim), draw.axis(x.ndim)
    return (x,), lambda x: np.swapaxes(x, first, second)


@case(np.matrix_transpose)
def matrix_transposed(draw):
    return (draw.array(REAL, min_dims=2),), np.matrix_transpose


@case(np.concatenate)
def concatenated(draw):
    arrays, options = draw.joinable(REAL)
    axis = draw.choice([options["axis"], None])
    return arrays, lambda *arrays: np.concatenate(arrays, axis=axis)


@case(np.stack)
def stacked(draw):
    shape = draw.shape()
    arrays = tuple(draw.array(REAL, shape) for _ in range(draw.integer(1, 3)))
    axis = draw.integer(-len(shape) - 1, len(shape))
    return arrays, lambda *arrays: np.stack(list(arrays), axis=axis)


@case(*([np.astype] if hasattr(np, "astype") else []))
def converted(draw):
    return (draw.array(REAL),), lambda x: np.astype(x, np.complex128)


@case(np.cumulative_sum, np.cumulative_prod)
def cumulated(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    function = draw.choice([np.cumulative_sum, np.cumulative_prod])
    options = {"axis": draw.axis(x.ndim), "include_initial": draw.boolean()}
    return (x,), lambda x: function(x, **options)


def with_gaps(draw, function, **options):
    """A call on an array in which NaN stands in some places, of which there are fewer than there are elements."""
    x = draw.distinct(min_dims=1, min_side=2)
    gaps = draw.array(NONZERO, x.shape) > 0
    gaps[..., :2] = False
    return (x,), lambda x: function(np.where(gaps, np.nan, x), **options)


@case(np.nansum)
def sums_without_gaps(draw):
    return with_gaps(draw, np.nansum, axis=draw.choice([None, -1]), keepdims=draw.boolean())


@case(np.nanprod)
def products_without_gaps(draw):
    return with_gaps(draw, np.nanprod, axis=draw.choice([None, -1]), keepdims=draw.boolean())


@case(np.nancumsum)
def cumulative_sums_without_gaps(draw):
    return with_gaps(draw, np.nancumsum, axis=draw.choice([None, 0, -1]))


@case(np.nancumprod)
def cumulative_products_without_gaps(draw):
    return with_gaps(draw, np.nancumprod, axis=draw.choice([None, 0, -1]))


@case(np.nanmean)
def means_without_gaps(draw):
    return with_gaps(draw, np.nanmean, axis=draw.choice([None, -1]), keepdims=draw.boolean())


@case(np.nanvar)
def variances_without_gaps(draw):
    return with_gaps(draw, np.nanvar, axis=draw.choice([None, -1]), ddof=draw.choice([0, 1]))


@case(np.nanstd)
def deviations_without_gaps(draw):
    return with_gaps(draw, np.nanstd, axis=draw.choice([None, -1]), ddof=draw.choice([0, 1]))


@case(np.median)
def medians(draw):
    x = draw.distinct(min_side=1)
    options = {"axis": draw.axes(x.ndim), "keepdims": draw.boolean()}
    return (x,), lambda x: np.median(x, **options)


@case(np.nanmedian)
def medians_without_gaps(draw):
    return with_gaps(draw, np.nanmedian, axis=draw.choice([None, -1]), keepdims=draw.boolean())


def shares(draw, function, whole):
    options = {"q": draw.choice([0.3, [0.1, 0.7], 1]), "method": draw.choice(["linear", "hazen", "nearest"])}
    return lambda x: function(x, np.multiply(options["q"], whole), axis=-1, method=options["method"])


@case(np.quantile, np.percentile)
def quantiles(draw):
    x = draw.distinct(min_dims=1, min_side=1)
    function, whole = draw.choice([(np.quantile, 1), (np.percentile, 100)])
    return (x,), shares(draw, function, whole)


@case(np.nanquantile, np.nanpercentile)
def quantiles_without_gaps(draw):
    function, whole = draw.choice([(np.nanquantile, 1), (np.nanpercentile, 100)])
    return with_gaps(draw, shares(draw, function, whole))


@case(np.diff, np.ediff1d)
def differences(draw):
    x = draw.array(REAL, min_dims=1, min_side=1)
    options = {"n": draw.choice([1, 2]), "axis": draw.axis(x.ndim)}
    return (x, np.ones(1)), draw.choice(
        [lambda x, end: np.diff(x, **options) * end, lambda x, end: np.ediff1d(x, to_end=end)]
    )


@case(np.trapezoid)
def areas(draw):
    y = draw.array(REAL, min_dims=1)
    axis = draw.axis(y.ndim)
    return (y, draw.array(REAL, (y.shape[axis],))), lambda y, x: np.trapezoid(y, x, axis=axis)


@case(np.gradient)
def derivatives(draw):
    y = draw.array(REAL, (draw.integer(1, 2), draw.integer(3, 4)))
    edge_order = draw.choice([1, 2])
    widths = 1 + draw.array(POSITIVE, draw.choice([(), y.shape[1:]]))
    spacing = np.cumsum(widths) if widths.ndim else widths
    # With y itself added, no derivative is a difference of equal numbers, of which only rounding errors are left.
    return (y, spacing), lambda y, x: y + np.gradient(y, x, axis=1, edge_order=edge_order)


@case(np.convolve, np.correlate)
def convolutions(draw):
    vectors = tuple(draw.array(REAL, (draw.integer(1, 4),)) for _ in range(2))
    function, mode = draw.choice([np.convolve, np.correlate]), draw.choice(["full", "same", "valid"])
    return vectors, lambda x, y: function(x, y, mode)


@case(np.ptp)
def ranges(draw):
    x = draw.distinct(min_side=1)
    options = {"axis": draw.axes(x.ndim), "keepdims": draw.boolean()}
    return (x,), lambda x: np.ptp(x, **options)


@case(np.average)
def averages(draw):
    x = draw.array(REAL, min_dims=1, min_side=2)  # a single weight cancels
    axis = draw.axis(x.ndim)
    return (x, draw.array(POSITIVE, (x.shape[axis],))), lambda x, w: np.average(x, axis=axis, weights=w)


@case(np.cov)
def covariances(draw):
    x = draw.array(REAL, (draw.integer(1, 3), draw.integer(2, 4)))
    return (x,), np.cov


@case(np.corrcoef)
def correlations(draw):
    spread = np.array([[8.0, -16.0, 32.0, 1.0], [4.0, 24.0, 8.0, -9.0]])
    # The numbers beside the diagonal; those on it are 1, whatever x is.
    return (draw.array(REAL, (2, 4)),), lambda x: np.corrcoef(spread + x)[[0, 1], [1, 0]]


@case(np.interp)
def interpolations(draw):
    xp = np.cumsum(draw.array(POSITIVE, (draw.integer(2, 4),)) + 1)
    x = draw.array(POSITIVE) + 1 / 128
    return (x, xp, draw.array(REAL, xp.shape)), np.interp


@case(np.linspace, np.logspace)
def ranges_between_ends(draw):
    function, num = draw.choice([np.linspace, np.logspace]), draw.integer(0, 3)
    return draw.broadcastable(REAL, REAL), lambda x, y: function(x, y, num)


COMPOSED = [
    function for function, ours in by_numpy.items() if not isinstance(ours, Primitive) and function not in INQUIRIES
]


@pytest.mark.parametrize("function", COMPOSED, ids=lambda function: function.__name__)
def test_it_has_a_source_of_cases(function):
    assert function in CASES, f"np.{function.__name__} has been declared with @implements; add cases for it here"


@pytest.mark.parametrize("source", CASES.values(), ids=[function.__name__ for function in CASES])
@share(3, 5)  # each is checked in two orders
@given(data=st.data())
def test_it_has_numpys_values_and_right_gradients(source, data):
    arrays, call = source(Draw(data.draw))
    expected = call(*arrays)
    leaves = [ag.Tensor(array, requires_grad=True) for array in arrays]
    result = call(*leaves)
    assert isinstance(result, ag.Tensor)
    assert result.requires_grad
    assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(result.data, expected, rtol=1e-13, atol=1e-15)
    assert not any(np.shares_memory(call(*map(ag.Tensor, arrays)).data, array) for array in arrays)
    gradcheck(call, *arrays, tolerance=1e-7)
    gradgradcheck(call, *arrays, tolerance=1e-7)


@pytest.mark.parametrize("source", CASES.values(), ids=[function.__name__ for function in CASES])
@given(data=st.data())
def test_it_keeps_single_precision(source, data):
    arrays, call = source(Draw(data.draw))
    leaves = [ag.Tensor(array.astype(np.float32), requires_grad=True) for array in arrays]
    result = call(*leaves)
    assert result.dtype == call(*(array.astype(np.float32) for array in arrays)).dtype
    result.sum().backward(np.ones((), result.dtype))
    assert all(leaf.grad.dtype == np.float32 for leaf in leaves)
