"""Who may import whom (docs/architecture.md), read from the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "resweep"
FILES = sorted(ROOT.rglob("*.py"))


def imports(path, typing=False):
    """Dotted names that `path` imports anywhere, also inside functions.

    What is imported for type checkers only counts where `typing` asks for it.
    """
    tree = ast.parse(path.read_text())
    passed_over = set() if typing else set(typing_only(tree))
    for node in ast.walk(tree):
        if node in passed_over:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                home = ["resweep", *path.relative_to(ROOT).parts][: -node.level]
                module = ".".join([*home, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def typing_only(tree):
    """The nodes of a module that stand below `if TYPE_CHECKING`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from ast.walk(node)


def room(path):
    parts = path.relative_to(ROOT).parts
    return parts[0].removesuffix(".py")


SPINE = {
    "errors",
    "registry",
    "numerals",
    "contracts",
    "sources",
    "scheme_pages",
    "networks",
    "experiment",
    "outcome",
    "arms",
    "identity",
    "files",
    "printable",
}
# room -> the rooms of resweep that it may import beside itself; a room without a row fails
ALLOWED = {
    "errors": set(),
    "registry": {"errors"},
    "numerals": set(),
    "contracts": set(),
    "sources": {"errors"},
    "scheme_pages": {"errors", "registry", "contracts", "sources"},
    "networks": {"errors", "registry", "sources"},
    "experiment": {"errors", "registry", "numerals", "scheme_pages", "networks"},
    "outcome": {"experiment", "numerals", "stats"},
    "arms": {"errors", "registry", "experiment", "scheme_pages"},
    "identity": set(),
    "files": {"errors"},
    "printable": {"errors"},
    "stats": set(),
    "nets": SPINE - {"files"},
    "data": {"errors", "files"},
    "executors": {"errors", "files", "numerals"},
    "lab": SPINE | {"nets", "data", "executors"},
    "plans": SPINE | {"executors"},
    "store": SPINE,
    "analysis": SPINE | {"stats", "nets", "plans"},
    "report": SPINE | {"plans", "analysis"},
    "api": SPINE | {"nets", "data", "lab", "store", "analysis"},
    "cli": SPINE
    | {"nets", "data", "executors", "lab", "plans", "store", "analysis", "report", "api"},
    "__main__": {"cli"},
    "__init__": set(),
}


def fault(home, path):
    """What the law says against a file at home in that room; None where it is lawful."""
    if home not in ALLOWED:
        return f"{home} has no row in the law of imports"
    modules = {name.split(".")[1] for name in imports(path) if name.startswith("resweep.")}
    trespasses = modules - ALLOWED[home] - {home, "__version__", "__file__"}
    return f"{home} imports {sorted(trespasses)}" if trespasses else None


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_the_rooms_above_it(path):
    assert fault(room(path), path) is None


@pytest.mark.parametrize(
    "line",
    [
        "from resweep.cli import app",
        "import resweep.report.sheet",
        "from resweep.store import Store",
        "def late():\n    from resweep.plans import grid",
    ],
)
def test_a_planted_import_is_against_the_law(tmp_path, line):
    planted = tmp_path / "planted.py"
    planted.write_text(line)
    assert fault("stats", planted)


def test_a_planted_room_without_a_row_is_against_the_law(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("")
    assert fault("stats", planted) is None
    assert fault("attic", planted)


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
        "resweep",
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


def import_graph():
    """Module -> the modules of resweep that it imports, for type checkers too.

    A contract names the types of both its sides and imports them for type checkers alone: those
    imports do not count.
    """
    modules = {}
    for path in FILES:
        name = ".".join(["resweep", *path.relative_to(ROOT).with_suffix("").parts])
        modules[name.removesuffix(".__init__")] = path
    graph = {}
    for name, path in modules.items():
        targets = set()
        for target in imports(path, typing=room(path) != "contracts"):
            targets.add(target if target in modules else target.rpartition(".")[0])
        graph[name] = targets & modules.keys() - {name}
    return graph


def circle(graph):
    """Some modules that import each other in a circle; None where there is no such circle."""
    left = {name: set(targets) for name, targets in graph.items()}
    while True:
        leaves = {name for name, targets in left.items() if not targets & left.keys()}
        if not leaves:
            return sorted(left) or None
        left = {name: targets for name, targets in left.items() if name not in leaves}


def test_no_modules_import_each_other_in_a_circle():
    graph = import_graph()
    assert len(graph) > 100
    assert circle(graph) is None


def test_a_planted_circle_is_seen():
    graph = import_graph()
    assert "resweep.experiment" in graph["resweep.outcome"]
    graph["resweep.experiment"] = graph["resweep.experiment"] | {"resweep.outcome"}
    assert {"resweep.experiment", "resweep.outcome"} <= set(circle(graph))
