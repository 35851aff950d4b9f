"""Dropout: what stays, what goes, how often, and what gradients pass."""

import math

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import gradcheck

F = nn.functional
KINDS = [nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout]
SHAPES = {nn.Dropout1d: (50, 40, 3), nn.Dropout2d: (50, 40, 3, 2), nn.Dropout3d: (50, 40, 3, 2, 1)}


def example(kind):
    return np.random.default_rng(0).normal(size=SHAPES.get(kind, (50, 40, 6)))


@pytest.mark.parametrize("kind", KINDS)
def test_evaluation_is_the_identity(kind):
    x = example(kind)
    assert np.array_equal(kind(0.7).eval()(x).data, x)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_and_all(kind):
    x = example(kind)
    assert np.array_equal(kind(0.0)(x).data, x)
    assert not kind(1.0)(x).data.any()
    bad = np.full_like(x, np.inf)
    t = ag.Tensor(bad, requires_grad=True)
    y = kind(1.0)(t)
    y.sum().backward()
    assert not y.data.any()
    assert not t.grad.data.any()


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_elements_stay_as_often_as_asked_for_and_are_scaled(p):
    ag.manual_seed(1)
    x = np.random.default_rng(0).normal(size=20_000)
    y = nn.Dropout(p)(x).data
    kept = y != 0
    assert abs(kept.mean() - (1 - p)) < 4 * math.sqrt(p * (1 - p) / x.size)
    np.testing.assert_allclose(y[kept], x[kept] / (1 - p))


@pytest.mark.parametrize("kind", [nn.Dropout1d, nn.Dropout2d, nn.Dropout3d])
def test_whole_channels_go(kind):
    ag.manual_seed(1)
    x = np.ones(SHAPES[kind])
    kept = kind(0.4)(x).data != 0
    by_channel = kept.reshape(50 * 40, -1)
    assert (by_channel.all(axis=1) | ~by_channel.any(axis=1)).all()
    assert abs(by_channel[:, 0].mean() - 0.6) < 0.05
    if kind is not nn.Dropout2d:  # for which three axes are a batch of sequences
        alone = kind(0.4)(x[0]).data.reshape(40, -1) != 0
        assert (alone.all(axis=1) | ~alone.any(axis=1)).all()
        assert 0 < alone[:, 0].sum() < 40


def test_dropout2d_takes_three_axes_for_sequences():
    ag.manual_seed(1)
    kept = F.dropout2d(np.ones((30, 20, 4)), 0.5).data != 0
    assert (kept.all(axis=2) | ~kept.any(axis=2)).all()
    assert len({tuple(row) for row in kept[:, :, 0]}) > 1


@pytest.mark.parametrize("kind", [nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_mean_and_variance_stay(kind):
    ag.manual_seed(1)
    y = kind(0.2)(np.random.default_rng(0).normal(size=(400, 100, 5))).data
    assert abs(y.mean()) < 0.03
    assert abs(y.var() - 1) < 0.05
    if kind is nn.FeatureAlphaDropout:
        same = np.ptp(y, axis=2) == 0
        assert abs(same.mean() - 0.2) < 0.02


def test_alpha_dropout_by_the_formula():
    ag.manual_seed(3)
    y = F.alpha_dropout(np.full(50, 2.0), 0.25, training=True).data
    low, a = -1.7580993408473766, (0.75 * (1 + 0.25 * 1.7580993408473766**2)) ** -0.5
    assert set(y.round(9)) == {round(a * (2.0 - 0.25 * low), 9), round(a * (low - 0.25 * low), 9)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_repeats_the_choice_in_both_precisions(kind):
    x = example(kind)
    layer = kind(0.5)
    ag.manual_seed(5)
    first = layer(x)
    ag.manual_seed(5)
    again = layer(x.astype(np.float32))
    assert again.dtype == np.float32
    np.testing.assert_allclose(again.data, first.data, atol=1e-5)
    assert not np.array_equal(layer(x).data, first.data)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind):
    layer, x = kind(0.5), example(kind)[:3, :4]

    def repeated(x):
        ag.manual_seed(2)
        return layer(x)

    gradcheck(repeated, x)


@pytest.mark.parametrize("kind", KINDS)
def test_in_place_the_tensor_that_is_given_moves_on(kind):
    ag.manual_seed(2)
    source = ag.Tensor(example(kind), requires_grad=True)
    x = source * 1
    y = kind(0.5, inplace=True)(x)
    assert y is x
    assert not np.array_equal(x.data, source.data)
    y.sum().backward()
    assert (source.grad.data != 1).any()
    kind(0.5, inplace=True).eval()(x)
    assert x is y


def test_shown_and_refused():
    assert repr(nn.Dropout(0.2)) == "Dropout(p=0.2, inplace=False)"
    assert repr(nn.FeatureAlphaDropout(inplace=True)) == "FeatureAlphaDropout(p=0.5, inplace=True)"
    for p in (-0.1, 1.5, math.nan):
        with pytest.raises(ValueError, match="Dropout: p is a probability, from 0 to 1"):
            nn.Dropout(p)
        with pytest.raises(ValueError, match="dropout: p is a probability"):
            F.dropout([1.0], p)
    with pytest.raises(ValueError, match=r"dropout1d: the input must have 2 or 3 axes"):
        F.dropout1d(np.ones((2, 3, 4, 5)))
    with pytest.raises(ValueError, match=r"feature_alpha_dropout: the input must be \(N, C, \*\)"):
        F.feature_alpha_dropout(np.ones(3), training=True)
    assert F.feature_alpha_dropout(np.ones(3)).shape == (3,)
    with pytest.raises(TypeError, match="dropout: takes floating numbers"):
        F.dropout([1, 2])
    assert nn.Dropout()(np.ones((0, 3))).shape == (0, 3)
