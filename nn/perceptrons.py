"""Rosenblatt's perceptron: units that fire or do not, and the rule by which they learn from their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Tensor, asarray, astype, linear

from .module import Module
from .parameter import Parameter


@dataclass(frozen=True, eq=False)
class PerceptronFit:
    """How a perceptron learned.

    Attributes
    ----------
    errors
        For each epoch, how many samples were answered wrongly when they were shown.
    weights, biases
        Where the lines went: ``(corrections + 1, out_features, in_features)`` and ``(corrections + 1, out_features)``,
        at the start and after each correction. A unit's line is where ``weights @ x + biases`` is 0.
    cycles
        Whether the weights at the end of an epoch were those of an earlier one. From there on all repeats: no number of
        epochs will do, for no line separates the classes.
    """

    errors: tuple[int, ...]
    weights: Any
    biases: Any
    cycles: bool

    @property
    def converged(self) -> bool:
        """Whether the last epoch had no error, so that all samples are answered rightly."""
        return self.errors[-1] == 0

    def __str__(self) -> str:
        epochs, last = len(self.errors), self.errors[-1]
        if self.converged:
            return f"converged: no error in epoch {epochs}, after {len(self.weights) - 1} corrections"
        why = "the weights repeat, so it never will" if self.cycles else "more epochs may do"
        return f"did not converge: {last} errors in epoch {epochs}; {why}"


class Perceptron(Module):
    """Units that fire, 1, where ``x @ weight.T + bias >= 0``, and give 0 elsewhere.

    A step has no slope to go down: ``fit`` teaches them by Rosenblatt's rule, and a backward does not pass them. Each
    unit divides its inputs by a line (a plane, a hyperplane), so AND and OR can be learned, and XOR takes two layers.

    Parameters
    ----------
    in_features, out_features
        How many numbers come in, and how many units there are.
    dtype
        Of the parameters and the outputs, and what inputs are converted to; float32 by default.

    Attributes
    ----------
    weight
        ``(out_features, in_features)``, zeros at first; it does not require grad.
    bias
        ``(out_features,)``, likewise.

    Notes
    -----
    Source: Rosenblatt, "The Perceptron: A Probabilistic Model for Information Storage and Organization in the Brain",
    Psychological Review 65 (1958). If a line separates the classes, the rule finds one after finitely many
    corrections: Novikoff, "On Convergence Proofs on Perceptrons" (1962). If none does, and the inputs are whole
    numbers, the weights come back to where they have been: Minsky and Papert, "Perceptrons" (1969).

    >>> import nn
    >>> inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> perceptron = nn.Perceptron(2)
    >>> fitted = perceptron.fit(inputs, [0, 0, 0, 1])
    >>> print(fitted)
    converged: no error in epoch 6, after 11 corrections
    >>> fitted.errors, perceptron.predict(inputs)
    ((2, 3, 3, 2, 1, 0), array([0, 0, 0, 1]))
    >>> print(nn.Perceptron(2).fit(inputs, [0, 1, 1, 0]))
    did not converge: 4 errors in epoch 100; the weights repeat, so it never will
    """

    def __init__(self, in_features: int, out_features: int = 1, *, dtype: Any = None) -> None:
        dtype = np.dtype(dtype or np.float32)
        if dtype.kind != "f":
            raise TypeError(f"Perceptron: weights are floating numbers, got dtype {dtype}")
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(np.zeros((out_features, in_features)), requires_grad=False, dtype=dtype)
        self.bias = Parameter(np.zeros(out_features), requires_grad=False, dtype=dtype)

    def forward(self, input: Any) -> Tensor:
        """Say which units fire: ``(..., in_features)`` gives ``(..., out_features)``, of zeros and ones."""
        shape = np.shape(input)
        if shape[-1:] != (self.in_features,):
            raise ValueError(
                f"{self.title}: the last axis of the input must be in_features={self.in_features}, got an input of "
                f"shape {shape}"
            )
        dtype = self.weight.dtype
        fires: Tensor = astype(linear(astype(asarray(input), dtype), self.weight, self.bias) >= 0, dtype)
        return fires

    def predict(self, x: Any) -> Any:
        """Give what ``forward`` does as an array of whole numbers; of a single unit, without the last axis."""
        fires = self(x).numpy().astype(np.int64)
        return fires[..., 0] if self.out_features == 1 else fires

    def fit(self, x: Any, y: Any, max_epochs: int = 100, lr: float = 1.0) -> PerceptronFit:
        """Learn by Rosenblatt's rule: ``weight += lr * (y - output) * x`` and ``bias += lr * (y - output)``.

        The samples are shown in the order in which they stand, each once an epoch; what is answered rightly changes
        nothing. It ends with an epoch without errors, or after ``max_epochs``. Called again, it goes on.

        Parameters
        ----------
        x
            Samples, ``(N, in_features)``.
        y
            What the units shall give for each, zeros and ones: ``(N, out_features)``, or ``(N,)`` for a single unit.
        max_epochs
            How often all samples are shown at most.
        lr
            How far a correction goes. Starting at zeros it only scales the weights.

        Raises
        ------
        ValueError
            If the shapes do not fit, there are no samples, ``x`` is not finite, or ``y`` holds anything but zeros and
            ones.
        """
        samples, wanted = self._checked(x, y)
        if max_epochs < 1 or not 0 < lr < np.inf:
            raise ValueError(
                f"{self.title}: fit takes max_epochs >= 1 and lr > 0, got max_epochs={max_epochs} and lr={lr}"
            )
        lr = float(lr)  # NumPy's own would widen the weights
        weight, bias = np.array(self.weight.data), np.array(self.bias.data)
        course, ends = [(weight, bias)], {_bits(weight, bias)}
        errors: list[int] = []
        cycles = False
        while len(errors) < max_epochs and errors[-1:] != [0]:
            wrong = 0
            answers = linear(samples, weight, bias).data >= 0  # as in forward: one by one, they are rounded otherwise
            for sample, right, answer in zip(samples, wanted, answers, strict=True):
                error = right - (weight @ sample + bias >= 0 if wrong else answer)
                if error.any():
                    wrong += 1
                    weight, bias = weight + lr * np.outer(error, sample), bias + lr * error
                    course.append((weight, bias))
            errors.append(wrong)
            cycles = cycles or (wrong > 0 and _bits(weight, bias) in ends)
            ends.add(_bits(weight, bias))
        self.weight.data, self.bias.data = weight, bias
        weights, biases = map(np.stack, zip(*course, strict=True))
        return PerceptronFit(tuple(errors), weights, biases, cycles)

    def _checked(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Samples and wanted outputs as arrays of the parameters' dtype, ``(N, in_features)`` and ``(N, units)``."""
        given, wanted = asarray(x).data, asarray(y).data
        with np.errstate(over="ignore"):
            samples = np.asarray(given, self.weight.dtype)
        if wanted.ndim == 1 and self.out_features == 1:
            wanted = wanted[:, None]
        if samples.ndim != 2 or samples.shape[1] != self.in_features or len(samples) == 0:
            raise ValueError(
                f"{self.title}: fit takes samples of shape (N, {self.in_features}), one or more, got {samples.shape}"
            )
        if wanted.shape != (len(samples), self.out_features):
            raise ValueError(
                f"{self.title}: y is of shape ({len(samples)}, {self.out_features}), the wanted output for each "
                f"sample, got {np.shape(y)}"
            )
        others = wanted[~np.isin(wanted, (0, 1))]
        if len(others):
            raise ValueError(f"{self.title}: y holds zeros and ones, got {others[0]}")
        if not np.isfinite(samples).all():
            first = tuple(map(int, np.argwhere(~np.isfinite(samples))[0]))
            raise ValueError(f"{self.title}: x must be finite in {samples.dtype}, got {given[first]} at {list(first)}")
        return samples, wanted.astype(samples.dtype)

    def main_arguments(self) -> str:
        """Give the sizes before and after."""
        return f"{self.in_features}, {self.out_features}"

    def extra_repr(self) -> str:
        """Give the arguments as they were."""
        return f"in_features={self.in_features}, out_features={self.out_features}"


def _bits(weight: Any, bias: Any) -> bytes:
    """Weights as something that a set can hold."""
    return bytes(weight.tobytes() + bias.tobytes())
