"""Padding: the layers by themselves; ``tests/parity`` compares with PyTorch."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import gradcheck, gradgradcheck

F = nn.functional
X = np.arange(1.0, 13.0).reshape(1, 3, 4)


def test_values_of_all_modes():
    x = [[1.0, 2.0, 3.0]]
    assert nn.ConstantPad1d((1, 2), 9.0)(x).tolist() == [[9.0, 1.0, 2.0, 3.0, 9.0, 9.0]]
    assert nn.ZeroPad1d((0, 1))(x).tolist() == [[1.0, 2.0, 3.0, 0.0]]
    assert nn.ReflectionPad1d((2, 1))(x).tolist() == [[3.0, 2.0, 1.0, 2.0, 3.0, 2.0]]
    assert nn.ReplicationPad1d((2, 1))(x).tolist() == [[1.0, 1.0, 1.0, 2.0, 3.0, 3.0]]
    assert nn.CircularPad1d((2, 1))(x).tolist() == [[2.0, 3.0, 1.0, 2.0, 3.0, 1.0]]


def test_the_last_axis_comes_first():
    assert F.pad(np.ones((2, 3, 4)), (1, 2)).shape == (2, 3, 7)
    assert F.pad(np.ones((2, 3, 4)), (1, 2, 0, 5)).shape == (2, 8, 7)
    assert nn.ZeroPad2d((1, 2, 0, 5))(np.ones((1, 2, 3, 4))).shape == (1, 2, 8, 7)


def test_negative_numbers_cut_off():
    assert F.pad([1.0, 2.0, 3.0, 4.0], (-1, -2)).tolist() == [2.0]
    assert F.pad([1.0, 2.0], (-1, -1)).shape == (0,)
    assert F.pad([[1.0, 2.0, 3.0]], (-1, 2), "reflect").tolist() == [[2.0, 3.0, 2.0, 1.0]]
    assert F.pad([[1.0, 2.0, 3.0]], (-1, 2), "circular").tolist() == [[2.0, 3.0, 2.0, 3.0]]


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_gradients(mode):
    for pad in ((2, 1, 1, 2), (-1, 2, 1, -1)):
        gradcheck(lambda x, p=pad: F.pad(x, p, mode), X[None])
        gradgradcheck(lambda x, p=pad: F.pad(x, p, mode) ** 3, X[None] / 9)


def test_dtypes_and_empty_batches():
    assert F.pad(X.astype(np.float32), (1, 1)).dtype == np.float32
    assert F.pad([1, 2], (1, 1)).tolist() == [0, 1, 2, 0]
    assert nn.ReflectionPad2d(1)(np.ones((0, 2, 3, 3))).shape == (0, 2, 5, 5)
    t = ag.Tensor(X.astype(np.float32), requires_grad=True)
    nn.ReflectionPad1d(1)(t).sum().backward()
    assert t.grad.dtype == np.float32


def test_shown():
    assert repr(nn.ReflectionPad2d(1)) == "ReflectionPad2d((1, 1, 1, 1))"
    assert repr(nn.ConstantPad1d((1, 2), 0.5)) == "ConstantPad1d(padding=(1, 2), value=0.5)"
    assert nn.ZeroPad3d(2).title == "ZeroPad3d((2, 2, 2, 2, 2, 2))"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.pad(X, (1,)), r"two numbers for each axis, from the last one on, 6 at most; got \(1,\)"),
        (lambda: F.pad(X, (1,) * 8), "6 at most"),
        (lambda: F.pad(X, (-3, -2)), r"cutting \(-3, -2\) off float64 .* would leave less than nothing"),
        (lambda: F.pad(X, (1, 1), "edge"), "mode is one of 'constant', 'reflect', 'replicate', 'circular', got 'edge'"),
        (lambda: F.pad(X, (4, 0), "reflect"), r"cannot add \(4, 0\) to an axis of size 4: there is not enough"),
        (lambda: F.pad(X, (-2, 3), "circular"), r"cannot add \(-2, 3\) to an axis of size 4"),
        (lambda: F.pad(X, (1, 1), "reflect", 2.0), "value=2.0 goes with mode='constant' only"),
        (lambda: F.pad(X, (0, 0, 0, 0, 1, 1), "reflect"), "pads up to three axes behind the channels"),
        (lambda: nn.ReflectionPad2d((1, 2)), "ReflectionPad2d: padding is a whole number, or 4 of them"),
        (lambda: nn.ReflectionPad2d(1)(np.ones((4, 4))), r"the input must be \(N, C, H, W\) or \(C, H, W\)"),
    ],
)
def test_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
