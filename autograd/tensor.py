"""Tensor: a handle on an array and on the node that made it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from numpy import ndarray  # what is looked up in np takes four times as long

from .conversions import Conversions
from .currency import Arrays, Tensors
from .devices import Placed
from .errors import check_device, describe, refuse_to_lose
from .graph import Hook, Leaf, Node, Operation
from .modes import current_mode, enable_grad
from .operators import Operators
from .ownership import read_only
from .protocols import NumPyProtocols
from .registry import implements, operations
from .walk import Cotangent, Currency, accumulate, walk
from .words import Words

_new = object.__new__


class Tensor(Operators, Conversions, NumPyProtocols, Placed, Words):
    """An array that remembers how it was computed.

    Parameters
    ----------
    data
        Numbers, nested lists of them, an array of any shape, or a Tensor that does not require grad. They are
        copied: later writes into the source change nothing here.
    dtype
        Boolean, integer, floating or complex; by default the one that NumPy gives to ``data``.
    requires_grad
        Whether a backward shall leave a gradient in ``grad``; floating and complex dtypes only.
    name
        What drawings and error messages call it.

    Raises
    ------
    TypeError
        If ``data`` is not numeric, if an integer or boolean Tensor is to require grad, or if ``data`` requires grad
        itself, which would silently detach it.

    Notes
    -----
    A Tensor has value semantics: no two Tensors alias each other as far as a user can see, and ``data`` is read-only.
    ``x += y`` and ``x[i] = v`` move the handle ``x`` on to a new value; what read ``x`` before keeps the old one. So
    nothing that a pending backward needs can be written over: there are no versions of a value to be compared, and no
    error to be met, as in PyTorch, for having changed one. Only a leaf that requires grad refuses to move on while
    operations are recorded. Inside ``no_grad`` the new value is a constant, except that a leaf stays the same leaf.

    ``float(x)``, ``int(x)``, ``x.item()`` and ``x.tolist()`` give plain numbers, which no gradient passes; inside a
    function that a transform differentiates, they are refused for what depends on its variables.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> loss = (w * w).sum()
    >>> loss.backward()
    >>> w.grad
    Tensor([2., 4., 6.], dtype=float64)
    """

    __slots__ = ("__weakref__", "_array", "_node")

    _array: Any
    _node: Node | None

    def __init__(self, data: Any, dtype: Any = None, *, requires_grad: bool = False, name: str | None = None) -> None:
        self._array = _owned(data, dtype)
        self._node = None
        if requires_grad or name is not None:
            self._node = self._leaf(requires_grad)
            if name is not None:
                self._node.annotate().name = name

    @classmethod
    def _made(cls, array: Any, node: Node | None = None) -> Tensor:
        """Make a handle without any check, on an array that nobody else writes."""
        tensor = _new(Tensor)
        tensor._array = array if type(array) is ndarray else as_array(array)
        tensor._node = node
        return tensor

    @property
    def _kind(self) -> type[Tensor]:
        """The class of a Tensor of this kind that stands for itself."""
        return type(self)

    def _handle(self, kind: type[Tensor]) -> Tensor:
        """Give another handle on this value, of a class that adds nothing to what a Tensor holds."""
        handle = _new(kind)
        handle._array, handle._node = self._array, self._node
        return handle

    def _leaf(self, requires_grad: bool) -> Leaf:
        _check_differentiable(self._array.dtype, requires_grad)
        return Leaf(self, self._array.shape, self._array.dtype, requires_grad=requires_grad)

    # The array

    @property
    def data(self) -> Any:
        """The values as a read-only array, without a copy. Assigning an array of the same shape replaces them.

        Assigning to ``data`` is not recorded, as in PyTorch. Results computed before keep the old values. The order of
        the elements in memory stays what it was.

        The array cannot be made writable: with it, the memory that it is a view of becomes read-only, so that no write
        can reach what a pending backward needs.

        >>> import autograd as ag
        >>> w = ag.Tensor([1.0, 2.0], requires_grad=True)
        >>> w.data = w.data - 0.5
        >>> w
        Tensor([0.5, 1.5], dtype=float64, requires_grad=True)
        """
        return read_only(self._array)

    @data.setter
    def data(self, values: Any) -> None:
        refuse_to_lose(values, self.dtype, "data")
        array = _owned(values, self._array.dtype)
        if array.shape != self._array.shape:
            raise ValueError(f"data: expected an array of shape {self._array.shape}, got {array.shape}")
        if self._node is not None and not self._node.is_leaf:
            raise RuntimeError(
                f"data: this Tensor was computed by {self._node.operation}; new values would not fit its graph. "
                "Assign to the data of leaves only, or make a new Tensor"
            )
        self._array = _laid_out_like(self._array, array)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        shape: tuple[int, ...] = self._array.shape
        return shape

    @property
    def dtype(self) -> Any:
        """NumPy's dtype of the values."""
        return self._array.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._array.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self._array.shape)

    @property
    def nbytes(self) -> int:
        """The memory that the values take, in bytes."""
        return int(self._array.nbytes)

    # The graph

    @property
    def node(self) -> Node | None:
        """Where this value stands in the graph; ``None`` for an unnamed constant."""
        return self._node

    @property
    def name(self) -> str | None:
        """What drawings and messages call this value."""
        return None if self._node is None else self._node.name

    @name.setter
    def name(self, name: str | None) -> None:
        if self._node is None:
            self._node = self._leaf(requires_grad=False)
        self._node.annotate().name = name

    @property
    def is_leaf(self) -> bool:
        """Whether somebody made this Tensor, rather than a recorded operation."""
        return self._node is None or self._node.is_leaf

    @property
    def requires_grad(self) -> bool:
        """Whether a backward passes here. It can be set on leaves."""
        return self._node is not None and self._node.requires_grad

    @requires_grad.setter
    def requires_grad(self, requires_grad: bool) -> None:
        self.requires_grad_(requires_grad)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set whether a backward shall leave a gradient here; in place, for leaves. Gives the Tensor itself.

        Raises ``RuntimeError`` for the result of a recorded operation, ``TypeError`` for integers and booleans.
        """
        if isinstance(self._node, Operation):
            if not requires_grad:
                raise RuntimeError(
                    f"requires_grad: this Tensor was computed by {self._node.operation} from Tensors that require "
                    "grad; use detach() to get its value without its history"
                )
        elif isinstance(self._node, Leaf):
            _check_differentiable(self._array.dtype, requires_grad)
            self._node.requires_grad = requires_grad
        elif requires_grad:
            self._node = self._leaf(requires_grad)
        return self

    def detach(self) -> Tensor:
        """Give the same values without their history: a constant, which shares no change with this Tensor."""
        return Tensor._made(self._array)

    def clone(self) -> Tensor:
        """Give a copy that is recorded: gradients pass through to this Tensor."""
        return operations.positive(self) if self.dtype.kind != "b" else Tensor._made(self._array.copy())

    # Gradients

    @property
    def grad(self) -> Tensor | None:
        """The gradient that backwards have left here; ``None`` if there was none, or it was set to ``None``.

        Only leaves keep theirs by default; ``retain_grad()`` before the backward makes any Tensor keep its own.
        For a complex Tensor it is the conjugate Wirtinger derivative, as in PyTorch.
        """
        node = self._node
        if node is None or node.notes is None:
            return None
        return node.notes.grad

    @grad.setter
    def grad(self, grad: Any) -> None:
        node = self._node
        if grad is None:
            if node is not None and node.notes is not None:
                node.notes.grad = None
            return
        if node is None or not node.requires_grad:
            raise RuntimeError("grad: this Tensor does not require grad, so it cannot have a gradient")
        gradient = operations.astype(grad, self.dtype, copy=False)
        if gradient.shape != self.shape:
            raise ValueError(f"grad: expected the shape of the Tensor, {self.shape}, got {gradient.shape}")
        node.annotate().grad = Tensor._made(gradient._array, gradient._node)

    def retain_grad(self) -> None:
        """Have backwards keep the gradient of this Tensor, too, though it is no leaf.

        >>> import autograd as ag
        >>> x = ag.Tensor(3.0, requires_grad=True)
        >>> y = x * x
        >>> y.retain_grad()
        >>> (y * 2).backward()
        >>> y.grad
        Tensor(2., dtype=float64)
        """
        if self._node is None or not self._node.requires_grad:
            raise RuntimeError("retain_grad: this Tensor does not require grad, so it will not have a gradient")
        if not self._node.is_leaf:
            self._node.annotate().retains_grad = True

    def register_hook(self, hook: Hook) -> Removal:
        """Call ``hook(gradient)`` when a backward has computed the gradient of this Tensor.

        If the hook gives a Tensor or an array, the walk goes on with that one instead. The answer, or its method
        ``remove``, is called to remove the hook. Raises ``TypeError`` for what cannot be called, ``RuntimeError`` if no
        gradient passes here.

        >>> import autograd as ag
        >>> x = ag.Tensor(3.0, requires_grad=True)
        >>> remove = x.register_hook(lambda gradient: gradient * 10)
        >>> (x * x).backward()
        >>> x.grad
        Tensor(60., dtype=float64)
        """
        if not callable(hook):
            raise TypeError(f"register_hook: a hook is a function of the gradient, got {describe(hook)}")
        if self._node is None or not self._node.requires_grad:
            raise RuntimeError("register_hook: this Tensor does not require grad, so no gradient will pass here")
        notes = self._node.annotate()
        hooks = notes.hooks = notes.hooks or {}
        key = object()
        hooks[key] = hook
        return Removal(hooks, key)

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Sequence[Tensor] | Tensor | None = None,
    ) -> None:
        """Compute the gradient of this Tensor with respect to the leaves, and add it to their ``grad``.

        Parameters
        ----------
        gradient
            What the result is weighted with, of the shape of this Tensor; may be left out for a single element.
        retain_graph
            Keep what the rules need, so that the graph can be walked again; by default only if ``create_graph``.
        create_graph
            Record the walk itself, so that gradients can be differentiated. The gradients stored in ``grad`` then
            refer back to their leaves, a reference cycle that only the garbage collector frees: take the gradient and
            set ``grad`` to ``None``, as below.
        inputs
            Leave gradients in these Tensors only.

        Raises
        ------
        RuntimeError
            If this Tensor does not require grad, has more than one element and no ``gradient`` is given, or if the
            graph was walked before and released.

        >>> import autograd as ag
        >>> x = ag.Tensor(2.0, requires_grad=True)
        >>> (x**3).backward(create_graph=True)
        >>> slope, x.grad = x.grad, None
        >>> slope.backward()
        >>> slope.item(), x.grad.item()
        (12.0, 12.0)
        """
        leave_gradients([self], [gradient], inputs, retain_graph, create_graph)

    # Copies

    def __copy__(self) -> Tensor:
        """Give another handle on the same value; a leaf's copy is a leaf of its own."""
        if isinstance(self._node, Operation):
            return Tensor._made(self._array, self._node)
        return self.__class__._from_leaf(self._array, self.requires_grad, self.name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        """Give a leaf with the same values, gradient and name; refused for results of recorded operations."""
        self._refuse_to_leave_graph("copy.deepcopy")
        copied = self.__class__._from_leaf(self._array, self.requires_grad, self.name)
        if copied._node is None and self._node is not None:
            copied._node = copied._leaf(requires_grad=False)
        if self.grad is not None and copied._node is not None:
            copied._node.annotate().grad = self.grad.detach()
        memo[id(self)] = copied
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle leaves and constants by their values; refused for results of recorded operations."""
        self._refuse_to_leave_graph("pickle")
        return self.__class__._from_leaf, (self.data, self.requires_grad, self.name)

    @classmethod
    def _from_leaf(cls, array: Any, requires_grad: bool, name: str | None) -> Self:
        leaf = _new(cls)
        leaf._array, leaf._node = array, None
        if requires_grad or name is not None:
            leaf._node = leaf._leaf(requires_grad)
            leaf._node.annotate().name = name
        return leaf

    def _refuse_to_leave_graph(self, call: str) -> None:
        if isinstance(self._node, Operation):
            raise TypeError(
                f"{call}: this Tensor was computed by {self._node.operation} and would leave its graph behind; "
                "take t.detach() or t.clone()"
            )

    # In place: the handle moves on

    def _become(self, result: Tensor, operation: str) -> Self:
        """Move this handle on to the result of an in-place operation."""
        is_weight = isinstance(self._node, Leaf) and self._node.requires_grad
        if is_weight and current_mode().recording:
            raise RuntimeError(
                f"{operation}: this Tensor is a leaf that requires grad{_named(self)}, and its gradient belongs to "
                "the value it had. To update a weight, do it inside `with autograd.no_grad():`; to compute with the "
                "changed value, make a new Tensor, as in x = x + y"
            )
        if result.shape != self.shape:
            raise ValueError(f"{operation}: the result has shape {result.shape}, which does not fit in {self.shape}")
        if result.dtype != self.dtype:
            if not np.can_cast(result.dtype, self.dtype, "same_kind"):
                raise TypeError(f"{operation}: the result is {result.dtype} and cannot become {self.dtype} in place")
            result = operations.astype(result, self.dtype)
        name = self.name
        self._array = result._handed_to(self, operation)
        if not is_weight:
            self._node = result._node
            if name is not None:
                self.name = name
        return self

    def _as_many(self, other: Tensor) -> Tensor:
        """Give another Tensor as one that stands for as many as this one does, which is itself alone."""
        return other

    def _handed_to(self, handle: Tensor, operation: str) -> Any:  # noqa: ARG002 - for those that stand for many
        """Give the array that a handle gets which moves on to this value."""
        return self._array

    def __repr__(self) -> str:
        prefix = f"{type(self).__name__}("
        values = np.array2string(self._array, separator=", ", prefix=prefix) if self._is_plain else repr(self._array)
        facts = [f"dtype={self.dtype}"]
        if self.name is not None:
            facts.append(f"name={self.name!r}")
        if isinstance(self._node, Operation):
            facts.append(f"from={self._node.operation}")
        elif self.requires_grad:
            facts.append("requires_grad=True")
        return f"{prefix}{values}, {', '.join(facts)})"

    @property
    def _is_plain(self) -> bool:
        return isinstance(self._array, np.ndarray)


class Removal:
    """Removes a hook, when it is called or its method ``remove`` is."""

    def __init__(self, hooks: dict[object, Hook], key: object) -> None:
        self._hooks = hooks
        self._key = key

    def remove(self) -> None:
        """Remove the hook; once it is gone, do nothing."""
        self._hooks.pop(self._key, None)

    __call__ = remove


def gradients_of(
    outputs: Sequence[Tensor],
    weights: Sequence[Any],
    inputs: Sequence[Tensor] | None,
    retain_graph: bool | None,
    create_graph: bool,
    caller: str,
) -> dict[Node, Tensor]:
    """Compute the gradients of the weighted sum of outputs, by node: of all leaves, or of the inputs given.

    No two of them share memory with each other or with anything else. A node that no gradient reaches is missing.
    """
    if create_graph:
        with enable_grad():
            return _walked(outputs, weights, inputs, retain_graph is not False, _TENSORS, caller)
    return _walked(outputs, weights, inputs, bool(retain_graph), _ARRAYS, caller)


def sequence_of_tensors(caller: str, name: str, given: Any) -> list[Tensor]:
    """The Tensor or the Tensors that were given for a parameter, as a list."""
    tensors = list(given) if isinstance(given, Iterable) and not isinstance(given, Tensor) else [given]
    if not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise TypeError(f"{caller}: {name} is a Tensor, or a sequence of Tensors, got {type(given).__name__}")
    return tensors


def leave_gradients(
    outputs: Sequence[Tensor],
    weights: Sequence[Any],
    inputs: Sequence[Tensor] | Tensor | None,
    retain_graph: bool | None,
    create_graph: bool,
) -> None:
    """Add the gradients of the weighted sum of outputs to those of all leaves, or of the inputs given."""
    wanted = None if inputs is None else sequence_of_tensors("backward", "inputs", inputs)
    if wanted == []:
        raise ValueError("backward: inputs is empty; leave it away for the gradients of all leaves")
    gradients = gradients_of(outputs, weights, wanted, retain_graph, create_graph, "backward")
    if wanted is not None:  # the walk has kept already what was to be retained on its way
        gradients = {node: g for node, g in gradients.items() if node.is_leaf or not node.annotate().retains_grad}
    accumulate(gradients)


def _walked(
    outputs: Sequence[Tensor],
    weights: Sequence[Any],
    inputs: Sequence[Tensor] | None,
    retain_graph: bool,
    currency: Currency,
    caller: str,
) -> dict[Node, Tensor]:
    seeds: dict[Node, Cotangent] = {}
    for output, weight in zip(outputs, weights, strict=True):
        node = _root(output, weight, caller)
        seed = currency.one(node) if weight is None else currency.take(weight, node)
        seeds[node] = seeds[node] + seed if node in seeds else seed
    wanted = None if inputs is None else {_node_of(tensor, caller) for tensor in inputs}
    arrived = walk(seeds, currency, retain_graph=retain_graph, wanted=wanted)
    seeds.clear()  # lets go of the seed, which may be a leaf's gradient
    return currency.separate(arrived)


def _root(output: Tensor, weight: Any, caller: str) -> Node:
    """The node that a walk starts from, after checking that it can."""
    node = output._node
    if node is None or not node.requires_grad:
        raise RuntimeError(
            f"{caller}: the Tensor does not require grad and has no graph: no operand of what computed it requires "
            "grad, or it was computed under no_grad, or detached"
        )
    if weight is None and node.dtype.kind == "c":
        raise RuntimeError(
            f"{caller}: this Tensor is complex, and a gradient starts from a real number; take its real part or its "
            "absolute value, or give gradient= to weight it"
        )
    if weight is None and output._array.size != 1:
        raise RuntimeError(
            f"{caller}: a gradient starts from a single number, and this Tensor has shape {output.shape}; reduce "
            "it, as in t.sum().backward(), or give gradient= of that shape to weight its elements"
        )
    return node


def _node_of(tensor: Tensor, caller: str) -> Node:
    if tensor._node is None or not tensor._node.requires_grad:
        raise RuntimeError(f"{caller}: one of the inputs does not require grad{_named(tensor)}")
    return tensor._node


_ARRAYS = Arrays(Tensor)
_TENSORS = Tensors(Tensor)


def _check_differentiable(dtype: Any, requires_grad: bool) -> None:
    if requires_grad and dtype.kind not in "fc":
        raise TypeError(
            f"requires_grad: a Tensor of dtype {dtype} cannot require grad, for it has no small changes; "
            "give it a floating or complex dtype, as in Tensor(data, dtype=float)"
        )


def _named(tensor: Tensor) -> str:
    return "" if tensor.name is None else f" ({tensor.name!r})"


def as_array(value: Any) -> Any:
    """Make an array of what NumPy gives for a 0-d result; leave arrays of other libraries as they are."""
    return np.asarray(value) if isinstance(value, np.generic) or not hasattr(value, "__array_function__") else value


def array_made_of(data: Any, name: str, dtype: Any = None, copy: bool | None = True) -> Any:
    """Call ``np.array``; what it says of rows of different lengths, or of a text, gets the name of the operation."""
    try:
        return np.array(data, dtype, copy=copy)
    except ValueError as error:
        if hasattr(data, "__array__"):  # which says by itself what is wrong
            raise
        given = f"{type(data).__name__} {str(data)[:40]!r}"
        raise ValueError(f"{name}: NumPy makes no array of {given}: {error}") from error


def _owned(data: Any, dtype: Any) -> Any:
    """An array with these values that nobody else writes."""
    if isinstance(data, Tensor):
        data._refuse_to_detach("Tensor(t)")
        if dtype is not None:
            refuse_to_lose(data, dtype, "Tensor", only_complex=True)
        return data._array if dtype is None else data._array.astype(dtype)
    if hasattr(data, "__array_function__") and not isinstance(data, (np.ndarray, np.generic)):
        return data if dtype is None else data.astype(dtype)
    if dtype is not None:
        refuse_to_lose(data, dtype, "Tensor", only_complex=True)
    array = array_made_of(data, "Tensor", dtype)
    if array.dtype.kind not in "biufc" or isinstance(data, np.ma.MaskedArray):
        raise TypeError(
            f"Tensor: the data must be numbers; NumPy makes {array.dtype} of {type(data).__name__} {str(data)[:40]!r}"
        )
    return array


def _laid_out_like(model: Any, array: Any) -> Any:
    """The same values in the order in memory that a model has."""
    if not isinstance(array, np.ndarray) or array.strides == getattr(model, "strides", array.strides):
        return array
    laid_out = np.empty_like(model, array.dtype)
    laid_out[...] = array
    return laid_out


@implements()
def asarray(obj: Any, /, dtype: Any = None, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """Make a constant Tensor of an array, a number or nested lists; give a Tensor back as it is.

    What is not a Tensor is copied; with ``copy=False`` it raises ``ValueError``, as does a Tensor of another dtype. A
    Tensor is copied for ``copy=True`` alone; the gradient passes through to the original, but for integers and booleans
    as ``dtype``, which give a constant, as ``astype`` does. ``device`` can only be ``"cpu"``.

    >>> import autograd as ag
    >>> ag.asarray([1.0, 2.0])
    Tensor([1., 2.], dtype=float64)
    """
    if device is not None:
        check_device("asarray", device)
    if dtype is None and not copy and isinstance(obj, Tensor):
        return obj
    if copy is False and not (isinstance(obj, Tensor) and dtype == obj.dtype):
        raise ValueError(
            "asarray: a Tensor shares its memory with nothing, and another dtype takes other memory: copy=False "
            "holds for a Tensor of the dtype asked for"
        )
    if not isinstance(obj, Tensor):
        return Tensor(obj, dtype)
    tensor = obj if dtype is None else operations.astype(obj, dtype, copy=False)
    return tensor.clone() if copy and tensor is obj else tensor
