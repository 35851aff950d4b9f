"""Whole models whose weights go to PyTorch and come from it, as safetensors files: outputs are the same."""

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch")


def mlp(layers):
    return layers.Sequential(
        layers.Linear(6, 20), layers.Tanh(), layers.Linear(20, 20), layers.GELU(), layers.Linear(20, 3)
    )


def convolutional(layers):
    return layers.Sequential(
        layers.Conv2d(1, 6, 3, padding=1),
        layers.BatchNorm2d(6),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Conv2d(6, 8, 3, bias=False),
        layers.BatchNorm2d(8),
        layers.ReLU(),
        layers.AvgPool2d(2),
        layers.Flatten(),
        layers.Dropout(0.2),
        layers.Linear(8, 10),
    )


def recurrent(layers):
    class Recurrent(layers.Module):
        def __init__(self):
            super().__init__()
            self.lstm = layers.LSTM(4, 8, num_layers=2, batch_first=True, bidirectional=True)
            self.head = layers.Linear(16, 3)

        def forward(self, x):
            states, (last, memory) = self.lstm(x)
            return self.head(states), last, memory

    return Recurrent()


def transformer(layers):
    class Encoder(layers.Module):
        def __init__(self):
            super().__init__()
            self.tokens = layers.Embedding(11, 16)
            layer = layers.TransformerEncoderLayer(16, 4, 32, dropout=0.1, batch_first=True, activation="gelu")
            self.encoder = layers.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            self.head = layers.Linear(16, 11)

        def forward(self, x):
            return self.head(self.encoder(self.tokens(x)))

    return Encoder()


MODELS = {mlp: (5, 6), convolutional: (4, 1, 8, 8), recurrent: (3, 7, 4), transformer: (2, 9)}


def inputs(model, dtype, draws):
    if model is transformer:
        return draws.integers(0, 11, MODELS[model])
    return draws.normal(size=MODELS[model]).astype(dtype)


def outputs(model, x):
    found = model(x)
    return [each.data if isinstance(model, nn.Module) else each.detach().numpy() for each in flat(found)]


def flat(found):
    return found if isinstance(found, tuple) else (found,)


def made(model, dtype, seed):
    """The model of both libraries, which have seen some data in training, so that no statistics are as at first."""
    torch.manual_seed(seed)
    ours, theirs = model(nn).to(dtype), model(torch.nn).to(getattr(torch, dtype))
    draws = np.random.default_rng(seed)
    for _ in range(3):
        x = inputs(model, dtype, draws)
        ours(x)
        theirs(torch.tensor(x))
    return ours.eval(), theirs.eval()


def assert_same(model, dtype, ours, theirs):
    x = inputs(model, dtype, np.random.default_rng(7))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for one, other in zip(outputs(ours, x), outputs(theirs, torch.tensor(x)), strict=True):
        assert one.dtype == other.dtype == dtype
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_from_pytorch(model, dtype, tmp_path):
    from safetensors.torch import save_file

    ours, theirs = made(model, dtype, 0)
    save_file(theirs.state_dict(), tmp_path / "theirs.safetensors")
    ours.load_state_dict(nn.load(tmp_path / "theirs.safetensors"))
    assert_same(model, dtype, ours, theirs)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_to_pytorch(model, dtype, tmp_path):
    from safetensors.torch import load_file

    ours, theirs = made(model, dtype, 1)
    nn.save(ours, tmp_path / "ours.safetensors")
    theirs.load_state_dict(load_file(tmp_path / "ours.safetensors"))
    assert_same(model, dtype, ours, theirs)


def test_an_mlp_by_its_sizes_has_the_same_keys(tmp_path):
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    ours = nn.MLP([3, 8, 2])
    nn.save(ours, tmp_path / "ours.safetensors")
    from safetensors.torch import load_file

    theirs.load_state_dict(load_file(tmp_path / "ours.safetensors"))
    x = np.ones((2, 3), np.float32)
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-6, atol=1e-6)
