"""What all optimizers share: groups, gradients, closures, value semantics, state."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd import threads
from optim import bundle


def weight(*values, dtype=np.float64, **options):
    return nn.Parameter(np.array(values, dtype), **options)


def step(optimizer, *gradients):
    """Give the parameters these gradients, in the order of the groups, and step."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = None if gradient is None else np.asarray(gradient, parameter.dtype)
    optimizer.step()


BOTH = pytest.mark.parametrize(
    "make",
    [lambda params, **more: optim.SGD(params, **{"lr": 0.1, "momentum": 0.9} | more), optim.Adam],
    ids=["SGD", "Adam"],
)

# ------------------------------------------------------------------------------------------------------------- groups


def test_options_come_from_the_group_or_the_defaults():
    slow, fast = weight(1.0), weight(1.0)
    optimizer = optim.SGD([{"params": [slow], "lr": 0.01}, {"params": fast}], lr=0.1)
    step(optimizer, [1.0], [1.0])
    assert (slow.item(), fast.item()) == (0.99, 0.9)
    assert [group["lr"] for group in optimizer.param_groups] == [0.01, 0.1]
    assert optimizer.defaults["lr"] == 0.1


def test_a_generator_of_parameters_will_do():
    layer = nn.Linear(2, 1)
    optimizer = optim.SGD(layer.parameters())
    assert [p is q for p, q in zip(optimizer.param_groups[0]["params"], layer.parameters(), strict=True)] == [True] * 2


def test_groups_can_be_added():
    first, second = weight(1.0), weight(2.0)
    optimizer = optim.SGD([first], lr=0.5)
    step(optimizer, [1.0])
    optimizer.add_param_group({"params": [second], "lr": 1.0})
    step(optimizer, [1.0], [1.0])
    assert (first.item(), second.item()) == (0.0, 1.0)


def test_options_can_be_changed_between_steps():
    w = weight(1.0)
    optimizer = optim.SGD([w], lr=0.5)
    group = optimizer.param_groups[0]
    rate = group.rate
    for change in (
        lambda: group.__setitem__("lr", 0.25),
        lambda: group.update(lr=0.25),
        lambda: group.__ior__({"lr": np.float64(0.25)}),
    ):
        group["lr"] = 0.5
        change()
        assert group["lr"] == 0.25
        assert group.rate is rate
        assert rate == 0.25
    step(optimizer, [1.0])
    assert w.item() == 0.75


def test_the_parameters_of_a_group_cannot_be_replaced():
    optimizer = optim.SGD([weight(1.0)])
    with pytest.raises(ValueError, match="cannot be replaced; make a new optimizer, or add_param_group"):
        optimizer.param_groups[0]["params"] = [weight(2.0)]
    with pytest.raises(AttributeError):
        optimizer.param_groups[0]["params"].append(weight(2.0))


@BOTH
@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        (lambda w: w, TypeError, "takes a list of Tensors, .* got a Parameter"),
        (lambda w: {"params": [w]}, TypeError, "got a dict"),
        (lambda w: [], ValueError, "empty parameter list"),
        (lambda w: {w}, TypeError, "must have an order"),
        (lambda w: [{"params": {w}}], TypeError, "must have an order"),
        (lambda w: [1.0], TypeError, r"as model.parameters\(\) gives them, and one of the parameters is 1.0"),
        (lambda w: [w, w * 2], ValueError, "result of an operation, .* computed by multiply"),
        (lambda w: [{"params": [w]}, {"params": [w]}], ValueError, "in more than one parameter group"),
        (lambda w: nn.Linear(2, 1), TypeError, "takes a list of Tensors, .* got a Linear"),
        (lambda w: nn.Sequential(nn.Linear(2, 1)), TypeError, r"model.parameters\(\) .* is Linear"),
        (lambda w: [{"lr": 1.0}], ValueError, r"the parameters go under 'params', and there are only \['lr'\]"),
        (lambda w: [{"params": [w], "lr": "0.1"}], TypeError, "lr: the learning rate is a number, got '0.1'"),
        (lambda w: [{"params": [w], "lr": None}], TypeError, "lr: the learning rate is a number, got None"),
        (lambda w: [{"params": [w], "lr": -1.0}], ValueError, r"Invalid learning rate: -1.0; lr must be at least 0"),
    ],
)
def test_wrong_parameters(make, params, error, message):
    with pytest.raises(error, match=message):
        make(params(weight(1.0)))


def test_a_group_must_be_a_dict():
    with pytest.raises(TypeError, match="add_param_group: takes a dict, got list"):
        optim.SGD([weight(1.0)]).add_param_group([weight(1.0)])


def test_a_parameter_named_twice_is_stepped_once():
    w = weight(1.0)
    optimizer = optim.SGD([w, w], lr=0.5)
    w.grad = [1.0]
    optimizer.step()
    assert w.item() == 0.5


def test_constants_and_integers_are_passed_over():
    w, constant, whole = weight(1.0), ag.Tensor([1.0]), ag.Tensor([1])
    optimizer = optim.SGD([w, constant, whole], lr=0.5)
    w.grad = [1.0]
    optimizer.step()
    assert (w.item(), constant.item(), whole.item()) == (0.5, 1.0, 1)


# ---------------------------------------------------------------------------------------------------------- gradients


def test_zero_grad():
    w, unused = weight(1.0), weight(1.0)
    optimizer = optim.SGD([w, unused])
    w.grad = [3.0]
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0.0]
    assert unused.grad is None
    optimizer.zero_grad()
    assert w.grad is None


@BOTH
def test_parameters_without_gradient_are_passed_over(make):
    """Each parameter counts its own steps: what one remembers does not depend on the others."""
    together, alone = [weight(1.0, 2.0), weight(3.0), weight(4.0)], [weight(1.0, 2.0), weight(3.0), weight(4.0)]
    optimizer = make(together)
    singles = [make([w]) for w in alone]
    gradients = [
        ([1.0, 2.0], [3.0], None),
        ([0.5, 2.0], None, None),
        (None, None, None),
        ([0.1, 0.2], [0.3], [0.4]),
        (None, [2.0], [1.0]),
        ([0.1, 0.2], [0.3], [0.4]),
    ]
    for row in gradients:
        step(optimizer, *row)
        for single, gradient in zip(singles, row, strict=True):
            step(single, gradient)
    assert [w.tolist() for w in together] == [w.tolist() for w in alone]
    counts = [entry["step"].item() for entry in optimizer.state_dict()["state"].values()]
    assert counts == [4.0, 4.0, 3.0]


@BOTH
def test_a_step_changes_no_gradient(make):
    for parameters in ([weight(1.0, 2.0)], [weight(1.0), weight(2.0)]):
        optimizer = make(parameters, weight_decay=0.1, maximize=True)
        gradients = [np.full(p.shape, 3.0) for p in parameters]
        step(optimizer, *gradients)
        assert all((p.grad == 3.0).all() for p in parameters)


@BOTH
def test_gradients_of_another_dtype_and_order(make):
    single, double = weight(*range(6), dtype=np.float32), weight(*range(6), dtype=np.float32)
    optimizers = [make([single]), make([double])]
    single.grad = np.arange(6, dtype=np.float32)
    double.grad = ag.Tensor(np.arange(6, dtype=np.float64))
    for optimizer in optimizers:
        optimizer.step()
    assert single.tolist() == double.tolist()
    assert double.dtype == np.float32
    values = np.arange(6.0).reshape(2, 3)
    for shapes in ([(2, 3)], [(2, 3), (2, 3)]):
        straight = [nn.Parameter(values) for _ in shapes]
        turned = [nn.Parameter(np.asfortranarray(values)) for _ in shapes]
        for parameters in (straight, turned):
            optimizer = make(parameters)
            step(optimizer, *(np.asfortranarray(values) if parameters is turned else values for _ in shapes))
        assert [p.tolist() for p in straight] == [p.tolist() for p in turned]


# ----------------------------------------------------------------------------------------------------------- closures


def test_a_closure_computes_the_loss_with_recording_on():
    w = weight(2.0)
    optimizer = optim.SGD([w], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with ag.no_grad():
        loss = optimizer.step(closure)
    assert (loss.item(), w.item()) == (4.0, 1.0)
    assert optimizer.step() is None


# ---------------------------------------------------------------------------------------------------- value semantics


@BOTH
@pytest.mark.parametrize("size", [3, 100_000])
def test_weights_are_changed_in_place_where_nobody_looks(make, size):
    w = nn.Parameter(np.ones(size))
    optimizer = make([w])
    step(optimizer, np.ones(size))
    address = w._array.ctypes.data
    for _ in range(3):
        loss = (w * w).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert w._array.ctypes.data == address


@BOTH
@pytest.mark.parametrize("shapes", [[(3,)], [(3,), (2,)], [(100_000,)]], ids=["alone", "small", "large"])
def test_what_somebody_looks_at_does_not_change(make, shapes):
    parameters = [nn.Parameter(np.ones(shape)) for shape in shapes]
    optimizer = make(parameters)
    array, snapshot, detached = parameters[0].data, {"w": parameters[0].detach()}, parameters[0].detach()
    shared = nn.Parameter(parameters[0].detach())
    pending = (parameters[0] * parameters[0]).sum()
    step(optimizer, *(np.ones(shape) for shape in shapes))
    assert not (parameters[0].data == 1).any()
    assert (array == 1).all()
    assert (snapshot["w"] == 1).all()
    assert (detached == 1).all()
    assert (shared == 1).all()
    parameters[0].grad = None
    pending.backward()
    assert (parameters[0].grad == 2).all()


def look_at_the_values(parameters):
    return parameters[0].data


def look_at_one_value(parameters):
    return parameters[1].data[-1:]


def detach(parameters):
    return parameters[0].detach()


def replace_the_values(parameters):
    parameters[0].data = parameters[0].data.copy()


def step_with_another_optimizer(parameters):
    for parameter in parameters:
        parameter.grad = np.ones(parameter.shape)
    optim.SGD(parameters, lr=0.0).step()


@BOTH
@pytest.mark.parametrize(
    "disturb", [look_at_the_values, look_at_one_value, detach, replace_the_values, step_with_another_optimizer]
)
def test_what_is_done_between_steps_makes_no_difference(make, disturb):
    """Small parameters lie side by side in memory; what disturbs that changes no number, and sees none change."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2, 3))
    undisturbed, disturbed = ([nn.Parameter(value) for value in values] for _ in range(2))
    optimizers = make(undisturbed), make(disturbed)
    seen = []
    for _ in range(4):
        gradients = rng.normal(size=(2, 3))
        for optimizer in optimizers:
            step(optimizer, *gradients)
        other = disturb(disturbed)
        if other is not None:
            seen.append((other, np.array(other)))
    for one, two in zip(undisturbed, disturbed, strict=True):
        assert one.tolist() == two.tolist()
    for other, then in seen:
        assert np.array_equal(other, then)


@BOTH
def test_the_order_in_memory_makes_no_difference(make):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(300, 200)), rng.normal(size=(3, 300, 200))
    orders = [np.ascontiguousarray, np.asfortranarray]
    parameters = [nn.Parameter(order(start)) for order in orders]
    optimizers = [make([parameter]) for parameter in parameters]
    for gradient in gradients:
        for optimizer, order in zip(optimizers, orders, strict=True):
            step(optimizer, order(gradient))
        for parameter in parameters:
            parameter.data = np.array(parameter.data)  # which keeps the order that the parameter has
    one, two = parameters
    assert one.data.flags.c_contiguous
    assert two.data.flags.f_contiguous
    assert np.array_equal(one.data, two.data)
    moments = [optimizer.state_dict()["state"][0] for optimizer in optimizers]
    for name, moment in moments[0].items():
        assert np.array_equal(moment.data, moments[1][name].data)


@BOTH
def test_no_memory_in_proportion_to_the_parameters_after_the_first_step(make):
    parameters = [nn.Parameter(np.ones(500_000, np.float32)), nn.Parameter(np.ones(10, np.float32))]
    optimizer = make(parameters)
    gradients = [np.ones(500_000, np.float32), np.ones(10, np.float32)]
    step(optimizer, *gradients)
    tracemalloc.start()
    try:
        optimizer.step()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 800_000  # the weights alone are 2,000,000 bytes


@BOTH
def test_bundles_and_blocks_make_no_difference(make):
    """Small parameters side by side, one large one in blocks: the same as each for itself, element by element."""
    rng = np.random.default_rng(0)
    shapes = [(3, 4), (), (30_000,), (7,), (300, 400), (0,)]
    values = [rng.normal(size=shape) for shape in shapes]
    together = [nn.Parameter(value) for value in values]
    optimizer = make(together)
    elements = [nn.Parameter(value.ravel()[-3:]) for value in values]
    singles = [make([element]) for element in elements]
    for _ in range(3):
        gradients = [rng.normal(size=shape) for shape in shapes]
        step(optimizer, *gradients)
        for single, gradient in zip(singles, gradients, strict=True):
            step(single, gradient.ravel()[-3:])
    for parameter, element in zip(together, elements, strict=True):
        assert parameter.data.ravel()[-3:].tolist() == element.tolist()


@BOTH
def test_threads_make_no_difference(make, monkeypatch):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(200, 300)), rng.normal(size=(3, 200, 300))
    share, seen = threads.share, set()

    def path(count):
        monkeypatch.setattr(threads, "count", count)
        parameter = weight(*start)
        optimizer = make([parameter])
        for gradient in gradients:
            step(optimizer, gradient)
        return parameter.tolist()

    monkeypatch.setattr(bundle, "SHARE", 100_000)
    alone = path(1)
    monkeypatch.setattr(threads, "share", lambda work, parts: seen.add(len(parts)) or share(work, parts))
    assert path(3) == alone
    assert seen == {3}


@BOTH
def test_dtypes_are_kept(make):
    parameters = [weight(1.0, dtype=dtype) for dtype in (np.float32, np.float64, np.complex64, np.float32)]
    optimizer = make(parameters)
    step(optimizer, *([1.0] for _ in parameters))
    assert [p.dtype for p in parameters] == [np.float32, np.float64, np.complex64, np.float32]
    values = [complex(p.item()) for p in parameters]
    np.testing.assert_allclose(values, values[1], rtol=1e-6)


@BOTH
@pytest.mark.parametrize("count", [1, 2])
def test_a_dtype_that_changed_is_an_error(make, count):
    parameters = [weight(1.0) for _ in range(count)]
    optimizer = make(parameters)
    parameters[0]._array = parameters[0]._array.astype(np.float32)
    with pytest.raises(TypeError, match="was float64 when the optimizer was made, and is float32 now"):
        step(optimizer, *([1.0] for _ in parameters))


# -------------------------------------------------------------------------------------------------------------- state


@BOTH
def test_training_goes_on_from_a_state_dict_as_if_it_had_not_stopped(make):
    rng = np.random.default_rng(0)
    gradients = [(rng.normal(size=(2, 2)), rng.normal(size=3)) for _ in range(8)]

    def fresh():
        parameters = [weight([1.0, 2.0], [3.0, 4.0]), weight(5.0, 6.0, 7.0)]
        return parameters, make(parameters)

    straight, optimizer = fresh()
    for row in gradients:
        step(optimizer, *row)
    first, optimizer = fresh()
    for row in gradients[:4]:
        step(optimizer, *row)
    state = optimizer.state_dict()
    kept = copy.deepcopy(state)
    second, other = fresh()
    for parameter, trained in zip(second, first, strict=True):
        parameter.data = trained.data
    other.load_state_dict(state)
    for row in gradients[4:]:
        step(other, *row)
    assert [p.tolist() for p in second] == [p.tolist() for p in straight]
    assert str(state) == str(kept)


@BOTH
def test_a_state_dict_has_pytorchs_form(make):
    first, second = weight(1.0), weight([2.0, 3.0])
    optimizer = make([{"params": [first]}, {"params": [second], "lr": 0.5}])
    assert optimizer.state_dict()["state"] == {}
    step(optimizer, None, [[1.0, 1.0]])
    state = optimizer.state_dict()
    assert [group["params"] for group in state["param_groups"]] == [[0], [1]]
    assert [group["lr"] for group in state["param_groups"]] == [optimizer.defaults["lr"], 0.5]
    assert list(state["state"]) == [1]
    assert all(array.shape == (1, 2) for name, array in state["state"][1].items() if name != "step")


def test_a_plain_sgd_has_nothing_to_remember():
    optimizer = optim.SGD([weight(1.0)])
    step(optimizer, [1.0])
    assert optimizer.state_dict()["state"] == {}


def test_loading_changes_options_and_all_that_a_scheduler_left():
    optimizer, other = optim.SGD([weight(1.0)], lr=0.1), optim.SGD([weight(1.0)], lr=0.5)
    optimizer.param_groups[0]["initial_lr"] = 1.0
    other.load_state_dict(optimizer.state_dict())
    assert (other.param_groups[0]["lr"], other.param_groups[0]["initial_lr"]) == (0.1, 1.0)
    assert other.param_groups[0].rate == 0.1


def test_loading_what_does_not_fit_changes_nothing():
    w = weight(1.0, 2.0)
    optimizer = optim.Adam([w], lr=0.5)
    step(optimizer, [1.0, 1.0])
    before = str(optimizer.state_dict())
    states = [optim.Adam([weight(1.0), weight(2.0)]).state_dict(), optim.Adam([weight(1.0), weight(2.0)]).state_dict()]
    with pytest.raises(ValueError, match=r"the optimizer has groups of \[1\] parameters, .* groups of \[2\]"):
        optimizer.load_state_dict(states[0])
    other = optim.Adam([weight(1.0)], lr=0.1)
    step(other, [1.0])
    with pytest.raises(ValueError, match=r"exp_avg has the shape \(1,\), its parameter the shape \(2,\)"):
        optimizer.load_state_dict(other.state_dict())
    negative = optimizer.state_dict()
    negative["param_groups"][0]["lr"] = -1.0
    with pytest.raises(ValueError, match="Invalid learning rate"):
        optimizer.load_state_dict(negative)
    assert str(optimizer.state_dict()) == before


def test_what_is_remembered_stays_in_its_arrays():
    """A program that was recorded once goes on with the same arrays."""
    parameters = [weight(1.0), weight(2.0)]
    optimizer = optim.Adam(parameters)
    step(optimizer, [1.0], [1.0])
    (bundle,) = optimizer.param_groups[0].bundles
    before = {name: (id(array), array.copy()) for name, array in {"step": bundle.step, **bundle.state}.items()}
    step(optimizer, [1.0], [1.0])
    after = {"step": bundle.step, **bundle.state}
    assert all(id(after[name]) == identity for name, (identity, _) in before.items())
    assert all((after[name] != values).all() for name, (_, values) in before.items())


def test_what_is_remembered_can_be_looked_at():
    first, second = nn.Parameter([1.0]), nn.Parameter([2.0, 3.0])
    optimizer = optim.Adam([{"params": [first]}, {"params": [second]}])
    second.grad = [1.0, -1.0]
    optimizer.step()
    assert optimizer.state[first] == {}
    assert optimizer.state[second].keys() == {"step", "exp_avg", "exp_avg_sq"}
    np.testing.assert_allclose(optimizer.state[second]["exp_avg"].data, [0.1, -0.1], rtol=1e-6)
    assert optim.Guard(optimizer).state[second]["step"].item() == 1


def test_what_lbfgs_remembers_stands_at_its_first_parameter():
    first, second = nn.Parameter([1.0]), nn.Parameter([2.0, 3.0])
    optimizer = optim.LBFGS([first, second])

    def closure():
        optimizer.zero_grad()
        loss = (first**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    assert optimizer.state[first]["n_iter"] > 0
    assert optimizer.state[second] == {}


def test_repr_shows_the_groups():
    text = repr(optim.SGD([{"params": weight(1.0)}, {"params": weight(2.0), "lr": 0.5}], lr=0.1))
    assert text.startswith("SGD (\nParameter Group 0\n    dampening: 0.0\n    lr: 0.1\n")
    assert "Parameter Group 1\n    dampening: 0.0\n    lr: 0.5\n" in text


def test_an_optimizer_of_ones_own():
    """A formula may also give new arrays, and states of its own."""

    class SignDescent(optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

        @staticmethod
        def check(options):
            pass

        @staticmethod
        def states(options):
            return ("largest",)

        @staticmethod
        def numbers(lr, step, options):
            return (lr / step,)

        @staticmethod
        def formula(parameter, gradient, states, numbers, options, scratch):
            (rate,) = numbers
            return parameter - rate * np.sign(gradient), {"largest": np.maximum(states["largest"], np.abs(gradient))}

    parameters = [weight(1.0, 2.0), weight(3.0)]
    optimizer = SignDescent(parameters, lr=1.0)
    step(optimizer, [5.0, -7.0], [2.0])
    step(optimizer, [1.0, -9.0], [-2.0])
    assert [p.tolist() for p in parameters] == [[-0.5, 3.5], [2.5]]
    assert optimizer.state_dict()["state"][0]["largest"].tolist() == [5.0, 9.0]


@BOTH
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda both: pickle.loads(pickle.dumps(both))])
def test_a_copy_goes_on_alike_and_apart(make, copied):
    parameters = [weight(1.0, 2.0), weight(3.0)]
    optimizer = make(parameters)
    step(optimizer, [5.0, -7.0], [2.0])
    others, other = copied((parameters, optimizer))
    step(optimizer, [1.0, 1.0], [1.0])
    before = [p.tolist() for p in others]
    step(other, [1.0, 1.0], [1.0])
    assert before != [p.tolist() for p in others] == [p.tolist() for p in parameters]
    assert repr(other.state_dict()) == repr(optimizer.state_dict())


@BOTH
def test_a_step_that_is_refused_changes_nothing(make):
    one, two = weight(1.0), nn.Parameter(np.ones(50_000))
    optimizer = make([one, two])
    step(optimizer, [1.0], np.ones(50_000))
    before = one.item(), repr(optimizer.state_dict())
    two._array = two._array.astype(np.float32)
    one.grad, two.grad = np.ones(1), np.ones(50_000, np.float32)
    with pytest.raises(TypeError, match="a parameter was float64"):
        optimizer.step()
    assert (one.item(), repr(optimizer.state_dict())) == before
