"""Derivatives as users of JAX write them, as they are and compiled."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

jax: Any = importlib.import_module("jax")
jnp: Any = importlib.import_module("jax.numpy")

jax.config.update("jax_enable_x64", True)  # the others compute in double precision

Work = tuple[Callable[..., Any], tuple[Any, ...]]


def rosenbrock(x: Any) -> Any:
    """The banana-shaped valley in any number of dimensions."""
    return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def cross_entropy(layers: Any, x: Any, y: Any) -> Any:
    """The softmax cross entropy of a perceptron with tanh, of one sample."""
    *hidden, (weight, bias) = layers
    for W, b in hidden:
        x = jnp.tanh(x @ W + b)
    logits = x @ weight + bias
    return jnp.log(jnp.sum(jnp.exp(logits))) - jnp.sum(logits * y)


def per_sample_gradients(X: Any, Y: Any, *weights: Any) -> Work:
    """The gradient of one sample, mapped over the batch."""
    layers = list(zip(weights[::2], weights[1::2], strict=True))
    return jax.vmap(jax.grad(cross_entropy), in_axes=(None, 0, 0)), (layers, X, Y)


_CASES: Final[Mapping[str, Callable[..., Work]]] = {
    "rosenbrock-gradient": lambda x: (jax.grad(rosenbrock), (x,)),
    "rosenbrock-hessian": lambda x: (jax.hessian(rosenbrock), (x,)),
    "per-sample-gradients": per_sample_gradients,
}


def _build(case: str, change: Callable[[Any], Any], *arrays: Any) -> Work:
    """Give a function, changed, that waits for its result: JAX gives results back before they are computed."""
    function, operands = _CASES[case](*map(jnp.asarray, arrays))
    changed = change(function)
    return lambda *operands: jax.block_until_ready(changed(*operands)), operands


BUILDERS: Final = {
    "JAX": {case: partial(_build, case, lambda function: function) for case in _CASES},
    "JAX with jit": {case: partial(_build, case, jax.jit) for case in _CASES},
}
