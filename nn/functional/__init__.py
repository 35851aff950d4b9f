"""The layers and losses of ``nn`` as plain functions, with PyTorch's names and arguments."""

from autograd import linear

from .activations import log_softmax, logsigmoid, relu, sigmoid, softmax, tanh
from .binary import binary_cross_entropy, binary_cross_entropy_with_logits
from .classes import cross_entropy, nll_loss
from .regression import l1_loss, mse_loss

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "l1_loss",
    "linear",
    "log_softmax",
    "logsigmoid",
    "mse_loss",
    "nll_loss",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]
