"""Losses that are negative log-likelihoods of distributions, and the divergence between two of these."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import Tensor, asarray, exp, log, maximum, stop_gradient, where
from autograd.errors import describe
from autograd.special import xlogy

from .reducing import at_hand, check_reduction, floating, reduced, same_shape


def at_least(x: Tensor, least: float) -> Tensor:
    """``max(x, least)``, whose derivative is 1 everywhere, so that what is below can come up again."""
    raised: Tensor = x + stop_gradient(maximum(x, least) - x)
    return raised


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """``(ln(var) + (input - target)**2 / var) / 2``: normal distributions of given means and variances.

    Parameters
    ----------
    input
        The means; any shape.
    target
        What was observed: of the same shape, or with one axis of size 1, to be broadcast.
    var
        The variances, not below 0: of the same shape, or with one axis of size 1, or without the last axis, or one
        number. They count as ``eps`` at least, and the derivative is taken there.
    full
        Whether the constant ``ln(2 π) / 2`` is added.
    eps
        The least variance.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a variance is below 0.

    Notes
    -----
    Source: Nix and Weigend, Estimating the Mean and Variance of the Target Probability Distribution, 1994.

    >>> import nn
    >>> nn.functional.gaussian_nll_loss([1.0, 2.0], [1.0, 4.0], [1.0, 2.0])
    Tensor(0.6732868, dtype=float64)
    """
    check_reduction("gaussian_nll_loss", reduction)
    input, target, var = floating(input), asarray(target), asarray(var)
    target, var = (x.astype(input.dtype) if x.dtype.kind in "iub" or not x.ndim else x for x in (target, var))
    _refuse_other_shape("target", target, input)
    if var.ndim and var.shape == input.shape[:-1]:
        var = var.reshape(*var.shape, 1)
    if var.ndim:
        _refuse_other_shape("var", var, input)
    variances = at_hand(var)
    if variances is not None and (variances < 0).any():
        raise ValueError(f"gaussian_nll_loss: variances must not be below 0, got {variances.min():.4g}")
    var = at_least(var, eps)
    error = input - target
    losses = (log(var) + error * error / var + (math.log(2 * math.pi) if full else 0)) / 2
    return reduced("gaussian_nll_loss", losses, reduction)


def _refuse_other_shape(argument: str, given: Tensor, input: Tensor) -> None:
    """Raise unless the shapes are the same, but for one axis of size 1."""
    differing = [n for n, whole in zip(given.shape, input.shape, strict=False) if n != whole]
    if given.ndim != input.ndim or differing not in ([], [1]):
        raise ValueError(
            f"gaussian_nll_loss: {argument} has the shape of input, {input.shape}, but for one axis of size 1; got "
            f"{describe(given)}"
        )


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """``rate - target * ln(rate)``: counts that are distributed as Poisson has it, of a given expectation.

    Parameters
    ----------
    input
        The logarithm of the rate, or with ``log_input=False`` the rate; any shape.
    target
        The counts, of the same shape.
    log_input
        Which of the two is given.
    full
        Whether ``ln(target!)`` is added, by Stirling's formula, where the target is above 1.
    eps
        What is added to a rate before its logarithm is taken.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.

    Raises
    ------
    ValueError
        If the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.poisson_nll_loss([0.0, 1.0], [1.0, 2.0], reduction="none")
    Tensor([1.        , 0.71828183], dtype=float64)
    """
    input, target = (asarray(each) for each in same_shape("poisson_nll_loss", input, target))
    losses = exp(input) - target * input if log_input else input - target * log(input + eps)
    if full:
        many = where(target > 1, target, 1.0)
        losses = losses + where(target > 1, many * log(many) - many + log(2 * math.pi * many) / 2, 0.0)
    return reduced("poisson_nll_loss", losses, reduction)


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """``target * (ln(target) - input)``: how far the distribution ``exp(input)`` is from ``target``.

    Parameters
    ----------
    input
        Logarithms of probabilities; any shape.
    target
        Probabilities, or with ``log_target=True`` their logarithms; of the same shape. A probability of 0 adds 0,
        whatever the input.
    reduction
        ``"batchmean"`` is the divergence, the mean over the first axis of the sums over all others; ``"mean"`` is over
        all elements; also ``"sum"`` and ``"none"``.
    log_target
        What is given as ``target``.

    Raises
    ------
    ValueError
        If the shapes differ, even if they would broadcast.

    >>> import nn
    >>> nn.functional.kl_div([[-1.0, -2.0]], [[0.5, 0.0]], reduction="batchmean")
    Tensor(0.15342641, dtype=float64)
    """
    input, target = (asarray(each) for each in same_shape("kl_div", input, target))
    if log_target:
        is_impossible = target == -np.inf
        losses = exp(target) * (where(is_impossible, 0.0, target) - where(is_impossible, 0.0, input))
    else:
        losses = xlogy(target, target) - target * where(target == 0, 0.0, input)
    if reduction != "batchmean":
        return reduced("kl_div", losses, reduction)
    divergence: Tensor = losses.sum() / input.shape[0] if input.ndim else losses
    return divergence
