"""Pooling: values against loops over all windows, gradients at ties, padding, NaN, and what is refused."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.primitives.pooling_windows import Adaptive, Sliding, sliding
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import assert_values, gradients, weight

RNG = np.random.default_rng(0)


def pooled(function, x, size, stride=None, padding=None, dilation=None, ceil_mode=False):
    """The definition: a function of the list of elements of each window."""
    axes = len(size)
    stride, padding, dilation = stride or size, padding or (0,) * axes, dilation or (1,) * axes
    spatial = x.shape[x.ndim - axes :]
    counts = [each.number for each in sliding("", x.shape, size, stride, padding, dilation, ceil_mode)]
    out = np.zeros((*x.shape[: x.ndim - axes], *counts))
    for lead in np.ndindex(*x.shape[: x.ndim - axes]):
        for window in itertools.product(*map(range, counts)):
            elements = []
            for offset in itertools.product(*map(range, size)):
                at = [
                    i * s - p + o * d for i, s, p, o, d in zip(window, stride, padding, offset, dilation, strict=True)
                ]
                if all(0 <= a < n for a, n in zip(at, spatial, strict=True)):
                    elements.append(x[(*lead, *at)])
            out[(*lead, *window)] = function(elements)
    return out


CASES = [
    ((2, 3, 7), {"size": (2,)}),
    ((9,), {"size": (3,), "stride": (2,), "padding": (1,)}),
    ((2, 5, 6), {"size": (2, 3)}),
    ((2, 5, 6), {"size": (2, 3), "stride": (1, 2), "padding": (1, 1)}),
    ((1, 2, 6, 7), {"size": (3, 3), "stride": (2, 2), "padding": (1, 1), "ceil_mode": True}),
    ((1, 2, 6, 7), {"size": (2, 2), "stride": (3, 3), "ceil_mode": True}),
    ((2, 4, 5, 4), {"size": (2, 3, 2), "stride": (2, 1, 2), "padding": (0, 1, 1)}),
    ((0, 3, 4), {"size": (2, 2)}),
]


@pytest.mark.parametrize(("shape", "options"), CASES, ids=str)
def test_max_pooling_is_what_its_definition_says(shape, options):
    x = RNG.normal(size=shape)
    assert_values(ag.max_pooling(x, **options), pooled(max, x, **options))
    if x.size:
        gradcheck(lambda x: ag.max_pooling(x, **options), x)


@pytest.mark.parametrize("dilation", [(2, 1), (3, 2)])
def test_dilated_max_pooling(dilation):
    x, options = RNG.normal(size=(2, 8, 7)), {"size": (2, 3), "stride": (2, 1), "padding": (1, 1)}
    assert_values(ag.max_pooling(x, **options, dilation=dilation), pooled(max, x, **options, dilation=dilation))
    gradcheck(lambda x: ag.max_pooling(x, **options, dilation=dilation), x)


@pytest.mark.parametrize(("shape", "options"), CASES, ids=str)
def test_average_pooling_is_what_its_definition_says(shape, options):
    x = RNG.normal(size=shape)
    without = ag.average_pooling(x, **options, count_include_pad=False)
    np.testing.assert_allclose(without.data, pooled(np.mean, x, **options), rtol=1e-12)
    total = ag.average_pooling(x, **options, divisor_override=1)
    np.testing.assert_allclose(total.data, pooled(np.sum, x, **options), rtol=1e-12, atol=1e-14)
    if x.size:
        gradcheck(lambda x: ag.average_pooling(x, **options), x)


def test_zeros_of_the_padding_count_or_do_not():
    x = np.ones(4)
    options = {"size": (3,), "stride": (2,), "padding": (1,)}
    assert_values(ag.average_pooling(x, **options), [2 / 3, 1.0])
    assert_values(ag.average_pooling(x, **options, count_include_pad=False), [1.0, 1.0])
    # the last window hangs over the padding behind by one, which does not count
    assert_values(ag.average_pooling(x, **options, ceil_mode=True), [2 / 3, 1.0, 1 / 2])


# -------------------------------------------------------------------------------------------------------------- ties


def test_equal_maxima_share_evenly():
    grads = gradients(
        lambda x: ag.max_pooling(x, (2, 2)), [[7.0, 7.0, 1.0, 2.0], [7.0, 0.0, 3.0, 3.0]], seed=[[6.0, 8.0]]
    )
    assert grads.tolist() == [[2.0, 2.0, 0.0, 0.0], [2.0, 0.0, 4.0, 4.0]]
    assert (gradients(lambda x: ag.max_pooling(x, (2, 3)), np.zeros((2, 3))) == 1 / 6).all()


@pytest.mark.parametrize("shape", [(40, 60), (4, 6)])
def test_they_share_as_those_of_max_do(shape):
    """Windows that lie side by side are rows of a reshaped array; overlapping ones add up."""
    x = RNG.integers(0, 3, shape).astype(float)
    seed = RNG.normal(size=(shape[0] // 2, shape[1] // 3))

    def by_max(x):
        return x.reshape(shape[0] // 2, 2, shape[1] // 3, 3).max(axis=(1, 3))

    expected = gradients(by_max, x, seed=seed)
    np.testing.assert_allclose(gradients(lambda x: ag.max_pooling(x, (2, 3)), x, seed=seed), expected, rtol=1e-14)
    windows = gradients(lambda x: ag.max(ag.windows(x, (2, 3), (1, 1), (1, 1)), axis=(0, 1)), x)
    np.testing.assert_allclose(gradients(lambda x: ag.max_pooling(x, (2, 3), (1, 1)), x), windows, rtol=1e-13)


def test_many_ties_in_half_precision_and_in_large_windows():
    grads = gradients(lambda x: ag.max_pooling(x, (300,)), np.zeros(300, np.float16), seed=np.ones(1, np.float16))
    assert grads.dtype == np.float16
    np.testing.assert_allclose(grads, 1 / 300, rtol=1e-3)


def test_nan_is_the_largest_and_has_the_gradient():
    x = np.array([[1.0, np.nan, 5.0, np.inf], [2.0, 3.0, -np.inf, np.inf]])
    assert_values(ag.max_pooling(x, (2, 2)), [[np.nan, np.inf]])
    assert gradients(lambda x: ag.max_pooling(x, (2, 2)), x).tolist() == [[0.0, 1.0, 0.0, 0.5], [0.0, 0.0, 0.0, 0.5]]


def test_what_is_infinite_stays_in_its_window():
    for size in (4, 4000):  # few and many are masked in different ways
        x = RNG.normal(size=size)
        grads = gradients(lambda x: ag.max_pooling(x, (2,)), x, seed=np.full(size // 2, np.inf))
        assert sorted(np.unique(grads)) == [0.0, np.inf]
        assert (np.isfinite(grads).reshape(-1, 2).sum(axis=1) == 1).all()
    x = np.array([np.inf, 1.0, 2.0, 4.0])
    assert_values(ag.average_pooling(x, (2,)), [np.inf, 3.0])
    assert_values(ag.adaptive_average_pooling(x, (3,)), [np.inf, 1.5, 3.0])


def test_a_window_without_elements():
    """Dilation can leave a window nothing but padding."""
    x = weight([[1.0]])
    result = ag.max_pooling(x, (2,), (1,), (2,), (3,))
    assert result.tolist() == [[-np.inf, -np.inf]]
    result.sum().backward()
    assert x.grad.tolist() == [[0.0]]
    assert ag.max_pooling_places(x, (2,), (1,), (2,), (3,)).shape == (1, 2)


def test_second_order():
    x = RNG.normal(size=(2, 5, 6))
    for function in (
        lambda x: ag.max_pooling(x, (3, 2), (2, 1), (1, 0)) ** 3,
        lambda x: ag.average_pooling(x, (3, 2), (2, 1), (1, 0), True) ** 3,
        lambda x: ag.adaptive_max_pooling(x, (2, 4)) ** 3,
        lambda x: ag.adaptive_average_pooling(x, (2, 4)) ** 3,
    ):
        gradgradcheck(function, x)


# ------------------------------------------------------------------------------------------------------------ places


@pytest.mark.parametrize(("shape", "options"), CASES[:-1], ids=str)
def test_places_are_where_the_largest_are(shape, options):
    x = RNG.normal(size=shape)
    places = ag.max_pooling_places(x, **options)
    assert (places.dtype, places.requires_grad) == (np.int64, False)
    lead = x.ndim - len(options["size"])
    flat = x.reshape(*shape[:lead], -1)
    found = np.take_along_axis(flat, places.data.reshape(*shape[:lead], -1), axis=-1)
    assert_values(ag.max_pooling(x, **options), found.reshape(places.shape))


def test_the_first_of_equal_ones_and_the_last_nan():
    assert_values(ag.max_pooling_places([[3.0, 3.0, 0.0], [3.0, 3.0, 0.0]], (2, 3)), [[0]])
    assert_values(ag.max_pooling_places([[np.nan, 3.0], [np.nan, 9.0]], (2, 2)), [[2]])
    assert_values(ag.max_pooling_places([-np.inf, -np.inf, -np.inf], (2,), (1,), (1,)), [0, 0, 1, 2])


def test_unpooling_puts_back():
    x = RNG.normal(size=(2, 3, 6, 4))
    values, places = ag.max_pooling(x, (2, 2)), ag.max_pooling_places(x, (2, 2))
    back = ag.max_unpooling(values, places, (6, 4))
    assert_values(ag.max_pooling(np.where(back.data == 0, -np.inf, back.data), (2, 2)), values.data)
    assert np.count_nonzero(back.data) == values.size
    gradcheck(lambda y: ag.max_unpooling(y, places, (6, 4)), values.data)
    gradgradcheck(lambda y: ag.max_unpooling(y, places, (6, 4)) ** 2, values.data)
    assert ag.max_unpooling(values.astype(np.float32), places, (6, 4)).dtype == np.float32


# ---------------------------------------------------------------------------------------------------------- adaptive


@pytest.mark.parametrize("counts", [(1, 1), (3, 2), (4, 5), (6, 5), (7, 9), (1, 3)])
def test_adaptive_windows(counts):
    x = RNG.normal(size=(2, 6, 5))
    rows, columns = (
        [(i * n // c, -(-(i + 1) * n // c)) for i in range(c)] for n, c in zip((6, 5), counts, strict=True)
    )
    parts = [[x[:, a:b, c:d] for c, d in columns] for a, b in rows]
    for function, reduce in ((ag.adaptive_average_pooling, np.mean), (ag.adaptive_max_pooling, np.max)):
        expected = np.array([[reduce(part, axis=(1, 2)) for part in row] for row in parts]).transpose(2, 0, 1)
        np.testing.assert_allclose(function(x, counts).data, expected, rtol=1e-13, atol=1e-15)
        gradcheck(lambda x, f=function: f(x, counts), x)
    places = ag.adaptive_max_pooling_places(x, counts)
    found = np.take_along_axis(x.reshape(2, -1), places.data.reshape(2, -1), axis=1)
    assert_values(ag.adaptive_max_pooling(x, counts), found.reshape(places.shape))


# ----------------------------------------------------------------------------------------------------- dtypes, errors


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_precision_stays(dtype):
    for function in (
        lambda x: ag.max_pooling(x, (2, 2), (1, 1), (1, 1)),
        lambda x: ag.average_pooling(x, (2, 2), (1, 1), (1, 1), count_include_pad=False),
        lambda x: ag.adaptive_average_pooling(x, (3, 3)),
    ):
        x = weight(RNG.normal(size=(2, 4, 5)).astype(dtype))
        result = function(x)
        result.sum().backward()
        assert (result.dtype, x.grad.dtype) == (dtype, dtype)


def test_integers_booleans_and_complex_numbers():
    assert_values(ag.max_pooling(np.array([-5, -7, 3], np.int8), (2,), (1,), (1,)), [-5, -5, 3, 3])
    assert ag.max_pooling(np.array([1, 2], np.uint8), (2,)).dtype == np.uint8
    assert_values(ag.max_pooling(np.array([False, True, False, False]), (2,)), [True, False])
    assert_values(ag.average_pooling(np.array([1, 2, 250, 251], np.uint8), (2,)), [1.5, 250.5])
    assert_values(ag.average_pooling(np.array([True, True]), (2,)), [1.0])
    assert_values(ag.average_pooling(np.array([1j, 2.0]), (2,)), [1 + 0.5j])
    with pytest.raises(TypeError, match=r"max pooling: .* order .* complex128"):
        ag.max_pooling(np.array([1j, 2.0]), (2,))


def test_half_precision_does_not_overflow_on_the_way():
    assert_values(ag.average_pooling(np.full(4, 60000, np.float16), (4,)), np.array([60000], np.float16))


def test_any_memory_layout():
    x = RNG.normal(size=(4, 6, 3, 2))
    expected = ag.max_pooling(np.ascontiguousarray(x.T), (2, 2)).data, ag.average_pooling(x.T.copy(), (2, 2)).data
    for laid in (x.T, np.asfortranarray(x.T), np.flip(np.flip(x.T).copy())):
        assert_values(ag.max_pooling(laid, (2, 2)), expected[0])
        assert_values(ag.average_pooling(laid, (2, 2)), expected[1])


def test_steps_take_no_element_twice():
    for windows in (Sliding(7, 4, 3, 2, 1), Adaptive(7, 3), Adaptive(2, 5), Adaptive(5, 7)):
        taken = [(w, e) for those, elements in windows.steps() for w, e in _pairs(windows, those, elements)]
        assert len(taken) == len(set(taken)) == windows.sizes(False).sum()
        for _, elements in windows.steps():
            found = np.arange(windows.length)[elements]
            assert len(found) == len(set(found.tolist()))


def _pairs(windows, those, elements):
    return zip(np.arange(windows.number)[those].tolist(), np.arange(windows.length)[elements].tolist(), strict=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ag.max_pooling(np.ones((2, 2)), (3, 1)),
            r"max_pooling: windows of size \(3, 1\).* do not fit .*\(2, 2\)",
        ),
        (lambda: ag.max_pooling(np.ones(4), (2, 2)), r"one number for each of the last axes.* shape \(4,\)"),
        (lambda: ag.max_pooling(np.ones(4), ()), "one number for each of the last axes"),
        (lambda: ag.adaptive_average_pooling(np.ones(4), ()), r"at least one.* got \(\)"),
        (lambda: ag.max_pooling(np.ones(4), (2,), (0,)), "size, stride and dilation are at least 1"),
        (lambda: ag.max_pooling(np.ones(4), (2,), (1, 1)), "one number for each of the last axes"),
        (lambda: ag.max_pooling(np.ones(4), (2,), (1,), (2,)), "padding is from 0 to half .*, got 2 .* over 2"),
        (lambda: ag.max_pooling(np.ones(0), (1,)), r"do not fit into axes of sizes \(0,\)"),
        (lambda: ag.average_pooling(np.ones(4), (5,)), r"average_pooling: windows of size \(5,\).* do not fit"),
        (lambda: ag.average_pooling(np.ones(4), (2,), divisor_override=0), "divisor_override cannot be 0"),
        (
            lambda: ag.adaptive_max_pooling(np.ones(4), (0,)),
            "adaptive_max_pooling: takes how many windows, at least one",
        ),
        (
            lambda: ag.adaptive_average_pooling(np.ones(4), (2, 2)),
            r"adaptive_average_pooling: .* got \(2, 2\) .* \(4,\)",
        ),
        (
            lambda: ag.max_unpooling(np.ones(2), [0, 1, 2], (4,)),
            r"max_unpooling: x and places have one shape.* int64 \(3,\)",
        ),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_places_that_are_none():
    with pytest.raises(TypeError, match="max_unpooling: places are integers"):
        ag.max_unpooling([1.0], [0.0], (4,))
    with pytest.raises(IndexError):
        ag.max_unpooling([1.0], [4], (4,))


@pytest.mark.parametrize("place", [-1, 5])
def test_unpooling_to_a_place_that_is_not_there(place):
    message = rf"max_unpooling: the place {place} is not in shape=\(5,\), which has places 0 to 4"
    with pytest.raises(IndexError, match=message):
        ag.max_unpooling(ag.Tensor([5.0, 3.0]), [place, 4], (5,))
