"""All parameters as one vector, and back."""

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn.utils import parameters_to_vector, vector_to_parameters


def test_there_and_back():
    model, other = nn.MLP([3, 4, 2]), nn.MLP([3, 4, 2])
    vector = parameters_to_vector(model.parameters())
    np.testing.assert_array_equal(vector.data, np.concatenate([each.data.ravel() for each in model.parameters()]))
    before = list(other.parameters())
    vector_to_parameters(vector, other.parameters())
    assert all(old is new for old, new in zip(before, other.parameters(), strict=True))
    for ours, theirs in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(ours.data, theirs.data)
        assert theirs.is_leaf
        assert theirs.requires_grad


def test_gradients_go_through():
    layer = nn.Linear(3, 2)
    (parameters_to_vector(layer.parameters()) ** 2).sum().backward()
    for parameter in layer.parameters():
        np.testing.assert_allclose(parameter.grad.data, 2 * parameter.data)


@pytest.mark.parametrize("vector", [np.zeros(7), np.zeros(9), np.zeros((2, 4)), Tensor(1.0)])
def test_what_does_not_fit_changes_nothing(vector):
    layer = nn.Linear(3, 2)
    before = layer.weight.data.copy()
    with pytest.raises(ValueError, match=r"vector_to_parameters: the parameters have 8 elements, got "):
        vector_to_parameters(vector, layer.parameters())
    np.testing.assert_array_equal(layer.weight.data, before)


def test_what_is_no_parameter():
    with pytest.raises(TypeError, match=r"parameters_to_vector: takes parameters, as .*, got 'x'"):
        parameters_to_vector("x")
    with pytest.raises(TypeError, match=r"vector_to_parameters: takes parameters, as .*, got 'x'"):
        vector_to_parameters(np.zeros(1), "x")


def test_a_parameter_by_itself():
    weight = nn.Parameter([[1.0, 2.0]])
    vector_to_parameters(2 * parameters_to_vector(weight), weight)
    assert weight.tolist() == [[2.0, 4.0]]


def test_no_parameters():
    with pytest.raises(ValueError, match="there are no parameters"):
        parameters_to_vector([])
