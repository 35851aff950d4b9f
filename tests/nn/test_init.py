"""Initial values: bounds, deviations, repeatability and errors."""

import math

import numpy as np
import pytest
from scipy import stats

import autograd as ag
import nn
from nn import init


def weights(*shape):
    return nn.Parameter(np.zeros(shape, np.float32))


def test_constants():
    assert init.zeros_(weights(2)).tolist() == [0.0, 0.0]
    assert init.ones_(weights(2)).tolist() == [1.0, 1.0]
    assert init.constant_(weights(2), 0.25).tolist() == [0.25, 0.25]


def test_each_gives_the_tensor_that_it_filled():
    parameter = weights(2, 3)
    assert init.xavier_uniform_(parameter) is parameter
    assert parameter.dtype == np.float32
    assert parameter.requires_grad


@pytest.mark.parametrize(
    ("fill", "deviation"),
    [
        (lambda t: init.uniform_(t, -1.0, 1.0), 1 / math.sqrt(3)),
        (lambda t: init.normal_(t, std=2.0), 2.0),
        (init.xavier_uniform_, math.sqrt(2 / (200 + 400))),
        (lambda t: init.xavier_normal_(t, gain=3.0), 3 * math.sqrt(2 / (200 + 400))),
        (lambda t: init.kaiming_uniform_(t, nonlinearity="relu"), math.sqrt(2 / 400)),
        (lambda t: init.kaiming_normal_(t, mode="fan_out", nonlinearity="tanh"), 5 / 3 / math.sqrt(200)),
        (lambda t: init.kaiming_uniform_(t, a=math.sqrt(5)), 1 / math.sqrt(3 * 400)),
    ],
)
def test_deviations(fill, deviation):
    ag.manual_seed(0)
    data = fill(weights(200, 400)).data
    assert data.std() == pytest.approx(deviation, rel=0.01)
    assert data.mean() == pytest.approx(0.0, abs=deviation / 50)


def test_kernels_count_for_the_fans():
    ag.manual_seed(0)
    data = init.xavier_uniform_(weights(20, 10, 3, 3)).data
    bound = math.sqrt(6 / (9 * 30))
    assert 0.95 * bound < np.abs(data).max() <= bound


def test_the_same_seed_gives_the_same_bits_in_any_precision():
    ag.manual_seed(3)
    single = init.normal_(weights(5, 5))
    ag.manual_seed(3)
    double = init.normal_(nn.Parameter(np.zeros((5, 5))))
    assert np.array_equal(single.data, double.data.astype(np.float32))


def test_gains():
    assert init.calculate_gain("linear") == init.calculate_gain("sigmoid") == init.calculate_gain("conv2d") == 1
    assert init.calculate_gain("relu") == math.sqrt(2)
    assert init.calculate_gain("leaky_relu") == pytest.approx(math.sqrt(2 / (1 + 1e-4)))
    assert init.calculate_gain("leaky_relu", 0.0) == math.sqrt(2)
    with pytest.raises(ValueError, match="unknown nonlinearity 'swishy'; known are linear"):
        init.calculate_gain("swishy")


def test_errors():
    with pytest.raises(ValueError, match=r"need at least two axes, \(out, in, ...\), got a Tensor of shape \(3,\)"):
        init.xavier_uniform_(weights(3))
    with pytest.raises(ValueError, match="mode is 'fan_in' or 'fan_out', got 'fan'"):
        init.kaiming_normal_(weights(3, 3), mode="fan")
    with pytest.raises(RuntimeError, match="computed by multiply"):
        init.zeros_(weights(3) * 2)


def test_empty_weights_are_filled_with_nothing():
    assert init.kaiming_uniform_(weights(3, 0)).shape == (3, 0)
    assert init.xavier_normal_(weights(0, 0)).shape == (0, 0)


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"),
    [(0, 1, -2, 2), (1, 2, 0, 1.5), (0, 1, 5, 6), (0, 1, -30, -29), (3, 0.5, -9, 1), (0, 1, 0, 99)],
)
def test_a_truncated_normal_distribution(mean, std, a, b):
    ag.manual_seed(0)
    values = init.trunc_normal_(nn.Parameter(np.zeros(20_000)), mean, std, a, b).data
    theirs = stats.truncnorm((a - mean) / std, (b - mean) / std, mean, std)
    assert a <= values.min()
    assert values.max() <= b
    assert stats.kstest(values, theirs.cdf).pvalue > 1e-3


def test_eye_and_dirac():
    np.testing.assert_array_equal(init.eye_(weights(2, 3)).data, np.eye(2, 3))
    x = np.random.default_rng(0).standard_normal((2, 4, 5, 5))
    kept = nn.Conv2d(4, 4, 3, padding=1, bias=False)
    init.dirac_(kept.weight)
    np.testing.assert_allclose(kept(x).data, x)
    grouped = nn.Conv2d(4, 4, 3, padding=1, groups=2, bias=False)
    init.dirac_(grouped.weight, groups=2)
    np.testing.assert_allclose(grouped(x).data, x)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (2, 3, 3), (1, 1)])
def test_orthogonal_rows_or_columns(shape):
    matrix = init.orthogonal_(weights(*shape), gain=2.0).data.reshape(shape[0], -1)
    product = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-5)


def test_sparse_columns():
    matrix = init.sparse_(weights(10, 7), 0.25, std=1.0).data
    np.testing.assert_array_equal((matrix == 0).sum(axis=0), np.full(7, 3))
    assert len(np.unique(matrix == 0, axis=1).T) > 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: init.trunc_normal_(weights(2), a=1.0, b=1.0), "takes a < b and std > 0"),
        (lambda: init.eye_(weights(2)), r"eye_: takes a matrix, got .* \(2,\)"),
        (lambda: init.dirac_(weights(2, 2)), "dirac_: takes weights of a convolution"),
        (lambda: init.dirac_(weights(3, 2, 1), groups=2), "3 channels cannot be cut into 2 groups"),
        (lambda: init.orthogonal_(weights(2)), "orthogonal_: takes at least two axes"),
        (lambda: init.sparse_(weights(2), 0.5), "sparse_: takes a matrix"),
        (lambda: init.sparse_(weights(2, 2), 1.5), "a share from 0 to 1, got 1.5"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
