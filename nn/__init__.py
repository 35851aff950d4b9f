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
from .activations import GELU, LogSigmoid, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from .containers import Sequential
from .convolutions import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from .folding import Fold, Unfold
from .linear import Flatten, Identity, Linear, Unflatten
from .losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss, NLLLoss
from .module import Module
from .parameter import Parameter
from .pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    LPPool1d,
    LPPool2d,
    LPPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    MaxUnpool1d,
    MaxUnpool2d,
    MaxUnpool3d,
)
from .summaries import Summary, summary

__all__ = [
    "GELU",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "CrossEntropyLoss",
    "Flatten",
    "Fold",
    "Identity",
    "L1Loss",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
    "Module",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Summary",
    "Tanh",
    "Unflatten",
    "Unfold",
    "functional",
    "init",
    "summary",
]
