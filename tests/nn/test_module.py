"""Modules: registration, traversal, state, and what a call does."""

import copy
import gc
import pickle
import sys
import weakref

import numpy as np
import pytest

import autograd as ag
import nn


class Two(nn.Module):
    """Two layers, one of them used twice, and a buffer."""

    def __init__(self):
        self.scale = nn.Parameter(2.0)
        self.hidden = nn.Linear(3, 4)
        self.again = self.hidden
        self.output = nn.Linear(4, 1, bias=False)
        self.register_buffer("mean", ag.Tensor([1.0, 2.0, 3.0]))
        self.register_buffer("cache", ag.Tensor([0.0]), persistent=False)

    def forward(self, x):
        return self.output(nn.functional.relu(self.hidden(x))) * self.scale


# ------------------------------------------------------------------------------------------------------ traversal


def test_parameters_are_found_once_in_order():
    model = Two()
    assert [name for name, _ in model.named_parameters()] == ["scale", "hidden.weight", "hidden.bias", "output.weight"]
    assert len(list(model.parameters())) == 4
    assert all(isinstance(p, nn.Parameter) for p in model.parameters())
    assert [name for name, _ in model.named_parameters(recurse=False)] == ["scale"]
    assert [name for name, _ in model.named_parameters(prefix="net", recurse=False)] == ["net.scale"]


def test_shared_parameters_stand_under_all_their_paths_where_asked():
    names = [name for name, _ in Two().named_parameters(remove_duplicate=False)]
    assert names == ["scale", "hidden.weight", "hidden.bias", "again.weight", "again.bias", "output.weight"]


def test_a_parameter_shared_between_modules_is_found_once():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    second.weight = first.weight
    names = [name for name, _ in nn.Sequential(first, second).named_parameters()]
    assert names == ["0.weight", "0.bias", "1.bias"]


def test_modules_children_and_buffers():
    model = Two()
    assert [name for name, _ in model.named_modules()] == ["", "hidden", "output"]
    assert list(model.children()) == [model.hidden, model.output]
    assert list(model.modules()) == [model, model.hidden, model.output]
    assert [name for name, _ in model.named_buffers()] == ["mean", "cache"]
    assert [buffer.tolist() for buffer in model.buffers()] == [[1.0, 2.0, 3.0], [0.0]]


def test_modules_shared_at_many_levels_are_not_walked_again_and_again():
    model = nn.Sequential(nn.Linear(1, 1))
    for _ in range(60):
        model = nn.Sequential(model, model)
    assert len(list(model.modules())) == 62


# ---------------------------------------------------------------------------------------------------- registration


def test_a_parameter_is_named_by_its_attribute_unless_it_has_a_name():
    layer = nn.Module()
    layer.weight = nn.Parameter([1.0])
    layer.other = nn.Parameter([1.0], name="mine")
    assert (layer.weight.name, layer.other.name) == ("weight", "mine")


@pytest.mark.parametrize("name", ["scale", "hidden", "mean"])
def test_a_registered_attribute_is_not_hidden_by_something_else(name):
    model = Two()
    with pytest.raises(TypeError, match=rf"Two\.{name} is a registered"):
        setattr(model, name, [1.0])


def test_a_tensor_is_no_parameter():
    with pytest.raises(TypeError, match="takes a Parameter or None, got Tensor"):
        nn.Linear(2, 2).weight = ag.Tensor(np.zeros((2, 2)))


def test_registered_attributes_can_be_replaced_by_their_kind_or_none():
    model = Two()
    model.scale = nn.Parameter(3.0)
    model.hidden = nn.Identity()
    model.output = None
    model.mean = ag.Tensor([0.0, 0.0, 0.0])
    assert [name for name, _ in model.named_parameters()] == ["scale", "again.weight", "again.bias"]
    model.mean = None
    del model.scale
    assert list(model.state_dict()) == ["again.weight", "again.bias"]


def test_registering_by_name():
    model = nn.Module()
    model.register_parameter("bias", None)
    model.register_parameter("weight", nn.Parameter([1.0]))
    model.add_module("inner", nn.Identity())
    assert model.bias is None
    assert [name for name, _ in model.named_parameters()] == ["weight"]
    assert [name for name, _ in model.named_children()] == ["inner"]
    with pytest.raises(TypeError, match="'x' must be a Parameter or None, got Tensor"):
        model.register_parameter("x", ag.Tensor([1.0]))
    with pytest.raises(TypeError, match="must be a Module"):
        model.register_module("x", abs)
    with pytest.raises(TypeError, match="must be a Tensor"):
        model.register_buffer("x", 1.0)
    for name in ("", "a.b"):
        with pytest.raises(KeyError, match="must not be empty or contain a dot"):
            model.register_parameter(name, None)
    with pytest.raises(KeyError, match="'forward' exists already"):
        model.register_module("forward", nn.Identity())


def test_super_init_is_not_needed_but_does_no_harm():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(1, 1)

    assert len(list(Model().parameters())) == 2


# ------------------------------------------------------------------------------------------------- state of them all


def test_train_and_eval_reach_all_modules():
    model = Two()
    assert model.training
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    model.train()
    assert all(module.training for module in model.modules())


def test_freezing_and_dropping_gradients():
    model = Two()
    assert model.requires_grad_(False) is model
    assert not model(ag.Tensor(np.ones((2, 3)))).requires_grad
    model.requires_grad_()
    model(ag.Tensor(np.ones((2, 3)))).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    model.zero_grad(set_to_none=False)
    assert all((p.grad == 0).all() and p.grad.shape == p.shape for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())
    model.zero_grad(set_to_none=False)
    assert all(p.grad is None for p in model.parameters())


def test_apply_goes_to_children_first():
    seen = []
    model = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.ReLU()))
    assert model.apply(lambda module: seen.append(type(module).__name__)) is model
    assert seen == ["Linear", "ReLU", "Sequential", "Sequential"]


# ------------------------------------------------------------------------------------------------ saving and loading


def test_state_dict_holds_parameters_and_persistent_buffers():
    assert list(Two().state_dict()) == [
        *("scale", "mean", "hidden.weight", "hidden.bias", "again.weight", "again.bias", "output.weight")
    ]


def test_state_dict_is_a_snapshot():
    layer = nn.Linear(2, 2)
    state = layer.state_dict()
    before = state["weight"].tolist()
    nn.init.zeros_(layer.weight)
    assert state["weight"].tolist() == before
    assert not state["weight"].requires_grad


def test_a_state_dict_goes_into_another_model():
    ag.manual_seed(1)
    source, target = Two(), Two()
    x = np.ones((2, 3), np.float32)
    assert source(x).tolist() != target(x).tolist()
    keys = target.load_state_dict(source.state_dict())
    assert (keys.missing_keys, keys.unexpected_keys) == ([], [])
    assert source(x).tolist() == target(x).tolist()
    assert all(p.requires_grad for p in target.parameters())
    nn.init.zeros_(source.scale)
    assert target.scale.item() == 2.0


def test_loading_takes_arrays_and_converts_the_dtype():
    layer = nn.Linear(2, 1)
    layer.load_state_dict({"weight": np.array([[1.0, 2.0]]), "bias": [3.0]})
    assert layer.weight.dtype == np.float32
    assert layer([[1.0, 1.0]]).tolist() == [[6.0]]


def test_loading_lists_all_problems_and_changes_nothing():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    before = {name: value.tolist() for name, value in model.state_dict().items()}
    state = model.state_dict()
    state["0.bias"] = state["0.bias"] + 1
    state["2.weight"] = ag.Tensor(np.zeros((1, 4)))
    state["3.weight"] = state.pop("2.bias")
    with pytest.raises(RuntimeError, match="do not fit Sequential; nothing was changed") as error:
        model.load_state_dict(state)
    assert "misshapen: 2.weight is float32 (1, 3) here, and float64 (1, 4) was given" in str(error.value)
    assert "missing: 2.bias, float32 (1,)" in str(error.value)
    assert "unexpected: 3.weight, float32 (1,)" in str(error.value)
    assert {name: value.tolist() for name, value in model.state_dict().items()} == before


def test_loading_leniently_passes_over_paths_but_not_over_shapes():
    model = nn.Linear(2, 1)
    keys = model.load_state_dict({"weight": [[1.0, 2.0]], "other": [0.0]}, strict=False)
    assert keys == (["bias"], ["other"])
    assert model.weight.tolist() == [[1.0, 2.0]]
    with pytest.raises(RuntimeError, match="misshapen: weight"):
        model.load_state_dict({"weight": [1.0]}, strict=False)


def test_loading_complex_numbers_into_real_ones_is_refused():
    with pytest.raises(RuntimeError, match="misshapen: bias is float32"):
        nn.Linear(2, 1).load_state_dict({"bias": [1j]}, strict=False)


def test_modules_can_be_copied_and_pickled():
    model = Two()
    copied, unpickled = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
    nn.init.zeros_(model.scale)
    x = np.ones((1, 3), np.float32)
    assert copied(x).tolist() == unpickled(x).tolist() != model(x).tolist()
    assert copied.again is copied.hidden
    assert all(p.requires_grad for p in copied.parameters())


# ------------------------------------------------------------------------------------------------------------- calls


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Module has no method `forward`"):
        nn.Module()(1)


def test_forward_hooks_see_and_may_replace_the_output():
    layer, seen = nn.Identity(), []
    remove = layer.register_forward_hook(lambda module, arguments, output: seen.append((module, arguments, output)))
    remove_other = layer.register_forward_hook(lambda module, arguments, output: output * 10)
    assert layer(4) == 40
    assert seen == [(layer, (4,), 4)]
    remove()
    remove_other()
    assert layer(4) == 4
    assert len(seen) == 1


def test_a_call_opens_a_scope_of_the_modules_title_where_somebody_watches():
    model = nn.Sequential({"hidden": nn.Linear(2, 4), "sigmoid": nn.Sigmoid()})
    with ag.retain_all():
        y = model(ag.Tensor([[1.0, 2.0]]))
    assert y.node.scopes == ("Sequential", "sigmoid: Sigmoid")
    assert [node.scopes for node in ag.Graph(y).operations] == [
        ("Sequential", "hidden: Linear(2, 4)"),
        ("Sequential", "sigmoid: Sigmoid"),
    ]


def test_a_call_is_one_python_call_more_than_its_forward():
    layer, calls = nn.Identity(), []
    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_name) if event == "call" else None)
    try:
        layer(1)
    finally:
        sys.setprofile(None)
    assert calls == ["__call__", "forward"]


def test_a_dropped_model_and_its_loss_go_at_once():
    gc.disable()
    try:
        model = Two()
        gone = weakref.ref(model), weakref.ref(model.hidden), weakref.ref(model.hidden.weight)
        with ag.retain_all():
            loss = model(ag.Tensor(np.ones((2, 3)))).sum()
        loss.backward()
        del model, loss
        assert [reference() for reference in gone] == [None, None, None]
    finally:
        gc.enable()


# ------------------------------------------------------------------------------------------------------------- shown


def test_repr_nests():
    assert repr(Two()).splitlines() == [
        "Two(",
        "  (hidden): Linear(in_features=3, out_features=4, bias=True)",
        "  (again): Linear(in_features=3, out_features=4, bias=True)",
        "  (output): Linear(in_features=4, out_features=1, bias=False)",
        ")",
    ]
    assert repr(nn.Sequential(nn.Sequential(nn.ReLU()))) == "Sequential(\n  (0): Sequential(\n    (0): ReLU()\n  )\n)"


def test_titles():
    model = Two()
    assert model.title == "Two"
    assert model.output.title == "output: Linear(4, 1)"
    assert nn.Softmax(dim=1).title == "Softmax(dim=1)"
    assert nn.Flatten().title == "Flatten"
    assert nn.Flatten(0).title == "Flatten(0, -1)"
    assert nn.MSELoss(reduction="sum").title == "MSELoss(sum)"


# --------------------------------------------------------------------------------------------------------- Parameter


def test_parameters_of_python_numbers_are_float32_and_of_arrays_keep_their_dtype():
    assert nn.Parameter([1, 2]).dtype == np.float32
    assert nn.Parameter(np.zeros(2)).dtype == np.float64
    assert nn.Parameter(ag.Tensor([1.0])).dtype == np.float64
    assert nn.Parameter([1.0], dtype=np.float64).dtype == np.float64


def test_parameters_require_grad_unless_told_otherwise():
    assert nn.Parameter([1.0]).requires_grad
    assert not nn.Parameter([1.0], False).requires_grad
    assert not nn.Parameter(np.array([1, 2]), requires_grad=False).requires_grad
    with pytest.raises(TypeError, match="cannot require grad"):
        nn.Parameter(np.array([1, 2]))


def test_a_parameter_is_a_tensor_without_more_memory():
    parameter = nn.Parameter([1.0])
    assert isinstance(parameter, ag.Tensor)
    assert not hasattr(parameter, "__dict__")
    assert repr(parameter) == "Parameter([1.], dtype=float32, requires_grad=True)"
    assert type(parameter * 2) is ag.Tensor
