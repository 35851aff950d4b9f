"""FLOPs beside PyTorch's formulas, which are for products of matrices and convolutions, without biases."""

import math

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


def theirs(name):
    """By the formulas themselves, for the shapes that PyTorch finds: its counting mode takes seconds to be imported."""
    from torch.utils import flop_counter

    shapes = []
    out = CASES[name](T, lambda *shape: shapes.append(shape) or torch.ones(shape))
    if "linear" in name:
        return flop_counter.mm_flop((math.prod(out.shape[:-1]), shapes[0][-1]), shapes[1][::-1])
    if name == "attention":
        return flop_counter.sdpa_flop_count(*shapes)
    return flop_counter.conv_flop_count(*shapes, out.shape, transposed="transpose" in name)


@pytest.mark.parametrize("name", CASES)
def test_products_cost_what_pytorch_says(name):
    ours = []
    with counting(lambda operation, flops: ours.append(flops if operation in COUNTED else 0)):
        CASES[name](nn.functional, lambda *shape: np.ones(shape))
    assert sum(ours) == theirs(name) > 0
