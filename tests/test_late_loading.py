"""The rarer families of functions are loaded when the first of them is met, whichever way that is."""

import subprocess
import sys

import pytest

BEGIN = """
import sys
import numpy as np
import autograd as ag
x = ag.Tensor([1.0, 2.0], requires_grad=True)
np.exp(x * x).sum().backward()
assert "autograd.further" not in sys.modules
"""

WAYS = {
    "attribute": "assert ag.einsum('i,i', x, x).item() == 5",
    "from-import": "from autograd import einsum; assert einsum('i,i', x, x).item() == 5",
    "star": "from autograd import *; from autograd import fft; assert einsum('i,i', x, x).item() == 5",
    "function of NumPy": "assert np.einsum('i,i', x, x).item() == 5",
    "ufunc": "assert np.sinh(x).requires_grad",
    "method of a ufunc": "assert np.add.accumulate(x).tolist() == [1, 3]",
    "submodule": "assert ag.linalg.norm(x).requires_grad",
    "import of a submodule": "import autograd.fft; assert ag.fft.fft(x).shape == (2,)",
    "operation": "from autograd.registry import operations; assert operations.einsum is ag.einsum",
    "list of names": "assert {'einsum', 'linalg', 'exp', 'draw'} <= set(dir(ag))",
}


def run(source):
    return subprocess.run([sys.executable, "-c", BEGIN + source], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("way", WAYS)
def test_a_rarer_function_is_found(way):
    ended = run(WAYS[way])
    assert ended.returncode == 0, ended.stderr


def test_the_public_names_are_what_a_user_may_want():
    ended = run("print(*ag.__all__); assert ag.__all__ == dir(ag) == sorted(ag.__all__)")
    names = set(ended.stdout.split())
    assert {"Tensor", "draw", "testing", "linalg", "fft", "special", "einsum", "exp", "float32", "no_grad"} <= names
    assert not names & {"importlib", "Any", "annotations", "registry", "random", "tensor", "TYPE_CHECKING"}


def test_a_name_that_nobody_has():
    ended = run("ag.einsun")
    assert "AttributeError: module 'autograd' has no attribute 'einsun'. Did you mean: 'einsum'?" in ended.stderr


def test_an_operation_that_nobody_has():
    ended = run("from autograd.registry import operations; operations.nothing")
    assert ended.stderr.endswith("AttributeError: there is no operation of the name 'nothing'\n")


def test_the_names_of_rarer_operations_are_taken():
    ended = run("@ag.primitive()\ndef sinh(x):\n    return x + 1")
    assert "ValueError: an operation of the name 'sinh' is declared already, in autograd.primitives" in ended.stderr


def test_a_function_without_a_rule_still_says_so():
    ended = run("np.packbits(x)")
    assert "np.packbits has no gradient rule" in ended.stderr
