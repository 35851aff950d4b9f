"""Lists and dicts of modules and parameters beside PyTorch's: what they show and save, and the methods they have."""

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch")


def model(library):
    """A module that holds some of each."""
    held = library.Module()
    held.layers = library.ModuleList([library.Linear(2, 3), library.Linear(3, 3), library.Linear(3, 3), library.ReLU()])
    held.layers.insert(1, library.Dropout(0.2))
    held.choices = library.ModuleDict({"b": library.Linear(1, 1), "a": library.ModuleList([library.PReLU()])})
    held.choices["c"] = library.Identity()
    del held.layers[-1]
    return held


def test_what_modules_show_and_save():
    ours, theirs = model(nn), model(torch.nn)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [name for name, _ in ours.named_modules()] == [name for name, _ in theirs.named_modules()]
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    assert np.array_equal(ours.choices["b"].weight.data, theirs.choices["b"].weight.detach().numpy())


def test_what_parameters_save():
    for ours, theirs in (
        (nn.ParameterList([nn.Parameter([1.0]), 3]), torch.nn.ParameterList([torch.ones(1), 3])),
        (nn.ParameterDict({"b": nn.Parameter([1.0]), "a": 3}), torch.nn.ParameterDict({"b": torch.ones(1), "a": 3})),
    ):
        assert list(ours.state_dict()) == list(theirs.state_dict())
        assert len(ours) == len(theirs) == 2


@pytest.mark.parametrize("name", ["ModuleList", "ModuleDict", "ParameterList", "ParameterDict"])
def test_all_methods_are_there(name):
    """Those that the class itself defines; without ``forward``, a call says by itself that there is none."""
    own = {each for each, value in vars(getattr(torch.nn, name)).items() if callable(value)}
    wanted = {each for each in own if not each.startswith("_") or each.endswith("__")} - {"__call__", "__dir__"}
    assert len(wanted) > 6
    assert wanted - set(dir(getattr(nn, name))) == set()
