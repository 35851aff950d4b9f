"""Transforms beside torch.func's: the same functions, arguments and vectors give the same derivatives."""

from typing import Any

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")  # torch's own


def energy(np: Any, x: Any, y: Any) -> Any:
    return (np.tanh(x) * np.exp(y) + x * y).sum()


def waves(np: Any, x: Any, y: Any) -> Any:
    return np.sin(x) * y + np.cos(x * y)


def outer(np: Any, x: Any, y: Any) -> Any:
    return (x[:, None] * y[None, :] ** 2)[:, :2]


def both(function: Any) -> Any:
    return (lambda x, y: function(np, x, y)), (lambda x, y: function(torch, x, y))


@pytest.fixture
def points(rng) -> Any:
    return [rng.standard_normal(3) for _ in range(4)]


def same(ours: Any, theirs: Any) -> None:
    if isinstance(ours, tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            same(one, other)
        return
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_gradients_and_hessians(points):
    ours, theirs = both(energy)
    x, y, _, _ = points
    tensors = torch.tensor(x), torch.tensor(y)
    same(ag.grad(ours, (0, 1))(x, y), torch.func.grad(theirs, (0, 1))(*tensors))
    same(ag.hessian(ours, (0, 1))(x, y), torch.func.hessian(theirs, (0, 1))(*tensors))
    third = ag.jacobian(ag.hessian(ours))(x, y)
    same(third, torch.func.jacrev(torch.func.hessian(theirs))(*tensors))


@pytest.mark.parametrize("function", [waves, outer])
def test_products_and_jacobians(function, points):
    ours, theirs = both(function)
    x, y, u, v = points
    tensors = torch.tensor(x), torch.tensor(y)
    value, pullback = ag.vjp(ours, x, y)
    expected, their_pullback = torch.func.vjp(theirs, *tensors)
    same(value, expected)
    weights = np.arange(value.size, dtype=float).reshape(value.shape)
    same(pullback(weights), their_pullback(torch.tensor(weights)))
    same(ag.jvp(ours, (x, y), (u, v)), torch.func.jvp(theirs, tensors, (torch.tensor(u), torch.tensor(v))))
    for mode in ("reverse", "forward"):
        same(ag.jacobian(ours, (0, 1), mode=mode)(x, y), torch.func.jacrev(theirs, (0, 1))(*tensors))


def test_products_with_the_hessian(points):
    ours, theirs = both(energy)
    x, y, u, v = points
    inputs, vectors = (torch.tensor(x), torch.tensor(y)), (torch.tensor(u), torch.tensor(v))
    same(ag.hvp(ours, (x, y), (u, v)), torch.autograd.functional.hvp(theirs, inputs, vectors)[1])
    same(ag.vhp(ours, (x, y), (u, v)), torch.autograd.functional.vhp(theirs, inputs, vectors)[1])


def test_complex_products(points):
    a, b, c, d = points
    z, w = a + 1j * b, c + 1j * d
    for ours, theirs in ((np.exp, torch.exp), (np.abs, torch.abs), (lambda z: z**2, lambda z: z**2)):
        weights = w if np.iscomplexobj(ours(z)) else c
        _, their_pullback = torch.func.vjp(theirs, torch.tensor(z))
        same(ag.vjp(ours, z)[1](weights), their_pullback(torch.tensor(weights)))
        same(ag.jvp(ours, (z,), (w,)), torch.func.jvp(theirs, (torch.tensor(z),), (torch.tensor(w),)))


def test_gradients_of_tensors(points):
    x, y, _, _ = points
    inputs = [ag.Tensor(each, requires_grad=True) for each in (x, y)]
    theirs = [torch.tensor(each, requires_grad=True) for each in (x, y)]
    found = ag.grad(energy(np, *inputs), inputs, create_graph=True)
    expected = torch.autograd.grad(energy(torch, *theirs), theirs, create_graph=True)
    for one, other in zip(found, expected, strict=True):
        same(one.detach().data, other)
    again = ag.grad(sum((g**2).sum() for g in found), inputs)
    same(tuple(g.data for g in again), torch.autograd.grad(sum((g**2).sum() for g in expected), theirs))


# PyTorch's forms, given the same by both


@pytest.fixture
def pairs() -> Any:
    """Two leaves of ours and two of theirs."""

    def make() -> Any:
        numbers = np.array([1.0, 2.0]), np.array([3.0])
        ours = [ag.Tensor(each, requires_grad=True) for each in numbers]
        return (ag, *ours, ag.Tensor), (
            torch.autograd,
            *(torch.tensor(x, requires_grad=True) for x in numbers),
            torch.tensor,
        )

    return make


def inside(grad: Any, x: Any, y: Any, new: Any) -> Any:
    hidden = x * y
    return grad((hidden * hidden).sum(), [hidden, x])


def twice(grad: Any, x: Any, **options: Any) -> Any:
    loss = (x**3).sum()
    return grad(loss, x, **options) + grad(loss, x)


def same_twice(backward: Any, x: Any, y: Any, new: Any) -> None:
    loss = (x * y).sum()
    backward([loss, loss])


FORMS: dict[str, Any] = {
    "one input": lambda grad, x, y, new: grad((x**2).sum(), x),
    "inputs and outputs": lambda grad, x, y, new: grad([(x**2).sum(), (x * y).sum()], (x, y)),
    "weights": lambda grad, x, y, new: grad(x * y, [x, y], new([1.0, 3.0])),
    "weights for some": lambda grad, x, y, new: grad([(x**2).sum(), x * y], x, [None, new([1.0, 3.0])]),
    "by name": lambda grad, x, y, new: grad(outputs=x * y, inputs=[y], grad_outputs=new([1.0, 3.0])),
    "unused, allowed": lambda grad, x, y, new: grad(x.sum(), [x, y], allow_unused=True),
    "unused, zeros": lambda grad, x, y, new: grad(x.sum(), [x, y], materialize_grads=True),
    "of a gradient": lambda grad, x, y, new: grad(grad((x**3).sum(), x, create_graph=True)[0].sum(), x),
    "an input inside": inside,
    "an output that is an input": lambda grad, x, y, new: grad(x, x, new([1.0, 3.0])),
    "an input twice": lambda grad, x, y, new: grad((x**2).sum(), [x, x]),
    "twice, kept": lambda grad, x, y, new: twice(grad, x, retain_graph=True),
    "twice, recorded": lambda grad, x, y, new: twice(grad, x, create_graph=True),
}


@pytest.mark.parametrize("form", FORMS)
def test_gradients_of_tensors_in_all_forms(form, pairs):
    (ours, x, y, new), (theirs, u, v, make) = pairs()
    found, expected = FORMS[form](ours.grad, x, y, new), FORMS[form](theirs.grad, u, v, make)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            same(one.detach().data, other)
            assert one.requires_grad == other.requires_grad


BACKWARDS: dict[str, Any] = {
    "one": lambda backward, x, y, new: backward((x**2).sum()),
    "several": lambda backward, x, y, new: backward([(x**2).sum(), (x * y).sum()]),
    "weights": lambda backward, x, y, new: backward([x * y, x.sum()], [new([1.0, 3.0]), None]),
    "weights of one": lambda backward, x, y, new: backward(x * y, new([1.0, 3.0])),
    "inputs": lambda backward, x, y, new: backward((x * y).sum(), inputs=[y]),
    "an input": lambda backward, x, y, new: backward((x * y).sum(), inputs=y),
    "the same twice": same_twice,
    "twice": lambda backward, x, y, new: [backward((x * y).sum()) for _ in range(2)],
}


@pytest.mark.parametrize("form", BACKWARDS)
def test_backwards_of_tensors_in_all_forms(form, pairs):
    (ours, x, y, new), (theirs, u, v, make) = pairs()
    BACKWARDS[form](ours.backward, x, y, new)
    BACKWARDS[form](theirs.backward, u, v, make)
    for one, other in ((x, u), (y, v)):
        assert (one.grad is None) == (other.grad is None)
        if one.grad is not None:
            same(one.grad.data, other.grad)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda grad, x, y, new: grad(x * 2, x),
        lambda grad, x, y, new: grad(x * 2, x, new([1.0, 2.0, 3.0])),
        lambda grad, x, y, new: grad(x * 2, x, new(1.0)),
        lambda grad, x, y, new: grad([x.sum(), x * 2], x, [new([1.0, 2.0])]),
        lambda grad, x, y, new: grad(x.sum(), [x, y]),
        lambda grad, x, y, new: grad(x.sum(), []),
        lambda grad, x, y, new: grad([], [x]),
        lambda grad, x, y, new: grad(x.sum(), new([1.0])),
        lambda grad, x, y, new: grad(new(1.0), x),
        lambda grad, x, y, new: grad(x.sum(), [y], allow_unused=False, materialize_grads=True),
        lambda grad, x, y, new: twice(grad, x),
    ],
)
def test_both_refuse_the_same(wrong, pairs):
    for library, x, y, new in pairs():
        with pytest.raises((RuntimeError, ValueError)):
            wrong(library.grad, x, y, new)


def test_something_besides_and_keywords(points):
    x, y, _, _ = points

    def ours(x: Any, *, y: Any) -> Any:
        return energy(np, x, y), {"twice": 2 * x}

    def theirs(x: Any, *, y: Any) -> Any:
        return energy(torch, x, y), {"twice": 2 * x}

    u, v = torch.tensor(x), torch.tensor(y)
    pairs = [
        (ag.grad(ours, has_aux=True)(x, y=y), torch.func.grad(theirs, has_aux=True)(u, y=v)),
        (ag.jacobian(ours, has_aux=True)(x, y=y), torch.func.jacrev(lambda u: theirs(u, y=v), has_aux=True)(u)),
    ]
    for (found, aux), (expected, their_aux) in pairs:
        same(found, expected)
        same(aux["twice"], their_aux["twice"])
    (gradient, (value, aux)) = torch.func.grad_and_value(theirs, has_aux=True)(u, y=v)
    (found_value, found_aux), found = ag.value_and_grad(ours, has_aux=True)(x, y=y)
    same((found_value, found_aux["twice"], found), (value, aux["twice"], gradient))


def test_trees_of_arguments_and_results(points):
    x, y, _, _ = points
    ours = lambda p, z: {"sum": p["a"] + z, "parts": [p["a"] * p["b"][0]]}  # noqa: E731 - the same for both
    tree, theirs = {"a": x, "b": (y,)}, {"a": torch.tensor(x), "b": (torch.tensor(y),)}
    found, expected = ag.jacobian(ours)(tree, x), torch.func.jacrev(ours)(theirs, torch.tensor(x))
    for path in ("sum", "parts"):
        one, other = (found[path], expected[path]) if path == "sum" else (found[path][0], expected[path][0])
        same((one["a"], one["b"][0]), (other["a"], other["b"][0]))
    _, pullback = ag.vjp(ours, tree, x)
    _, their_pullback = torch.func.vjp(ours, theirs, torch.tensor(x))
    by_tree, by_x = pullback({"sum": x, "parts": [y]})
    their_tree, their_x = their_pullback({"sum": torch.tensor(x), "parts": [torch.tensor(y)]})
    same((by_tree["a"], by_tree["b"][0], by_x), (their_tree["a"], their_tree["b"][0], their_x))


def test_gradients_of_a_module_are_those_of_a_functional_call(points):
    import nn

    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    twin = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    twin.load_state_dict({name: torch.tensor(value.data.copy()) for name, value in model.state_dict().items()})
    x = np.stack(points).astype(np.float32)
    with ag.no_grad():
        gradient = ag.grad(lambda model: (model(x) ** 2).sum())(model)
    parameters = {name: value.detach() for name, value in twin.named_parameters()}
    expected = torch.func.grad(
        lambda parameters: (torch.func.functional_call(twin, parameters, torch.tensor(x)) ** 2).sum()
    )(parameters)
    found = dict(gradient.named_parameters())
    assert list(found) == list(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name].data, value.numpy(), rtol=1e-5, atol=1e-5)
