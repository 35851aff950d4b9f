"""Patches: what an index has picked is added where it was picked, however often."""

import numpy as np
import pytest

from autograd.patches import Patch


@pytest.mark.parametrize("places", [[], [2], [0, 2, 1], [1, 1, -2, 3], [0] * 40 + [1, 1, -1] + [3] * 16 + [2] * 17])
@pytest.mark.parametrize("line", [(), (1,), (8, 8), (100,)])
@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_lines_are_added_where_they_belong(places, line, dtype):
    places = np.array(places, np.intp)
    values = np.random.default_rng(0).integers(-9, 9, (len(places), *line)).astype(dtype)
    expected = np.ones((4, *line), dtype)
    array = expected.copy()
    np.add.at(expected, (places,), values)
    Patch(values, (places,), repeats=True).add_to(array)
    assert np.array_equal(array, expected)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint64])
def test_places_in_a_narrow_dtype(dtype):
    array = np.zeros((300, 64))
    Patch(np.ones((3, 64)), (np.array([1, 120, 1], dtype),), repeats=True).add_to(array)
    assert (array[1, 0], array[120, 0], array.sum()) == (2.0, 1.0, 192.0)


def test_places_of_several_axes():
    places = np.array([[0, 1], [1, 1]])
    values = np.arange(400.0).reshape(2, 2, 100)
    array = np.zeros((3, 100))
    Patch(values, (places,), repeats=True).add_to(array)
    assert np.array_equal(array, np.stack([values[0, 0], values[0, 1] + values[1, 0] + values[1, 1], np.zeros(100)]))


def test_a_real_array_gets_the_real_parts():
    array = np.zeros((2, 64))
    Patch(np.full((3, 64), 1 + 2j), (np.array([0, 0, 1]),), repeats=True).add_to(array)
    assert np.array_equal(array[:, 0], [2.0, 1.0])
