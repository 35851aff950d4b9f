"""What a Function of a user leaves for its backward: what second derivatives pass, what they take for a constant."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from tests.engine.helpers import Pair, weight


def exponential(leave: Any, read: Any, give: Any = lambda e: e.data * 1) -> Any:
    """Give the application of a Function whose forward leaves something that a backward reads as the exponential."""

    class Exp(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return give(leave(ctx, x))

        @staticmethod
        def backward(ctx, g, *others):
            return g * read(ctx)

    return Exp.apply


def left(**attributes: Any) -> Any:
    """Give what leaves in a context what functions make of an exponential, and gives that."""

    def leave(ctx, x):
        e = ag.exp(x)
        for name, make in attributes.items():
            setattr(ctx, name, make(e))
        return e

    return leave


def made_anew(x: Any) -> Tensor:
    return Tensor(np.exp(x.data))


def leaving(make: Any) -> Any:
    """Give what leaves as ``ctx.e`` what is made of the argument."""

    def leave(ctx, x):
        ctx.e = make(x)
        return Tensor(np.exp(x.data))

    return leave


def saving(make: Any) -> Any:
    def leave(ctx, x):
        ctx.save_for_backward(make(x))
        return Tensor(np.exp(x.data))

    return leave


@pytest.mark.parametrize(
    ("leave", "read"),
    [
        pytest.param(left(cache=lambda e: [e]), lambda ctx: ctx.cache[0], id="list"),
        pytest.param(left(cache=lambda e: (1, e)), lambda ctx: ctx.cache[1], id="tuple"),
        pytest.param(left(cache=lambda e: {"e": e}), lambda ctx: ctx.cache["e"], id="dict"),
        pytest.param(left(cache=lambda e: {"e": [(e, 3)]}), lambda ctx: ctx.cache["e"][0][0], id="nested"),
        pytest.param(left(cache=Pair), lambda ctx: ctx.cache.first, id="dataclass"),
        pytest.param(left(a=lambda e: [e], b=lambda e: e), lambda ctx: ctx.a[0] + 0 * ctx.b, id="twice"),
        pytest.param(left(cache=lambda e: [e.detach()]), lambda ctx: ctx.cache[0], id="detached"),
    ],
)
def test_what_is_computed_on_the_way_is_no_constant_inside_of_attributes(leave, read):
    apply = exponential(leave, read)
    assert ag.grad(apply)(1.0) == np.exp(1.0)
    for second in (lambda: ag.grad(ag.grad(apply))(1.0), lambda: ag.hvp(apply, (1.0,), (1.0,))):
        with pytest.raises(RuntimeError, match=r"Exp: a derivative .* goes through ctx.\w+, of which the history"):
            second()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(made_anew, id="Tensor"),
        pytest.param(lambda x: ag.asarray(np.exp(x.data)), id="asarray"),
        pytest.param(lambda x: Tensor(np.exp(x.tolist())), id="tolist"),
        pytest.param(lambda x: made_anew(x) * 1.0, id="computed from one"),
        pytest.param(lambda x: made_anew(x) * ag.ones_like(x), id="computed from one and a constant"),
        pytest.param(lambda x: ag.exp(x.data), id="computed from an array"),
        pytest.param(lambda x: made_anew(x).detach(), id="detached"),
        pytest.param(lambda x: made_anew(x).reshape(1, 1).T[0][0], id="a view of one"),
        pytest.param(lambda x: np.reshape(ag.asarray(np.exp(x.data)), (1,))[0], id="a view of an array"),
        pytest.param(lambda x: made_anew(x).astype(np.complex128).real, id="complex"),
    ],
)
def test_what_is_made_of_arrays_on_the_way_is_no_constant(make):
    for leave, read, name in (
        (leaving(make), lambda ctx: ctx.e, "ctx.e"),
        (leaving(lambda x: [make(x)]), lambda ctx: ctx.e[0], "ctx.e"),
        (saving(make), lambda ctx: ctx.saved_tensors[0], "saved tensor 0"),
    ):
        apply = exponential(leave, read)
        assert ag.grad(apply)(1.0) == np.exp(1.0)
        for second in (lambda apply=apply: ag.grad(ag.grad(apply)), lambda apply=apply: ag.hessian(apply)):
            with pytest.raises(RuntimeError, match=f"Exp: a derivative of the backward goes through {name}, of which"):
                second()(1.0)


@pytest.mark.parametrize(
    "give",
    [
        pytest.param(lambda e: e.data, id="its array"),
        pytest.param(lambda e: e.detach(), id="another handle"),
        pytest.param(lambda e: e, id="itself"),
        pytest.param(lambda e: (e.data, 5), id="in a tuple"),
    ],
)
def test_what_is_made_of_arrays_and_given_too_is_no_constant(give):
    def leave(ctx, x):
        ctx.e, ctx.array = made_anew(x), None
        ctx.array = ctx.e.data
        return ctx.e

    apply = exponential(leave, lambda ctx: ctx.e, give)
    with pytest.raises(RuntimeError, match=r"Exp: a derivative of the backward goes through ctx.e, of which"):
        ag.grad(ag.grad(lambda x: apply(x)[0] if isinstance(apply(x), tuple) else apply(x)))(1.0)


OUTSIDE = Tensor([2.0, 3.0])
TABLE = {"weights": [Tensor([2.0, 3.0])], "pair": Pair(Tensor([2.0, 3.0]))}


@pytest.mark.parametrize(
    "constant",
    [
        pytest.param(lambda x, given: OUTSIDE, id="from outside"),
        pytest.param(lambda x, given: OUTSIDE.detach(), id="detached from outside"),
        pytest.param(lambda x, given: OUTSIDE.detach() * 1.0 + 0, id="computed from outside"),
        pytest.param(lambda x, given: OUTSIDE[np.array([0, 1])], id="indexed"),
        pytest.param(lambda x, given: TABLE["weights"][0], id="in a table outside"),
        pytest.param(lambda x, given: TABLE["pair"].first + 0.0, id="computed from a table outside"),
        pytest.param(lambda x, given: given["scale"], id="in an argument"),
        pytest.param(lambda x, given: given["array"] * ag.ones_like(x), id="computed from an array in an argument"),
        pytest.param(lambda x, given: given["scale"].detach() * 2 - given["scale"], id="computed from an argument"),
        pytest.param(lambda x, given: np.where(x > 0, 2.0, 3.0), id="chosen"),
        pytest.param(lambda x, given: (x > 0) * (2 / np.sqrt(3.0)), id="mask times a number"),
        pytest.param(lambda x, given: (x > 0).astype(x.dtype), id="mask as numbers"),
        pytest.param(lambda x, given: Tensor(x.data > 0) / 0.5, id="mask of an array"),
        pytest.param(lambda x, given: (ag.asarray(ag.generator().random(2)) > 0.5) / 0.5, id="dropout"),
        pytest.param(lambda x, given: ag.zeros_like(x), id="zeros"),
        pytest.param(lambda x, given: written(x), id="written mask"),
        pytest.param(lambda x, given: x > 0, id="boolean mask"),
        pytest.param(lambda x, given: Tensor(np.array([2, 3])), id="integers"),
        pytest.param(lambda x, given: ag.argsort(x), id="indices"),
    ],
)
def test_constants_stay_constants(constant):
    class Scaled(ag.Function):
        @staticmethod
        def forward(ctx, x, given):
            own = constant(x, given)
            ctx.save_for_backward(x, own)
            ctx.own, ctx.inside, ctx.table, ctx.given = own, {"a": [own]}, TABLE, given
            return x * x * own

        @staticmethod
        def backward(ctx, g):
            x, own = ctx.saved_tensors
            all_alike = (own * 1.0 + ctx.own + ctx.inside["a"][0]) / 3
            zero = ctx.table["weights"][0] - ctx.given["scale"]
            return g * 2 * x * (all_alike + zero), None

    given = {"scale": Tensor([2.0, 3.0]), "array": np.array([2.0, 3.0])}
    x = np.array([0.5, -1.5])
    ag.manual_seed(3)
    gradients = ag.hessian(lambda x: Scaled.apply(x, given).sum())(x)
    ag.manual_seed(3)
    np.testing.assert_allclose(gradients, np.diag(2.0 * np.asarray(constant(Tensor(x), given))))
    assert not any(each.requires_grad for each in (OUTSIDE, TABLE["weights"][0], given["scale"]))


def written(x: Any) -> Tensor:
    mask = ag.zeros_like(x)
    mask[x > 0] = 1.0
    return mask


def test_what_is_inside_of_arguments_is_a_constant_unless_it_changes():
    class Scaled(ag.Function):
        @staticmethod
        def forward(ctx, x, scales, change):
            if change:
                scales[0] *= x
            ctx.save_for_backward(scales[0])
            return x * 1

        @staticmethod
        def backward(ctx, g):
            (scale,) = ctx.saved_tensors
            return g * scale, None, None

    def scaled(x, change):
        return Scaled.apply(x, [x.detach()], change)

    assert ag.grad(ag.grad(lambda x: scaled(x, False) * x))(2.0) == 4.0  # twice the constant
    with pytest.raises(RuntimeError, match="Scaled: a derivative of the backward goes through saved tensor 0, of wh"):
        ag.grad(ag.grad(lambda x: scaled(x, True)))(2.0)


def test_what_stands_for_a_batch_around_can_be_left():
    class Scaled(ag.Function):
        @staticmethod
        def forward(ctx, x, scale):
            ctx.scale = [scale()]
            return x * 1

        @staticmethod
        def backward(ctx, g):
            return g * ctx.scale[0], None

    x = weight(3.0)
    mapped = ag.vmap(lambda scale: Scaled.apply(x, lambda: scale * 1) * scale)(np.array([1.0, 2.0]))
    assert mapped.tolist() == [3.0, 6.0]


def test_a_result_that_is_marked_as_a_constant_stays_one():
    class Marked(ag.Function):
        @staticmethod
        def forward(ctx, x):
            constant = Tensor(np.floor(x.data))
            ctx.mark_non_differentiable(constant)
            ctx.constant = constant
            return x**2 * constant, constant

        @staticmethod
        def backward(ctx, g, _):
            return g * ctx.constant * 2

    assert ag.grad(lambda x: Marked.apply(x)[0])(3.5) == 6.0
    assert ag.grad(lambda x: ag.grad(lambda y: Marked.apply(y)[0])(x) * x)(3.5) == 6.0


def walked_inside(keep: str) -> Any:
    """Give the application of a Function that records a graph of its own in the forward, for the backward."""

    class Cube(ag.Function):
        @staticmethod
        def forward(ctx, x):
            with ag.enable_grad():
                own = Tensor(x.data, requires_grad=True) if keep == "anew" else x.detach().requires_grad_()
                cube = own**3
            if keep == "saved":
                ctx.save_for_backward(own, cube)
            ctx.kept = own, cube
            if keep == "attributes":
                ctx.own, ctx.cube, ctx.kept = own, cube, None
            return cube.detach()

        @staticmethod
        def backward(ctx, g):
            own, cube = ctx.saved_tensors or ctx.kept or (ctx.own, ctx.cube)
            (gradient,) = ag.grad(cube, [own], g, retain_graph=True)
            return gradient

    return Cube.apply


@pytest.mark.parametrize("keep", ["attributes", "inside", "anew", "saved"])
def test_a_graph_of_its_own_is_walked_once_and_not_differentiated(keep):
    apply = walked_inside(keep)
    assert ag.grad(apply)(2.0) == 12.0
    with pytest.raises(RuntimeError, match=r"Cube: a derivative of the backward .*"):
        ag.grad(ag.grad(apply))(2.0)


def test_what_refers_to_itself_can_be_an_attribute():
    class Doubled(ag.Function):
        @staticmethod
        def forward(ctx, x, node):
            ctx.chain = [x.data, node]
            ctx.chain.append(ctx.chain)
            return x * 2

        @staticmethod
        def backward(ctx, g):
            ctx.chain.clear()
            return g * 2, None

    node = Pair(1.0)
    node.second = node
    assert ag.grad(lambda x: Doubled.apply(x, node))(1.0) == 2.0
