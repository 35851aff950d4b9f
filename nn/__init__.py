"""nn: neural networks on the engine ``autograd``, with PyTorch's names, defaults and layouts.

>>> import autograd, nn, optim
>>> _ = autograd.manual_seed(0)
>>> model = nn.Sequential(nn.Linear(1, 1))
>>> optimizer = optim.SGD(model.parameters(), lr=0.1)
>>> for _ in range(200):
...     optimizer.zero_grad()
...     loss = nn.functional.mse_loss(model([[0.0], [1.0], [2.0]]), [[1.0], [3.0], [5.0]])
...     loss.backward()
...     optimizer.step()
>>> round(model([[10.0]]).item(), 1)
21.0
"""

from . import functional, init
from .activations import LogSigmoid, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from .containers import Sequential
from .linear import Flatten, Identity, Linear
from .losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss, NLLLoss
from .module import Module
from .parameter import Parameter
from .summaries import Summary, summary

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "Flatten",
    "Identity",
    "L1Loss",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Summary",
    "Tanh",
    "functional",
    "init",
    "summary",
]
