"""What extenders import: all of it is there and documented, and what they declare in modules of their own works."""

import ast
import doctest
import importlib
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import autograd as ag
from autograd import Tensor, extending
from autograd.testing import check_gradients, gradcheck, properties, strategies
from tests.engine.helpers import gradients, weight
from tests.pages import blocks

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"

#: What the page may import of ours.
PUBLIC = ("autograd", "autograd.extending", "autograd.testing")


# ---------------------------------------------------------------------------------------------------------- the module


@pytest.mark.parametrize("name", extending.__all__)
def test_each_name_is_there_and_documented(name):
    value = getattr(extending, name)
    assert f"``{name}``" in extending.__doc__, "the map does not say when to use it"
    if callable(value):
        assert value.__doc__, "it has no docstring"


def test_what_is_public_elsewhere_is_the_same():
    for name in set(extending.__all__) & set(dir(ag)):
        assert getattr(ag, name) is getattr(extending, name)
    assert {"Function", "once_differentiable", "primitive", "custom_gradient", "extending"} <= set(dir(ag))


def test_it_is_loaded_when_first_used():
    probe = (
        "import sys, autograd as ag; before = set(sys.modules); ag.Function; ag.extending.Function; "
        "print('autograd.functions' in before, 'autograd.extending' in before, ag.Function is ag.extending.Function)"
    )
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False", "True"]


# ------------------------------------------------------------------------------------------------------------ the page


def imports_of(page: str) -> list[tuple[str, str]]:
    """Give each name that the examples of a page import, with its module."""
    found = []
    for block in blocks(page):
        examples = doctest.DocTestParser().get_examples(block)
        source = "".join(example.source for example in examples) or block
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found += [(alias.name, "") for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node.module, alias.name) for alias in node.names]
    return found


def test_the_page_imports_what_is_public_and_nothing_else():
    of_ours = [each for each in imports_of(PAGE.read_text(encoding="utf-8")) if each[0].startswith("autograd")]
    assert len(of_ours) > 10
    for module, name in of_ours:
        assert module in PUBLIC, f"{module} is internal"
        if name:
            loaded = importlib.import_module(module)
            assert name in (extending.__all__ if loaded is extending else dir(loaded)), f"{module} has no {name}"


def test_an_import_of_what_is_internal_is_found():
    page = "```python\n>>> from autograd.walk import walk\n>>> import autograd as ag\n```\n```python\nimport nn\n```\n"
    assert imports_of(page) == [("autograd.walk", "walk"), ("autograd", ""), ("nn", "")]


# -------------------------------------------------------------------------------------------- modules of users


USERS = '''
"""Operations of a user."""

import numpy as np

from autograd.extending import REAL, Function, elementwise, primitive


@primitive(
    rules={"x": lambda g, y, scale: g * y * scale, "y": lambda g, x, scale: g * x * scale},
    domain=lambda draw: (draw.broadcastable(REAL, REAL), {"scale": draw.integer(1, 3)}),
    label="x·y·s",
)
def scaled_product(x, y, /, scale=1):
    """x * y * scale."""
    return x * y * scale


@primitive(rules={"x": lambda g, out: g * 2 * out}, domain=elementwise(REAL))
def wrong_exponential(x, /):
    return np.exp(x)


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * g
'''


@pytest.fixture
def users(tmp_path, monkeypatch, throwaway) -> Any:
    (tmp_path / "operations_of_a_user.py").write_text(USERS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("operations_of_a_user")
    del sys.modules["operations_of_a_user"]


def test_a_primitive_of_a_user_is_like_those_of_the_library(users):
    @given(strategies.calls(users.scaled_product))
    def test(call):
        properties.check(call)

    test()
    x, y = weight([1.0, 2.0]), weight(3.0)
    result = users.scaled_product(x, y, scale=2)
    assert "x·y·s" in ag.draw(result.sum()).source
    assert gradients(lambda x: users.scaled_product(x, 5.0), [1.0, 2.0]).tolist() == [5.0, 5.0]
    assert pickle.loads(pickle.dumps(users.scaled_product)) is users.scaled_product
    assert users.scaled_product.__doc__ == "x * y * scale."
    np.testing.assert_array_equal(ag.vmap(users.scaled_product)(np.eye(2), np.ones(2)), np.eye(2))
    assert ag.hessian(lambda x: users.scaled_product(x, x).sum())(np.ones(1)).tolist() == [[2.0]]


def test_a_wrong_rule_is_found_by_each_of_the_checks(users):
    @given(strategies.calls(users.wrong_exponential))
    def generated(call):
        properties.check(call)

    for check in (
        generated,
        lambda: gradcheck(users.wrong_exponential, 0.5),
        lambda: check_gradients(users.wrong_exponential, 0.5, max_examples=3),
    ):
        with pytest.raises(
            ag.testing.GradientMismatch, match=r"(?s)gradient of wrong_exponential by x.*a factor:.* 2 "
        ):
            check()


def test_reports_and_properties_name_a_function(users):
    check_gradients(users.Cube.apply, 0.5, order=2, max_examples=3)
    assert "gradients of Cube.apply are right" in str(gradcheck(users.Cube.apply, 0.5))
    assert repr(users.Cube.apply) == "<Cube.apply(x)>"


# ----------------------------------------------------------------------------------------- mistakes in declarations


def declared(rules: Any, forward: Any = None, **options: Any) -> Any:
    def operation(x, /, scale=2.0):
        return x * scale

    if forward is not None:
        forward.__name__ = "operation"
    return ag.primitive(rules=rules, **options)(forward or operation)


@pytest.mark.usefixtures("throwaway")
@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: declared({"y": lambda g: g}), r"operation: a rule belongs to one of the operands \('x',\).*for 'y'"),
        (lambda: declared({"x": lambda g, z: g}), r"any of \('x', 'scale', 'out'\); the rule for 'x' takes \('g', 'z'"),
        (lambda: declared({"x": lambda x: x}), r"takes g, then any of .* takes \('x',\)"),
        (lambda: declared({"x": 3}), "operation: the rule for 'x' must be a function, got 3"),
        (lambda: declared([lambda g: g]), "operation: rules must be a dict of an operand's name and its rule, got"),
        (lambda: declared({}, domain=3), "operation: domain must be a function of a source of choices, or None, got 3"),
        (lambda: declared({}, label=3), "operation: label must be a text, or None, got 3"),
        (lambda: ag.primitive(rules={})(3), "primitive: decorates a function that has a name, got 3"),
        (lambda: ag.primitive(np.sin), r"primitive: takes its options by name.*@primitive\(rules=...\)"),
        (lambda: extending.implements(3), r"implements: takes functions of NumPy.*@implements\(np.packbits\); got 3"),
        (lambda: extending.implements(declared), "implements: takes functions of NumPy"),
    ],
)
def test_a_wrong_declaration_is_explained(declare, words):
    with pytest.raises(TypeError, match=words):
        declare()


@pytest.mark.usefixtures("throwaway")
@pytest.mark.parametrize("operand", [Tensor([1.0, 2.0]), weight([1.0, 2.0])])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "operation: a forward gives one array, and this one gave None"),
        ("text", "operation: a forward gives one array, and this one gave a str"),
        (([1.0], [2.0]), "operation: a forward gives one array, and this one gave a tuple"),
        (Tensor(1.0), "operation: a forward gives one array, and this one gave a Tensor"),
    ],
)
def test_a_forward_that_gives_no_array_is_explained(operand, given, words):
    with pytest.raises(TypeError, match=words):
        declared({"x": lambda g: g}, lambda x, /: given)(operand)


@pytest.mark.usefixtures("throwaway")
@pytest.mark.parametrize(
    ("gives", "words"),
    [
        (
            np.ones(3),
            r"rule of operation for its operand x of shape \(2,\) gave float64 \(3,\); a rule must give",
        ),
        (2.0, r"rule of operation for its operand x of shape \(2,\) gave 2.0;"),
        (None, r"rule of operation for its operand x of shape \(2,\) gave None;"),
    ],
)
def test_a_rule_that_gives_a_wrong_shape_is_explained(gives, words):
    with pytest.raises(ValueError, match=words):
        declared({"x": lambda g: gives})(weight([1.0, 2.0])).sum().backward()


@pytest.mark.usefixtures("throwaway")
def test_an_operand_without_a_rule_is_named():
    with pytest.raises(TypeError, match=r"operation: there is no gradient rule for the operand 'y'.*detach") as caught:
        declared({"x": lambda g: g}, lambda x, y, /: x + y)(1.0, weight(1.0))
    assert caught.value.__context__ is None  # which would be printed, too
