"""Embeddings, bags and bilinear maps: the layers by themselves; ``tests/parity`` compares with PyTorch."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import gradcheck, gradgradcheck

F = nn.functional
TABLE = np.array([[0.0, 0.5], [1.0, -2.0], [3.0, 4.0]])


def test_rows_and_their_gradients():
    table = ag.Tensor(TABLE, requires_grad=True)
    rows = F.embedding([[2, 0], [2, 1]], table)
    assert rows.tolist() == TABLE[[[2, 0], [2, 1]]].tolist()
    rows.sum().backward()
    assert table.grad.tolist() == [[1.0, 1.0], [1.0, 1.0], [2.0, 2.0]]


def test_padding_gets_no_gradient_and_starts_at_zero():
    layer = nn.Embedding(4, 3, padding_idx=-2)
    assert layer.padding_idx == 2
    assert layer.weight.data[2].tolist() == [0.0, 0.0, 0.0]
    assert layer.weight.data[[0, 1, 3]].all()
    layer([1, 2, 2]).sum().backward()
    assert layer.weight.grad.tolist() == [[0.0] * 3, [1.0] * 3, [0.0] * 3, [0.0] * 3]
    table = ag.Tensor(TABLE)
    assert F.embedding([1], table, padding_idx=1).tolist() == [[1.0, -2.0]]  # as it stands there


def test_long_rows_in_use_are_shortened_in_place():
    layer = nn.Embedding.from_pretrained(TABLE, freeze=False, max_norm=2.5)
    np.testing.assert_allclose(layer([2, 2, 0]).data, [[1.5, 2.0], [1.5, 2.0], [0.0, 0.5]], rtol=1e-6)
    np.testing.assert_allclose(layer.weight.data, [[0.0, 0.5], [1.0, -2.0], [1.5, 2.0]], rtol=1e-6)
    layer([2]).sum().backward()
    assert layer.weight.grad.tolist() == [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]


def test_gradients_by_how_often_a_row_occurs():
    table = ag.Tensor(TABLE, requires_grad=True)
    rows = F.embedding([2, 0, 2, 2], table, scale_grad_by_freq=True)
    assert rows.tolist() == TABLE[[2, 0, 2, 2]].tolist()
    rows.backward([[1.0, 1.0], [5.0, 5.0], [2.0, 0.0], [3.0, 2.0]])
    np.testing.assert_allclose(table.grad.data, [[5.0, 5.0], [0.0, 0.0], [2.0, 1.0]])


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags_are_what_their_rows_make(mode):
    numbers, offsets = np.array([2, 0, 1, 1, 2]), [0, 2, 2]
    reduce = {"sum": np.sum, "mean": np.mean, "max": np.max}[mode]
    expected = [reduce(TABLE[[2, 0]], axis=0), [0.0, 0.0], reduce(TABLE[[1, 1, 2]], axis=0)]
    np.testing.assert_allclose(F.embedding_bag(numbers, TABLE, offsets, mode=mode).data, expected)
    closed = F.embedding_bag(numbers, TABLE, [*offsets, 5], mode=mode, include_last_offset=True)
    np.testing.assert_allclose(closed.data, expected)
    np.testing.assert_allclose(F.embedding_bag([[2, 0]], TABLE, mode=mode).data, expected[:1])
    only_padding = F.embedding_bag([[1, 1]], TABLE, mode=mode, padding_idx=1)
    assert only_padding.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_gradients_of_tables(mode):
    gradcheck(lambda t: F.embedding_bag([2, 0, 1, 1], t, [0, 2, 2], mode=mode), TABLE)
    gradcheck(lambda t: F.embedding([[2, 0], [1, 1]], t), TABLE)
    gradgradcheck(lambda t: F.embedding_bag([[2, 0]], t, mode=mode) ** 3, TABLE)
    weights = np.array([[0.5, -1.0]])
    gradcheck(lambda t, w: F.embedding_bag([[2, 0]], t, mode="sum", per_sample_weights=w), TABLE, weights)


def test_nothing_to_look_up():
    assert nn.Embedding(3, 2)([]).shape == (0, 2)
    assert nn.EmbeddingBag(3, 2)(np.zeros((0, 4), int)).shape == (0, 2)
    assert nn.EmbeddingBag(3, 2)(np.zeros((4, 0), int)).tolist() == [[0.0, 0.0]] * 4
    assert nn.EmbeddingBag(3, 2)([], offsets=[0, 0]).tolist() == [[0.0, 0.0]] * 2


def test_precision_and_repeatability():
    ag.manual_seed(4)
    layer = nn.Embedding(1000, 8)
    assert layer.weight.dtype == layer([1]).dtype == np.float32
    assert abs(layer.weight.data.std() - 1) < 0.05
    ag.manual_seed(4)
    assert np.array_equal(nn.Embedding(1000, 8).weight.data, layer.weight.data)
    assert nn.EmbeddingBag(3, 2, dtype=np.float64)([[0]]).dtype == np.float64
    for options in ({"mode": "mean"}, {"mode": "max"}, {"mode": "sum", "scale_grad_by_freq": True}):
        bags = nn.EmbeddingBag(3, 2, padding_idx=1, **options)
        result = bags([[0, 1], [2, 2]])
        result.sum().backward()
        assert result.dtype == bags.weight.grad.dtype == np.float32
    rare = nn.Embedding(3, 2, padding_idx=1, scale_grad_by_freq=True, max_norm=1.0)
    assert rare([0, 1]).dtype == np.float32
    assert nn.Bilinear(2, 3, 4)(np.ones((1, 2), np.float32), np.ones((1, 3), np.float32)).dtype == np.float32


def test_shown():
    assert repr(nn.Embedding(5, 2, max_norm=1.0)) == "Embedding(5, 2, max_norm=1.0)"
    assert repr(nn.EmbeddingBag(5, 2, mode="sum")) == "EmbeddingBag(5, 2, mode='sum')"
    assert nn.Embedding(5, 2).title == "Embedding(5, 2)"


def test_one_hot():
    assert F.one_hot([[0], [2]]).tolist() == [[[1, 0, 0]], [[0, 0, 1]]]
    assert F.one_hot(1, num_classes=2).tolist() == [0, 1]


def test_bilinear():
    x, y = np.array([[1.0, 2.0]]), np.array([[3.0, -1.0, 0.5]])
    layer = nn.Bilinear(2, 3, 4, dtype=np.float64)
    expected = np.einsum("ni,oij,nj->no", x, layer.weight.data, y) + layer.bias.data
    np.testing.assert_allclose(layer(x, y).data, expected)
    gradcheck(layer, x, y)
    gradcheck(lambda: layer(x, y) ** 2, parameters=dict(layer.named_parameters()))
    gradgradcheck(layer, x, y)
    bound = 1 / np.sqrt(400)
    assert 0.9 * bound < np.abs(nn.Bilinear(400, 3, 4).weight.data).max() <= bound


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: F.embedding([3], TABLE), IndexError, "rows are numbered from 0 to 2, got numbers from 3 to 3"),
        (lambda: F.embedding([0.5], TABLE), TypeError, "embedding: input holds whole numbers, got float64"),
        (lambda: F.embedding([0], TABLE[0]), ValueError, r"weight is a table, \(N, D\), got float64"),
        (lambda: F.embedding([0], TABLE, sparse=True), ValueError, "all gradients here are dense; leave it out"),
        (lambda: nn.Embedding(3, 2, sparse=True), ValueError, "Embedding: sparse=True asks for sparse gradients"),
        (lambda: nn.Embedding(3, 2, padding_idx=3), ValueError, "padding_idx=3 is none of num_embeddings=3"),
        (lambda: nn.Embedding.from_pretrained([1.0]), ValueError, r"a table, \(N, D\), got float64 \(1,\)"),
        (lambda: nn.Embedding(3, 2, _weight=TABLE.T), ValueError, r"the weight must have the shape \(3, 2\)"),
        (
            lambda: F.embedding([0], TABLE, max_norm=1.0),
            TypeError,
            "changes weight in place, which must be a Tensor; got",
        ),
        (lambda: F.embedding_bag([0], TABLE), ValueError, r"the input is \(B, n\), or \(L,\) with offsets"),
        (lambda: F.embedding_bag([[0]], TABLE, [0]), ValueError, "offsets go with an input of one axis"),
        (lambda: F.embedding_bag([0, 1], TABLE, [0, 2, 1]), ValueError, "offsets grow from 0 to 2 at most"),
        (lambda: F.embedding_bag([0], TABLE, [0], mode="min"), ValueError, "mode is 'sum', 'mean' or 'max'"),
        (
            lambda: F.embedding_bag([[0, 1]], TABLE, mode="sum", per_sample_weights=[1.0]),
            ValueError,
            r"per_sample_weights must have the shape of the input, \(1, 2\)",
        ),
        (lambda: F.one_hot([0, 3], 3), ValueError, "got num_classes=3 and int64 .* from 0 to 3"),
        (lambda: F.one_hot([]), ValueError, "one_hot: classes are from 0"),
        (lambda: F.bilinear([1.0], [1.0], np.ones((1, 2, 1))), ValueError, r"a weight \(out, in1, in2\) are needed"),
        (lambda: nn.Bilinear(0, 1, 1), ValueError, "in1_features is at least 1"),
    ],
)
def test_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
