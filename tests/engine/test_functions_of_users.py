"""Functions of users, in PyTorch's form: what they give, what is kept, who watches them, and every refusal."""

import copy
import gc
import pickle
import threading
import types
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from autograd.modes import intercepting
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import Pair, garbage_of, live_operations, memory_of, weight


class Product(ag.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * y, g * x


class Waves(ag.Function):
    """Two results, which are what the backward needs."""

    @staticmethod
    def forward(ctx, x):
        sine, cosine = np.sin(x), np.cos(x)
        ctx.save_for_backward(sine, cosine)
        return sine, cosine

    @staticmethod
    def backward(ctx, by_sine, by_cosine):
        sine, cosine = ctx.saved_tensors
        return by_sine * cosine - by_cosine * sine


class Arrays(ag.Function):
    """Computes with plain arrays in both directions."""

    @staticmethod
    def forward(ctx, x):
        array = np.asarray(x)
        ctx.save_for_backward(x)
        return array**3

    @staticmethod
    @ag.once_differentiable
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3 * x.data**2 * g.data


def waves(x: Any) -> Any:
    sine, cosine = Waves.apply(x)
    return sine * sine * cosine


# --------------------------------------------------------------------------------------------------------- derivatives


def test_derivatives_are_right_to_second_order_in_every_mode(rng):
    x, y = rng.standard_normal((2, 3))
    for function, arguments in ((Product.apply, (x, y)), (waves, (x,)), (Waves.apply, (x,))):
        gradcheck(function, *arguments)
        gradgradcheck(function, *arguments)
    gradcheck(Arrays.apply, x)


def test_in_all_transforms(rng):
    x, v = rng.standard_normal((2, 3))

    def plain(x):
        return np.sin(x) ** 2 * np.cos(x)

    for ours, other in (
        (ag.jacobian(waves)(x), ag.jacobian(plain)(x)),
        (ag.jacobian(waves, mode="forward")(x), ag.jacobian(plain)(x)),
        (ag.jvp(waves, (x,), (v,))[1], ag.jvp(plain, (x,), (v,))[1]),
        (ag.vjp(waves, x)[1](v)[0], ag.vjp(plain, x)[1](v)[0]),
        (ag.hessian(lambda x: waves(x).sum())(x), ag.hessian(lambda x: plain(x).sum())(x)),
        (ag.grad(lambda x: ag.checkpoint(waves)(x).sum())(x), ag.grad(lambda x: plain(x).sum())(x)),
    ):
        np.testing.assert_allclose(ours, other, atol=1e-12)
    nested = ag.grad(lambda x: ag.grad(lambda y: Product.apply(x, y) * y)(2.0) * x)(3.0)
    assert nested == ag.grad(lambda x: ag.grad(lambda y: x * y * y)(2.0) * x)(3.0)


def test_in_vmap(rng):
    x = rng.standard_normal((4, 3))
    np.testing.assert_allclose(ag.vmap(waves)(x), np.sin(x) ** 2 * np.cos(x))
    mapped = ag.vmap(ag.grad(lambda x: waves(x).sum()))(x)
    np.testing.assert_allclose(mapped, ag.grad(lambda x: waves(x).sum())(x))
    np.testing.assert_allclose(ag.vmap(ag.jacobian(Arrays.apply))(x)[1], np.diag(3 * x[1] ** 2))


def test_jacobians_of_what_computes_with_arrays_are_taken_row_by_row(rng):
    x = rng.standard_normal(3)
    np.testing.assert_allclose(ag.jacobian(Arrays.apply)(x), np.diag(3 * x**2))
    calls = []

    class Branching(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            calls.append(float(g[0]))
            return g * 2 if g[0] > 0 else g + g

    np.testing.assert_array_equal(ag.jacobian(Branching.apply)(x), 2 * np.eye(3))
    assert calls == [1.0, 0.0, 0.0]


def test_a_first_derivative_with_create_graph_is_there_and_a_second_raises():
    x = weight([1.0, 2.0])
    (first,) = ag.grad(Arrays.apply(x).sum(), [x], create_graph=True)
    assert first.tolist() == [3.0, 12.0]
    for refused in (
        lambda: ag.grad(first.sum(), [x]),
        lambda: ag.hessian(lambda x: Arrays.apply(x).sum())(np.ones(2)),
        lambda: ag.jvp(Arrays.apply, (np.ones(2),), (np.ones(2),)),
    ):
        with pytest.raises(RuntimeError, match=r"Arrays: its backward is marked with once_differentiable.*mode='rev"):
            refused()


def test_a_backward_of_arrays_without_the_mark_is_found():
    class Unmarked(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g.data * 2

    assert ag.grad(lambda x: Unmarked.apply(x).sum())(np.ones(2)).tolist() == [2.0, 2.0]
    with pytest.raises(
        RuntimeError, match=r"Unmarked.backward: a derivative of the gradient of x is asked for.*g.data"
    ):
        ag.jvp(Unmarked.apply, (np.ones(2),), (np.ones(2),))
    with pytest.raises(RuntimeError, match="once_differentiable"):
        ag.grad(ag.grad(lambda x: Unmarked.apply(x) ** 2))(3.0)


def test_a_second_derivative_of_a_backward_of_arrays_is_refused_and_not_zero():
    class Square(ag.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g.data * 2 * x.data

    x = Tensor([1.0, 2.0], requires_grad=True)
    Square.apply(x).sum().backward(create_graph=True)  # a first derivative is right
    assert x.grad.tolist() == [2.0, 4.0]
    with pytest.raises(RuntimeError, match=r"Square.backward: a derivative of the gradient of x is asked for.*g.data"):
        ag.grad(x.grad.sum(), x)
    for second in (ag.hessian(lambda x: Square.apply(x).sum()), ag.jacobian(ag.grad(lambda x: Square.apply(x).sum()))):
        with pytest.raises(RuntimeError, match="once_differentiable"):
            second(np.ones(2))


def test_a_backward_that_gives_zeros_as_arrays_has_second_derivatives():
    class Floor(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x // 1.0

        @staticmethod
        def backward(ctx, g):
            return np.zeros(g.shape)

    assert ag.hessian(lambda x: (Floor.apply(x) + x**2).sum())(np.array([1.5])).tolist() == [[2.0]]


def test_a_result_as_an_attribute_is_refused_where_it_would_be_wrong():
    class Attribute(ag.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.result = np.exp(x)
            return ctx.result

        @staticmethod
        def backward(ctx, g):
            return g * ctx.result

    assert ag.grad(Attribute.apply)(0.0) == 1.0
    with pytest.raises(
        RuntimeError, match=r"Attribute: a derivative .* goes through ctx.result, of .*save_for_backward"
    ):
        ag.grad(ag.grad(Attribute.apply))(0.0)


class Softened(ag.Function):
    """Saves, and leaves as attributes, what it computes on its way."""

    @staticmethod
    def forward(ctx, x, keep):
        exponentials = np.exp(x)
        share = exponentials / exponentials.sum()
        share *= 1.0
        mask = (x > 0) * 1.0
        if keep == "saved":
            ctx.save_for_backward(share, mask)
        elif keep == "array":
            ctx.save_for_backward(share.data, mask)
        else:
            ctx.save_for_backward(None, mask)
            ctx.share = share
        return (np.log(exponentials.sum()) + x * mask).sum()

    @staticmethod
    def backward(ctx, g):
        share, mask = ctx.saved_tensors
        share = ctx.share if share is None else share
        return g * (share * len(share) + mask), None


@pytest.mark.parametrize(
    ("keep", "name"), [("saved", "saved tensor 0"), ("array", "saved tensor 0"), ("", "ctx.share")]
)
def test_what_is_computed_on_the_way_is_no_constant(rng, keep, name):
    x = rng.standard_normal(3)
    gradcheck(Softened.apply, x, keep)  # in forward mode, too, where only the gradient of the result varies
    with pytest.raises(RuntimeError, match=f"Softened: a derivative of the backward goes through {name}, of which"):
        ag.hessian(lambda x: Softened.apply(x, keep))(x)


def test_what_no_gradient_leads_to_is_a_constant(rng):
    class Rectified(ag.Function):
        @staticmethod
        def forward(ctx, x):
            mask = np.where(x > 0, 1.0, 0.0)
            ctx.save_for_backward(x, mask)
            return x * x * mask

        @staticmethod
        def backward(ctx, g):
            x, mask = ctx.saved_tensors
            return g * 2 * x * mask

    gradgradcheck(Rectified.apply, rng.standard_normal(3))


def test_one_of_several_results_that_is_saved_has_its_history(rng):
    class Powers(ag.Function):
        @staticmethod
        def forward(ctx, x):
            cube = x**3
            ctx.save_for_backward(cube)
            return x * 1, cube

        @staticmethod
        def backward(ctx, by_same, by_cube):
            (cube,) = ctx.saved_tensors
            return by_same + by_cube * 3 * np.cbrt(cube) ** 2

    gradgradcheck(Powers.apply, rng.uniform(0.5, 2.0, 3))


def test_arguments_as_attributes_have_their_history():
    class Attribute(ag.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x = x
            return x**3

        @staticmethod
        def backward(ctx, g):
            return 3 * ctx.x**2 * g

    assert ag.grad(ag.grad(Attribute.apply))(2.0) == 12.0


def test_every_other_backward_is_called_once_for_all_gradients():
    calls = []

    class Counted(Product):
        @staticmethod
        def backward(ctx, *gradients):
            calls.append(1)
            return Product.backward(ctx, *gradients)

    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    z, seed = Counted.apply(x, y), Tensor([1.0, 1.0])
    z.backward(seed, retain_graph=True)
    z.backward(seed)
    assert len(calls) == 2
    assert x.grad.tolist() == [6.0, 8.0]
    assert y.grad.tolist() == [2.0, 4.0]


def test_attributes_are_shared_by_both_methods():
    class Counting(ag.Function):
        @staticmethod
        def forward(ctx, x, counts):
            ctx.count, ctx.counts = 0, counts
            return x * 1

        @staticmethod
        def backward(ctx, g):
            ctx.count += 1
            ctx.counts.append(ctx.count)
            return g, None

    x, counts = weight(1.0), []
    y = Counting.apply(x, counts)
    y.backward(retain_graph=True)
    y.backward()
    assert counts == [1, 2]


# ------------------------------------------------------------------------------------------------------------- results


def test_arrays_and_numbers_of_numpy_become_tensors_and_nobody_can_write_into_them():
    buffer = np.zeros(2)

    class Summed(ag.Function):
        @staticmethod
        def forward(ctx, x):
            buffer[:] = x.data * 2
            return buffer, np.float32(3.0)

        @staticmethod
        def backward(ctx, by_double, by_number):
            return by_double * 2

    double, number = Summed.apply(weight([1.0, 2.0]))
    buffer[:] = 0
    assert double.tolist() == [2.0, 4.0]
    assert (number.dtype, number.requires_grad) == (np.float32, True)


def test_one_result_in_a_tuple_and_the_argument_itself():
    class Same(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return (x,)

        @staticmethod
        def backward(ctx, g):
            return g * 5

    x = weight([1.0, 2.0])
    (result,) = Same.apply(x)
    assert result is not x
    result.sum().backward()
    assert x.grad.tolist() == [5.0, 5.0]


def test_a_forward_that_changes_its_argument_changes_its_own_alone():
    class Doubled(ag.Function):
        @staticmethod
        def forward(ctx, x):
            x *= 2
            ctx.save_for_backward(x)
            return x + 0

        @staticmethod
        def backward(ctx, g):
            (doubled,) = ctx.saved_tensors
            return g * doubled

    x = weight([1.0, 2.0])
    Doubled.apply(x).sum().backward()
    assert x.tolist() == [1.0, 2.0]
    assert x.grad.tolist() == [2.0, 4.0]


def test_what_was_saved_does_not_change_with_the_tensor():
    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    moving = y * 1
    z = Product.apply(x, moving)
    moving += 100
    x.data = np.zeros(2)
    z.sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]
    assert y.grad.tolist() == [1.0, 2.0]


class Dirty(ag.Function):
    @staticmethod
    def forward(ctx, x, y):
        x += y
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g, g


def test_a_dirty_argument_moves_on():
    x, y = weight([1.0, 2.0]), weight([3.0, 4.0])
    moving = x * 1
    earlier = moving * 10
    assert Dirty.apply(moving, y) is moving
    assert moving.tolist() == [4.0, 6.0]
    (moving * moving + earlier).sum().backward()
    assert x.grad.tolist() == [18.0, 22.0]
    with pytest.raises(RuntimeError, match=r"Dirty.apply: this Tensor is a leaf that requires grad"):
        Dirty.apply(x, y)


# ------------------------------------------------------------------------------------------------------------- memory


def test_no_cycles_and_everything_goes(no_collector):
    def run():
        x = weight(np.ones(3))
        loss = (waves(x) + Product.apply(x, x)).sum()
        (first,) = ag.grad(loss, [x], create_graph=True)
        first.sum().backward()

    assert garbage_of(run) == 0
    before = live_operations()
    run()
    assert live_operations() == before


def test_a_backward_releases_what_was_saved_and_says_so():
    x = weight([1.0, 2.0])
    doubled = x * 2
    kept = memory_of(doubled)
    z = Product.apply(doubled, doubled)
    del doubled
    gc.collect()
    assert kept() is not None
    z.sum().backward()
    assert kept() is None
    with pytest.raises(RuntimeError, match=r"what Product.* needs was released.*retain_graph=True"):
        z.sum().backward()


def test_what_is_not_saved_is_not_kept():
    class Doubled(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    x = weight([1.0, 2.0]) * 1
    kept = memory_of(x)
    z = Doubled.apply(x)
    del x
    assert kept() is None
    assert ag.Graph(z).operations[-1].operands == (None,)


def test_what_was_marked_is_not_kept():
    class Marked(ag.Function):
        @staticmethod
        def forward(ctx, x):
            constant = x * 3
            ctx.mark_non_differentiable(constant)
            return x * 2, constant

        @staticmethod
        def backward(ctx, g, _):
            return g * 2

    result, constant = Marked.apply(weight([1.0, 2.0]))
    kept = memory_of(constant)
    del constant
    assert kept() is None
    assert result.requires_grad


def test_what_is_saved_is_packed():
    seen, unpacked = [], []

    class Halved(ag.Function):
        @staticmethod
        def forward(ctx, x):
            between, result = x / 4, x / 2
            ctx.save_for_backward(x, between, result)
            return result

        @staticmethod
        def backward(ctx, g):
            assert [each.tolist() for each in ctx.saved_tensors] == [[4.0], [1.0], [2.0]]
            return g / 2

    def pack(tensor):
        seen.append(tensor.tolist())
        return tensor.data.copy()

    x = weight([4.0])
    with ag.saved_tensors_hooks(pack, lambda array: (unpacked.append(1), array)[1]):
        z = Halved.apply(x)
    assert seen == [[4.0], [1.0], [2.0]]
    z.backward()
    assert len(unpacked) == 3
    with ag.saved_tensors_hooks(pack, lambda array: array):
        sine, cosine = Waves.apply(weight([1.0, 2.0]))
    (sine * cosine).sum().backward()
    assert len(seen) == 5


def test_threads_walk_one_graph_at_the_same_time():
    x = weight(np.linspace(0, 1, 5))
    loss = waves(x).sum()
    found: list[Any] = []

    def walk():
        found.extend(ag.grad(loss, [x], retain_graph=True)[0].data for _ in range(50))

    threads = [threading.Thread(target=walk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    assert all((each == found[0]).all() for each in found)


# ------------------------------------------------------------------------------------------------------- what watches


def test_it_passes_the_choke_point_by_its_name():
    seen = []

    def watch(primitive, operands, attributes):
        seen.append((primitive.name, primitive.operand_names))
        return primitive.perform(operands, attributes, ag.is_grad_enabled())

    with intercepting(watch):
        Product.apply(weight(2.0), weight(3.0))
    assert ("Product", ("x", "y")) in seen


def test_in_graphs_drawings_profiles_and_under_retain_all():
    x = weight([1.0, 2.0], name="x")
    with ag.retain_all(), ag.profile() as measured:
        z = Product.apply(x, 2 * x)
        sine, _ = Waves.apply(z)
        sine.sum().backward()
    graph = ag.Graph(sine)
    assert [node.operation for node in graph] == ["leaf", "multiply", "Product", "Waves", "Waves"]
    assert z.grad.tolist() == np.cos(z.data).tolist()
    assert "test_functions_of_users.py:" in graph.operations[1].line
    assert "Product" in ag.draw(sine).source
    assert {("Product", "forward"), ("Product", "backward"), ("Waves", "backward")} <= {
        (row.operation, row.phase) for row in measured.rows()
    }


def test_anomalies_name_the_function_and_its_argument():
    class Broken(ag.Function):
        @staticmethod
        def forward(ctx, first, second):
            return first + second

        @staticmethod
        def backward(ctx, g):
            return g, g * np.array([1.0, np.nan])

    x = weight([1.0, 2.0])
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError, match="Broken: the gradient rule for second gave nan at"):
        Broken.apply(weight([1.0, 1.0]), x).sum().backward()

    class Bad(Product):
        @staticmethod
        def forward(ctx, x, y):
            return np.array([1.0, np.inf])

    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError, match=r"Bad: the forward gave inf at \[1\]"):
        Bad.apply(x, x)


def test_hooks_and_retained_gradients_of_results():
    seen = []
    x = weight([1.0, 2.0])
    sine, cosine = Waves.apply(x)
    sine.register_hook(lambda g: seen.append(g.tolist()))
    cosine.retain_grad()
    (sine * 2 + cosine * 3).sum().backward()
    assert seen == [[2.0, 2.0]]
    assert cosine.grad.tolist() == [3.0, 3.0]


def test_apply_is_pickled_and_copied_as_what_it_is():
    assert pickle.loads(pickle.dumps(Product.apply)) == Product.apply
    assert copy.deepcopy(Product.apply) == Product.apply
    primitive = Product.apply(weight(1.0), weight(2.0)).node.primitive
    assert pickle.loads(pickle.dumps(primitive)) is primitive


# --------------------------------------------------------------------------------------------------------- refusals


def applied(forward: Any, backward: Any = lambda ctx, g: g, *arguments: Any) -> Any:
    """Apply a Function of the name F that is made of two functions, and walk back."""
    made = type("F", (ag.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})
    return made.apply(*(arguments or (weight([1.0, 2.0]),))).sum().backward()


def gives(*gradients: Any) -> Any:
    return lambda ctx, g: gradients if len(gradients) != 1 else gradients[0]


def double(ctx: Any, x: Any, n: Any = None) -> Any:
    return x * 2


@pytest.mark.parametrize(
    ("backward", "arguments", "kind", "words"),
    [
        (
            gives(),
            (),
            TypeError,
            r"F.backward must give 1 gradient, one for each argument of the forward \(x\).*gave 0",
        ),
        (gives(1.0, 2.0), (), TypeError, r"must give 1 gradient,.*it gave 2: 1.0, a float, 2.0, a float"),
        (gives(1.0), (weight([1.0]), 5), TypeError, r"must give 2 gradients,.*\(x, n\), None for one that has none"),
        (gives(None, 2.0), (weight([1.0]), 5), TypeError, "n is no Tensor, and its gradient must be None; got 2.0"),
        (gives([1.0, 2.0]), (), TypeError, r"gradient of x must be .* of shape \(2,\); got \[1.0, 2.0\], a list"),
        (gives("text"), (), TypeError, r"the gradient of x must be .*; got 'text', a str"),
        (gives(np.ones(3)), (), ValueError, r"the gradient of x must be .* shape \(2,\), or .*got float64 \(3,\)"),
        (gives(1.0), (), ValueError, r"shape \(2,\), or of one that this broadcasts to; got float64 \(\)"),
        (
            gives(np.ones(2) * 1j),
            (),
            TypeError,
            r"and real, as the argument is float64; got complex128 \(2,\): take its real part",
        ),
    ],
)
def test_a_wrong_gradient_is_explained(backward, arguments, kind, words):
    with pytest.raises(kind, match=words) as caught:
        applied(double, backward, *arguments)
    assert any("in the gradient rule of F" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("forward", "kind", "words"),
    [
        (lambda ctx, x: [x], TypeError, "F: the forward must give a Tensor, or several in a tuple.*gave a list"),
        (lambda ctx, x: ctx.save_for_backward(3), TypeError, r"F: ctx.save_for_backward takes Tensors.*ctx.n = n"),
        (lambda ctx, x: ctx.saved_tensors, RuntimeError, "F: ctx.saved_tensors is there in the backward"),
        (lambda ctx, x: ctx.mark_dirty(x * 2) or x, RuntimeError, r"mark_dirty takes.*float64 \(2,\) is no argument"),
        (lambda ctx, x: ctx.mark_dirty(x) or x * 2, RuntimeError, r"mark_dirty takes.*float64 \(2,\) is no result"),
        (lambda ctx, x: ctx.set_materialize_grads(3), TypeError, "set_materialize_grads takes True or False, got 3"),
        (lambda ctx, x: ctx.mark_non_differentiable(x) or x * 2, RuntimeError, "takes results of the forward"),
    ],
)
def test_a_wrong_forward_is_explained(forward, kind, words):
    with pytest.raises(kind, match=words):
        applied(forward)


def test_an_error_of_the_forward_stays_and_says_where_it_was():
    class OwnError(Exception):
        def __init__(self, one, two):
            super().__init__(one, two)

    def forward(ctx, x):
        raise OwnError(1, 2)

    with pytest.raises(OwnError) as caught:
        applied(forward)
    assert caught.value.__notes__ == ["in the forward of F(float64 (2,))"]


@pytest.mark.parametrize(
    "arguments",
    [
        ([weight(1.0)],),
        ((1.0, {"a": weight(1.0)}),),
        (weight(1.0), Pair(weight(1.0))),
        (weight(1.0), Pair(1.0, [Pair(weight(1.0))])),
        (weight(1.0), types.MappingProxyType({"a": weight(1.0)})),
        (weight(1.0), [nn.Linear(1, 1)]),
        (weight(1.0), Pair(nn.Linear(1, 1))),
    ],
)
def test_tensors_inside_arguments_are_refused(arguments):
    with pytest.raises(TypeError, match=r"F.apply: a Tensor that requires grad is inside a list.*would be lost"):
        applied(double, gives(1.0), *arguments)


def test_a_function_that_has_weights_is_an_argument():
    class Called(ag.Function):
        @staticmethod
        def forward(ctx, function, x):
            ctx.function = function
            ctx.save_for_backward(x)
            return function(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            x = x.detach().requires_grad_()
            with ag.enable_grad():
                result = ctx.function(x)
            result.backward(g)
            return None, x.grad

    module, x = nn.Linear(2, 1), weight([[1.0, 2.0]])
    Called.apply(module, x).sum().backward()
    assert module.weight.grad.tolist() == [[1.0, 2.0]]


def test_constants_inside_arguments_are_taken():
    class Scaled(Product):
        @staticmethod
        def forward(ctx, x, pair):
            ctx.scale = pair.first
            return x * pair.first

        @staticmethod
        def backward(ctx, g):
            return g * ctx.scale, None

    pair = Pair(Tensor(2.0))
    pair.second = pair
    assert ag.grad(lambda x: Scaled.apply(x, pair))(3.0) == 2.0


def test_arguments_that_do_not_fit_are_refused_by_name():
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'y'"):
        Product.apply(weight(1.0))
    with pytest.raises(TypeError, match=r"Product.apply: got an unexpected keyword argument 'z'"):
        Product.apply(weight(1.0), weight(1.0), z=2.0)


def test_a_function_is_applied_and_never_made():
    for call in (Product, lambda: Product(1.0, 2.0), ag.Function):
        with pytest.raises(TypeError, match=r"a Function has no objects and is not called; write \w+.apply\(...\)"):
            call()


def test_methods_must_be_static():
    with pytest.raises(TypeError, match=r"Wrong: backward must be a static method; put @staticmethod above it"):

        class Wrong(ag.Function):
            @staticmethod
            def forward(ctx, x):
                return x

            @ag.once_differentiable
            def backward(self, g):
                return g


def test_methods_that_are_missing_are_named():
    with pytest.raises(NotImplementedError, match="a Function needs a static method forward"):
        ag.Function.apply(1.0)

    class Empty(ag.Function):
        pass

    with pytest.raises(
        NotImplementedError, match=r"a Function needs a static method forward\(ctx.*\n.*forward of Empty"
    ):
        Empty.apply(weight(1.0))

    class Forward(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    z = Forward.apply(weight(1.0))
    with pytest.raises(
        NotImplementedError, match=r"give it a static method backward\(ctx(.*\n)+in the gradient rule of Forward"
    ):
        z.backward()


def test_what_vmap_cannot_collect_is_refused():
    class Ragged(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x[x.data > 0]

    with pytest.raises(RuntimeError, match="Ragged: gives results of several kinds for several examples"):
        ag.vmap(Ragged.apply)(np.array([[1.0, -1.0], [1.0, 1.0]]))
    with pytest.raises(RuntimeError, match="Arrays: a Function is applied to one example after the other, and loops=F"):
        ag.vmap(Arrays.apply, loops=False)(np.ones((2, 2)))
    with pytest.raises(RuntimeError, match=r"Dirty: ctx.mark_dirty changes an argument in place"):
        ag.vmap(lambda x: Dirty.apply(x * 1, 1.0))(np.ones((2, 2)))
