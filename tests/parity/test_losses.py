"""Losses beside PyTorch's: values and gradients, with all options."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

REDUCTIONS = ["mean", "sum", "none"]


def assert_alike(ours, theirs, input, target, rtol=1e-10):
    """Compare a loss and its gradient by the input."""
    x_ours, x_theirs = ag.Tensor(input, requires_grad=True), torch.tensor(input, requires_grad=True)
    loss_ours, loss_theirs = ours(x_ours, target), theirs(x_theirs, torch.tensor(target))
    np.testing.assert_allclose(loss_ours.data, loss_theirs.detach().numpy(), rtol=rtol, atol=1e-12)
    loss_ours.sum().backward()
    loss_theirs.sum().backward()
    np.testing.assert_allclose(x_ours.grad.data, x_theirs.grad.numpy(), rtol=rtol, atol=1e-12)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ["MSELoss", "L1Loss"])
def test_regression(name, reduction, rng):
    losses = [getattr(library, name)(reduction=reduction) for library in (nn, torch.nn)]
    assert_alike(*losses, rng.normal(size=(4, 3)), rng.normal(size=(4, 3)))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
def test_regression_with_weights(name, reduction, rng):
    weight = rng.uniform(0.5, 2.0, (4, 3))
    ours, theirs = (getattr(library.functional, name) for library in (nn, torch.nn))
    assert_alike(
        lambda x, y: ours(x, y, reduction=reduction, weight=weight),
        lambda x, y: theirs(x, y, reduction=reduction, weight=torch.tensor(weight)),
        rng.normal(size=(4, 3)),
        rng.normal(size=(4, 3)),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_binary_cross_entropy(reduction, weighted, rng):
    weight = rng.uniform(0.5, 2.0, 3) if weighted else None
    ours = nn.BCELoss(weight, reduction=reduction)
    theirs = torch.nn.BCELoss(None if weight is None else torch.tensor(weight), reduction=reduction)
    assert_alike(ours, theirs, rng.uniform(0, 1, (5, 3)), rng.uniform(0, 1, (5, 3)))
    edges = np.array([[0.0, 1.0, 0.0], [1.0, 0.5, 1e-30]])
    truth = np.array([[0.0, 1.0, 1.0], [0.0, 0.5, 1.0]])
    assert_alike(ours, theirs, edges, truth, rtol=1e-8)  # their bound of 1e-12 is a float32
    assert_alike(ours, theirs, edges.astype(np.float32), truth.astype(np.float32), rtol=1e-6)


def test_binary_cross_entropy_by_the_target(rng):
    p, y = rng.uniform(0.05, 0.95, (5, 3)), rng.uniform(0, 1, (5, 3))
    ours, theirs = ag.Tensor(y, requires_grad=True), torch.tensor(y, requires_grad=True)
    nn.functional.binary_cross_entropy(p, ours).backward()
    torch.nn.functional.binary_cross_entropy(torch.tensor(p), theirs).backward()
    np.testing.assert_allclose(ours.grad.data, theirs.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("weighted", "positive"), [(False, False), (False, True), (True, True)])
def test_binary_cross_entropy_with_logits(reduction, weighted, positive, rng):
    weights = [rng.uniform(0.5, 2.0, 3) if wanted else None for wanted in (weighted, positive)]
    tensors = [None if weight is None else torch.tensor(weight) for weight in weights]
    ours = nn.BCEWithLogitsLoss(weights[0], reduction=reduction, pos_weight=weights[1])
    theirs = torch.nn.BCEWithLogitsLoss(tensors[0], reduction=reduction, pos_weight=tensors[1])
    assert_alike(ours, theirs, rng.normal(size=(5, 3)) * 10, rng.uniform(0, 1, (5, 3)))
    assert_alike(ours, theirs, np.array([[0.0, 1000.0, -1000.0]]), np.array([[1.0, 0.0, 0.0]]))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("shape", [(6, 4), (4,), (3, 4, 2), (2, 4, 3, 2)], ids=str)
def test_cross_entropy(reduction, weighted, smoothing, shape, rng):
    weight = rng.uniform(0.5, 2.0, 4) if weighted else None
    options = {"reduction": reduction, "label_smoothing": smoothing}
    ours = nn.CrossEntropyLoss(weight, **options)
    theirs = torch.nn.CrossEntropyLoss(None if weight is None else torch.tensor(weight), **options)
    x = rng.normal(size=shape) * 3
    places = shape[:1] + shape[2:] if len(shape) > 1 else ()
    assert_alike(ours, theirs, x, rng.integers(0, 4, places))
    truth = np.moveaxis(rng.dirichlet(np.ones(4), size=places), -1, 0 if len(shape) == 1 else 1)
    assert_alike(ours, theirs, x, np.ascontiguousarray(truth))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("ignored", [-100, 2])
def test_ignored_classes(reduction, weighted, smoothing, ignored, rng):
    weight = rng.uniform(0.5, 2.0, 4) if weighted else None
    options = {"reduction": reduction, "label_smoothing": smoothing, "ignore_index": ignored}
    ours = nn.CrossEntropyLoss(weight, **options)
    theirs = torch.nn.CrossEntropyLoss(None if weight is None else torch.tensor(weight), **options)
    assert_alike(ours, theirs, rng.normal(size=(6, 4)), np.array([0, ignored, 3, 1, ignored, 0]))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_negative_log_likelihood(reduction, weighted, rng):
    weight = rng.uniform(0.5, 2.0, 4) if weighted else None
    ours = nn.NLLLoss(weight, ignore_index=1, reduction=reduction)
    theirs = torch.nn.NLLLoss(None if weight is None else torch.tensor(weight), ignore_index=1, reduction=reduction)
    assert_alike(ours, theirs, rng.normal(size=(5, 4)), np.array([0, 1, 2, 3, 0]))


def test_huge_logits():
    x = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 1000.0]])
    assert_alike(nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss(), x, np.array([1, 2]))
    assert_alike(nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss(), x.astype(np.float32), np.array([1, 2]), 1e-6)
