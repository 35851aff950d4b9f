"""CTC: against the sum over all paths, and what it refuses."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.testing import gradcheck, gradgradcheck


def logarithms(times, samples, classes):
    x = np.random.default_rng(times * samples * classes).normal(size=(times, samples, classes))
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


def collapsed(path, blank):
    """What is read along a path: repeated classes once, and no blanks."""
    return [label for label, _ in itertools.groupby(path) if label != blank]


def loss_by_enumeration(log_probs, labels, blank):
    """The loss of one sample, ``(T, C)``, by its definition."""
    times, classes = log_probs.shape
    paths = (path for path in itertools.product(range(classes), repeat=times) if collapsed(path, blank) == labels)
    return -np.log(sum(np.exp(log_probs[np.arange(times), path].sum()) for path in paths))


CASES = [([], 4), ([1], 4), ([1, 1], 4), ([1, 2], 3), ([2, 1, 2], 4), ([1, 1], 3), ([2], 1), ([2, 2, 1], 4)]


@pytest.mark.parametrize("blank", [0, 2])
def test_each_sample_is_the_sum_over_all_paths(blank):
    names = {0: {1: 1, 2: 2}, 2: {1: 0, 2: 1}}[blank]
    rows = [[names[label] for label in labels] for labels, _ in CASES]
    log_probs, times, lengths = logarithms(4, len(CASES), 3), [t for _, t in CASES], [len(row) for row in rows]
    expected = [
        loss_by_enumeration(log_probs[:t, i], row, blank) for i, (row, t) in enumerate(zip(rows, times, strict=True))
    ]
    padded = [row + [9] * (3 - len(row)) for row in rows]  # what is behind the end is not looked at
    losses = F.ctc_loss(log_probs, padded, times, lengths, blank, reduction="none")
    np.testing.assert_allclose(losses.data, expected, rtol=1e-12)
    in_a_row = F.ctc_loss(log_probs, [label for row in rows for label in row], times, lengths, blank, reduction="none")
    assert in_a_row.tolist() == losses.tolist()
    assert F.ctc_loss(log_probs, padded, times, lengths, blank, "sum").item() == pytest.approx(sum(expected))
    mean = np.mean(np.array(expected) / np.maximum(lengths, 1))
    assert nn.CTCLoss(blank)(log_probs, padded, times, lengths).item() == pytest.approx(mean)
    for i, row in enumerate(rows):
        single = F.ctc_loss(log_probs[:, i], padded[i], times[i], lengths[i], blank, "none")
        assert single.shape == ()
        assert single.item() == pytest.approx(expected[i])
        assert F.ctc_loss(log_probs[: times[i], i], row, times[i], lengths[i], blank, "sum").item() == pytest.approx(
            expected[i]
        )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_gradients(reduction):
    log_probs = logarithms(5, 3, 4)
    labels, times, lengths = [[1, 1, 3], [2, 1, 3], [1, 0, 0]], [5, 4, 3], [2, 3, 1]
    assert gradcheck(lambda x: F.ctc_loss(x, labels, times, lengths, reduction=reduction), log_probs)
    assert gradgradcheck(lambda x: F.ctc_loss(x, [[1, 1]], [4], [2], reduction=reduction), log_probs[:4, :1])


def test_the_gradient_is_less_the_probability_of_each_class_at_each_time():
    x = ag.Tensor(logarithms(6, 2, 4), requires_grad=True)
    F.ctc_loss(x, [[1, 2], [3, 3]], [6, 5], [2, 2], reduction="sum").backward()
    np.testing.assert_allclose(x.grad.data.sum(axis=2), [[-1, -1]] * 5 + [[-1, 0]], atol=1e-14)


def test_targets_that_are_too_long():
    log_probs = logarithms(3, 2, 4)
    targets, times, lengths = [[1, 1], [2, 2]], [3, 2], [2, 2]
    assert np.isinf(F.ctc_loss(log_probs, targets, times, lengths, reduction="none").data).tolist() == [False, True]
    x = ag.Tensor(log_probs, requires_grad=True)
    loss = nn.CTCLoss(zero_infinity=True, reduction="none")(x, targets, times, lengths)
    assert loss.tolist()[1] == 0.0
    loss.sum().backward()
    assert np.isfinite(x.grad.data).all()
    assert not x.grad.data[:, 1].any()


def test_probabilities_of_zero_and_long_sequences():
    log_probs = np.full((3, 1, 3), -np.inf)
    log_probs[[0, 1, 2], 0, [1, 0, 2]] = 0.0
    x = ag.Tensor(log_probs, requires_grad=True)
    loss = F.ctc_loss(x, [[1, 2]], [3], [2])
    loss.backward()
    assert loss.item() == 0.0
    assert np.isfinite(x.grad.data).all()
    for dtype in (np.float32, np.float64):
        even = np.full((2000, 1, 3), -np.log(3), dtype)
        loss = F.ctc_loss(even, [[1, 2] * 20], [2000], [40], reduction="sum")
        assert loss.dtype == dtype
        assert 0 < loss.item() < 2000


def test_empty_batches():
    assert F.ctc_loss(np.zeros((4, 0, 3)), np.zeros((0, 2), int), [], [], reduction="none").shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((np.zeros(3), [[1]], [1], [1]), ValueError, r"log_probs must be \(T, N, C\) or \(T, C\), got float64 \(3,\)"),
        ((np.zeros((4, 2, 3)), [[1], [1]], [4], [1, 1]), ValueError, r"2 samples, so input_lengths has shape \(2,\)"),
        ((np.zeros((4, 2, 3)), [[1], [1]], [4, 5], [1, 1]), ValueError, r"input_lengths are from 0 to 4, got \[4, 5\]"),
        (
            (np.zeros((4, 2, 3)), [[1], [1]], [4, 4], [2, 1]),
            ValueError,
            r"target_lengths are from 0 to 1, got \[2, 1\]",
        ),
        ((np.zeros((4, 2, 3)), [[1], [1]], [4, 4], [1.0, 1.0]), TypeError, "target_lengths must be integers"),
        ((np.zeros((4, 2, 3)), [[1.0], [1.0]], [4, 4], [1, 1]), TypeError, "targets must be integers"),
        ((np.zeros((4, 2, 3)), [1, 1, 1], [4, 4], [1, 1]), ValueError, "3 targets in one row are not what"),
        ((np.zeros((4, 2, 3)), [[1], [0]], [4, 4], [1, 1]), ValueError, "the targets must not hold blank=0"),
        ((np.zeros((4, 2, 3)), [[1]], [4, 4], [1, 1]), ValueError, r"targets are \(N, S\) or .* for N=2"),
        ((np.zeros((4, 2, 3)), [[1], [3]], [4, 4], [1, 1]), IndexError, "the target 3 is out of bounds"),
        ((np.zeros((4, 2, 3)), [[1], [1]], [4, 4], [1, 1], 3), IndexError, "blank=3 is out of bounds; the 3 classes"),
        ((np.zeros((4, 2, 3)), [[1], [1]], [4, 4], [1, 1], 0, "all"), ValueError, "reduction is"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, error, message):
    with pytest.raises(error, match="ctc_loss: .*" + message):
        F.ctc_loss(*arguments)
