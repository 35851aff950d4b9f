"""What Graph.statistics counts, and the steps from node to node."""

import numpy as np
import pytest

import autograd as ag
from autograd import Graph, Tensor
from autograd.graph_figures import OperationFigures
from tests.engine.helpers import weight

KIB = 128  # elements of float64


def test_operations_leaves_edges_and_depth_are_counted():
    x, w = weight(np.ones((2, 2))), weight(np.ones((2, 2)))
    y = x @ w
    figures = Graph((y + y * y).sum()).statistics()
    assert (figures.operations, figures.leaves, figures.edges, figures.depth) == (4, 2, 7, 4)
    assert {each.operation: each.count for each in figures.by_operation} == {
        "matmul": 1,
        "multiply": 1,
        "add": 1,
        "sum": 1,
    }


def test_bytes_are_those_that_rules_keep():
    x = weight(np.ones(KIB))
    figures = Graph(np.exp(x) + x).statistics()
    assert figures.by_operation == (OperationFigures("exp", 1, 1024), OperationFigures("add", 1, 0))
    assert (figures.nbytes, figures.leaf_nbytes, figures.gradient_nbytes) == (1024, 1024, 0)


def test_memory_that_several_keep_is_counted_once():
    x = weight(np.ones(KIB))
    y = np.exp(x)
    figures = Graph((y * y) * np.tanh(y.reshape(2, -1)).reshape(KIB) * y).statistics()
    kept = {each.operation: each.nbytes for each in figures.by_operation}
    assert kept["exp"] == 1024
    assert kept["tanh"] == 1024
    assert kept["multiply"] == 2048  # the product of y and y, and that with tanh; the views of y are y


def test_a_view_counts_as_what_it_keeps_alive():
    big, x = Tensor(np.ones(8 * KIB)), weight(np.ones(KIB))
    y = x * big[:KIB]
    (multiply,) = Graph(y).statistics().by_operation
    assert multiply.nbytes == 8192


def test_a_backward_frees_what_is_kept_and_leaves_gradients():
    x = weight(np.ones(KIB))
    loss = np.exp(x).sum()
    graph = Graph(loss)
    assert graph.statistics().nbytes == 1024
    loss.backward()
    figures = graph.statistics()
    assert (figures.nbytes, figures.gradient_nbytes, figures.operations) == (0, 1024, 2)


def test_retained_values_are_counted():
    x = weight(np.ones(KIB))
    with ag.retain_all():
        y = x + 1.0
    assert Graph(y).statistics().nbytes == 1024


def test_numbers_and_shapes_take_no_memory():
    assert Graph(weight(np.ones((KIB, 2))).sum(axis=0)).statistics().nbytes == 0


def test_a_leaf_alone_is_a_graph():
    x = weight(np.ones(KIB))
    figures = Graph(x).statistics()
    assert (figures.operations, figures.leaves, figures.depth, figures.by_operation) == (0, 1, 0, ())
    assert str(figures).splitlines()[-1] == "depth 0, 0 edges, 1 leaf of 1.0 KiB, gradients of 0 B"


def test_it_is_shown_as_a_table_with_the_largest_first():
    x = weight(np.ones(KIB))
    y = x
    for _ in range(1200):
        y = -y
    figures = Graph(np.exp(y)).statistics()
    lines = str(figures).splitlines()
    assert lines[0].split() == ["operation", "count", "keeps"]
    assert [line.split() for line in lines[2:5]] == [
        ["exp", "1", "1.0", "KiB"],
        ["negative", "1,200", "0", "B"],
        ["all", "1,201", "1.0", "KiB"],
    ]
    assert len({len(line) for line in lines[:-1]}) == 1
    assert repr(figures) == "<GraphFigures: 1,201 operations on 1 leaf, depth 1,201, keeps 1.0 KiB>"


# --------------------------------------------------------------------------------------------------- node to node


def test_next_are_the_nodes_that_a_backward_goes_to():
    x, w, c = weight(1.0), weight(2.0), Tensor(3.0, name="c")
    product = x * w
    total = product + c
    assert product.node.next == (x.node, w.node)
    assert total.node.next == (product.node,)
    assert total.node.parents[1] is c.node
    assert x.node.next == ()
    assert (x * x).node.next == (x.node, x.node)


def test_next_follows_what_requires_grad_now():
    x, w = weight(1.0), weight(2.0)
    product = x * w
    w.requires_grad = False
    assert product.node.next == (x.node,)


@pytest.mark.parametrize("walked", [False, True])
def test_next_reaches_all_leaves(walked):
    x, w = weight([1.0, 2.0]), weight([3.0, 4.0])
    loss = (np.tanh(x * w) + x).sum()
    if walked:
        loss.backward()
    seen, rest = set(), [loss.node]
    while rest:
        node = rest.pop()
        seen.add(node)
        rest += [each for each in node.next if each not in seen]
    assert seen == set(Graph(loss))


def test_a_variable_of_a_transform_is_no_operation_on_the_way():
    seen = []
    ag.grad(lambda x: seen.append(ag.Graph(ag.sin(x)).statistics().depth) or ag.sin(x))(1.0)
    assert seen == [1]
