"""Attention: means of values, weighted by how well their keys match a query."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import (
    Tensor,
    asarray,
    astype,
    concat,
    linear,
    matmul,
    mean,
    permute_dims,
    repeat,
    reshape,
    softmax,
    where,
)
from autograd.errors import describe

from .omission import dropout


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """``softmax(scale * query @ key.T + mask) @ value``: for each query a mean of the values, weighted by their keys.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.2.1.

    Parameters
    ----------
    query, key, value
        ``(..., L, E)``, ``(..., S, E)`` and ``(..., S, V)``; the leading axes broadcast.
    attn_mask
        Broadcasts to ``(..., L, S)``: booleans, ``False`` for what a query must not look at, or numbers that are added
        to the products.
    dropout_p
        The probability with which a weight is set to zero; in evaluation, too, unless it is 0.
    is_causal
        Whether the query at place i looks at the keys up to place i only.
    scale
        What the products are multiplied with; by default ``1 / sqrt(E)``.
    enable_gqa
        Whether several heads of queries, ``(..., heads, L, E)``, may share a head of keys and values.

    Returns
    -------
    Tensor
        ``(..., L, V)``; zeros for a query that must not look at anything.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is a mask beside ``is_causal``.

    >>> import nn
    >>> nn.functional.scaled_dot_product_attention([[1.0]], [[0.0], [0.0]], [[1.0], [3.0]])
    Tensor([[2.]], dtype=float64)
    """
    name = "scaled_dot_product_attention"
    query, key, value = asarray(query), asarray(key), asarray(value)
    given = f"got {describe(query)}, {describe(key)} and {describe(value)}"
    if (
        min(query.ndim, key.ndim, value.ndim) < 2
        or query.shape[-1] != key.shape[-1]
        or key.shape[-2] != value.shape[-2]
    ):
        raise ValueError(f"{name}: takes a query (..., L, E), a key (..., S, E) and a value (..., S, V), {given}")
    if is_causal and attn_mask is not None:
        raise ValueError(f"{name}: is_causal is a mask itself; give it or attn_mask, not both")
    if enable_gqa:
        heads = query.shape[-3] if query.ndim > 2 else 0
        key, value = (_shared(each, heads, f"{name}: with enable_gqa, {given}") for each in (key, value))
    if is_causal:
        attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=np.bool_)
    weights = attention_weights(query, key, attn_mask, scale)
    return matmul(dropout(weights, dropout_p) if dropout_p else weights, value)


def _shared(heads: Tensor, count: int, said: str) -> Tensor:
    """Repeat each head of keys or values for the queries that share it."""
    shared = heads.shape[-3] if heads.ndim > 2 else 0
    if not shared or count % shared:
        raise ValueError(f"{said}: the number of heads of queries must be a multiple of those of keys and values")
    repeated: Tensor = repeat(heads, count // shared, axis=-3)
    return repeated


def attention_weights(query: Tensor, key: Tensor, mask: Any, scale: float | None = None) -> Tensor:
    """Give what the values are weighted with, ``(..., L, S)``; all 0 where the mask hides all of them."""
    scale = 1 / math.sqrt(max(query.shape[-1], 1)) if scale is None else scale
    products = matmul(query * scale, permute_dims(key, (*range(key.ndim - 2), key.ndim - 1, key.ndim - 2)))
    if mask is None:
        return softmax(products, axis=-1)
    mask = asarray(mask)
    added = hidden(~mask, products.dtype) if mask.dtype.kind == "b" else astype(mask, products.dtype, copy=False)
    is_seen = (added.detach() != -np.inf).any(axis=-1, keepdims=True)
    weights: Tensor = softmax(products + where(is_seen, added, 0), axis=-1) * is_seen
    return weights


def hidden(mask: Any, dtype: Any) -> Tensor:
    """Give ``-inf`` where a mask says so, and 0 elsewhere."""
    return where(mask, np.array(-np.inf, dtype), np.array(0, dtype))


def multi_head_attention_forward(  # noqa: PLR0913, PLR0917 - PyTorch's arguments
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention of several heads, each with projections of its own; ``nn.MultiheadAttention`` says more.

    Parameters
    ----------
    query, key, value
        ``(L, N, E)``, ``(S, N, K)`` and ``(S, N, V)``, or all without ``N``.
    embed_dim_to_check, num_heads
        What ``E`` must be, and how many heads it is divided among.
    in_proj_weight, in_proj_bias
        Of the three projections below each other, ``(3 E, E)`` and ``(3 E,)`` or ``None``.
    bias_k, bias_v
        A key and a value, ``(1, 1, E)``, that are put behind all others; or ``None``.
    add_zero_attn
        Whether a key and a value of zeros are put behind all others.
    dropout_p, training
        The probability with which a weight is set to zero in training.
    out_proj_weight, out_proj_bias
        Of the projection of the result, ``(E, E)`` and ``(E,)`` or ``None``.
    key_padding_mask
        ``(N, S)`` or ``(S,)``: booleans, ``True`` for keys that are padding, or numbers that are added to the products.
    need_weights, average_attn_weights
        Whether the weights are given, too, and their mean over the heads rather than those of each.
    attn_mask
        ``(L, S)`` or ``(N * heads, L, S)``: booleans, ``True`` for what a query must not look at, or numbers that are
        added to the products.
    use_separate_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight
        Whether the projections have weights ``(E, E)``, ``(E, K)`` and ``(E, V)`` instead of ``in_proj_weight``.
    is_causal
        Says that ``attn_mask``, which must be given, hides later keys. It is used in any case.

    Returns
    -------
    output, weights
        ``(L, N, E)``; ``(N, L, S)``, or ``(N, heads, L, S)`` of each head, or ``None``.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    >>> import nn, numpy as np
    >>> layer, x = nn.MultiheadAttention(4, 2), np.ones((3, 1, 4), np.float32)
    >>> output, weights = nn.functional.multi_head_attention_forward(
    ...     x, x, x, 4, 2, layer.in_proj_weight, layer.in_proj_bias, None, None, False, 0.0, layer.out_proj.weight, None
    ... )
    >>> output.shape, weights.shape
    ((3, 1, 4), (1, 3, 3))
    """
    is_self = query is key and key is value
    query, key, value = asarray(query), asarray(key), asarray(value)
    _check(query, key, value, embed_dim_to_check, num_heads)
    if is_causal and attn_mask is None:
        raise ValueError(f"{_NAME}: is_causal says what attn_mask is, and there is none; give it, too")
    is_single = query.ndim == 2
    if is_single:
        query, key, value = (reshape(each, (each.shape[0], 1, each.shape[1])) for each in (query, key, value))
        key_padding_mask = None if key_padding_mask is None else asarray(key_padding_mask)[None]
    if use_separate_proj_weight:
        weights = [q_proj_weight, k_proj_weight, v_proj_weight]
        q, k, v = _projected([query, key, value], weights, in_proj_bias)
    elif is_self:
        q, k, v = _thirds(_rows(query, in_proj_weight, in_proj_bias), axis=2)
    else:
        q, k, v = _projected([query, key, value], _thirds(asarray(in_proj_weight)), in_proj_bias)
    mask = _merged_mask(attn_mask, key_padding_mask, query, key, num_heads)
    for is_more, more in ((bias_k is not None, (bias_k, bias_v)), (add_zero_attn, (None, None))):
        if is_more:
            k, v = (_one_more(each, last) for each, last in zip((k, v), more, strict=True))
            mask = None if mask is None else _seen_one_more(mask)
    q, k, v = (_heads(each, num_heads) for each in (q, k, v))
    attention = attention_weights(q, k, mask)
    attention = dropout(attention, dropout_p, training)
    result = permute_dims(matmul(attention, v), (2, 0, 1, 3))
    output = _rows(reshape(result, query.shape), out_proj_weight, out_proj_bias)
    output = output[:, 0] if is_single else output
    if not need_weights:
        return output, None
    attention = mean(attention, axis=1) if average_attn_weights else attention
    return output, attention[0] if is_single else attention


_NAME = "multi_head_attention_forward"


def _check(query: Tensor, key: Tensor, value: Tensor, embed_dim: int, num_heads: int) -> None:
    given = f"got {describe(query)}, {describe(key)} and {describe(value)}"
    fits = query.ndim == key.ndim == value.ndim and query.ndim in (2, 3) and key.shape[:-1] == value.shape[:-1]
    if not fits or query.shape[1:-1] != key.shape[1:-1]:
        raise ValueError(
            f"{_NAME}: takes a query (L, N, E), a key (S, N, K) and a value (S, N, V), or all without N, {given}"
        )
    if query.shape[-1] != embed_dim or embed_dim % num_heads:
        raise ValueError(
            f"{_NAME}: the last axis of the query must be embed_dim={embed_dim}, a multiple of num_heads={num_heads}, "
            f"{given}"
        )


def _rows(x: Tensor, weight: Any, bias: Any) -> Tensor:
    """``linear`` of ``(length, N, features)`` in one product of matrices."""
    length, batch, features = x.shape
    product: Tensor = linear(reshape(x, (length * batch, features)), weight, bias)
    return reshape(product, (length, batch, product.shape[1]))


def _thirds(x: Tensor, axis: int = 0) -> list[Tensor]:
    size, before = x.shape[axis] // 3, (slice(None),) * axis
    return [x[(*before, slice(third * size, (third + 1) * size))] for third in range(3)]


def _projected(operands: list[Tensor], weights: list[Any], bias: Any) -> list[Tensor]:
    biases = [None] * 3 if bias is None else _thirds(asarray(bias))
    return [_rows(*each) for each in zip(operands, weights, biases, strict=True)]


def _one_more(x: Tensor, last: Any) -> Tensor:
    """Put one key or value more behind those of each batch; zeros, if it is not given."""
    shape = (1, *x.shape[1:])
    added = np.zeros(shape, x.dtype) if last is None else asarray(last) + np.zeros(shape, x.dtype)
    more: Tensor = concat([x, added])
    return more


def _seen_one_more(mask: Tensor) -> Tensor:
    """A mask that does not hide the key that was put behind all others."""
    more: Tensor = concat([mask, np.zeros((*mask.shape[:-1], 1), mask.dtype)], axis=-1)
    return more


def _heads(x: Tensor, count: int) -> Tensor:
    """From ``(length, N, features)`` to ``(N, heads, length, features of a head)``."""
    length, batch, features = x.shape
    return permute_dims(reshape(x, (length, batch, count, features // count)), (1, 2, 0, 3))


def _merged_mask(attn_mask: Any, padding: Any, query: Tensor, key: Tensor, num_heads: int) -> Tensor | None:
    """Give both masks as numbers that are added to the products, ``(N, heads, L, S)`` or with ones in their places."""
    (targets, batch), sources = query.shape[:2], key.shape[0]
    parts = []
    if attn_mask is not None:
        mask = added_mask("attn_mask", attn_mask, query.dtype)
        if mask.shape not in ((targets, sources), (batch * num_heads, targets, sources)):
            raise ValueError(
                f"{_NAME}: attn_mask must be {(targets, sources)} or {(batch * num_heads, targets, sources)}, got "
                f"{describe(mask)}"
            )
        parts.append(reshape(mask, (batch, num_heads, targets, sources)) if mask.ndim == 3 else mask)
    if padding is not None:
        mask = added_mask("key_padding_mask", padding, query.dtype)
        if mask.shape != (batch, sources):
            raise ValueError(f"{_NAME}: key_padding_mask must be {(batch, sources)}, got {describe(mask)}")
        parts.append(reshape(mask, (batch, 1, 1, sources)))
    return sum(parts[1:], parts[0]) if parts else None


def added_mask(name: str, mask: Any, dtype: Any) -> Tensor:
    """Give a mask of booleans, ``True`` for what is hidden, as numbers; raises ``ValueError`` for whole numbers."""
    mask = asarray(mask)
    if mask.dtype.kind not in "bf":
        raise ValueError(f"{_NAME}: {name} is boolean, True for what is hidden, or floating, got {describe(mask)}")
    return hidden(mask, dtype) if mask.dtype.kind == "b" else astype(mask, dtype, copy=False)
