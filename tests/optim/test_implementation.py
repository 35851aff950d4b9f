"""PyTorch's choices of how a step is computed: programs that pass them run, and they change nothing."""

import inspect

import numpy as np
import pytest

import nn
import optim

#: Those that take such choices.
CLASSES = {name: getattr(optim, name) for name in optim.__all__ if isinstance(getattr(optim, name), type)}
NAMES = [
    name
    for name, optimizer in CLASSES.items()
    if "implementation" in inspect.signature(optimizer).parameters and name != "Optimizer"
]
EACH = pytest.mark.parametrize("name", NAMES)
CHOICES = [
    {"foreach": True},
    {"foreach": False, "fused": None},
    {"fused": True},
    {"capturable": True, "differentiable": False},
]


def trained(name, starts, choices):
    parameters = [nn.Parameter(start) for start in starts]
    optimizer = getattr(optim, name)(parameters, **choices)
    for number in range(3):
        for parameter in parameters:
            parameter.grad = np.cos(parameter.data + number)
        optimizer.step()
    return [parameter.tolist() for parameter in parameters], optimizer


@EACH
def test_they_change_no_step_and_stay_among_the_options(name, rng):
    starts = rng.normal(size=(3, 2)), rng.normal(size=4)
    expected, _ = trained(name, starts, {})
    for choices in CHOICES:
        reached, optimizer = trained(name, starts, choices)
        assert reached == expected
        assert choices.items() <= optimizer.defaults.items()
        assert choices.items() <= optimizer.param_groups[0].items()
        assert choices.items() <= optimizer.state_dict()["param_groups"][0].items()


@EACH
def test_a_step_that_gradients_flow_through_is_refused(name):
    make = getattr(optim, name)
    weight = nn.Parameter([1.0])
    with pytest.raises(ValueError, match=r"differentiable=True is not supported: .* write it as an operation, w - lr"):
        make([weight], differentiable=True)
    with pytest.raises(ValueError, match="differentiable=True is not supported"):
        make([{"params": [weight], "differentiable": True}])
    optimizer = make([weight])
    with pytest.raises(ValueError, match="differentiable=True is not supported"):
        optimizer.add_param_group({"params": [nn.Parameter([1.0])], "differentiable": True})
    state = optimizer.state_dict()
    state["param_groups"][0] |= {"differentiable": True, "lr": 7.0}
    with pytest.raises(ValueError, match="differentiable=True is not supported"):
        optimizer.load_state_dict(state)
    assert len(optimizer.param_groups) == 1
    assert optimizer.param_groups[0]["lr"] != 7.0


@EACH
def test_an_option_that_there_is_not_is_named(name):
    with pytest.raises(TypeError, match=f"{name}: there is no option 'learning_rate'; there are lr, "):
        getattr(optim, name)([nn.Parameter([1.0])], learning_rate=0.1)
