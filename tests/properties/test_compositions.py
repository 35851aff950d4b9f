"""NumPy's functions that are compositions of primitives: same values as NumPy's, right gradients of both orders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.primitives.declaration import Primitive
from autograd.primitives.domains import NONZERO, REAL
from autograd.primitives.inquiries import INQUIRIES
from autograd.registry import by_numpy
from autograd.testing import gradcheck, gradgradcheck
from autograd.testing.strategies import Draw

#: For each function a source of cases: the arrays to differentiate by, and a call of the function with them.
CASES = {}


def case(*functions):
    def enter(source):
        CASES.update(dict.fromkeys(functions, source))
        return source

    return enter


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


COMPOSED = [
    function for function, ours in by_numpy.items() if not isinstance(ours, Primitive) and function not in INQUIRIES
]


@pytest.mark.parametrize("function", COMPOSED, ids=lambda function: function.__name__)
def test_it_has_a_source_of_cases(function):
    assert function in CASES, f"np.{function.__name__} has been declared with @implements; add cases for it here"


@pytest.mark.parametrize("source", CASES.values(), ids=[function.__name__ for function in CASES])
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
