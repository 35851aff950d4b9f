"""checkpoint, custom_gradient and stop_gradient: gradients, what is kept, nesting, errors."""

import gc
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from autograd.testing import gradcheck, gradgradcheck
from tests.engine.helpers import live_operations

# ---------------------------------------------------------------------------------------------------------- checkpoint


def f(x: Any, y: Any) -> Any:
    return np.tanh(x) * np.exp(y) + x**2


def test_derivatives_of_any_order_are_those_of_the_function(rng):
    x, y = rng.standard_normal((2, 3))
    gradcheck(ag.checkpoint(f), x, y)
    gradgradcheck(ag.checkpoint(f), x, y)
    plain, checkpointed = (ag.hessian(lambda x, g=g: g(x, x).sum()) for g in (f, ag.checkpoint(f)))
    np.testing.assert_allclose(checkpointed(x), plain(x))


def test_weights_that_the_function_finds_elsewhere_get_their_gradients():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    models = []
    for wrap in (lambda g: g, ag.checkpoint):
        ag.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 4, dtype=np.float64), nn.Tanh(), nn.Linear(4, 1, dtype=np.float64))
        hidden = x * 2  # not a leaf, and used twice
        (wrap(lambda x, model=model, hidden=hidden: model(x) * hidden)(hidden)).sum().backward()
        models.append([x.grad, *(parameter.grad for parameter in model.parameters())])
        x.grad = None
    for one, other in zip(*models, strict=True):
        np.testing.assert_allclose(one.data, other.data)


def test_trees_go_in_and_out():
    @ag.checkpoint
    def g(p, scale=1.0):
        return {"sum": (p["a"] + p["b"]) * scale, "product": [p["a"] * p["b"]]}

    p = {"a": Tensor([1.0, 2.0], requires_grad=True), "b": Tensor(3.0, requires_grad=True)}
    out = g(p, scale=10.0)
    (out["sum"].sum() + out["product"][0].sum()).backward()
    assert out["product"][0].shape == (2,)
    assert p["a"].grad.tolist() == [13.0, 13.0]
    assert p["b"].grad.item() == 23.0


def test_complex_values_and_single_precision():
    z = Tensor([1.0 + 2.0j], requires_grad=True)
    np.abs(ag.checkpoint(lambda z: z**2)(z)).sum().backward()
    plain = Tensor(z.data, requires_grad=True) if not z.requires_grad else Tensor([1.0 + 2.0j], requires_grad=True)
    np.abs(plain**2).sum().backward()
    np.testing.assert_allclose(z.grad.data, plain.grad.data)
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    ag.checkpoint(np.tanh)(x).sum().backward()
    assert x.grad.dtype == np.float32


def test_random_numbers_are_the_same_both_times():
    ag.manual_seed(3)
    x = Tensor(np.ones(100), requires_grad=True)
    out = ag.checkpoint(lambda x: x * ag.generator().standard_normal(100))(x)
    after = ag.generator().standard_normal()
    out.sum().backward()
    np.testing.assert_allclose(x.grad.data, out.detach().data)
    ag.manual_seed(3)
    ag.generator().standard_normal(100)
    assert ag.generator().standard_normal() == after


def test_the_function_is_called_once_more_and_no_more():
    calls = []

    def g(x, y):
        calls.append(1)
        return x * y

    x, y = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    out = ag.checkpoint(g)(x, y)
    assert len(calls) == 1
    out.backward(retain_graph=True)
    assert len(calls) == 2
    out.backward()
    assert len(calls) == 3
    assert (x.grad.item(), y.grad.item()) == (6.0, 4.0)
    with ag.no_grad():
        ag.checkpoint(g)(x, y)
    assert len(calls) == 4


def test_checkpoints_nest():
    @ag.checkpoint
    def outer(x):
        return ag.checkpoint(lambda x: np.sin(x) * w)(x) ** 2

    w = Tensor(2.0, requires_grad=True)
    x = Tensor(0.5, requires_grad=True)
    outer(x).backward()
    np.testing.assert_allclose(x.grad.item(), 8 * np.sin(0.5) * np.cos(0.5))
    np.testing.assert_allclose(w.grad.item(), 4 * np.sin(0.5) ** 2)


def peak(length: int, segment: int) -> int:
    """How many arrays a chain needs at most, forward and backward, if it is cut into segments."""

    def run(x, count):
        for _ in range(count):
            x = np.sin(x)
        return x

    x = Tensor(np.ones(10_000), requires_grad=True)
    tracemalloc.start()
    y = x
    for _ in range(length // segment):
        y = ag.checkpoint(run)(y, segment) if segment > 1 else run(y, 1)
    y.sum().backward()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most // x.nbytes


def test_memory_grows_with_the_root_of_a_chain():
    assert peak(256, 1) >= 256
    assert peak(256, 16) <= 2 * 16 + 8
    assert peak(1024, 32) <= 2 * 32 + 8


def test_only_functions_can_be_checkpointed():
    with pytest.raises(TypeError, match="checkpoint: takes a function"):
        ag.checkpoint(3.0)


def test_any_tree_comes_out_and_what_has_no_gradient_is_handed_on():
    @ag.checkpoint
    def g(x):
        return {
            "wave": (np.sin(x), None, 3, "text"),
            "first": np.argmax(x),
            "complex": np.sum(x * 1j),
            "single": single,
        }

    x = Tensor([1.0, 2.0], requires_grad=True)
    single = Tensor(np.ones(2, np.float32), requires_grad=True)
    out = g(x)
    assert out["wave"][1:] == (None, 3, "text")
    assert (out["first"].item(), out["first"].requires_grad) == (1, False)
    assert (out["complex"].dtype, out["single"].dtype) == (np.complex128, np.float32)
    (out["wave"][0].sum() + 2 * out["single"].sum() + np.abs(out["complex"])).backward()
    np.testing.assert_allclose(x.grad.data, np.cos([1.0, 2.0]) + 1)
    assert single.grad.tolist() == [2.0, 2.0]
    assert ag.checkpoint(lambda x: ("text", None))(x) == ("text", None)


def test_results_that_nothing_uses_have_no_path():
    x = Tensor([0.0, 2.0], requires_grad=True)
    used, _ = ag.checkpoint(lambda x: (x**2, np.sqrt(x)))(x)  # of which zeros would make NaN: 0 * inf
    used.sum().backward()
    assert x.grad.tolist() == [0.0, 4.0]
    w = Tensor(1.0, requires_grad=True)
    used, other = ag.checkpoint(lambda x, w: (x * 2, x * w))(x, w)
    assert ag.grad(used.sum(), [x, w], allow_unused=True)[1] is None
    used, other = ag.checkpoint(lambda x, w: (x * 2, x * w))(x, w)
    assert ag.grad((used * other).sum(), w)[0].item() == 8.0


def test_a_result_may_be_an_argument_and_may_be_there_twice():
    x = Tensor([1.0, 2.0], requires_grad=True)
    same, double, again = ag.checkpoint(lambda x: (x, x * 2, x))(x)
    (same.sum() + 3 * again.sum()).backward()
    assert x.grad.tolist() == [4.0, 4.0]
    assert double.tolist() == [2.0, 4.0]


def test_second_derivatives_pass_through_several_results(rng):
    def whole(x):
        return np.sum(np.sin(x) * np.cos(x) * x)

    parts = ag.checkpoint(lambda x: (np.sin(x), np.cos(x) * x))
    x = rng.standard_normal(3)
    np.testing.assert_allclose(ag.hessian(lambda x: np.sum(parts(x)[0] * parts(x)[1]))(x), ag.hessian(whole)(x))
    for mode in ("reverse", "forward"):
        by_first, by_second = ag.jacobian(parts, mode=mode)(x)
        np.testing.assert_allclose(by_first, np.diag(np.cos(x)))
        np.testing.assert_allclose(by_second, np.diag(np.cos(x) - x * np.sin(x)), atol=1e-12)


def test_who_watches_sees_several_results_too():
    parts = ag.checkpoint(lambda x: (np.sin(x), x * 2))
    x = Tensor([1.0, 2.0], requires_grad=True)
    with ag.retain_all(), ag.detect_anomaly(), ag.profile() as measured:
        wave, double = parts(x)
        (wave * double).sum().backward()
    assert wave.grad.tolist() == double.tolist()
    assert ("checkpoint", "backward") in {(event.operation, event.phase) for event in measured.events}
    assert ag.Graph(wave, double).statistics() is not None


def test_hooks_inside_see_the_gradients_of_the_later_call():
    seen = []

    def f(x, is_careful):
        y = x * 2
        if y.requires_grad or not is_careful:
            y.register_hook(lambda g: seen.append(g.tolist()))
        return y**2

    x = Tensor([1.0, 2.0], requires_grad=True)
    ag.checkpoint(f)(x, True).sum().backward()
    assert seen == [[4.0, 8.0]]
    ag.checkpoint(f)(x, False).sum().backward()
    assert seen == [[4.0, 8.0]] * 2


@pytest.mark.parametrize("results", [[[1.0], [1.0, 2.0]], [1.0, (1.0, 2.0)], [(1.0, 2.0), 1.0]])
def test_a_function_that_does_not_do_the_same_again_is_found(results):
    given = iter(results)

    @ag.checkpoint
    def changing(x):
        result = next(given)
        return tuple(x * each for each in result) if isinstance(result, tuple) else x * np.array(result)

    out = changing(Tensor(3.0, requires_grad=True))
    with pytest.raises(
        RuntimeError, match=r"checkpoint: changing was computed anew .* gave other Tensors than the first"
    ):
        (out[0] if isinstance(out, tuple) else out).sum().backward()


def test_constants_that_are_changed_later_are_what_they_were():
    x, c = Tensor([1.0, 1.0], requires_grad=True), Tensor([2.0, 3.0])
    y = ag.checkpoint(lambda x: x * c)(x)
    c *= 0.0
    c += 5.0
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 3.0]
    assert c.tolist() == [5.0, 5.0]


def test_what_was_computed_elsewhere_and_is_changed_later_is_what_it_was():
    x, w = Tensor([1.0, 1.0], requires_grad=True), Tensor([2.0, 3.0], requires_grad=True)
    hidden, constant = w * w, Tensor([1.0, 1.0])
    y = ag.checkpoint(lambda x: x * hidden * constant)(x)
    hidden += 1.0
    constant += w  # which requires grad from now on
    with ag.no_grad():
        w *= 0.0
    y.sum().backward()
    assert x.grad.tolist() == [4.0, 9.0]
    assert w.grad.tolist() == [4.0, 6.0]
    assert hidden.tolist() == [5.0, 10.0]


def test_constants_that_the_function_itself_changes_are_changed_once():
    class Counting(nn.Module):
        def __init__(self):
            self.register_buffer("calls", Tensor(1.0))

        def forward(self, x):
            before = x * self.calls
            self.calls += 1.0
            return before * self.calls

    x, module = Tensor([1.0, 1.0], requires_grad=True), Counting()
    y = ag.checkpoint(module)(x)
    assert module.calls.item() == 2.0
    y.sum().backward()
    assert module.calls.item() == 2.0
    assert x.grad.tolist() == [2.0, 2.0]


def test_arguments_that_the_function_changes_are_what_they_were():
    def f(x, array, constant):
        array *= 2.0
        constant += 1.0
        return x * array * constant

    x, array, constant = Tensor([1.0, 2.0], requires_grad=True), np.ones(2), Tensor(1.0)
    y = ag.checkpoint(f)(x, array, constant)
    for _ in range(2):
        x.grad = None
        y.sum().backward(retain_graph=True)
        assert x.grad.tolist() == [4.0, 4.0]


def test_threads_that_draw_meanwhile_do_not_disturb():
    """Another thread draws while the function runs; what the function drew is drawn again, and by nobody else."""
    ag.manual_seed(5)
    drawn, elsewhere = [], []

    def draw_elsewhere():
        with ThreadPoolExecutor(1) as pool:
            elsewhere.append(pool.submit(lambda: ag.generator().standard_normal(3)).result())

    @ag.checkpoint
    def f(x):
        first = ag.generator().standard_normal(3)
        draw_elsewhere()
        drawn.append([first, ag.generator().standard_normal(3)])
        return x * first * drawn[-1][1]

    x = Tensor(np.ones(3), requires_grad=True)
    out = f(x)
    draw_elsewhere()
    out.sum().backward()
    np.testing.assert_array_equal(drawn[0], drawn[1])
    numbers = np.concatenate([np.ravel(drawn[0]), *elsewhere])
    assert len(set(numbers)) == len(numbers)


def test_threads_may_walk_through_one_graph():
    f = ag.checkpoint(lambda x: (np.sin(x) * ag.generator().random(3), x * 2))
    x = Tensor(np.ones(3), requires_grad=True)
    wave, double = f(x)
    loss = (wave * double).sum()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: ag.grad(loss, x, retain_graph=True)[0].tolist(), range(40)))
    assert all(each == found[0] for each in found)


def test_seeding_inside_holds_afterwards():
    @ag.checkpoint
    def f(x):
        ag.manual_seed(1)
        return x * ag.generator().standard_normal(2)

    x = Tensor(np.ones(2), requires_grad=True)
    ag.manual_seed(0)
    out = f(x)
    after = ag.generator().standard_normal()
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.data, out.detach().data)
    ag.manual_seed(1)
    ag.generator().standard_normal(2)
    assert ag.generator().standard_normal() == after


@pytest.mark.parametrize("walks", [0, 1, 2])
def test_nothing_is_left_for_the_garbage_collector(walks):
    constant = Tensor(np.ones(3))
    segments = [
        ag.checkpoint(lambda x: (x * constant, np.sin(x))),
        ag.checkpoint(lambda x: [x * constant]),
        ag.custom_gradient(lambda x: ((x * constant, np.sin(x)), lambda g: g[0] + g[1])),
        ag.custom_gradient(lambda x: ([np.sin(x) * constant], lambda g: g[0])),
    ]
    x = Tensor(np.ones(3), requires_grad=True)
    gc.collect()
    gc.disable()
    before = live_operations()
    try:
        for segment in segments:
            out = segment(x * 2)
            reference = weakref.ref(out[0]._array)
            for _ in range(walks):
                sum(part.sum() for part in out).backward(retain_graph=True)
            del out
            assert reference() is None
        assert live_operations() == before
    finally:
        gc.enable()


def test_the_gradients_of_a_walk_are_not_kept_by_the_graph():
    x = Tensor(np.ones(3), requires_grad=True)
    y = Tensor(np.ones(3), requires_grad=True)
    for function in (ag.checkpoint(lambda x, y: x * y), product):
        out = function(x, y)
        weight = np.ones(3)
        seed = Tensor(weight)
        reference = weakref.ref(seed._array)
        (first,) = ag.grad(out, x, seed, retain_graph=True)
        del seed
        assert reference() is None
        (second,) = ag.grad(out, x, Tensor(weight), retain_graph=True)
        np.testing.assert_array_equal(first.data, second.data)


# ----------------------------------------------------------------------------------------------------- custom gradients


@ag.custom_gradient
def product(x: Any, y: Any) -> Any:
    return x * y, lambda g: (g * y, g * x)


def test_a_gradient_of_ones_own_is_right_to_second_order(rng):
    x, y = rng.standard_normal((2, 3))
    gradcheck(product, x, y)
    gradgradcheck(product, x, y)


def test_a_gradient_of_ones_own_is_used():
    @ag.custom_gradient
    def odd(x, *, factor=1.0):
        return x**2, lambda g: g * 100 * factor

    assert ag.grad(odd)(3.0) == 100.0
    x = Tensor(3.0, requires_grad=True)
    odd(x, factor=2.0).backward()
    assert x.grad.item() == 200.0
    assert not odd(Tensor(3.0)).requires_grad


def test_none_stands_for_zeros_and_complex_cotangents_are_pytorchs():
    half = ag.custom_gradient(lambda x, y: (x * y, lambda g: (None, g)))
    assert ag.grad(half, (0, 1))(2.0, 3.0) == (0.0, 1.0)
    square = ag.custom_gradient(lambda z: (z**2, lambda g: g * np.conj(2 * z)))
    z = np.array([1.0 + 2.0j])
    np.testing.assert_allclose(ag.vjp(square, z)[1](z)[0], ag.vjp(lambda z: z**2, z)[1](z)[0])


def test_several_results_are_results_of_their_own(rng):
    @ag.custom_gradient
    def both(x, y):
        return (x * y, {"sum": x + y, "count": 2, "text": "t"}), lambda g: (
            g[0] * y + g[1]["sum"],
            g[0] * x + g[1]["sum"],
        )

    x, y = rng.standard_normal((2, 3))
    out, rest = both(x, y)
    assert (type(out), rest["count"].item(), rest["text"]) == (Tensor, 2, "t")
    gradcheck(lambda x, y: both(x, y)[0] ** 2 + both(x, y)[1]["sum"], x, y)
    gradgradcheck(lambda x, y: both(x, y)[0] ** 2 + both(x, y)[1]["sum"], x, y)
    x = Tensor(x, requires_grad=True)
    both(x, y)[1]["sum"].sum().backward()  # the pullback gets zeros for the other one
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_python_numbers_stay_what_they_are():
    seen = []

    @ag.custom_gradient
    def times(x, y):
        seen.append(y)
        return x * y, lambda g: (g * y, np.sum(g * x))

    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    out = times(x, 2.0)
    out.sum().backward(create_graph=True)
    assert (out.dtype, x.grad.dtype) == (np.float32, np.float32)
    assert [type(each) for each in seen] == [float, float]
    assert times(np.float64(1.0), 2).dtype == np.float64
    x.grad = None


def test_methods_can_bring_their_gradient():
    class Scaling:
        def __init__(self, factor):
            self.factor = factor

        @ag.custom_gradient
        def __call__(self, x, mode):
            assert mode == "twice"
            return 2 * self.factor * x, lambda g: 2 * self.factor * g

    assert ag.grad(lambda x: Scaling(3.0)(x, "twice"))(5.0) == 6.0

    class Layer(nn.Linear):
        @ag.custom_gradient
        def doubled(self, x):
            return 2 * x, lambda g: 2 * g

        @ag.custom_gradient
        def weighted(self, x):
            return x * self.bias, lambda g: g

    assert ag.grad(Layer(2, 1).doubled)(5.0) == 2.0
    with pytest.raises(TypeError, match="weighted uses a Tensor that requires grad and is no positional argument"):
        ag.grad(Layer(2, 1).weighted)(5.0)


@pytest.mark.parametrize(
    ("function", "error", "words"),
    [
        (lambda x, y: x, TypeError, "must give a pair"),
        (lambda x, y: (x, x), TypeError, "must give a pair"),
        (lambda x, y: (np.sum(x), lambda g: (g, g, g)), TypeError, "has 2 arguments, and its pullback gave 3"),
        (lambda x, y: (np.sum(x), lambda g: g), TypeError, "has 2 arguments, and its pullback gave 1"),
        (
            lambda x, y: (np.sum(x * y), lambda g: (np.ones(2), None)),
            ValueError,
            r"pullback of <lambda> gave a cotangent of shape \(2,\) for argument 0, of shape \(3,\)",
        ),
        (
            lambda x, y: (np.sum(x * y), lambda g: (g * y, g)),
            ValueError,
            r"pullback of <lambda> gave a cotangent of shape \(\) for argument 1, of shape \(3,\)",
        ),
        (
            lambda x, y: (np.sum(x * y), lambda g: (g * y, "none")),
            TypeError,
            "pullback of <lambda> gave a str for argument 1",
        ),
    ],
)
def test_what_is_no_function_with_a_gradient_is_refused(function, error, words):
    with pytest.raises(error, match=words):
        ag.grad(ag.custom_gradient(function), (0, 1))(np.ones(3), np.ones(3))


def test_a_second_derivative_of_a_pullback_of_arrays_is_refused_and_not_zero():
    @ag.custom_gradient
    def square(x):
        return x**2, lambda g: g.data * 2 * ag.stop_gradient(x).data

    x = Tensor([1.0, 2.0], requires_grad=True)
    square(x).sum().backward(create_graph=True)  # a first derivative is right
    assert x.grad.tolist() == [2.0, 4.0]
    with pytest.raises(RuntimeError, match="derivative of what the pullback of square gave for argument 0"):
        ag.hessian(lambda x: square(x).sum())(np.ones(2))


def test_a_tensor_in_a_dict_is_said_to_get_no_gradient():
    @ag.custom_gradient
    def double(p):
        return p["a"] * 2, lambda g: {"a": g * 2}

    with pytest.raises(TypeError, match="double got a Tensor that requires grad by name, or inside of a dict"):
        double({"a": Tensor([1.0], requires_grad=True)})


# ------------------------------------------------------------------------------------------------------ stop_gradient


def test_what_is_stopped_is_a_constant():
    assert ag.grad(lambda x: x * ag.stop_gradient(x**2))(3.0) == 9.0
    stopped = ag.stop_gradient({"a": Tensor(1.0, requires_grad=True) * 2, "b": 3.0})
    assert not stopped["a"].requires_grad
    assert stopped["b"] == 3.0


# ------------------------------------------------------------------------------------------------------- inside of vmap


def pair(x: Any, y: Any) -> Any:
    return x * y, np.sin(x) + y


SAME_PAIR = [
    ag.checkpoint(pair),
    ag.custom_gradient(lambda x, y: (pair(x, y), lambda g: (g[0] * y + g[1] * np.cos(x), g[0] * x + g[1]))),
]


@pytest.mark.parametrize("segment", SAME_PAIR, ids=["checkpoint", "custom_gradient"])
def test_several_results_for_each_example(segment, rng):
    xs, y = rng.standard_normal((4, 3)), rng.standard_normal(3)

    def one(function):
        return lambda x, y: np.sum(function(x, y)[0] ** 2 * function(x, y)[1])

    by_each = ag.vmap(ag.grad(one(segment)), in_axes=(0, None))(xs, y)
    np.testing.assert_allclose(by_each, [ag.grad(one(pair))(x, y) for x in xs])
    hessians = ag.vmap(ag.hessian(one(segment)), in_axes=(0, None))(xs, y)
    np.testing.assert_allclose(hessians, [ag.hessian(one(pair))(x, y) for x in xs])
    by_shared = ag.grad(lambda y: np.sum(ag.vmap(one(segment), in_axes=(0, None))(xs, y)))(y)
    np.testing.assert_allclose(by_shared, sum(ag.grad(one(pair), 1)(x, y) for x in xs))


def test_a_checkpoint_finds_the_example_that_it_was_not_given(rng):
    xs = rng.standard_normal((4, 3))

    def slope(wrap):
        return lambda x: ag.grad(lambda y: np.sum(wrap(lambda y: np.sin(y) * x)(y) ** 2))(np.ones(3))

    np.testing.assert_allclose(ag.vmap(slope(ag.checkpoint))(xs), ag.vmap(slope(lambda function: function))(xs))


@pytest.mark.parametrize(
    "body",
    [
        lambda c, x: np.sum(ag.grad(lambda z: np.sum(z**3 * c))(x)),
        lambda c, x: ag.grad(lambda z: np.sum(z**3 * c))(x),
        lambda c, x: np.sum(ag.vmap(lambda z: z**3 * c)(x)),
        lambda c, x: np.sum(ag.jacobian(lambda z: z**2 * c)(x)),
        lambda c, x: ag.jvp(lambda z: np.sum(z**2 * c), (x,), (x,))[1],
    ],
)
def test_transforms_of_arrays_inside_depend_on_the_arguments(body):
    """In the first call nothing is recorded, so that they give arrays there."""
    x, c = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    expected = ag.jacobian(lambda c: body(c, x))(c)
    np.testing.assert_allclose(ag.jacobian(ag.checkpoint(lambda c: body(c, x)))(c), expected)
    assert np.abs(expected).max() > 1


# --------------------------------------------------------------------------------------------- walks of many gradients


@pytest.mark.parametrize("results", [1, 2])
def test_a_pullback_that_reads_a_weight_gives_arrays_for_arrays(results):
    w = Tensor(2.0, requires_grad=True)

    def f(x):
        y = x**2 * 2
        return (y, y)[:results], lambda g: sum(each * w * 2 * x for each in g)

    f = ag.custom_gradient(f)
    x = np.array([1.0, 2.0])
    for function in (f, ag.checkpoint(f)):
        for jacobian in (ag.jacobian(lambda x, function=function: function(x)[0])(x), ag.jacobian(function)(x)[0]):
            assert type(jacobian) is np.ndarray
            np.testing.assert_array_equal(jacobian, np.diag([4.0, 8.0]))
    outer = Tensor(x, requires_grad=True)
    jacobian = ag.jacobian(f)(outer)[0]  # recorded, since the argument is
    assert ag.grad(jacobian.sum(), w)[0].item() == 6.0


# ---------------------------------------------------------------------------------- several results, and who looks on

X = np.array([1.0, 2.0])
DOUBLE_AND_TRIPLE = [
    ag.checkpoint(lambda x: (x * 2, x * 3)),
    ag.custom_gradient(lambda x: ((x * 2, x * 3), lambda g: g[0] * 2 + g[1] * 3)),
]


@pytest.mark.parametrize("segment", DOUBLE_AND_TRIPLE, ids=["checkpoint", "custom_gradient"])
def test_what_a_call_with_several_results_keeps_is_packed(segment):
    x, packed = Tensor(X, requires_grad=True), []

    def pack(tensor):
        packed.append(tensor.tolist())
        return tensor

    with ag.saved_tensors_hooks(pack, lambda tensor: tensor):
        double, triple = segment(x)
    assert packed == [[1.0, 2.0]]
    (double + triple).sum().backward()
    assert x.grad.tolist() == [5.0, 5.0]


@pytest.mark.parametrize("segment", DOUBLE_AND_TRIPLE, ids=["checkpoint", "custom_gradient"])
def test_a_call_with_several_results_is_seen_like_any_operation(segment):
    x = Tensor(X, requires_grad=True)
    with ag.retain_all(), ag.scope("block"):
        double, triple = segment(x)
    (call,) = double.node.parents
    assert call is triple.node.parents[0]
    assert call.scopes == ("block",)
    assert "test_segments.py:" in call.line
    (double + triple).sum().backward()
    assert call.operands[0].tolist() == [1.0, 2.0]
    with ag.no_grad():
        assert not any(each.requires_grad for each in segment(x))


class TwoResults(ag.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * 2, x * 3

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any) -> Any:
        return g * np.inf


@pytest.mark.parametrize(
    "function",
    [ag.custom_gradient(lambda x: ((x * 2, x * 3), lambda g: g[0] * np.inf)), TwoResults.apply],
    ids=["custom_gradient", "Function"],
)
def test_a_report_of_several_gradients_says_what_arrived(function):
    x = Tensor(X, requires_grad=True)
    with pytest.raises(ag.AnomalyError, match=r"the gradient rule for .* gave inf at") as raised, ag.detect_anomaly():
        np.add(*function(x)).sum().backward()
    text = str(raised.value)
    assert "gradient of the result: object of the gradients of results 0, float64 (2,), and 1, float64 (2,)" in text
    assert " at 0x" not in text
    assert "test_segments.py:" in raised.value.line
