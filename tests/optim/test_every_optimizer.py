"""What holds of every optimizer: by Hypothesis, on surfaces, and in memory."""

import copy
import dataclasses
import pickle
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
import optim
from optim import surfaces

#: Options with which each has all that it can remember.
MAKE = {
    "GradientDescent": lambda p, **more: optim.GradientDescent(p, **{"lr": 0.1} | more),
    "Momentum": lambda p, **more: optim.Momentum(p, **{"lr": 0.1} | more),
    "Nesterov": lambda p, **more: optim.Nesterov(p, **{"lr": 0.1} | more),
    "Adagrad": lambda p, **more: optim.Adagrad(p, **{"lr": 0.1, "lr_decay": 0.1} | more),
    "Adadelta": lambda p, **more: optim.Adadelta(p, **{"lr": 1.0} | more),
    "RMSprop": lambda p, **more: optim.RMSprop(p, **{"lr": 0.1, "momentum": 0.9, "centered": True} | more),
    "Adam": lambda p, **more: optim.Adam(p, **{"lr": 0.1, "amsgrad": True} | more),
    "AdamW": lambda p, **more: optim.AdamW(p, **{"lr": 0.1, "weight_decay": 0.0} | more),
    "Adamax": lambda p, **more: optim.Adamax(p, **{"lr": 0.1} | more),
    "NAdam": lambda p, **more: optim.NAdam(p, **{"lr": 0.1} | more),
    "RAdam": lambda p, **more: optim.RAdam(p, **{"lr": 0.1, "betas": (0.9, 0.9)} | more),
    "Rprop": lambda p, **more: optim.Rprop(p, **{"lr": 0.1} | more),
    "ASGD": lambda p, **more: optim.ASGD(p, **{"lr": 0.1, "lambd": 0.0, "t0": 1} | more),
    "Lion": lambda p, **more: optim.Lion(p, **{"lr": 0.1} | more),
    "Adafactor": lambda p, **more: optim.Adafactor(p, **{"lr": 0.1} | more),
    "Muon": lambda p, **more: optim.Muon(p, **{"lr": 0.1, "weight_decay": 0.0} | more),
}
EVERY = pytest.mark.parametrize("name", MAKE)
SHAPES = [(3, 4), (1, 5), (6, 2)]

seeds = st.integers(0, 2**32 - 1)

#: Each property is tried with each of many optimizers.
fewer = settings(max_examples=1 + settings.default.max_examples // 4)


def numbers(seed, scale=1.0):
    """Give the start and five gradients of each parameter."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in SHAPES], scale * rng.normal(size=(5, sum(map(np.prod, SHAPES))))


def split(row):
    return [part.reshape(shape) for part, shape in zip(np.split(row, [12, 17]), SHAPES, strict=True)]


def step(optimizer, parameters, gradients):
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.astype(parameter.dtype)
    optimizer.step()


def run(name, starts, rows, dtype=np.float64, **options):
    """Step along the gradients; give where that leads."""
    parameters = [nn.Parameter(start.astype(dtype)) for start in starts]
    optimizer = MAKE[name](parameters, **options)
    for row in rows:
        step(optimizer, parameters, split(row))
    return [parameter.data for parameter in parameters]


def assert_same(one, two, rtol=1e-7, atol=1e-9):
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


# --------------------------------------------------------------------------------------------------------- properties


@EVERY
@fewer
@given(seed=seeds)
def test_a_gradient_of_zero_moves_nothing(name, seed):
    starts, rows = numbers(seed)
    assert_same(run(name, starts, 0 * rows[:1]), starts, rtol=0, atol=0)


@EVERY
@fewer
@given(seed=seeds)
def test_climbing_is_falling_along_the_other_gradient(name, seed):
    if name == "Muon":
        return  # cannot climb, as in PyTorch
    starts, rows = numbers(seed)
    assert_same(run(name, starts, rows, maximize=True), run(name, starts, -rows))


#: How the way changes when all gradients are multiplied by a number: not at all, or by the number itself.
SCALE_FREE = ["Adagrad", "RMSprop", "Adam", "AdamW", "Adamax", "NAdam", "Rprop", "Lion"]
PROPORTIONAL = ["GradientDescent", "Momentum", "Nesterov", "ASGD"]
#: Without what is added so that nothing is divided by zero.
WITHOUT_EPS = {name: {"eps": 0.0} for name in ("Adagrad", "RMSprop", "Adam", "AdamW", "Adamax", "NAdam")}
WITHOUT_EPS["RMSprop"]["centered"] = False


@pytest.mark.parametrize("name", SCALE_FREE)
@fewer
@given(seed=seeds, power=st.integers(-20, 20))
def test_the_scale_of_gradients_does_not_matter(name, seed, power):
    starts, rows = numbers(seed)
    options = WITHOUT_EPS.get(name, {})
    assert_same(run(name, starts, rows, **options), run(name, starts, 2.0**power * rows, **options))


@pytest.mark.parametrize("name", PROPORTIONAL)
@fewer
@given(seed=seeds, power=st.integers(-20, 20))
def test_the_way_is_proportional_to_the_gradients_and_to_the_rate(name, seed, power):
    starts, rows = numbers(seed)
    starts = [0 * start for start in starts]
    way = run(name, starts, rows)
    assert_same(run(name, starts, 2.0**power * rows), [2.0**power * each for each in way], atol=0)
    assert_same(run(name, starts, rows, lr=0.1 * 2.0**power), [2.0**power * each for each in way], atol=0)


@pytest.mark.parametrize("name", ["Adafactor", "Muon"])
@fewer
@given(seed=seeds, power=st.integers(-8, 8))
def test_the_scale_of_a_matrix_of_gradients_does_not_matter(name, seed, power):
    starts, rows = numbers(seed)
    assert_same(run(name, starts, rows), run(name, starts, 2.0**power * rows), rtol=1e-6, atol=1e-6)


@EVERY
@fewer
@given(seed=seeds)
def test_order_and_grouping_do_not_matter(name, seed):
    starts, rows = numbers(seed)
    parameters = [nn.Parameter(start) for start in starts]
    first, second, third = parameters
    optimizer = MAKE[name]([{"params": [third]}, {"params": [second, first]}])
    for row in rows:
        step(optimizer, parameters, split(row))
    assert_same(run(name, starts, rows), [parameter.data for parameter in parameters], rtol=1e-14)


@EVERY
@fewer
@given(seed=seeds)
def test_float32_tracks_float64(name, seed):
    starts, rows = numbers(seed)
    starts, rows = [start.astype(np.float32) for start in starts], rows.astype(np.float32)
    single, double = run(name, starts, rows, np.float32), run(name, starts, rows)
    assert all(array.dtype == np.float32 for array in single)
    steps_of_muon = 5 * 0.1 * 2**-5  # where a rounding to 8 bits falls the other way
    assert_same(single, double, rtol=2e-3, atol=steps_of_muon if name == "Muon" else 2e-3)


@EVERY
@fewer
@given(seed=seeds, at=st.integers(1, 4))
def test_resumed_equals_uninterrupted_bit_for_bit(name, seed, at):
    starts, rows = numbers(seed)
    parameters = [nn.Parameter(start) for start in starts]
    optimizer = MAKE[name](parameters)
    for row in rows[:at]:
        step(optimizer, parameters, split(row))
    state = optimizer.state_dict()
    parameters = [nn.Parameter(parameter.data.copy()) for parameter in parameters]
    optimizer = MAKE[name](parameters)
    optimizer.load_state_dict(state)
    for row in rows[at:]:
        step(optimizer, parameters, split(row))
    assert [p.tolist() for p in parameters] == [array.tolist() for array in run(name, starts, rows)]


@EVERY
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda both: pickle.loads(pickle.dumps(both))])
def test_a_copy_goes_on_alike_and_apart(name, copied):
    starts, rows = numbers(0)
    parameters = [nn.Parameter(start) for start in starts]
    optimizer = MAKE[name](parameters)
    for row in rows[:3]:
        step(optimizer, parameters, split(row))
    others, other = copied((parameters, optimizer))
    for row in rows[3:]:
        step(other, others, split(row))
    assert [p.tolist() for p in parameters] != [p.tolist() for p in others]
    assert [p.tolist() for p in others] == [array.tolist() for array in run(name, starts, rows)]


@EVERY
def test_parameters_without_gradient_are_passed_over(name, rng):
    """What one remembers does not depend on when others were stepped."""
    starts, rows = numbers(int(rng.integers(2**32)))
    together, alone = ([nn.Parameter(start) for start in starts] for _ in range(2))
    optimizer, singles = MAKE[name](together), [MAKE[name]([parameter]) for parameter in alone]
    for row in rows:
        for own, other, single, gradient in zip(together, alone, singles, split(row), strict=True):
            own.grad = other.grad = gradient if rng.random() < 0.6 else None
            single.step()
        optimizer.step()
    assert [p.tolist() for p in together] == [p.tolist() for p in alone]


# ------------------------------------------------------------------------------------------------------------- memory


@EVERY
def test_no_memory_in_proportion_to_the_parameters_after_the_first_step(name):
    parameter = nn.Parameter(np.ones((2400, 500), np.float32))
    optimizer = MAKE[name]([parameter])
    parameter.grad = np.random.default_rng(0).normal(size=(2400, 500)).astype(np.float32)
    optimizer.step()
    assert peak_of(optimizer.step) < 1_200_000  # the weights alone are 4,800,000 bytes


def peak_of(call):
    """Give how many bytes more than before are taken at a time during a call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Valley:
    """A loss of 1,200,000 weights, 4,800,000 bytes, steeper along some than along others, that takes no memory."""

    def __init__(self, order):
        values = np.random.default_rng(0).normal(size=(2400, 500))
        self.weight = nn.Parameter(values.astype(np.float32, order=order))
        self.steepness = np.linspace(0.1, 2, 500, dtype=np.float32)
        self.weight.grad = np.ones((2400, 500), np.float32, order=order)

    def closure(self):
        gradient = self.weight.grad._array  # a new gradient would take as much as the weights
        np.multiply(self.weight._array, self.steepness, out=gradient)
        return float(np.vdot(gradient.ravel("K"), self.weight._array.ravel("K"))) / 2


ORDERS = pytest.mark.parametrize("order", ["C", "F"])  # that of weights of layers is F


@pytest.mark.parametrize(("lr", "search"), [(0.5, None), (1.0, "strong_wolfe"), (4.0, "strong_wolfe")])
@ORDERS
def test_no_memory_in_lbfgs_once_its_history_is_full(lr, search, order):
    """What is the first step of the others lasts here until as many moves are remembered as may be: that is its method.

    A rate of 4 goes too far, so that the search narrows intervals.
    """
    valley = Valley(order)
    optimizer = optim.LBFGS([valley.weight], lr, 4, history_size=3, line_search_fn=search)
    losses = [optimizer.step(valley.closure) for _ in range(3)]
    history = optimizer.history
    assert len(history.old_dirs) == len(history.old_stps) == 3
    before, oldest = history.n_iter, history.old_dirs[0].copy()
    assert peak_of(lambda: losses.append(optimizer.step(valley.closure))) < 1_200_000
    assert history.n_iter >= before + 2
    assert not np.array_equal(history.old_dirs[0], oldest)  # it was forgotten meanwhile
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.SAM(optim.SGD(p, 0.1)),
        lambda p: optim.SAM(optim.Adam(p), adaptive=True),
        lambda p: optim.Lookahead(optim.SGD(p, 0.1), k=1),
        lambda p: optim.Lookahead(optim.Muon(p), k=1),
        lambda p: optim.Guard(optim.SGD(p, 0.1)),
        lambda p: optim.Lookahead(optim.SAM(optim.Adam(p)), k=1),
    ],
    ids=["SAM", "adaptive SAM", "Lookahead", "Lookahead of Muon", "Guard", "Lookahead of SAM"],
)
@ORDERS
def test_no_memory_in_a_wrapper_after_the_first_step(make, order):
    valley = Valley(order)
    optimizer = make([valley.weight])
    losses = [optimizer.step(valley.closure)]
    assert peak_of(lambda: losses.append(optimizer.step(valley.closure))) < 1_200_000
    assert losses[1] < losses[0]


# ----------------------------------------------------------------------------------------------------------- surfaces

#: From a point beside the valley; from above, the way along it takes a gentle method thousands of steps.
ROSENBROCK = dataclasses.replace(surfaces.ROSENBROCK, start=(1.5, 1.0))

#: The rates on the bowl, the saddle, Rosenbrock's valley and Beale's function.
RATES = {
    "GradientDescent": (0.05, 0.3, 0.001, 0.01),
    "Momentum": (0.1, 0.1, 0.001, 0.01),
    "Nesterov": (0.05, 0.1, 0.001, 0.01),
    "Adagrad": (1.0, 0.3, 1.0, 1.0),
    "Adadelta": (0.3, 0.3, 0.05, 0.1),
    "RMSprop": (0.1, 0.1, 0.05, 0.05),
    "Adam": (0.3, 0.3, 0.1, 1.0),
    "AdamW": (0.3, 0.3, 0.1, 1.0),
    "Adamax": (1.0, 0.1, 0.3, 1.0),
    "NAdam": (0.3, 0.1, 0.1, 0.1),
    "RAdam": (0.1, 0.1, 0.001, 0.01),
    "Rprop": (0.001, 0.001, 0.1, 0.05),
    "ASGD": (0.05, 0.05, 0.001, 0.01),
    "Lion": (0.05, 0.05, 0.05, 0.05),
    "Adafactor": (1.0, 0.05, 0.01, 0.01),
    "Muon": (0.05, 0.03, 0.01, 0.03),
    "LBFGS": (1.0, 1.0, 1.0, 1.0),
    "SAM": (0.05, 0.1, 0.001, 0.01),
    "Lookahead": (0.3, 0.3, 0.1, 1.0),
}
OPTIONS = {
    "Adadelta": {"eps": 1e-3},
    "AdamW": {"weight_decay": 0.0},
    "Muon": {"weight_decay": 0.0},
    "RAdam": {"betas": (0.9, 0.8)},
    "LBFGS": {"max_iter": 4, "line_search_fn": "strong_wolfe"},
}
WRAPPED = {
    "SAM": lambda p, rate: optim.SAM(optim.SGD(p, rate), rho=1e-3),
    "Lookahead": lambda p, rate: optim.Lookahead(optim.Adam(p, rate)),
}


def optimizers():
    """Name all optimizers and wrappers that there are; a guard goes where what is inside goes."""
    classes = {name: getattr(optim, name) for name in optim.__all__ if isinstance(getattr(optim, name), type)}
    return {name for name in classes if name not in ("Optimizer", "Guard")}


def test_none_is_left_out():
    faces_of_sgd = {"GradientDescent", "Momentum", "Nesterov"}
    assert optimizers() - {"SGD"} == RATES.keys()
    assert faces_of_sgd < RATES.keys()
    assert optimizers() - {"SGD", "LBFGS", "SAM", "Lookahead"} == MAKE.keys()


def test_each_has_formula_source_and_picture():
    from examples.optimizers import MAKERS

    docs = Path(__file__).parents[2] / "docs"
    page, reference = ((docs / each).read_text(encoding="utf-8") for each in ("optim.md", "reference/optim.md"))
    for name in optimizers():
        text = getattr(optim, name).__doc__
        assert re.search(r"``[^`]*=[^`]*``|::\n", text), f"{name}: no formula"
        assert re.search(r"\((1[89]|20)\d\d\)", text), f"{name}: no source"
        assert f"`{name}`" in page or f"`{name}(" in page, f"{name}: not on its page"
        section = reference.split(f"::: optim.{name}\n")[1].split(":::")[0]
        assert f"![{name}](../images/optimizers/{name}.png)" in section, f"{name}: no picture"
        assert docs.joinpath("images", "optimizers", f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert optimizers() == MAKERS.keys()


@pytest.mark.parametrize("name", RATES)
def test_it_converges_on_surfaces(name):
    for surface, rate in zip((surfaces.BOWL, surfaces.SADDLE, ROSENBROCK, surfaces.BEALE), RATES[name], strict=True):
        make = WRAPPED.get(name, lambda p, rate: getattr(optim, name)(p, rate, **OPTIONS.get(name, {})))
        shape = (1, 2) if name == "Muon" else (2,)
        points = surfaces.path(surface, lambda p, rate=rate, make=make: make(p, rate), 250, shape)
        low, high, end = (float(surface(np.array(point))) for point in (surface.minimum, surface.start, points[-1]))
        assert end - low < 5e-3 * (high - low), (surface.name, points[-1])


def test_muon_converges_on_a_bowl_of_matrices(rng):
    weight, wanted = nn.Parameter(np.zeros((4, 6))), rng.normal(size=(4, 6))
    optimizer = optim.Muon([weight], lr=0.1, weight_decay=0.0)
    schedule = optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=200)
    for _ in range(200):
        weight.grad = weight.data - wanted
        optimizer.step()
        schedule.step()
    assert np.linalg.norm(weight.data - wanted) < 0.02 * np.linalg.norm(wanted)


# ------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: optim.Rprop(p, etas=(1.0, 1.2)), "Invalid eta values: 1.0, 1.2"),
        (lambda p: optim.Lion(p, betas=(0.9, 1.0)), "Invalid beta parameter at index 1: 1.0"),
        (lambda p: optim.Adam(p, betas=(0.9,)), r"Invalid betas: \(0.9,\); they are two numbers"),
        (lambda p: optim.Adam(p, betas=0.9), "Invalid betas: 0.9; they are two numbers"),
        (lambda p: optim.Muon([nn.Parameter([1.0])]), r"only supports 2D parameters, and one has the shape \(1,\)"),
        (lambda p: optim.Muon(p, ns_steps=100), "Number of steps must be less than 100"),
        (lambda p: optim.Muon(p, ns_coefficients=(1.0, 2.0)), "exactly 3 values"),
        (lambda p: optim.LBFGS(p, line_search_fn="armijo"), "only 'strong_wolfe' is supported"),
        (lambda p: optim.LBFGS(p, history_size=0), "Invalid history_size: 0"),
        (lambda p: optim.LBFGS([{"params": p}, {"params": [nn.Parameter([1.0])]}]), "doesn't support per-parameter"),
        (lambda p: optim.SAM(optim.SGD(p), rho=-1.0), "Invalid rho value: -1.0"),
        (lambda p: optim.Lookahead(optim.SGD(p), k=0), "Invalid k value: 0"),
        (lambda p: optim.Lookahead(optim.SGD(p), alpha=2.0), "Invalid alpha value: 2.0"),
        (lambda p: optim.Guard(optim.SGD(p), "ignore"), "Invalid nonfinite value: 'ignore'"),
    ],
)
def test_invalid_options(make, message):
    with pytest.raises(ValueError, match=message):
        make([nn.Parameter([[1.0]])])


@pytest.mark.parametrize("name", ["Adafactor", "Muon"])
def test_complex_parameters_that_a_method_cannot_take(name):
    with pytest.raises(TypeError, match=f"{name} does not support complex parameters"):
        getattr(optim, name)([nn.Parameter(np.ones((2, 2), complex))])


@pytest.mark.parametrize("make", [optim.LBFGS, lambda p: optim.SAM(optim.SGD(p))])
def test_a_closure_is_needed(make):
    with pytest.raises(TypeError, match="step needs a closure"):
        make([nn.Parameter([1.0])]).step()


def test_a_closure_that_gives_no_loss_is_refused():
    with pytest.raises(TypeError, match="LBFGS: the closure gave None; it must return the loss"):
        optim.LBFGS([nn.Parameter([1.0])]).step(lambda: None)


def test_a_state_of_other_shapes_is_refused_and_changes_nothing():
    weight, other = nn.Parameter(np.ones((2, 3))), nn.Parameter(np.ones((3, 3)))
    one, two = optim.Adafactor([weight]), optim.Adafactor([other])
    weight.grad, other.grad = np.ones((2, 3)), np.ones((3, 3))
    one.step()
    two.step()
    before = str(one.state_dict())
    with pytest.raises(ValueError, match=r"row_var has the shape \(3, 1\), .* \(2, 3\), which needs \(2, 1\)"):
        one.load_state_dict(two.state_dict())
    assert str(one.state_dict()) == before


def test_a_state_of_lbfgs_of_another_size_is_refused():
    def trained(size):
        weight = nn.Parameter(np.ones(size))
        optimizer = optim.LBFGS([weight])

        def closure():
            optimizer.zero_grad()
            loss = (weight**2).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        return optimizer

    with pytest.raises(ValueError, match=r"a vector has the shape \(3,\), the parameters need \(2,\)"):
        trained(2).load_state_dict(trained(3).state_dict())
