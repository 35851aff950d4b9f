"""Checks that are generated from the declarations: what must hold for every primitive, for inputs from its domain."""

import importlib
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd.primitives
import nn.functional
from autograd.registry import load_further, primitives
from autograd.testing.calls import operand_name
from autograd.testing.properties import check
from autograd.testing.strategies import calls

for package in (autograd.primitives, nn.functional):  # where primitives are declared
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)

load_further()
ALL = sorted(primitives.values(), key=lambda primitive: primitive.name)


def named(each):
    return each.__name__


@pytest.mark.parametrize("primitive", [primitive for primitive in ALL if primitive.domain], ids=named)
@given(data=st.data())
def test_it_has_its_properties(primitive, data):
    check(data.draw(calls(primitive), label="call"))


@pytest.mark.parametrize("primitive", ALL, ids=named)
def test_it_declares_a_domain(primitive):
    assert primitive.domain is not None, (
        f"{primitive.name} has no domain, so nothing checks its rules, or whether one was forgotten; "
        "say in its declaration from which inputs they hold: domain=elementwise(REAL)"
    )


@pytest.mark.parametrize("primitive", [primitive for primitive in ALL if primitive.domain], ids=named)
def test_its_domain_reaches_every_rule(primitive):
    reached = set()

    @given(calls(primitive))
    def draw(call):
        reached.update(operand_name(primitive, position) for position in call.positions)

    draw()
    assert reached == set(primitive.differentiable)
