"""Every name of the standard is there, and takes its arguments as the standard has them."""

import inspect

import array_api_strict as strict
import pytest

from tests.standard.reference import xp

#: Names of the reference that are not of the standard.
OWN = {
    "ArrayAPIStrictFlags",
    "Device",
    "get_array_api_strict_flags",
    "reset_array_api_strict_flags",
    "set_array_api_strict_flags",
}

#: Functions of 2025.12 that the reference gives, but does not list.
NEW = {"linalg": ["eig", "eigvals"]}

#: Defaults that mean the same.
SAME = [("norm", None, "backward"), ("correction", None, 0.0), ("dtype", float, None)]


def functions():
    for place, theirs in {"": strict, "linalg": strict.linalg, "fft": strict.fft}.items():
        for name in [*theirs.__all__, *NEW.get(place, [])]:
            if name not in OWN and not name.startswith("__") and inspect.isfunction(getattr(theirs, name)):
                yield pytest.param(place, name, id=f"{place}.{name}".lstrip("."))


def found(namespace, place, name):
    return getattr(getattr(namespace, place) if place else namespace, name)


@pytest.mark.parametrize("name", sorted({*strict.__all__} - OWN))
def test_the_namespace_has(name):
    assert hasattr(xp, name)


@pytest.mark.parametrize(("place", "name"), list(functions()))
def test_the_function_takes_the_arguments_of_the_standard(place, name):
    assert_takes(found(xp, place, name), found(strict, place, name))


#: Methods and attributes of the array object in 2025.12.
METHODS = """
    __abs__ __add__ __and__ __array_namespace__ __bool__ __complex__ __dlpack__ __dlpack_device__ __eq__ __float__
    __floordiv__ __ge__ __getitem__ __gt__ __index__ __int__ __invert__ __le__ __lshift__ __lt__ __matmul__ __mod__
    __mul__ __ne__ __neg__ __or__ __pos__ __pow__ __rshift__ __setitem__ __sub__ __truediv__ __xor__
    __iadd__ __radd__ __isub__ __rsub__ __imul__ __rmul__ __itruediv__ __rtruediv__ __ifloordiv__ __rfloordiv__
    __ipow__ __rpow__ __imod__ __rmod__ __imatmul__ __rmatmul__ __iand__ __rand__ __ior__ __ror__ __ixor__ __rxor__
    __ilshift__ __rlshift__ __irshift__ __rrshift__
"""


@pytest.mark.parametrize("name", METHODS.split())
def test_the_method_takes_the_arguments_of_the_standard(name):
    theirs = getattr(type(strict.ones(1)), name)
    assert_takes(getattr(type(xp.ones(1)), name), theirs)


def test_to_device_takes_the_arguments_of_the_standard():  # those of the reference are not quite
    parameters = inspect.signature(type(xp.ones(1)).to_device).parameters.values()
    kinds = [(p.name, p.kind.name) for p in parameters]
    assert kinds == [("self", "POSITIONAL_ONLY"), ("device", "POSITIONAL_ONLY"), ("stream", "KEYWORD_ONLY")]


@pytest.mark.parametrize("name", ["dtype", "device", "mT", "ndim", "shape", "size", "T"])
def test_the_attribute_is_there(name):
    assert hasattr(xp.ones((1, 1)), name)


def assert_takes(ours, theirs):
    """Assert that any call that the standard allows is bound to the same parameters, and means the same."""
    parameters = [p for p in inspect.signature(ours).parameters.values() if p.name != "self"]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return  # NumPy's own ufuncs do not tell what they take
    by_name = {parameter.name: parameter for parameter in parameters}
    place = -1
    for place, wanted in enumerate(p for p in inspect.signature(theirs).parameters.values() if p.name != "self"):
        if wanted.kind is wanted.KEYWORD_ONLY:
            assert wanted.name in by_name
            mine = by_name[wanted.name]
            assert mine.kind in (mine.KEYWORD_ONLY, mine.POSITIONAL_OR_KEYWORD)
        else:
            mine = parameters[place]
            if wanted.kind is wanted.POSITIONAL_OR_KEYWORD:
                assert (mine.name, mine.kind) == (wanted.name, wanted.kind)
            elif wanted.kind is wanted.POSITIONAL_ONLY:
                assert mine.kind in (mine.POSITIONAL_ONLY, mine.POSITIONAL_OR_KEYWORD)
            else:
                assert mine.kind is wanted.kind
        if wanted.default is not wanted.empty:
            assert mine.default is not mine.empty
            assert means_the_same(wanted.name, mine.default, wanted.default)
    beyond = parameters[place + 1 :]
    assert all(p.default is not p.empty or p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL) for p in beyond)


def means_the_same(name, ours, standard):
    if repr(standard).startswith("<Undef"):  # the reference's way to tell whether an argument was given
        return ours is None
    not_given = repr(ours) == "<no value>"
    return not_given or ours == standard or (name, ours, standard) in SAME or name == "rtol"
