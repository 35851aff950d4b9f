"""What is here of PyTorch takes the same arguments: names, order, defaults, and which of them go by name only."""

import inspect
import itertools
import types
import typing

import pytest

import nn
import nn.utils.parametrizations
import nn.utils.parametrize
import nn.utils.rnn

torch = pytest.importorskip("torch")

#: Arguments of PyTorch that are not here; each with the reason.
NOT_WANTED = {
    "size_average": "replaced by `reduction` in 2018, and PyTorch warns of it",
    "reduce": "the same",
    "min_value": "replaced by `min_val`, and PyTorch warns of it",
    "max_value": "replaced by `max_val`, and PyTorch warns of it",
    "options": "says in which pieces a loss is computed, not what it is",
    "out": "says where a result is written, and no Tensor is written into",
    "_stacklevel": "serves the warning that a `dim` is missing, which is an error here",
    "static_k": "serves quantised attention",
    "static_v": "serves quantised attention",
    "generator": "one generator draws all; `autograd.manual_seed` starts it",
    "memo": "serves the walk itself",
    "assign": "values are taken over into the parameters that optimizers know",
    "always_call": "what fails gives no output that a hook could be told",
}

#: Those whose arguments PyTorch tells nobody, or that stand for several functions at once.
UNTOLD = {
    *("adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d", "max_pool1d", "max_pool2d", "max_pool3d"),
    *("to", "state_dict"),
}
#: Single operations, which take their one argument by its place only.
OPERATIONS = {"sigmoid", "softsign", "tanh"}

MODULES = sorted(
    name
    for name, kind in vars(torch.nn).items()
    if inspect.isclass(kind) and issubclass(kind, torch.nn.Module) and hasattr(nn, name)
)
NAMESPACES = ("functional", "init", "utils", "utils.parametrizations", "utils.parametrize", "utils.rnn")


def part_of(library, path):
    for name in path.split("."):
        library = getattr(library, name)
    return library


def methods_of_all_modules():
    return [
        name
        for name, method in vars(torch.nn.Module).items()
        if isinstance(method, types.FunctionType) and hasattr(nn.Module, name)
        if not name.startswith("_") and name not in UNTOLD
    ]


def functions_of(path):
    ours, theirs = part_of(nn, path), part_of(torch.nn, path)
    return [
        (path, name)
        for name, function in sorted(vars(theirs).items())
        if isinstance(function, types.FunctionType) and not name.startswith("_") and hasattr(ours, name)
        if name not in UNTOLD | OPERATIONS
    ]


def parameters_of(function):
    """Give what a function can be called with; of PyTorch's that take anything, what they tell type checkers."""
    if function is object.__init__:
        return {}
    overloads = typing.get_overloads(function)
    parameters = inspect.signature(overloads[0] if overloads else function).parameters
    return {
        name: p for name, p in parameters.items() if name != "self" and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }


def default_of(parameter):
    return getattr(parameter.default, "__name__", parameter.default)  # a function stands for that of the same name


def assert_same_arguments(ours, theirs):
    """Compare what can be given. What comes behind an argument that is not here may go by its name only."""
    wanted = {name: p for name, p in theirs.items() if name in ours or name not in NOT_WANTED}
    assert {name: default_of(p) for name, p in ours.items()} == {name: default_of(p) for name, p in wanted.items()}
    by_place = list(itertools.takewhile(lambda name: name in ours, theirs))
    by_place = [name for name in by_place if theirs[name].kind is not inspect.Parameter.KEYWORD_ONLY]
    assert list(ours)[: len(by_place)] == by_place
    assert [name for name in by_place if ours[name].kind is inspect.Parameter.KEYWORD_ONLY] == []


@pytest.mark.parametrize("method", ["__init__", "forward"])
@pytest.mark.parametrize("name", MODULES)
def test_of_modules(name, method):
    ours, theirs = (parameters_of(getattr(getattr(library, name), method)) for library in (nn, torch.nn))
    assert_same_arguments(ours, theirs)


@pytest.mark.parametrize(("path", "name"), [each for path in NAMESPACES for each in functions_of(path)])
def test_of_functions(path, name):
    ours, theirs = (parameters_of(getattr(part_of(library, path), name)) for library in (nn, torch.nn))
    assert_same_arguments(ours, theirs)


@pytest.mark.parametrize("name", methods_of_all_modules())
def test_of_methods_of_all_modules(name):
    ours, theirs = (parameters_of(getattr(library.Module, name)) for library in (nn, torch.nn))
    assert_same_arguments(ours, theirs)


def test_every_difference_is_still_one():
    paths = [(name, method) for name in MODULES for method in ("__init__", "forward")]
    paths += [("Module", name) for name in methods_of_all_modules()]
    paths += [each for path in NAMESPACES for each in functions_of(path)]
    found = set()
    for path, name in paths:
        ours, theirs = (set(parameters_of(getattr(part_of(library, path), name))) for library in (nn, torch.nn))
        found |= theirs - ours
    assert found == set(NOT_WANTED)
