"""Trees: which kinds there are, what is kept of them, that they are taken as they are at the call; modules."""

import dataclasses
import enum
from collections import Counter, OrderedDict, UserDict, defaultdict, namedtuple
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from autograd.trees import flatten, paths, register_tree

Point = namedtuple("Point", "x y")  # noqa: PYI024 - one without annotations, too


class Careful(Point):
    def __new__(cls, x: Any, y: Any, limit: float = 3.0) -> Self:
        assert x < limit
        return super().__new__(cls, x, y)


class Tagged(dict[str, Any]):
    def __init__(self, tag: str, **values: Any) -> None:
        super().__init__(values)
        self.tag = tag


class Stack(list[Any]):
    def __init__(self, first: Any, *, label: str) -> None:
        super().__init__([first])
        self.label = label


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: Any
    b: Any = dataclasses.field(default=3.0, init=False)


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenSlots:
    a: Any
    b: Any = dataclasses.field(default=3.0, init=False)


@dataclasses.dataclass(slots=True)
class Unset:
    a: Any
    b: Any = dataclasses.field(init=False)


def squares(tree: Any) -> Any:
    return sum((leaf**2 for leaf in flatten(tree)[0]), start=0.0)


def test_what_is_no_leaf_is_kept():
    gradient = ag.grad(squares)(defaultdict(list, a=1.0, b=[2.0]))
    assert gradient == {"a": 2.0, "b": [4.0]}
    assert gradient["new"] == []
    gradient = ag.grad(squares)(OrderedDict(b=1.0, a=2.0))
    assert (type(gradient), list(gradient.items())) == (OrderedDict, [("b", 2.0), ("a", 4.0)])
    gradient = ag.grad(squares)(Counter(a=1.5))
    assert (type(gradient), gradient["a"], gradient["none"]) == (Counter, 3.0, 0)
    gradient = ag.grad(squares)(MappingProxyType({"a": 1.0}))
    assert (type(gradient), dict(gradient)) == (MappingProxyType, {"a": 2.0})
    gradient = ag.grad(squares)(UserDict(a=1.0))
    assert (type(gradient), dict(gradient)) == (UserDict, {"a": 2.0})
    gradient = ag.grad(squares)(Tagged("mine", a=1.0))
    assert (type(gradient), gradient.tag, gradient) == (Tagged, "mine", {"a": 2.0})
    gradient = ag.grad(squares)(Stack(2.0, label="mine"))
    assert (type(gradient), gradient.label, gradient) == (Stack, "mine", [4.0])


def test_named_tuples_and_dataclasses_are_made_without_their_init():
    assert ag.grad(squares)(Careful(2.0, 10.0)) == (4.0, 20.0)
    assert type(ag.grad(squares)(Careful(2.0, 10.0))) is Careful
    for kind in (Frozen, FrozenSlots):
        gradient = ag.grad(squares)(kind(1.0))
        assert (type(gradient), gradient.a, gradient.b) == (kind, 2.0, 6.0)
    gradient = ag.grad(squares)(Unset(1.0))
    assert (gradient.a, hasattr(gradient, "b")) == (2.0, False)


class Kind(enum.Enum):
    ROUND = "round"


@dataclasses.dataclass
class Settings:
    weight: Any
    name: str = "mine"
    kind: Kind = Kind.ROUND
    activation: Any = np.tanh
    layer: Any = dataclasses.field(default_factory=lambda: {"b": 2.0})
    steps: int = dataclasses.field(default=3, metadata={"static": True})


def test_fields_of_dataclasses_that_are_no_numbers_belong_to_the_structure():
    def loss(settings, x):
        assert (settings.name, settings.kind, settings.steps) == ("mine", Kind.ROUND, 3)
        return settings.activation(settings.weight * x) * settings.layer["b"] * settings.steps

    gradient = ag.grad(loss)(Settings(0.5), 1.0)
    assert (gradient.name, gradient.kind, gradient.activation, gradient.steps) == ("mine", Kind.ROUND, np.tanh, 3)
    np.testing.assert_allclose(gradient.weight, 6.0 / np.cosh(0.5) ** 2)
    np.testing.assert_allclose(gradient.layer["b"], 3.0 * np.tanh(0.5))
    together = ag.vmap(loss, in_axes=(Settings(0), None))
    assert [path for path, _ in paths(Settings(0.5))] == ["['weight']", "['layer']['b']"]
    with pytest.raises(TypeError, match="in_axes holds integers and None"):
        together(Settings(np.ones(2)), 1.0)
    many = Settings(np.array([0.5, 1.0]), layer={"b": np.array([2.0, 3.0])})
    np.testing.assert_allclose(ag.vmap(loss, in_axes=(0, None))(many, 1.0), 3.0 * np.tanh([0.5, 1.0]) * [2.0, 3.0])


def test_a_field_that_is_a_whole_number_is_refused_with_what_to_do():
    @dataclasses.dataclass
    class Counted:
        weight: float
        steps: Any = 3

    with pytest.raises(TypeError, match=r"argument 0\['steps'\] is 3, .*field\(metadata=\{'static': True\}\)"):
        ag.grad(lambda c: c.weight * c.steps)(Counted(1.0))
    with pytest.raises(TypeError, match=r"argument 0\['steps'\] is a slice, .*field\(metadata=\{'static': True\}\)"):
        ag.grad(lambda c: c.weight)(Counted(1.0, slice(3)))


def test_trees_may_be_very_deep():
    depth = 100_000
    tree: Any = 1.0
    for level in range(depth):
        tree = [tree] if level % 2 else {"a": tree}
    gradient = ag.grad(squares)(tree)
    ((path, leaf),) = paths(gradient)
    assert leaf == 2.0
    assert path == "[0]['a']" * (depth // 2)


def test_a_tree_that_contains_itself_is_refused():
    tree: list[Any] = [1.0]
    tree.append({"again": tree})
    with pytest.raises(ValueError, match=r"a tree cannot contain itself, and this one does at \[1\]\['again'\]"):
        ag.grad(squares)(tree)
    part = [1.0]
    assert ag.grad(squares)([part, part]) == [[2.0], [2.0]]  # twice is not inside


def test_a_class_registered_later_is_a_tree():
    class Box:
        def __init__(self, value: Any) -> None:
            self.value = value

    with pytest.raises(TypeError, match="argument 0 is a Box"):
        ag.grad(squares)(Box(2.0))
    register_tree(Box, lambda box: ({"value": box.value}, lambda parts: Box(*parts)))
    assert ag.grad(squares)(Box(2.0)).value == 4.0


# ------------------------------------------------------------------------------------- trees that the function changes


def test_gradients_have_the_structure_that_the_argument_had_at_the_call():
    def changing(x: Any) -> Any:
        x["a"] = x["a"] * 2
        x["c"] = x.pop("b")
        return x["a"] * x["c"]

    x = {"a": 2.0, "b": 3.0}
    assert ag.grad(changing)(x) == {"a": 6.0, "b": 4.0}
    assert x == {"a": 2.0, "b": 3.0}

    def appending(x: Any) -> Any:
        x.append(5.0)
        return x[0] * x[1] * x[2]

    x = [1.0, 2.0]
    assert ag.grad(appending)(x) == [10.0, 5.0]
    assert x == [1.0, 2.0]


def test_later_changes_of_the_argument_pass_by():
    x = {"a": 2.0}
    _, pullback = ag.vjp(lambda p: [p["a"] ** 2], x)
    _, push = ag.linearize(lambda p: p["a"] ** 2, x)
    x["b"] = x.pop("a")
    assert pullback([1.0]) == ({"a": 4.0},)
    assert push({"a": 1.0}) == 4.0

    layer = Frozen([2.0])

    def extending(p: Any) -> Any:
        layer.a.append(1.0)
        return p.a[0] ** 2 * p.b

    gradient = ag.grad(extending)(layer)
    assert (gradient.a, gradient.b) == ([12.0], 4.0)


# ------------------------------------------------------------------------------------------------------------- modules


class Tied(nn.Module):
    """Two layers that share their weight, and count their calls."""

    def __init__(self) -> None:
        self.first = nn.Linear(3, 3, dtype=np.float64)
        self.second = nn.Linear(3, 3, dtype=np.float64)
        self.second.weight = self.first.weight
        self.register_buffer("calls", Tensor(0.0))

    def forward(self, x: Any) -> Any:
        self.calls += 1.0
        return np.tanh(self.second(np.tanh(self.first(x))))


@pytest.fixture
def model() -> Tied:
    ag.manual_seed(0)
    return Tied()


X = np.arange(12.0).reshape(4, 3) / 10


def loss(model: Any, x: Any) -> Any:
    return np.sum(model(x) ** 2)


def backwards(model: Any) -> dict[str, Any]:
    """The gradients that a backward leaves."""
    twin = Tied()
    twin.load_state_dict(model.state_dict())
    loss(twin, X).backward()
    return {name: parameter.grad.data for name, parameter in twin.named_parameters()}


def test_the_gradient_by_a_module_is_a_module_that_holds_it(model):
    with ag.no_grad():
        value, gradient = ag.value_and_grad(loss)(model, X)
    assert type(gradient) is Tied
    assert isinstance(value, Tensor)
    found = dict(gradient.named_parameters())
    assert list(found) == ["first.weight", "first.bias", "second.bias"]
    assert gradient.second.weight is gradient.first.weight
    for name, wanted in backwards(model).items():
        assert isinstance(found[name], nn.Parameter)
        assert not found[name].requires_grad
        np.testing.assert_allclose(found[name].data, wanted)


def test_the_module_itself_is_left_alone(model):
    before = model.state_dict()
    weight = model.first.weight
    ag.grad(loss)(model, X)
    assert model.first.weight is weight is model.second.weight
    assert all(parameter.grad is None for parameter in model.parameters())
    assert model.calls.item() == 0.0
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.data, before[name].data)


def test_frozen_parameters_are_leaves_like_the_others(model):
    expected = backwards(model)
    model.first.bias.requires_grad_(False)
    gradient = ag.grad(loss)(model, X)
    np.testing.assert_allclose(gradient.first.bias.data, expected["first.bias"])


def test_gradients_by_parameters_that_require_grad_keep_their_graph(model):
    gradient = ag.grad(loss)(model, X)
    sum((np.sum(g**2) for g in gradient.parameters()), start=0.0).backward()  # a gradient penalty
    (product,) = ag.hvp(lambda m: loss(m, X), (model,), (gradient,))
    for parameter, wanted in zip(model.parameters(), product.parameters(), strict=True):
        np.testing.assert_allclose(parameter.grad.data, 2 * wanted.data)


def test_all_transforms_take_modules(model):
    with ag.no_grad():
        gradient = ag.grad(loss)(model, X)
        by_model, by_x = ag.grad(loss, (0, 1))(model, X)
        np.testing.assert_array_equal(by_model.first.bias.data, gradient.first.bias.data)
        assert by_x.shape == X.shape
        _, pushed = ag.jvp(lambda m: loss(m, X), (model,), (gradient,))
        np.testing.assert_allclose(pushed.data, sum(np.sum(g.data**2) for g in gradient.parameters()))
        _, pullback = ag.vjp(lambda m: m(X), model)
        (pulled,) = pullback(2 * model(X).detach().data)
        np.testing.assert_allclose(pulled.first.weight.data, gradient.first.weight.data)
        jacobian = ag.jacobian(lambda m: m(X))(model)
        assert jacobian.first.weight.shape == (4, 3, 3, 3)
        (product,) = ag.hvp(lambda m: loss(m, X), (model,), (gradient,))
        assert [name for name, _ in product.named_parameters()] == [name for name, _ in model.named_parameters()]


def test_an_outer_variable_passes_through_the_parameters_of_an_inner_module(model):
    def slope(scale: Any) -> Any:
        gradient = ag.grad(lambda m: scale**2 * loss(m, X))(model)
        return np.sum(gradient.first.bias)

    with ag.no_grad():
        gradient = ag.grad(loss)(model, X)
    np.testing.assert_allclose(np.sum(ag.stop_gradient(ag.grad(slope)(3.0))), 6 * gradient.first.bias.data.sum())


def test_hooks_and_modes_of_a_module_hold_for_its_copies(model):
    seen: list[Any] = []
    model.first.register_forward_hook(lambda module, arguments, output: seen.append(module.training))
    model.eval()
    ag.grad(loss)(model, X)
    assert seen == [False]
