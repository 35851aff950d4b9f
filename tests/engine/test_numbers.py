"""Python numbers beside arrays are kept as arrays, however many there were before."""

import numpy as np

import autograd as ag
from autograd.primitives.numbers import number


def test_a_number_that_comes_again_is_the_same_array_even_after_thousands_of_others():
    like = np.zeros(2)
    for value in range(1, 3000):
        number(float(value), like)
    assert number(0.25, like) is number(0.25, like)


def test_what_is_kept_is_bounded():
    like = np.zeros(2, np.float32)
    first = number(0.125, like)
    for value in range(1, 3000):
        number(float(value), like)
    assert number(0.125, like) is not first


def test_the_zeros_of_both_signs_stay_what_they_are():
    x = ag.Tensor([1.0, 2.0])
    assert np.signbit((x * -0.0).data).all()
    assert not np.signbit((x * 0.0).data).any()
