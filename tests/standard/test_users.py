"""Code of others that is written for the standard takes our arrays, and gradients pass through it.

Not where such code calls compiled routines, which need NumPy's arrays: a Tensor that requires grad is refused there.
"""

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import array_api_compat
import numpy as np
import pytest

import autograd as ag

ROOT = Path(__file__).parents[2]


@functools.cache
def found(library):
    """What the program says of a library; it is run once."""
    environment = os.environ | {"SCIPY_ARRAY_API": "1"}
    command = [sys.executable, "-m", "tests.standard.users", library]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("library", ["scipy", "sklearn"])
def test_values_and_gradients(library):
    judged = {name: facts for name, facts in found(library).items() if name not in ("decisions", "refused")}
    assert len(judged) >= 8
    assert {facts["type"] for facts in judged.values()} == {"Tensor"}
    assert {name: facts["value"] for name, facts in judged.items() if facts["value"] > 1e-12} == {}
    assert {name: facts["gradient"] for name, facts in judged.items() if facts["gradient"] > 1e-4} == {}


def test_estimators_decide_as_on_numpys_arrays():
    decisions = found("sklearn")["decisions"]
    assert decisions["LinearDiscriminantAnalysis"] == ["Tensor", 0]
    assert decisions["GaussianNB"] == ["Tensor", 0]
    assert decisions["accuracy_score"] == 1.0
    assert decisions["mean_squared_error"] == 4.0


def test_a_kernel_of_scikit_learns_is_trained_by_gradients():
    command = [sys.executable, "examples/any_library.py"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stderr
    before, *_, after = (float(share) for share in re.findall(r"R² ([0-9.]+)", ended.stdout))
    assert after > before + 0.02
    assert re.search(r"^ *bmi", ended.stdout, re.MULTILINE)


def softmax(x):
    """What code for any library of the standard looks like."""
    xp = x.__array_namespace__()
    e = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def test_code_for_any_library_differentiates():
    x = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    softmax(x)[0].backward()
    p = np.exp([1.0, 2.0, 3.0]) / np.exp([1.0, 2.0, 3.0]).sum()
    np.testing.assert_allclose(x.grad.data, p[0] * (np.array([1.0, 0.0, 0.0]) - p))


def test_compiled_code_refuses_what_requires_grad():
    assert "requires grad" in found("scipy")["refused"]


def test_the_layer_between_libraries_and_their_users_knows_us():
    x = ag.ones((2, 3))
    assert array_api_compat.is_array_api_obj(x)
    assert array_api_compat.array_namespace(x, ag.ones(2)) is ag
    assert array_api_compat.device(x) == "cpu"
    assert array_api_compat.size(x) == 6
    assert array_api_compat.to_device(x, "cpu") is x
