"""Cases for what is made of windows, beside definitions in plain NumPy; ``test_compositions`` runs them.

Given arrays, a call gives what the definition says; given Tensors, what the function under test gives.
"""

import functools
import math

import numpy as np

import autograd as ag
import nn
from autograd.primitives.domains import POSITIVE, REAL
from tests.properties.cases import case

F = nn.functional


def beside(definition, function):
    """A call that is the definition for arrays, and the function for Tensors."""

    def call(*arrays):
        return (function if any(isinstance(array, ag.Tensor) for array in arrays) else definition)(*arrays)

    return call


def cut(n, count):
    """Where adaptive windows start and end."""
    return [slice(i * n // count, -(-(i + 1) * n // count)) for i in range(count)]


def adaptive(draw, function, reduce):
    shape = (draw.integer(1, 2), draw.integer(1, 4), draw.integer(1, 5))
    size = math.prod(shape)
    x = np.mod(draw.permutation(size) or range(size), size).reshape(shape) / 16 - 0.5  # without ties
    counts = (draw.integer(1, 5), draw.integer(1, 4))

    def definition(x):
        rows = [[reduce(x[:, a, b], axis=(1, 2)) for b in cut(shape[2], counts[1])] for a in cut(shape[1], counts[0])]
        return np.array(rows).transpose(2, 0, 1)

    return (x,), beside(definition, lambda x: function(x, counts))


for one, reduction in ((ag.adaptive_average_pooling, np.mean), (ag.adaptive_max_pooling, np.max)):
    case(one)(functools.partial(adaptive, function=one, reduce=reduction))


@case(ag.max_unpooling)
def unpooled(draw):
    x = draw.array(REAL, (2, draw.integer(1, 3)))
    order = np.array([np.mod(draw.permutation(5) or range(5), 5) for _ in range(2)])[:, : x.shape[1]]

    def definition(x):
        result = np.zeros((2, 5), x.dtype)
        np.put_along_axis(result, order, x, axis=1)
        return result

    return (x,), beside(definition, lambda x: ag.max_unpooling(x, order, (5,)))


@case(F.lp_pool2d)
def norms(draw):
    x = draw.array(POSITIVE, (1, draw.integer(1, 2), draw.integer(2, 3), draw.integer(2, 4)))
    power = draw.choice([1, 2, 3, 0.5])

    def definition(x):
        blocks = x[:, :, :2, : x.shape[3] // 2 * 2].reshape(*x.shape[:2], 1, 2, -1, 2)
        return ((blocks**power).sum(axis=(3, 5)) ** (1 / power)).astype(x.dtype)

    return (x,), beside(definition, lambda x: F.lp_pool2d(x, power, 2))


@case(np.lib.stride_tricks.sliding_window_view)
def slid(draw):
    x = draw.array(REAL, tuple(draw.integer(1, 4) for _ in range(draw.integer(1, 3))))
    axes = tuple(draw.integer(0, x.ndim - 1) for _ in range(draw.integer(0, 2)))
    left, lengths = list(x.shape), []
    for axis in axes:
        lengths.append(draw.integer(1, left[axis]))
        left[axis] -= lengths[-1] - 1
    view = np.lib.stride_tricks.sliding_window_view
    return (x,), beside(lambda x: view(x, tuple(lengths), axes).copy(), lambda x: view(x, tuple(lengths), axes))


def sliding(draw):
    """An image, and options with which some windows fit on it."""
    x = draw.array(REAL, (draw.integer(1, 2), draw.integer(1, 2), draw.integer(3, 4), draw.integer(3, 5)))
    options = {
        "kernel_size": (draw.integer(1, 2), draw.integer(1, 3)),
        "stride": draw.choice([1, 2, (2, 1)]),
        "padding": draw.choice([0, 1, (0, 1)]),
    }
    return x, options


def columns_of(x, kernel_size, stride, padding):
    """The definition of unfold."""
    (sh, sw), (ph, pw) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    taken = np.lib.stride_tricks.sliding_window_view(padded, kernel_size, axis=(2, 3))[:, :, ::sh, ::sw]
    ordered = taken.transpose(0, 1, 4, 5, 2, 3)
    return ordered.reshape(len(x), x.shape[1] * math.prod(kernel_size), -1)


@case(F.unfold)
def unfolded(draw):
    x, options = sliding(draw)
    return (x,), beside(lambda x: columns_of(x, **options), lambda x: F.unfold(x, **options))


@case(F.fold)
def folded(draw):
    image, options = sliding(draw)
    columns = draw.array(REAL, columns_of(image, **options).shape)

    def definition(columns):
        """The transpose of unfold, element by element of the image."""
        result = np.zeros(image.shape, columns.dtype)
        for place in np.ndindex(image.shape):
            one = np.zeros(image.shape, columns.dtype)
            one[place] = 1
            result[place] = (columns_of(one, **options) * columns).sum()
        return result

    return (columns,), beside(definition, lambda y: F.fold(y, image.shape[2:], **options))


@case(F.conv2d)
def convolved(draw):
    x, options = sliding(draw)
    kernel = options.pop("kernel_size")
    weight = draw.array(REAL, (draw.integer(1, 2), x.shape[1], *kernel))
    bias = draw.array(REAL, weight.shape[:1])

    def definition(x, weight, bias):
        columns = columns_of(x, kernel, **options)
        products = weight.reshape(len(weight), -1) @ columns + bias[:, None]
        (s, _), (p, _) = np.broadcast_to(options["stride"], 2), np.broadcast_to(options["padding"], 2)
        return products.reshape(len(x), len(weight), (x.shape[2] + 2 * p - kernel[0]) // s + 1, -1)

    return (x, weight, bias), beside(definition, lambda x, w, b: F.conv2d(x, w, b, **options))


@case(F.conv_transpose1d)
def spread(draw):
    """Each element puts a kernel down; what sticks out at the ends is cut off."""
    x = draw.array(REAL, (1, draw.integer(1, 2), draw.integer(2, 4)))
    weight = draw.array(REAL, (x.shape[1], draw.integer(1, 2), draw.integer(1, 3)))
    stride, padding, more = draw.integer(1, 2), draw.integer(0, 1), draw.choice([0, 1])
    more = min(more, stride - 1)

    def definition(x, weight):
        size = weight.shape[2]
        whole = np.zeros((1, weight.shape[1], (x.shape[2] - 1) * stride + size + more), x.dtype)
        for place in range(x.shape[2]):
            whole[:, :, place * stride : place * stride + size] += np.einsum("nc,cok->nok", x[:, :, place], weight)
        return whole[:, :, padding : whole.shape[2] - padding]

    options = {"stride": stride, "padding": padding, "output_padding": more}
    if (x.shape[2] - 1) * stride + weight.shape[2] + more <= 2 * padding:
        options["padding"] = padding = 0
    return (x, weight), beside(definition, lambda x, w: F.conv_transpose1d(x, w, **options))
