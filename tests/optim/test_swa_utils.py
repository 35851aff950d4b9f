"""Averages of models: the numbers, the batch statistics, the schedule."""

import copy
import tracemalloc

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from optim.swa_utils import (
    SWALR,
    AveragedModel,
    get_ema_avg_fn,
    get_ema_multi_avg_fn,
    get_swa_avg_fn,
    get_swa_multi_avg_fn,
    update_bn,
)

VALUES = [np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]]), np.array([[-1.0, 4.0]]), np.array([[0.0, 1.0]])]


def follow(averaged, model):
    """Give the model the values, one after the other; give the average after each."""
    found = []
    for value in VALUES:
        model.weight.data = value
        averaged.update_parameters(model)
        found.append(averaged.module.weight.data.copy())
    return found


@pytest.fixture
def model():
    return nn.Linear(2, 1, bias=False, dtype=np.float64)


@pytest.mark.parametrize(
    "options", [{}, {"avg_fn": get_swa_avg_fn()}, {"multi_avg_fn": get_swa_multi_avg_fn()}], ids=["", "avg", "multi"]
)
def test_the_equal_mean(model, options):
    for count, found in enumerate(follow(AveragedModel(model, **options), model), 1):
        np.testing.assert_allclose(found, np.mean(VALUES[:count], axis=0), rtol=1e-14)


@pytest.mark.parametrize(
    "options", [{"avg_fn": get_ema_avg_fn(0.9)}, {"multi_avg_fn": get_ema_multi_avg_fn(0.9)}], ids=["avg", "multi"]
)
def test_the_mean_that_forgets(model, options):
    expected = VALUES[0]
    for value, found in zip(VALUES, follow(AveragedModel(model, **options), model), strict=True):
        expected = 0.9 * expected + 0.1 * value
        np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_mean_of_ones_own(model):
    counts = []

    def largest(average, value, count):
        counts.append(count)
        return np.maximum(average, value)

    assert follow(AveragedModel(model, avg_fn=largest), model)[-1].tolist() == [[3.0, 5.0]]
    assert counts == [1, 2, 3]


def test_a_mean_of_ones_own_that_gives_back_what_it_got(model):
    averaged = AveragedModel(model, avg_fn=lambda average, _, __: average)
    assert follow(averaged, model)[-1].tolist() == VALUES[0].tolist()
    averaged = AveragedModel(model, avg_fn=lambda _, value, __: value)
    assert follow(averaged, model)[-1].tolist() == VALUES[-1].tolist()
    model.weight.data = [[9.0, 9.0]]
    assert averaged.module.weight.tolist() == VALUES[-1].tolist()


def test_a_mean_of_another_shape_is_refused(model):
    averaged = AveragedModel(model, avg_fn=lambda average, _, __: average.sum())
    averaged.update_parameters(model)
    with pytest.raises(ValueError, match=r"gave an average of shape \(\), the parameter has the shape \(1, 2\)"):
        averaged.update_parameters(model)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"multi_avg_fn": get_ema_multi_avg_fn(0.9)},
        {"avg_fn": get_ema_avg_fn(0.9)},
        {"avg_fn": get_swa_avg_fn()},
        {"avg_fn": lambda _, value, __: value},
        {"use_buffers": True},
    ],
    ids=["", "multi", "avg", "equal", "of one's own that takes none", "buffers"],
)
def test_no_memory_in_proportion_to_the_parameters_after_the_first_update(options):
    model = nn.Sequential(nn.Linear(500, 1200), nn.BatchNorm1d(300_000))
    averaged = AveragedModel(model, **options)
    averaged.update_parameters(model)
    tracemalloc.start()
    try:
        averaged.update_parameters(model)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 600_000  # the weights alone are 2,400,000 bytes, each buffer 1,200,000


@pytest.mark.parametrize(
    "options",
    [{}, {"multi_avg_fn": get_ema_multi_avg_fn(0.9)}, {"avg_fn": lambda average, value, _: (average + value) / 2}],
    ids=["", "multi", "of one's own"],
)
def test_who_looks_at_an_average_keeps_what_it_has(model, options):
    averaged = AveragedModel(model, **options)
    averaged.update_parameters(model)
    weight = averaged.module.weight
    seen, detached, loss = weight.data, weight.detach(), (weight**2).sum()
    before = seen.tolist()
    model.weight.data = [[7.0, 7.0]]
    averaged.update_parameters(model)
    loss.backward()
    assert seen.tolist() == detached.tolist() == before
    assert weight.grad.tolist() == [[2 * value for value in before[0]]]
    assert weight.tolist()[0] > before[0]


def test_the_model_itself_stays_and_training_it_does_not_move_the_average(model):
    averaged = AveragedModel(model)
    averaged.update_parameters(model)
    before = averaged.module.weight.tolist()
    model.weight.data = [[7.0, 7.0]]
    assert averaged.module.weight.tolist() == before
    assert averaged.module is not model
    assert averaged([[1.0, 1.0]]).item() == pytest.approx(sum(before[0]))


def test_single_precision_stays(model):
    averaged = AveragedModel(model.float(), multi_avg_fn=get_ema_multi_avg_fn(0.9))
    assert {each.dtype for each in follow(averaged, model)} == {np.dtype("float32")}


@pytest.mark.parametrize("use_buffers", [False, True])
def test_buffers_are_the_last_ones_or_averaged(use_buffers):
    layer = nn.BatchNorm1d(1)
    averaged = AveragedModel(layer, use_buffers=use_buffers)
    for number in (1, 2, 6):
        layer.running_mean.data, layer.num_batches_tracked.data = [float(number)], number
        averaged.update_parameters(layer)
    inside = averaged.module
    assert inside.running_mean.tolist() == ([3.0] if use_buffers else [6.0])
    assert inside.num_batches_tracked.item() == (2 if use_buffers else 6)  # 1, 1 + 1/2, 1 + 5/3 without fractions


def test_a_state_goes_over_and_on(model):
    averaged = AveragedModel(model)
    follow(averaged, model)
    state = averaged.state_dict()
    assert list(state) == ["n_averaged", "module.weight"]
    other = AveragedModel(model)
    other.load_state_dict(state)
    model.weight.data = [[10.0, 10.0]]
    for each in (averaged, other):
        each.update_parameters(model)
    assert averaged.module.weight.tolist() == other.module.weight.tolist()
    assert other.n_averaged.item() == 5


def test_it_goes_through_a_file(model, tmp_path):
    averaged = AveragedModel(model)
    follow(averaged, model)
    nn.save(averaged.state_dict(), tmp_path / "average.safetensors")
    other = AveragedModel(nn.Linear(2, 1, bias=False, dtype=np.float64))
    other.load_state_dict(nn.load(tmp_path / "average.safetensors"))
    assert other.module.weight.tolist() == averaged.module.weight.tolist()


def test_a_state_of_something_else_changes_nothing(model):
    averaged = AveragedModel(model)
    before = averaged.module.weight.tolist()
    with pytest.raises(RuntimeError, match="n_averaged is missing"):
        averaged.load_state_dict(model.state_dict())
    with pytest.raises(RuntimeError, match="weight"):
        averaged.load_state_dict({"n_averaged": 3, "module.weight": np.zeros((5, 5))})
    assert averaged.module.weight.tolist() == before
    assert averaged.n_averaged.item() == 0


def test_it_has_what_a_module_has(model):
    averaged = AveragedModel(nn.Sequential(model, nn.Dropout()))
    assert averaged.training
    assert not averaged.eval().training
    assert not averaged.module[1].training
    assert averaged.train() is averaged
    assert [name for name, _ in averaged.named_parameters()] == ["module.0.weight"]
    assert next(averaged.parameters()) is averaged.module[0].weight
    assert repr(averaged).startswith("AveragedModel of 0: Sequential(")
    assert copy.deepcopy(averaged).module[0].weight.tolist() == averaged.module[0].weight.tolist()


def test_what_does_not_fit_is_refused(model):
    with pytest.raises(ValueError, match="Only one of avg_fn and multi_avg_fn should be provided"):
        AveragedModel(model, avg_fn=get_swa_avg_fn(), multi_avg_fn=get_swa_multi_avg_fn())
    with pytest.raises(ValueError, match="the only device is 'cpu', got 'cuda'"):
        AveragedModel(model, device="cuda")
    with pytest.raises(ValueError, match=r"the averages have the shapes \[\(1, 2\)\], the parameters of the model"):
        AveragedModel(model).update_parameters(nn.Linear(3, 1, bias=False))
    for make in (get_ema_avg_fn, get_ema_multi_avg_fn):
        with pytest.raises(ValueError, match=r"Invalid decay value 1.5 provided. Please provide a value in \[0,1\]"):
            make(1.5)


def test_an_average_does_better_than_noisy_last_weights():
    ag.manual_seed(0)
    random = np.random.default_rng(0)
    model = nn.Linear(5, 1, dtype=np.float64)
    truth = random.normal(size=(5, 1))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    averaged = AveragedModel(model)
    for step in range(400):
        x = random.normal(size=(8, 5))
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), x @ truth + random.normal(size=(8, 1))).backward()
        optimizer.step()
        if step >= 100:
            averaged.update_parameters(model)
    errors = [np.linalg.norm(each.weight.data.T - truth) for each in (averaged.module, model)]
    assert errors[0] < 0.5 * errors[1]


# --------------------------------------------------------------------------------------------------- batch statistics


def test_batch_statistics_are_the_means_over_all_batches():
    random = np.random.default_rng(0)
    batches = [random.normal(size=(4, 3)) for _ in range(5)]
    model = nn.Sequential(nn.BatchNorm1d(3, momentum=0.3, dtype=np.float64), nn.Dropout()).eval()
    model[0].running_mean.data = [100.0, 100.0, 100.0]
    update_bn([(batch, "target") for batch in batches], model)
    np.testing.assert_allclose(model[0].running_mean.data, np.mean([b.mean(axis=0) for b in batches], axis=0))
    np.testing.assert_allclose(model[0].running_var.data, np.mean([b.var(axis=0, ddof=1) for b in batches], axis=0))
    assert model[0].momentum == 0.3
    assert not model.training
    assert not model[1].training


def test_the_model_is_as_before_if_a_batch_is_wrong():
    model = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match="num_features=3"):
        update_bn([np.zeros((4, 2), np.float32)], model.eval())
    assert (model.momentum, model.training) == (0.1, False)


def test_nothing_is_computed_without_batch_normalisation(model):
    update_bn(iter(lambda: pytest.fail("no batch is needed"), None), nn.Sequential(model, nn.InstanceNorm1d(2)))


def test_only_the_processor_is_a_device(model):
    update_bn([], model, device="cpu")
    with pytest.raises(ValueError, match="the only device is 'cpu', got 'cuda'"):
        update_bn([], model, device="cuda")


# ------------------------------------------------------------------------------------------------------- the schedule


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"anneal_strategy": "step"}, "anneal_strategy must be one of 'cos' or 'linear', instead got step"),
        ({"anneal_epochs": -1}, "anneal_epochs must be equal or greater than 0, got -1"),
        ({"anneal_epochs": 1.5}, "anneal_epochs must be equal or greater than 0, got 1.5"),
        ({"swa_lr": [0.1, 0.2]}, "swa_lr must have the same length as optimizer.param_groups"),
    ],
)
def test_wrong_options_of_the_schedule(model, options, message):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match=message):
        SWALR(optimizer, **{"swa_lr": 0.05} | options)
