"""PyTorch's own database of optimizers, with the settings that it tests each with.

The paths of 25 steps agree to 1e-6 in float64, for every setting; a run that one library begins, the other ends; what
PyTorch refuses is refused.
"""

import numpy as np
import pytest

import nn
import optim
from tests.parity.databases import read_database

torch = pytest.importorskip("torch")


DATABASE = {info.name: info for info in read_database("common_optimizers", "optim_db")}

#: The entries that this library does not want; each with the reason.
NOT_WANTED = {"SparseAdam": "takes sparse gradients alone, which there are none of here"}
WANTED = [name for name in DATABASE if name not in NOT_WANTED]


def as_numbers(options):
    """Make numbers of Tensors of one element."""
    return {key: value.item() if isinstance(value, torch.Tensor) else value for key, value in options.items()}


CASES = [
    pytest.param(name, as_numbers(case.kwargs), id=f"{name}-{case.kwargs}")
    for name in WANTED
    for case in DATABASE[name].optim_inputs_func(torch.device("cpu"))
]


#: The parameters of nets that suit only some: matrices for Muon; one layer for LBFGS, whose many steps in one take
#: rounding far away elsewhere, and for Rprop, which climbs until tanh is 1 and the signs of gradients are rounding.
SHAPES = {"Muon": [(5, 3), (4, 5), (1, 4)], "LBFGS": [(1, 3), (1,)], "Rprop": [(1, 3), (1,)]}


#: Whose path turns on single roundings, of a product against a bound or to 8 bits: the same numbers each time.
STEADY = ("LBFGS", "Muon")


class Pair:
    """A net of ours and the same of theirs, float64, which both optimizers train on the same data."""

    def __init__(self, name, options, rng):
        rng = np.random.default_rng(1) if name in STEADY else rng
        values = [rng.normal(size=shape) for shape in SHAPES.get(name, [(5, 3), (5,), (4, 5), (4,), (1, 4), (1,)])]
        self.x, self.y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
        self.ours = [nn.Parameter(value) for value in values]
        self.theirs = [torch.nn.Parameter(torch.tensor(value)) for value in values]
        self.name, self.options = name, options
        self.our_optimizer, self.their_optimizer = self.new_ours(self.ours), self.new_theirs(self.theirs)

    def new_ours(self, parameters):
        return getattr(optim, self.name)(parameters, **self.options)

    def new_theirs(self, parameters):
        return getattr(torch.optim, self.name)(parameters, **self.options)

    def our_loss(self):
        self.our_optimizer.zero_grad()
        loss = nn.functional.mse_loss(self.net(nn.functional.linear, np.tanh, self.x, self.ours), self.y)
        loss.backward()
        return loss

    def their_loss(self):
        self.their_optimizer.zero_grad()
        outputs = self.net(torch.nn.functional.linear, torch.tanh, torch.tensor(self.x), self.theirs)
        loss = torch.nn.functional.mse_loss(outputs, torch.tensor(self.y))
        loss.backward()
        return loss

    def net(self, linear, activation, x, parameters):
        size = 1 if self.name == "Muon" else 2
        layers = [parameters[start : start + size] for start in range(0, len(parameters), size)]
        for layer in layers[:-1]:
            x = activation(linear(x, *layer))
        return linear(x, *layers[-1])

    def step(self, count):
        for _ in range(count):
            self.our_optimizer.step(self.our_loss)
            self.their_optimizer.step(self.their_loss)
            self.assert_alike()

    def assert_alike(self):
        for ours, theirs in zip(self.ours, self.theirs, strict=True):
            np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-6, atol=1e-6)


@pytest.fixture(autouse=True)
def _in_double():
    """Have PyTorch keep its counts and rates in float64, too."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def test_all_that_are_wanted_are_there():
    assert [name for name in WANTED if not hasattr(optim, name)] == []
    assert len(WANTED) + len(NOT_WANTED) == 15


@pytest.mark.parametrize(("name", "options"), CASES)
def test_the_paths_of_25_steps(name, options, rng):
    Pair(name, options, rng).step(25)


def to_arrays(state):
    """Make what one library has saved known to the other: arrays in the place of its Tensors."""
    if isinstance(state, dict):
        return {key: to_arrays(value) for key, value in state.items()}
    if isinstance(state, list):
        return [to_arrays(value) for value in state]
    return state.numpy() if isinstance(state, torch.Tensor) else state


def to_tensors(state):
    if isinstance(state, dict):
        return {key: to_tensors(value) for key, value in state.items()}
    if isinstance(state, list):
        return [to_tensors(value) for value in state]
    return torch.tensor(np.array(state.data)) if hasattr(state, "data") else state


@pytest.mark.parametrize(("name", "options"), CASES)
def test_a_run_that_one_library_begins_the_other_ends(name, options, rng):
    pair = Pair(name, options, rng)
    pair.step(2)
    ours, theirs = pair.our_optimizer.state_dict(), pair.their_optimizer.state_dict()
    pair.our_optimizer, pair.their_optimizer = pair.new_ours(pair.ours), pair.new_theirs(pair.theirs)
    pair.our_optimizer.load_state_dict(to_arrays(theirs))
    pair.their_optimizer.load_state_dict(to_tensors(ours))
    pair.step(3)


@pytest.mark.parametrize("name", WANTED)
def test_saved_states_have_the_same_form(name, rng):
    pair = Pair(name, {}, rng)
    pair.step(2)
    ours, theirs = pair.our_optimizer.state_dict(), pair.their_optimizer.state_dict()
    assert list(ours["state"]) == list(theirs["state"])
    for number, state in theirs["state"].items():
        for key, value in state.items():
            if isinstance(value, torch.Tensor):
                np.testing.assert_allclose(np.array(ours["state"][number][key]), value, rtol=1e-6, atol=1e-12)
            else:
                assert key == "al" or key in ours["state"][number]  # shares of one direction, computed anew for each
    assert all(
        group.items() <= other.items()
        for group, other in zip(ours["param_groups"], theirs["param_groups"], strict=True)
    )


@pytest.mark.parametrize("name", [name for name in WANTED if DATABASE[name].supports_complex and name != "LBFGS"])
def test_complex_parameters(name, rng):
    values = rng.normal(size=(4, 3)) + 1j * rng.normal(size=(4, 3))
    ours, theirs = nn.Parameter(values), torch.nn.Parameter(torch.tensor(values))
    optimizers = getattr(optim, name)([ours]), getattr(torch.optim, name)([theirs])
    for _ in range(5):
        gradient = rng.normal(size=(4, 3)) + 1j * rng.normal(size=(4, 3))
        ours.grad, theirs.grad = gradient, torch.tensor(gradient)
        for optimizer in optimizers:
            optimizer.step()
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-6)


#: What PyTorch refuses that means nothing here: rates as Tensors of several kinds, and ways to compute.
MEANS_NOTHING = ("as a Tensor is not supported", "must be either both floats or both Tensors")
ERRORS = [
    pytest.param(name, case.optimizer_error_input, case, id=f"{name}-{case.optimizer_error_input.desc}")
    for name in WANTED
    for case in DATABASE[name].optim_error_inputs_func(torch.device("cpu"), torch.float64)
    if case.error_type in (ValueError, TypeError, RuntimeError)
    and not any(words in case.error_regex.replace("\\", "") for words in MEANS_NOTHING)
]


def our_parameter(tensor):
    made = nn.Parameter(tensor.detach().numpy())
    made.grad = np.ones(made.shape)
    return made


def ours_of(params, made):
    """Make of PyTorch's parameters ours, each once, in lists, groups and with names as they are."""
    if isinstance(params, torch.Tensor):
        return made.setdefault(id(params), our_parameter(params))
    if isinstance(params, dict):
        return {key: ours_of(value, made) if key == "params" else value for key, value in params.items()}
    if isinstance(params, list | tuple):
        return type(params)(ours_of(each, made) for each in params)
    return params


@pytest.mark.parametrize(("name", "given", "case"), ERRORS)
def test_the_same_is_refused(name, given, case):
    params = [torch.ones(1, 1)] if given.params is None else given.params
    if "Tensor lr" in given.desc:
        given.kwargs["lr"] = np.ones(2)
    with pytest.raises((ValueError, TypeError)):
        getattr(optim, name)(ours_of(params, {}), **given.kwargs)
