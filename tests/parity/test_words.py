"""Every method of PyTorch's Tensors that is a function here says so."""

import pytest

import autograd as ag
from autograd import Tensor, words

torch = pytest.importorskip("torch")


def test_no_function_is_forgotten():
    here = {name for namespace in (ag, ag.linalg, ag.special) for name in dir(namespace)}
    theirs = {name for name in dir(torch.Tensor) if not name.startswith("_")}
    assert set(words.FUNCTIONS) == (theirs & here) - set(dir(Tensor(1.0))) - set(words.OF_TENSORS)
