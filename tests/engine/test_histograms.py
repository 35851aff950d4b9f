"""Histograms: NumPy's counts, sums and edges, and the gradients by weights and edges."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck
from tests.engine.helpers import assert_values, weight

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=60)
Y = RANDOM.normal(size=60)
WEIGHTS = RANDOM.uniform(0.5, 2.0, 60)
EDGES = np.array([-2.0, -0.5, 0.25, 1.0, 1.0, 3.0])
BINS = [10, 1, EDGES, "auto", "sturges", "fd"]


def assert_same(results, expected):
    assert len(results) == len(expected)
    for result, wanted in zip(results, expected, strict=True):
        assert_values(result, wanted, rtol=1e-13)
        assert result.dtype == wanted.dtype


@pytest.mark.parametrize("bins", BINS, ids=str)
@pytest.mark.parametrize("limits", [None, (-1.0, 0.75), (0, 5)])
@pytest.mark.parametrize("density", [None, True])
def test_histogram(bins, limits, density):
    for x in (X, X.reshape(6, 10), X.astype(np.float32), np.arange(12) % 5, X[:0], np.array([2.0, 2.0])):
        if density and (bins is EDGES or not np.histogram(x, bins, limits)[0].any()):
            continue  # 0 / 0
        assert_same(np.histogram(Tensor(x), bins, limits, density), np.histogram(x, bins, limits, density))
        assert_values(np.histogram_bin_edges(Tensor(x), bins, limits), np.histogram_bin_edges(x, bins, limits))


@pytest.mark.parametrize("weights", [WEIGHTS, WEIGHTS.astype(np.float32), np.arange(60), WEIGHTS * (1 + 2j)])
@pytest.mark.parametrize("density", [False, True])
def test_weighted_histogram(weights, density):
    for bins in (7, np.unique(EDGES)):
        result = ag.histogram(X, bins, density=density, weights=Tensor(weights))
        expected = np.histogram(X, bins, density=density, weights=weights)
        assert_values(result[0], expected[0], rtol=1e-5 if weights.dtype == np.float32 else 1e-13)
        assert result[0].dtype == expected[0].dtype
        assert_values(result[1], expected[1])


def test_elements_on_edges_and_undefined_ones():
    x = np.array([0.0, 1.0, 2.0, 3.0, -1.0, 4.0, np.nan])
    for bins in (3, [0.0, 1.0, 2.0, 3.0]):
        assert_same(ag.histogram(x, bins, (0, 3)), np.histogram(x, bins, (0, 3)))
    rounding = np.arange(0, 1.01, 0.1)
    assert_same(ag.histogram(rounding, 10), np.histogram(rounding, 10))


def test_gradients():
    edges = np.array([-3.0, -0.5, 0.25, 3.0])
    gradcheck(lambda w: np.histogram(X, edges, weights=w)[0], WEIGHTS)
    gradcheck(lambda w: np.histogram(X, 5, weights=w, density=True)[0], WEIGHTS)
    gradcheck(lambda w: np.histogram(X, 5, weights=w * (1 + 2j))[0], WEIGHTS)
    gradcheck(lambda x: np.histogram(x, 5)[1], X[:6])
    gradcheck(lambda x: np.histogram(x, 3, density=True)[0], X[:6])
    gradcheck(lambda edges: np.histogram(X, edges, density=True)[0], edges)
    gradcheck(lambda ends: np.histogram_bin_edges(X, 4, ends), np.array([-1.0, 2.0]))
    w = weight(WEIGHTS, np.float32)
    np.histogram(X, 5, weights=w)[0].sum().backward()
    assert (w.grad.dtype, w.grad.shape) == (np.float32, (60,))
    assert not np.histogram(weight(X), 5)[0].requires_grad


@pytest.mark.parametrize("bins", [4, (3, 5), (EDGES[:4], 2), [EDGES[:3], EDGES[:4]]], ids=str)
@pytest.mark.parametrize("density", [None, True])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_histograms_of_several_coordinates(bins, density, weights):
    options = {"bins": bins, "density": density, "weights": weights}
    points = np.stack([X, Y], axis=1)
    for sample in (points, [X, Y]):
        sums, edges = ag.histogramdd(Tensor(sample) if sample is points else sample, **options)
        expected, expected_edges = np.histogramdd(sample, **options)
        assert_same([sums, *edges], [expected, *expected_edges])
    assert_same(np.histogram2d(Tensor(X), Y, **options), np.histogram2d(X, Y, **options))
    limits = [(-1.0, 1.0), (0.0, 2.0)]
    assert_same(np.histogram2d(Tensor(X), Y, range=limits, **options), np.histogram2d(X, Y, range=limits, **options))


def test_one_vector_of_edges_is_for_both():
    edges = np.unique(EDGES)
    assert_same(np.histogram2d(Tensor(X), Y, edges), np.histogram2d(X, Y, edges))
    assert_same(np.histogram2d(Tensor(X), Y, list(edges)), np.histogram2d(X, Y, list(edges)))
    assert_same(np.histogram2d(Tensor(X), Y, Tensor(edges)), np.histogram2d(X, Y, edges))
    counts, (along,) = np.histogramdd(Tensor(X), 3)
    expected, (expected_along,) = np.histogramdd(X, 3)
    assert_same([counts, along], [expected, expected_along])


@pytest.mark.parametrize("points", [np.zeros((0, 1), np.float32), np.ones((3, 1), np.float32), np.zeros(0, np.int8)])
@pytest.mark.parametrize("limits", [None, [(0, 1)], [(np.float32(0), np.float32(2))]])
def test_the_dtype_of_edges_is_that_of_their_ends(points, limits):
    _, (edges,) = np.histogramdd(Tensor(points), 2, limits)
    _, (expected,) = np.histogramdd(points, 2, limits)
    np.testing.assert_array_equal(edges.data, expected, strict=True)


def test_gradients_of_several_coordinates():
    gradcheck(lambda w: np.histogram2d(X, Y, 3, weights=w)[0], WEIGHTS)
    gradcheck(lambda w: np.histogramdd([X, Y], 3, weights=w, density=True)[0], WEIGHTS)
    gradcheck(lambda edges: np.histogram2d(X, Y, [edges, 3], density=True)[0], np.array([-4.0, 0.2, 4.0]))
    gradcheck(lambda x: np.histogram2d(x, Y[:5], 2)[1], X[:5])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ag.histogram(X, 0), ValueError, "histogram"),
        (lambda: ag.histogram(X, 2.5), TypeError, "histogram"),
        (lambda: ag.histogram(X, [2.0, 1.0]), ValueError, "histogram: the edges of bins must not go down"),
        (lambda: ag.histogram(X, [[1.0, 2.0]]), ValueError, "histogram: bins are a number, a name, or a vector"),
        (lambda: ag.histogram(X, 3, (2, 1)), ValueError, "histogram: the range goes up"),
        (lambda: ag.histogram([np.inf, 1.0], 3), ValueError, "histogram: the bins must end somewhere"),
        (lambda: ag.histogram(X, 3, weights=WEIGHTS[:4]), ValueError, "histogram: there is a weight for each element"),
        (lambda: ag.histogram(X, "auto", weights=WEIGHTS), TypeError, "histogram"),
        (lambda: ag.histogramdd([X, Y], (1, 2, 3)), ValueError, "histogramdd: the points have 2 coordinates; bins"),
        (lambda: ag.histogramdd([X, Y[:3]]), ValueError, "histogramdd: points are given as"),
        (lambda: ag.histogramdd([X, Y], (3, 0)), ValueError, "histogramdd: there is at least one bin; given 0"),
        (lambda: ag.histogramdd([X, Y], "auto"), TypeError, "histogramdd: bins are a whole number"),
        (lambda: ag.histogram2d(X, Y, weights=WEIGHTS[:3]), ValueError, "histogram2d: there is a weight for each"),
        (lambda: ag.histogram2d(X, Y, weights=WEIGHTS * 1j), TypeError, "histogram2d: weights are real"),
        (lambda: ag.histogram2d(X, Y[:3]), ValueError, "histogram2d: x and y are vectors of one length"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("function", [np.histogram, np.histogram_bin_edges])
def test_complex_numbers_have_no_bins(function):
    with pytest.raises(TypeError, match="bins lie on the real line"):
        function(ag.Tensor([1.0 + 1j, 2.0]))


def test_the_edges_of_all_coordinates_have_the_dtype_of_all_points():
    x, y = np.float32([0.25, 0.5]), np.array([0.5, 0.75])
    assert_same(np.histogram2d(Tensor(x), y, bins=2), np.histogram2d(x, y, bins=2))
