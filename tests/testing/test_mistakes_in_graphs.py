"""The random programs are themselves checked: an engine that is wrong in one way or another must not get through."""

import numpy as np
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import autograd as ag
from tests.properties import test_random_graphs as random_graphs


def run_programs():
    options = settings(
        max_examples=1000,
        stateful_step_count=40,
        database=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(random_graphs.Programs, settings=options)


def replace_tanh(monkeypatch, wrong):
    monkeypatch.setitem(random_graphs.UNARY, "tanh", lambda x: wrong(x) if isinstance(x, ag.Tensor) else np.tanh(x))


def test_a_wrong_value_is_noticed(monkeypatch):
    replace_tanh(monkeypatch, lambda x: np.tanh(x) + 1e-6)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        run_programs()


def test_a_wrong_rule_is_noticed(declare, monkeypatch):
    @declare(rules={"x": lambda g, out: g * (1 - out)}, forward=lambda x: np.tanh(x) * 1)
    def wrong(x, /): ...

    replace_tanh(monkeypatch, wrong)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        run_programs()


def test_a_lost_gradient_is_noticed(monkeypatch):
    replace_tanh(monkeypatch, lambda x: np.tanh(x.detach()))
    with pytest.raises(AssertionError):
        run_programs()


def test_a_change_that_earlier_readers_see_is_noticed(monkeypatch):
    assign = ag.Tensor.__setitem__

    def assign_in_place(self, index, value):
        if self.requires_grad or value.requires_grad or self._array.base is not None:
            assign(self, index, value)
        else:
            self._array.flags.writeable = True  # which it is not, once somebody has seen the array
            self._array[index] = value.data

    monkeypatch.setattr(ag.Tensor, "__setitem__", assign_in_place)
    with pytest.raises(AssertionError):
        run_programs()


def test_gradients_that_do_not_add_up_are_noticed(monkeypatch):
    backward = ag.Tensor.backward

    def forgetful(self, *arguments, **options):
        for node in ag.Graph(self).leaves:
            if node.notes is not None:
                node.notes.grad = None
        backward(self, *arguments, **options)

    monkeypatch.setattr(ag.Tensor, "backward", forgetful)
    with pytest.raises(AssertionError):
        run_programs()
