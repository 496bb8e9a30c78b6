"""Who may import whom (docs/architecture.md), read from the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "resweep"
FILES = sorted(ROOT.rglob("*.py"))


def imports(path):
    """Dotted names that `path` imports anywhere, also inside functions; type-checking imports do not count."""
    tree = ast.parse(path.read_text())
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = (
                ".".join(["resweep", *path.relative_to(ROOT).parts][: -node.level or None])
                if node.level
                else ""
            )
            module = ".".join(filter(None, (home, node.module)))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room(path):
    parts = path.relative_to(ROOT).parts
    return parts[0].removesuffix(".py")


SPINE = {
    "errors",
    "registry",
    "numerals",
    "contracts",
    "scheme_pages",
    "experiment",
    "outcome",
    "arms",
    "identity",
    "files",
}
ALLOWED = {  # room -> the rooms of resweep that it may import, beside itself; a room without a row fails
    "errors": set(),
    "registry": {"errors"},
    "numerals": set(),
    "contracts": set(),
    "scheme_pages": {"errors", "registry", "contracts"},
    "experiment": {"errors", "registry", "numerals", "scheme_pages"},
    "outcome": {"experiment"},
    "arms": {"errors", "registry", "experiment", "scheme_pages"},
    "identity": set(),
    "files": {"errors"},
    "stats": set(),
    "nets": SPINE - {"files"},
    "data": {"errors", "files"},
    "executors": {"errors", "identity"},
    "lab": SPINE | {"nets", "data", "executors"},
    "plans": SPINE | {"executors"},
    "store": SPINE,
    "analysis": SPINE | {"stats", "nets", "plans"},
    "report": SPINE | {"plans", "analysis"},
    "cli": SPINE | {"nets", "data", "executors", "lab", "plans", "store", "analysis", "report"},
    "__main__": {"cli"},
    "__init__": set(),
}


def rooms_imported(path):
    found = {name.split(".")[1] for name in imports(path) if name.startswith("resweep.")}
    return found - {"__version__", "__file__"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_the_rooms_above_it(path):
    home = room(path)
    assert home in ALLOWED, f"{home} has no row in the law of imports"
    assert rooms_imported(path) <= ALLOWED[home] | {home}


@pytest.mark.parametrize(
    "path", [p for p in FILES if room(p) == "nets"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_the_nets_know_only_torch_with_its_triton_and_numpy(path):
    known = sys.stdlib_module_names | {"torch", "triton", "numpy", "resweep"}
    assert {name.split(".")[0] for name in imports(path)} <= known


def test_optuna_is_known_to_the_study_alone():
    found = {
        p.relative_to(ROOT)
        for p in FILES
        if "optuna" in {name.split(".")[0] for name in imports(p)}
    }
    assert found
    assert all(str(p).startswith("plans/study") for p in found), found


def loaded_by(code):
    script = f"import sys\n{code}\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "resweep.cli.app",
        "resweep.store",
        "resweep.analysis.compare",
        "resweep.report.tables.arms",
        "resweep.report.tables.runs",
        "resweep.nets.theory",
        "resweep.plans.search",
        "resweep.plans.boundary",
    ],
)
def test_what_needs_no_torch_does_not_import_it(module):
    assert not {"torch", "torchvision", "optuna", "scipy"} & loaded_by(f"import {module}")


@pytest.mark.parametrize(
    "module",
    ["resweep.report.material", "resweep.report.page.chapter", "resweep.cli.output.pictures"],
)
def test_what_draws_is_imported_when_it_draws(module):
    assert not {"torch", "jinja2", "matplotlib"} & loaded_by(f"import {module}")


def test_measuring_does_not_import_the_compiler_of_torch():
    assert "torch._dynamo" not in loaded_by("import resweep.lab.measure")
