"""Many cotangents walk back together: for every primitive, with the same result as one after the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, registry
from autograd.tensor import gradients_of
from autograd.testing import strategies
from autograd.transforms.batching import pulled_together

registry.load_further()
WITH_RULES = [primitive for primitive in registry.primitives.values() if primitive.differentiable]

COUNT = 3


@pytest.mark.parametrize("primitive", WITH_RULES, ids=lambda primitive: primitive.name)
@pytest.mark.parametrize("recorded", [False, True], ids=["plain", "recorded"])
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
