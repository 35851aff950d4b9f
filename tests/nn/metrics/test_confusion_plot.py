"""The picture of a confusion matrix."""

import subprocess
import sys

import pytest

from nn import metrics


@pytest.fixture
def confusion():
    matrix = metrics.ConfusionMatrix()
    matrix.update([0, 1, 1, 2, 2], [0, 1, 1, 2, 0])
    return matrix


def texts(figure):
    (axes,) = figure.axes
    return {text.get_position(): text.get_text() for text in axes.texts}


def test_every_cell_has_its_number(confusion):
    figure = confusion.plot()
    matrix = confusion.compute()
    assert texts(figure) == {(column, row): str(matrix[row, column]) for row in range(3) for column in range(3)}
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "actual")
    image = axes.images[0].get_array()
    assert image.tolist() == [[0.5, 0.0, 0.5], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def test_names_and_weights(tmp_path):
    matrix = metrics.ConfusionMatrix()
    matrix.update([0, 1], [0, 0], [0.25, 1 / 3])
    figure = matrix.plot(["cat", "<dog & $x"])
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "<dog & $x"]
    assert sorted(texts(figure).values()) == ["0", "0", "0.25", "0.3333"]
    figure.savefig(tmp_path / "confusion.png")


def test_one_name_for_each_class(confusion):
    with pytest.raises(ValueError, match="there are 3 classes, and 2 names for them"):
        confusion.plot(["a", "b"])


def test_matplotlib_is_loaded_when_it_draws():
    program = """
import sys
sys.modules["matplotlib"] = sys.modules["matplotlib.figure"] = None  # as if it were not installed
from nn import metrics
matrix = metrics.ConfusionMatrix()
matrix.update([0, 1], [0, 1])
matrix.plot()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stderr.endswith("which is not installed: pip install glassgrad[training]\n")
