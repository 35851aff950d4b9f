"""Losses: values, gradients, extremes, reductions and errors."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.testing import gradcheck, gradgradcheck

X = np.array([[0.3, -1.2, 2.0], [1.0, 0.1, -0.5]])
Y = np.array([[0.0, -1.0, 2.5], [1.5, 0.4, 0.5]])
P = np.array([[0.3, 0.9, 0.05], [0.5, 0.1, 0.99]])
Q = np.array([[0.0, 1.0, 0.25], [1.0, 0.0, 1.0]])


# ------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("loss", "elements", "input", "target"),
    [
        (F.mse_loss, (X - Y) ** 2, X, Y),
        (F.l1_loss, np.abs(X - Y), X, Y),
        (F.binary_cross_entropy, -(Q * np.log(P) + (1 - Q) * np.log(1 - P)), P, Q),
        (F.binary_cross_entropy_with_logits, np.log1p(np.exp(X)) - Q * X, X, Q),
    ],
    ids=lambda case: getattr(case, "__name__", ""),
)
def test_losses_of_single_elements(loss, elements, input, target):
    np.testing.assert_allclose(loss(input, target, reduction="none").data, elements, rtol=1e-13)
    np.testing.assert_allclose(loss(input, target, reduction="sum").item(), elements.sum(), rtol=1e-13)
    np.testing.assert_allclose(loss(input, target).item(), elements.mean(), rtol=1e-13)
    assert gradcheck(lambda x, y: loss(x, y, reduction="none"), input, np.clip(target, 0.02, 0.98))
    assert gradgradcheck(lambda x: loss(x, target, reduction="none"), input)


def test_losses_keep_float32():
    for loss, x, y in ((F.mse_loss, X, Y), (F.binary_cross_entropy, P, Q), (F.binary_cross_entropy_with_logits, X, Q)):
        assert loss(x.astype(np.float32), y.astype(np.float32)).dtype == np.float32
    assert F.cross_entropy(X.astype(np.float32), np.array([0, 2])).dtype == np.float32
    assert F.cross_entropy(X.astype(np.float32), np.array([0, 2]), label_smoothing=0.1).dtype == np.float32


@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}], ids=str)
def test_whole_numbers_and_weights_take_the_dtype_of_the_input(options):
    x, truth, weight = X.astype(np.float32), np.array([[0, 1, 0], [1, 0, 0]]), [0.5, 1.5, 1.0]
    for loss in (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.binary_cross_entropy_with_logits):
        assert loss(x, truth).dtype == np.float32
        assert loss(x, truth).item() == loss(x, truth.astype(np.float32)).item()
    assert F.binary_cross_entropy(P.astype(np.float32), truth, weight).dtype == np.float32
    assert F.binary_cross_entropy_with_logits(x, truth, weight, pos_weight=weight).dtype == np.float32
    assert F.cross_entropy(x, [0, 1], weight, **options).dtype == np.float32
    assert F.cross_entropy(x, truth.astype(np.float32), weight, **options).dtype == np.float32
    whole = F.cross_entropy([[1, 2, 3]], [0], weight, **options)
    assert whole.item() == F.cross_entropy([[1.0, 2.0, 3.0]], [0], weight, **options).item()


def test_cross_entropy_by_hand():
    logs = X - np.log(np.exp(X).sum(axis=1, keepdims=True))
    assert F.cross_entropy(X, [2, 0]).item() == pytest.approx(-(logs[0, 2] + logs[1, 0]) / 2)
    assert F.nll_loss(logs, [2, 0]).item() == pytest.approx(-(logs[0, 2] + logs[1, 0]) / 2)
    assert F.cross_entropy(X[0], 2).item() == pytest.approx(-logs[0, 2])
    truth = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]])
    assert F.cross_entropy(X, truth).item() == pytest.approx(-(truth * logs).sum() / 2)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 0.5]])
@pytest.mark.parametrize("target", [[2, 0], [2, -100], Q], ids=["indices", "ignored", "probabilities"])
def test_cross_entropy_gradients(reduction, smoothing, weight, target):
    def loss(x):
        return F.cross_entropy(x, target, weight, reduction=reduction, label_smoothing=smoothing)

    assert gradcheck(loss, X)


def test_what_is_ignored_has_no_gradient_and_does_not_count():
    x = ag.Tensor(X, requires_grad=True)
    loss = F.cross_entropy(x, [2, 7], ignore_index=7)
    assert loss.item() == pytest.approx(F.cross_entropy(X[:1], [2]).item())
    loss.backward()
    assert x.grad.data[0].all()
    assert not x.grad.data[1].any()


def test_what_is_ignored_leaks_no_infinity():
    x = ag.Tensor([[-np.inf, 0.0], [0.0, 0.0]], requires_grad=True)
    loss = F.nll_loss(x, [-100, 1])
    loss.backward()
    assert loss.item() == 0.0
    assert x.grad.tolist() == [[0.0, 0.0], [0.0, -1.0]]


def test_one_choice_at_each_place_of_an_image():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    target = np.random.default_rng(1).integers(0, 3, (2, 4, 5))
    logs = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    expected = -np.take_along_axis(logs, target[:, None], axis=1)[:, 0]
    np.testing.assert_allclose(F.cross_entropy(x, target, reduction="none").data, expected, rtol=1e-12)
    assert F.cross_entropy(x, target).item() == pytest.approx(expected.mean())


# ------------------------------------------------------------------------------------------------------ the extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binary_cross_entropy_at_zero_and_one(dtype):
    p = ag.Tensor(np.array([0.0, 1.0, 0.0, 1.0], dtype), requires_grad=True)
    loss = F.binary_cross_entropy(p, np.array([0.0, 1.0, 1.0, 0.0], dtype), reduction="none")
    assert loss.tolist() == [0.0, 0.0, 100.0, 100.0]
    loss.sum().backward()
    np.testing.assert_allclose(p.grad.data, [0.0, 0.0, -1e12, 1e12], rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_any_size(dtype):
    x = ag.Tensor(np.array([[1000.0, -1000.0], [-1000.0, 1000.0], [0.0, 0.0]], dtype), requires_grad=True)
    loss = F.cross_entropy(x, np.array([0, 0, 1]), reduction="none")
    np.testing.assert_allclose(loss.data, [0.0, 2000.0, np.log(2)], rtol=1e-6)
    loss.sum().backward()
    np.testing.assert_allclose(x.grad.data, [[0.0, 0.0], [-1.0, 1.0], [0.5, -0.5]], atol=1e-6)
    y = ag.Tensor(np.array([1000.0, -1000.0, 0.0], dtype), requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(y, np.array([0.0, 0.0, 1.0], dtype), reduction="none")
    np.testing.assert_allclose(loss.data, [1000.0, 0.0, np.log(2)], rtol=1e-6)
    loss.sum().backward()
    np.testing.assert_allclose(y.grad.data, [1.0, 0.0, -0.5], atol=1e-6)


def test_with_logits_is_the_same_as_after_a_sigmoid():
    weight, pos_weight = np.array([1.0, 2.0, 3.0]), np.array([0.5, 1.0, 4.0])
    p = 1 / (1 + np.exp(-X))
    plain = -(pos_weight * Q * np.log(p) + (1 - Q) * np.log(1 - p))
    loss = F.binary_cross_entropy_with_logits(X, Q, weight, "none", pos_weight)
    np.testing.assert_allclose(loss.data, weight * plain, rtol=1e-12)
    assert gradcheck(lambda x: nn.BCEWithLogitsLoss(weight, pos_weight=pos_weight)(x, Q), X)


def test_the_derivative_of_l1_at_zero_is_zero():
    x = ag.Tensor([1.0, 2.0], requires_grad=True)
    F.l1_loss(x, [1.0, 0.0], reduction="sum").backward()
    assert x.grad.tolist() == [0.0, 1.0]


# ------------------------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.L1Loss(), nn.BCELoss(), nn.BCEWithLogitsLoss()])
def test_shapes_that_would_broadcast_are_refused(loss):
    with pytest.raises(
        ValueError,
        match=r"input, float64 \(32,\), and target, float64 \(32, 1\), must have the same shape.*target.reshape\(32,\)",
    ):
        loss(np.full(32, 0.5), np.full((32, 1), 0.5))
    with pytest.raises(ValueError, match="give one target for each element of the input"):
        loss(np.full((3, 2), 0.5), 0.5)


@pytest.mark.parametrize("kind", [list, np.array, ag.Tensor])
@pytest.mark.parametrize("wrong", [-0.1, 1.1, 5.0])
def test_what_is_no_probability_is_refused(wrong, kind):
    with pytest.raises(ValueError, match=r"inputs must be probabilities.*Apply sigmoid first, or use"):
        nn.BCELoss()(kind([0.5, wrong]), kind([0.0, 1.0]))


def test_what_is_not_a_number_stays_so():
    assert np.isnan(nn.BCELoss()([0.5, np.nan], [0.0, 1.0]).item())


def test_binary_cross_entropy_is_precise_near_zero():
    small = np.array([1e-12, 1e-9, 1e-6])
    np.testing.assert_allclose(F.binary_cross_entropy(small, np.zeros(3), reduction="none").data, small, rtol=1e-6)
    near_one = 1 - small
    np.testing.assert_allclose(
        F.binary_cross_entropy(near_one, np.ones(3), reduction="none").data, -np.log(near_one), rtol=1e-14
    )


def test_class_indices_are_checked():
    loss = nn.CrossEntropyLoss()
    with pytest.raises(TypeError, match=r"class indices must be integers, got targets float64 \(2,\).*astype\(int\)"):
        loss(X, [0.0, 1.0])
    with pytest.raises(ValueError, match=r"input of shape \(2, 3\), class indices have shape \(2,\); got .* \(2, 1\)"):
        loss(X, [[0], [1]])
    for wrong in (3, -1):
        with pytest.raises(IndexError, match=rf"the target {wrong} is out of bounds; the 3 classes are 0 to 2"):
            loss(X, [0, wrong])
    with pytest.raises(ValueError, match="must have an axis for the classes"):
        loss(1.0, 0)
    with pytest.raises(ValueError, match=r"label_smoothing must be in \[0, 1\], got 1.5"):
        F.cross_entropy(X, [0, 1], label_smoothing=1.5)
    with pytest.raises(ValueError, match=r"there are 3 classes, so weight has shape \(3,\); got float64 \(2,\)"):
        F.cross_entropy(X, [0, 1], [1.0, 2.0])
    with pytest.raises(TypeError, match="nll_loss: class indices must be integers"):
        nn.NLLLoss()(X, Q[:, 0])


def test_unknown_reductions_are_refused():
    with pytest.raises(ValueError, match="MSELoss: reduction is 'mean', 'sum' or 'none', got 'average'"):
        nn.MSELoss(reduction="average")
    for call in (F.mse_loss, F.l1_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits):
        with pytest.raises(ValueError, match=f"{call.__name__}: reduction is"):
            call([0.5], [0.5], reduction="average")
    with pytest.raises(ValueError, match="cross_entropy: reduction is"):
        F.cross_entropy(X, [0, 1], reduction="average")


# ----------------------------------------------------------------------------------------------------------- modules


def test_modules_are_their_functions():
    assert nn.MSELoss(reduction="sum")(X, Y).item() == F.mse_loss(X, Y, "sum").item()
    assert nn.L1Loss()(X, Y).item() == F.l1_loss(X, Y).item()
    weight = np.array([1.0, 2.0, 3.0])
    assert nn.BCELoss(weight)(P, Q).item() == F.binary_cross_entropy(P, Q, weight).item()
    loss = nn.CrossEntropyLoss(weight, ignore_index=1, reduction="sum", label_smoothing=0.1)
    assert loss(X, [1, 2]).item() == F.cross_entropy(X, [1, 2], weight, 1, "sum", 0.1).item()
    assert nn.NLLLoss(weight, ignore_index=0)(X, [0, 2]).item() == F.nll_loss(X, [0, 2], weight, 0).item()
    assert list(loss.state_dict()) == ["weight"]
    assert list(nn.CrossEntropyLoss().state_dict()) == []


def test_the_losses_of_small_nets_are_one_operation():
    p = ag.Tensor(P, requires_grad=True)
    for loss, target, operation in (
        (nn.BCELoss(), Q, "log_loss"),
        (nn.MSELoss(), Q, "squared_error"),
        (nn.CrossEntropyLoss(), [0, 2], "class_loss"),
    ):
        assert [node.operation for node in ag.Graph(loss(p, target)).operations] == [operation]
