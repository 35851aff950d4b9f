"""Losses with margins, likelihoods and distances: values, gradients, extremes and errors."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.testing import gradcheck, gradgradcheck

X = np.array([[0.3, -1.2, 2.0], [1.1, 0.1, -0.5]])
Y = np.array([[0.1, -1.0, 3.5], [1.5, -1.4, 0.7]])
SIGNS = np.array([[1, -1, 1], [-1, -1, 1]])
POSITIVE = np.array([[0.5, 1.5, 2.0], [3.0, 0.2, 1.0]])
COSINES = (X * Y).sum(axis=1) / np.sqrt((X * X).sum(axis=1) * (Y * Y).sum(axis=1))

# ------------------------------------------------------------------------------------------------------------- values

CASES = {
    "smooth_l1": (F.smooth_l1_loss, (X, Y), [[0.02, 0.02, 1.0], [0.08, 1.0, 0.7]]),
    "huber": (
        lambda x, y, reduction: F.huber_loss(x, y, reduction, 0.8),
        (X, Y),
        [[0.02, 0.02, 0.88], [0.08, 0.88, 0.64]],
    ),
    "gaussian": (
        F.gaussian_nll_loss,
        (X, Y, POSITIVE),
        (np.log(POSITIVE) + (X - Y) ** 2 / POSITIVE) / 2,
    ),
    "poisson": (F.poisson_nll_loss, (X, POSITIVE), np.exp(X) - POSITIVE * X),
    "poisson_of_rates": (
        lambda x, y, reduction: F.poisson_nll_loss(x, y, log_input=False, eps=0.0, reduction=reduction),
        (POSITIVE, np.abs(Y)),
        POSITIVE - np.abs(Y) * np.log(POSITIVE),
    ),
    "divergence": (F.kl_div, (X, POSITIVE), POSITIVE * (np.log(POSITIVE) - X)),
    "divergence_of_logarithms": (
        lambda x, y, reduction: F.kl_div(x, y, reduction, log_target=True),
        (X, Y),
        np.exp(Y) * (Y - X),
    ),
    "hinge": (lambda x, reduction: F.hinge_loss(x, SIGNS, reduction=reduction), (X,), np.maximum(0, 1 - SIGNS * X)),
    "soft_margin": (
        lambda x, reduction: F.soft_margin_loss(x, SIGNS, reduction),
        (X,),
        np.log1p(np.exp(-SIGNS * X)),
    ),
    "hinge_embedding": (
        lambda x, reduction: F.hinge_embedding_loss(x, SIGNS, reduction=reduction),
        (X,),
        np.where(SIGNS > 0, X, np.maximum(0, 1 - X)),
    ),
    "margin_ranking": (
        lambda x, y, reduction: F.margin_ranking_loss(x, y, SIGNS, 0.5, reduction),
        (X, Y),
        np.maximum(0, 0.5 - SIGNS * (X - Y)),
    ),
    "multi_margin": (
        lambda x, reduction: F.multi_margin_loss(x, [2, 1], reduction=reduction),
        (X,),
        [0.0, 2.4 / 3],
    ),
    "multi_margin_squared": (
        lambda x, reduction: F.multi_margin_loss(x, [0, 1], 2, 1.6, [1.0, 2.0, 4.0], reduction),
        (X,),
        [(0.1**2 + 3.3**2) / 3, 2 * (2.6**2 + 1.0**2) / 3],
    ),
    "multilabel_margin": (
        lambda x, reduction: F.multilabel_margin_loss(x, [[0, 1, -1], [2, -1, 0]], reduction),
        (X,),
        [(2.7 + 4.2) / 3, (2.6 + 1.6) / 3],
    ),
    "multilabel_soft_margin": (
        lambda x, reduction: F.multilabel_soft_margin_loss(x, SIGNS > 0, [1.0, 2.0, 3.0], reduction),
        (X,),
        (np.log1p(np.exp(-SIGNS * X)) * [1.0, 2.0, 3.0]).mean(axis=1),
    ),
    "cosine_embedding": (
        lambda x, y, reduction: F.cosine_embedding_loss(x, y, [1, -1], 0.1, reduction),
        (X, Y),
        [1 - COSINES[0], max(0, COSINES[1] - 0.1)],
    ),
    "triplet": (
        lambda x, y, z, reduction: F.triplet_margin_loss(x, y, z, 5.0, eps=0.0, reduction=reduction),
        (X, Y, POSITIVE),
        5 + np.sqrt(((X - Y) ** 2).sum(axis=1)) - np.sqrt(((X - POSITIVE) ** 2).sum(axis=1)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients(name):
    loss, operands, elements = CASES[name]
    elements = np.array(elements)
    np.testing.assert_allclose(loss(*operands, reduction="none").data, elements, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(loss(*operands, reduction="sum").item(), elements.sum(), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(loss(*operands, reduction="mean").item(), elements.mean(), rtol=1e-9, atol=1e-15)
    assert gradcheck(lambda *xs: loss(*xs, reduction="none"), *operands)
    assert gradgradcheck(lambda *xs: loss(*xs, reduction="none"), *operands)
    single = loss(*(x.astype(np.float32) for x in operands), reduction="mean")
    assert single.dtype == np.float32
    with pytest.raises(ValueError, match="reduction is 'mean', 'sum' or 'none', got 'average'"):
        loss(*operands, reduction="average")


def test_distances():
    np.testing.assert_allclose(F.pairwise_distance(X, Y, eps=0.0).data, np.sqrt(((X - Y) ** 2).sum(axis=1)))
    np.testing.assert_allclose(F.pairwise_distance(X, Y, 1.0, 0.0, True).data, abs(X - Y).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(F.cosine_similarity(X, Y).data, COSINES)
    np.testing.assert_allclose(nn.CosineSimilarity(dim=0)(X.T, Y.T).data, COSINES)
    assert gradcheck(F.pairwise_distance, X, Y)
    assert gradcheck(F.cosine_similarity, X, Y)
    assert gradgradcheck(F.cosine_similarity, X, Y)
    x = ag.Tensor(X, requires_grad=True)
    nn.PairwiseDistance(eps=0.0)(x, X).sum().backward()
    assert not x.grad.data.any()


def test_single_numbers_are_vectors_of_one():
    for dim in (0, -1):
        assert F.cosine_similarity(3.0, -2.0, dim=dim).tolist() == -1.0
        assert F.normalize(-2.0, dim=dim).tolist() == -1.0
    with pytest.raises(IndexError, match="axis 1 is out of bounds"):
        F.normalize(-2.0)
    with pytest.raises(IndexError, match="axis 1 is out of bounds"):
        F.cosine_similarity(3.0, -2.0)


def test_a_single_class_is_never_wrong():
    assert F.multi_margin_loss(3.0, 0).tolist() == F.multilabel_margin_loss(3.0, 0).tolist() == 0.0


def test_a_class_in_a_list_makes_a_batch():
    losses = F.multi_margin_loss(X[0], [1], reduction="none")
    assert losses.tolist() == F.multi_margin_loss(X[:1], [1], reduction="none").tolist()


def test_decisions():
    loss = nn.ZeroOneLoss()
    assert loss([0.0, 1.0, 1.0, 1.0], [0, 0, 1, 1]).item() == 0.25
    assert loss([[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]], [1, 1, 1]).item() == pytest.approx(1 / 3)
    assert nn.ZeroOneLoss(reduction="none")([1, -1], [1, 1]).tolist() == [0.0, 1.0]
    assert loss(X.astype(np.float32), [0, 0]).dtype == np.float32
    assert not loss(ag.Tensor(X, requires_grad=True), [0, 0]).requires_grad
    with pytest.raises(ValueError, match=r"zero_one_loss: input, .*\(2,\), and target, .*\(3,\), must have the same"):
        loss([0.0, 1.0], [0.0, 1.0, 1.0])


# ------------------------------------------------------------------------------------------- variances, zeros, extremes


def test_variances_of_other_shapes_and_below_the_least():
    whole = F.gaussian_nll_loss(X, Y, np.broadcast_to([[2.0], [3.0]], (2, 3)), reduction="none").tolist()
    for var in ([2.0, 3.0], [[2.0], [3.0]]):
        assert F.gaussian_nll_loss(X, Y, var, reduction="none").tolist() == whole
    assert F.gaussian_nll_loss(X, Y, 2.0).item() == F.gaussian_nll_loss(X, Y, [[2.0, 2.0, 2.0]]).item()
    assert F.gaussian_nll_loss(X, Y, 0.0, eps=0.5).item() == pytest.approx(F.gaussian_nll_loss(X, Y, 0.5).item())
    small, least = ag.Tensor(1e-9, requires_grad=True), ag.Tensor(0.5, requires_grad=True)
    F.gaussian_nll_loss(X, Y, small, eps=0.5).backward()
    F.gaussian_nll_loss(X, Y, least, eps=0.5).backward()
    assert small.grad.item() == pytest.approx(least.grad.item())
    single = X.astype(np.float32)
    assert F.gaussian_nll_loss(single, single, 2.0).dtype == np.float32
    assert F.gaussian_nll_loss(single, SIGNS, [[2], [3]]).dtype == np.float32
    full = F.gaussian_nll_loss(X, Y, 2.0, full=True).item() - F.gaussian_nll_loss(X, Y, 2.0).item()
    assert full == pytest.approx(np.log(2 * np.pi) / 2)


def test_counts():
    counts = np.array([0.0, 1.0, 2.0, 30.0])
    added = F.poisson_nll_loss(np.zeros(4), counts, full=True, reduction="none").data - 1
    np.testing.assert_allclose(added[:2], 0)
    np.testing.assert_allclose(added[3], 74.65823634883016, rtol=1e-4)  # ln(30!)
    target = ag.Tensor(counts, requires_grad=True)
    F.poisson_nll_loss(np.zeros(4), target, full=True).backward()
    assert np.isfinite(target.grad.data).all()
    assert np.isfinite(F.poisson_nll_loss([0.0], [1.0], log_input=False).item())


def test_what_is_impossible_adds_nothing_to_a_divergence():
    for options, nothing in (({}, 0.0), ({"log_target": True}, -np.inf)):
        x, y = ag.Tensor([-1.0, -np.inf], requires_grad=True), ag.Tensor([0.0, nothing], requires_grad=True)
        loss = F.kl_div(x, y, "none", **options)
        loss.sum().backward()
        assert loss.data[1] == 0.0
        assert x.grad.data[1] == 0.0
        assert np.isfinite(y.grad.data).all()
    assert F.kl_div(0.0, 1.0, "batchmean").item() == 0.0
    assert F.kl_div(X, POSITIVE, "batchmean").item() == pytest.approx(F.kl_div(X, POSITIVE, "sum").item() / 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_any_size(dtype):
    x = ag.Tensor(np.array([[1e4, -1e4, 0.0], [0.0, 1e4, -1e4]], dtype), requires_grad=True)
    target = np.array([[1.0, 1.0, -1.0], [1.0, -1.0, 1.0]], dtype)
    losses = [
        F.soft_margin_loss(x, target),
        F.multilabel_soft_margin_loss(x, target > 0),
        F.multi_margin_loss(x, [1, 2]),
        F.huber_loss(x, target),
        F.smooth_l1_loss(x, target),
        F.hinge_loss(x, target),
    ]
    for loss in losses:
        assert np.isfinite(loss.item())
        loss.backward()
    assert np.isfinite(x.grad.data).all()


@pytest.mark.parametrize(
    ("loss", "at", "slope"),
    [
        (lambda x: F.hinge_loss(x, [1]), [1.0], [0.0]),
        (lambda x: F.hinge_embedding_loss(x, [-1]), [1.0], [-1.0]),
        (lambda x: F.margin_ranking_loss(x, [0.0], [1], 1.0), [1.0], [-1.0]),
        (lambda x: F.multi_margin_loss(x, 0), [1.0, 0.0], [0.0, 0.0]),
        (lambda x: F.multilabel_margin_loss(x, [0, -1]), [1.0, 0.0], [0.0, 0.0]),
        (lambda x: F.smooth_l1_loss(x, [0.0]), [0.0], [0.0]),
    ],
)
def test_slopes_at_margins(loss, at, slope):
    x = ag.Tensor(at, requires_grad=True)
    loss(x).backward()
    assert x.grad.tolist() == slope


def test_vectors_of_length_zero():
    x = ag.Tensor(np.zeros((1, 3)), requires_grad=True)
    for loss in (F.cosine_similarity(x, X[:1]).sum(), F.cosine_embedding_loss(x, X[:1], [1])):
        loss.backward()
        assert np.isfinite(x.grad.data).all()
    assert F.cosine_similarity(np.zeros((1, 3)), X[:1]).tolist() == [0.0]


@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 0.5]])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of dividing by no samples
def test_the_mean_of_ignored_samples_moves_nothing(weight, smoothing):
    x = ag.Tensor(X, requires_grad=True)
    for loss in (
        F.cross_entropy(x, [-100, -100], weight, label_smoothing=smoothing),
        F.nll_loss(x, [-100, -100], weight),
    ):
        loss.backward()
        assert np.isnan(loss.item())
    assert not x.grad.data.any()


@pytest.mark.parametrize(
    ("loss", "truth", "wrong"),
    [
        (F.cross_entropy, [0, 2], [0, 3]),
        (F.nll_loss, [0, 2], [0, 3]),
        (F.multi_margin_loss, [0, 2], [0, 3]),
        (F.multilabel_margin_loss, [[0, -1, 0], [1, 2, -1]], [[0, 3, -1], [0, 0, 0]]),
        (F.hinge_loss, SIGNS, SIGNS > 0),
        (lambda x, var: F.gaussian_nll_loss(x, Y[0], var), POSITIVE, -POSITIVE),
    ],
)
def test_gradients_for_each_sample_by_itself(loss, truth, wrong):
    together = ag.vmap(ag.grad(loss))(X, np.array(truth))
    apart = [ag.grad(loss)(x, y) for x, y in zip(X, np.array(truth), strict=True)]
    np.testing.assert_allclose(together, apart, rtol=1e-12)
    with pytest.raises((ValueError, IndexError), match=r"out of bounds|must be|must not be"):
        ag.vmap(loss)(X, np.array(wrong))


# ------------------------------------------------------------------------------------------------- linear cross-entropy


@pytest.mark.parametrize("places", [(), (2,), (3, 2)])
def test_linear_cross_entropy_is_that_of_the_logits(places):
    rng = np.random.default_rng(0)
    x, weight, bias = rng.normal(size=(5, 3)), rng.normal(size=(4, *places, 3)), rng.normal(size=(4, *places))
    target = rng.integers(0, 4, (5, *places))
    logits = np.einsum("nf,...f->n...", x, weight) + bias
    loss = F.linear_cross_entropy(x, weight, target, linear_bias=bias, label_smoothing=0.1)
    assert loss.item() == pytest.approx(F.cross_entropy(logits, target, label_smoothing=0.1).item())
    assert gradcheck(lambda x, w, b: F.linear_cross_entropy(x, w, target, linear_bias=b), x, weight, bias)


def test_linear_cross_entropy_has_a_linear_layer():
    loss = nn.LinearCrossEntropyLoss(3, 4, out_features=(2, 5), bias=True, weight=np.ones(4))
    assert {name: value.shape for name, value in loss.state_dict().items()} == {
        "weight": (4,),
        "linear.weight": (40, 3),
        "linear.bias": (40,),
    }
    shown = "in_features=3, num_classes=4, out_features=(2, 5), bias=True, reduction=mean, ignore_index=None"
    assert repr(loss).splitlines()[1].strip() == f"{shown}, label_smoothing=0.0"
    assert nn.LinearCrossEntropyLoss(3, 4)([1.0, 2.0, 3.0], 2).shape == ()
    assert nn.LinearCrossEntropyLoss(3, 4, dtype=np.float64).linear.weight.dtype == np.float64


def test_linear_cross_entropy_refuses_what_does_not_fit():
    weight = np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"linear_cross_entropy: input is \(N, in_features\).*float64 \(2, 5\)"):
        F.linear_cross_entropy(np.zeros((2, 5)), weight, [0, 0])
    with pytest.raises(ValueError, match=r"a choice at each of \(2,\) places needs a batch"):
        F.linear_cross_entropy(np.zeros(3), np.zeros((4, 2, 3)), [0, 0])
    with pytest.raises(ValueError, match=r"linear_bias has shape \(4,\), got float64 \(3,\)"):
        F.linear_cross_entropy(X, weight, [0, 0], linear_bias=np.zeros(3))
    with pytest.raises(ValueError, match="ignore_index is for class indices; the targets are probabilities"):
        F.linear_cross_entropy(X, weight, np.full((2, 4), 0.25), ignore_index=1)
    with pytest.raises(ValueError, match=r"LinearCrossEntropyLoss: label_smoothing must be in \[0, 1\], got 2"):
        nn.LinearCrossEntropyLoss(3, 4, label_smoothing=2)


# ------------------------------------------------------------------------------------------------- modules and errors


def test_modules_are_their_functions():
    assert nn.SmoothL1Loss(beta=0.5)(X, Y).item() == F.smooth_l1_loss(X, Y, beta=0.5).item()
    assert nn.SmoothL1Loss(beta=0.0)(X, Y).item() == F.l1_loss(X, Y).item()
    assert nn.HuberLoss("sum", 0.5)(X, Y).item() == F.huber_loss(X, Y, "sum", 0.5).item()
    assert F.huber_loss(X, Y, weight=POSITIVE).item() == (F.huber_loss(X, Y, "none") * POSITIVE).mean().item()
    loss = nn.MultiMarginLoss(2, 0.5, [1.0, 2.0, 3.0], reduction="sum")
    assert loss(X, [0, 1]).item() == F.multi_margin_loss(X, [0, 1], 2, 0.5, [1.0, 2.0, 3.0], "sum").item()
    assert list(loss.state_dict()) == ["weight"]
    triplet = nn.TripletMarginLoss(2.0, 1.0, 0.1, True, reduction="sum")
    assert triplet(X, Y, POSITIVE).item() == F.triplet_margin_loss(X, Y, POSITIVE, 2.0, 1.0, 0.1, True, "sum").item()
    free = nn.TripletMarginWithDistanceLoss()
    assert [type(child) for child in free.children()] == [nn.PairwiseDistance]
    assert free(X, Y, POSITIVE).item() == pytest.approx(nn.TripletMarginLoss()(X, Y, POSITIVE).item())
    assert nn.KLDivLoss(reduction="batchmean").title == "KLDivLoss(batchmean)"
    assert repr(nn.HingeLoss(2.0)) == "HingeLoss()"


@pytest.mark.parametrize(
    "loss", [F.smooth_l1_loss, F.huber_loss, F.poisson_nll_loss, F.kl_div, F.soft_margin_loss, F.hinge_embedding_loss]
)
def test_shapes_that_would_broadcast_are_refused(loss):
    with pytest.raises(ValueError, match=rf"{loss.__name__}: input, float64 \(2, 3\), and target, float64 \(3,\)"):
        loss(X, Y[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.smooth_l1_loss(X, Y, beta=-1), "smooth_l1_loss: beta must not be below 0, got -1"),
        (lambda: F.huber_loss(X, Y, delta=0), "huber_loss: delta must be above 0, got 0"),
        (lambda: F.huber_loss(X, Y, weight=[1.0]), r"huber_loss: weight has the shape of input, \(2, 3\), got \(1,\)"),
        (lambda: F.gaussian_nll_loss(X, Y, -1.0), "gaussian_nll_loss: variances must not be below 0, got -1"),
        (
            lambda: F.gaussian_nll_loss(X, Y, np.ones(5)),
            r"var has the shape of input, \(2, 3\), .*; got float64 \(5,\)",
        ),
        (lambda: F.gaussian_nll_loss(X, Y[0], 1.0), r"target has the shape of input, \(2, 3\), .*; got float64 \(3,\)"),
        (lambda: nn.KLDivLoss(reduction="average"), "KLDivLoss: reduction is"),
        (lambda: F.hinge_loss(X, SIGNS > 0), r"hinge_loss: targets must be -1 or 1; write 2 \* target - 1"),
        (lambda: F.margin_ranking_loss(X, Y, [1, 1]), r"same number of axes, got shapes \(2, 3\), \(2, 3\) and \(2,\)"),
        (lambda: nn.MultiMarginLoss(3), "MultiMarginLoss: p is 1 or 2, got 3"),
        (lambda: F.multi_margin_loss(X, [0, 1], 3), "multi_margin_loss: p is 1 or 2, got 3"),
        (lambda: F.multi_margin_loss(X[None], [0]), r"multi_margin_loss: the input must be \(N, C\) or \(C,\)"),
        (lambda: F.multi_margin_loss(X, [0, 1], weight=[1.0]), r"there are 3 classes, so weight has shape \(3,\)"),
        (lambda: F.multilabel_margin_loss(X[None], X[None]), r"must be \(N, C\) or \(C,\)"),
        (lambda: F.multilabel_soft_margin_loss(1.0, 1.0), "must have an axis for the classes"),
        (lambda: F.cosine_embedding_loss(X, Y, 1), r"got shapes \(2, 3\), \(2, 3\) and \(\)"),
        (lambda: nn.TripletMarginLoss(0.0), r"TripletMarginLoss: margin must be above 0, got 0\.0"),
        (lambda: nn.TripletMarginWithDistanceLoss(margin=-1), "TripletMarginWithDistanceLoss: margin must be above 0"),
        (
            lambda: F.triplet_margin_loss(X, Y, X[0]),
            r"triplet_margin_loss: anchor, .* got shapes \(2, 3\), \(2, 3\) and",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_class_indices_are_checked():
    with pytest.raises(IndexError, match="multi_margin_loss: the target -1 is out of bounds; the 3 classes are 0 to 2"):
        F.multi_margin_loss(X, [0, -1])
    with pytest.raises(TypeError, match="multi_margin_loss: class indices must be integers"):
        F.multi_margin_loss(X, [0.0, 1.0])
    with pytest.raises(IndexError, match="multilabel_margin_loss: the target 3 is out of bounds"):
        F.multilabel_margin_loss(X, [[0, 3, -1], [0, 0, 0]])
    with pytest.raises(TypeError, match="multilabel_margin_loss: class indices must be integers"):
        F.multilabel_margin_loss(X, Y)


@pytest.mark.parametrize(
    "loss",
    [
        F.mse_loss,
        F.l1_loss,
        F.smooth_l1_loss,
        F.huber_loss,
        F.hinge_embedding_loss,
        F.soft_margin_loss,
        F.multilabel_soft_margin_loss,
        F.poisson_nll_loss,
        F.kl_div,
        F.pairwise_distance,
        F.cosine_similarity,
        lambda x, y: F.margin_ranking_loss(x, y, y),
        lambda x, y: F.multilabel_margin_loss(x, [[1, -1], [0, -1]]),
        lambda x, y: F.cosine_embedding_loss(x, y, [1, -1]),
        lambda x, y: F.triplet_margin_loss(x, y, x),
        lambda x, y: F.gaussian_nll_loss(x, y, y),
    ],
)
def test_whole_numbers_do_not_wrap_around(loss):
    x, y = np.array([[1, 7], [3, 0]], np.uint8), np.array([[2, 9], [1, 1]], np.uint8)
    found = loss(x, y)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.data, loss(x.astype(np.float64), y.astype(np.float64)).data)
