"""FLOPs beside PyTorch's counter, which counts products of matrices and convolutions, without biases."""

import numpy as np
import pytest

import nn
from nn.costs import counting

torch = pytest.importorskip("torch")

COUNTED = {"matmul", "linear", "convolution", "convolution_transpose", "contraction"}
T = torch.nn.functional

CASES = {
    "linear": (lambda f, x: f.linear(x(4, 3), x(5, 3))),
    "linear of three axes": (lambda f, x: f.linear(x(2, 4, 3), x(5, 3))),
    "conv1d": (lambda f, x: f.conv1d(x(2, 3, 9), x(4, 3, 3), stride=2)),
    "conv2d": (lambda f, x: f.conv2d(x(2, 4, 9, 8), x(6, 2, 3, 2), stride=(1, 2), padding=1, groups=2)),
    "conv3d": (lambda f, x: f.conv3d(x(1, 2, 5, 5, 5), x(3, 2, 2, 2, 2), dilation=2)),
    "conv_transpose1d": (lambda f, x: f.conv_transpose1d(x(2, 3, 5), x(3, 4, 3), stride=2)),
    "conv_transpose2d": (lambda f, x: f.conv_transpose2d(x(2, 3, 5, 4), x(3, 4, 3, 3), padding=1)),
    "attention": (lambda f, x: f.scaled_dot_product_attention(x(2, 4, 5, 8), x(2, 4, 6, 8), x(2, 4, 6, 3))),
}


@pytest.mark.parametrize("name", CASES)
def test_products_cost_what_pytorch_says(name):
    from torch.utils.flop_counter import FlopCounterMode

    ours = []
    with counting(lambda operation, flops: ours.append(flops if operation in COUNTED else 0)):
        CASES[name](nn.functional, lambda *shape: np.ones(shape))
    with FlopCounterMode(display=False) as theirs:
        CASES[name](T, lambda *shape: torch.ones(shape, dtype=torch.float64))
    assert sum(ours) == theirs.get_total_flops() > 0
