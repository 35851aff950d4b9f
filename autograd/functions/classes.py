"""The class that a user's Function derives from."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, NoReturn

from ..primitives.declaration import Primitive
from .applying import Application
from .declared import OfFunction, parameters_of
from .one_by_one import each_applied, level_of
from .several import part_of


class Applying:
    """``apply`` of a Function: takes what its forward takes, besides ``ctx``, and gives what that gives, recorded."""

    def __init__(self, function: type[Function]) -> None:
        self._function = function
        self.__name__ = f"{function.__name__}.apply"

    @property
    def __signature__(self) -> inspect.Signature:
        return parameters_of(self._function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the Function."""
        application = Application(self._function, args, kwargs)
        level = level_of(application.args)
        if level is not None:
            return each_applied(self._function, application.args, application.options, level)
        return application.applied()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Applying) and other._function is self._function

    def __hash__(self) -> int:
        return hash(self._function)

    def __reduce__(self) -> Any:
        return getattr, (self._function, "apply")

    def __repr__(self) -> str:
        return f"<{self.__name__}{self.__signature__}>"


class _Apply:
    """Makes of ``Square.apply`` what has the name and the parameters of ``Square``."""

    def __get__(self, nothing: object, function: type[Function]) -> Applying:
        return Applying(function)


class Function:
    """An operation that is declared as in PyTorch: by a class with a forward and a backward, which ``apply`` applies.

    ``forward(ctx, *args)`` computes the result, or several in a tuple. It gets what ``apply`` got, with Tensors in the
    place of arrays, may do anything with it (``x.data`` is the array of a Tensor), and nothing is recorded. It gives
    Tensors, or arrays, which become Tensors; anything else goes through to the caller. ``ctx`` takes what the backward
    needs: see ``autograd.extending.Context``.

    ``backward(ctx, *gradients)`` gets the gradient of each result, and gives one for each argument of the forward, a
    Tensor or an array of its shape, in a tuple if there are several; ``None`` for what is no Tensor, or does not need
    one. Where it is written in operations on Tensors, derivatives of any order, Jacobians and derivatives in forward
    mode follow; where it computes in another way, mark it with ``once_differentiable``.

    ``forward(*args)`` without ``ctx`` goes together with ``setup_context(ctx, inputs, output)``, which is called after
    it. All are static methods. PyTorch's ``jvp`` and ``vmap`` are not asked for: what they would compute follows from
    the backward.

    In the graph an application is one operation, of the name of the class. Complex gradients follow PyTorch's
    convention.

    A Tensor that requires grad, and that the forward has from elsewhere than its arguments (a global, a closure, a
    module or a function that is an argument), is not looked for, and gets no gradient but one that the backward gives
    it by a walk of its own: make it an argument.

    Raises
    ------
    TypeError
        When the class is made, if a method is not static, or when it is called: it is ``apply`` that is called. In
        ``apply`` for a Tensor inside a list, dict or dataclass, whose gradient would be lost. In a backward, for a
        wrong number of gradients, or something that is none.
    ValueError
        In a backward, for a gradient of another shape than the argument's.
    RuntimeError
        Where a derivative of the backward is asked for, which has none.

    >>> import numpy as np, autograd as ag
    >>> class Exp(ag.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         result = np.exp(x)
    ...         ctx.save_for_backward(result)
    ...         return result
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (result,) = ctx.saved_tensors
    ...         return g * result
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> Exp.apply(x).sum().backward()
    >>> x.grad
    Tensor([1.        , 2.71828183], dtype=float64)
    """

    apply = _Apply()

    _primitives: ClassVar[dict[tuple[int, ...], OfFunction]] = {}
    _part: ClassVar[Primitive]
    _has_setup: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._primitives, cls._part = {}, part_of(cls.__name__)
        for name in ("forward", "setup_context", "backward"):
            if not isinstance(inspect.getattr_static(cls, name), staticmethod):
                raise TypeError(f"{cls.__name__}: {name} must be a static method; put @staticmethod above it")
        cls._has_setup = any("setup_context" in vars(base) for base in cls.__mro__ if base is not Function)

    def __new__(cls, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG004 - of whatever it is called with
        """Refuse to make an object of the class."""
        raise TypeError(f"{cls.__name__}: a Function has no objects and is not called; write {cls.__name__}.apply(...)")

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the result; see the class."""
        raise NotImplementedError("a Function needs a static method forward(ctx, *args)")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Leave in ``ctx`` what the backward needs, where the forward does not get it; see the class."""
        raise NotImplementedError

    @staticmethod
    def backward(*args: Any, **kwargs: Any) -> Any:
        """Give the gradients of the arguments; see the class."""
        raise NotImplementedError(
            "a gradient goes through a Function without backward; give it a static method backward(ctx, *gradients)"
        )
