"""Losses with margins, likelihoods, distances and CTC beside PyTorch's: values and gradients, with all options."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

REDUCTIONS = ["mean", "sum", "none"]


def assert_alike(ours, theirs, *operands, rtol=1e-10):
    """Compare a loss, and its gradients by all floating operands."""
    x_ours = [ag.Tensor(x, requires_grad=x.dtype.kind == "f") for x in map(np.asarray, operands)]
    x_theirs = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in map(np.asarray, operands)]
    loss_ours, loss_theirs = ours(*x_ours), theirs(*x_theirs)
    assert str(loss_theirs.dtype) == f"torch.{loss_ours.dtype}"
    assert loss_ours.shape == tuple(loss_theirs.shape)
    np.testing.assert_allclose(loss_ours.data, loss_theirs.detach().numpy(), rtol=rtol, atol=1e-12)
    loss_ours.sum().backward()
    loss_theirs.sum().backward()
    for x, y in zip(x_ours, x_theirs, strict=True):
        if y.grad is not None:
            np.testing.assert_allclose(x.grad.data, y.grad.numpy(), rtol=rtol, atol=rtol * 0.1)


def both(name, *arguments, **options):
    """Make the loss of that name with the same arguments here and there."""
    ours = getattr(nn, name)(*arguments, **options)
    tensors = {key: torch.tensor(value) if isinstance(value, np.ndarray) else value for key, value in options.items()}
    return ours, getattr(torch.nn, name)(*arguments, **tensors)


def signs(rng, *shape):
    return np.where(rng.random(shape) < 0.5, -1.0, 1.0)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("width", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rounded_kinks(reduction, width, dtype, rng):
    x, y = (rng.normal(size=(4, 3)).astype(dtype) * 2 for _ in range(2))
    x[0], y[0] = [0.0, width, -width], 0.0
    rtol = 1e-10 if dtype is np.float64 else 1e-5
    assert_alike(*both("SmoothL1Loss", reduction=reduction, beta=width), x, y, rtol=rtol)
    assert_alike(*both("HuberLoss", reduction=reduction, delta=width), x, y, rtol=rtol)
    assert_alike(*both("SmoothL1Loss", reduction=reduction, beta=0.0), x, y, rtol=rtol)


def test_huber_loss_with_weights(rng):
    x, y, weight = rng.normal(size=(3, 4, 2))
    ours = nn.functional.huber_loss(x, y, "mean", 0.7, weight)
    theirs = torch.nn.functional.huber_loss(*map(torch.tensor, (x, y)), "mean", 0.7, torch.tensor(weight))
    assert ours.item() == pytest.approx(theirs.item())


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("shape", [(4, 3), (4, 1), (4,), (1, 3)], ids=str)
def test_gaussian(reduction, full, shape, rng):
    var = rng.uniform(0.1, 2.0, shape)
    var.flat[0] = 1e-9  # less than the least variance
    losses = both("GaussianNLLLoss", full=full, eps=1e-3, reduction=reduction)
    assert_alike(*losses, rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), var)
    assert_alike(*losses, rng.normal(size=(4, 3)), rng.normal(size=(4, 1)), var)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("log_input", [False, True])
def test_poisson(reduction, full, log_input, rng):
    rate = rng.normal(size=(4, 3)) if log_input else rng.uniform(0.1, 3.0, (4, 3))
    counts = rng.integers(1, 5, (4, 3))
    losses = both("PoissonNLLLoss", log_input, full, reduction=reduction)
    assert_alike(*losses, rate, counts.astype(float))
    assert_alike(*losses, rate, counts, rtol=1e-6)  # their logarithm of integers is a float32


@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 2), (5,), ()], ids=str)
@pytest.mark.filterwarnings("ignore:reduction")
def test_divergence(reduction, log_target, shape, rng):
    losses = both("KLDivLoss", reduction=reduction, log_target=log_target)
    truth = rng.uniform(0.1, 1.0, shape)
    assert_alike(*losses, rng.normal(size=shape), np.log(truth) if log_target else truth)


def test_probabilities_of_zero_add_nothing_to_a_divergence():
    x, y = np.array([[-1.0, -2.0]]), np.array([[1.0, 0.0]])
    ours = nn.functional.kl_div(x, y, "sum")
    assert ours.item() == torch.nn.functional.kl_div(torch.tensor(x), torch.tensor(y), reduction="sum").item()


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("margin", [0.5, 1.0])
def test_signs(reduction, margin, rng):
    x, target = rng.normal(size=(4, 3)) * 2, signs(rng, 4, 3)
    x[0, 0] = margin
    assert_alike(*both("HingeEmbeddingLoss", margin, reduction=reduction), x, target.astype(int))
    assert_alike(*both("HingeEmbeddingLoss", margin, reduction=reduction), x, np.where(target < 0, 0, 1))
    assert_alike(*both("SoftMarginLoss", reduction=reduction), x, target.astype(int))
    y = rng.normal(size=(4, 3))
    x[1, 1], y[1, 1], target[1, 1] = y[1, 1] + margin, y[1, 1], 1.0
    assert_alike(*both("MarginRankingLoss", margin, reduction=reduction), x, y, target.astype(int))


def test_scores_of_any_size_have_a_soft_margin():
    x, target = np.array([1000.0, -1000.0, 0.0]), np.array([-1, 1, 1])
    loss = nn.functional.soft_margin_loss(x, target, "none")
    np.testing.assert_allclose(loss.data, [1000.0, 1000.0, np.log(2)])


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("margin", [0.5, 1.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_several_classes(reduction, p, margin, weighted, rng):
    weight = rng.uniform(0.5, 2.0, 4) if weighted else None
    losses = both("MultiMarginLoss", p, margin, weight=weight, reduction=reduction)
    x = rng.normal(size=(6, 4))
    x[0] = [0.0, margin, 0.0, -margin]  # at the margin
    assert_alike(*losses, x, rng.integers(0, 4, 6))
    assert_alike(*losses, x, np.array([1, 0, 0, 1, 2, 3]))
    assert_alike(*losses, x[1], np.array(2))


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_several_labels(reduction, rng):
    losses = both("MultiLabelMarginLoss", reduction=reduction)
    targets = np.array([[3, 0, -1, 1], [-1, 0, 1, 2], [0, 1, 2, 3], [2, 2, 0, -1], [1, -1, -1, -1]])
    assert_alike(*losses, rng.normal(size=(5, 4)), targets)
    for target in targets:
        assert_alike(*losses, rng.normal(size=4), target)
    assert_alike(*losses, np.array([1.0, 0.0, 2.0, 0.5]), np.array([0, -1, 0, 0]))  # at the margin
    for weight in (None, rng.uniform(0.5, 2.0, 4)):
        soft = both("MultiLabelSoftMarginLoss", weight=weight, reduction=reduction)
        assert_alike(*soft, rng.normal(size=(5, 4)) * 10, rng.uniform(size=(5, 4)))
        assert_alike(*soft, rng.normal(size=4), np.array([0, 1, 1, 0]))


@pytest.mark.parametrize("p", [1.0, 2.0, 2.5, 3.0, np.inf])
@pytest.mark.parametrize("keepdim", [False, True])
def test_pairwise_distance(p, keepdim, rng):
    distances = both("PairwiseDistance", p, 1e-6, keepdim)
    assert_alike(*distances, rng.normal(size=(5, 3)), rng.normal(size=(5, 3)))
    assert_alike(*distances, rng.normal(size=3), rng.normal(size=3))
    assert_alike(*distances, rng.normal(size=(2, 1, 3)), rng.normal(size=(5, 3)))
    x = rng.normal(size=(2, 3))
    if p != np.inf:  # where theirs gives all of the gradient to one of the equal elements
        assert_alike(nn.PairwiseDistance(p, 0.0), torch.nn.PairwiseDistance(p, 0.0), x, x)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("eps", [1e-8, 0.5])
def test_cosine_similarity(dim, eps, rng):
    cosines = both("CosineSimilarity", dim, eps)
    x, y = rng.normal(size=(2, 4, 3))
    assert_alike(*cosines, x, y)
    assert_alike(*cosines, x * 0.1, y[:1])
    x[1], y[:, 1] = 0.0, 0.0
    assert_alike(*cosines, x, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("margin", [0.0, 0.3])
def test_cosine_embedding(reduction, margin, rng):
    losses = both("CosineEmbeddingLoss", margin, reduction=reduction)
    x, y = rng.normal(size=(2, 6, 3))
    assert_alike(*losses, x, y, signs(rng, 6).astype(int))
    x[0] = 0.0
    assert_alike(*losses, x, y, signs(rng, 6).astype(int), rtol=1e-7)  # what they add to squares is a float32
    assert_alike(*losses, x[1], y[1], np.array(-1))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("p", [1.0, 2.0, 3.0])
def test_triplets(reduction, swap, p, rng):
    losses = both("TripletMarginLoss", 0.8, p, 1e-5, swap, reduction=reduction)
    assert_alike(*losses, *rng.normal(size=(3, 6, 4)))
    assert_alike(*losses, *rng.normal(size=(3, 4)))
    free = both("TripletMarginWithDistanceLoss", margin=0.8, swap=swap, reduction=reduction)
    assert_alike(*free, *rng.normal(size=(3, 6, 4)))
    ours, theirs = (
        library.TripletMarginWithDistanceLoss(
            distance_function=lambda x, y: abs(x - y).sum(1), margin=2.0, swap=swap, reduction=reduction
        )
        for library in (nn, torch.nn)
    )
    assert_alike(ours, theirs, *rng.normal(size=(3, 6, 4)))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("places", [(), (3,), (2, 3)], ids=str)
def test_linear_cross_entropy(reduction, bias, places, rng):
    options = {"out_features": places, "bias": bias, "reduction": reduction, "weight": rng.uniform(0.5, 2.0, 4)}
    tensors = {**options, "weight": torch.tensor(options["weight"])}
    ours = nn.LinearCrossEntropyLoss(5, 4, **options, dtype=np.float64)
    theirs = torch.nn.LinearCrossEntropyLoss(5, 4, **tensors, dtype=torch.float64)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs).replace(", options=None", "")
    target = rng.integers(0, 4, (6, *places))
    assert_alike(ours, theirs, rng.normal(size=(6, 5)), target)
    for parameter, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(parameter.grad.data, other.grad.numpy(), rtol=1e-10, atol=1e-12)
    assert_alike(ours, theirs, rng.normal(size=(6, 5)), rng.uniform(size=(6, 4, *places)))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("zero_infinity", [False, True])
@pytest.mark.parametrize("blank", [0, 4])
@pytest.mark.parametrize("in_a_row", [False, True])
def test_ctc(reduction, zero_infinity, blank, in_a_row, rng):
    """The gradient by logits is compared: that of PyTorch by log_probs is another, of the same effect."""
    labels = np.array([[1, 2, 2, 3], [3, 3, 3, 3], [1, 2, 3, 1], [2, 1, 1, 1]])
    times, lengths = np.array([7, 7, 5, 3]), np.array([4, 4, 0, 1])
    if in_a_row:
        labels = np.concatenate([row[:length] for row, length in zip(labels, lengths, strict=True)])
    if zero_infinity:
        times[1] = 6  # one too few for four equal labels
    ours, theirs = both("CTCLoss", blank, reduction, zero_infinity)
    assert_alike(
        lambda x: ours(nn.functional.log_softmax(x, 2), labels, times, lengths),
        lambda x: theirs(x.log_softmax(2), *map(torch.tensor, (labels, times, lengths))),
        rng.normal(size=(7, 4, 5)) * 3,
    )


def test_ctc_of_a_single_sample(rng):
    labels = np.array([1, 2, 2])
    assert_alike(
        lambda x: nn.functional.ctc_loss(nn.functional.log_softmax(x, 1), labels, 6, 3),
        lambda x: torch.nn.functional.ctc_loss(x.log_softmax(1), torch.tensor(labels), (6,), (3,)),
        rng.normal(size=(6, 4)),
    )


def test_ctc_that_cannot_be(rng):
    x, labels = rng.normal(size=(3, 1, 4)), np.array([[1, 1, 1]])
    ours = nn.functional.ctc_loss(x, labels, [3], [3], reduction="none")
    theirs = torch.nn.functional.ctc_loss(torch.tensor(x), torch.tensor(labels), (3,), (3,), reduction="none")
    assert ours.tolist() == theirs.tolist() == [np.inf]
    for times in (0, 1):
        for length in (0, 1):
            ours = nn.functional.ctc_loss(x, labels, [times], [length], reduction="none")
            theirs = torch.nn.functional.ctc_loss(
                torch.tensor(x), torch.tensor(labels), (times,), (length,), reduction="none"
            )
            np.testing.assert_allclose(ours.data, theirs.numpy(), rtol=1e-12)


LOSSES = [
    "SmoothL1Loss",
    "HuberLoss",
    "GaussianNLLLoss",
    "PoissonNLLLoss",
    "KLDivLoss",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "MultiMarginLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "CosineEmbeddingLoss",
    "TripletMarginWithDistanceLoss",
    "CTCLoss",
    "CrossEntropyLoss",
    "NLLLoss",
    "L1Loss",
    "LinearCrossEntropyLoss",
    "CosineSimilarity",
    "PairwiseDistance",
]


@pytest.mark.parametrize("name", sorted(set(LOSSES) - {"LinearCrossEntropyLoss"}))
def test_representations(name):
    assert repr(getattr(nn, name)()) == repr(getattr(torch.nn, name)())


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("smooth_l1_loss", [(0, 3), (0, 3)]),
        ("soft_margin_loss", [(0, 3), (0, 3)]),
        ("multilabel_soft_margin_loss", [(0, 3), (0, 3)]),
        ("cosine_embedding_loss", [(0, 3), (0, 3), (0,)]),
        ("triplet_margin_loss", [(0, 3)] * 3),
    ],
)
def test_empty_batches(name, shapes):
    for reduction, library in itertools.product(("sum", "none"), (nn, torch.nn)):
        arrays = [np.zeros(shape) for shape in shapes]
        operands = arrays if library is nn else map(torch.tensor, arrays)
        loss = getattr(library.functional, name)(*operands, reduction=reduction)
        assert float(loss.sum()) == 0.0
