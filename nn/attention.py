"""Attention of several heads as a module; ``nn.functional`` has it as functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, asarray, swapaxes

from . import functional as F
from . import init
from .converting import parameter_dtype
from .linear import Linear
from .module import Module
from .parameter import Parameter


class MultiheadAttention(Module):
    """Attention of several heads: each has projections of its own of queries, keys and values.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.2.2.

    Parameters
    ----------
    embed_dim
        How many features queries and results have.
    num_heads
        Among how many heads they are divided.
    dropout
        The probability with which a weight of attention is set to zero in training.
    bias
        Whether the projections have biases.
    add_bias_kv
        Whether a key and a value that are learnt are put behind all others.
    add_zero_attn
        Whether a key and a value of zeros are put behind all others.
    kdim, vdim
        How many features keys and values have; by default ``embed_dim``.
    batch_first
        Whether batches are ``(N, length, features)`` rather than ``(length, N, features)``.
    device
        ``None`` or ``"cpu"``, the only one there is.
    dtype
        Of the parameters; float32 by default.

    Attributes
    ----------
    in_proj_weight
        ``(3 * embed_dim, embed_dim)``, the weights of queries, keys and values below each other; if ``kdim`` or
        ``vdim`` differ, it is ``None``, and there are ``q_proj_weight``, ``k_proj_weight`` and ``v_proj_weight``
        instead. Initially uniform, as Glorot and Bengio (2010) have it.
    in_proj_bias
        ``(3 * embed_dim,)``, zeros at first.
    out_proj
        ``nn.Linear(embed_dim, embed_dim)``, whose bias is 0 at first.
    bias_k, bias_v
        ``(1, 1, embed_dim)``, if ``add_bias_kv``.

    Raises
    ------
    ValueError
        If ``num_heads`` does not divide ``embed_dim``, or shapes do not fit.

    >>> import nn, numpy as np
    >>> output, weights = nn.MultiheadAttention(4, 2, batch_first=True)(*[np.ones((3, 5, 4))] * 3)
    >>> output.shape, weights.shape
    ((3, 5, 4), (3, 5, 5))
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        dtype = parameter_dtype(self, device, dtype)
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim must be a multiple of num_heads, and both at least 1, got "
                f"embed_dim={embed_dim} and num_heads={num_heads}"
            )
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.num_heads = num_heads
        self.head_dim = embed_dim // num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.add_zero_attn = add_zero_attn
        is_packed = self.kdim == self.vdim == embed_dim
        shapes = {
            "q_proj_weight": None if is_packed else (embed_dim, embed_dim),
            "k_proj_weight": None if is_packed else (embed_dim, self.kdim),
            "v_proj_weight": None if is_packed else (embed_dim, self.vdim),
            "in_proj_weight": (3 * embed_dim, embed_dim) if is_packed else None,
            "in_proj_bias": (3 * embed_dim,) if bias else None,
            "bias_k": (1, 1, embed_dim) if add_bias_kv else None,
            "bias_v": (1, 1, embed_dim) if add_bias_kv else None,
        }
        for name, shape in shapes.items():
            zeros = None if shape is None else Parameter(np.zeros(shape), dtype=dtype)
            self.register_parameter(name, zeros)
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, dtype=dtype)
        for name, parameter in self.out_proj.named_parameters():
            parameter.name = f"out_proj.{name}"  # for they are used here, not in its forward
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values for the parameters, but for the weight of ``out_proj``."""
        for name, parameter in self.named_parameters(recurse=False):
            fill = {"in_proj_bias": init.zeros_, "bias_k": init.xavier_normal_, "bias_v": init.xavier_normal_}
            fill.get(name, init.xavier_uniform_)(parameter)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Give for each query a mean of the values, and what they were weighted with.

        Parameters
        ----------
        query, key, value
            ``(L, N, embed_dim)``, ``(S, N, kdim)`` and ``(S, N, vdim)``, with ``N`` first if ``batch_first``, or all
            without it.
        key_padding_mask
            ``(N, S)`` or ``(S,)``: booleans, ``True`` for keys that are padding, or numbers that are added to the
            products of queries and keys.
        need_weights
            Whether the weights are given; without it there is ``None``.
        attn_mask
            ``(L, S)`` or ``(N * num_heads, L, S)``: booleans, ``True`` for what a query must not look at, or numbers
            that are added to the products.
        average_attn_weights
            Whether the mean of the weights over the heads is given rather than those of each.
        is_causal
            Says that ``attn_mask``, which must be given, hides later keys. It is used in any case.

        Returns
        -------
        output, weights
            ``(L, N, embed_dim)``, or ``(N, L, embed_dim)`` if ``batch_first``; ``(N, L, S)``, or ``(N, num_heads, L,
            S)`` of each head; all without ``N`` if the query is. A query that must not look at anything has weights
            0, where PyTorch has NaN.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        is_swapped = self.batch_first and np.ndim(query) == 3
        query, key, value = _each_once(query, key, value, lambda x: swapaxes(asarray(x), 0, 1) if is_swapped else x)
        output, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            self.training,
            key_padding_mask,
            need_weights,
            attn_mask,
            self.in_proj_weight is None,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
            average_attn_weights,
            is_causal,
        )
        return swapaxes(output, 0, 1) if is_swapped else output, weights

    def main_arguments(self) -> str:
        """Give the sizes."""
        return f"{self.embed_dim}, {self.num_heads}"


def _each_once(query: Any, key: Any, value: Any, change: Any) -> tuple[Any, Any, Any]:
    """Change each of the three, and what is the same once, so that it stays the same."""
    changed = {id(each): change(each) for each in (query, key, value)}
    return changed[id(query)], changed[id(key)], changed[id(value)]
