"""Checks that are generated from the declarations: what must hold for every primitive, for inputs from its domain."""

import importlib
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd.primitives
from autograd.primitives.primitive import Primitive
from autograd.registry import primitives
from autograd.testing import properties
from autograd.testing.strategies import calls

for module in pkgutil.iter_modules(autograd.primitives.__path__, "autograd.primitives."):
    importlib.import_module(module.name)

ALL = sorted(primitives.values(), key=lambda primitive: primitive.name)


def of(primitive: Primitive) -> str:
    return primitive.name


def name(check: properties.Property) -> str:
    return check.__name__


@pytest.mark.parametrize("primitive", [primitive for primitive in ALL if primitive.rules], ids=of)
def test_it_declares_a_domain_for_its_rules(primitive):
    assert primitive.domain is not None, (
        f"{primitive.name} has gradient rules and no domain, so nothing checks them; "
        "say beside the rules from which inputs they hold: domain=elementwise(REAL)"
    )


@pytest.mark.parametrize("check", properties.ALL, ids=name)
@pytest.mark.parametrize("primitive", [primitive for primitive in ALL if primitive.domain], ids=of)
@given(data=st.data())
def test_it(primitive, check, data):
    check(data.draw(calls(primitive), label="call"))
