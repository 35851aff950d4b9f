"""Outputs and targets that metrics are compared on: drawn by Hypothesis, with ties, rare classes and weights."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst


class Case(NamedTuple):
    output: Any
    target: Any
    weight: Any

    def batches(self, cuts):
        """Cut the samples; some batches may be empty."""
        weight = [None] * (len(cuts) + 1) if self.weight is None else np.split(self.weight, cuts)
        return zip(np.split(self.output, cuts), np.split(self.target, cuts), weight, strict=True)


#: Coarse numbers, so that many are equal.
COARSE = st.integers(-8, 8).map(lambda n: n / 4)

SIZES = st.integers(1, 30)


@st.composite
def weights(draw, count):
    """Draw no weights, whole ones or others; never zero, which scikit-learn lets count as a class that occurs."""
    elements = draw(st.sampled_from([None, st.integers(1, 5), st.floats(0.125, 8.0)]))
    return None if elements is None else np.array(draw(st.lists(elements, min_size=count, max_size=count)))


@st.composite
def cuts(draw, count):
    """Draw where samples are cut into batches."""
    return sorted(draw(st.lists(st.integers(0, count), max_size=4)))


@st.composite
def choices(draw, max_classes=5):
    """Draw scores of several classes, and classes of which some may be missing."""
    count, classes = draw(SIZES), draw(st.integers(2, max_classes))
    scores = draw(npst.arrays(draw(st.sampled_from([np.float32, np.float64])), (count, classes), elements=COARSE))
    target = draw(npst.arrays(np.int64, (count,), elements=st.integers(0, draw(st.integers(0, classes - 1)))))
    return Case(scores, target, draw(weights(count)))


@st.composite
def classes(draw):
    """Draw predicted classes and actual ones, and whole weights."""
    count = draw(SIZES)
    predicted, target = (draw(npst.arrays(np.int64, (count,), elements=st.integers(0, 4))) for _ in range(2))
    weight = draw(st.none() | npst.arrays(np.int64, (count,), elements=st.integers(1, 5)))
    return Case(predicted, target, weight)


@st.composite
def answers(draw):
    """Draw scores for yes, and what is right."""
    count = draw(SIZES)
    scores = draw(npst.arrays(np.float64, (count,), elements=COARSE))
    return Case(scores, draw(npst.arrays(np.int64, (count,), elements=st.integers(0, 1))), draw(weights(count)))


@st.composite
def numbers(draw):
    """Draw one or several outputs a sample, and targets, which may be all the same."""
    count, columns = draw(SIZES), draw(st.sampled_from([(), (1,), (3,)]))
    output = draw(npst.arrays(np.float64, (count, *columns), elements=COARSE))
    target = draw(npst.arrays(np.float64, (count, *columns), elements=draw(st.sampled_from([COARSE, st.just(2.0)]))))
    return Case(output, target, draw(weights(count)))
