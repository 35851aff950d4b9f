"""Clipping beside PyTorch's."""

import inspect
import math

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch")

SHAPES = [(3, 4), (), (5,)]


@pytest.fixture
def both(rng):
    """Parameters of ours and of theirs, with the same gradients; the last has none."""
    gradients = [5 * rng.normal(size=shape) for shape in SHAPES]
    ours = [nn.Parameter(np.zeros(shape)) for shape in (*SHAPES, (2,))]
    theirs = [torch.nn.Parameter(torch.zeros(shape, dtype=torch.float64)) for shape in (*SHAPES, (2,))]
    for parameter, other, gradient in zip(ours, theirs, gradients, strict=False):
        parameter.grad, other.grad = gradient, torch.tensor(gradient)
    return ours, theirs


def assert_same_gradients(ours, theirs):
    for parameter, other in zip(ours[:-1], theirs[:-1], strict=True):
        np.testing.assert_allclose(parameter.grad.data, other.grad.numpy(), rtol=1e-12)
    assert ours[-1].grad is None


@pytest.mark.parametrize("norm_type", [1, 2.0, 3, 0.5, math.inf])
@pytest.mark.parametrize("max_norm", [0.5, 1e9])
def test_a_norm(both, norm_type, max_norm):
    ours, theirs = both
    norm = nn.utils.clip_grad_norm_(ours, max_norm, norm_type)
    np.testing.assert_allclose(norm.item(), torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type).item())
    assert_same_gradients(ours, theirs)


def test_values(both):
    ours, theirs = both
    nn.utils.clip_grad_value_(ours, 1.5, foreach=True)
    torch.nn.utils.clip_grad_value_(theirs, 1.5, foreach=True)
    assert_same_gradients(ours, theirs)


def test_a_norm_that_is_not_finite_is_refused(both):
    ours, theirs = both
    ours[0].grad = ours[0].grad * np.nan
    theirs[0].grad = theirs[0].grad * math.nan
    for library, parameters in ((nn, ours), (torch.nn, theirs)):
        with pytest.raises(
            RuntimeError, match=r"The total norm of order 2.0 for gradients from `parameters` is non-finite"
        ):
            library.utils.clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)


@pytest.mark.parametrize("name", ["clip_grad_norm_", "clip_grad_value_"])
def test_the_arguments_are_named_and_preset_as_theirs(name):
    ours, theirs = (inspect.signature(getattr(library.utils, name)).parameters for library in (nn, torch.nn))
    assert {argument: p.default for argument, p in ours.items()} == {a: theirs[a].default for a in ours}
    assert list(ours) == list(theirs)
