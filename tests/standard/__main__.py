"""Hold this library and NumPy to the Array API standard, by the same tests, and print how many each passes.

    make standard

The tests are those of this folder that speak of the standard alone: they read the namespace that they look at from the
environment. Python's exit code is 1 if this library fails any of them.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

#: The rows: what is looked at, and the file of tests that looks at it.
PARTS = {
    "names and arguments": "test_names.py",
    "dtypes, and what is told of the library": "test_dtypes.py",
    "arrays": "test_array.py",
    "elementwise functions and operators": "test_elementwise.py",
    "sentences on special values": "test_special_cases.py",
    "all other functions": "test_functions.py",
    "linalg and fft": "test_extensions.py",
    "promotion": "test_promotion.py",
    "axes, and what is refused": "test_axes.py",
    "forms of arguments": "test_forms.py",
    "forms of arguments of linalg": "test_matrices.py",
}


def tested(namespace: str) -> tuple[Counter[str], list[str], Counter[str]]:
    """How many tests of each file a namespace passes, the names of those it fails, and how many there are."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses=auto", f"--junitxml={report}"]
        ended = subprocess.run(
            [*command, *(str(HERE / name) for name in PARTS.values())],
            cwd=ROOT,
            env=os.environ | {"ARRAY_NAMESPACE": namespace},
            capture_output=True,
            text=True,
            check=False,
        )
        is_cut_short = ended.returncode not in (0, 1)  # tests that fail make it 1
        tests = [] if is_cut_short else list(ET.parse(report).iter("testcase"))
        of_no_file = [test for test in tests if not test.attrib["classname"]]  # for a file that cannot be imported
        if is_cut_short or of_no_file:
            sys.exit(f"the tests of {namespace} could not be run:\n{ended.stdout[-5000:]}{ended.stderr[-5000:]}")
    passed, every, failed = Counter[str](), Counter[str](), []
    for test in tests:
        file = test.attrib["classname"].split(".")[-1] + ".py"
        every[file] += 1
        if len(test):
            failed.append(f"{file}: {test.attrib['name']}")
        else:
            passed[file] += 1
    return passed, sorted(failed), every


def main() -> int:
    """Print the table, and below it what is failed."""
    console = Console()
    results = {}
    for namespace in ("autograd", "numpy"):
        with console.status(f"holding {namespace} to the standard"):
            results[namespace] = tested(namespace)
    names = {"autograd": "autograd", "numpy": f"NumPy {np.__version__}"}
    table = Table("tests of", title="The Array API standard")
    for heading in (*names.values(), "of"):
        table.add_column(heading, justify="right")
    every = results["autograd"][2]
    for part, file in PARTS.items():
        table.add_row(part, *(str(passed[file]) for passed, _, _ in results.values()), str(every[file]))
    table.add_section()
    table.add_row("all", *(str(passed.total()) for passed, _, _ in results.values()), str(every.total()))
    console.print(table)
    for namespace, (_, failed, _) in results.items():
        lines = [f"\n{names[namespace]} fails {len(failed)}", *(f"  {name}" for name in failed)]
        console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
    return 1 if results["autograd"][1] else 0


if __name__ == "__main__":
    sys.exit(main())
