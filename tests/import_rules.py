"""Who imports whom: read from the source of a tree of packages, without running it, and judged.

Every function works on any tree, so that the tests can show each rule a tree that breaks it.
"""

import ast
import graphlib
import importlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import resolve_name
from pathlib import Path

Modules = Mapping[str, Path]

LIGHT = sys.stdlib_module_names | {"numpy"}


@dataclass(frozen=True)
class Import:
    """One import: ``module`` imports ``target``, a module of the tree or the name of something outside of it."""

    module: str
    target: str
    line: int
    at_once: bool  #: runs when the module is imported, not later in a function and not for type checkers alone

    def __str__(self) -> str:
        return f"{self.module}, line {self.line}: imports {self.target}"


def top(module: str) -> str:
    """Give the package that a module belongs to: ``autograd`` for ``autograd.drawing.style``."""
    return module.partition(".")[0]


def ancestors(module: str) -> list[str]:
    """Give the packages around a module, the innermost first."""
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]


# ---------------------------------------------------------------------------------------------- reading the source


def find_modules(root: Path, packages: Iterable[str]) -> dict[str, Path]:
    """Map the dotted name of every module in these folders of ``root`` to its file."""
    files = [path for package in packages for path in sorted((root / package).rglob("*.py"))]
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def read_imports(modules: Modules) -> list[Import]:
    """Read all imports of all modules."""
    return [
        Import(module, target, statement.lineno, at_once)
        for module, path in modules.items()
        for statement, at_once in import_statements(ast.parse(path.read_text(encoding="utf-8"), path))
        for target in targets(statement, module, modules)
    ]


def import_statements(node: ast.AST, at_once: bool = True) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Walk the syntax tree; give each import, and whether it runs when the module is imported."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, at_once
    only_later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    only_for_types = node.body if isinstance(node, ast.If) and is_type_checking(node.test) else []
    for child in ast.iter_child_nodes(node):
        yield from import_statements(child, at_once and not only_later and child not in only_for_types)


def is_type_checking(condition: ast.expr) -> bool:
    """Tell whether a condition is ``TYPE_CHECKING`` or ``typing.TYPE_CHECKING``."""
    return ast.unparse(condition).rpartition(".")[2] == "TYPE_CHECKING"


def targets(statement: ast.Import | ast.ImportFrom, module: str, modules: Modules) -> list[str]:
    """Name what a statement imports; ``from . import style`` means the module ``style`` where there is one."""
    names = [alias.name for alias in statement.names]
    if isinstance(statement, ast.Import):
        return names
    package = module if modules[module].name == "__init__.py" else module.rpartition(".")[0]
    base = resolve_name("." * statement.level + (statement.module or ""), package)
    return sorted({f"{base}.{name}" if f"{base}.{name}" in modules else base for name in names})


# --------------------------------------------------------------------------------------------------------- judging


def wrong_directions(imports: Iterable[Import], allowed: Mapping[str, set[str]], own: set[str]) -> list[Import]:
    """Find imports, wherever they stand, from one of our ``own`` packages to another that it must not know."""
    return [
        each
        for each in imports
        if top(each.module) in allowed and top(each.target) in own - allowed[top(each.module)] - {top(each.module)}
    ]


def heavy_imports(imports: Iterable[Import], own: set[str], exceptions: Mapping[str, set[str]]) -> list[Import]:
    """Find imports that run at once and load more than the standard library, NumPy and our ``own`` packages.

    ``exceptions`` names what single modules may load, for modules that are themselves imported only on first use.
    """
    return [
        each
        for each in imports
        if each.at_once and top(each.target) not in LIGHT | own | exceptions.get(each.module, set())
    ]


def find_cycle(imports: Iterable[Import], modules: Modules) -> list[str]:
    """Give a cycle of imports that run at once, the first module repeated at the end; an empty list if none.

    Importing ``a.b.c`` runs ``a`` and ``a.b`` first. They count, except for a module inside them: there they are
    on their way already, so that ``a/__init__.py`` may import ``a.b``, and ``a.b`` may import ``a.c``.
    """
    needs: dict[str, set[str]] = {module: set() for module in modules}
    for each in imports:
        if each.at_once:
            around = set(ancestors(each.target)) - set(ancestors(each.module)) - {each.module}
            needs[each.module] |= ({each.target} | around) & modules.keys()
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def files_named_as_functions(modules: Modules) -> list[str]:
    """Find modules that bear the name of a function or class of a package around them.

    ``from package import name`` would give one or the other, depending on what was imported before.
    """
    return [
        f"{module} bears the name of {package}.{name}"
        for module in modules
        for package in ancestors(module)
        if callable(getattr(importlib.import_module(package), name := module.rpartition(".")[2], None))
    ]


def loads_besides(package: str, expected: set[str], *folders: Path) -> set[str]:
    """Import a package in a fresh interpreter; give the packages that it loads besides the expected and light ones.

    ``folders`` are put on the search path of that interpreter.
    """
    probe = f"import sys, numpy; before = set(sys.modules); import {package}; print(*set(sys.modules) - before)"
    path = os.pathsep.join([*map(str, folders), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(
        [sys.executable, "-c", probe],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(map(top, run.stdout.split())) - LIGHT - expected - {package}
