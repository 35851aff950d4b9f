"""The reverse walk: how far it goes, what it visits, what it keeps alive, and what it frees."""

import contextlib
import copy
import gc
import itertools
import tracemalloc

import numpy as np
import pytest

import autograd as ag
from autograd import Graph, Tensor, primitive
from tests.engine.helpers import assert_values, garbage_of, gradients, live_operations, memory_of, weight

MEGABYTE = 1 << 20


# ---------------------------------------------------------------------------------------------- no limits of depth


def test_a_chain_of_a_million_operations_goes_forward_backward_and_is_freed(no_collector):
    others = live_operations()
    x = weight(1.0)
    y = x
    for _ in range(1_000_000):
        y = -y
    y.backward()
    assert x.grad.item() == 1.0
    assert ag.Graph(y).statistics().depth == 1_000_000
    del y
    assert live_operations() == others


def test_a_deep_chain_that_was_never_walked_is_freed(no_collector):
    others = live_operations()
    y = weight(1.0)
    for _ in range(200_000):
        y = y * 1.0
    assert live_operations() == others + 200_000
    del y
    assert live_operations() == others


def test_a_deep_chain_can_be_differentiated_twice(no_collector):
    x = weight(1.0)
    y = x
    for _ in range(20_000):
        y = ag.sin(y * 1.0)
    y.backward(create_graph=True)
    first, x.grad = x.grad, None
    first.backward()
    assert np.isfinite(x.grad.item())


# ------------------------------------------------------------------------------------------- every node just once


@pytest.mark.usefixtures("throwaway")
def test_a_diamond_of_depth_10000_applies_every_rule_once():
    applied = []

    def rule(g):
        applied.append(1)
        return g / 2

    @primitive(rules={"x": rule, "y": rule})
    def halfway(x, y, /):
        return (x + y) / 2

    a = weight(3.0)
    b = a
    for _ in range(10_000):
        b = halfway(b, b)
    b.backward()
    assert len(applied) == 20_000  # two operands of each
    assert a.grad.item() == 1.0


def test_a_diamond_of_additions_is_walked_in_as_many_steps_as_it_has_nodes():
    a = weight(1.0)
    b, visited = a, []
    for _ in range(1_000):
        b = b + b
        b.register_hook(visited.append)
    b.backward()
    assert len(visited) == 1_000
    assert a.grad.item() == 2.0**1000


def test_a_product_with_itself_has_two_edges():
    a = weight(3.0)
    square = a * a
    assert list(Graph(square).edges()) == [(a.node, square.node, 0), (a.node, square.node, 1)]
    square.backward()
    assert a.grad.item() == 6.0


def test_a_node_is_visited_after_all_that_use_its_value():
    x = weight(2.0)
    y = x * 3.0
    seen = []
    y.register_hook(seen.append)
    long_way = ag.exp(ag.log(ag.exp(ag.log(y))))
    (y + long_way * y).backward()  # 1 + 2 y
    assert len(seen) == 1
    assert_values(seen[0], 13.0, rtol=1e-12)


def test_branches_of_unequal_depth_add_up():
    def function(x):
        y = x * 2.0
        z = y
        for _ in range(5):
            z = z + y
        return z * y  # 6 y^2 = 24 x^2

    assert gradients(function, 1.5) == 48 * 1.5


def test_what_does_not_lead_to_an_input_is_not_visited():
    x, w = weight(2.0), weight(3.0)
    aside = w * w
    visited = []
    aside.register_hook(visited.append)
    (x * x + aside).backward(inputs=[x])
    assert visited == []
    assert x.grad.item() == 4.0
    assert w.grad is None


# --------------------------------------------------------------------------------------------------------- memory


def test_memory_falls_while_the_walk_goes_back():
    held = []
    tracemalloc.start()
    try:
        y = weight(np.full(MEGABYTE // 8, 0.5))
        for _ in range(20):
            y = np.tanh(y)
            y.register_hook(lambda g: held.append(tracemalloc.get_traced_memory()[0]))
        loss = y.sum()
        del y
        loss.backward()
    finally:
        tracemalloc.stop()
    megabytes = [round(amount / MEGABYTE) for amount in held]
    falls = [before - after for before, after in itertools.pairwise(megabytes[2:])]
    assert falls == [1] * 17, megabytes


def test_a_backward_holds_the_gradients_of_a_few_nodes_at_a_time():
    x = weight(np.ones(MEGABYTE // 8))
    y = x
    for _ in range(50):
        y = y * 1.0
    loss = y.sum()
    del y
    tracemalloc.start()
    try:
        loss.backward()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * MEGABYTE, f"{peak / MEGABYTE:.1f} MB for gradients of 1 MB each"


def test_a_second_contribution_allocates_and_later_ones_add_in_place():
    x = weight(np.ones(MEGABYTE // 8))
    loss = sum((x * float(i)).sum() for i in range(50))
    tracemalloc.start()
    try:
        loss.backward()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert x.grad.data[0] == sum(range(50))
    assert peak < 6 * MEGABYTE, f"{peak / MEGABYTE:.1f} MB for gradients of 1 MB each"


def test_an_addition_keeps_neither_operand_nor_result_alive():
    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    a, b = np.negative(x), np.negative(y)
    total = a + b
    arrays = [memory_of(tensor) for tensor in (a, b, total)]
    loss = total.sum()
    assert all(array() is not None for array in arrays)
    del a, b, total
    assert [array() for array in arrays] == [None, None, None]
    loss.backward()
    assert_values(x.grad, [-1.0, -1.0])


def test_exp_keeps_its_result_and_not_its_operand():
    x = weight([1.0, 2.0])
    a = np.negative(x)
    e = np.exp(a)
    operand, result = memory_of(a), memory_of(e)
    loss = e.sum()
    del a, e
    assert operand() is None
    assert result() is not None
    loss.backward()
    assert result() is None  # the backward has let go of it


def test_a_sum_keeps_nothing():
    x = weight([[1.0, 2.0]])
    a = np.negative(x)
    s = a.sum(axis=0)
    arrays = [memory_of(tensor) for tensor in (a, s)]
    loss = -s
    del a, s
    assert [array() for array in arrays] == [None, None]
    loss.backward([1.0, 1.0])
    assert_values(x.grad, [[1.0, 1.0]])


def test_a_product_with_a_constant_keeps_only_the_constant():
    x, c = weight([1.0, 2.0]), Tensor([3.0, 4.0])
    a = np.negative(x)
    product = a * c
    variable, constant = memory_of(a), memory_of(c)
    del a, c
    assert variable() is None
    assert constant() is not None
    product.backward(np.ones(2))
    assert constant() is None


def test_a_backward_releases_what_it_has_used_and_retain_graph_does_not():
    x = weight([1.0, 2.0])
    y = np.exp(x)
    loss = (y * y).sum()
    saved = memory_of(y)
    del y
    loss.backward(retain_graph=True)
    assert saved() is not None
    loss.backward()
    assert saved() is None


# -------------------------------------------------------------------------------------------- no reference cycles


def forward_only():
    return (weight([1.0, 2.0]) * 2.0).sum()


def forward_and_backward():
    forward_only().backward()


def with_hooks():
    x = weight([1.0, 2.0])
    y = np.tanh(x)
    remove = y.register_hook(lambda g: g * 2)
    x.register_hook(lambda g: None)
    y.sum().backward()
    remove()


def with_a_retained_gradient():
    y = np.tanh(weight([1.0, 2.0]))
    y.retain_grad()
    y.sum().backward()


def with_everything_retained():
    with ag.retain_all(), ag.scope("part"):
        y = np.tanh(weight([1.0, 2.0]) @ np.ones(2))
    y.backward()


def with_everything_retained_and_changes_in_place():
    with ag.retain_all():
        y = weight([1.0, 2.0]) * 2.0
        y += 1.0
        y[0] = 5.0
    y.sum().backward()


def with_changes_in_place():
    x = weight([1.0, 2.0])
    y = x * 2.0
    y += x
    y[0] = x[1]
    y.sum().backward()


def with_an_error_in_a_forward():
    x = weight([1.0, 2.0])
    with contextlib.suppress(ValueError):
        np.tanh(x) + np.ones(3)


def with_an_error_in_a_hook():
    y = np.tanh(weight([1.0, 2.0]))

    def fail(g):
        raise ArithmeticError

    y.register_hook(fail)
    with contextlib.suppress(ArithmeticError):
        y.sum().backward()


def with_a_refused_second_backward():
    loss = forward_only()
    loss.backward()
    with contextlib.suppress(RuntimeError):
        loss.backward()


def with_a_second_order_gradient_that_is_taken_down():
    x = weight([1.0, 2.0])
    (x**3.0).sum().backward(create_graph=True)
    first, x.grad = x.grad, None
    first.sum().backward()


def with_copies():
    x = weight([1.0, 2.0], name="x")
    (copy.copy(x) * copy.deepcopy(x)).sum().backward()


@pytest.mark.parametrize(
    "scenario",
    [
        forward_only,
        forward_and_backward,
        with_hooks,
        with_a_retained_gradient,
        with_everything_retained,
        with_everything_retained_and_changes_in_place,
        with_changes_in_place,
        with_an_error_in_a_forward,
        with_an_error_in_a_hook,
        with_a_refused_second_backward,
        with_a_second_order_gradient_that_is_taken_down,
        with_copies,
    ],
)
def test_nothing_is_left_to_the_garbage_collector(no_collector, scenario):
    others = live_operations()
    assert garbage_of(scenario) == 0
    assert live_operations() == others


@pytest.mark.usefixtures("throwaway")
def test_an_error_in_a_rule_leaves_nothing_to_the_garbage_collector(no_collector):
    def fail(g):
        raise ArithmeticError

    @primitive(rules={"x": fail})
    def failing(x, /):
        return x * 1.0

    def scenario():
        with contextlib.suppress(ArithmeticError):
            (failing(weight(1.0)) * 2.0).backward()

    assert garbage_of(scenario) == 0


def test_a_dropped_loss_frees_its_graph_and_keeps_the_leaves():
    gc.disable()
    try:
        others = live_operations()
        x = weight([1.0, 2.0])
        loss = np.exp(np.tanh(x)).sum()
        assert live_operations() == others + 3
        del loss
        assert live_operations() == others
        assert_values(x, [1.0, 2.0])
    finally:
        gc.enable()


# ---------------------------------------------------------------------------------------------- walking it again


def test_with_retain_graph_a_second_backward_adds():
    x = weight([1.0, 2.0])
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    assert_values(x.grad, [4.0, 8.0])


def test_a_second_backward_is_refused_and_changes_nothing():
    x = weight([1.0, 2.0])
    loss = (x * x).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        loss.backward()
    assert_values(x.grad, [2.0, 4.0])


def test_a_second_backward_is_refused_even_where_no_rule_needs_anything():
    x = weight(1.0)
    total = x + x
    total.backward()
    with pytest.raises(RuntimeError, match="walked before"):
        total.backward()


def test_a_shared_part_that_was_released_is_noticed_and_changes_nothing():
    x = weight(2.0)
    shared = x * x
    (shared * 3.0).backward()
    with pytest.raises(RuntimeError, match="what multiply needs was released"):
        (shared * 5.0).backward()
    assert x.grad.item() == 12.0


def test_a_backward_to_inputs_needs_nothing_from_beyond_them():
    x = weight(2.0)
    y = x * x
    (y * 3.0).backward(inputs=[y])
    y.backward()  # nothing of what y needs was used, so nothing was released
    assert x.grad.item() == 4.0


def test_a_backward_stops_at_inputs_whose_own_history_was_released():
    x = weight(2.0)
    y = x * x
    y.backward()
    (y * 3.0).backward(inputs=[y])
    assert y.grad.item() == 3.0


def test_leaves_in_several_losses_accumulate():
    x = weight([1.0, 2.0])
    for factor in (1.0, 10.0, 100.0):
        (x * factor).sum().backward()
    assert_values(x.grad, [111.0, 111.0])


# ------------------------------------------------------------------------------------- the arguments of backward


def test_a_given_gradient_weights_the_elements():
    x = weight([1.0, 2.0, 3.0])
    (x * x).backward([1.0, 0.0, -2.0])
    assert_values(x.grad, [2.0, 0.0, -12.0])


@pytest.mark.parametrize("gradient", [2, 2.0, np.float32(2.0), np.array(2), Tensor(2.0)])
def test_a_gradient_may_be_any_number_or_array(gradient):
    x = weight(3.0)
    (x * x).backward(gradient)
    assert_values(x.grad, 12.0)
    assert x.grad.dtype == np.float64


def test_one_element_of_any_shape_needs_no_gradient():
    x = weight([[[3.0]]])
    (x * x).backward()
    assert_values(x.grad, [[[6.0]]])


def test_more_than_one_element_needs_a_gradient():
    with pytest.raises(RuntimeError, match=r"shape \(2,\)"):
        (weight([1.0, 2.0]) * 2.0).backward()


@pytest.mark.parametrize("gradient", [np.ones(3), np.ones((2, 1)), 1.0])
def test_a_gradient_of_another_shape_is_refused(gradient):
    x = weight([1.0, 2.0])
    with pytest.raises(ValueError, match=r"expected the shape of the Tensor it belongs to, \(2,\)"):
        (x * 2.0).backward(gradient)
    assert x.grad is None


def test_a_complex_gradient_of_a_real_result_is_refused():
    with pytest.raises((TypeError, ValueError, RuntimeError)):
        (weight(1.0) * 2.0).backward(1j)


def test_a_complex_result_needs_a_gradient():
    with pytest.raises(RuntimeError):
        (weight(1.0 + 1.0j) * 2.0).backward()


def test_a_leaf_can_start_a_backward():
    x = weight([1.0, 2.0])
    x.backward([5.0, 6.0])
    assert_values(x.grad, [5.0, 6.0])


def test_inputs_alone_get_a_gradient():
    x, w = weight(2.0), weight(3.0)
    y = x * w
    loss = y * y
    loss.backward(inputs=[w, y])
    assert (x.grad, w.grad.item(), y.grad.item()) == (None, 24.0, 12.0)


def test_inputs_may_be_one_tensor():
    x, w = weight(2.0), weight(3.0)
    (x * w).backward(inputs=w)
    assert (x.grad, w.grad.item()) == (None, 2.0)


def test_an_input_that_lies_on_the_way_to_another_is_passed():
    x = weight(2.0)
    y = x * x
    (y * 3.0).backward(inputs=[x, y])
    assert (x.grad.item(), y.grad.item()) == (12.0, 3.0)


def test_the_result_may_be_its_own_input():
    x = weight(2.0)
    y = x * x
    y.backward(inputs=[y])
    assert (x.grad, y.grad.item()) == (None, 1.0)


def test_an_input_that_retains_its_gradient_gets_it_once():
    x = weight(2.0)
    y = x * x
    y.retain_grad()
    with ag.retain_all():
        z = y * 3.0
        loss = z * 5.0
    loss.backward(inputs=[y, z])
    assert (y.grad.item(), z.grad.item()) == (15.0, 5.0)


def test_an_input_without_a_path_gets_no_gradient():
    x, apart = weight(2.0), weight(3.0)
    (x * x).backward(inputs=[apart])
    assert (x.grad, apart.grad) == (None, None)


def test_inputs_must_require_grad():
    with pytest.raises(RuntimeError, match=r"one of the inputs does not require grad \('c'\)"):
        (weight(2.0) * 3.0).backward(inputs=[Tensor(1.0, name="c")])


def test_a_constant_has_no_backward():
    with pytest.raises(RuntimeError, match="does not require grad and has no graph"):
        Tensor(1.0).backward()


# ----------------------------------------------------------------------------------------------------- exceptions


def test_a_hook_that_raises_leaves_every_gradient_and_the_mode_untouched():
    def fail(g):
        raise ArithmeticError("in the hook")

    early, late = weight(2.0), weight(3.0)
    product = late * 2.0
    product.register_hook(fail)
    for create_graph in (False, True):
        with pytest.raises(ArithmeticError, match="in the hook"):
            (early * product).backward(create_graph=create_graph)
        assert (early.grad, late.grad) == (None, None)
        assert ag.is_grad_enabled()


def test_a_hook_may_run_a_backward_of_its_own():
    x, other = weight(2.0), weight(3.0)

    def look(g):
        with ag.enable_grad():
            (other * other * g).backward()

    y = x * x
    y.register_hook(look)
    (y * 5.0).backward()
    assert (x.grad.item(), other.grad.item()) == (20.0, 30.0)


@pytest.mark.usefixtures("throwaway")
def test_a_rule_that_raises_leaves_every_gradient_untouched():
    def fail(g):
        raise ArithmeticError("in the rule")

    @primitive(rules={"x": fail})
    def failing(x, /):
        return x * 1.0

    early, late = weight(2.0), weight(3.0)
    (early * late).backward()
    before = early.grad.item(), late.grad.item()
    with pytest.raises(ArithmeticError, match="in the rule"):
        (early * failing(late * 1.0)).backward()
    assert (early.grad.item(), late.grad.item()) == before


@pytest.mark.usefixtures("throwaway")
@pytest.mark.parametrize("wrong", [(3,), (), (2, 2, 1)])
def test_a_rule_that_gives_another_shape_is_an_error(wrong):
    @primitive(rules={"x": lambda g: np.ones(wrong)})
    def misshapen(x, /):
        return x * 1.0

    x = weight([1.0, 2.0])
    with pytest.raises((ValueError, RuntimeError), match="misshapen"):
        misshapen(x).sum().backward()
    assert x.grad is None


@pytest.mark.usefixtures("throwaway")
@pytest.mark.parametrize("wrong", [None, [1.0, 2.0], "2"])
def test_a_rule_that_gives_no_array_is_an_error_that_names_it(wrong):
    @primitive(rules={"x": lambda g: wrong})
    def shapeless(x, /):
        return x * 1.0

    with pytest.raises((TypeError, ValueError, RuntimeError), match="shapeless"):
        shapeless(weight([1.0, 2.0])).sum().backward()


def test_a_rule_that_gives_an_array_in_a_recorded_walk_is_an_error_that_names_it():
    @primitive(rules={"x": lambda g: np.full(g.shape, 2.0)})
    def doubled(x, /):
        return x * 2.0

    doubled(weight([1.0, 2.0])).sum().backward()
    with pytest.raises(TypeError, match=r"this walk records itself.*once_differentiable") as caught:
        ag.hessian(lambda x: doubled(x).sum())(np.ones(2))
    assert any("gradient rule of doubled" in note for note in caught.value.__notes__)


# -------------------------------------------------------------------------------------- gradients of gradients


def derivatives(function, at, order):
    """The derivatives of a function of one number, from the first to the given order, by repeated backward."""
    x = weight(at)
    result, found = function(x), []
    for _ in range(order):
        x.grad = None
        result.backward(create_graph=True)
        result = x.grad
        found.append(result.item())
    x.grad = None
    return found


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        (lambda x: x**4.0, 1.5, [4 * 1.5**3, 12 * 1.5**2, 24 * 1.5]),
        (lambda x: x * x * x * x, 1.5, [4 * 1.5**3, 12 * 1.5**2, 24 * 1.5]),
        (np.sin, 0.7, [np.cos(0.7), -np.sin(0.7), -np.cos(0.7)]),
        (np.exp, 0.7, [np.exp(0.7)] * 3),
        (np.log, 0.7, [1 / 0.7, -1 / 0.7**2, 2 / 0.7**3]),
        (
            np.tanh,
            0.3,
            [
                1 - np.tanh(0.3) ** 2,
                -2 * np.tanh(0.3) * (1 - np.tanh(0.3) ** 2),
                (1 - np.tanh(0.3) ** 2) * (6 * np.tanh(0.3) ** 2 - 2),
            ],
        ),
    ],
)
def test_derivatives_up_to_the_third(function, at, expected):
    np.testing.assert_allclose(derivatives(function, at, 3), expected, rtol=1e-12)


def test_a_gradient_that_was_recorded_depends_on_every_leaf():
    x, y = weight(2.0), weight(3.0)
    (x * x * y).backward(create_graph=True)
    gx = x.grad
    x.grad = y.grad = None
    gx.backward()  # 2 x y
    assert (x.grad.item(), y.grad.item()) == (6.0, 4.0)


def test_accumulated_gradients_can_be_differentiated():
    x = weight(2.0)
    (x**3.0).backward(create_graph=True)
    (x**2.0).backward(create_graph=True)
    total, x.grad = x.grad, None
    assert total.item() == 12.0 + 4.0
    total.backward()  # 6 x + 2
    assert x.grad.item() == 14.0


def test_a_plain_backward_adds_a_constant_to_a_gradient_that_was_recorded():
    x = weight(2.0)
    (x**3.0).backward(create_graph=True)
    (x**2.0).backward()
    total, x.grad = x.grad, None
    assert total.item() == 12.0 + 4.0
    total.backward()  # 6 x
    assert x.grad.item() == 12.0


def test_a_gradient_penalty():
    x, w = Tensor([1.0, -2.0, 0.5]), weight([0.3, 0.2, -0.4])
    x.requires_grad = True
    np.tanh(x @ w).backward(create_graph=True, inputs=[x])
    gx, x.grad = x.grad, None
    (gx * gx).sum().backward(inputs=[w])
    t = np.tanh(x.data @ w.data)
    s = 1 - t * t  # the penalty is s^2 |w|^2
    expected = 2 * s * s * w.data + 2 * s * (-2 * t * s) * x.data * (w.data @ w.data)
    assert_values(w.grad, expected, rtol=1e-12)


def test_a_gradient_penalty_through_reductions_and_broadcasts():
    def penalty(values):
        x = weight(values)
        (x.sum() ** 2.0 + (x * x[0]).sum()).backward(create_graph=True)
        gradient, x.grad = x.grad, None
        (gradient * gradient).sum().backward()
        return x.grad.data

    # f = S^2 + x0 S, gradient = 2 S + x0 + [S, 0, 0]
    a, b, c = 1.0, 2.0, 4.0
    total = a + b + c
    first, other = 3 * total + a, 2 * total + a
    expected = [2 * first * 4 + 4 * other * 3, 2 * first * 3 + 4 * other * 2, 2 * first * 3 + 4 * other * 2]
    np.testing.assert_allclose(penalty([a, b, c]), expected, rtol=1e-12)


@pytest.mark.parametrize("function", [lambda x: (x * 1.0).sum() ** 2.0, lambda x: x.sum() ** 2.0])
def test_create_graph_records_though_the_caller_is_in_no_grad(function):
    x = weight([1.0, 2.0])
    loss = function(x)
    with ag.no_grad():
        loss.backward(create_graph=True)
    gradient, x.grad = x.grad, None
    assert gradient.requires_grad
    gradient.sum().backward()
    assert_values(x.grad, [4.0, 4.0])


def test_create_graph_accumulates_though_the_caller_is_in_no_grad():
    x = weight(2.0)
    square, cube = x**2.0, x**3.0
    square.backward(create_graph=True)
    with ag.no_grad():
        cube.backward(create_graph=True)
    total, x.grad = x.grad, None
    assert total.requires_grad
    total.backward()  # 2 + 6 x
    assert x.grad.item() == 14.0


def test_without_create_graph_a_gradient_has_no_history():
    x = weight(2.0)
    (x**3.0).backward()
    assert not x.grad.requires_grad


def test_create_graph_keeps_the_graph():
    x = weight(2.0)
    y = x**3.0
    y.backward(create_graph=True)
    x.grad = None
    y.backward()
    assert x.grad.item() == 12.0


def test_create_graph_may_release_the_graph():
    x = weight(2.0)
    y = x**3.0
    y.backward(create_graph=True, retain_graph=False)
    x.grad = None
    with pytest.raises(RuntimeError, match="walked before"):
        y.backward()


# ----------------------------------------------------------------------------- three ways to have no number to show


def test_no_path_zero_and_not_computed_differ():
    x, zero, apart = weight(2.0), weight(3.0), weight(4.0)
    loss = x * x + zero * 0.0
    assert (x.grad, zero.grad, apart.grad, loss.node.walked) == (None, None, None, False)  # not computed
    loss.backward()
    assert loss.node.walked
    assert zero.grad.item() == 0.0  # is zero
    assert apart.grad is None  # no path:
    assert apart.node not in Graph(loss).nodes


def test_every_node_that_was_walked_says_so():
    x, apart = weight(2.0), weight(3.0)
    y = x * x
    loss, other = y * 2.0, apart * 2.0
    nodes = Graph(loss, other).nodes
    assert [node.walked for node in nodes] == [False] * len(nodes)
    loss.backward(retain_graph=True)
    assert [tensor.node.walked for tensor in (x, y, loss)] == [True, True, True]
    assert [tensor.node.walked for tensor in (apart, other)] == [False, False]


# -------------------------------------------------------------------------------------- operands that are constants


def test_integers_and_booleans_take_part_as_constants():
    x = weight([1.0, 2.0])
    whole, mask = Tensor([3, 4]), Tensor([True, False])
    (x * whole * mask + whole).sum().backward()
    assert_values(x.grad, [3.0, 0.0])
    assert (whole.requires_grad, whole.grad, mask.grad) == (False, None, None)


def test_operations_on_constants_are_not_recorded():
    c = Tensor([1.0, 2.0])
    assert (c * c + 1.0).node is None


def test_a_leaf_that_was_frozen_after_the_forward_gets_no_gradient():
    x, w = weight(2.0), weight(3.0)
    y = x * w
    w.requires_grad = False
    y.backward()
    assert (x.grad.item(), w.grad) == (3.0, None)


# ----------------------------------------------------------------------------------------------- shape and dtype


def test_broadcasting_is_undone():
    x, y = weight(np.ones((2, 1, 3))), weight(np.ones((4, 1)))
    (x * y * np.arange(4.0)[:, None]).sum().backward()
    assert_values(x.grad, np.full((2, 1, 3), 6.0))
    assert_values(y.grad, 6.0 * np.arange(4.0)[:, None])


def test_broadcasting_from_a_single_number_is_undone():
    x = weight(2.0)
    (x * np.ones((3, 4))).sum().backward()
    assert_values(x.grad, 12.0)


def test_broadcasting_against_an_empty_array_gives_zero():
    x = weight([2.0])
    (x * np.ones((0,))).sum().backward()
    assert_values(x.grad, [0.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, np.complex128, np.longdouble])
def test_a_gradient_has_the_dtype_of_its_leaf(dtype):
    x = weight([1.0, 2.0], dtype)
    result = (x * np.float64(2.0) * np.ones(2)).sum()
    result.backward(1.0)
    assert x.grad.dtype == dtype
    assert_values(x.grad, [2.0, 2.0])


def test_mixed_dtypes_each_get_their_own_back():
    x, y = weight([1.0], np.float32), weight([2.0], np.float64)
    (x * y).sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


def test_a_walk_looks_at_nothing_that_is_less_deep_than_what_is_wanted():
    """So that an unrolled loop of gradients takes time in proportion to its length."""
    weight = Tensor(1.5, requires_grad=True)
    x = weight * 1.0
    for _ in range(100):
        x = x * weight
    seen = []

    class Watched(type(x.node.parents)):
        def __iter__(self):
            seen.append(len(self))
            return super().__iter__()

    node = x.node
    while not node.parents[0].is_leaf:
        node = node.parents[0]
        node.parents = Watched(node.parents)
    (gradient,) = ag.grad(x * x, x)
    assert gradient.item() == 2 * x.item()
    assert len(seen) <= 1
