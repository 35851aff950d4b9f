"""What PyTorch calls otherwise: errors that say what to write, and what they say runs."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd import Tensor, words


def names():
    return {
        "ag": ag,
        "nn": nn,
        "np": np,
        "optim": optim,
        "x": Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])[:2],
        "y": Tensor([[2.0, 1.0], [0.5, 3.0]]),
        "index": np.array([[0], [1]]),
    }


@pytest.mark.parametrize("name", words.OF_TENSORS)
def test_what_stands_for_attributes_runs(name):
    code, given = words.OF_TENSORS[name], names()
    if name in ("expand", "view"):
        given["x"] = Tensor([1.0, 2.0, 3.0])
    with pytest.raises(AttributeError) as caught:
        getattr(given["x"], name)
    assert (
        str(caught.value) == f"'Tensor' object has no attribute {name!r}. PyTorch's `{name}` is written here as: {code}"
    )
    exec(code, given)


@pytest.mark.parametrize("name", words.OF_TORCH)
def test_what_stands_for_names_of_torch_runs(name):
    code = words.OF_TORCH[name]
    with pytest.raises(AttributeError, match=rf"^module 'autograd' has no attribute '{name}'\. PyTorch's `{name}` is"):
        getattr(ag, name)
    told_in_words = {"cuda", "device", "func", "load", "save", "utils"}
    if name not in told_in_words:
        exec(code, names())


@pytest.mark.parametrize(
    ("name", "written"), [("exp", "np.exp(x)"), ("tile", "np.tile(x)"), ("erf", "ag.special.erf(x)")]
)
def test_functions_that_are_no_methods(name, written):
    with pytest.raises(AttributeError) as caught:
        getattr(Tensor(1.0), name)
    assert str(caught.value) == f"'Tensor' object has no attribute {name!r}. As a function it is here: {written}"


@pytest.mark.parametrize("name", words.FUNCTIONS)
def test_each_function_that_is_named_is_there(name):
    with pytest.raises(AttributeError, match=rf"^'Tensor' object has no attribute '{name}'\. As a function") as caught:
        getattr(Tensor(1.0), name)
    code = str(caught.value).rpartition(": ")[2]
    assert callable(eval(code.removesuffix("(x)"), names()))


def test_the_words_are_no_names_of_a_tensor():
    assert {*words.OF_TENSORS, *words.FUNCTIONS}.isdisjoint(dir(Tensor(1.0)))
    with pytest.raises(AttributeError, match=r"^type object 'Tensor' has no attribute 'view'\. PyTorch's `view` is"):
        _ = Tensor.view


@pytest.mark.parametrize("kind", [Tensor, nn.Parameter, nn.Module, ag.Leaf, ag.Operation])
def test_attributes_are_read_the_quick_way(kind):
    assert not hasattr(kind, "__getattr__")
    assert kind.__getattribute__ is object.__getattribute__


def test_other_names_are_simply_not_there():
    x = nn.Parameter([1.0])
    with pytest.raises(AttributeError, match=r"^'Parameter' object has no attribute 'nonsense'$") as caught:
        _ = x.nonsense
    assert caught.value.name == "nonsense"
    assert caught.value.obj is x
    with pytest.raises(AttributeError, match=r"^module 'autograd' has no attribute 'nonsense'$"):
        _ = ag.nonsense
    assert not hasattr(x, "view")
    assert getattr(x, "numel", None) is None
    assert not hasattr(x, "__cuda_array_interface__")


def test_copies_and_pickles_look_for_names_in_vain():
    x = Tensor([1.0, 2.0])
    assert copy.copy(x).tolist() == copy.deepcopy(x).tolist() == pickle.loads(pickle.dumps(x)).tolist() == [1.0, 2.0]
    assert np.asarray(x).tolist() == [1.0, 2.0]
