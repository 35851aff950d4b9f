"""Lists and dicts of modules and of parameters: what Python's own do, and what modules need."""

import copy

import numpy as np
import pytest

import nn
from autograd import Tensor


def layers(*sizes):
    return [nn.Linear(size, size) for size in sizes]


def names(collection):
    return [name for name, _ in collection.named_children()]


# ModuleList


def test_a_list_of_modules_is_a_list():
    a, b, c, d = layers(1, 2, 3, 4)
    modules = nn.ModuleList([a, b])
    assert modules.append(c) is modules
    assert list(modules) == [a, b, c]
    assert len(modules) == 3
    assert (modules[0], modules[-1], modules[np.int64(1)]) == (a, c, b)
    assert a in modules
    assert d not in modules
    modules.insert(1, d)
    assert list(modules) == [a, d, b, c]
    assert names(modules) == ["0", "1", "2", "3"]
    assert modules.pop(1) is d
    assert list(modules) == [a, b, c]
    modules[1] = d
    assert list(modules) == [a, d, c]
    del modules[0]
    assert list(modules) == [d, c]
    assert names(modules) == ["0", "1"]


def test_slices_sums_and_extensions_of_lists():
    a, b, c, d = layers(1, 2, 3, 4)
    modules = nn.ModuleList([a, b, c, d])
    part = modules[1:3]
    assert type(part) is nn.ModuleList
    assert list(part) == [b, c]
    assert names(part) == ["0", "1"]
    assert list(modules[::-2]) == [d, b]
    assert list(part + nn.ModuleList([d])) == [b, c, d]
    assert list(part) == [b, c]
    part += [a]
    assert list(part) == [b, c, a]
    part.extend(nn.ModuleList([d]))
    assert list(part) == [b, c, a, d]
    del part[::2]
    assert list(part) == [c, d]
    assert names(part) == ["0", "1"]
    assert list(modules.pop(slice(0, 2))) == [a, b]
    assert list(modules) == [c, d]


def test_a_list_of_modules_is_a_module():
    class Model(nn.Module):
        def __init__(self):
            self.layers = nn.ModuleList(layers(2, 2))

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    model = Model()
    assert list(model.state_dict()) == [f"layers.{i}.{name}" for i in (0, 1) for name in ("weight", "bias")]
    assert model(np.ones((1, 2))).shape == (1, 2)
    other = Model()
    other.load_state_dict(model.state_dict())
    assert np.array_equal(other(np.ones((1, 2))).data, model(np.ones((1, 2))).data)
    model.eval()
    assert not model.layers[0].training
    assert len(copy.deepcopy(model).layers) == 2
    with pytest.raises(NotImplementedError, match="ModuleList has no method `forward`"):
        model.layers(1.0)


def test_lists_show_repeated_modules_once():
    assert repr(nn.ModuleList()) == "ModuleList()"
    shown = repr(nn.ModuleList([*layers(2, 2), nn.ReLU(), nn.Sequential(nn.ReLU())]))
    assert shown == (
        "ModuleList(\n  (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)\n  (2): ReLU()\n"
        "  (3): Sequential(\n    (0): ReLU()\n  )\n)"
    )


def test_what_is_no_module_or_not_there():
    modules = nn.ModuleList(layers(1))
    for change in (
        lambda: modules.append(len),
        lambda: modules.extend([nn.ReLU(), 3]),
        lambda: modules.insert(0, None),
        lambda: modules.extend(nn.ReLU()),
        lambda: modules.__setitem__(0, 3),
    ):
        with pytest.raises(TypeError, match="ModuleList: takes "):
            change()
    assert len(modules) == 1
    for use in (lambda: modules[1], lambda: modules.__delitem__(-2), lambda: modules.__setitem__(5, nn.ReLU())):
        with pytest.raises(IndexError, match="out of range; it holds 1 modules"):
            use()


# ModuleDict


def test_a_dict_of_modules_is_a_dict():
    a, b, c = layers(1, 2, 3)
    modules = nn.ModuleDict({"x": a, "y": b})
    assert list(modules) == list(modules.keys()) == ["x", "y"]
    assert list(modules.values()) == [a, b]
    assert list(modules.items()) == [("x", a), ("y", b)]
    assert modules["y"] is b
    assert "x" in modules
    assert "z" not in modules
    modules["z"] = c
    assert len(modules) == 3
    modules["x"] = c
    assert list(modules.items()) == [("x", c), ("y", b), ("z", c)]
    assert modules.pop("y") is b
    del modules["x"]
    assert list(modules) == ["z"]
    modules.update([("v", a)])
    modules.update(nn.ModuleDict({"w": b}))
    assert list(modules) == ["z", "v", "w"]
    assert list(modules.state_dict())[:2] == ["z.weight", "z.bias"]
    assert repr(nn.ModuleDict({"gate": nn.ReLU()})) == "ModuleDict(\n  (gate): ReLU()\n)"
    modules.clear()
    assert not modules
    modules["w"] = a
    assert modules["w"] is a


def test_what_a_dict_of_modules_refuses():
    modules = nn.ModuleDict({"x": nn.ReLU()})
    for use in (lambda: modules["y"], lambda: modules.pop("training"), lambda: modules.__delitem__("_buffers")):
        with pytest.raises(KeyError):
            use()
    for name in ("items", "a.b", ""):
        with pytest.raises(KeyError, match="ModuleDict"):
            modules[name] = nn.ReLU()
    with pytest.raises(TypeError, match="ModuleDict: takes modules, got int"):
        modules["y"] = 3
    for given in (3, [3], [("a",)]):
        with pytest.raises(TypeError, match="takes a mapping or pairs of names and values"):
            modules.update(given)


# ParameterList


def test_a_list_of_parameters_is_a_list():
    p, q = nn.Parameter([1.0, 2.0]), nn.Parameter([3.0])
    values = nn.ParameterList([p, Tensor([4.0])])
    assert values[0] is p
    assert isinstance(values[1], nn.Parameter)
    assert values[1].dtype == np.float64
    assert values.append(q) is values
    values += ["text", None]
    assert len(values) == 5
    assert list(values)[3:] == ["text", None]
    assert values[-1] is None
    values[3] = q
    assert values[3] is q
    assert [name for name, _ in values.named_parameters(remove_duplicate=False)] == ["0", "1", "2", "3"]
    assert values[:1][0] is p
    assert list(values.state_dict()) == ["0", "1", "2", "3"]
    assert (
        repr(nn.ParameterList([p, 3])) == "ParameterList(\n  (0): Parameter: float32 (2,)\n  (1): object of type int\n)"
    )


def test_what_a_list_of_parameters_refuses():
    values = nn.ParameterList([nn.Parameter([1.0])])
    for given in (3, Tensor([1.0, 2.0])):
        with pytest.raises(TypeError, match="ParameterList: takes several values, got a single"):
            values.extend(given)
    with pytest.raises(IndexError, match="index 1 is out of range; it holds 1 values"):
        values[1] = nn.Parameter([1.0])


# ParameterDict


def test_a_dict_of_parameters_is_a_dict():
    p, q = nn.Parameter([1.0]), nn.Parameter([2.0])
    values = nn.ParameterDict({"b": p, "a": Tensor([3.0])})
    assert list(values) == list(values.keys()) == ["b", "a"]
    assert list(reversed(values)) == ["a", "b"]
    assert isinstance(values["a"], nn.Parameter)
    assert values["b"] is p
    assert values.get("c") is None
    assert values.get("c", 3) == 3
    assert values.setdefault("c", q) is q
    assert values.setdefault("c", p) is q
    assert values.popitem() == ("c", q)
    assert len(values) == 2
    assert ("b" in values, "c" in values) == (True, False)
    joined = values | {"d": q}
    assert list(joined) == ["b", "a", "d"]
    assert list({"d": q} | values) == ["d", "b", "a"]
    values |= nn.ParameterDict({"e": q})
    assert list(values.items())[-1] == ("e", q)
    assert values.values()[0] is p
    assert list(values.copy()) == ["b", "a", "e"]
    assert list(values.fromkeys(["x", "y"], 0).values()) == [0, 0]
    assert values.pop("b") is p
    values["text"] = "kept as it is"
    assert list(values.state_dict()) == ["a", "e"]
    values.clear()
    assert (len(values), list(values.parameters())) == (0, [])
    values["b"] = p
    assert list(values.parameters()) == [p]


def test_what_a_dict_of_parameters_refuses():
    values = nn.ParameterDict()
    for name in ("items", "a.b", ""):
        with pytest.raises(KeyError, match="ParameterDict"):
            values[name] = nn.Parameter([1.0])
    with pytest.raises(KeyError, match="the attribute 'items' exists already"):
        values["items"] = 3
    with pytest.raises(TypeError, match="names are strings, got 3"):
        values[3] = nn.Parameter([1.0])
    for use in (lambda: values["a"], lambda: values.pop("a"), values.popitem, lambda: values.__delitem__("a")):
        with pytest.raises(KeyError):
            use()
    assert len(values) == 0


def test_modules_are_titled_by_the_lists_and_dicts_that_hold_them():
    class Model(nn.Module):
        def __init__(self):
            self.layers = nn.ModuleList([nn.Linear(2, 2)])
            self.heads = nn.ModuleDict({"classes": nn.ModuleList([nn.ReLU()])})

    model = Model()
    model.layers.append(nn.Tanh())
    titles = [module.title for module in model.modules()]
    assert titles == [
        "Model",
        "layers: ModuleList",
        "layers.0: Linear(2, 2)",
        "layers.1: Tanh",
        "heads: ModuleDict",
        "heads.classes: ModuleList",
        "heads.classes.0: ReLU",
    ]
    assert [name for name, _ in model.named_parameters()] == ["layers.0.weight", "layers.0.bias"]
