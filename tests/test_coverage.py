"""What of NumPy Tensors answer: the table in the documentation is true, and has no gap that nobody explains."""

import inspect
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import coverage

TABLE = Path(__file__).parent.parent / "docs" / "numpy.md"


def test_every_function_of_numpy_is_answered_or_left_for_a_reason():
    gaps = [name for name, _ in coverage.functions() if coverage.status_of(name) == coverage.GAP]
    assert gaps == []


def test_what_is_left_to_numpy_exists_there():
    """A name that NumPy has dropped, or that a Tensor answers by now, leaves the list."""
    known = dict(coverage.functions())
    left = [name for names in coverage.LEFT_TO_NUMPY.values() for name in names.split()]
    unknown = [name for name in left if name not in known]
    answered = [name for name in left if coverage.status_of(name) in (coverage.DIFFERENTIABLE, coverage.NO_DERIVATIVE)]
    assert (unknown, answered) == ([], [])


def test_the_documentation_holds_the_table():
    assert coverage.table() in TABLE.read_text(encoding="utf-8"), f"python -m autograd.coverage > {TABLE.name}"


@pytest.mark.parametrize("name", ["exp", "linalg.inv", "fft.fft"])
def test_a_differentiable_function(name):
    assert coverage.status_of(name) == coverage.DIFFERENTIABLE


@pytest.mark.parametrize("name", ["argmax", "unique", "linalg.matrix_rank", "isfinite", "shape"])
def test_a_function_without_derivative(name):
    assert coverage.status_of(name) == coverage.NO_DERIVATIVE


def test_a_new_function_is_a_gap(monkeypatch):
    monkeypatch.setattr(np, "brand_new", lambda x: x, raising=False)
    assert coverage.status_of("brand_new") == coverage.GAP


def test_functions_that_say_they_have_no_derivative_give_none():
    """On an operand that requires grad, what is without derivative gives results that do not require it."""
    x = ag.Tensor([[3.0, 1.0], [2.0, 5.0]], requires_grad=True)
    wrong = []
    for name, function in coverage.functions():
        if coverage.status_of(name) != coverage.NO_DERIVATIVE:
            continue
        try:
            results = function(x)
        except (TypeError, ValueError, IndexError):  # takes more than one operand
            continue
        if _requires_grad(results):
            wrong.append(name)
    assert wrong == []


def test_functions_that_say_they_have_a_derivative_give_one():
    """On an operand that requires grad, what has a derivative gives at least one result that requires it."""
    x = ag.Tensor([[0.3, 0.1], [0.2, 0.5]], requires_grad=True)
    wrong = []
    for name, function in coverage.functions():
        if coverage.status_of(name) != coverage.DIFFERENTIABLE or not _takes_one(function) or name == "where":
            continue  # where of a condition alone is nonzero, and has none
        try:
            with np.errstate(all="ignore"):
                results = function(x)
        except (TypeError, ValueError, IndexError, np.linalg.LinAlgError):  # takes another shape
            continue
        if not _requires_grad(results):
            wrong.append(name)
    assert wrong == []


def _requires_grad(results):
    if isinstance(results, (tuple, list)):
        return any(map(_requires_grad, results))
    return isinstance(results, ag.Tensor) and results.requires_grad


def _takes_one(function):
    if isinstance(function, np.ufunc):
        return function.nin == 1
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return False
    return sum(p.default is p.empty and p.kind is not p.VAR_KEYWORD for p in parameters) == 1
