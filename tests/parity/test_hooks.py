"""Hooks of modules beside PyTorch's: called in the same order, with the same gradients; and hooks on what is kept."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore:Full backward hook is firing:UserWarning")  # which ours does, too


def listed(gradients: Any) -> list[Any]:
    return [None if g is None else np.round(np.array(g.tolist()), 5).tolist() for g in gradients]


def seen_by_hooks(layers: Any, tensor: Any, requires_grad: bool) -> Any:
    """What the backward hooks of a small model see, one of which doubles a gradient; and the gradients."""
    random = np.random.default_rng(0)
    model = layers.Sequential(layers.Linear(2, 3), layers.Tanh(), layers.Linear(3, 1))
    for parameter in model.parameters():
        parameter.data = tensor(random.normal(size=tuple(parameter.shape)).astype(np.float32))
    calls: list[Any] = []
    for name, module in model.named_modules():
        module.register_forward_pre_hook(lambda module, args, name=name: calls.append(("before", name)))
        module.register_forward_hook(lambda module, args, out, name=name: calls.append(("after", name)))
        module.register_full_backward_hook(
            lambda module, inputs, outputs, name=name: calls.append((name, listed(inputs), listed(outputs)))
        )
    model[1].register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 2,))
    model[1].register_forward_pre_hook(lambda module, args: args[0] * 0.5, prepend=True)
    x = tensor(np.array([[1.0, 2.0]], np.float32))
    x.requires_grad = requires_grad
    model(x).sum().backward()
    return calls, listed(parameter.grad for parameter in model.parameters()), listed([x.grad])


@pytest.mark.parametrize("requires_grad", [True, False])
def test_hooks_see_what_pytorchs_see_in_the_same_order(requires_grad):
    ours = seen_by_hooks(nn, ag.Tensor, requires_grad)
    theirs = seen_by_hooks(torch.nn, torch.tensor, requires_grad)
    assert ours == theirs


def gradient_with_packing(hooks: Any, tensor: Any, exp: Any) -> Any:
    x = tensor(np.array([1.0, 2.0]))
    x.requires_grad = True
    packed = []

    def pack(kept: Any) -> Any:
        packed.append(kept.tolist())
        return kept.tolist()

    with hooks(pack, lambda values: tensor(np.array(values) * 2.0)):
        y = exp(x) * x
    y.sum().backward()
    return sorted(packed), x.grad.tolist()


def test_what_is_kept_is_packed_as_pytorch_packs_it():
    ours = gradient_with_packing(ag.saved_tensors_hooks, ag.Tensor, ag.exp)
    theirs = gradient_with_packing(torch.autograd.graph.saved_tensors_hooks, torch.tensor, torch.exp)
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-15)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-12)
