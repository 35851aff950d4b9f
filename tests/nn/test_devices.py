"""PyTorch's arguments and methods that say where something is: there is one device, the CPU."""

import copy
import inspect

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor

#: The layers that PyTorch makes on a device, with arguments that do for each.
ARGUMENTS = {
    **dict.fromkeys(("Linear", "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "Embedding"), (4, 2)),
    **dict.fromkeys(("EmbeddingBag", "MultiheadAttention", "LinearCrossEntropyLoss"), (4, 2)),
    **{f"Conv{kind}{axes}d": (4, 2, 3) for kind in ("", "Transpose") for axes in (1, 2, 3)},
    **{f"{kind}Norm{axes}d": (4,) for kind in ("Batch", "Instance") for axes in (1, 2, 3)},
    **dict.fromkeys(("LayerNorm", "RMSNorm", "PReLU"), (4,)),
    **dict.fromkeys(("TransformerEncoderLayer", "TransformerDecoderLayer"), (4, 2, 8)),
    "Bilinear": (4, 3, 2),
    "GroupNorm": (2, 4),
    "Transformer": (4, 2, 1, 1, 8),
}


class Elsewhere:
    """A device of another library."""

    def __init__(self, name):
        self.name = name

    def __str__(self):
        return self.name


def test_all_layers_with_parameters_are_looked_at():
    having = {name for name in nn.__all__ if "device" in _parameters(getattr(nn, name))}
    assert having == set(ARGUMENTS)
    without = {name for name in nn.__all__ if "dtype" in _parameters(getattr(nn, name))} - having
    assert without == {"MLP", "Parameter", "Perceptron", "summary"}  # which are not PyTorch's, or have it there


def _parameters(value):
    return inspect.signature(value).parameters if callable(value) else ()


@pytest.mark.parametrize("name", ARGUMENTS)
def test_layers_are_made_on_the_cpu_only(name):
    make, arguments = getattr(nn, name), ARGUMENTS[name]
    for device in (None, "cpu", Tensor(1.0).device, Elsewhere("cpu")):
        layer = make(*arguments, device=device, dtype=np.float64)
        assert {parameter.dtype for parameter in layer.parameters()} <= {np.dtype(np.float64)}
    assert {parameter.dtype for parameter in make(*arguments, device="cpu").parameters()} <= {np.dtype(np.float32)}
    for device in ("cuda", "cuda:0", "mps", "meta", 0, Elsewhere("cuda")):
        with pytest.raises(ValueError, match=rf"^{name}: the only device is 'cpu', got .*or write 'cpu'$"):
            make(*arguments, device=device)


def test_device_and_dtype_come_by_place_as_well():
    layer = nn.Linear(3, 2, True, "cpu", np.float64)
    assert layer.weight.dtype == layer.bias.dtype == np.float64


def test_masks():
    mask = nn.Transformer.generate_square_subsequent_mask(2, device="cpu")
    assert mask.dtype == np.float32
    assert nn.Transformer.generate_square_subsequent_mask(2, dtype=np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="the only device is 'cpu', got 'cuda'"):
        nn.Transformer.generate_square_subsequent_mask(2, "cuda")


def test_a_model_is_where_it_is():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    before = copy.deepcopy(model.state_dict())
    assert model.to("cpu") is model.cpu() is model.to(None) is model.to(Elsewhere("cpu"), non_blocking=True) is model
    assert all(np.array_equal(value.data, before[name].data) for name, value in model.state_dict().items())
    for call in (model.cuda, lambda: model.to("cuda:1"), lambda: model.to(0), lambda: model.to(device="mps")):
        with pytest.raises(ValueError, match="the only device is 'cpu', got"):
            call()


def test_a_tensor_is_where_it_is():
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert x.to("cpu") is x.cpu() is x.to(device=x.device) is x.to("cpu", non_blocking=True) is x.to(np.float64) is x
    for call in (x.cuda, lambda: x.to("cuda"), lambda: x.to(0), lambda: x.to(device=Elsewhere("cuda:0"))):
        with pytest.raises(ValueError, match="the only device is 'cpu', got"):
            call()
    assert x.detach().cpu().numpy().tolist() == [1.0, 2.0]


def test_a_tensor_goes_to_another_dtype_and_its_gradient_comes_back():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for same in (np.float32, "float32", ag.float32, Tensor(np.zeros(3, np.float32))):
        y = x.to(same)
        assert y.dtype == np.float32
        assert x.to("cpu", same).dtype == np.float32
    assert x.to(device="cpu", dtype=np.float32).dtype == np.float32
    (y * Tensor([3.0, 4.0]).to(y)).sum().backward()
    assert x.grad.dtype == np.float64
    assert x.grad.tolist() == [3.0, 4.0]
    assert Tensor([1.7]).to(int).tolist() == [1]


def test_a_copy_is_another_tensor():
    x = Tensor([1.0], requires_grad=True)
    y = x.to("cpu", copy=True)
    assert y is not x
    y.sum().backward()
    assert x.grad.tolist() == [1.0]


@pytest.mark.parametrize("make", [ag.zeros, ag.ones, ag.empty])
def test_arrays_are_made_on_the_cpu_only(make):
    assert make((2,), device=Elsewhere("cpu")).device == "cpu"
    with pytest.raises(ValueError, match=rf"^{make.__name__}: the only device is 'cpu', got 'cuda'"):
        make((2,), device="cuda")
