"""autograd.Function beside torch.autograd.Function: the same source, values, gradients and what the methods see."""

from typing import Any

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")  # torch's own


class Ours:
    """What a source needs from a library, from ours."""

    functions = np
    Function = ag.Function
    once_differentiable = staticmethod(ag.once_differentiable)
    grad = staticmethod(ag.grad)
    no_grad = ag.no_grad
    enable_grad = ag.enable_grad
    jvp = staticmethod(ag.jvp)

    @staticmethod
    def tensor(values: Any, requires_grad: bool = False) -> Any:
        return ag.Tensor(values, requires_grad=requires_grad)


class Theirs:
    """The same from PyTorch."""

    functions = torch
    Function = torch.autograd.Function
    once_differentiable = staticmethod(torch.autograd.function.once_differentiable)
    grad = staticmethod(torch.autograd.grad)
    no_grad = torch.no_grad
    enable_grad = torch.enable_grad
    jvp = staticmethod(torch.func.jvp)

    @staticmethod
    def tensor(values: Any, requires_grad: bool = False) -> Any:
        return torch.tensor(values, requires_grad=requires_grad)


BOTH = (Ours, Theirs)


def values(found: Any) -> Any:
    """Give what was found as arrays, in the same structure."""
    if isinstance(found, (tuple, list)):
        return [values(each) for each in found]
    if hasattr(found, "detach"):
        return np.asarray(found.detach().numpy())
    return found


def assert_same(one: Any, other: Any) -> None:
    if isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_same(left, right)
    elif isinstance(one, np.ndarray):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)
    else:
        assert one == other


def alike(run: Any) -> Any:
    """Run the same program with both libraries; assert that it gives the same, and give it."""
    ours, theirs = (values(run(library)) for library in BOTH)
    assert_same(ours, theirs)
    return ours


# ------------------------------------------------------------------------------------------------------- the Functions


def product(lib: Any) -> Any:
    class Product(lib.Function):
        @staticmethod
        def forward(ctx, x, y, factor):
            ctx.save_for_backward(x, y)
            ctx.factor = factor
            return x * y * factor

        @staticmethod
        def backward(ctx, g):
            x, y = ctx.saved_tensors
            return g * y * ctx.factor, g * x * ctx.factor, None

    return Product


def exponential(lib: Any) -> Any:
    class Exponential(lib.Function):
        @staticmethod
        def forward(x):
            return lib.functions.exp(x)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(output)

        @staticmethod
        def backward(ctx, g):
            (result,) = ctx.saved_tensors
            return g * result

    return Exponential


def polar(lib: Any, seen: list[Any] | None = None, materialize: bool = True) -> Any:
    class Polar(lib.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.set_materialize_grads(materialize)
            radius = lib.functions.sqrt(x * x + y * y)
            angle = lib.functions.arctan2(y, x)
            ctx.save_for_backward(x, y, radius)
            return radius, angle

        @staticmethod
        def backward(ctx, by_radius, by_angle):
            if seen is not None:
                seen.append((values(by_radius), values(by_angle)))
            x, y, radius = ctx.saved_tensors
            by_radius = 0 * x if by_radius is None else by_radius
            by_angle = 0 * x if by_angle is None else by_angle
            return (
                by_radius * x / radius - by_angle * y / radius**2,
                by_radius * y / radius + by_angle * x / radius**2,
            )

    return Polar


@pytest.fixture
def points(rng):
    return rng.uniform(0.5, 2.0, (2, 3))


# ----------------------------------------------------------------------------------------------- values and derivatives


def test_first_and_second_derivatives(points):
    def run(lib):
        x, y = (lib.tensor(each, requires_grad=True) for each in points)
        z = product(lib).apply(x, y, 3.0)
        first = lib.grad((z**3).sum(), [x, y], create_graph=True)
        return [z, *first, *lib.grad((first[0] * first[1]).sum(), [x, y])]

    alike(run)


def test_a_result_that_is_saved_has_its_history(points):
    def run(lib):
        x = lib.tensor(points[0], requires_grad=True)
        apply = exponential(lib).apply
        (first,) = lib.grad((apply(x) ** 2).sum(), [x], create_graph=True)
        (second,) = lib.grad(first.sum(), [x], create_graph=True)
        return [first, second, *lib.grad(second.sum(), [x])]

    alike(run)


@pytest.mark.parametrize("which", [(0,), (1,), (0, 1)])
def test_several_results_to_second_order(points, which):
    def run(lib):
        x, y = (lib.tensor(each, requires_grad=True) for each in points)
        results = polar(lib).apply(x, y)
        loss = sum((results[place] ** (2 + place)).sum() for place in which)
        first = lib.grad(loss, [x, y], create_graph=True)
        return [*results, *first, *lib.grad((first[0] * first[1] ** 2).sum(), [x, y])]

    alike(run)


def test_a_function_inside_another_ones_backward(points):
    def run(lib):
        class Inner(lib.Function):
            @staticmethod
            def forward(ctx, x, g):
                ctx.save_for_backward(x, g)
                return g * lib.functions.cos(x)

            @staticmethod
            def backward(ctx, gg):
                x, g = ctx.saved_tensors
                return -gg * g * lib.functions.sin(x), gg * lib.functions.cos(x)

        class Outer(lib.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return lib.functions.sin(x)

            @staticmethod
            def backward(ctx, g):
                return Inner.apply(*ctx.saved_tensors, g)

        x = lib.tensor(points[0], requires_grad=True)
        (first,) = lib.grad((Outer.apply(x) ** 2).sum(), [x], create_graph=True)
        return [first, *lib.grad(first.sum(), [x])]

    alike(run)


def test_a_checkpoint_that_walks_a_graph_of_its_own_inside_the_backward(points):
    def run(lib):
        class Checkpoint(lib.Function):
            @staticmethod
            def forward(ctx, function, x):
                ctx.function = function
                ctx.save_for_backward(x)
                return function(x)

            @staticmethod
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                x = x.detach().requires_grad_()
                with lib.enable_grad():
                    result = ctx.function(x)
                result.backward(g)
                return None, x.grad

        x, weight = (lib.tensor(each, requires_grad=True) for each in points)
        (Checkpoint.apply(lambda x: lib.functions.sin(x * weight), x) ** 2).sum().backward()
        return [x.grad, weight.grad]

    alike(run)


def test_complex_gradients_follow_the_same_convention(points):
    def run(lib):
        class Square(lib.Function):
            @staticmethod
            def forward(ctx, z):
                ctx.save_for_backward(z)
                return z * z

            @staticmethod
            def backward(ctx, g):
                (z,) = ctx.saved_tensors
                return g * lib.functions.conj(2 * z)

        z = lib.tensor(points[0] + 1j * points[1], requires_grad=True)
        loss = (lib.functions.abs(Square.apply(z)) ** 2).sum()
        (first,) = lib.grad(loss, [z], create_graph=True)
        return [first, *lib.grad((lib.functions.abs(first) ** 2).sum(), [z])]

    alike(lambda lib: [lib.functions.conj(each) * 1 for each in run(lib)])


def test_gradients_of_a_larger_shape_are_summed_and_of_another_dtype_converted():
    def run(lib):
        class Double(lib.Function):
            @staticmethod
            def forward(ctx, x, y, z):
                return x * 2 + y + z

            @staticmethod
            def backward(ctx, g):
                larger = lib.functions.stack([g, g, g, g]) if lib is Theirs else np.stack([g, g, g, g])
                return larger, g > 0, g * lib.tensor([1.0, 2.0, 3.0])

        single = np.ones(3, np.float32)
        x, y, z = (lib.tensor(single, requires_grad=True) for _ in range(3))
        return lib.grad(Double.apply(x, y, z).sum(), [x, y, z])

    alike(run)


def test_gradients_accumulate_at_leaves(points):
    def run(lib):
        x = lib.tensor(points[0], requires_grad=True)
        z = product(lib).apply(x, x, 2.0)
        z.sum().backward(retain_graph=True)
        z.sum().backward()
        return x.grad

    alike(run)


# ----------------------------------------------------------------------------------------------- what the methods see


def test_unused_results_come_as_zeros_or_as_none(points):
    def run(lib, materialize, which):
        seen: list[Any] = []
        x, y = (lib.tensor(each, requires_grad=True) for each in points)
        polar(lib, seen, materialize).apply(x, y)[which].sum().backward()
        return [x.grad, y.grad, *seen[0]]

    for which in (0, 1):
        assert alike(lambda lib, which=which: run(lib, False, which))[2 + 1 - which] is None
        assert_same(alike(lambda lib, which=which: run(lib, True, which))[2 + 1 - which], np.zeros(3))


def test_constants_among_the_results_and_what_comes_back_for_them(points):
    def run(lib, materialize):
        seen: list[Any] = []

        class Mixed(lib.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.set_materialize_grads(materialize)
                marked = x * 3
                ctx.mark_non_differentiable(marked)
                return x * 2, marked, x > 1, "text", 5

            @staticmethod
            def backward(ctx, *gradients):
                seen.extend(values(each) for each in gradients)
                return gradients[0] * 2

        x = lib.tensor(points[0], requires_grad=True)
        results = Mixed.apply(x)
        results[0].sum().backward()
        required = [each.requires_grad for each in results[:3]]
        return [x.grad, required, *results, *seen]

    assert alike(lambda lib: run(lib, True))[1] == [True, False, False]
    alike(lambda lib: run(lib, False))


@pytest.mark.parametrize("requires", [(True, True), (True, False), (False, True)])
def test_needs_input_grad_in_both_methods(points, requires):
    def run(lib):
        seen: list[Any] = []

        class Sum(lib.Function):
            @staticmethod
            def forward(ctx, x, y, n):
                seen.append((ctx.needs_input_grad, x.requires_grad, y.requires_grad))
                return x + y * n

            @staticmethod
            def backward(ctx, g):
                seen.append(ctx.needs_input_grad)
                return g if ctx.needs_input_grad[0] else None, g * 2 if ctx.needs_input_grad[1] else None, None

        x, y = (
            lib.tensor(each, requires_grad=each_requires) for each, each_requires in zip(points, requires, strict=True)
        )
        Sum.apply(x, y, 2).sum().backward()
        with lib.no_grad():
            constant = Sum.apply(x, y, 2)
        return [x.grad, y.grad, constant.requires_grad, *seen]

    alike(run)


def test_no_gradient_is_none(points):
    def run(lib):
        class Blocked(lib.Function):
            @staticmethod
            def forward(ctx, x, y):
                return x + y

            @staticmethod
            def backward(ctx, g):
                return None, g, None, None  # too many are allowed if they are None

        x, y = (lib.tensor(each, requires_grad=True) for each in points)
        Blocked.apply(x, y).sum().backward()
        return [x.grad, y.grad]

    assert alike(run)[0] is None


def test_arguments_by_name_and_defaults(points):
    def run(lib):
        seen: list[Any] = []

        class Power(lib.Function):
            @staticmethod
            def forward(x, n=2):
                return x**n

            @staticmethod
            def setup_context(ctx, inputs, output):
                seen.append((inputs[1], output))
                ctx.save_for_backward(inputs[0])
                ctx.n = inputs[1]

            @staticmethod
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                return g * ctx.n * x ** (ctx.n - 1), None

        x = lib.tensor(points[0], requires_grad=True)
        (Power.apply(x) + Power.apply(x, n=3)).sum().backward()
        return [x.grad, *seen]

    alike(run)


def test_a_dirty_argument_is_the_result(points):
    def run(lib):
        class Doubled(lib.Function):
            @staticmethod
            def forward(ctx, x):
                x *= 2
                ctx.mark_dirty(x)
                return x

            @staticmethod
            def backward(ctx, g):
                return g * 2

        x = lib.tensor(points[0], requires_grad=True)
        y = x * 1
        result = Doubled.apply(y)
        (y * y).sum().backward()
        return [x.grad, y, result is y]

    assert alike(run)[2]


def test_saved_nothing_and_saved_twice(points):
    def run(lib):
        seen: list[Any] = []

        class Kept(lib.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x, x)
                ctx.save_for_backward(None, x)
                return x * 2

            @staticmethod
            def backward(ctx, g):
                seen.append([ctx.saved_tensors[0], ctx.saved_tensors[1], len(ctx.saved_tensors)])
                return g * 2

        x = lib.tensor(points[0], requires_grad=True)
        Kept.apply(x).sum().backward()
        return [x.grad, *seen]

    alike(run)


# ----------------------------------------------------------------------------------------------------------- refusals


def once(lib: Any) -> Any:
    class Once(lib.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        @lib.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 3 * x**2 * g

    return Once


def test_once_differentiable(points):
    def run(lib):
        x = lib.tensor(points[0], requires_grad=True)
        (first,) = lib.grad((once(lib).apply(x) ** 2).sum(), [x], create_graph=True)
        with pytest.raises(RuntimeError):
            lib.grad(first.sum(), [x])
        return [first, first.requires_grad]

    alike(run)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(lambda g: (g, g), id="too many"),
        pytest.param(lambda g: (), id="too few"),
        pytest.param(lambda g: g[:2], id="shape"),
        pytest.param(lambda g: g.sum(), id="a number for a vector"),
        pytest.param(lambda g: g * 1j, id="complex"),
        pytest.param(lambda g: [g], id="list"),
        pytest.param(lambda g: "text", id="text"),
    ],
)
def test_both_refuse_wrong_gradients(points, given):
    for lib in BOTH:

        class Wrong(lib.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

            @staticmethod
            def backward(ctx, g):
                return given(g)

        x = lib.tensor(points[0], requires_grad=True)
        with pytest.raises((RuntimeError, TypeError, ValueError)):
            Wrong.apply(x).sum().backward()


@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")  # torch's own
def test_both_refuse_a_second_backward_and_a_call(points):
    for lib in BOTH:
        x = lib.tensor(points[0], requires_grad=True)
        z = product(lib).apply(x, x, 2.0).sum()
        z.backward()
        with pytest.raises(RuntimeError):
            z.backward()
        with pytest.raises((RuntimeError, TypeError)):
            product(lib)()(x, x, 2.0)


# -------------------------------------------------------------------------------------------------- forward derivatives


def test_the_forward_derivative_that_follows_is_the_one_that_they_are_told(points):
    def run(lib):
        sin, cos = lib.functions.sin, lib.functions.cos

        class Wave(lib.Function):
            @staticmethod
            def forward(x, y):
                return x * sin(y)

            @staticmethod
            def setup_context(ctx, inputs, output):
                ctx.save_for_backward(*inputs)
                ctx.save_for_forward(*inputs)

            @staticmethod
            def backward(ctx, g):
                x, y = ctx.saved_tensors
                return g * sin(y), g * x * cos(y)

            @staticmethod
            def jvp(ctx, u, v):
                x, y = ctx.saved_tensors
                return u * sin(y) + x * cos(y) * v

        x, y = map(lib.tensor, points)
        return lib.jvp(Wave.apply, (x, y), (y, x))

    alike(run)
