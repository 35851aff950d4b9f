"""Many cotangents walk back together: for every primitive, with the same result as one after the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor, registry
from autograd.tensor import gradients_of
from autograd.testing import strategies
from autograd.transforms.batching import pulled_together
from tests.properties.counts import share

registry.load_further()
WITH_RULES = [primitive for primitive in registry.primitives.values() if primitive.differentiable]

COUNT = 3

#: Each example of these tests is three and more of the other properties' examples.
fewer = share(3, 10)


@pytest.mark.parametrize("primitive", WITH_RULES, ids=lambda primitive: primitive.name)
@pytest.mark.parametrize("recorded", [False, True], ids=["plain", "recorded"])
@fewer
@given(data=st.data())
def test_a_batch_of_cotangents(primitive, recorded, data):
    call = data.draw(strategies.calls(primitive))
    leaves = [Tensor(x, requires_grad=True) if i in call.positions else x for i, x in enumerate(call.operands)]
    inputs = [x for x in leaves if isinstance(x, Tensor)]
    out = primitive(*leaves, **call.attributes)
    if not inputs or not out.requires_grad:
        return
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((COUNT, *out.shape)).astype(out.dtype)
    together = pulled_together([out], [weights], inputs, recorded=recorded)
    for row, weight in enumerate(weights):
        alone = gradients_of([out], [weight.conj()], inputs, True, recorded, "test")
        assert alone.keys() == together.keys()
        for node, gradient in alone.items():
            found, expected = together[node].detach().data[row], gradient.detach().data.conj()
            assert found.shape == expected.shape
            assert found.dtype == expected.dtype
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9 * max(1, np.abs(expected).max(initial=0)))


ALL = list(registry.primitives.values())


def variants(call, batched):
    """Several operands in the place of each that is to be batched: the drawn ones, and where they will do, turned."""
    turned = [np.flip(x) if i in batched else x for i, x in enumerate(call.operands)]
    try:
        one, other = (call.primitive(*operands, **call.attributes) for operands in (call.operands, turned))
    except (ValueError, TypeError, IndexError, np.linalg.LinAlgError):
        return [call.operands] * COUNT
    will_do = one.shape == other.shape and one.dtype == other.dtype and np.isfinite(other.data).all()
    return [call.operands, turned if will_do else call.operands, call.operands]


@pytest.mark.parametrize("primitive", ALL, ids=lambda primitive: primitive.name)
@fewer
@given(data=st.data())
def test_vmap(primitive, data):
    """Values and gradients of each example are those that it has alone."""
    call = data.draw(strategies.calls(primitive))
    arrays = [i for i, x in enumerate(call.operands) if isinstance(x, np.ndarray)]
    if not arrays:
        return
    batched = data.draw(st.sets(st.sampled_from(arrays), min_size=1))
    examples = variants(call, batched)
    wholes = [np.stack([each[i] for each in examples]) if i in batched else x for i, x in enumerate(call.operands)]
    axes = tuple(0 if i in batched else None for i in range(len(wholes)))

    def function(*operands):
        return primitive(*operands, **call.attributes)

    expected = [function(*each).data for each in examples]
    if len({each.shape for each in expected}) > 1:
        return
    together = ag.vmap(function, in_axes=axes)(*wholes)
    compare(together, np.stack(expected))
    positions = tuple(call.positions)
    if not positions or expected[0].dtype.kind not in "fc":
        return
    weights = np.random.default_rng(0).standard_normal(expected[0].shape)
    gradient = ag.grad(lambda *operands: np.sum(np.real(function(*operands)) * weights), argnum=positions)
    alone = [gradient(*each) for each in examples]
    for found, *each in zip(ag.vmap(gradient, in_axes=axes)(*wholes), *alone, strict=True):
        compare(found, np.stack(each))


def compare(found, expected):
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=1) if expected.dtype.kind in "fc" else 0
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9 * scale)
