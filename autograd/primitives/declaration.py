"""The one declaration form: what a primitive computes, its gradient rules, its domain, its label.

``primitive`` turns a function of arrays into an operation on Tensors. The function is the forward; ``rules`` holds one
rule for each differentiable operand; ``domain`` draws operands for which the rules hold, and so generates their checks;
``label`` is what a drawing writes on the operation.

A rule is plain NumPy code. The names of its parameters say what it needs, and only that is kept until the backward:

- ``g``, always first: the cotangent of the result;
- ``out``: the result;
- an operand or a static attribute of the forward, by its name;
- ``<operand>_shape``: the shape of an operand, which keeps no array alive;
- ``index``, always last: in the rule of ``*operands``, which of them is meant.

So for ``multiply(x, y)`` the rules are ``{"x": lambda g, y: g * y, "y": lambda g, x: g * x}``. A rule need not undo
broadcasting, nor mind the dtype of what it gives: the walk settles both. It builds its result from what it is fed and
never writes into it, for it is fed arrays, Tensors and tracers alike. Complex values need no conjugates: ``g`` of ``z``
means ``d result = Re(sum(g * dz))``, and PyTorch's convention is made of that where a user sees it.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy import ndarray  # what is looked up in np takes four times as long

from ..errors import describe, hint_on_parameter
from ..failures import failed
from ..graph import operation
from ..modes import current_mode
from ..ownership import is_held_once
from ..registry import primitives, register
from ..tensor import Tensor, array_made_of, as_array
from .numbers import settle
from .residuals import WithResidual, leaves_residual, result_alone
from .rules import Rules

Function = Callable[..., Any]
#: Draws operands and attributes: gets a source of choices, gives ``(operands, attributes)``.
Domain = Callable[[Any], tuple[tuple[Any, ...], dict[str, Any]]]

_new = object.__new__
_FORWARD_ERRORS = (ValueError, TypeError, IndexError, FloatingPointError, OverflowError, AttributeError)
_IMMUTABLE = (float, int, complex, np.number, np.bool_)


class Primitive:
    """An operation with gradient rules: called like its forward, on Tensors, arrays and numbers; gives a Tensor.

    Every application passes ``apply``. It records an ``Operation`` if an operand requires grad and the thread
    records. A primitive without any rule (a comparison, say) gives plain results.
    """

    #: What each call reads is found sooner in a slot; the dictionary is for what describes the function.
    __slots__ = (
        "__dict__",
        "__weakref__",
        "_arity",
        "_compute",
        "_function",
        "_gives_constants",
        "_left_out",
        "_needs_attributes",
        "_optional",
        "_settles_numbers",
        "analytic",
        "attributes",
        "differentiable",
        "domain",
        "forward",
        "is_constant",
        "is_variadic",
        "label",
        "name",
        "operand_names",
        "rules",
        "without_rule",
    )

    def __init__(
        self,
        function: Function,
        forward: Function,
        rules: Mapping[str, Function | None] | None,
        *,
        domain: Domain | None,
        label: str | None,
        analytic: bool,
        settles_numbers: bool,
    ) -> None:
        functools.update_wrapper(self, function)
        #: Whether it was declared, by ``rules={}``, to give constants: the checks ask who gave no rules at all.
        self.is_constant = rules is not None and not rules
        rules = rules or {}
        #: The operands that were declared, by ``None``, to have no rule: the checks ask whether one was forgotten.
        self.without_rule = tuple(name for name, rule in rules.items() if rule is None)
        self._function = function
        self.name: str = function.__name__
        self.domain = domain
        self.label = self.name if label is None else label
        self.analytic = analytic
        self._settles_numbers = settles_numbers
        parameters = inspect.signature(function).parameters.values()
        operands = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL) or p.name in rules]
        self.operand_names = tuple(p.name for p in operands)
        self.is_variadic = any(p.kind is p.VAR_POSITIONAL for p in operands)
        self.attributes = {p.name: p.default for p in parameters if p not in operands}
        self.differentiable = tuple(name for name in rules if name not in self.without_rule)
        self._optional = {p.name: p.default for p in operands if p.default is not p.empty}
        #: The places of operands that may be None, which their declaration says by that default.
        self._left_out = {place for place, p in enumerate(operands) if p.default is None}
        self._needs_attributes = any(default is inspect.Parameter.empty for default in self.attributes.values())
        self._arity = -1 if self.is_variadic or self._needs_attributes else len(operands)
        self._gives_constants = not rules
        known = {name: rule for name, rule in rules.items() if rule is not None}
        self.rules = Rules(self, known, with_residual=leaves_residual(forward))
        self._compute = forward
        #: Gives the result for arrays.
        self.forward = result_alone(forward) if leaves_residual(forward) else forward

    @functools.cached_property
    def signature(self) -> inspect.Signature:
        """The parameters of the forward, without annotations; made when first asked for."""
        parameters = inspect.signature(self._function).parameters.values()
        return inspect.Signature([p.replace(annotation=p.empty) for p in parameters])

    def __call__(self, *operands: Any, **attributes: Any) -> Tensor:
        """Apply to operands and attributes, given as to the forward."""
        if not attributes and len(operands) == self._arity:
            return self.apply(operands, self.attributes)
        return self.apply(*self.bind(operands, attributes))

    def apply(self, operands: Sequence[Any], attributes: dict[str, Any]) -> Tensor:
        """Apply to bound operands and attributes: the choke point that an interceptor can take over."""
        mode = current_mode()
        if mode.interceptor is not None:
            return mode.interceptor(self, operands, attributes)
        return self.perform(operands, attributes, mode.recording)

    # One frame, for speed: each call from here would cost more than what it does.
    def perform(  # noqa: C901, PLR0912, PLR0915
        self, operands: Sequence[Any], attributes: dict[str, Any], recording: bool
    ) -> Tensor:
        """Compute the result for bound operands and attributes; record it if one of them requires grad."""
        arrays: list[Any] = []
        parents: list[Any] = []
        requiring = []  # positions of the operands that require grad
        number: int | None = None  # the position of a Python number
        raw: list[int] | None = None  # positions of arrays that somebody else may write
        for position, operand in enumerate(operands):
            kind = type(operand)
            if kind is Tensor or (kind is not float and isinstance(operand, Tensor)):
                node = operand._node
                if node is not None and node.requires_grad:
                    requiring.append(position)
                parents.append(node)
                arrays.append(operand._array)
                continue
            if kind is float or kind is int:
                number = position
            elif operand is None:
                if position not in self._left_out:
                    missing = self.operand_name(position)
                    raise TypeError(f"{self.name}: takes Tensors, arrays and numbers, got None for {missing!r}")
            elif not isinstance(operand, _IMMUTABLE):
                if raw is None:
                    raw = []
                raw.append(position)
                operand = _raw(operand, self.name)  # noqa: PLW2901
            parents.append(None)
            arrays.append(operand)
        try:
            if number is not None and self._settles_numbers:
                settle(arrays, number)
            out = self._compute(*arrays, **attributes) if attributes else self._compute(*arrays)
        except _FORWARD_ERRORS as error:
            raise failed(error, self, operands, arrays, attributes) from error
        if type(out) is not ndarray:
            if type(out) is WithResidual:
                out, residual = out
                attributes = {**attributes, "residual": residual}
            out = _result(out, self.name)
        elif raw is not None and (out.base is not None or any(out is arrays[position] for position in raw)):
            out = out.copy()
        result = _new(Tensor)
        result._array = out
        if not requiring or not recording or self._gives_constants:
            result._node = None
            return result
        dtype = out.dtype
        if dtype.kind not in "fc":
            raise TypeError(
                f"{self.name}: has gradient rules, but its forward gave {describe(out)}, without a gradient"
            )
        rules = self.rules
        if raw is not None:
            rules.own(arrays, raw, requiring)
        if rules.has_statics:
            arrays.extend(rules.statics(arrays, attributes))
        arrays.append(out)
        pullbacks = []
        entries = rules.entries
        for position in requiring:
            rule, places, pick = entries.get(position) or rules.missing(position)
            pullbacks.append((parents[position], rule, pick(arrays), places))
        result._node = operation(self, parents, pullbacks, out.shape, dtype)
        return result

    def alike(self, *operands: Any, **attributes: Any) -> Any:
        """Apply inside a rule: on arrays gives an array, records nothing; on Tensors gives a Tensor."""
        if any(isinstance(operand, Tensor) for operand in operands):
            return self(*operands, **attributes)
        return self.forward(*operands, **attributes)

    def bind(self, operands: Sequence[Any], attributes: dict[str, Any]) -> tuple[Sequence[Any], dict[str, Any]]:
        """Sort the arguments of a call: all operands by position, all attributes by name, defaults filled in."""
        if not self.is_variadic:
            operands, attributes = self._sorted(operands, attributes)
        for name in attributes:
            if name not in self.attributes:
                hint = hint_on_parameter(name, [*self.operand_names, *self.attributes])
                raise TypeError(f"{self.name}{self.signature} does not take the argument {name!r}{hint}")
        for name, value in attributes.items():
            if isinstance(value, Tensor):
                raise TypeError(
                    f"{self.name}{self.signature}: {name!r} is a static attribute and was given a Tensor; to make it "
                    "an operand, declare it before a / or give it a rule"
                )
        attributes = self.attributes | {
            name: _frozen(value, self.attributes[name]) for name, value in attributes.items()
        }
        for name in attributes if self._needs_attributes else ():
            if attributes[name] is inspect.Parameter.empty:
                raise TypeError(f"{self.name}{self.signature}: the argument {name!r} is missing")
        return operands, attributes

    def _sorted(self, given: Sequence[Any], attributes: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Tell apart the operands and the attributes of a call, each of which can be given by position and by name."""
        count = len(self.operand_names)
        operands = list(given[:count])
        if len(given) > count + len(self.attributes):
            raise TypeError(f"{self.name}{self.signature}: {len(given)} arguments are too many")
        positional = dict(zip(self.attributes, given[count:], strict=False))
        for name in (*self.operand_names[: len(operands)], *positional):
            if name in attributes:
                raise TypeError(f"{self.name}{self.signature}: the argument {name!r} is given twice")
        attributes = positional | attributes
        for name in self.operand_names[len(operands) :]:
            if name not in attributes and name not in self._optional:
                raise TypeError(f"{self.name}{self.signature}: the argument {name!r} is missing")
            operands.append(attributes.pop(name) if name in attributes else self._optional[name])
        return operands, attributes

    def operand_name(self, position: int) -> str:
        """What an operand is called in errors: ``"x"``, or ``"operands[2]"`` for one of ``*operands``."""
        last = len(self.operand_names) - 1
        if self.is_variadic and position >= last:
            return f"{self.operand_names[last]}[{position - last}]"
        return self.operand_names[position]

    def __reduce__(self) -> str:
        return self.name  # copied and pickled as what it is: the one of this name in its module

    def __repr__(self) -> str:
        return f"<primitive {self.name}{self.signature}>"


def _result(out: Any, name: str) -> Any:
    """Make an array of what a forward gave: a NumPy number, or an array of another library."""
    if isinstance(out, (tuple, list, Tensor, str, type(None))):
        given = "None" if out is None else f"a {type(out).__name__}"
        raise TypeError(f"{name}: a forward gives one array, and this one gave {given}")
    return as_array(out)


def _frozen(attribute: Any, default: Any = None) -> Any:
    """An attribute that nobody can change until the backward.

    An array that is given for a flag stays one: a tuple would be true or false where NumPy finds something else.
    """
    if type(attribute) is tuple and set(map(type, attribute)) == {int}:
        return attribute
    if type(attribute) in (list, tuple, range):
        return tuple(_frozen(part) for part in attribute)
    if isinstance(attribute, np.ndarray):
        if attribute.ndim == 1 and not isinstance(default, bool):
            return tuple(attribute.tolist())
        return attribute.copy() if attribute.ndim else attribute[()]
    return copy.deepcopy(attribute) if isinstance(attribute, (dict, set)) else attribute


def _raw(operand: Any, name: str) -> Any:
    """Check an operand that is neither a Tensor nor a number; make lists arrays."""
    if hasattr(operand, "__array_function__") and not isinstance(operand, np.ndarray):
        return operand
    array = array_made_of(operand, name, copy=None)
    if array.dtype.kind not in "biufc" or isinstance(operand, np.ma.MaskedArray):
        raise TypeError(f"{name}: takes Tensors, arrays and numbers, got {type(operand).__name__} {describe(operand)}")
    return array


def _check(function: Any, rules: Any, domain: Any, label: Any) -> None:
    """Raise for what is no declaration; whether the names in it are right is seen when the rules are read."""
    if not callable(function) or not hasattr(function, "__name__"):
        raise TypeError(f"primitive: decorates a function that has a name, got {function!r:.60}")
    for operand, rule in rules.items() if isinstance(rules, Mapping) else ():
        if not callable(rule) and rule is not None:
            raise TypeError(f"{function.__name__}: the rule for {operand!r} must be a function, got {rule!r:.60}")
    for name, value, wanted, is_right in (
        ("rules", rules, "a dict of an operand's name and its rule", isinstance(rules, (Mapping, type(None)))),
        ("domain", domain, "a function of a source of choices, or None", domain is None or callable(domain)),
        ("label", label, "a text, or None", isinstance(label, (str, type(None)))),
    ):
        if not is_right:
            raise TypeError(f"{function.__name__}: {name} must be {wanted}, got {value!r:.60}")


def _is_ours(function: Function) -> bool:
    """Whether a function is part of this library, whose forwards give fresh arrays, or views of their operands."""
    return str(function.__module__).partition(".")[0] in ("autograd", "nn", "optim")


def _of_its_own(forward: Function) -> Function:
    """Have a forward give memory that nobody writes into later: it may use a buffer again that it keeps."""

    @functools.wraps(forward)
    def computed(*operands: Any, **attributes: Any) -> Any:
        out = forward(*operands, **attributes)
        if type(out) is not np.ndarray or is_held_once(out):
            return out
        owner = out if out.base is None else out.base
        is_operand = any(owner is operand or owner is getattr(operand, "base", None) for operand in operands)
        return out if is_operand else out.copy()

    return computed


def primitive(
    *misplaced: Any,
    rules: Mapping[str, Function | None] | None = None,
    domain: Domain | None = None,
    label: str | None = None,
    analytic: bool = False,
    settles_numbers: bool = False,
    forward: Function | None = None,
    numpy: Iterable[Any] = (),
) -> Callable[[Function], Primitive]:
    """Declare the decorated function as a primitive, in this one place.

    Parameters
    ----------
    rules
        For each differentiable operand its gradient rule; see the module's docstring. An operand without one raises if
        it requires grad; the checks raise where the result changes with it, unless ``None`` in place of the rule says
        that there is none. No rules at all: the results never require grad; the checks raise where they change with an
        operand, unless ``{}`` says that constants are meant. Operands are the positional-only parameters,
        ``*parameters`` and those that are named here; all other parameters are static attributes.
    domain
        Draws operands and attributes for which the rules hold; the property tests are generated from it. A primitive
        without a domain fails the test suite. ``elementwise`` says, too, that each element is computed
        by itself, which ``vmap`` relies on and the tests check.
    label
        What a drawing writes on the operation; by default its name.
    analytic
        Whether the forward takes complex operands and is complex-differentiable, so that a complex step can check it.
    settles_numbers
        Whether a Python number among two operands becomes an array of the other's dtype first, which NumPy would do
        in each pass, slowly.
    forward
        What computes the result, if it is not the function itself: a NumPy ufunc, say. It gets arrays.
    numpy
        The NumPy functions that Tensors answer with this primitive; a ufunc given as ``forward`` is one by itself.
    """
    if misplaced:
        raise TypeError("primitive: takes its options by name, and the function after that: @primitive(rules=...)")

    def declare(function: Function) -> Primitive:
        _check(function, rules, domain, label)
        computed = forward or function
        declared = Primitive(
            function,
            computed if isinstance(computed, np.ufunc) or _is_ours(function) else _of_its_own(computed),
            rules,
            domain=domain,
            label=label,
            analytic=analytic,
            settles_numbers=settles_numbers,
        )
        register(declared.name, declared, *numpy, *([forward] if isinstance(forward, np.ufunc) else []))
        primitives[declared.name] = declared
        return declared

    return declare
