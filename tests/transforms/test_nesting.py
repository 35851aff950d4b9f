"""What is part of a differentiated function: numbers made of its variables, worker threads, suspended generators."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.modes import is_differentiating

# ------------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    "number",
    [float, int, complex, math.sin, math.floor, np.float64, lambda t: t.item(), lambda t: t.tolist(), np.asarray],
)
def test_what_is_differentiated_does_not_become_a_number_in_silence(number):
    for function in (lambda x: (x * x, number(x))[0], ag.checkpoint(lambda x: (x * x, number(x * 2))[0])):
        with pytest.raises(TypeError, match=r"lose its gradient in silence.*detach\(\)"):
            ag.grad(function)(2.0)
    assert number(Tensor(2.0)) is not None


def test_the_error_says_what_to_write():
    with pytest.raises(TypeError, match=r"float\(t\).*np\.sin\(t\) for math\.sin\(t\).*t\.detach\(\)\.item\(\)"):
        ag.grad(math.sin)(2.0)


def test_numbers_of_an_outer_variable_are_refused_inside_of_an_inner_function():
    with pytest.raises(TypeError, match="lose its gradient in silence"):
        ag.grad(lambda x: ag.grad(lambda y: y * float(x))(1.0))(2.0)


def test_constants_control_flow_and_printing_are_left_alone():
    seen = []
    w = Tensor(3.0, requires_grad=True)

    def f(x):
        seen.append(f"{x:.3f} {x}")
        seen.append(x.detach().item())
        with ag.no_grad():
            seen.append(float(x))
        while x < 10 and bool(x):
            x = x * 2
        return x * float(Tensor(2.0)) * float(w)

    assert ag.grad(f)(3.0) == 24.0
    assert seen[0].startswith("3.000 Tensor(3., ")
    assert seen[1:] == [3.0, 3.0]


def test_outside_of_transforms_numbers_are_pytorchs():
    loss = Tensor(2.0, requires_grad=True) * 3
    assert (float(loss), loss.item(), int(loss), math.sqrt(loss)) == (6.0, 6.0, 6, math.sqrt(6.0))
    assert ag.checkpoint(lambda x: x * float(x))(loss).requires_grad
    ag.checkpoint(lambda x: x * float(x))(loss).backward()


# ------------------------------------------------------------------------------------------------------------- threads


def in_thread(function, *args):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *args).result()


def test_worker_threads_know_that_they_are_nested():
    def f(x):
        return x * in_thread(ag.grad(lambda y: x * y**2), 1.0)

    assert ag.grad(f)(3.0) == 12.0
    assert ag.grad(ag.grad(f))(3.0) == 4.0
    assert ag.jvp(f, (3.0,), (1.0,))[1] == 12.0
    assert ag.grad(lambda x: in_thread(ag.value_and_grad(lambda y: x * y), 2.0)[0])(3.0) == 2.0
    assert ag.grad(lambda x: np.sum(in_thread(ag.jacobian(lambda y: x * y**2), np.ones(2))))(3.0) == 4.0


def test_worker_threads_refuse_numbers_too():
    with pytest.raises(TypeError, match="lose its gradient in silence"):
        ag.grad(lambda x: x * in_thread(float, x))(3.0)


def test_threads_that_have_nothing_to_do_with_a_transform_are_left_alone():
    w = Tensor(2.0, requires_grad=True)

    def elsewhere():
        gradient = ag.grad(lambda x: w * x**2)(3.0)
        return type(gradient), float(w * 3)

    def f(x):
        assert in_thread(elsewhere) == (np.float64, 6.0)
        return x**2

    assert ag.grad(f)(3.0) == 6.0


def test_many_threads_differentiate_at_once():
    start = threading.Barrier(8)

    def third(a):
        start.wait()
        return [float(ag.grad(ag.grad(ag.grad(lambda x: a * x**3)))(1.0)) for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(third, range(8))) == [[6.0 * a] * 20 for a in range(8)]


# ------------------------------------------------------------------------------------------------ suspended generators


@pytest.mark.parametrize("mode", [ag.no_grad, ag.enable_grad, lambda: ag.scope("part"), ag.retain_all])
def test_a_suspended_generator_leaves_no_transform_on(mode):
    kept = []

    def values():
        with mode():
            yield 1.0

    def f(x):
        y = x * x
        kept.append(values())
        next(kept[0])
        return y

    assert ag.grad(f)(3.0) == 6.0
    assert not is_differentiating()
    assert ag.is_grad_enabled()
    kept[0].close()
    assert not is_differentiating()
    assert ag.is_grad_enabled()


def test_blocks_end_what_they_began_whatever_is_suspended_inside():
    def values():
        with ag.no_grad():
            yield 1.0

    with ag.enable_grad():
        suspended = values()
        next(suspended)
    assert ag.is_grad_enabled()
    with ag.no_grad():
        suspended.close()  # which is not the end of this block
        assert not ag.is_grad_enabled()
    assert ag.is_grad_enabled()
