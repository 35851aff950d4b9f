"""vmap: a function of one example for many; derivatives of each example; what it refuses."""

import dataclasses
import gc
import itertools

import numpy as np
import pytest

import autograd as ag
from autograd import Primitive, Tensor, extending
from autograd.transforms.batching import CannotBatchError

COUNT = 4


@pytest.fixture
def xs(rng):
    return rng.standard_normal((COUNT, 3))


# What is given and what comes back


def test_a_function_is_called_once_and_sees_one_example(xs):
    seen = []

    def function(x):
        seen.append((x.shape, x.ndim, x.size, len(x), x.dtype, x.nbytes, x.itemsize))
        return np.sum(x**2)

    np.testing.assert_allclose(ag.vmap(function)(xs), np.sum(xs**2, axis=1))
    assert seen == [((3,), 1, 3, 3, np.float64, 24, 8)]


def test_it_gives_arrays_for_arrays_and_tensors_for_tensors(xs):
    assert type(ag.vmap(np.sin)(xs)) is np.ndarray
    assert type(ag.vmap(np.sin)(Tensor(xs))) is Tensor
    assert type(ag.vmap(lambda x, y: x + y, in_axes=(0, None))(xs, Tensor(1.0))) is Tensor
    assert ag.vmap(np.sin)(xs.astype(np.float32)).dtype == np.float32


def test_what_depends_on_weights_outside_keeps_its_history(xs):
    weight = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    ag.vmap(lambda x: np.sum(weight * x))(xs).sum().backward()
    np.testing.assert_allclose(weight.grad.data, xs.sum(axis=0))


def test_what_is_given_is_not_changed_and_not_handed_out(xs):
    before = xs.copy()

    def function(x):
        x[0] = 10.0
        x += 1.0
        return x

    changed = ag.vmap(function)(xs)
    np.testing.assert_array_equal(xs, before)
    np.testing.assert_allclose(changed[:, 0], 11.0)
    same = ag.vmap(lambda x: x)(xs)
    same[0] = 0.0
    np.testing.assert_array_equal(xs, before)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_axes(axis, rng):
    x = rng.standard_normal((2, 3, 4))
    expected = np.stack([np.cumsum(each, axis=0) for each in np.moveaxis(x, axis, 0)])
    for out_axis in (0, 1, 2, -1, -3):
        found = ag.vmap(lambda each: np.cumsum(each, axis=0), in_axes=axis, out_axes=out_axis)(x)
        np.testing.assert_allclose(found, np.moveaxis(expected, 0, out_axis))


def test_axes_of_several_arguments(xs):
    found = ag.vmap(lambda x, y, z: x * y + z, in_axes=(0, None, 1))(xs, 10.0, xs.T)
    np.testing.assert_allclose(found, 11.0 * xs)


def test_axes_of_trees(xs):
    def function(tree, pair):
        return {"sum": tree["a"] + tree["b"][0], "same": tree["b"][1]}, pair[0] * 2

    result, doubled = ag.vmap(
        function, in_axes=({"a": 0, "b": (1, None)}, None), out_axes=({"sum": 1, "same": None}, None)
    )({"a": xs, "b": (xs.T, 7.0)}, [1.5])
    np.testing.assert_allclose(result["sum"], 2 * xs.T)
    assert result["same"] == 7.0
    assert doubled == 3.0


def test_dataclasses_go_in_and_out(xs):
    @dataclasses.dataclass
    class Point:
        x: object
        y: object

    found = ag.vmap(lambda point: Point(point.y, point.x * 2))(Point(xs, xs[:, 0]))
    np.testing.assert_array_equal(found.x, xs[:, 0])
    np.testing.assert_array_equal(found.y, 2 * xs)


def test_what_is_the_same_for_all_is_repeated(xs):
    np.testing.assert_array_equal(ag.vmap(lambda x: np.arange(2.0))(xs), [[0.0, 1.0]] * COUNT)
    np.testing.assert_array_equal(ag.vmap(lambda x: 5)(xs), [5] * COUNT)


def test_options_are_the_same_for_all(xs):
    np.testing.assert_allclose(ag.vmap(np.sum)(xs, axis=0), xs.sum(axis=1))


def test_no_examples_and_one():
    assert ag.vmap(lambda x: np.linalg.qr(x)[0])(np.zeros((0, 3, 2))).shape == (0, 3, 2)
    assert ag.vmap(ag.grad(lambda x: np.sum(np.tanh(x) ** 2)))(np.zeros((0, 3))).shape == (0, 3)
    assert ag.vmap(np.sin)(np.zeros(1)).shape == (1,)


def test_values_in_place(xs):
    def function(x):
        total = x * 0
        for i in range(len(x)):
            total[i] = x[i] ** 2
            total[-1] += x[i]
        return total

    expected = [function(Tensor(x)).data for x in xs]
    np.testing.assert_allclose(ag.vmap(function)(xs), expected)
    jacobians = [ag.jacobian(function)(x) for x in xs]
    np.testing.assert_allclose(ag.vmap(ag.jacobian(function))(xs), jacobians)


# Indices that differ


@pytest.mark.parametrize(
    "pick",
    [
        lambda x, i, j: x[i],
        lambda x, i, j: x[:, i],
        lambda x, i, j: x[..., i],
        lambda x, i, j: x[0, i],
        lambda x, i, j: x[i, 0],
        lambda x, i, j: x[:, i, j],
        lambda x, i, j: x[i, :, j],
        lambda x, i, j: x[i, None, j],
        lambda x, i, j: x[j, i, j],
        lambda x, i, j: x[None, :, j, ::2],
        lambda x, i, j: x[..., j, :],
        lambda x, i, j: x[1, :, j],
        lambda x, i, j: np.take(x, j, axis=1),
        lambda x, i, j: np.take_along_axis(x, x.argsort(axis=1), axis=1),
        lambda x, i, j: np.sort(x, axis=0) + x[np.array([0, 2, 1])],
        lambda x, i, j: x[np.argmax(x, axis=0), 1],
    ],
)
@pytest.mark.parametrize("axes", [(0, 0, 0), (0, None, 0), (None, 0, 0), (None, None, 0), (0, 0, None)])
def test_indices(pick, axes, rng):
    x = rng.standard_normal((COUNT, 3, 3, 3))
    i, j = rng.integers(0, 3, COUNT), rng.integers(0, 3, (COUNT, 2))
    given = [each if axis == 0 else each[0] for each, axis in zip((x, i, j), axes, strict=True)]
    expected = []
    gradients = []
    for n in range(COUNT):
        one = [each[n] if axis == 0 else each for each, axis in zip(given, axes, strict=True)]
        expected.append(pick(Tensor(one[0]), *one[1:]).data)
        gradients.append(ag.grad(lambda x, *rest: np.sum(pick(x, *rest) ** 2))(*one))
    np.testing.assert_array_equal(ag.vmap(pick, in_axes=axes, out_axes=0)(*given), expected)
    found = ag.vmap(ag.grad(lambda x, i, j: np.sum(pick(x, i, j) ** 2)), in_axes=axes)(*given)
    np.testing.assert_allclose(found, gradients)


# Derivatives of each example


def bumpy(x):
    return np.sum(np.sin(x) * x[::-1] ** 2) + np.prod(x)


@pytest.mark.parametrize(
    "transformed",
    [
        ag.grad(bumpy),
        ag.hessian(bumpy),
        ag.jacobian(ag.grad(bumpy), mode="forward"),
        ag.jacobian(lambda x: {"a": x * x[0], "b": np.sum(x)}),
        ag.value_and_grad(bumpy),
        lambda x: ag.jvp(bumpy, (x,), (x**2,)),
        lambda x: ag.vjp(np.tanh, x)[1](x**2),
        lambda x: ag.hvp(bumpy, (x,), (x**2,)),
        lambda x: ag.vhp(bumpy, (x,), (x**2,)),
        lambda x: ag.linearize(np.tanh, x)[1](x**2),
        lambda x: ag.grad(lambda y: np.sum(ag.grad(bumpy)(y) ** 2) * x[0])(x * 2),
        ag.elementwise_grad(np.tanh),
        ag.grad(lambda x: np.sum(x * ag.stop_gradient(x))),
        ag.grad(lambda x: np.sum(ag.vmap(lambda y: np.sin(y) * x[0])(x))),
    ],
)
def test_derivatives_of_each_example(transformed, xs):
    together = ag.trees.flatten(ag.vmap(transformed)(xs))[0]
    alone = [ag.trees.flatten(transformed(x))[0] for x in xs]
    for found, *expected in zip(together, *alone, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_gradients_of_each_example_by_shared_weights(rng):
    def loss(weights, x, y):
        for weight, bias in weights[:-1]:
            x = np.tanh(x @ weight + bias)
        logits = x @ weights[-1][0] + weights[-1][1]
        return ag.logsumexp(logits) - logits[y]

    sizes = [5, 4, 3]
    weights = [(rng.standard_normal((a, b)), rng.standard_normal(b)) for a, b in itertools.pairwise(sizes)]
    x, y = rng.standard_normal((COUNT, 5)), rng.integers(0, 3, COUNT)
    together = ag.vmap(ag.grad(loss), in_axes=(None, 0, 0))(weights, x, y)
    for i in range(COUNT):
        alone = ag.grad(loss)(weights, x[i], y[i])
        for pair, expected in zip(together, alone, strict=True):
            np.testing.assert_allclose(pair[0][i], expected[0])
            np.testing.assert_allclose(pair[1][i], expected[1])


def test_it_is_a_part_of_what_is_differentiated(xs):
    def total(weight):
        return np.sum(ag.vmap(lambda x: np.sum(np.tanh(weight * x)) ** 2)(xs))

    def in_a_loop(weight):
        return sum(np.sum(np.tanh(weight * x)) ** 2 for x in xs)

    weight = np.array([0.5, -1.0, 2.0])
    for transform in (ag.grad, ag.hessian):
        np.testing.assert_allclose(transform(total)(weight), transform(in_a_loop)(weight))


def test_it_nests(rng):
    x, y = rng.standard_normal(3), rng.standard_normal((4, 2))
    f = ag.grad(lambda a, b: np.sum(np.sin(a * b) * b))
    table = ag.vmap(ag.vmap(f, in_axes=(0, None)), in_axes=(None, 0))(x, y)
    assert table.shape == (4, 3)
    np.testing.assert_allclose(table, [[f(a, b) for a in x] for b in y])


def test_levels_do_not_mix(rng):
    """An example of an outer level is a constant for the inner one, though both are batches of the same length."""
    x = rng.standard_normal((3, 3))
    found = ag.vmap(lambda row: ag.vmap(lambda a: np.sum(np.sort(row)) * a)(row))(x)
    np.testing.assert_allclose(found, x * x.sum(axis=1, keepdims=True))
    found = ag.vmap(lambda row: ag.vmap(lambda a, b: a - b, in_axes=(0, None))(row, np.max(row)))(x)
    np.testing.assert_allclose(found, x - x.max(axis=1, keepdims=True))


def test_no_perturbation_is_confused():
    def f(x):
        return x * ag.grad(lambda y: x + y)(1.0)

    np.testing.assert_allclose(ag.vmap(ag.grad(f))(np.arange(3.0)), np.ones(3))


def test_what_no_gradient_reaches_is_zero(xs):
    np.testing.assert_array_equal(ag.vmap(ag.grad(lambda x: 3.0 + 0 * np.sum(xs)))(xs), np.zeros_like(xs))


@pytest.mark.parametrize("wrap", [ag.checkpoint, ag.custom_gradient])
def test_functions_that_are_one_operation(wrap, xs):
    def wave(x):
        return np.sin(x) * x[0]

    def with_gradient(x):
        return wave(x), lambda g: 2.0 * g * x

    inside = wrap(with_gradient if wrap is ag.custom_gradient else wave)
    transformed = ag.grad(lambda x: np.sum(inside(x) ** 2))
    np.testing.assert_allclose(ag.vmap(transformed)(xs), [transformed(x) for x in xs])


# How it is done, and what it refuses


def test_primitives_without_batching_rule_are_applied_one_by_one(xs):
    matrices = xs[:, :, None] * np.ones((1, 1, 2))
    function = lambda x: np.linalg.qr(x).R  # noqa: E731
    np.testing.assert_allclose(ag.vmap(function)(matrices), [np.linalg.qr(x).R for x in matrices])
    with pytest.raises(CannotBatchError, match=r"joined_qr, a part of qr: has no batching rule .* loops=False"):
        ag.vmap(function, loops=False)(matrices)
    np.testing.assert_allclose(ag.vmap(np.tanh, loops=False)(xs), np.tanh(xs))


@pytest.mark.parametrize(
    "look",
    [
        lambda x: x if x[0] > 0 else -x,
        lambda x: np.full(3, float(x[0])),
        np.asarray,
        lambda x: x.data,
        lambda x: x.numpy(),
        lambda x: x.tolist(),
        lambda x: 0.0 in x,
        lambda x: [1.0, 2.0][x[0].astype(int)],
        lambda x: x.requires_grad_(),
        lambda x: np.sum(x).backward(),
        lambda x: x.register_hook(print),
        lambda x: x.retain_grad(),
    ],
)
def test_values_cannot_be_looked_at(look, xs):
    with pytest.raises(CannotBatchError, match=r"stands for 4 of shape .*np\.where for an if"):
        ag.vmap(look)(xs)


@pytest.mark.parametrize(
    "walk",
    [
        lambda x, weight: ag.backward([weight * x]),
        lambda x, weight: ag.backward(weight * x, inputs=[weight]),
        lambda x, weight: ag.backward(weight * 2, x),
        lambda x, weight: ag.backward(weight * 2, inputs=x),
        lambda x, weight: ag.backward(weight * 2, inputs=iter([x * weight])),
        lambda x, weight: ag.backward(x * 2),
        lambda x, weight: (weight * x).backward(),
    ],
)
def test_backward_says_by_its_name_that_it_is_for_one(walk):
    weight = Tensor(2.0, requires_grad=True)
    with pytest.raises(CannotBatchError, match=r"^backward: this Tensor stands for 3 of shape"):
        ag.vmap(lambda x: walk(x, weight))(np.ones(3))
    assert weight.grad is None


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (lambda same, x: same.__setitem__(0, x[0]), r"x\[index\] = value"),
        (lambda same, x: same.__iadd__(x), r"\+="),
        (lambda same, x: np.add(x, x, out=same), r"np\.add with out="),
        (np.copyto, r"np\.copyto"),
        (lambda same, x: same.fill(x[0]), r"fill\(\)"),
    ],
)
def test_a_tensor_that_is_the_same_for_all_does_not_become_many(write, what, xs):
    same = Tensor(np.zeros(3))
    reason = r": the result differs .* float64 \(3,\), is the same for all 4, .*np\.zeros_like\(x, shape=\(3,\)\)"
    with pytest.raises(CannotBatchError, match=what + reason):
        ag.vmap(lambda x: write(same, x))(xs)
    np.testing.assert_array_equal(same.data, np.zeros(3))


def test_what_differs_is_written_into_zeros_like_an_argument(xs):
    def function(x):
        total = np.zeros_like(x, shape=(2,))
        total[1] = x[0]
        return total

    np.testing.assert_array_equal(ag.vmap(function)(xs), np.stack([0 * xs[:, 0], xs[:, 0]], axis=1))


@pytest.mark.parametrize(
    ("look", "name"),
    [
        (np.unique, "unique"),
        (lambda x: ag.histogram(x, 3), "histogram"),
        (lambda x: np.split(x, x[:1].astype(int)), "split"),
        (lambda x: float(x[0]), "float"),
        (lambda x: x.tolist(), "tolist"),
        (lambda x: x if x[0] > 0 else -x, "bool"),
    ],
)
def test_who_looks_at_values_is_named(look, name, xs):
    with pytest.raises(CannotBatchError, match=f"^{name}: this Tensor stands for 4 of shape"):
        ag.vmap(look)(xs)


def test_a_composition_is_named_with_its_part(xs):
    with pytest.raises(CannotBatchError, match=r"^places_in_order, a part of interp: has no batching rule"):
        ag.vmap(lambda x: np.interp(0.5, x, x), loops=False)(xs)
    with pytest.raises(CannotBatchError, match=r"^argwhere, a part of trim_zeros: gives results of several shapes"):
        ag.vmap(np.trim_zeros)(np.array([[0.0, 1.0], [1.0, 2.0]]))


def test_checks_of_values_are_made_for_all_examples_at_once(xs):
    weights = np.abs(xs)
    averages = [np.average(x, weights=w) for x, w in zip(xs, weights, strict=True)]
    np.testing.assert_allclose(ag.vmap(lambda x, w: np.average(x, weights=w))(xs, weights), averages)
    covariances = [np.cov(x, aweights=w) for x, w in zip(xs, weights, strict=True)]
    np.testing.assert_allclose(ag.vmap(lambda x, w: np.cov(x, aweights=w))(xs, weights), covariances)
    quantiles = [np.quantile(x, 0.3, weights=w, method="inverted_cdf") for x, w in zip(xs, weights, strict=True)]
    found = ag.vmap(lambda x, w: np.quantile(x, 0.3, weights=w, method="inverted_cdf"))(xs, weights)
    np.testing.assert_allclose(found, quantiles)
    weights[2] = 0.0
    with pytest.raises(ZeroDivisionError, match="average: the weights add up to 0"):
        ag.vmap(lambda x, w: np.average(x, weights=w))(xs, weights)


# Modes inside


def test_modes_that_watch_see_the_whole(xs):
    names = []

    def note(primitive, operands, attributes):
        names.append((primitive.name, np.shape(operands[0])))
        return primitive.perform(operands, attributes, ag.is_grad_enabled())

    def wave(x):
        return np.sum(np.sin(x) * x)

    def inside(mode):
        def function(x):
            with mode:
                return wave(x)

        return function

    measured, hooks = ag.profile(), ag.saved_tensors_hooks(lambda kept: kept, lambda packed: packed)
    for mode in (ag.retain_all(), ag.detect_anomaly(), measured, extending.intercepting(note), hooks):
        np.testing.assert_allclose(ag.vmap(inside(mode))(xs), np.sum(np.sin(xs) * xs, axis=1))
        together = ag.vmap(ag.grad(inside(mode)))(xs)
        np.testing.assert_allclose(together, [ag.grad(wave)(x) for x in xs])
        nested = ag.vmap(ag.vmap(inside(mode)))(xs[None])
        np.testing.assert_allclose(nested, np.sum(np.sin(xs) * xs, axis=1)[None])
    assert names[:2] == [("sin", (COUNT, 3)), ("multiply", (COUNT, 3))]
    assert {row.operation for row in measured.rows()} >= {"sin", "multiply", "sum"}


def test_an_anomaly_of_one_example_is_reported(xs):
    def function(x):
        with ag.detect_anomaly():
            return np.log(x)

    xs = np.abs(xs) + 1.0
    np.testing.assert_allclose(ag.vmap(function)(xs), np.log(xs))
    xs[2, 1] = 0.0
    with pytest.raises(ag.AnomalyError, match=r"log: the forward gave -inf at \[2, 1\], of finite values") as caught:
        ag.vmap(function)(xs)
    assert "the first axis counts the examples of vmap" in str(caught.value)


def test_recording_is_chosen_inside(xs):
    def function(x):
        with ag.no_grad():
            scale = np.sum(x)
        with ag.no_grad(), ag.enable_grad():
            return np.sum(x * x) * scale

    np.testing.assert_allclose(ag.vmap(ag.grad(function))(xs), [2 * x * x.sum() for x in xs])


def test_what_leaves_the_function_is_of_no_use(xs):
    kept = []
    ag.vmap(lambda x: kept.append(x) or x)(xs)
    with pytest.raises(CannotBatchError):
        kept[0] + 1


def test_results_of_several_shapes_are_refused():
    with pytest.raises(CannotBatchError, match=r"several shapes .*\(1,\), \(2,\)"):
        ag.vmap(lambda x: x[x > 0])(np.array([[1.0, -1.0], [1.0, 2.0]]))


def test_errors_are_those_of_one_example(xs):
    with pytest.raises(ValueError, match=r"sum.*\(3,\)"):
        ag.vmap(lambda x: np.sum(x, axis=-2))(xs)
    with pytest.raises(ValueError, match=r"matmul.*\(3,\).*\(4,\)"):
        ag.vmap(lambda x: x @ np.ones(4))(xs)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: ag.vmap(3), TypeError, "vmap: takes a function"),
        (ag.vmap(np.sin), ValueError, "no argument has an axis"),
        (lambda: ag.vmap(np.sin, in_axes=None)(np.ones(3)), ValueError, "no argument has an axis"),
        (lambda: ag.vmap(np.add)(np.ones(3), np.ones(4)), ValueError, r"several numbers of examples, \[3, 4\]"),
        (
            lambda: ag.vmap(np.sin)(3.0),
            ValueError,
            r"the axis 0 for args\[0\], which is .*None is for what is the same",
        ),
        (lambda: ag.vmap(np.sin, in_axes=2)(np.ones((2, 2))), ValueError, "the axis 2"),
        (lambda: ag.vmap(np.sin, in_axes=(0, 0))(np.ones(2)), ValueError, r"in_axes has \(0, 0\) for a tuple of 1"),
        (lambda: ag.vmap(np.sin, in_axes=({"a": 0},))({"b": np.ones(2)}), ValueError, r"in_axes has .* keys \['b'\]"),
        (lambda: ag.vmap(np.sin, in_axes="a")(np.ones(2)), TypeError, "in_axes holds integers and None, got 'a'"),
        (lambda: ag.vmap(np.sin, in_axes=True)(np.ones(2)), TypeError, "in_axes holds integers and None, got True"),
        (lambda: ag.vmap(np.sin, out_axes=1)(np.ones(2)), ValueError, "out_axes has the axis 1 for a result of 1 axes"),
        (lambda: ag.vmap(np.sin, out_axes=None)(np.ones(2)), ValueError, "out_axes is None for a result that differs"),
        (lambda: ag.vmap(np.sin, out_axes=(0, 0))(np.ones(2)), ValueError, "out_axes has"),
        (lambda: ag.vmap(lambda x: "text")(np.ones(2)), TypeError, "the function gave"),
        (lambda: ag.vmap(np.multiply)(np.ones(2), x2=np.ones(2)), TypeError, "keyword arguments are the same .*'x2'"),
        (lambda: ag.vmap(np.sin)("text"), TypeError, "numbers"),
    ],
)
def test_bad_arguments(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_the_tensors_form_of_grad_needs_an_argument_of_each_example(xs):
    weight = Tensor(np.ones(3), requires_grad=True)
    with pytest.raises(RuntimeError, match="the same for all; make it an argument of the function"):
        ag.vmap(lambda x: ag.grad(np.sum(weight * x), weight))(xs)


def test_nothing_is_left_over(xs):
    with pytest.raises(ZeroDivisionError):
        ag.vmap(lambda x: 1 / 0)(xs)
    assert ag.modes.current_mode().interceptor is None
    ag.vmap(ag.grad(bumpy))(xs)  # what is known of a function is kept from its first call on
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(3):
            ag.vmap(ag.grad(bumpy))(xs)
        assert len(gc.get_objects()) <= before + 2
    finally:
        gc.enable()


def test_another_primitive_of_the_same_name_has_no_batching_rule(xs):
    def flip(x, /):
        return x - x.mean()

    namesake = Primitive(flip, flip, {}, domain=None, label=None, analytic=False, settles_numbers=False)
    np.testing.assert_allclose(ag.vmap(namesake)(xs), xs - xs.mean(axis=1, keepdims=True))


def test_a_primitive_of_ones_own_can_have_a_batching_rule(throwaway, xs):
    calls = []

    @ag.primitive(rules={"x": lambda g, x_shape: np.broadcast_to(g[..., None], x_shape)})
    def total_of_mine(x, /):
        calls.append(x.shape)
        return np.sum(x, axis=tuple(range(x.ndim - 1, x.ndim)))

    @extending.batching_rule(total_of_mine)
    def _(apply, operands, attributes):
        (x,) = operands
        assert type(x) is extending.Each
        return apply([x.whole], attributes) if x.ndim == 1 else None

    np.testing.assert_allclose(ag.vmap(total_of_mine, loops=False)(xs), xs.sum(axis=1))
    assert calls == [(COUNT, 3)]
    with pytest.raises(CannotBatchError, match="total_of_mine: has no batching rule for these operands"):
        ag.vmap(total_of_mine, loops=False)(xs[:, None])


def test_a_primitive_that_is_declared_anew_has_not_the_batching_rule_of_the_old_one(throwaway, xs):
    def declared(factor):
        @ag.primitive(rules={"x": lambda g, x_shape: np.broadcast_to(factor * g, x_shape)})
        def total_of_mine(x, /):
            return factor * np.sum(x)

        return total_of_mine

    old = declared(1.0)
    extending.batching_rule(old)(lambda apply, operands, attributes: ag.sum(operands[0].whole, axis=1))
    new = declared(2.0)
    np.testing.assert_allclose(ag.vmap(old)(xs), xs.sum(axis=1))
    np.testing.assert_allclose(ag.vmap(new)(xs), 2 * xs.sum(axis=1))
    np.testing.assert_allclose(ag.vmap(ag.grad(new))(xs), np.full(xs.shape, 2.0))


def test_random_numbers_are_refused_or_the_same_for_all(xs):
    def noisy(x):
        return x + ag.generator().normal(size=3)

    with pytest.raises(RuntimeError, match=r"generator: inside vmap .* the same for all examples.*randomness='same'"):
        ag.vmap(noisy)(xs)
    with pytest.raises(RuntimeError, match="the same for all examples"):
        ag.vmap(ag.checkpoint(noisy))(Tensor(xs, requires_grad=True))
    with pytest.raises(RuntimeError, match="the same for all examples"):
        ag.vmap(lambda x: x + ag.manual_seed(0).normal())(xs)
    ag.manual_seed(1)
    noise = ag.generator().normal(size=3)
    ag.manual_seed(1)
    np.testing.assert_allclose(ag.vmap(noisy, randomness="same")(xs), xs + noise)
    with pytest.raises(ValueError, match="randomness is 'error' or 'same', got 'different'"):
        ag.vmap(noisy, randomness="different")


# Operations that are functions, and transforms inside of them


def cubed(x):
    return x**3, lambda g: g * 7.0 * x


@pytest.mark.parametrize(
    "inside",
    [
        lambda x: np.sum(ag.custom_gradient(cubed)(x)),
        ag.checkpoint(lambda y: np.sum(ag.custom_gradient(cubed)(y))),
        lambda x: np.sum(ag.grad(lambda y: np.sum(y**3))(x) ** 2),
        lambda x: np.sum(ag.jacobian(lambda y: y**2 * y[0])(x)),
        lambda x: ag.jvp(np.sin, (x,), (x,))[1].sum(),
    ],
)
@pytest.mark.parametrize("transform", [ag.grad, ag.jacobian, ag.hessian])
def test_checkpoints_of_transforms_and_of_their_own_gradients(inside, transform, xs):
    """A level is entered once, however many functions are computed anew in it."""
    function = transform(ag.checkpoint(inside))
    np.testing.assert_allclose(ag.vmap(function)(xs), [transform(inside)(x) for x in xs])
    np.testing.assert_allclose(function(xs[0]), transform(inside)(xs[0]))


def test_a_pullback_with_a_derivative_inside(xs):
    @ag.custom_gradient
    def implicit(x):
        return np.sin(x), lambda g: g * ag.elementwise_grad(np.sin)(x)

    found = ag.vmap(ag.grad(lambda x: np.sum(implicit(x) ** 2)))(xs)
    np.testing.assert_allclose(found, 2 * np.sin(xs) * np.cos(xs))


def test_what_a_checkpoint_has_read_and_changes_later(xs):
    def function(x):
        scale = x * 2.0
        y = ag.checkpoint(lambda z: np.sum(z * scale))(x)
        scale += 100.0
        return y

    np.testing.assert_allclose(ag.vmap(ag.grad(function))(xs), 4 * xs)


def test_pullbacks_and_pushes_from_outside(xs):
    _, pullback = ag.vjp(np.sin, xs[0])
    np.testing.assert_allclose(ag.vmap(pullback)(np.eye(3))[0], np.diag(np.cos(xs[0])))
    _, push = ag.linearize(np.sin, xs[0])
    np.testing.assert_allclose(ag.vmap(push)(np.eye(3)), np.diag(np.cos(xs[0])))
    twice = ag.vmap(ag.vmap(pullback))(np.stack([np.eye(3), 2 * np.eye(3)]))[0]
    np.testing.assert_allclose(twice[1], 2 * np.diag(np.cos(xs[0])))


def test_a_function_that_uses_transforms(xs):
    class Slope(ag.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return ag.elementwise_grad(np.sin)(x.detach()) + ag.generator().normal() * 0

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return -g * np.sin(x)

    np.testing.assert_allclose(ag.vmap(Slope.apply)(xs), np.cos(xs))
    np.testing.assert_allclose(ag.vmap(ag.grad(lambda x: np.sum(Slope.apply(x))))(xs), -np.sin(xs))


def test_a_mistake_is_said_where_loops_are_forbidden(xs):
    with pytest.raises(CannotBatchError, match=r"matmul: failed for all: .*must equal the second to last"):
        ag.vmap(lambda x: x @ np.ones(7), loops=False)(xs)
