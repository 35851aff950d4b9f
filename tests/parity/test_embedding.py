"""Embeddings, bags of them, one-hot vectors and bilinear maps beside PyTorch's: values, gradients, state and repr."""

import inspect

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")
F = nn.functional
G = torch.nn.functional


def assert_close(ours, theirs, rtol=1e-10):
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=rtol, atol=1e-12)


def pair(name, *arguments, **options):
    theirs = getattr(torch.nn, name)(*arguments, dtype=torch.float64, **options)
    ours = getattr(nn, name)(*arguments, dtype=np.float64, **options)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    assert repr(ours) == repr(theirs)
    return ours, theirs


def assert_same(ours, theirs, mine, other, rng):
    """Compare results of modules and the gradients of their parameters."""
    assert_close(mine, other)
    g = rng.normal(size=mine.shape)
    mine.backward(g)
    other.backward(torch.tensor(g))
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_close(p, q)
        assert_close(p.grad, q.grad)
        p.grad = q.grad = None


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"padding_idx": 0},
        {"padding_idx": -2},
        {"max_norm": 1.0},
        {"max_norm": 0.5, "norm_type": 1.0},
        {"scale_grad_by_freq": True},
        {"scale_grad_by_freq": True, "padding_idx": 3},
    ],
    ids=str,
)
def test_embedding(options, rng):
    ours, theirs = pair("Embedding", 7, 3, **options)
    for shape in ((), (5,), (4, 6), (2, 3, 4), (0, 2)):
        indices = rng.integers(0, 7, shape)
        assert_same(ours, theirs, ours(indices), theirs(torch.tensor(indices)), rng)


@pytest.mark.parametrize("padding_idx", [None, 2, -1])
@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags(mode, padding_idx, rng):
    ours, theirs = pair("EmbeddingBag", 7, 3, mode=mode, padding_idx=padding_idx)
    for shape in ((4, 5), (1, 1), (3, 1)):
        indices = rng.integers(0, 7, shape)
        assert_same(ours, theirs, ours(indices), theirs(torch.tensor(indices)), rng)
    for offsets in ([0, 3, 7], [0], [0, 0, 4, 4, 9, 12], [0, 12, 12]):
        indices = rng.integers(0, 7, 12)
        mine, other = ours(indices, offsets), theirs(torch.tensor(indices), torch.tensor(offsets))
        assert_same(ours, theirs, mine, other, rng)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags_that_say_where_the_last_one_ends(mode, rng):
    ours, theirs = pair("EmbeddingBag", 7, 3, mode=mode, include_last_offset=True)
    indices = rng.integers(0, 7, 9)
    for offsets in ([0, 3, 9], [0, 0, 4, 9, 9]):
        mine, other = ours(indices, offsets), theirs(torch.tensor(indices), torch.tensor(offsets))
        assert_same(ours, theirs, mine, other, rng)


@pytest.mark.parametrize("mode", ["sum", "mean"])
def test_short_rows_of_bags(mode, rng):
    ours, theirs = pair("EmbeddingBag", 7, 3, mode=mode, max_norm=1.0)
    indices = rng.integers(0, 7, (4, 5))
    assert_same(ours, theirs, ours(indices), theirs(torch.tensor(indices)), rng)


def test_the_gradient_of_rows_by_how_often_they_occur_in_bags(rng):
    """As if each row were looked up by ``embedding``; PyTorch's bags divide by the counts of other rows."""
    ours = nn.EmbeddingBag(7, 3, mode="sum", scale_grad_by_freq=True, dtype=np.float64)
    theirs = torch.nn.Embedding(7, 3, scale_grad_by_freq=True)
    theirs.weight.data = torch.tensor(ours.weight.data)
    indices = rng.integers(0, 7, (4, 5))
    g = rng.normal(size=(4, 3))
    ours(indices).backward(g)
    theirs(torch.tensor(indices)).sum(1).backward(torch.tensor(g))
    assert_close(ours.weight.grad, theirs.weight.grad)


@pytest.mark.parametrize("padding_idx", [None, 2])
def test_weights_of_samples(padding_idx, rng):
    ours, theirs = pair("EmbeddingBag", 7, 3, mode="sum", padding_idx=padding_idx)
    for shape, offsets in (((4, 5), None), ((9,), [0, 2, 2, 6])):
        indices, weights = rng.integers(0, 7, shape), rng.normal(size=shape)
        a, b = ag.Tensor(weights, requires_grad=True), torch.tensor(weights, requires_grad=True)
        mine = ours(indices, offsets, a)
        other = theirs(torch.tensor(indices), None if offsets is None else torch.tensor(offsets), b)
        assert_same(ours, theirs, mine, other, rng)
        assert_close(a.grad, b.grad)


def test_pretrained(rng):
    table = rng.normal(size=(5, 3))
    for name in ("Embedding", "EmbeddingBag"):
        for freeze in (True, False):
            ours = getattr(nn, name).from_pretrained(table, freeze=freeze, padding_idx=1)
            theirs = getattr(torch.nn, name).from_pretrained(torch.tensor(table), freeze=freeze, padding_idx=1)
            assert repr(ours) == repr(theirs)
            assert ours.weight.requires_grad == theirs.weight.requires_grad
            assert_close(ours([[1, 4]]), theirs(torch.tensor([[1, 4]])))


def test_classes_as_vectors(rng):
    for shape in ((), (5,), (2, 3)):
        classes = rng.integers(0, 6, shape)
        for count in (-1, 6, 9):
            ours, theirs = F.one_hot(classes, count), G.one_hot(torch.tensor(classes), count)
            assert ours.dtype == np.int64
            np.testing.assert_array_equal(ours.data, theirs.numpy())
    assert F.one_hot(np.zeros((0, 2), np.int64), 3).shape == (0, 2, 3)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(5,), (2, 5), (), (0,)])
def test_bilinear(shape, bias, rng):
    ours, theirs = pair("Bilinear", 3, 4, 2, bias=bias)
    x, y = rng.normal(size=(*shape, 3)), rng.normal(size=(*shape, 4))
    a = [ag.Tensor(each, requires_grad=True) for each in (x, y)]
    b = [torch.tensor(each, requires_grad=True) for each in (x, y)]
    assert_same(ours, theirs, ours(*a), theirs(*b), rng)
    for mine, other in zip(a, b, strict=True):
        assert_close(mine.grad, other.grad)


@pytest.mark.parametrize("name", ["Embedding", "EmbeddingBag"])
def test_arguments_of_given_vectors_are_named_and_preset_as_theirs(name):
    ours, theirs = (inspect.signature(getattr(library, name).from_pretrained).parameters for library in (nn, torch.nn))
    assert {key: p.default for key, p in ours.items()} == {key: p.default for key, p in theirs.items()}


TABLE = np.ones((4, 2))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda f, t: f.embedding(t([4]), t(TABLE)), IndexError),
        (lambda f, t: f.embedding(t([-1]), t(TABLE)), IndexError),
        (lambda f, t: f.embedding(t([0.5]), t(TABLE)), TypeError),
        (lambda f, t: f.embedding(t([0]), t(TABLE), padding_idx=4), ValueError),
        (lambda f, t: f.embedding_bag(t([0, 1]), t(TABLE)), ValueError),
        (lambda f, t: f.embedding_bag(t([[0, 1]]), t(TABLE), t([0])), ValueError),
        (lambda f, t: f.embedding_bag(t([0, 1]), t(TABLE), t([1])), ValueError),
        (lambda f, t: f.embedding_bag(t([0, 1]), t(TABLE), t([0]), mode="median"), ValueError),
        (lambda f, t: f.embedding_bag(t([[0, 1]]), t(TABLE), per_sample_weights=t([[1.0, 1.0]])), ValueError),
        (lambda f, t: f.embedding_bag(t([[0, 1]]), t(TABLE), mode="max", scale_grad_by_freq=True), ValueError),
        (lambda f, t: f.one_hot(t([3]), 3), ValueError),
        (lambda f, t: f.one_hot(t([-1])), ValueError),
        (lambda f, t: f.one_hot(t([0.5])), TypeError),
        (lambda f, t: f.bilinear(t([1.0]), t([1.0]), t(np.ones((1, 2, 1)))), ValueError),
    ],
)
def test_what_they_refuse_is_refused(call, error):
    with pytest.raises((RuntimeError, ValueError, IndexError, AssertionError, NotImplementedError)):
        call(G, torch.tensor)
    with pytest.raises(error):
        call(F, ag.Tensor)
