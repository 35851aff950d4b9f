"""What is timed. A case belongs in `CASES`; its bars say how long we may take beside a peer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.cases.arrays import BESIDE_NUMPY, CONVOLUTION, ELEMENTWISE, ELEMENTWISE_ON_ONE_THREAD
from benchmarks.cases.base import Case
from benchmarks.cases.by_hand import BY_HAND
from benchmarks.cases.chain import CHAIN
from benchmarks.cases.derivatives import DERIVATIVES
from benchmarks.cases.importing import IMPORT
from benchmarks.cases.optimizers import OPTIMIZERS
from benchmarks.cases.training import MNIST_LIKE, REGRESSION, XOR

CASES: Final[Mapping[str, Case]] = {
    case.name: case
    for case in (
        CHAIN,
        XOR,
        REGRESSION,
        MNIST_LIKE,
        *OPTIMIZERS,
        ELEMENTWISE,
        ELEMENTWISE_ON_ONE_THREAD,
        CONVOLUTION,
        *BY_HAND,
        *BESIDE_NUMPY,
        *DERIVATIVES,
        IMPORT,
    )
}
