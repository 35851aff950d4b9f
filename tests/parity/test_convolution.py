"""Convolutions beside PyTorch's: values, and gradients by both operands."""

import numpy as np
import pytest
import torch

import autograd as ag
from autograd import Tensor

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_convolution(axes, stride, dilation, groups):
    x = RNG.normal(size=(2, 4, *(7, 6, 8)[:axes]))
    w = RNG.normal(size=(6, 4 // groups, *(3, 2, 3)[:axes]))
    ours = [Tensor(array, requires_grad=True) for array in (x, w)]
    theirs = [torch.tensor(array, requires_grad=True) for array in (x, w)]
    result = ag.convolution(*ours, (stride,) * axes, (dilation,) * axes, groups)
    conv = getattr(torch.nn.functional, f"conv{axes}d")
    expected = conv(*theirs, stride=stride, dilation=dilation, groups=groups)
    np.testing.assert_allclose(result.data, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    g = RNG.normal(size=result.shape)
    result.backward(g)
    expected.backward(torch.tensor(g))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one.grad.data, other.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_gradient_of_kernels():
    x, y = RNG.normal(size=(2, 4, 9, 8)), RNG.normal(size=(2, 6, 4, 5))
    result = ag.convolution_weight(x, y, (3, 2), (2, 1), (1, 3), 2)
    expected = torch.nn.grad.conv2d_weight(
        torch.tensor(x), (6, 2, 3, 2), torch.tensor(y), stride=(2, 1), dilation=(1, 3), groups=2
    )
    np.testing.assert_allclose(result.data, expected.numpy(), rtol=1e-10, atol=1e-12)
