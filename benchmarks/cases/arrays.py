"""Operations on a million numbers or so: what arithmetic and memory cost, where the engine costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, Final

import numpy as np

from benchmarks.agreement import Floats, Workload
from benchmarks.cases.base import Bar, Builder, StepCase, alike
from benchmarks.libraries import NUMPY, OURS, PYTORCH, Library

COUNT: Final = 1_000_000
IMAGES: Final = (64, 16, 14, 14)
KERNELS: Final = (32, 16, 3, 3)


def numbers(*shape: int) -> Any:
    """Give the same random numbers each time, in single precision."""
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def gradient_of(leaves: list[Any], compute: Callable[[], Any]) -> Workload:
    """Make a step of a forward and a backward that leaves gradients in leaves."""

    def step() -> Any:
        for leaf in leaves:
            leaf.grad = None
        loss = compute()
        loss.backward()
        return loss

    def state() -> Floats:
        gradients = [np.zeros(leaf.shape) if leaf.grad is None else np.array(leaf.grad) for leaf in leaves]
        return np.concatenate([np.ravel(gradient) for gradient in gradients]).astype(np.float64)

    return Workload(step, state)


def elementwise_step(library: Library) -> Workload:
    """Make a step of a few elementwise functions and their gradient."""
    x = library.tensor(numbers(COUNT), requires_grad=True)
    exp, tanh = library.functions.exp, library.functions.tanh

    def compute() -> Any:
        return (tanh(2 * x + 1) * exp(-(x**2))).sum()

    return gradient_of([x], compute)


ELEMENTWISE: Final = StepCase(
    name="elementwise",
    work=f"(tanh(2x + 1) * exp(-x**2)).sum() of {COUNT:,} numbers, forward and backward",
    builders=alike(elementwise_step),
    bars={PYTORCH: Bar(1.0)},
)


def _on_one_thread(build: Builder) -> Builder:
    """Have PyTorch do a step by one thread, as NumPy does all but products of matrices.

    How many threads PyTorch uses holds for the process, and so for other cases: each step puts it back.
    """

    def built(torch: Library) -> Workload:
        workload = build(torch)

        def step() -> Any:
            threads = torch.functions.get_num_threads()
            torch.functions.set_num_threads(1)
            try:
                return workload.step()
            finally:
                torch.functions.set_num_threads(threads)

        return Workload(step, workload.state)

    return built


ELEMENTWISE_ON_ONE_THREAD: Final = StepCase(
    name="elementwise-one-thread",
    work="the elementwise functions, with one thread for PyTorch, too",
    builders={OURS: elementwise_step, PYTORCH: _on_one_thread(elementwise_step)},
)


def convolution_step(library: Library) -> Workload:
    """Make a step of a convolution and its gradients."""
    x = library.tensor(numbers(*IMAGES), requires_grad=True)
    weight = library.tensor(numbers(*KERNELS), requires_grad=True)
    return gradient_of([x, weight], lambda: library.nn.functional.conv2d(x, weight).sum())


CONVOLUTION: Final = StepCase(
    name="convolution",
    work="3 x 3, of 64 x 16 x 14 x 14 to 32 channels, forward and backward",
    builders=alike(convolution_step),
    bars={PYTORCH: Bar(2.0)},
)


# NumPy's forward as the peer: the gradient may take as long as three of it


@dataclass(frozen=True)
class Result:
    """What a step gives in the place of a loss: it is added up only when somebody asks."""

    values: Any

    def item(self) -> float:
        """Give the sum of the values."""
        return float(np.sum(np.asarray(self.values, dtype=np.float64)))


@dataclass(frozen=True)
class Function:
    """A function of arrays of which our gradient is timed beside NumPy's forward."""

    name: str
    work: str
    compute: Callable[..., Any]
    operands: tuple[Any, ...]

    def forward(self, library: Library) -> Workload:
        """Compute it, no more."""
        arrays = [library.tensor(operand) for operand in self.operands]
        return _showing(lambda: self.compute(*arrays))

    def gradient(self, library: Library) -> Workload:
        """Walk back from a result that was computed before."""
        leaves = self._leaves(library)
        result = self.compute(*leaves)
        cotangent = library.tensor(np.ones(result.shape, np.float32))
        return _showing(lambda: self._walked(leaves, result, cotangent, retain_graph=True))

    def whole(self, library: Library) -> Workload:
        """Compute it, and walk back."""
        leaves = self._leaves(library)
        cotangent = library.tensor(np.ones(self.compute(*leaves).shape, np.float32))
        return _showing(lambda: self._walked(leaves, self.compute(*leaves), cotangent))

    def cases(self) -> tuple[StepCase, StepCase]:
        """Give a case of the gradient alone, which has a bar, and one of the forward and the gradient together."""
        bars = {NUMPY: Bar(3.0)}
        return (
            StepCase(self.name, f"gradient of {self.work}", {OURS: self.gradient, NUMPY: self.forward}, bars),
            StepCase(f"{self.name}-whole", "the same with its forward", {OURS: self.whole, NUMPY: self.forward}),
        )

    def _leaves(self, library: Library) -> list[Any]:
        return [library.tensor(operand, requires_grad=True) for operand in self.operands]

    def _walked(self, leaves: list[Any], result: Any, cotangent: Any, **options: Any) -> Any:
        for leaf in leaves:
            leaf.grad = None
        result.backward(cotangent, **options)
        return result.data


def _showing(compute: Callable[[], Any]) -> Workload:
    """Make a workload that shows what was computed last."""
    last: list[Any] = []

    def step() -> Result:
        last[:] = [compute()]
        return Result(last[0])

    return Workload(step, lambda: np.array(last[0] if last else 0.0, dtype=np.float64).reshape(-1))


_BATCH: Final = numbers(100, 100, 100)
_LINE: Final = numbers(COUNT)
_PLACES: Final = np.random.default_rng(1).integers(0, COUNT, COUNT)

_FUNCTIONS: Final = (
    Function("einsum", "einsum of 100 matrices 100 x 100", partial(np.einsum, "bij,bjk->bik"), (_BATCH, _BATCH)),
    Function("matmul", "products of 100 matrices 100 x 100", np.matmul, (_BATCH, _BATCH)),
    Function("indexing", f"x[places], {COUNT:,} random places", itemgetter(_PLACES), (_LINE,)),
    Function("sort", f"a sort of {COUNT:,} numbers", np.sort, (_LINE,)),
    Function("cumsum", f"a cumulative sum of {COUNT:,} numbers", np.cumsum, (_LINE,)),
    Function("max", f"the largest of {COUNT:,} numbers", np.max, (_LINE,)),
)

BESIDE_NUMPY: Final = tuple(case for function in _FUNCTIONS for case in function.cases())
