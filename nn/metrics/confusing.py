"""The confusion matrix: which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .counting import Counts, count
from .deciding import checked_threshold, decide
from .reading import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class ConfusionMatrix(Counts):
    """The confusion matrix over batches, with a picture of it; see ``confusion_matrix``.

    >>> from nn import metrics
    >>> confusion = metrics.ConfusionMatrix(threshold=0.0)
    >>> confusion.update([-1.0, 2.0], [0, 0])
    >>> confusion.update([3.0], [1])
    >>> confusion.compute()
    array([[1, 1],
           [0, 1]])
    """

    name = "confusion_matrix"

    def __init__(self, *, threshold: float | None = None) -> None:
        super().__init__()
        self.threshold = checked_threshold(self.name, threshold)

    def measure(self, output: Any, target: Any, weight: Any) -> Array:
        """Count the pairs of actual and predicted classes."""
        predicted, actual, each, classes = decide(self.name, output, target, weight, self.threshold)
        return count(actual * classes + predicted, each, classes**2).reshape(classes, classes)

    def result(self, measured: Array) -> Array:
        """Give the matrix."""
        return measured.copy()

    def plot(self, class_names: Sequence[str] | None = None) -> Figure:
        """Draw the matrix as a table of coloured cells; give matplotlib's figure, which Jupyter shows.

        ``class_names`` are the names of the classes in their order; by default their indices. Cells are coloured by
        their share of the row, so that rare classes are seen as well. Raises ``ValueError`` if there is not one name
        for each class, and ``ModuleNotFoundError`` without matplotlib.
        """
        matrix = self.compute()
        names = list(map(str, range(len(matrix)) if class_names is None else class_names))
        if len(names) != len(matrix):
            raise ValueError(f"confusion_matrix: there are {len(matrix)} classes, and {len(names)} names for them")
        return _draw(matrix, names)


def _draw(matrix: Array, names: Sequence[str]) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "confusion_matrix: matplotlib draws it, which is not installed: pip install glassgrad[training]"
        ) from error
    side = 2 + 0.5 * len(names)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), number in np.ndenumerate(matrix):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(
            column, row, f"{number:.4g}" if number % 1 else f"{number:.0f}", color=colour, ha="center", va="center"
        )
    axes.set_xticks(range(len(names)), names, rotation="vertical" if max(map(len, names)) > 3 else None)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="predicted", ylabel="actual")
    return figure


def confusion_matrix(output: Any, target: Any, weight: Any = None, *, threshold: float | None = None) -> Array:
    """Count which classes are taken for which: ``[actual, predicted]``.

    ``output``, ``target``, ``weight`` and ``threshold``, and what raises, are as for ``accuracy``. The matrix has a row
    and a column for each class that the output has a score for; if classes are given, as far as the largest of them.
    Its dtype is int64, or float64 for weights that are no whole numbers.

    >>> from nn import metrics
    >>> metrics.confusion_matrix([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 0, 0])
    array([[1, 1],
           [0, 1]])
    """
    matrix: Array = ConfusionMatrix(threshold=threshold).of(output, target, weight)
    return matrix
