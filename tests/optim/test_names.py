"""Parameters with names: what ``named_parameters`` gives can be optimised, and the names stay with the groups."""

import copy

import pytest

import nn
import optim


@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))


def test_the_names_stand_in_the_group(model):
    optimizer = optim.SGD(model.named_parameters(), lr=0.1)
    (group,) = optimizer.param_groups
    assert group["param_names"] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert all(one is other for one, other in zip(group["params"], model.parameters(), strict=True))


def test_without_names_there_is_no_entry(model):
    optimizer = optim.SGD(model.parameters())
    assert "param_names" not in optimizer.param_groups[0]
    assert "param_names" not in optimizer.state_dict()["param_groups"][0]


def test_the_state_has_the_names(model):
    state = optim.Adam(model.named_parameters()).state_dict()
    assert state["param_groups"][0]["param_names"] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert state["param_groups"][0]["params"] == [0, 1, 2, 3]


def test_groups_have_names_of_their_own(model):
    head, body = model[1], model[0]
    groups = [
        {"params": body.named_parameters("body"), "lr": 0.01},
        {"params": list(head.named_parameters("head"))},
    ]
    optimizer = optim.Adam(groups, lr=0.1)
    assert [group["param_names"] for group in optimizer.param_groups] == [
        ["body.weight", "body.bias"],
        ["head.weight", "head.bias"],
    ]
    optimizer.add_param_group({"params": [("more", nn.Parameter([1.0]))]})
    assert optimizer.param_groups[2]["param_names"] == ["more"]
    assert optimizer.param_groups[2]["lr"] == 0.1


def test_a_parameter_under_two_names_is_stepped_once_under_the_first():
    shared = nn.Parameter([1.0])
    optimizer = optim.SGD([("first", shared), ("second", shared)], lr=0.5)
    assert optimizer.param_groups[0]["param_names"] == ["first"]
    shared.grad = [1.0]
    optimizer.step()
    assert shared.tolist() == [0.5]


def test_names_change_no_step(model):
    other = copy.deepcopy(model)
    for each, optimizer in ((model, optim.Adam(model.named_parameters())), (other, optim.Adam(other.parameters()))):
        for _ in range(3):
            optimizer.zero_grad()
            (each([[1.0, 2.0, 3.0]]) ** 2).sum().backward()
            optimizer.step()
    for one, two in zip(model.parameters(), other.parameters(), strict=True):
        assert one.tolist() == two.tolist()


def test_loaded_names_take_the_place_of_ones_own_and_missing_ones_do_not(model):
    named = optim.SGD(model.named_parameters("a"))
    named.load_state_dict(optim.SGD(model.named_parameters("b")).state_dict())
    assert named.param_groups[0]["param_names"][0] == "b.0.weight"
    named.load_state_dict(optim.SGD(model.parameters()).state_dict())
    assert named.param_groups[0]["param_names"][0] == "b.0.weight"


def test_a_copy_keeps_the_names(model):
    copied = copy.deepcopy(optim.Adam(model.named_parameters()))
    assert copied.param_groups[0]["param_names"] == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_some_names_alone_are_refused(model):
    (first, *_), (named, *_) = model.parameters(), model.named_parameters()
    other = nn.Parameter([1.0])
    with pytest.raises(ValueError, match="Some param names are missing: give all"):
        optim.SGD([named, other])
    optimizer = optim.SGD([named])
    message = "all optimizer param groups should be with/without names. cannot add param group without names to the op"
    with pytest.raises(ValueError, match=message):
        optimizer.add_param_group({"params": [other]})
    optimizer = optim.SGD([first])
    with pytest.raises(ValueError, match="cannot add param group with names to the optimizer"):
        optimizer.add_param_group({"params": [("other", other)]})
    assert len(optimizer.param_groups) == 1


@pytest.mark.parametrize("params", [[(0, nn.Parameter([1.0]))], [("w", 1.0)], [("w",)]])
def test_what_is_no_name_and_tensor_is_refused(params):
    with pytest.raises(TypeError, match="an optimizer can only optimise Tensors"):
        optim.SGD(params)


def test_a_guard_says_the_name(model):
    optimizer = optim.Guard(optim.SGD(model.named_parameters()))
    model[1].bias.grad = [float("nan")]
    with pytest.raises(FloatingPointError, match=r"the gradient of parameter 3 of group 0 \('1.bias'\) has 1 of 1"):
        optimizer.step()


@pytest.mark.parametrize("wrap", [optim.Lookahead, optim.SAM, optim.Guard])
def test_wrappers_have_them(model, wrap):
    optimizer = wrap(optim.SGD(model.named_parameters()))
    assert optimizer.state_dict()["param_groups"][0]["param_names"][1] == "0.bias"
