"""What goes around optimizers: clipping, wrappers, schedules."""

import json
import math

import numpy as np
import pytest

import nn
import optim


def weight(*values, **options):
    return nn.Parameter(np.array(values), **options)


def training(make, steps=20):
    """Train two parameters on a bowl; give where each step leads."""
    parameters = [weight(1.0, -2.0), weight(3.0)]
    optimizer = make(parameters)

    def closure():
        optimizer.zero_grad()
        loss = (parameters[0] ** 2).sum() + (parameters[1] ** 4).sum()
        loss.backward()
        return loss

    return parameters, optimizer, closure


# ----------------------------------------------------------------------------------------------------------- clipping


def test_a_norm_is_clipped_over_all_parameters_and_each_once():
    one, two, none = weight(0.0), weight(0.0, 0.0), weight(0.0)
    one.grad, two.grad = [3.0], [0.0, 4.0]
    kept = two.grad.data
    assert optim.clip_grad_norm_([one, two, none, two], 2.5).item() == 5.0
    np.testing.assert_allclose([*one.grad.data, *two.grad.data], [1.5, 0.0, 2.0], rtol=1e-6)
    assert kept.tolist() == [0.0, 4.0]  # who looked at the gradient before keeps what it has
    assert none.grad is None


def test_a_small_norm_is_left():
    one = weight(0.0)
    one.grad = [3.0]
    assert optim.clip_grad_norm_(one, 10.0, norm_type=math.inf).item() == 3.0
    assert one.grad.tolist() == [3.0]
    assert optim.clip_grad_norm_([], 1.0).item() == 0.0


def test_a_norm_that_is_not_finite_is_refused_if_asked():
    one = weight(0.0, 0.0)
    one.grad = [math.nan, 1.0]
    with pytest.raises(RuntimeError, match=r"The total norm of order 2.0 .* is non-finite, nan"):
        optim.clip_grad_norm_([one], 1.0, error_if_nonfinite=True)
    assert one.grad.data[1] == 1.0
    assert math.isnan(optim.clip_grad_norm_([one], 1.0).item())


@pytest.mark.parametrize("clip", [optim.clip_grad_norm_, optim.clip_grad_value_])
def test_what_cannot_be_clipped_by_or_is_no_tensor(clip):
    weight = nn.Parameter([1.0])
    weight.grad = [2.0]
    with pytest.raises(ValueError, match=r"clip_grad_.*: .* must be at least 0, got -1.0"):
        clip([weight], -1.0)
    with pytest.raises(TypeError, match=r"takes Tensors, as model.parameters\(\) gives them, got a Linear"):
        clip(nn.Sequential(nn.Linear(2, 1)), 1.0)
    assert weight.grad.tolist() == [2.0]


def test_clipping_is_that_of_nn_utils():
    assert nn.utils.clip_grad_norm_ is optim.clip_grad_norm_
    assert nn.utils.clip_grad_value_ is optim.clip_grad_value_


# -------------------------------------------------------------------------------------------------------------- guard


def test_a_step_that_is_not_finite_is_refused_as_a_whole():
    one, two = weight(1.0), weight(2.0, 3.0, name="bias")
    optimizer = optim.Guard(optim.SGD([{"params": [one]}, {"params": [two]}], lr=1.0))
    one.grad, two.grad = [1.0], [1.0, -math.inf]
    with pytest.raises(
        FloatingPointError, match=r"parameter 0 of group 1 \('bias'\) has 1 of 2 .* the first -inf at \(1,\)"
    ):
        optimizer.step()
    assert (one.tolist(), two.tolist()) == ([1.0], [2.0, 3.0])


def test_a_step_that_is_not_finite_is_skipped_and_said():
    one = weight(1.0)
    optimizer = optim.Guard(optim.Adam([one]), nonfinite="skip")
    one.grad = [math.nan]
    with pytest.warns(
        RuntimeWarning, match=r"parameter 0 of group 0 has 1 of 1 .* the first nan at \(0,\); this step was"
    ):
        assert optimizer.step(lambda: 3.0) == 3.0
    assert (one.tolist(), optimizer.skipped, optimizer.state_dict()["state"]) == ([1.0], 1, {})
    one.grad = [1.0]
    optimizer.step()
    assert one.item() < 1.0


# ----------------------------------------------------------------------------------------------------------- wrappers


@pytest.mark.parametrize("adaptive", [False, True])
def test_sam(adaptive):
    (one, two), optimizer, closure = training(lambda p: optim.SAM(optim.SGD(p, lr=0.01), rho=0.1, adaptive=adaptive))
    x = np.array([1.0, -2.0, 3.0])
    for _ in range(5):

        def slope(x):
            return np.array([2 * x[0], 2 * x[1], 4 * x[2] ** 3])

        scale = abs(x) if adaptive else 1
        away = scale**2 * slope(x) * 0.1 / np.linalg.norm(scale * slope(x))
        x = x - 0.01 * slope(x + away)
        optimizer.step(closure)
        np.testing.assert_allclose([*one.data, *two.data], x, rtol=1e-10)


def test_sam_puts_back_what_was_there_if_the_loss_fails():
    one = weight(1.0)
    optimizer, calls = optim.SAM(optim.SGD([one])), []

    def closure():
        calls.append(one.item())
        if len(calls) == 2:
            raise ZeroDivisionError
        one.grad = [1.0]

    with pytest.raises(ZeroDivisionError):
        optimizer.step(closure)
    assert (calls, one.item()) == (pytest.approx([1.0, 1.05]), 1.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.SAM(optim.SGD(p, lr=0.1)),
        lambda p: optim.Lookahead(optim.SGD(p, lr=0.1), k=1),
        lambda p: optim.LBFGS(p, lr=0.1, max_iter=3),
    ],
    ids=["SAM", "Lookahead", "LBFGS"],
)
def test_who_looks_at_a_weight_keeps_what_it_has(make):
    """Weights are written in place where nobody looks: a view, a graph that waits and a gradient are not touched."""
    parameters, optimizer, closure = training(make)
    seen = []

    def looking():
        weight = parameters[0]
        seen.append((weight.data, weight.tolist(), weight.detach(), (weight**2).sum()))
        return closure()

    for _ in range(3):
        optimizer.step(looking)
    assert len({tuple(before) for _, before, _, _ in seen}) >= 3
    for view, before, detached, waiting in seen:
        assert view.tolist() == detached.tolist() == before
        optimizer.zero_grad()
        waiting.backward()
        assert parameters[0].grad.tolist() == [2 * value for value in before]


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1 + 1j * np.inf, complex(np.nan, 1)])
def test_a_guard_sees_each_number_that_is_not_finite(wrong):
    one = weight(0j, 2.0, 0.0) if isinstance(wrong, complex) else weight(0.0, 2.0, 0.0)
    optimizer = optim.Guard(optim.SGD([one]))
    one.grad = [1.0, wrong, 2.0]
    with pytest.raises(FloatingPointError, match=r"has 1 of 3 .* at \(1,\)"):
        optimizer.step()


def test_lookahead():
    (one, two), optimizer, closure = training(lambda p: optim.Lookahead(optim.SGD(p, lr=0.01), k=3, alpha=0.25))
    fast = slow = np.array([1.0, -2.0, 3.0])
    for number in range(1, 10):
        fast = fast - 0.01 * np.array([2 * fast[0], 2 * fast[1], 4 * fast[2] ** 3])
        if number % 3 == 0:
            fast = slow = slow + 0.25 * (fast - slow)
        optimizer.step(closure)
        np.testing.assert_allclose([*one.data, *two.data], fast, rtol=1e-12)


def test_lookahead_goes_on_from_a_state():
    make = lambda p: optim.Lookahead(optim.Adam(p, lr=0.1), k=3)  # noqa: E731
    straight, optimizer, closure = training(make)
    for _ in range(10):
        optimizer.step(closure)
    first, optimizer, closure = training(make)
    for _ in range(4):
        optimizer.step(closure)
    second, other, closure = training(make)
    for parameter, value in zip(second, first, strict=True):
        parameter.data = value.data
    other.load_state_dict(optimizer.state_dict())
    for _ in range(6):
        other.step(closure)
    assert [p.tolist() for p in second] == [p.tolist() for p in straight]


def test_a_state_without_slow_parameters_is_refused():
    weight, other = nn.Parameter([1.0]), nn.Parameter([1.0, 2.0])
    optimizer = optim.Lookahead(optim.SGD([weight], lr=0.1))
    with pytest.raises(ValueError, match="'lookahead' is missing; this is the state of the optimizer inside alone"):
        optimizer.load_state_dict(optimizer.optimizer.state_dict())
    with pytest.raises(ValueError, match=r"slow has the shapes \[\(2,\)\], the parameters have \[\(1,\)\]"):
        optimizer.load_state_dict(optim.Lookahead(optim.SGD([other])).state_dict())
    assert optimizer.param_groups[0]["lr"] == 0.1


def test_a_warmup_of_no_epochs_is_none():
    for then in (None, lambda optimizer: optim.lr_scheduler.ExponentialLR(optimizer, 0.5)):
        optimizer = optim.SGD([nn.Parameter([1.0])], lr=1.0)
        scheduler = optim.lr_scheduler.WarmupLR(optimizer, then and then(optimizer), total_iters=0)
        assert scheduler.get_last_lr() == [1.0]
        scheduler.step()
        assert scheduler.get_last_lr() == ([0.5] if then else [1.0])


@pytest.mark.parametrize("name", ["StepLR", "CosineAnnealingLR"])
def test_a_schedule_of_no_epochs_is_refused(name):
    with pytest.raises(ValueError, match=r"Expected (step_size|T_max) above 0, but got 0"):
        getattr(optim.lr_scheduler, name)(optim.SGD([nn.Parameter([1.0])]), 0)


def test_a_wrapper_has_what_an_optimizer_has():
    one, two = weight(1.0), weight(2.0)
    inner = optim.SGD([one], lr=0.5)
    optimizer = optim.Lookahead(optim.Guard(inner), k=1)
    optimizer.add_param_group({"params": [two]})
    assert optimizer.param_groups is inner.param_groups
    assert optimizer.defaults["lr"] == 0.5
    scheduler = optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    scheduler.step()
    assert inner.param_groups[1]["lr"] == 0.25
    one.grad, two.grad = [1.0], [1.0]
    optimizer.step()
    assert (one.item(), two.item()) == (0.875, 1.875)
    optimizer.zero_grad()
    assert two.grad is None
    assert repr(optimizer).startswith("Lookahead of Guard of SGD (")
    with pytest.raises(TypeError, match="SAM: takes an optimizer, got a list"):
        optim.SAM([one])


# ---------------------------------------------------------------------------------------------------------- schedules


def test_a_scheduler_of_ones_own_goes_on_from_json():
    class Harmonic(optim.lr_scheduler.LRScheduler):
        def get_lr(self):
            return [rate / (1 + self.last_epoch) for rate in self.base_lrs]

    optimizers = [optim.SGD([weight(1.0)], lr=1.0) for _ in range(2)]
    first, second = map(Harmonic, optimizers)
    for _ in range(3):
        first.step()
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    for scheduler in (first, second):
        scheduler.step()
        assert scheduler.get_last_lr() == [0.2]


def test_a_constant_factor_of_0_ends():
    optimizer = optim.SGD([weight(1.0)], lr=0.5)
    scheduler = optim.lr_scheduler.ConstantLR(optimizer, factor=0.0, total_iters=2)
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(3):
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == [0.0, 0.0, 0.5, 0.5]
