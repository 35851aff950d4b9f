"""Averages of models, batch statistics and SWALR beside PyTorch's."""

import inspect
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
import optim  # noqa: E402
from optim import swa_utils as ours  # noqa: E402

theirs = torch.optim.swa_utils

WAYS = {
    "mean": lambda _: {},
    "swa": lambda library: {"avg_fn": library.get_swa_avg_fn()},
    "swa of all": lambda library: {"multi_avg_fn": library.get_swa_multi_avg_fn()},
    "ema": lambda library: {"avg_fn": library.get_ema_avg_fn(0.9)},
    "ema of all": lambda library: {"multi_avg_fn": library.get_ema_multi_avg_fn(0.9)},
}


def models():
    """The same net with batch normalisation in both libraries, of float64."""
    mine = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1)).double()
    other = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Linear(4, 1)
    ).double()
    return mine, other


def refresh(mine, other, rng):
    """Give both models the same new parameters and buffers."""
    for name, parameter in mine.state_dict().items():
        values = rng.integers(1, 50) if parameter.dtype.kind == "i" else rng.normal(size=parameter.shape) ** 2
        mine.load_state_dict({**mine.state_dict(), name: values})
        other.state_dict()[name].copy_(torch.as_tensor(values))


def check_alike(mine, other, tolerance=1e-12):
    expected = {name: value.numpy() for name, value in other.state_dict().items()}
    assert list(mine.state_dict()) == list(expected)
    for name, value in mine.state_dict().items():
        least = 1 if value.dtype.kind == "i" else 1e-14  # PyTorch has 37.999996 where we have 38, and cuts off both
        np.testing.assert_allclose(value.data, expected[name], rtol=tolerance, atol=least, err_msg=name)


#: PyTorch divides by the count in single precision there, and cannot divide whole numbers.
COARSE = "swa of all"


@pytest.mark.parametrize(
    ("way", "use_buffers"), [*((way, False) for way in WAYS), *((w, True) for w in WAYS if w != COARSE)]
)
def test_averages(way, use_buffers, rng):
    mine, other = models()
    averaged = ours.AveragedModel(mine, use_buffers=use_buffers, **WAYS[way](ours))
    expected = theirs.AveragedModel(other, use_buffers=use_buffers, **WAYS[way](theirs))
    for _ in range(6):
        refresh(mine, other, rng)
        averaged.update_parameters(mine)
        expected.update_parameters(other)
        check_alike(averaged, expected, 1e-6 if way == COARSE else 1e-12)


def test_a_state_goes_over(rng):
    mine, other = models()
    averaged, expected = ours.AveragedModel(mine), theirs.AveragedModel(other)
    refresh(mine, other, rng)
    expected.update_parameters(other)
    averaged.load_state_dict({name: value.numpy() for name, value in expected.state_dict().items()})
    check_alike(averaged, expected)


@pytest.mark.parametrize("averaged", [False, True])
def test_batch_statistics(averaged, rng):
    mine, other = models()
    refresh(mine, other, rng)
    if averaged:
        mine, other = ours.AveragedModel(mine), theirs.AveragedModel(other)
    batches = [rng.normal(size=(5, 3)) for _ in range(4)]
    ours.update_bn([(batch, 0) for batch in batches], mine)
    theirs.update_bn([(torch.tensor(batch), 0) for batch in batches], other)
    check_alike(mine, other)


@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("epochs", [0, 1, 10, 300])
@pytest.mark.parametrize("rates", [0.05, [0.05, 0.7]])
@pytest.mark.parametrize("late", [False, True])
def test_the_course_of_200_steps(strategy, epochs, rates, late):
    courses = []
    for library, averages, parameter in ((optim, ours, nn.Parameter), (torch.optim, theirs, torch.nn.Parameter)):
        groups = [{"params": [parameter(np.ones(1) if library is optim else torch.ones(1))], "lr": lr} for lr in (1, 2)]
        optimizer = library.SGD(groups, lr=0.1)
        first = library.lr_scheduler.ExponentialLR(optimizer, 0.9)
        scheduler = averages.SWALR(optimizer, rates, anneal_epochs=epochs, anneal_strategy=strategy)
        course = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch's, about the order of steps
            for step in range(200):
                (first if late and step < 30 else scheduler).step()
                course.append([group["lr"] for group in optimizer.param_groups])
        courses.append(course)
    np.testing.assert_allclose(*courses, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", theirs.__all__)
def test_arguments_are_named_and_preset_as_theirs(name):
    mine, other = (inspect.signature(getattr(library, name)).parameters for library in (ours, theirs))
    assert {each: p.default for each, p in mine.items()} == {each: p.default for each, p in other.items()}
    assert list(mine) == list(other)
