"""The Tensor itself: construction, what it shows, names, gradients, hooks, and the graph it belongs to."""

import copy
import operator
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Graph, Leaf, Operation, Tensor
from tests.engine.helpers import assert_values, weight

# ---------------------------------------------------------------------------------------------------- construction


@pytest.mark.parametrize(
    "data",
    [
        1,
        1.5,
        True,
        1 + 2j,
        [1, 2],
        [1, 2.5],
        [[1.0], [2.0]],
        (1.0, 2.0),
        [],
        [[]],
        [True, False],
        [1, 2j],
        range(3),
        np.float32(1.5),
        np.int8(3),
        np.arange(3, dtype=np.uint8),
        np.ones((2, 0), np.float16),
        np.array(2.0),
        np.ones(2, np.longdouble),
        np.ones(2, ">f4"),
    ],
)
def test_dtype_and_shape_are_those_that_numpy_gives(data):
    t, expected = Tensor(data), np.array(data)
    assert (t.dtype, t.shape) == (expected.dtype, expected.shape)
    assert_values(t, expected)
    assert (t.requires_grad, t.grad, t.node, t.name, t.is_leaf) == (False, None, None, None, True)


@pytest.mark.parametrize("dtype", ["float32", np.float16, float, np.dtype("complex64"), int, bool])
def test_the_dtype_can_be_given(dtype):
    assert Tensor([0, 1], dtype).dtype == np.dtype(dtype)
    assert Tensor(np.array([0.0, 1.0]), dtype=dtype).dtype == np.dtype(dtype)
    assert Tensor(Tensor([0, 1]), dtype=dtype).dtype == np.dtype(dtype)


def test_a_list_of_tensors_is_taken_apart():
    assert_values(Tensor([Tensor(1.0), 2.0]), [1.0, 2.0])
    assert_values(Tensor([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])]), [[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize("data", ["text", None, ["a", "b"], {"a": 1}, [None, 1], np.array("2020", "M8"), object()])
def test_what_is_no_number_is_refused(data):
    with pytest.raises(TypeError, match="Tensor: the data must be numbers"):
        Tensor(data)


@pytest.mark.parametrize("dtype", [object, str, "M8[s]"])
def test_a_dtype_that_is_no_number_is_refused(dtype):
    with pytest.raises(TypeError, match="must be numbers"):
        Tensor([1, 2], dtype=dtype)


def test_a_ragged_list_is_refused():
    with pytest.raises(ValueError, match=r"^Tensor: NumPy makes no array of list '\[\[1.*inhomogeneous"):
        Tensor([[1.0], [2.0, 3.0]])
    with pytest.raises(ValueError, match=r"^Tensor: NumPy makes no array of list '\[\[1.*inhomogeneous"):
        Tensor([[1.0], [2.0, 3.0]], dtype=float)


def test_a_tensor_that_requires_grad_is_refused():
    with pytest.raises(TypeError, match="requires grad, and a plain array would lose its gradient"):
        Tensor(weight([1.0, 2.0]))
    with pytest.raises(TypeError, match="requires grad"):
        Tensor([weight(1.0), 2.0])


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("data", [[1.0 + 2.0j], np.array([1.0 + 2.0j]), Tensor([1.0 + 2.0j])])
def test_dropping_an_imaginary_part_is_refused(data):
    with pytest.raises(TypeError):
        Tensor(data, dtype=float)


def test_data_of_a_subclass_of_ndarray_become_plain():
    class Special(np.ndarray):
        pass

    assert type(Tensor(np.ones(2).view(Special)).data) is np.ndarray


@pytest.mark.parametrize("dtype", [bool, int, np.uint8])
def test_integers_and_booleans_cannot_require_grad(dtype):
    with pytest.raises(TypeError, match="cannot require grad"):
        Tensor([0, 1], dtype, requires_grad=True)
    t = Tensor([0, 1], dtype)
    with pytest.raises(TypeError, match="cannot require grad"):
        t.requires_grad = True
    with pytest.raises(TypeError, match="cannot require grad"):
        t.requires_grad_()
    assert not t.requires_grad


def test_asarray_gives_a_tensor_back_as_it_is():
    t = weight([1.0, 2.0])
    assert ag.asarray(t) is t
    assert ag.asarray(t, dtype=np.float64) is t
    assert ag.asarray(t, dtype=np.float32).dtype == np.float32
    assert_values(ag.asarray(3), 3)
    assert ag.asarray([1, 2], dtype=float).dtype == np.float64


def test_asarray_passes_gradients_to_floating_dtypes_and_gives_constants_of_others():
    x = weight([1.5, 2.5], np.float32)
    ag.asarray(x, dtype=np.float64).sum().backward()
    assert_values(x.grad, [1.0, 1.0])
    assert ag.asarray(x, dtype=np.complex64).requires_grad
    for dtype, values in ((np.int64, [1, 2]), (np.bool_, [True, True])):
        converted = ag.asarray(x, dtype=dtype)
        assert (converted.tolist(), converted.dtype, converted.requires_grad) == (values, dtype, False)


# -------------------------------------------------------------------------------------------- what it says of itself


def test_facts_about_the_array():
    t = Tensor(np.zeros((2, 3), np.float32))
    assert (t.shape, t.dtype, t.ndim, t.size, t.nbytes, len(t)) == ((2, 3), np.float32, 2, 6, 24, 2)
    assert (Tensor(1.0).shape, Tensor(1.0).ndim, Tensor(1.0).size) == ((), 0, 1)
    assert t.tolist() == [[0.0] * 3] * 2
    assert type(Tensor(1.5).item()) is float
    assert type(Tensor([[2]]).item()) is int


def named_weight():
    return weight([1.0, 2.0], np.float32, name="w")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Tensor(1.0), "Tensor(1., dtype=float64)"),
        (lambda: Tensor([1, 2]), "Tensor([1, 2], dtype=int64)"),
        (lambda: Tensor([True]), "Tensor([ True], dtype=bool)"),
        (lambda: Tensor([1 + 2j]), "Tensor([1.+2.j], dtype=complex128)"),
        (lambda: Tensor([]), "Tensor([], dtype=float64)"),
        (lambda: Tensor([1.0], name="c"), "Tensor([1.], dtype=float64, name='c')"),
        (named_weight, "Tensor([1., 2.], dtype=float32, name='w', requires_grad=True)"),
        (lambda: named_weight() * 2.0, "Tensor([2., 4.], dtype=float32, from=multiply)"),
        (
            lambda: Tensor(np.eye(2), requires_grad=True),
            "Tensor([[1., 0.],\n        [0., 1.]], dtype=float64, requires_grad=True)",
        ),
        (
            lambda: Tensor(np.arange(2000.0)),
            "Tensor([0.000e+00, 1.000e+00, 2.000e+00, ..., 1.997e+03, 1.998e+03,\n        1.999e+03], dtype=float64)",
        ),
    ],
)
def test_repr(make, text):
    assert repr(make()) == text
    assert str(make()) == text


def test_repr_of_a_named_result():
    y = weight(1.0) * 2.0
    y.name = "y"
    assert repr(y) == "Tensor(2., dtype=float64, name='y', from=multiply)"


# -------------------------------------------------------------------------------------------------------------- name


def test_a_name_can_be_given_changed_and_taken_away():
    t = Tensor(1.0)
    t.name = "t"
    assert (t.name, t.node.name, t.requires_grad) == ("t", "t", False)
    t.name = "u"
    assert t.name == "u"
    t.name = None
    assert t.name is None


def test_a_result_can_be_named():
    y = weight(1.0) * 2.0
    y.name = "y"
    assert y.node.name == "y"
    y.backward()


def test_a_named_constant_is_a_leaf_of_the_graph_without_a_gradient():
    c, w = Tensor(2.0, name="c"), weight(3.0, name="w")
    loss = c * w
    assert [leaf.name for leaf in Graph(loss).leaves] == ["c", "w"]
    loss.backward()
    assert c.grad is None


def test_a_named_constant_that_moves_on_does_not_show_its_new_value_in_an_old_graph():
    c, w = Tensor([1.0], name="c"), weight([2.0])
    loss = c * w
    c += 10.0
    (leaf,) = [leaf for leaf in Graph(loss).leaves if not leaf.requires_grad]
    assert leaf.value is None or leaf.value.tolist() == [1.0]


# ------------------------------------------------------------------------------------------------------- requires_grad


def test_requires_grad_of_a_result_is_that_of_its_operands():
    w, c = weight(2.0), Tensor(3.0)
    assert (w * c).requires_grad
    assert (c * w).requires_grad
    assert not (c * c).requires_grad
    assert not w.detach().requires_grad


def test_requires_grad_can_be_set_on_leaves():
    t = Tensor([1.0, 2.0])
    t.requires_grad = True
    assert (t.requires_grad, t.is_leaf) == (True, True)
    (t * t).sum().backward()
    assert_values(t.grad, [2.0, 4.0])
    t.requires_grad = False
    assert not (t * t).requires_grad
    assert t.requires_grad_() is t
    assert (t * t).requires_grad


def test_requires_grad_of_a_result_cannot_be_taken_away():
    y = weight(1.0) * 2.0
    assert y.requires_grad_(True) is y
    with pytest.raises(RuntimeError, match="was computed by multiply"):
        y.requires_grad = False


def test_is_leaf():
    w = weight(1.0)
    y = w * 2.0
    assert (w.is_leaf, y.is_leaf, y.detach().is_leaf, Tensor(1.0).is_leaf) == (True, False, True, True)
    assert (w.node.is_leaf, y.node.is_leaf) == (True, False)
    assert isinstance(w.node, Leaf)
    assert isinstance(y.node, Operation)


# ------------------------------------------------------------------------------------------------------ data, detach


def test_data_can_be_replaced():
    w = weight([1.0, 2.0], np.float32)
    node = w.node
    w.data = np.array([3.0, 4.0])
    assert (w.dtype, w.node) == (np.float32, node)
    assert_values(w, [3.0, 4.0])
    w.data = Tensor([5.0, 6.0])
    assert_values(w, [5.0, 6.0])
    w.data = w.data - 1.0
    assert_values(w, [4.0, 5.0])


@pytest.mark.parametrize("values", [[1.0], 1.0, [[1.0, 2.0]], [1.0, 2.0, 3.0]])
def test_data_of_another_shape_is_refused(values):
    w = weight([1.0, 2.0])
    with pytest.raises(ValueError, match=r"data: expected an array of shape \(2,\)"):
        w.data = values
    assert_values(w, [1.0, 2.0])


def test_data_of_a_result_cannot_be_replaced():
    y = weight([1.0, 2.0]) * 2.0
    with pytest.raises(RuntimeError, match="was computed by multiply; new values would not fit its graph"):
        y.data = [0.0, 0.0]


def test_data_that_require_grad_are_refused():
    w = weight([1.0])
    with pytest.raises(TypeError, match="requires grad"):
        w.data = weight([2.0])


def test_whole_numbers_cannot_be_replaced_by_fractions():
    t = Tensor([1, 2])
    with pytest.raises((TypeError, ValueError)):
        t.data = [1.5, 2.5]


def test_data_of_a_small_dtype_can_be_replaced_by_python_numbers():
    t = Tensor([1, 2], np.uint8)
    t.data = [3, 4]
    assert (t.dtype, t.tolist()) == (np.uint8, [3, 4])


def test_detach_gives_the_same_values_without_history():
    y = weight([1.0, 2.0]) * 2.0
    d = y.detach()
    assert_values(d, [2.0, 4.0])
    assert (d.requires_grad, d.node, d.is_leaf) == (False, None, True)


def test_clone_is_recorded():
    x = weight([1.0, 2.0])
    c = x.clone()
    assert c.node.parents[0] is x.node
    c.sum().backward()
    assert_values(x.grad, [1.0, 1.0])


def test_numpy_refuses_what_requires_grad():
    with pytest.raises(TypeError, match=r"numpy\(\): this Tensor requires grad"):
        weight(1.0).numpy()
    np.testing.assert_array_equal(weight([1.0]).detach().numpy(), [1.0])


# ---------------------------------------------------------------------------------------------------------------- grad


def test_grad_can_be_set():
    w = weight([1.0, 2.0], np.float32)
    w.grad = [3.0, 4.0]
    assert_values(w.grad, [3.0, 4.0])
    assert w.grad.dtype == np.float32
    (w * 1.0).sum().backward()
    assert_values(w.grad, [4.0, 5.0])
    w.grad = None
    assert w.grad is None
    w.grad = Tensor([1.0, 1.0], np.float32)
    assert_values(w.grad, [1.0, 1.0])


def test_a_gradient_that_is_set_gets_the_dtype_of_its_tensor():
    w = weight([1.0, 2.0], np.float32)
    w.grad = Tensor(np.array([3.0, 4.0]))
    assert w.grad.dtype == np.float32


def test_a_gradient_of_another_shape_cannot_be_set():
    with pytest.raises(ValueError, match=r"grad: expected the shape of the Tensor, \(2,\), got \(3,\)"):
        weight([1.0, 2.0]).grad = [1.0, 2.0, 3.0]


def test_a_constant_cannot_have_a_gradient():
    c = Tensor(1.0)
    c.grad = None
    with pytest.raises(RuntimeError, match="does not require grad, so it cannot have a gradient"):
        c.grad = 1.0


def test_only_leaves_keep_their_gradient():
    x = weight(3.0)
    y = x * x
    (y * 2.0).backward()
    assert (x.grad.item(), y.grad) == (12.0, None)


def test_retain_grad_keeps_it():
    x = weight(3.0)
    y = x * x
    y.retain_grad()
    (y * 2.0).backward()
    assert y.grad.item() == 2.0


def test_retain_grad_of_the_result_itself():
    y = weight(3.0) * 2.0
    y.retain_grad()
    y.backward()
    assert y.grad.item() == 1.0


def test_retain_grad_of_a_leaf_changes_nothing():
    x = weight(3.0)
    x.retain_grad()
    (x * x).backward()
    assert x.grad.item() == 6.0


def test_a_retained_gradient_accumulates_as_that_of_a_leaf_does():
    x = weight(3.0)
    y = x * 2.0
    y.retain_grad()
    loss = y * 5.0
    loss.backward(retain_graph=True)
    loss.backward()
    assert (x.grad.item(), y.grad.item()) == (20.0, 10.0)


def test_retain_grad_of_a_constant_is_refused():
    with pytest.raises(RuntimeError, match="retain_grad: this Tensor does not require grad"):
        Tensor(1.0).retain_grad()


def test_a_retained_gradient_can_be_taken_away():
    y = weight(3.0) * 2.0
    y.retain_grad()
    y.backward()
    y.grad = None
    assert y.grad is None


# --------------------------------------------------------------------------------------------------------------- hooks


def test_a_hook_sees_the_gradient_of_a_leaf():
    x, seen = weight([1.0, 2.0]), []
    x.register_hook(seen.append)
    (x * x).sum().backward()
    assert len(seen) == 1
    assert_values(seen[0], [2.0, 4.0])


def test_a_hook_sees_the_gradient_of_a_result():
    x, seen = weight([1.0, 2.0]), []
    y = x * x
    y.register_hook(seen.append)
    (y * 5.0).sum().backward()
    assert_values(seen[0], [5.0, 5.0])


@pytest.mark.parametrize("replacement", [Tensor([10.0, 20.0]), np.array([10.0, 20.0]), [10, 20]])
def test_a_hook_may_replace_the_gradient(replacement):
    x = weight([1.0, 2.0])
    y = x * 2.0
    y.register_hook(lambda g: replacement)
    y.sum().backward()
    assert_values(x.grad, [20.0, 40.0])
    assert x.grad.dtype == np.float64


@pytest.mark.parametrize(("wrong", "error"), [(np.ones(3), ValueError), (np.ones(2) * 1j, TypeError)])
def test_what_a_hook_gives_must_fit(wrong, error):
    y = weight([1.0, 2.0]) * 2.0
    y.register_hook(lambda gradient: wrong)
    with pytest.raises(error, match="register_hook: what a hook gave cannot take the place of a gradient: "):
        y.sum().backward()


def test_a_hook_of_a_leaf_may_replace_the_gradient():
    x = weight([1.0, 2.0])
    x.register_hook(lambda g: g * 10.0)
    for _ in range(2):
        (x * x).sum().backward()
    assert_values(x.grad, [40.0, 80.0])


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_hook_that_changes_what_it_sees_in_place_replaces_nothing(create_graph):
    x = weight([1.0, 2.0])
    y = x * 2.0

    def change(g):
        g *= 10.0

    y.register_hook(change)
    y.sum().backward(create_graph=create_graph)
    assert_values(x.grad, [2.0, 2.0])
    x.grad = None


def test_hooks_run_in_the_order_in_which_they_were_registered():
    x = weight(1.0)
    x.register_hook(lambda g: g + 1.0)
    x.register_hook(lambda g: g * 10.0)
    (x * 2.0).backward()
    assert x.grad.item() == 30.0


def test_a_hook_can_be_removed():
    x, seen = weight(1.0), []
    remove = x.register_hook(lambda g: seen.append("first"))
    x.register_hook(lambda g: seen.append("second"))
    remove()
    remove()
    (x * 2.0).backward()
    assert seen == ["second"]


def test_removing_a_hook_again_removes_no_other():
    x, seen = weight(1.0), []
    x.register_hook(lambda g: seen.append("first"))
    remove = x.register_hook(lambda g: seen.append("second"))
    remove()
    x.register_hook(lambda g: seen.append("third"))
    remove()
    (x * 2.0).backward()
    assert seen == ["first", "third"]


def test_a_hook_may_remove_itself():
    x, seen = weight(1.0), []

    def once(g):
        seen.append(g.item())
        remove()

    remove = x.register_hook(once)
    (x * 2.0).backward()
    (x * 3.0).backward()
    assert seen == [2.0]


def test_a_replacement_of_another_shape_is_refused():
    x = weight([1.0, 2.0])
    x.register_hook(lambda g: g.sum())
    with pytest.raises(ValueError, match=r"expected the shape of the Tensor it belongs to, \(2,\), got \(\)"):
        (x * 2.0).sum().backward()


def test_a_replacement_gets_the_dtype_of_the_tensor():
    x = weight([1.0, 2.0], np.float32)
    x.register_hook(lambda g: np.array([3.0, 4.0]))
    (x * 2.0).sum().backward()
    assert x.grad.dtype == np.float32


def test_a_hook_of_a_complex_tensor_sees_and_gives_what_the_user_sees():
    x, seen = weight(1.0 + 2.0j), []

    def look(g):
        seen.append(g.item())
        return g * 1.0

    x.register_hook(look)
    (x * np.conj(x)).real.backward()
    assert seen == [2.0 + 4.0j]
    assert x.grad.item() == 2.0 + 4.0j


def test_a_hook_is_part_of_a_backward_that_records():
    x = weight(2.0)
    remove = x.register_hook(lambda g: g * g)
    (x**3.0).backward(create_graph=True)
    gradient, x.grad = x.grad, None
    assert gradient.item() == 144.0  # (3 x^2)^2
    remove()
    gradient.backward()
    assert x.grad.item() == 36 * 2.0**3


def test_a_hook_of_a_constant_is_refused():
    with pytest.raises(RuntimeError, match="register_hook: this Tensor does not require grad"):
        Tensor(1.0).register_hook(print)


def test_a_hook_sees_what_retain_grad_keeps():
    y = weight(1.0) * 2.0
    y.retain_grad()
    y.register_hook(lambda g: g * 7.0)
    y.backward()
    assert y.grad.item() == 7.0


# ------------------------------------------------------------------------------------------------------------ the graph


def example():
    x, w = weight(2.0, name="x"), weight(3.0, name="w")
    y = x * w
    return x, w, y, np.tanh(y) + y


def test_a_graph_holds_every_node_once_operands_before_results():
    *_, loss = example()
    graph = Graph(loss)
    assert [node.operation for node in graph] == ["leaf", "leaf", "multiply", "tanh", "add"]
    assert len(graph) == len(graph.nodes) == 5
    assert [leaf.name for leaf in graph.leaves] == ["x", "w"]
    assert [node.operation for node in graph.operations] == ["multiply", "tanh", "add"]
    assert repr(graph) == "<Graph of 3 operations on 2 leaves>"
    assert graph.outputs == (loss,)


def test_the_edges_of_a_graph_name_the_positions_of_operands():
    x, w, y, loss = example()
    tanh = loss.node.parents[0]
    assert list(Graph(loss).edges()) == [
        (x.node, y.node, 0),
        (w.node, y.node, 1),
        (y.node, tanh, 0),
        (tanh, loss.node, 0),
        (y.node, loss.node, 1),
    ]


def test_a_constant_operand_has_no_edge():
    x = weight(2.0)
    y = 3.0 * x
    assert list(Graph(y).edges()) == [(x.node, y.node, 1)]
    assert y.node.parents[0] is None


def test_a_graph_of_several_results():
    _, w, y, loss = example()
    other = w * 5.0
    graph = Graph(loss, other, y)
    assert len(graph) == 6
    places = {node: place for place, node in enumerate(graph)}
    assert all(places[parent] < places[node] for parent, node, _ in graph.edges())


def test_a_graph_is_the_same_after_a_backward():
    *_, loss = example()
    before = Graph(loss).nodes
    loss.backward()
    assert Graph(loss).nodes == before


def test_a_graph_of_a_leaf():
    x = weight(2.0)
    assert Graph(x).nodes == (x.node,)


def test_a_graph_of_a_constant_is_refused():
    with pytest.raises(ValueError, match="Graph: the Tensor has no graph"):
        Graph(Tensor(1.0))


@pytest.mark.parametrize("thing", [1.0, [weight(1.0)], None])
def test_a_graph_of_what_is_no_tensor_is_refused(thing):
    with pytest.raises(TypeError):
        Graph(thing)


def test_what_a_node_says():
    x, _, y, _ = example()
    assert (y.node.shape, y.node.dtype, y.node.operation) == ((), np.float64, "multiply")
    assert repr(x.node) == "<Leaf leaf 'x': shape (), float64>"
    assert repr(y.node) == "<Operation multiply: shape (), float64>"
    assert x.node.value.item() == 2.0
    assert (x.node.requires_grad, y.node.requires_grad) == (True, True)


def test_the_value_of_a_leaf_that_is_gone_is_none():
    y = weight(2.0) * 3.0
    assert y.node.parents[0].value is None


# ------------------------------------------------------------------------------------------- primitives as functions


def test_a_primitive_tells_what_it_is():
    assert repr(ag.exp).startswith("<primitive exp(x")
    assert "to the power of each element" in ag.exp.__doc__
    assert ag.exp.__name__ == "exp"


def test_a_primitive_shows_its_signature_without_annotations():
    assert repr(ag.exp) == "<primitive exp(x, /)>"


def test_a_primitive_survives_deepcopy_and_pickle_as_itself():
    assert copy.deepcopy(ag.tanh) is ag.tanh
    assert pickle.loads(pickle.dumps(ag.tanh)) is ag.tanh


@pytest.mark.usefixtures("throwaway")
def test_a_primitive_can_be_declared_by_a_user():
    @ag.primitive(rules={"x": lambda g, x, factor: g * factor * 3 * x**2}, label="x³")
    def cube(x, /, factor=1.0):
        """Cube."""
        return factor * x**3

    x = weight([1.0, 2.0])
    y = cube(x, factor=10.0)
    assert_values(y, [10.0, 80.0])
    y.sum().backward()
    assert_values(x.grad, [30.0, 120.0])
    assert (y.node.operation, y.node.primitive.label) == ("cube", "x³")
    assert isinstance(cube(2.0), Tensor)


@pytest.mark.usefixtures("throwaway")
def test_a_rule_of_any_number_of_operands_may_ask_which_is_meant():
    @ag.primitive(rules={"parts": lambda g, weights, index: g * weights[index]})
    def weighted(*parts, weights):
        return operator.add(*(w * p for w, p in zip(weights, parts, strict=True)))

    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    weighted(x, y, weights=(10.0, 20.0)).sum().backward()
    assert_values(x.grad, [10.0, 10.0])
    assert_values(y.grad, [20.0, 20.0])


@pytest.mark.usefixtures("throwaway")
def test_a_rule_may_name_out_operands_attributes_and_shapes():
    seen = []

    def rule(g, out, x, y, x_shape, y_shape, power):
        seen.append((out.shape, x.shape, y.shape, x_shape, y_shape, power))
        return g * y

    @ag.primitive(rules={"x": rule})
    def product(x, y, /, power=1):
        return x * y

    product(weight([[1.0], [2.0]]), [3.0, 4.0], power=2).sum().backward()
    assert seen == [((2, 2), (2, 1), (2,), (2, 1), (2,), 2)]
