"""Schedules beside PyTorch's: the rates and momentums over 200 steps, the arguments, and what is refused."""

import inspect
import itertools
import json
import warnings

import numpy as np
import pytest

import nn
import optim

torch = pytest.importorskip("torch")

OURS, THEIRS = optim.lr_scheduler, torch.optim.lr_scheduler

SCHEDULES = {
    "lambda": lambda s, o: s.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    "lambda of each group": lambda s, o: s.LambdaLR(o, [lambda epoch: 0.9**epoch, lambda epoch: 2.0]),
    "multiplicative": lambda s, o: s.MultiplicativeLR(o, lambda epoch: 0.99 if epoch % 3 else 1.01),
    "step": lambda s, o: s.StepLR(o, 7, gamma=0.8),
    "multi step": lambda s, o: s.MultiStepLR(o, [90, 3, 40, 3], gamma=0.3),
    "constant": lambda s, o: s.ConstantLR(o, total_iters=60),
    "linear": lambda s, o: s.LinearLR(o, start_factor=0.2, end_factor=0.7, total_iters=100),
    "linear to nothing": lambda s, o: s.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=20),
    "exponential": lambda s, o: s.ExponentialLR(o, gamma=0.97),
    "polynomial": lambda s, o: s.PolynomialLR(o, total_iters=150, power=1.7),
    "cosine": lambda s, o: s.CosineAnnealingLR(o, T_max=30, eta_min=0.01),
    "warm restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, T_0=17),
    "longer and longer": lambda s, o: s.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2, eta_min=0.001),
    "one cycle": lambda s, o: s.OneCycleLR(o, max_lr=0.5, total_steps=200),
    "one cycle of epochs": lambda s, o: s.OneCycleLR(
        o, [0.5, 0.2], epochs=20, steps_per_epoch=11, anneal_strategy="linear", pct_start=0.4, final_div_factor=10.0
    ),
    "three phases": lambda s, o: s.OneCycleLR(o, max_lr=1.0, total_steps=201, three_phase=True, base_momentum=0.7),
    "one cycle, same momentum": lambda s, o: s.OneCycleLR(o, max_lr=1.0, total_steps=210, cycle_momentum=False),
    "cyclic": lambda s, o: s.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=20),
    "cyclic, lower": lambda s, o: s.CyclicLR(o, 0.01, [0.1, 0.3], 10, step_size_down=23, mode="triangular2"),
    "cyclic, fading": lambda s, o: s.CyclicLR(o, [0.01, 0.02], 0.1, step_size_up=15, mode="exp_range", gamma=0.99),
    "cyclic, of one's own": lambda s, o: s.CyclicLR(
        o, 0.01, 0.1, step_size_up=15, scale_fn=lambda x: 1 / x if x else 1.0, scale_mode="iterations",
        cycle_momentum=False,
    ),
    "sequential": lambda s, o: s.SequentialLR(
        o,
        [s.ConstantLR(o, factor=0.1, total_iters=20), s.ExponentialLR(o, 0.9), s.StepLR(o, 10), s.LinearLR(o)],
        milestones=[20, 60, 150],
    ),
    "sequential cosines": lambda s, o: s.SequentialLR(
        o,
        [s.LinearLR(o, total_iters=10), s.CosineAnnealingLR(o, 40), s.CosineAnnealingWarmRestarts(o, 30)],
        milestones=[10, 70],
    ),
    "chained": lambda s, o: s.ChainedScheduler(
        [s.ConstantLR(o, factor=0.1, total_iters=20), s.ExponentialLR(o, 0.95), s.CosineAnnealingLR(o, 300)]
    ),
    "chained in a sequence": lambda s, o: s.SequentialLR(
        o, [s.PolynomialLR(o, 30), s.MultiStepLR(o, [2, 5]), s.PolynomialLR(o, total_iters=9)], milestones=[20, 40]
    ),
}  # fmt: skip
OPTIMIZERS = {
    "SGD": lambda library, groups: library.SGD(groups, lr=0.1, momentum=0.9),
    "Adam": lambda library, groups: library.Adam(groups, lr=0.1),
}


def both(kind):
    """Make our optimizer and theirs, with two groups of different rates."""
    made = []
    for library, parameter in ((optim, nn.Parameter), (torch.optim, lambda v: torch.nn.Parameter(torch.tensor(v)))):
        groups = [{"params": [parameter([1.0])]}, {"params": [parameter([1.0])], "lr": 0.3}]
        made.append(OPTIMIZERS[kind](library, groups))
    return made


def settings(optimizer):
    """Give the rates and momentums of the groups."""
    momentums = [group["betas"][0] if "betas" in group else group["momentum"] for group in optimizer.param_groups]
    return [*(group["lr"] for group in optimizer.param_groups), *momentums]


def follow(scheduler, optimizer, steps):
    """Step the schedule; give the settings at each step, that of the start first."""
    course = [settings(optimizer)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's, about the order of steps
        for _ in range(steps):
            scheduler.step()
            course.append(settings(optimizer))
    return np.array(course)


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_course_of_200_steps(name, kind):
    optimizer, reference = both(kind)
    scheduler, theirs = SCHEDULES[name](OURS, optimizer), SCHEDULES[name](THEIRS, reference)
    np.testing.assert_allclose(follow(scheduler, optimizer, 200), follow(theirs, reference, 200), rtol=1e-9, atol=1e-15)
    assert scheduler.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
    assert [float(group.rate) for group in optimizer.param_groups] == scheduler.get_last_lr()


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_goes_on_from_what_json_holds(name):
    optimizer, other = both("SGD")[0], both("SGD")[0]
    scheduler = SCHEDULES[name](OURS, optimizer)
    follow(scheduler, optimizer, 45)
    state, options = json.loads(json.dumps(scheduler.state_dict(), allow_nan=False)), optimizer.state_dict()
    resumed = SCHEDULES[name](OURS, other)
    other.load_state_dict(options)
    resumed.load_state_dict(state)
    assert follow(resumed, other, 100).tolist() == follow(scheduler, optimizer, 100).tolist()


@pytest.mark.parametrize("name", ["lambda", "step", "multi step", "exponential", "linear", "polynomial", "cosine"])
def test_going_on_from_an_epoch(name):
    """Made anew with ``last_epoch``, on groups that know their initial rates."""
    optimizer, reference = both("SGD")
    makers = {
        "lambda": lambda s, o, n: s.LambdaLR(o, lambda epoch: 1 / (1 + epoch), last_epoch=n),
        "step": lambda s, o, n: s.StepLR(o, 3, last_epoch=n),
        "multi step": lambda s, o, n: s.MultiStepLR(o, [5, 20], last_epoch=n),
        "exponential": lambda s, o, n: s.ExponentialLR(o, 0.9, last_epoch=n),
        "linear": lambda s, o, n: s.LinearLR(o, total_iters=30, last_epoch=n),
        "polynomial": lambda s, o, n: s.PolynomialLR(o, total_iters=30, last_epoch=n),
        "cosine": lambda s, o, n: s.CosineAnnealingLR(o, 30, last_epoch=n),
    }
    courses = []
    for library, each in ((OURS, optimizer), (THEIRS, reference)):
        follow(makers[name](library, each, -1), each, 10)
        courses.append(follow(makers[name](library, each, 10), each, 30))
    np.testing.assert_allclose(*courses, rtol=1e-9)


@pytest.mark.parametrize(("mode", "threshold_mode"), list(itertools.product(["min", "max"], ["rel", "abs"])))
@pytest.mark.parametrize("cooldown", [0, 3])
def test_a_plateau(mode, threshold_mode, cooldown, rng):
    optimizer, reference = both("SGD")
    options = {
        "mode": mode, "threshold_mode": threshold_mode, "cooldown": cooldown, "factor": 0.7, "patience": 2,
        "threshold": 0.05, "min_lr": [0.001, 0.01],
    }  # fmt: skip
    scheduler, theirs = OURS.ReduceLROnPlateau(optimizer, **options), THEIRS.ReduceLROnPlateau(reference, **options)
    for metric in [np.nan, *(10 + np.cumsum(rng.normal(size=200)))]:
        scheduler.step(metric)
        theirs.step(metric)
        assert scheduler.get_last_lr() == pytest.approx(theirs.get_last_lr(), rel=1e-12)
    other = both("SGD")[0]
    resumed = OURS.ReduceLROnPlateau(other)
    resumed.load_state_dict(json.loads(json.dumps(scheduler.state_dict(), allow_nan=False)))
    assert resumed.state_dict() == scheduler.state_dict()


def test_a_fraction_of_an_epoch():
    optimizer, reference = both("SGD")
    for t_mult in (1, 2):
        scheduler = OURS.CosineAnnealingWarmRestarts(optimizer, 4, t_mult)
        theirs = THEIRS.CosineAnnealingWarmRestarts(reference, 4, t_mult)
        for epoch in np.arange(0, 40, 0.375):
            scheduler.step(epoch)
            theirs.step(epoch)
            assert settings(optimizer) == pytest.approx(settings(reference), rel=1e-9)


@pytest.mark.parametrize("name", [name for name in THEIRS.__all__ if name != "LRScheduler"])
def test_the_arguments_are_named_and_preset_as_theirs(name):
    ours, theirs = (inspect.signature(getattr(library, name)).parameters for library in (OURS, THEIRS))
    assert {n: p.default for n, p in ours.items()} == {n: p.default for n, p in theirs.items()}
    assert list(ours) == list(theirs)


REFUSED = {
    "no optimizer": lambda s, o: s.StepLR([1.0], 3),
    "an epoch of groups that know no start": lambda s, o: s.StepLR(o, 3, last_epoch=5),
    "functions": lambda s, o: s.LambdaLR(o, [lambda epoch: 1.0]),
    "no function": lambda s, o: s.MultiplicativeLR(o, 0.5),
    "a large factor": lambda s, o: s.ConstantLR(o, factor=2.0),
    "a start of 0": lambda s, o: s.LinearLR(o, start_factor=0.0),
    "an end above 1": lambda s, o: s.LinearLR(o, end_factor=2.0),
    "a cycle of no epochs": lambda s, o: s.CosineAnnealingWarmRestarts(o, 0),
    "a shrinking cycle": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2, T_mult=0),
    "a text as the lowest": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2, eta_min="0"),
    "an epoch below 0": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2).step(-1),
    "no number of steps": lambda s, o: s.OneCycleLR(o, 0.1),
    "no steps": lambda s, o: s.OneCycleLR(o, 0.1, total_steps=0),
    "no epochs": lambda s, o: s.OneCycleLR(o, 0.1, epochs=0, steps_per_epoch=3),
    "a share above 1": lambda s, o: s.OneCycleLR(o, 0.1, total_steps=9, pct_start=1.5),
    "another way to anneal": lambda s, o: s.OneCycleLR(o, 0.1, total_steps=9, anneal_strategy="none"),
    "too many steps": lambda s, o: (
        [s.OneCycleLR(o, 0.1, total_steps=2).step() for _ in range(1)]
        and follow(s.OneCycleLR(o, 0.1, total_steps=2), o, 3)
    ),
    "rates": lambda s, o: s.CyclicLR(o, [0.1], 0.2),
    "a mode": lambda s, o: s.CyclicLR(o, 0.1, 0.2, mode="sawtooth"),
    "no schedulers": lambda s, o: s.SequentialLR(o, [], []),
    "milestones": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 3)], [4]),
    "a number as a scheduler": lambda s, o: s.SequentialLR(o, [3], []),
    "a plateau in a sequence": lambda s, o: s.SequentialLR(o, [s.ReduceLROnPlateau(o)], []),
    "a plateau in a chain": lambda s, o: s.ChainedScheduler([s.ReduceLROnPlateau(o)]),
    "a growing factor": lambda s, o: s.ReduceLROnPlateau(o, factor=1.0),
    "a plateau's mode": lambda s, o: s.ReduceLROnPlateau(o, mode="least"),
    "a plateau's threshold": lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="some"),
    "lowest rates": lambda s, o: s.ReduceLROnPlateau(o, min_lr=[0.1]),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore")
def test_the_same_is_refused(name):
    kinds = []
    for schedules, optimizer in zip((OURS, THEIRS), both("SGD"), strict=True):
        with pytest.raises((ValueError, TypeError, KeyError)) as error:
            REFUSED[name](schedules, optimizer)
        kinds.append(error.type)
    assert kinds[0] is kinds[1]


@pytest.mark.parametrize("schedule", [lambda s, o: s.OneCycleLR(o, 0.1, 9), lambda s, o: s.CyclicLR(o, 0.1, 0.2)])
def test_an_optimizer_without_momentum_cannot_cycle_it(schedule):
    for schedules, library, parameter in (
        (OURS, optim, nn.Parameter([1.0])),
        (THEIRS, torch.optim, torch.nn.Parameter(torch.tensor([1.0]))),
    ):
        with pytest.raises(ValueError, match="optimizer must support momentum or beta1"):
            schedule(schedules, library.Adagrad([parameter]))


def test_another_optimizers_scheduler_is_refused():
    one, two = both("SGD")[0], both("SGD")[0]
    with pytest.raises(ValueError, match="belong to the same optimizer"):
        OURS.ChainedScheduler([OURS.StepLR(one, 3), OURS.StepLR(two, 3)])


def test_a_warmup_is_a_line_and_what_follows():
    optimizer, reference = both("SGD")
    scheduler = OURS.WarmupLR(optimizer, OURS.ExponentialLR(optimizer, 0.9), start_factor=0.2, total_iters=10)
    theirs = THEIRS.SequentialLR(
        reference,
        [THEIRS.LinearLR(reference, 0.2, total_iters=10), THEIRS.ExponentialLR(reference, 0.9)],
        milestones=[10],
    )
    np.testing.assert_allclose(follow(scheduler, optimizer, 50), follow(theirs, reference, 50), rtol=1e-9)
