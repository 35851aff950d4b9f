"""Transformers: stacks of layers that encode and decode sequences."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from autograd import Tensor, asarray
from autograd.errors import check_device, describe

from . import functional as F
from . import init
from .converting import parameter_dtype
from .module import Module
from .module_collections import ModuleList
from .normalisation import LayerNorm
from .transformer_layers import Activation, TransformerDecoderLayer, TransformerEncoderLayer


class TransformerEncoder(Module):
    """Layers upon each other, copies of a given one.

    Parameters
    ----------
    encoder_layer
        What all layers are copies of, with the same values at first.
    num_layers
        How many layers there are.
    norm
        A module that the result goes through, or ``None``.
    enable_nested_tensor, mask_check
        Of PyTorch's ways to be faster; they change nothing.

    >>> import nn, numpy as np
    >>> model = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, dim_feedforward=8), num_layers=2)
    >>> model(np.ones((5, 3, 4))).shape
    (5, 3, 4)
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm
        self.enable_nested_tensor = enable_nested_tensor
        self.mask_check = mask_check

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Tensor:
        """Call all layers in order; see ``nn.TransformerEncoderLayer.forward`` for the arguments."""
        x = src
        for layer in self.layers:
            x = layer(x, src_mask=mask, src_key_padding_mask=src_key_padding_mask, is_causal=bool(is_causal))
        result: Tensor = x if self.norm is None else self.norm(x)
        return result


class TransformerDecoder(Module):
    """Layers upon each other, copies of a given one, which all look at the result of an encoder.

    Parameters
    ----------
    decoder_layer
        What all layers are copies of, with the same values at first.
    num_layers
        How many layers there are.
    norm
        A module that the result goes through, or ``None``.

    >>> import nn, numpy as np
    >>> model = nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, dim_feedforward=8), num_layers=2)
    >>> model(np.ones((5, 3, 4)), np.ones((7, 3, 4))).shape
    (5, 3, 4)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers = ModuleList([copy.deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Call all layers in order; see ``nn.TransformerDecoderLayer.forward`` for the arguments."""
        x = tgt
        for layer in self.layers:
            x = layer(
                x,
                memory,
                tgt_mask=tgt_mask,
                memory_mask=memory_mask,
                tgt_key_padding_mask=tgt_key_padding_mask,
                memory_key_padding_mask=memory_key_padding_mask,
                tgt_is_causal=bool(tgt_is_causal),
                memory_is_causal=memory_is_causal,
            )
        result: Tensor = x if self.norm is None else self.norm(x)
        return result


class Transformer(Module):
    """An encoder and a decoder, which looks at what the encoder has made.

    Vaswani et al., "Attention Is All You Need" (2017). Weights are drawn uniformly, as Glorot and Bengio (2010) have
    it.

    Parameters
    ----------
    d_model, nhead
        How many features elements have, and the number of heads of attention.
    num_encoder_layers, num_decoder_layers
        How many layers the encoder and the decoder have.
    dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias
        Of the layers; see ``nn.TransformerEncoderLayer``.
    custom_encoder, custom_decoder
        Modules that take the place of the encoder and of the decoder.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    >>> import nn, numpy as np
    >>> model = nn.Transformer(4, 2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=8)
    >>> model(np.ones((7, 3, 4)), np.ones((5, 3, 4))).shape
    (5, 3, 4)
    """

    def __init__(  # noqa: PLR0913, PLR0917 - PyTorch's arguments
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        sizes = d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias

        def norm() -> LayerNorm:
            return LayerNorm(d_model, eps=layer_norm_eps, bias=bias, dtype=dtype)

        self.encoder, self.decoder = custom_encoder, custom_decoder
        if custom_encoder is None:
            layer: Module = TransformerEncoderLayer(*sizes, dtype=dtype)
            self.encoder = TransformerEncoder(layer, num_encoder_layers, norm())
        if custom_decoder is None:
            layer = TransformerDecoderLayer(*sizes, dtype=dtype)
            self.decoder = TransformerDecoder(layer, num_decoder_layers, norm())
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for all weights; biases and normalisations stay."""
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Encode ``src``, and give what the decoder makes of it and of ``tgt``.

        Parameters
        ----------
        src, tgt
            ``(S, N, d_model)`` and ``(T, N, d_model)``, with ``N`` first if ``batch_first``, or without it.
        src_mask, src_key_padding_mask, src_is_causal
            As ``attn_mask``, ``key_padding_mask`` and ``is_causal`` of ``nn.MultiheadAttention``, in the encoder.
        tgt_mask, tgt_key_padding_mask, tgt_is_causal
            The same in the self-attention of the decoder.
        memory_mask, memory_key_padding_mask, memory_is_causal
            The same in the attention of the decoder to the result of the encoder.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        src, tgt = asarray(src), asarray(tgt)
        batch = 0 if self.batch_first else 1
        fits = src.ndim == tgt.ndim and src.ndim in (2, 3) and src.shape[-1] == tgt.shape[-1] == self.d_model
        if not fits or (src.ndim == 3 and src.shape[batch] != tgt.shape[batch]):
            raise ValueError(
                f"{self.title}: src and tgt must be batches of as many sequences, or single sequences, of elements of "
                f"d_model={self.d_model} features; got {describe(src)} and {describe(tgt)}"
            )
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        result: Tensor = self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )
        return result

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Tensor:
        """Give the mask that hides what comes later, ``(sz, sz)``: ``-inf`` above the diagonal, 0 elsewhere.

        >>> import nn
        >>> nn.Transformer.generate_square_subsequent_mask(2).tolist()
        [[0.0, -inf], [0.0, 0.0]]
        """
        check_device("generate_square_subsequent_mask", device)
        return Tensor(np.triu(np.full((sz, sz), -np.inf, np.float32 if dtype is None else dtype), 1))

    def main_arguments(self) -> str:
        """Give the sizes."""
        return f"{self.d_model}, {self.nhead}"
