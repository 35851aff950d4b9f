"""The primitives that nn declares: the same generated checks as those of the engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn  # noqa: F401 - declares them
from autograd.registry import primitives
from autograd.testing.properties import properties_of
from autograd.testing.strategies import calls

OURS = sorted((p for p in primitives.values() if p.__module__.startswith("nn.")), key=lambda p: p.name)
EACH = [(primitive, check) for primitive in OURS if primitive.domain for check in properties_of(primitive)]


def test_those_with_rules_say_where_these_hold():
    assert {p.name for p in OURS} >= {"log_loss", "gelu_by_erf", "gelu_by_tanh"}
    assert [p.name for p in OURS if p.differentiable and p.domain is None] == []


@pytest.mark.parametrize(("primitive", "check"), EACH, ids=lambda each: each.__name__)
@given(data=st.data())
def test_it_has_the_property(primitive, check, data):
    check(data.draw(calls(primitive), label="call"))
