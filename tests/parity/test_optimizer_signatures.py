"""The arguments of all optimizers, their order and defaults, are PyTorch's; each difference has a reason."""

import inspect

import numpy as np
import pytest

import nn
import optim
from optim.implementation import Implementation

torch = pytest.importorskip("torch")

NAMES = [
    name
    for name in torch.optim.__all__
    if isinstance(getattr(torch.optim, name), type) and name not in ("Optimizer", "SparseAdam")
]
#: What says how a step is computed, not what: here by name alone, behind all others, for it changes nothing.
CHOICES = set(Implementation.__annotations__)
#: What PyTorch also takes by its place, which is behind such a choice.
BY_NAME_ALONE = {("ASGD", "maximize"), ("RMSprop", "maximize")}


def arguments(library, name):
    return dict(inspect.signature(getattr(library, name)).parameters)


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_named_ordered_and_preset_as_theirs(name):
    ours, theirs = arguments(optim, name), arguments(torch.optim, name)
    choices = {each: theirs.pop(each) for each in CHOICES & theirs.keys()}
    assert (ours.pop("implementation", None) is not None) == bool(choices)
    assert not any(choice.default for choice in choices.values())  # so that none says the same as not given
    assert sorted(ours) == sorted(theirs)
    assert {each: p.default for each, p in ours.items()} == {each: p.default for each, p in theirs.items()}
    by_place = [[each for each, p in some.items() if p.kind is p.POSITIONAL_OR_KEYWORD] for some in (ours, theirs)]
    assert by_place[0] == [each for each in by_place[1] if (name, each) not in BY_NAME_ALONE]


@pytest.mark.parametrize("name", [name for name in NAMES if "foreach" in arguments(torch.optim, name)])
def test_choices_go_over_with_a_state_and_back(name):
    ours, theirs = nn.Parameter([[1.0, 2.0]]), torch.nn.Parameter(torch.tensor([[1.0, 2.0]]))
    optimizers = getattr(optim, name)([ours], foreach=True), getattr(torch.optim, name)([theirs], foreach=True)
    for parameter, gradient, optimizer in zip(
        (ours, theirs), (np.ones((1, 2)), torch.ones(1, 2)), optimizers, strict=True
    ):
        parameter.grad = gradient
        optimizer.step()
    saved = optimizers[1].state_dict()
    choices = {each: value for each, value in saved["param_groups"][0].items() if each in CHOICES}
    optimizers[0].load_state_dict(saved)
    (group,) = optimizers[0].state_dict()["param_groups"]
    assert choices.items() <= group.items()
    fresh = getattr(torch.optim, name)([theirs])
    fresh.load_state_dict({"state": saved["state"], "param_groups": [group]})
    assert choices.items() <= fresh.param_groups[0].items()
    assert fresh.param_groups[0]["foreach"] is True
