"""A naive reference for the engine: numbers that carry their derivatives along, in NumPy arrays of objects.

Derivatives go forwards here, number by number, by the textbook's rules; nothing is recorded and nothing walks back.
NumPy's own object arrays do the broadcasting, the indexing and the joining. No code is shared with the engine.
"""

import math

import numpy as np


class Number:
    """A number and its derivative by each leaf number, which is known by its leaf's name and its place there."""

    def __init__(self, value, slopes=None):
        self.value = float(value)
        self.slopes = slopes or {}

    def __repr__(self):
        return f"{self.value}{self.slopes}"

    def __add__(self, other):
        return combined(self.value + number(other).value, (1, self), (1, number(other)))

    def __sub__(self, other):
        return combined(self.value - number(other).value, (1, self), (-1, number(other)))

    def __mul__(self, other):
        other = number(other)
        return combined(self.value * other.value, (other.value, self), (self.value, other))

    def __truediv__(self, other):
        other = number(other)
        return combined(self.value / other.value, (1 / other.value, self), (-self.value / other.value**2, other))

    def __radd__(self, other):
        return number(other) + self

    def __rsub__(self, other):
        return number(other) - self

    def __rmul__(self, other):
        return number(other) * self

    def __neg__(self):
        return combined(-self.value, (-1, self))

    # NumPy's functions look for these in arrays of objects.

    def sin(self):
        return combined(math.sin(self.value), (math.cos(self.value), self))

    def exp(self):
        return combined(math.exp(self.value), (math.exp(self.value), self))

    def tanh(self):
        return combined(math.tanh(self.value), (1 - math.tanh(self.value) ** 2, self))


def number(value):
    return value if isinstance(value, Number) else Number(value)


def combined(value, *parts):
    """Give a number whose derivatives are the sum of those of the parts, each times its factor: the chain rule."""
    slopes = {}
    for factor, part in parts:
        for key, slope in part.slopes.items():
            slopes[key] = slopes.get(key, 0.0) + factor * slope
    return Number(value, slopes)


def array(numbers):
    """Give an array of Numbers, whatever NumPy has made of a single one, or of a sum of none."""
    result = np.empty(np.shape(numbers), dtype=object)
    result[...] = numbers
    for index in np.ndindex(result.shape):
        result[index] = number(result[index])
    return result


def leaf(name, values):
    """Give the numbers of a leaf: each has the derivative 1 by itself."""
    result = array(values)
    for index in np.ndindex(result.shape):
        result[index].slopes = {(name, index): 1.0}
    return result


def values(numbers):
    return np.array([each.value for each in array(numbers).flat]).reshape(np.shape(numbers))


def detached(numbers):
    return array(values(numbers))


def largest(numbers, axis=None):
    """Give the maximum over an axis, or over all; equal ones share its derivative."""

    def of_row(row):
        top = max(each.value for each in row)
        ties = [each for each in row if each.value == top]
        return sum(ties, Number(0)) / len(ties)

    return array(of_row(numbers.ravel()) if axis is None else np.apply_along_axis(of_row, axis, numbers))


def gradient(total, name, shape):
    """Give the derivatives of one number by all the numbers of a leaf."""
    result = np.zeros(shape)
    for index in np.ndindex(shape):
        result[index] = total.slopes.get((name, index), 0.0)
    return result
