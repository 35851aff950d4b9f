"""Transfer learning on real digits: what was learned on 0 to 4 serves 5 to 9; what is frozen does not move by a bit."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

import autograd as ag
import nn
import optim


@pytest.fixture(scope="module")
def digits():
    """Images of 0 to 4 and of 5 to 9, mixed, each with classes from 0; the first half is for training."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, y = (x[order] / 16).astype(np.float32).reshape(-1, 1, 8, 8), y[order]
    return {first: (x[y // 5 == first // 5], y[y // 5 == first // 5] - first) for first in (0, 5)}


def make_model():
    body = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )
    return nn.Sequential({"features": body, "flat": nn.Flatten(), "head": nn.Linear(64, 5)})


def train(model, optimizer, x, y, steps, batch=64):
    for step in range(steps):
        rows = np.arange(step * batch, (step + 1) * batch) % len(x)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()


def accuracy(model, x, y):
    modes = [(module, module.training) for module in model.modules()]
    with ag.no_grad():
        right = model.eval()(x).data.argmax(axis=1) == y
    for module, mode in modes:
        module.training = mode
    return right.mean()


@pytest.fixture(scope="module")
def learned(digits):
    """The weights of a model that knows 0 to 4."""
    ag.manual_seed(0)
    model = make_model()
    x, y = digits[0]
    half = len(x) // 2
    train(model, optim.Adam(model.parameters(), lr=0.01), x[:half], y[:half], 30)
    assert accuracy(model, x[half:], y[half:]) > 0.97
    return model.state_dict()


@pytest.fixture
def model(learned):
    """A model that knows 0 to 4, with a new head."""
    model = make_model()
    model.load_state_dict(learned)
    ag.manual_seed(1)
    model.head = nn.Linear(64, 5)
    return model


def bits(module):
    return {name: value.data.tobytes() for name, value in module.named_parameters()}


def statistics(module):
    return {name: value.data.tobytes() for name, value in module.named_buffers()}


def test_a_new_head_on_a_frozen_body_learns_the_other_digits(model, digits):
    x, y = digits[5]
    half = len(x) // 2
    model.freeze("features.*")
    model.features.eval()
    before, moving = bits(model.features), statistics(model.features)
    assert accuracy(model, x[half:], y[half:]) < 0.5
    train(model, optim.Adam(model.parameters(), lr=0.03), x[:half], y[:half], 40)
    assert accuracy(model, x[half:], y[half:]) > 0.9
    assert bits(model.features) == before
    assert statistics(model.features) == moving


@pytest.mark.parametrize(
    "make",
    [
        lambda parameters: optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.1),
        lambda parameters: optim.SGD(parameters, lr=0.1, momentum=0.9, nesterov=True),
        lambda parameters: optim.Adam(parameters, lr=0.01, weight_decay=0.1),
        lambda parameters: optim.AdamW(parameters, lr=0.01, weight_decay=0.5),
    ],
)
def test_frozen_in_the_middle_of_training(make, model, digits):
    """The optimizer has momentum of them, and there are gradients; none moves them, nor does weight decay."""
    x, y = digits[5]
    optimizer = make(model.parameters())
    train(model, optimizer, x, y, 2)
    nn.functional.cross_entropy(model(x[:64]), y[:64]).backward()
    model.freeze("features.*")
    before, head = bits(model.features), bits(model.head)
    optimizer.step()
    for set_to_none in (True, False):
        optimizer.zero_grad(set_to_none=set_to_none)
        nn.functional.cross_entropy(model(x[:64]), y[:64]).backward()
        optimizer.step()
    assert bits(model.features) == before
    assert all(bits(model.head)[name] != value for name, value in head.items())
    model.unfreeze("features.*")
    train(model, optimizer, x, y, 1)
    assert all(bits(model.features)[name] != value for name, value in before.items())


def test_running_statistics_move_in_training_mode_only(model, digits):
    x, y = digits[5]
    model.freeze("features.*")
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    before = statistics(model)
    model.train()
    model.features.eval()
    train(model, optimizer, x, y, 2)
    assert statistics(model) == before
    model.train()
    train(model, optimizer, x, y, 2)
    assert all(statistics(model)[name] != value for name, value in before.items())


def test_groups_with_rates_of_their_own(model, digits):
    """A step of plain gradient descent is the rate times the gradient, for each group its own; 0 moves nothing."""
    x, y = digits[5]
    groups = [
        {"params": model.features[0].parameters(), "lr": 0.0},
        {"params": [*model.features[1].parameters(), *model.features[4].parameters()], "lr": 0.001},
        {"params": model.head.parameters()},
    ]
    optimizer = optim.SGD(groups, lr=0.1)
    before = {name: value.data.copy() for name, value in model.named_parameters()}
    train(model, optimizer, x, y, 1)
    for name, parameter in model.named_parameters():
        rate = 0.1 if name.startswith("head") else 0.0 if name.startswith("features.0") else 0.001
        expected = before[name] - np.float32(rate) * parameter.grad.data
        np.testing.assert_allclose(parameter.data, expected, rtol=1e-6, atol=1e-8)
