"""Windows and convolutions: values against loops over all places; their gradients are checked by their declarations."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.primitives import convolutions
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, weight

RNG = np.random.default_rng(0)


def convolved(x, w, stride, dilation, groups):
    """The definition, place by place."""
    size, axes = w.shape[2:], len(stride)
    counts = [(n - (d * (k - 1) + 1)) // s + 1 for n, k, s, d in zip(x.shape[2:], size, stride, dilation, strict=True)]
    out = np.zeros((x.shape[0], w.shape[0], *counts))
    per_group_in, per_group_out = w.shape[1], w.shape[0] // groups
    for n, o in np.ndindex(*out.shape[:2]):
        first = o // per_group_out * per_group_in
        for place in itertools.product(*map(range, counts)):
            taken = tuple(
                slice(p * s, p * s + d * (k - 1) + 1, d)
                for p, s, d, k in zip(place, stride, dilation, size, strict=True)
            )
            assert len(taken) == axes
            out[(n, o, *place)] = (x[(n, slice(first, first + per_group_in), *taken)] * w[o]).sum()
    return out


CASES = [
    ((2, 3, 7), (4, 3, 3), (1,), (1,), 1),
    ((2, 3, 9), (4, 3, 3), (2,), (2,), 1),
    ((1, 4, 5, 6), (6, 2, 2, 3), (1, 1), (1, 1), 2),
    ((2, 2, 7, 8), (2, 1, 3, 2), (2, 3), (1, 2), 2),
    ((1, 2, 4, 5, 4), (3, 2, 2, 2, 2), (1, 2, 1), (1, 1, 2), 1),
    ((0, 2, 4), (3, 2, 2), (1,), (1,), 1),
    ((2, 2, 3), (3, 2, 3), (1,), (1,), 1),
]


@pytest.mark.parametrize(("x_shape", "w_shape", "stride", "dilation", "groups"), CASES)
def test_a_convolution_is_what_its_definition_says(x_shape, w_shape, stride, dilation, groups):
    x, w = RNG.normal(size=x_shape), RNG.normal(size=w_shape)
    result = ag.convolution(x, w, stride, dilation, groups)
    np.testing.assert_allclose(result.data, convolved(x, w, stride, dilation, groups), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("x_shape", "w_shape", "stride", "dilation", "groups"), CASES)
def test_the_transpose_of_a_convolution(x_shape, w_shape, stride, dilation, groups):
    """``<conv(x), y> = <x, transpose(y)>``, for all x and y."""
    x, w = RNG.normal(size=x_shape), RNG.normal(size=w_shape)
    y = RNG.normal(size=ag.convolution(x, w, stride, dilation, groups).shape)
    back = ag.convolution_transpose(y, w, x_shape[2:], stride, dilation, groups)
    assert back.shape == x_shape
    forward = (ag.convolution(x, w, stride, dilation, groups).data * y).sum()
    np.testing.assert_allclose((back.data * x).sum(), forward, rtol=1e-10)


@pytest.mark.parametrize(("x_shape", "w_shape", "stride", "dilation", "groups"), CASES)
def test_what_a_convolution_gives_to_its_kernels(x_shape, w_shape, stride, dilation, groups):
    """``<conv(x), y> = <kernels(x, y), w>``, for all w and y; by the residual of a forward and from the start."""
    x, w = RNG.normal(size=x_shape), weight(RNG.normal(size=w_shape))
    result = ag.convolution(x, w, stride, dilation, groups)
    y = RNG.normal(size=result.shape)
    kernels = ag.convolution_weight(x, y, w_shape[2:], stride, dilation, groups)
    assert kernels.shape == w_shape
    np.testing.assert_allclose((kernels.data * w.data).sum(), (result.data * y).sum(), rtol=1e-10)
    result.backward(y)
    np.testing.assert_allclose(w.grad.data, kernels.data, rtol=1e-12, atol=1e-12)


def bytes_kept(result):
    return ag.Graph(result).statistics().nbytes


def test_windows_are_kept_for_the_kernels_alone_and_up_to_a_limit(monkeypatch):
    x, w, w_again = (weight(RNG.normal(size=shape)) for shape in [(8, 2, 9, 9), (3, 2, 3, 3), (3, 2, 3, 3)])
    laid_out = 8 * 2 * 9 * 7 * 7 * 8  # bytes
    result = ag.convolution(x, w, (1, 1), (1, 1))
    assert laid_out <= bytes_kept(result) <= 1.1 * laid_out
    result.sum().backward()
    assert bytes_kept(result) == 0
    assert bytes_kept(ag.convolution(x, w.detach(), (1, 1), (1, 1))) == w.nbytes
    monkeypatch.setattr(convolutions, "MOST_KEPT", laid_out - 1)
    result = ag.convolution(x, w_again, (1, 1), (1, 1))
    assert bytes_kept(result) == 0
    result.sum().backward()
    assert_values(w_again.grad, w.grad.data, rtol=1e-12)


@pytest.mark.parametrize("size", [1, 2])
def test_what_somebody_changes_later_was_not_kept(size):
    x, w = RNG.normal(size=(1, 3, 3, 2)).transpose(3, 0, 1, 2), weight(np.ones((1, 1, size, size)))
    result = ag.convolution(x, w, (1, 1), (1, 1))
    expected = ag.convolution_weight(x, np.ones(result.shape), (size, size), (1, 1), (1, 1)).data
    x[...] = 7
    result.sum().backward()
    assert_values(w.grad, expected, rtol=1e-12)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("batched", [(0, 0), (0, None), (None, 0)])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_all_examples_at_once(number, batched, groups):
    x, w, y = (
        RNG.normal(size=(5, 3, 4, 7, 6)),
        RNG.normal(size=(5, 6, 4 // groups, 3, 2)),
        RNG.normal(size=(5, 3, 6, 3, 4)),
    )
    options = {"stride": (2, 1), "dilation": (1, 2), "groups": groups}
    function, one, other = [
        (lambda x, w: ag.convolution(x, w, **options), x, w),
        (lambda y, w: ag.convolution_transpose(y, w, (7, 6), **options), y, w),
        (lambda x, y: ag.convolution_weight(x, y, (3, 2), **options), x, y),
    ][number]
    operands = [whole if axis == 0 else whole[0] for whole, axis in zip((one, other), batched, strict=True)]
    together = ag.vmap(function, in_axes=batched, loops=False)(*operands)
    for i, each in enumerate(together):
        mine = [whole[i] if axis == 0 else whole for whole, axis in zip(operands, batched, strict=True)]
        np.testing.assert_allclose(each, function(*mine).data, rtol=1e-12)


def test_gradients_of_each_sample():
    x, w = RNG.normal(size=(5, 1, 2, 4, 4)), RNG.normal(size=(3, 2, 2, 2))
    by_kernels = ag.grad(lambda w, x: (ag.convolution(x, w, (1, 1), (1, 1)) ** 2).sum())
    together = ag.vmap(by_kernels, in_axes=(None, 0), loops=False)(w, x)
    for one, each in zip(x, together, strict=True):
        np.testing.assert_allclose(each, by_kernels(w, one), rtol=1e-10)


def test_gradients_of_three_axes_with_strides():
    gradcheck(
        lambda x, w: ag.convolution(x, w, (1, 2, 1), (1, 1, 2)),
        RNG.normal(size=(1, 2, 3, 4, 4)),
        RNG.normal(size=(2, 2, 2, 2, 2)),
    )


def test_float32_stays():
    x, w = (weight(RNG.normal(size=shape).astype(np.float32)) for shape in [(2, 3, 5, 5), (4, 3, 2, 2)])
    result = ag.convolution(x, w, (1, 1), (1, 1))
    result.sum().backward()
    assert (result.dtype, x.grad.dtype, w.grad.dtype) == (np.float32,) * 3


def test_windows_and_their_sum():
    x = np.arange(12.0).reshape(3, 4)
    result = ag.windows(x, (2, 2), (1, 2), (1, 1))
    assert result.shape == (2, 2, 2, 2)
    assert_values(result[:, :, 0, 1], x[:2, 2:4])
    assert_values(result[:, :, 1, 0], x[1:3, :2])
    assert_values(ag.overlap_add(result, (3, 4), (1, 2), (1, 1)), x * [[1], [2], [1]])


@pytest.mark.parametrize("function", [ag.windows, ag.overlap_add])
@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        ((0, (), (), ()), ValueError, "must be an axis to slide over"),
        ((0.0, (1,), (1,), (1,)), ValueError, "must be an axis to slide over"),
        (([1.0, 2.0], 2, (1,), (1,)), TypeError, "are tuples, a number for each axis"),
        (([1.0, 2.0], (2,), 1, (1,)), TypeError, "are tuples, a number for each axis"),
    ],
)
def test_windows_need_an_axis(function, arguments, error, reason):
    with pytest.raises(error, match=reason):
        function(*arguments)


def test_windows_keep_what_they_were():
    x = ag.Tensor([1.0, 2.0, 3.0])
    taken = ag.windows(x, (2,), (1,), (1,))
    x[0] = 9.0
    assert_values(taken, [[1, 2], [2, 3]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ag.windows(np.ones(2), (3,), (1,), (1,)),
            r"windows: windows that extend over \(3,\) do not fit .*\(2,\)",
        ),
        (lambda: ag.windows(np.ones(4), (2,), (0,), (1,)), r"windows: size, stride and dilation are at least 1"),
        (lambda: ag.windows(np.ones(4), (2,), (1, 1), (1,)), r"windows: .* one number for each of the last axes"),
        (
            lambda: ag.convolution(np.ones((1, 3, 5)), np.ones((2, 2, 3)), (1,), (1,)),
            r"convolution: the channels of x, 3, do not fit to a weight of shape \(2, 2, 3\) and groups=1",
        ),
        (
            lambda: ag.convolution(np.ones((1, 3, 5)), np.ones((2, 3)), (1,), (1,)),
            r"convolution: x is \(N, C, \*spatial\) and weight has as many axes, got shapes \(1, 3, 5\) and \(2, 3\)",
        ),
        (
            lambda: ag.convolution(2.0, 3.0, (1,), (1,)),
            r"convolution: x is \(N, C, \*spatial\) and weight has as many axes, got shapes \(\) and \(\)",
        ),
        (
            lambda: ag.convolution_transpose(np.ones((1, 3, 5)), 3.0, (5,), (1,), (1,)),
            r"convolution_transpose: .* got shapes \(1, 3, 5\) and \(\)",
        ),
        (
            lambda: ag.convolution_transpose(np.ones((1, 2, 4)), np.ones((2, 1, 2)), (9,), (1,), (1,)),
            r"convolution_transpose: kernels of size \(2,\) have \(8,\) places on axes of \(9,\), got \(4,\)",
        ),
        (
            lambda: ag.convolution_weight(np.ones((1, 2, 4)), np.ones((2, 1, 2)), (3,), (1,), (1,)),
            r"convolution_weight: x and y have as many samples, .* got shapes \(1, 2, 4\) and \(2, 1, 2\)",
        ),
        (
            lambda: ag.convolution_weight(np.ones((1, 2, 4)), np.ones((1, 3, 2)), (2,), (1,), (1,)),
            r"convolution_weight: kernels of size \(2,\) have \(3,\) places on axes of \(4,\), got \(2,\)",
        ),
        (
            lambda: ag.convolution_transpose(np.ones((1, 2, 4)), np.ones((2, 1, 2)), (5, 5), (1,), (1,)),
            r"convolution_transpose: size, stride and dilation have one number for each of the last axes",
        ),
        (
            lambda: ag.convolution_weight(np.ones((1, 2, 5, 5)), np.ones((1, 2, 4, 4)), (2,), (1,), (1,)),
            r"convolution_weight: size, stride and dilation have one number for each of the last axes",
        ),
        (
            lambda: ag.convolution_weight(np.ones((1, 2, 4)), 3.0, (2,), (1,), (1,)),
            r"convolution_weight: x is \(N, C, \*spatial\) and y is \(N, O, \*counts\), .* \(1, 2, 4\) and \(\)",
        ),
        (
            lambda: ag.overlap_add(np.ones((2, 3)), (9,), (1,), (1,)),
            r"overlap_add: windows of shape \(2, 3\) were not taken from axes of sizes \(9,\)",
        ),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
