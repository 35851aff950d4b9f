"""Choose how much each input counts in scikit-learn's RBF kernel, by gradients that pass through its code.

    python examples/any_library.py

scikit-learn's ``rbf_kernel`` is written for arrays of any library that keeps to the array API standard, so it takes
Tensors, and differentiates. Here the progress of diabetes is predicted as the mean of all other patients', weighted by
the kernel (Nadaraya and Watson, 1964), and the scale of each of the ten inputs is trained by the error of that.
"""

from __future__ import annotations

import os

os.environ["SCIPY_ARRAY_API"] = "1"  # before SciPy and scikit-learn are imported: else they see NumPy's arrays only

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes
from sklearn.metrics.pairwise import rbf_kernel

import autograd as ag
import nn
import optim

STEPS = 60


def predicted(points: ag.Tensor, values: ag.Tensor, known: ag.Tensor | None = None) -> ag.Tensor:
    """The mean of the values at the known points, weighted by nearness; without them, at all points but the same."""
    kernel: ag.Tensor = rbf_kernel(points, points if known is None else known, gamma=1.0)
    if known is None:
        kernel = kernel * (1.0 - np.eye(len(points)))
    return kernel @ values / kernel.sum(axis=1)


def main() -> None:
    """Train the scales on four patients of five, print them, and how well the others are predicted."""
    data = load_diabetes()
    order = np.random.default_rng(0).permutation(len(data.target))
    test, train = order[::5], np.delete(order, slice(None, None, 5))
    inputs = ag.Tensor(data.data / data.data.std(axis=0))
    target = ag.Tensor((data.target - data.target.mean()) / data.target.std())

    scales = nn.Parameter(np.full(10, 0.5))
    optimizer = optim.Adam([scales], lr=0.03)

    def explained() -> float:
        """The share of the variance of patients that were not trained on."""
        with ag.no_grad():
            found = predicted(inputs[test] * scales, target[train], inputs[train] * scales)
            return 1.0 - float(((found - target[test]) ** 2).mean() / target[test].var())

    print(f"all inputs alike: R² {explained():.3f} on {len(test)} others")
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = ((predicted(inputs[train] * scales, target[train]) - target[train]) ** 2).mean()
        loss.backward()
        optimizer.step()
        if step % 20 == 19:
            print(f"step {step + 1:3}: loss {loss.item():.3f}, R² {explained():.3f}")
    for name, scale in sorted(zip(data.feature_names, scales.tolist(), strict=True), key=lambda pair: -abs(pair[1])):
        print(f"{name:>4} {abs(scale):.2f} {'#' * round(40 * abs(scale))}")


if __name__ == "__main__":
    with sklearn.config_context(array_api_dispatch=True):
        main()
