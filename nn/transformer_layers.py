"""The layers of a Transformer: attention and a small net, each with a shortcut around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Tensor

from . import functional as F
from .attention import MultiheadAttention
from .converting import parameter_dtype
from .dropout import Dropout
from .linear import Linear
from .module import Module
from .normalisation import LayerNorm

Activation = str | Callable[[Any], Tensor]


def activation_of(name: str, activation: Activation) -> Callable[[Any], Tensor]:
    """Give the function that a word stands for; a function as it is."""
    if not isinstance(activation, str):
        return activation
    known: dict[str, Callable[[Any], Tensor]] = {"relu": F.relu, "gelu": F.gelu}
    if activation not in known:
        raise ValueError(f"{name}: activation is 'relu', 'gelu' or a function, got {activation!r}")
    return known[activation]


class _Layer(Module):
    """What the layers are made of: attentions and a net, each with a normalisation and a dropout, by their numbers."""

    _attentions: tuple[str, ...] = ("self_attn",)

    self_attn: MultiheadAttention
    norm1: LayerNorm
    norm2: LayerNorm
    dropout1: Dropout
    dropout2: Dropout

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        for name in self._attentions:
            attention = MultiheadAttention(
                d_model, nhead, dropout=dropout, bias=bias, batch_first=batch_first, dtype=dtype
            )
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias, dtype=dtype)
        self.norm_first = norm_first
        parts = range(1, len(self._attentions) + 2)
        for part in parts:
            setattr(self, f"norm{part}", LayerNorm(d_model, eps=layer_norm_eps, bias=bias, dtype=dtype))
        for part in parts:
            setattr(self, f"dropout{part}", Dropout(dropout))
        self.activation = activation_of(type(self).__name__, activation)

    def _self_attention(self, x: Any, mask: Any, padding: Any, is_causal: bool) -> Tensor:
        found, _ = self.self_attn(
            x, x, x, key_padding_mask=padding, need_weights=False, attn_mask=mask, is_causal=is_causal
        )
        result: Tensor = self.dropout1(found)
        return result

    def _net(self, x: Any) -> Tensor:
        inner = self.linear2(self.dropout(self.activation(self.linear1(x))))
        last: Dropout = getattr(self, f"dropout{len(self._attentions) + 1}")
        result: Tensor = last(inner)
        return result

    def main_arguments(self) -> str:
        """Give the sizes."""
        return self.self_attn.main_arguments()


class TransformerEncoderLayer(_Layer):
    """Self-attention, then a net of two linear layers, each with a shortcut around it and a normalisation.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.1; Xiong et al., "On Layer Normalization in the
    Transformer Architecture" (2020), for ``norm_first``.

    Parameters
    ----------
    d_model
        How many features elements have.
    nhead
        The number of heads of attention.
    dim_feedforward
        The size of the net's hidden layer.
    dropout
        The probability with which weights of attention and the results of parts are set to zero in training.
    activation
        Of the hidden layer: ``"relu"``, ``"gelu"`` or a function.
    layer_norm_eps
        What is added to the variance in normalisations.
    batch_first
        Whether batches are ``(N, length, features)`` rather than ``(length, N, features)``.
    norm_first
        Whether what goes into a part is normalised rather than what comes out of it and its shortcut.
    bias
        Whether linear layers and normalisations have biases.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    >>> import nn, numpy as np
    >>> nn.TransformerEncoderLayer(4, 2, dim_feedforward=8)(np.ones((5, 3, 4))).shape
    (5, 3, 4)
    """

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Tensor:
        """Give elements that know of each other.

        Parameters
        ----------
        src
            ``(S, N, d_model)``, with ``N`` first if ``batch_first``, or ``(S, d_model)``.
        src_mask, src_key_padding_mask, is_causal
            As ``attn_mask``, ``key_padding_mask`` and ``is_causal`` of ``nn.MultiheadAttention``.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        masks = src_mask, src_key_padding_mask, is_causal
        if self.norm_first:
            x = src + self._self_attention(self.norm1(src), *masks)
            x = x + self._net(self.norm2(x))
        else:
            x = self.norm1(src + self._self_attention(src, *masks))
            x = self.norm2(x + self._net(x))
        result: Tensor = x
        return result


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to the result of an encoder, then a net of two linear layers.

    Each has a shortcut around it and a normalisation. See ``nn.TransformerEncoderLayer`` for the sources and the
    parameters.

    >>> import nn, numpy as np
    >>> layer = nn.TransformerDecoderLayer(4, 2, dim_feedforward=8)
    >>> layer(np.ones((5, 3, 4)), np.ones((7, 3, 4))).shape
    (5, 3, 4)
    """

    _attentions = ("self_attn", "multihead_attn")

    multihead_attn: MultiheadAttention
    norm3: LayerNorm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Give elements that know of each other and of what an encoder has made.

        Parameters
        ----------
        tgt, memory
            ``(T, N, d_model)`` and ``(S, N, d_model)``, with ``N`` first if ``batch_first``, or without it.
        tgt_mask, tgt_key_padding_mask, tgt_is_causal
            As ``attn_mask``, ``key_padding_mask`` and ``is_causal`` of ``nn.MultiheadAttention``, for self-attention.
        memory_mask, memory_key_padding_mask, memory_is_causal
            The same for the attention to ``memory``.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        own = tgt_mask, tgt_key_padding_mask, tgt_is_causal
        other = memory_mask, memory_key_padding_mask, memory_is_causal
        if self.norm_first:
            x = tgt + self._self_attention(self.norm1(tgt), *own)
            x = x + self._attention_to(memory, self.norm2(x), *other)
            x = x + self._net(self.norm3(x))
        else:
            x = self.norm1(tgt + self._self_attention(tgt, *own))
            x = self.norm2(x + self._attention_to(memory, x, *other))
            x = self.norm3(x + self._net(x))
        result: Tensor = x
        return result

    def _attention_to(self, memory: Any, x: Any, mask: Any, padding: Any, is_causal: bool) -> Tensor:
        found, _ = self.multihead_attn(
            x, memory, memory, key_padding_mask=padding, need_weights=False, attn_mask=mask, is_causal=is_causal
        )
        result: Tensor = self.dropout2(found)
        return result
