"""What operations cost: counted by hand."""

import importlib
import pkgutil

import numpy as np
import pytest

import autograd as ag
import autograd.primitives
import nn
from autograd.registry import load_further, primitives
from nn.costs import _UNKNOWN, COSTS, counting

F = nn.functional


def ones(*shape):
    return np.ones(shape, np.float32)


def counted(function):
    """The FLOPs of all operations of a function, and the names of those of which nobody knows."""
    found = []
    with counting(lambda name, flops: found.append((name, flops))):
        function()
    return sum(flops or 0 for _, flops in found), [name for name, flops in found if flops is None]


LAYERS = {
    "linear": (lambda: F.linear(ones(4, 3), ones(5, 3)), 2 * 4 * 3 * 5),
    "linear with bias": (lambda: F.linear(ones(4, 3), ones(5, 3), ones(5)), 2 * 4 * 3 * 5 + 4 * 5),
    "linear of a vector": (lambda: F.linear(ones(3), ones(5, 3)), 2 * 3 * 5),
    "matmul": (lambda: ag.matmul(ones(7, 2, 3), ones(3, 4)), 2 * 7 * 2 * 3 * 4),
    "dot": (lambda: ag.matmul(ones(3), ones(3)), 2 * 3),
    "einsum": (lambda: ag.einsum("bij,bjk->bik", ones(7, 2, 3), ones(7, 3, 4)), 2 * 7 * 2 * 3 * 4),
    "outer": (lambda: ag.einsum("i,j->ij", ones(2), ones(3)), 6),
    "einsum of one": (lambda: ag.einsum("ij->i", ones(2, 3)), 6),
    "conv1d": (lambda: F.conv1d(ones(2, 3, 8), ones(4, 3, 3)), 2 * (2 * 4 * 6) * (3 * 3)),
    "conv2d": (lambda: F.conv2d(ones(1, 2, 6, 6), ones(4, 2, 3, 3), padding=1), 2 * (4 * 36) * (2 * 9)),
    "conv2d, strided, biased": (
        lambda: F.conv2d(ones(1, 2, 6, 6), ones(4, 2, 3, 3), ones(4), stride=3, padding=1),
        2 * (4 * 4) * (2 * 9) + 4 * 4,
    ),
    "conv2d by groups": (lambda: F.conv2d(ones(1, 4, 5, 5), ones(4, 1, 3, 3), groups=4), 2 * (4 * 9) * 9),
    "conv_transpose2d": (lambda: F.conv_transpose2d(ones(1, 2, 3, 3), ones(2, 5, 2, 2)), 2 * (2 * 9) * (5 * 4)),
    "bilinear": (lambda: F.bilinear(ones(1, 3), ones(1, 4), ones(5, 3, 4)), 2 * 3 * 20 + 2 * 20),
    "attention": (
        lambda: F.scaled_dot_product_attention(ones(5, 8), ones(6, 8), ones(6, 2)),
        5 * 8 + 2 * 5 * 6 * 8 + 5 * 5 * 6 + 2 * 5 * 6 * 2,  # the scale, products, softmax, means
    ),
    "convolve": (lambda: ag.convolve(ones(5), ones(3)), 2 * 15),
}

OTHERS = {
    "elementwise": (lambda: ag.exp(ones(3, 4)) * 2.0, 24),
    "relu": (lambda: F.relu(ones(3, 4)), 12),
    "broadcast": (lambda: ag.add(ones(3, 1), ones(4)), 12),
    "sum": (lambda: ag.sum(ones(3, 4), axis=0), 12),
    "softmax": (lambda: F.softmax(ones(3, 4), dim=-1), 60),
    "layer norm": (lambda: F.layer_norm(ones(3, 4), (4,), ones(4), ones(4)), 7 * 12),
    "layer norm without weights": (lambda: F.layer_norm(ones(3, 4), (4,)), 5 * 12),
    "max pooling": (lambda: F.max_pool2d(ones(1, 2, 6, 6), 3), 2 * 36),
    "overlapping means": (lambda: F.avg_pool1d(ones(1, 1, 5), 3, stride=1), 3 * 3),
    "adaptive means": (lambda: F.adaptive_avg_pool1d(ones(1, 1, 5), 3), 2 + 3 + 2),
    "moving": (lambda: ag.reshape(ag.concat([ones(2, 3), ones(2, 3)]), (3, 4)).T[1:], 0),
    "comparing": (lambda: ag.greater(ones(3), 0.0), 0),
    "whole numbers": (lambda: ag.add(np.arange(3), 1), 0),
    "looking up": (lambda: F.embedding(np.array([1, 2]), ones(5, 3)), 0),
    "dropout in evaluation": (lambda: F.dropout(ones(3), training=False), 0),
    "dropout": (lambda: F.dropout(ones(3)), 3),
}


@pytest.mark.parametrize("name", LAYERS | OTHERS)
def test_costs_by_hand(name):
    function, expected = (LAYERS | OTHERS)[name]
    assert counted(function) == (expected, [])


@pytest.mark.parametrize("lengths", [[7, 7], [7, 3]])
def test_recurrent_layers(lengths):
    """The terms of the input for all places at once, empty ones, too; the state's for each step of each sequence."""
    places, steps, size = len(lengths) * max(lengths), sum(lengths), 5
    packed = nn.utils.rnn.pack_sequence([ones(length, 3) for length in lengths])
    for kind, rows, others in ((nn.RNN, 1, 2), (nn.LSTM, 4, 13), (nn.GRU, 3, 13)):
        flops, unknown = counted(lambda kind=kind: kind(3, size, bias=False)(packed))
        assert flops == places * 2 * rows * size * 3 + steps * (2 * rows * size * size + others * size)
        assert unknown == []


def test_what_nobody_knows_is_told():
    assert counted(lambda: ag.linalg.inv(np.eye(3)))[1] == ["inv"]
    assert counted(lambda: ag.linalg.svd(np.eye(3)))[1] == ["joined_svd"]


def test_operations_of_users_count_where_they_are_elementwise():
    class Cube(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x**3

    flops, unknown = counted(lambda: Cube.apply(ag.Tensor(ones(2, 3))))
    assert flops >= 6
    assert unknown == []


def test_the_table_names_primitives_that_there_are():
    for module in pkgutil.walk_packages(autograd.primitives.__path__, "autograd.primitives."):
        importlib.import_module(module.name)
    load_further()
    assert set(COSTS) | set(_UNKNOWN.split()) <= set(primitives)
    assert not set(COSTS) & set(_UNKNOWN.split())
