"""What bare NumPy takes for the work on large arrays, written out by hand.

No graph, no checks, no handles. Each operation of the forward and each factor of a derivative is one pass of NumPy over
whole arrays, or of blocks, in place wherever nothing needs the old values. In the report, "ours" is the time of this.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Final

import numpy as np

from benchmarks.agreement import Workload
from benchmarks.cases.arrays import COUNT, IMAGES, KERNELS, Result, convolution_step, elementwise_step, numbers
from benchmarks.cases.base import Builder, StepCase
from benchmarks.libraries import OURS, PYTORCH, Library

#: Four arrays of so many numbers stay in the cache of a processor.
BLOCK: Final = 32_768


def _stepping(compute: Any, count: int) -> Workload:
    """Make a workload of a function that gives a loss and its gradients, so many numbers."""
    gradients: list[Any] = [np.zeros(count)]

    def step() -> Result:
        loss, *gradients[:] = compute()
        return Result(loss)

    return Workload(step, lambda: np.concatenate([np.ravel(gradient) for gradient in gradients]).astype(np.float64))


def _elementwise(_: Library, *, block: int) -> Workload:
    """The forward as an eager engine must do it, an operation after another; the backward by blocks."""
    x = numbers(COUNT)
    one, two = np.float32(1), np.float32(2)

    def backward(t: Any, e: Any, product: Any, x: Any) -> None:
        """Turn ``t`` into the gradient."""
        t *= t  # by the way of tanh: e (1 - t^2) 2
        np.subtract(one, t, out=t)
        t *= e
        t *= two
        np.multiply(two, x, out=e)  # by the way of exp: t e (-1) 2x
        e *= product
        t -= e

    def compute() -> tuple[Any, Any]:
        t = two * x
        t += one
        np.tanh(t, out=t)
        e = x * x
        np.negative(e, out=e)
        np.exp(e, out=e)
        product = t * e
        loss = np.add.reduce(product)
        for start in range(0, COUNT, block):
            backward(*(array[start : start + block] for array in (t, e, product, x)))
        return loss, t

    return _stepping(compute, COUNT)


def _convolution(_: Library, *, keeps_windows: bool) -> Workload:
    x, weight = numbers(*IMAGES), numbers(*KERNELS)
    samples, channels, height, width = IMAGES
    outputs, _channels, *size = KERNELS
    counts = (height - size[0] + 1, width - size[1] + 1)
    columns = np.empty((channels, *size, *counts, samples), np.float32)  # samples last: the longest runs of memory
    kernels, rows = weight.reshape(outputs, -1), columns.reshape(channels * math.prod(size), -1)
    g = np.ones((outputs, math.prod(counts) * samples), np.float32)

    def lay_windows_out() -> None:
        laid = np.ascontiguousarray(x.transpose(1, 2, 3, 0))
        columns[...] = np.lib.stride_tricks.sliding_window_view(laid, size, (1, 2)).transpose(0, 4, 5, 1, 2, 3)

    def compute() -> tuple[Any, Any, Any]:
        lay_windows_out()
        loss = np.add.reduce(np.matmul(kernels, rows), axis=None)
        if not keeps_windows:
            lay_windows_out()
        by_weight = np.matmul(rows, g.T).T.reshape(KERNELS)  # BLAS is quicker with the long side first
        windows = np.matmul(kernels.T, g).reshape(columns.shape)
        by_x = np.zeros((channels, height, width, samples), np.float32)
        for i, j in np.ndindex(*size):
            by_x[:, i : i + counts[0], j : j + counts[1]] += windows[:, i, j]
        return loss, by_x.transpose(3, 0, 1, 2), by_weight

    return _stepping(compute, math.prod(IMAGES) + math.prod(KERNELS))


def _case(name: str, of: str, by_hand: Builder, step: Builder) -> StepCase:
    return StepCase(name, f"{of} in bare NumPy, by hand", {OURS: by_hand, PYTORCH: step})


BY_HAND: Final = (
    _case("elementwise-by-hand", "the elementwise functions", partial(_elementwise, block=COUNT), elementwise_step),
    _case(
        "elementwise-by-hand-in-blocks",
        f"the elementwise functions, the backward in blocks of {BLOCK:,},",
        partial(_elementwise, block=BLOCK),
        elementwise_step,
    ),
    _case("convolution-by-hand", "the convolution", partial(_convolution, keeps_windows=False), convolution_step),
    _case(
        "convolution-by-hand-keeping",
        "the convolution, keeping the forward's windows, seven times as large as the images,",
        partial(_convolution, keeps_windows=True),
        convolution_step,
    ),
)
