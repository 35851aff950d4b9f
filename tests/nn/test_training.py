"""Networks that learn: XOR, lesson 7, and classes of points."""

import numpy as np
import pytest

import autograd as ag
import nn
import optim

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


def train(model, criterion, optimizer, x, y, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()


@pytest.mark.parametrize("seed", range(3))
def test_xor(seed):
    ag.manual_seed(seed)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
    target = np.array([[0], [1], [1], [0]], np.float32)
    loss = train(model, nn.BCELoss(), optim.Adam(model.parameters(), lr=0.05), CORNERS, target, 300)
    assert loss < 0.01
    assert (model(CORNERS).data > 0.5).tolist() == (target > 0.5).tolist()


def entropy(target):
    return -(target * np.log(target) + (1 - target) * np.log(1 - target)).mean()


@pytest.mark.parametrize(
    ("target", "floor", "reached"),
    [([0.0, 0.85, 1.0, 0.0], 0.10568, 0.1085), ([0.96, 0.63, 0.75, 0.45], 0.51934, 0.5205)],
)
def test_lesson_7_comes_near_the_targets_own_entropy(target, floor, reached):
    """2-4-1, sigmoids, gradient descent at rate 0.1 on the sum over the four samples, 5000 epochs."""
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 4), nn.Sigmoid(), nn.Linear(4, 1), nn.Sigmoid())
    target = np.array(target, np.float32)[:, None]
    assert entropy(np.clip(target.astype(float), 1e-15, 1 - 1e-15)) == pytest.approx(floor, abs=1e-5)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    loss = train(model, nn.BCELoss(reduction="sum"), optimizer, CORNERS, target, 5000)
    assert floor < loss / 4 < reached


def test_three_classes_of_points():
    rng = np.random.default_rng(0)
    centres = np.array([[0, 2], [2, -1], [-2, -1]])
    labels = rng.integers(0, 3, 150)
    points = (centres[labels] + rng.normal(0, 0.4, (150, 2))).astype(np.float32)
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    loss = train(model, nn.CrossEntropyLoss(), optimizer, points, labels, 100)
    assert loss < 0.05
    assert (model(points).data.argmax(axis=1) == labels).mean() > 0.98


def test_training_is_repeatable_bit_by_bit():
    def trained():
        ag.manual_seed(11)
        model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
        train(model, nn.MSELoss(), optim.Adam(model.parameters()), CORNERS, CORNERS[:, :1], 50)
        return model.state_dict()

    first, second = trained(), trained()
    assert all(np.array_equal(first[name].data, second[name].data) for name in first)


def test_frozen_weights_do_not_move_by_a_bit():
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    model[0].requires_grad_(False)
    before = model.state_dict()
    optimizer = optim.Adam(model.parameters(), lr=0.1, weight_decay=0.1)
    train(model, nn.MSELoss(), optimizer, CORNERS, CORNERS[:, :1], 20)
    after = model.state_dict()
    assert np.array_equal(before["0.weight"].data, after["0.weight"].data)
    assert not np.array_equal(before["2.weight"].data, after["2.weight"].data)
