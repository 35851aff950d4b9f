"""The directions of import: the engine knows nothing of what is built on it, and loads nothing but NumPy."""

from pathlib import Path

import pytest

from tests.import_rules import (
    Import,
    files_named_as_functions,
    find_cycle,
    find_modules,
    heavy_imports,
    loads_besides,
    read_imports,
    top,
    wrong_directions,
)

ROOT = Path(__file__).parent.parent

#: Our packages, and which of the others each may import.
ALLOWED: dict[str, set[str]] = {"autograd": set(), "optim": {"autograd"}, "nn": {"autograd", "optim"}}

#: All folders of code.
OWN = {*ALLOWED, "benchmarks", "examples", "tests"}

#: Modules that are imported only when first used, and what they may load beyond NumPy.
ON_FIRST_USE: dict[str, set[str]] = {
    "autograd.drawing.renderers": {"graphviz"},
    "autograd.drawing.rendering": {"graphviz"},
    "autograd.testing.strategies": {"hypothesis"},
    "nn.sklearn": {"sklearn"},
    "nn.sklearn.fitting": {"sklearn"},
    "nn.sklearn.kinds": {"sklearn"},
}

MODULES = find_modules(ROOT, sorted(OWN))
IMPORTS = read_imports(MODULES)


def of(*packages: str) -> list[Import]:
    return [each for each in IMPORTS if top(each.module) in packages]


def listed(problems: list[Import]) -> str:
    return "\n".join(map(str, problems))


@pytest.fixture
def plant(tmp_path):
    """Write a tree of small files, ``package/module.py="source"``, and give its modules."""

    def write(files: dict[str, str]) -> dict[str, Path]:
        for name, source in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        return find_modules(tmp_path, sorted({name.partition("/")[0] for name in files}))

    return write


# -------------------------------------------------------------------------------------------------- on the project


def test_the_packages_are_read():
    assert MODULES.keys() >= ALLOWED.keys()
    assert {"autograd", "tests"} <= {top(each.module) for each in IMPORTS}


def test_no_package_imports_what_is_built_on_it():
    assert not (wrong := wrong_directions(IMPORTS, ALLOWED, OWN)), listed(wrong)


def test_what_is_heavy_is_imported_when_first_used():
    assert not (heavy := heavy_imports(of(*ALLOWED), OWN, ON_FIRST_USE)), listed(heavy)


def test_optimizers_need_nothing_but_numpy_at_any_time():
    """Pictures of them are another thing."""
    pictures = {"optim.visualize": {"matplotlib"}}
    heavy = [each for each in of("optim") if heavy_imports([now(each)], OWN, pictures)]
    assert not heavy, listed(heavy)


def now(each: Import) -> Import:
    return Import(each.module, each.target, each.line, at_once=True)


def test_there_are_no_import_cycles():
    assert not (cycle := find_cycle(IMPORTS, MODULES)), " -> ".join(cycle)


def test_no_file_bears_the_name_of_a_public_function():
    assert not (named := files_named_as_functions(find_modules(ROOT, ALLOWED))), "\n".join(named)


@pytest.mark.parametrize("package", ALLOWED)
def test_an_import_loads_only_numpy(package):
    assert loads_besides(package, expected=ALLOWED[package]) == set()


# ------------------------------------------------------------------------------------------- the rules can be broken


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ("import upper", 1),
        ("from upper.layers import Linear", 1),
        ("from upper import layers", 1),
        ("def late():\n    import upper.layers", 1),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import upper", 1),
        ("import upper_hand", 0),
        ("import lower.others", 0),
    ],
)
def test_a_wrong_direction_is_found(plant, source, problems):
    modules = plant({"lower/__init__.py": source, "upper/__init__.py": "import lower", "upper/layers.py": ""})
    found = wrong_directions(read_imports(modules), {"lower": set(), "upper": {"lower"}}, {"lower", "upper"})
    assert len(found) == problems
    assert all(each.module == "lower" for each in found)


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ("import numba", 1),
        ("import os, numba.typed", 1),
        ("from matplotlib import pyplot", 1),
        ("try:\n    import rich\nexcept ImportError:\n    pass", 1),
        ("class A:\n    import rich", 1),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import rich", 1),
        ("import numpy.linalg\nfrom collections.abc import Sequence", 0),
        ("def late():\n    import numba", 0),
        ("class A:\n    async def late(self):\n        if self:\n            import numba", 0),
        ("import typing\nif typing.TYPE_CHECKING:\n    import numba", 0),
        ("from . import other\nfrom .other import thing", 0),
    ],
)
def test_a_heavy_import_is_found(plant, source, problems):
    modules = plant({"light/__init__.py": "", "light/part.py": source, "light/other.py": ""})
    found = heavy_imports(read_imports(modules), {"light"}, {})
    assert [each.module for each in found] == ["light.part"] * problems


def test_a_module_loaded_on_first_use_may_import_what_it_is_allowed_and_no_more(plant):
    modules = plant({"light/native.py": "import numba\nimport rich"})
    found = heavy_imports(read_imports(modules), {"light"}, {"light.native": {"numba"}})
    assert [(each.target, each.line) for each in found] == [("rich", 2)]


@pytest.mark.parametrize(
    ("files", "cycle"),
    [
        pytest.param({"p/a.py": "import p.b", "p/b.py": "import p.a"}, {"p.a", "p.b"}, id="absolute"),
        pytest.param({"p/a.py": "from . import b", "p/b.py": "from .a import x"}, {"p.a", "p.b"}, id="relative"),
        pytest.param({"p/__init__.py": "from .a import x", "p/a.py": "from p import y"}, {"p", "p.a"}, id="package"),
        pytest.param(
            {"p/s/a.py": "from .. import b", "p/b.py": "from .s.a import x"}, {"p.s.a", "p.b"}, id="two levels"
        ),
        pytest.param(
            {"p/s/__init__.py": "from .a import x", "p/s/a.py": "import p.b", "p/b.py": "import p.s.c", "p/s/c.py": ""},
            {"p.s", "p.s.a", "p.b"},
            id="through the package of what is imported",
        ),
        pytest.param({"p/a.py": "import q", "q/__init__.py": "from p.a import x"}, {"p.a", "q"}, id="two packages"),
        pytest.param({"p/a.py": "def f():\n    import p.b", "p/b.py": "import p.a"}, set(), id="later"),
        pytest.param(
            {"p/__init__.py": "from .a import x", "p/a.py": "from .b import x", "p/b.py": ""}, set(), id="none"
        ),
        pytest.param({"p/__init__.py": "from . import a", "p/a.py": "from . import b", "p/b.py": ""}, set(), id="flat"),
    ],
)
def test_a_cycle_is_found(plant, files, cycle):
    packages = {f"{name.rpartition('/')[0]}/__init__.py": "" for name in files}
    modules = plant(packages | files)
    assert set(find_cycle(read_imports(modules), modules)) == cycle


def test_a_file_named_as_a_function_is_found(plant, tmp_path, monkeypatch):
    modules = plant(
        {
            "sample_of_names/__init__.py": "from .sums import sum\nfrom . import linalg\ndef where(): ...\n",
            "sample_of_names/sums.py": "def sum(): ...",
            "sample_of_names/linalg.py": "",
            "sample_of_names/sum.py": "",
            "sample_of_names/deep/__init__.py": "",
            "sample_of_names/deep/where.py": "",
        }
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert files_named_as_functions(modules) == [
        "sample_of_names.deep.where bears the name of sample_of_names.where",
        "sample_of_names.sum bears the name of sample_of_names.sum",
    ]


def test_a_package_that_loads_more_is_found(plant, tmp_path):
    plant({"sample_of_weight/__init__.py": "import json, sample_heavy.part", "sample_heavy/part.py": ""})
    assert loads_besides("sample_of_weight", set(), tmp_path) == {"sample_heavy"}
    assert loads_besides("sample_of_weight", {"sample_heavy"}, tmp_path) == set()
