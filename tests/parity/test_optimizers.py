"""Optimizers beside PyTorch's: the paths that they take, errors and saved states."""

import numpy as np
import pytest

import nn
import optim

torch = pytest.importorskip("torch")

OPTIONS = {
    "SGD": [
        {"lr": 0.05},
        {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.3},
        {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {"lr": 0.05, "momentum": 0.5, "dampening": 0.1, "weight_decay": 0.01, "maximize": True},
        {"lr": 0.0, "momentum": 0.9},
    ],
    "Adam": [
        {},
        {"lr": 0.1},
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3},
        {"lr": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "amsgrad": True},
        {"lr": 0.1, "amsgrad": True, "weight_decay": 0.05, "maximize": True},
        {"lr": 0.1, "betas": (0.0, 0.0)},
        {"lr": 0.1, "eps": 0.0},
    ],
}
CASES = [(name, options) for name, sets in OPTIONS.items() for options in sets]
SHAPES = [(4, 3), (4,), (1, 4), ()]


def both(values, name, options):
    """Make our parameters and optimizer, and PyTorch's, from the same values."""
    ours = [nn.Parameter(value) for value in values]
    theirs = [torch.nn.Parameter(torch.tensor(value)) for value in values]
    return (ours, getattr(optim, name)(ours, **options)), (theirs, getattr(torch.optim, name)(theirs, **options))


def step(pair, gradients):
    for parameters, optimizer in pair:
        for parameter, gradient in zip(parameters, gradients, strict=True):
            if gradient is None:
                parameter.grad = None
            elif isinstance(parameter, torch.Tensor):
                parameter.grad = torch.tensor(gradient)
            else:
                parameter.grad = gradient
        optimizer.step()


def assert_alike(pair, rtol=1e-9):
    (ours, _), (theirs, _) = pair
    for parameter, other in zip(ours, theirs, strict=True):
        expected = other.detach().numpy()
        size = np.abs(expected).max(initial=1)  # where a path that climbs grows without end, so does its rounding
        np.testing.assert_allclose(parameter.data, expected, rtol=rtol, atol=1e-9 * size if size > 1e2 else 1e-12)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_the_path_of_25_steps(name, options):
    """Of a net of two layers, with the gradients of its own loss; from other weights, a path may magnify rounding."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
    values = [rng.normal(size=shape) for shape in ((4, 3), (4,), (1, 4), (1,))]
    pair = both(values, name, options)
    (ours, our_optimizer), (theirs, their_optimizer) = pair
    linear, tensor = nn.functional.linear, torch.nn.functional.linear
    for _ in range(25):
        our_optimizer.zero_grad()
        hidden = np.tanh(linear(x, ours[0], ours[1]))
        nn.functional.mse_loss(linear(hidden, ours[2], ours[3]), y).backward()
        our_optimizer.step()
        their_optimizer.zero_grad()
        hidden = torch.tanh(tensor(torch.tensor(x), theirs[0], theirs[1]))
        torch.nn.functional.mse_loss(tensor(hidden, theirs[2], theirs[3]), torch.tensor(y)).backward()
        their_optimizer.step()
        assert_alike(pair, rtol=1e-6)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_parameters_that_have_a_gradient_only_now_and_then(name, options, rng):
    pair = both([rng.normal(size=shape) for shape in SHAPES], name, options)
    for _ in range(25):
        step(pair, [rng.normal(size=shape) if rng.random() < 0.6 else None for shape in SHAPES])
        assert_alike(pair)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_complex_parameters(name, options, rng):
    def complex_numbers(shape):
        return rng.normal(size=shape) + 1j * rng.normal(size=shape)

    pair = both([complex_numbers(shape) for shape in SHAPES], name, options)
    for _ in range(5):
        step(pair, [complex_numbers(shape) for shape in SHAPES])
        assert_alike(pair)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_large_parameters(name, options, rng):
    shapes = [(300, 200), (5,)]
    pair = both([rng.normal(size=shape) for shape in shapes], name, options)
    for _ in range(3):
        step(pair, [rng.normal(size=shape) for shape in shapes])
    assert_alike(pair)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_rates_that_change(name, options, rng):
    pair = both([rng.normal(size=shape) for shape in SHAPES], name, options)
    for rate in (0.1, 0.05, 0.2):
        for _, optimizer in pair:
            optimizer.param_groups[0]["lr"] = rate
        step(pair, [rng.normal(size=shape) for shape in SHAPES])
        assert_alike(pair)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_saved_states_have_the_same_form_and_go_over(name, options, rng):
    pair = both([rng.normal(size=shape) for shape in SHAPES], name, options)
    for _ in range(3):
        step(pair, [rng.normal(size=SHAPES[0]), None, *(rng.normal(size=shape) for shape in SHAPES[2:])])
    ours, theirs = (optimizer.state_dict() for _, optimizer in pair)
    assert list(ours["state"]) == list(theirs["state"])
    for number, state in theirs["state"].items():
        for key, value in state.items():
            np.testing.assert_allclose(ours["state"][number][key].data, value.numpy(), rtol=1e-9, atol=1e-15)
    for our_group, their_group in zip(ours["param_groups"], theirs["param_groups"], strict=True):
        assert our_group.items() <= their_group.items()
    converted = {
        "state": {n: {k: v.numpy() for k, v in state.items()} for n, state in theirs["state"].items()},
        "param_groups": theirs["param_groups"],
    }
    fresh = [nn.Parameter(parameter.detach().numpy()) for parameter in pair[1][0]]
    optimizer = getattr(optim, name)(fresh)
    optimizer.load_state_dict(converted)
    pair = ((fresh, optimizer), pair[1])
    for _ in range(3):
        step(pair, [rng.normal(size=shape) for shape in SHAPES])
        assert_alike(pair)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {"lr": -1.0}),
        ("SGD", {"momentum": -1.0}),
        ("SGD", {"weight_decay": -1.0}),
        ("SGD", {"nesterov": True}),
        ("SGD", {"nesterov": True, "momentum": 0.9, "dampening": 0.1}),
        ("Adam", {"lr": -1.0}),
        ("Adam", {"eps": -1.0}),
        ("Adam", {"betas": (1.0, 0.9)}),
        ("Adam", {"betas": (0.9, 1.5)}),
        ("Adam", {"weight_decay": -1.0}),
    ],
)
def test_the_same_options_are_invalid(name, options):
    messages = []
    for library, make in ((optim, nn.Parameter), (torch.optim, lambda v: torch.nn.Parameter(torch.tensor(v)))):
        with pytest.raises(ValueError, match=r"Invalid|requires") as error:
            getattr(library, name)([make([1.0])], **options)
        messages.append(str(error.value))
    assert messages[0].startswith(messages[1])


@pytest.mark.parametrize(
    ("error", "params"),
    [
        (TypeError, lambda w: w),
        (ValueError, lambda w: []),
        (TypeError, lambda w: [1.0]),
        (ValueError, lambda w: [w * 2]),
        (ValueError, lambda w: [{"params": [w]}, {"params": [w]}]),
        (TypeError, lambda w: [{"params": {w}}]),
    ],
)
def test_the_same_parameters_are_refused(error, params):
    for library, weight in (
        (optim, nn.Parameter([1.0])),
        (torch.optim, torch.nn.Parameter(torch.tensor([1.0]))),
    ):
        with pytest.raises(error):
            library.SGD(params(weight))


def test_named_parameters_give_the_same_groups_and_states():
    ours, theirs = nn.Linear(3, 2), torch.nn.Linear(3, 2)
    groups = [
        [{"params": [pair]} for pair in layer.named_parameters()] if apart else layer.named_parameters()
        for apart in (False, True)
        for layer in (ours, theirs)
    ]
    for mine, other in (groups[:2], groups[2:]):
        optimizers = optim.Adam(mine), torch.optim.Adam(other)
        states = [optimizer.state_dict()["param_groups"] for optimizer in optimizers]
        for one, two in zip(*states, strict=True):
            assert one["param_names"] == two["param_names"]
            assert one["params"] == two["params"]
        optimizers[0].load_state_dict(optimizers[1].state_dict())
        optimizers[1].load_state_dict(optimizers[0].state_dict())


@pytest.mark.parametrize("later", [False, True])
def test_mixtures_of_names_and_no_names_are_refused_as_theirs(later):
    messages = []
    for library, make in ((optim, nn.Linear), (torch.optim, torch.nn.Linear)):
        named, (_, other) = make(3, 2).named_parameters()
        with pytest.raises(ValueError, match="with/without names") as caught:  # noqa: PT012 - either may raise
            optimizer = library.SGD([named] if later else [named, other])
            optimizer.add_param_group({"params": [other]})
        messages.append(str(caught.value))
    assert messages[0].startswith(messages[1])
