"""Module: what all layers, losses and models are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

from autograd import Tensor
from autograd.devices import asked_dtype
from autograd.errors import check_device
from autograd.modes import current_mode
from autograd.tensor import Removal
from optim.gradients import drop_gradients

from . import checkpoint, hooks
from .converting import convert
from .freezing import set_requires_grad
from .hooks import BackwardHook, ForwardHook, ForwardPreHook
from .registering import NONE, Registering

if TYPE_CHECKING:
    from autograd.drawing.architecture import Architecture

    from .summaries import Summary


class Module(Registering):
    """The base of all layers and models: a function with parameters.

    A subclass makes its parameters and submodules in ``__init__`` and computes in ``forward``. What is assigned to an
    attribute is registered: a ``Parameter`` is trained and saved, a ``Module`` is searched for more of them. A plain
    list of modules is not looked into.

    >>> import nn
    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         self.factor = nn.Parameter(2.0)
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> Scale()(21.0).item()
    42.0
    """

    #: Whether the module is being trained: dropout and batch normalisation act differently then.
    training: bool = True

    #: Of an activation function, the outputs at which it is flat, so that hardly any gradient passes.
    saturates_at: tuple[float, ...] = ()

    _is_hooked: bool = False  # whether there ever was a hook; one question for each call
    _forward_pre_hooks: Mapping[object, tuple[ForwardPreHook, bool]] = NONE
    _forward_hooks: Mapping[object, tuple[ForwardHook, bool]] = NONE
    _backward_hooks: Mapping[object, tuple[BackwardHook, bool]] = NONE

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass has its own."""
        raise NotImplementedError(f"{type(self).__name__} has no method `forward`, which computes its output")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, inside a scope of this module's title if somebody watches."""
        if current_mode().interceptor is None and not self._is_hooked:
            return self.forward(*args, **kwargs) if kwargs else self.forward(*args)
        return hooks.call(self, args, kwargs)

    def register_forward_pre_hook(
        self, hook: ForwardPreHook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> Removal:
        """Call ``hook(module, arguments)`` before each call of this module.

        Parameters
        ----------
        hook
            What it returns, if not ``None``, takes the place of the positional arguments: a tuple of them, or a single
            one.
        prepend
            Whether it is called before all hooks of this kind that there are already, rather than after them.
        with_kwargs
            Whether it gets the arguments by name, too, as ``hook(module, arguments, kwargs)``. It returns ``None`` or
            both, as ``(arguments, kwargs)``.

        Returns
        -------
        Removal
            Calling it, or its method ``remove``, removes the hook.

        >>> import nn
        >>> layer = nn.Identity()
        >>> remove = layer.register_forward_pre_hook(lambda module, arguments: arguments[0] * 10)
        >>> layer(4)
        40
        """
        self._forward_pre_hooks, removal = hooks.added(
            self._forward_pre_hooks, hook, "register_forward_pre_hook", prepend=prepend, with_kwargs=with_kwargs
        )
        self._is_hooked = True
        return removal

    def register_forward_hook(self, hook: ForwardHook, *, prepend: bool = False, with_kwargs: bool = False) -> Removal:
        """Call ``hook(module, arguments, output)`` after each call of this module.

        If the hook gives something else than ``None``, that is the output. ``prepend`` has it called before all other
        hooks of this kind; ``with_kwargs``, as ``hook(module, arguments, kwargs, output)``. Calling what is returned,
        or its method ``remove``, removes the hook.

        >>> import nn
        >>> layer, seen = nn.Linear(3, 2), []
        >>> remove = layer.register_forward_hook(lambda module, arguments, output: seen.append(output.shape))
        >>> _ = layer([[1.0, 2.0, 3.0]])
        >>> seen
        [(1, 2)]
        """
        self._forward_hooks, removal = hooks.added(
            self._forward_hooks, hook, "register_forward_hook", prepend=prepend, with_kwargs=with_kwargs
        )
        self._is_hooked = True
        return removal

    def register_full_backward_hook(self, hook: BackwardHook, prepend: bool = False) -> Removal:
        """Call ``hook(module, grad_input, grad_output)`` when a backward has passed a call of this module.

        Parameters
        ----------
        hook
            ``grad_input`` is a tuple with the gradient for each positional argument, ``grad_output`` with that of each
            output; ``None`` where there is none: for arguments that are no Tensors or require no grad, and, where
            PyTorch has zeros, for what the backward did not reach. It is called once all of them are known; also if
            no argument requires grad. If it returns something else than ``None``, a gradient for each positional
            argument, the backward goes on with these.
        prepend
            Whether it is called before all hooks of this kind that there are already, rather than after them.

        Returns
        -------
        Removal
            Calling it, or its method ``remove``, removes the hook.

        Raises
        ------
        TypeError
            If the output of the module is neither a Tensor nor a tuple or list, or the hook returns something else.

        Notes
        -----
        Arguments by name are not seen. A backward that is limited to ``inputs`` which do not lie before the module,
        its weights, say, does not call the hook.

        >>> import nn
        >>> from autograd import Tensor
        >>> layer = nn.Linear(3, 2)
        >>> def look(module, grad_input, grad_output):
        ...     print(grad_input[0].shape, grad_output[0].tolist())
        >>> remove = layer.register_full_backward_hook(look)
        >>> layer(Tensor([[1.0, 2.0, 3.0]], requires_grad=True)).sum().backward()
        (1, 3) [[1.0, 1.0]]
        """
        self._backward_hooks, removal = hooks.added(
            self._backward_hooks, hook, "register_full_backward_hook", prepend=prepend, with_kwargs=False
        )
        self._is_hooked = True
        return removal

    # Changing the state of all

    def train(self, mode: bool = True) -> Self:
        """Set the training mode of this module and all inside it. Gives the module itself."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set evaluation mode, which is ``train(False)``. Gives the module itself."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set whether the parameters require grad; ``False`` freezes them. Gives the module itself."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def freeze(self, *patterns: str) -> Self:
        """Have parameters no longer require grad, so that training does not move them. Gives the module itself.

        A pattern is the dotted path of a parameter or of a module, in which ``*`` stands for any text; none at all
        means all parameters. Raises ``ValueError``, and changes nothing, if a pattern is the path of nothing.

        Gradients that they have are dropped, so that no optimizer moves them, whatever its momentum or weight decay.
        Buffers are no parameters: the running statistics of batch normalisation go on in training mode; ``eval()`` of
        these modules holds them, too.

        >>> import nn
        >>> model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1)).freeze("0")
        >>> [name for name, parameter in model.named_parameters() if parameter.requires_grad]
        ['1.weight', '1.bias']
        """
        set_requires_grad(self, "freeze", patterns, False)
        return self

    def unfreeze(self, *patterns: str) -> Self:
        """Have parameters require grad again; see ``freeze``. Gives the module itself."""
        set_requires_grad(self, "unfreeze", patterns, True)
        return self

    def to(
        self,
        *args: Any,
        dtype: Any = None,
        device: Any = None,
        non_blocking: bool = False,  # noqa: ARG002 - PyTorch's; there is nothing to wait for
    ) -> Self:
        """Convert floating parameters and buffers, and the gradients there are, in place. Gives the module itself.

        As PyTorch has it: ``to(dtype)``, ``to(device)``, ``to(device, dtype)``, ``to(tensor)``; the only device is
        ``"cpu"``. Integer buffers stay as they are. The parameters are the same objects afterwards; what was recorded
        with them before keeps their old values. Make optimizers after that.

        Raises ``TypeError`` for a dtype that is no floating or complex one, ``ValueError`` for another device.

        >>> import nn, numpy as np
        >>> nn.Linear(3, 2).to(np.float64).weight.dtype
        dtype('float64')
        """
        wanted = asked_dtype("to", args, dtype, device)
        if wanted is not None:
            convert(self, "to", wanted)
        return self

    def cpu(self) -> Self:
        """Give the module itself, which is on the CPU already."""
        return self

    def cuda(self, device: Any = None) -> Self:  # noqa: ARG002 - PyTorch's
        """Raise ``ValueError``, for there is no such device; ``device`` does not matter."""
        check_device("cuda", "cuda")
        return self

    def float(self) -> Self:
        """Convert to float32; see ``to``."""
        return self.to("float32")

    def double(self) -> Self:
        """Convert to float64; see ``to``."""
        return self.to("float64")

    def half(self) -> Self:
        """Convert to float16; see ``to``."""
        return self.to("float16")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or set those that there are to zeros."""
        drop_gradients(self.parameters(), set_to_none)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call ``fn`` with every module inside this one, children first, and with this one. Gives the module itself.

        >>> import nn
        >>> def start_at_one(module):
        ...     if isinstance(module, nn.Linear):
        ...         nn.init.ones_(module.weight)
        >>> nn.Sequential(nn.Linear(2, 1)).apply(start_at_one)[0].weight.tolist()
        [[1.0, 1.0]]
        """
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # Saving and loading

    def state_dict(self) -> dict[str, Tensor]:
        """Give the values of all parameters and persistent buffers by their dotted paths, as constant Tensors.

        They are a snapshot: training goes on without changing them. A shared parameter stands under each of its paths.

        >>> import nn
        >>> {name: value.shape for name, value in nn.Linear(3, 10).state_dict().items()}
        {'weight': (10, 3), 'bias': (10,)}
        """
        return {path: tensor.detach() for path, tensor in checkpoint.named_state(self)}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> checkpoint.IncompatibleKeys:
        """Take over values that a ``state_dict`` holds: Tensors or arrays, converted to the dtypes that are here.

        Parameters
        ----------
        state_dict
            Values by dotted path, as this class and PyTorch name them.
        strict
            Whether a path that is missing or unknown is an error; if not, it is passed over.

        Returns
        -------
        IncompatibleKeys
            The paths that were passed over: ``missing_keys`` and ``unexpected_keys``.

        Raises
        ------
        RuntimeError
            If a path is missing or unknown and ``strict``, or a shape or kind of number does not fit. All problems
            are listed, and nothing has been changed.
        """
        return checkpoint.load(self, state_dict, strict=strict)

    # Showing

    def summary(self, input_shape: Any = None, *, dtype: Any = None, example: Any = None) -> Summary:
        """Print a table of the layers, their output shapes, parameters and costs, and give it; see ``nn.summary``."""
        from .summaries import summary

        table = summary(self, input_shape, dtype=dtype, example=example)
        print(table)  # noqa: T201 - what Keras' method of this name does
        return table

    def __architecture__(self, *inputs: Any) -> Architecture:
        """Tell ``autograd.draw`` the layers, and what goes from one to another; for inputs of these shapes."""
        from .architecture import architecture_of

        return architecture_of(self, *inputs)

    @property
    def title(self) -> str:
        """What drawings and errors call this module, as in ``hidden: Linear(2, 4)``: its name, its type and size."""
        arguments = self.main_arguments()
        itself = f"{type(self).__name__}({arguments})" if arguments else type(self).__name__
        return itself if self._attribute is None else f"{self._attribute}: {itself}"

    def main_arguments(self) -> str:
        """Give the arguments that tell this module from others of its type, for its title, as in ``2, 4``."""
        return ""

    def extra_repr(self) -> str:
        """Give the arguments that ``repr`` shows, as in ``in_features=2, out_features=4, bias=True``."""
        return ""

    def __repr__(self) -> str:
        lines = [
            f"({name}): {_indented(repr(child))}" for name, child in vars(self).items() if isinstance(child, Module)
        ]
        extra = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({extra})"
        inside = "".join(f"\n  {line}" for line in ([extra] if extra else []) + lines)
        return f"{type(self).__name__}({inside}\n)"


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
