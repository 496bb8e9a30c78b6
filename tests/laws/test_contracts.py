"""Every scheme, block form and probe file holds what its contract asks for, and nothing else.

A public function that a file defines and no contract names would never be called: a misspelt
`lr_factr` would leave the learning rates as they are, silently. What a file needs for itself begins
with an underscore.
"""

import ast
import difflib
import importlib.util
import inspect
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from resweep import registry
from resweep.contracts import optional
from resweep.contracts.blocks import BlockForm, BlockFormOptions
from resweep.contracts.probes import Probe
from resweep.contracts.schemes import Scheme, SchemeOptions
from resweep.experiment import Experiment
from resweep.nets.probes import PROBES
from resweep.scheme_pages import BLOCKS, SCHEMES

CONTRACTS = {
    SCHEMES: (Scheme, SchemeOptions),
    BLOCKS: (BlockForm, BlockFormOptions),
    PROBES: (Probe, Probe),
}
PROTOCOLS = list(dict.fromkeys(chain.from_iterable(CONTRACTS.values())))
FILES = [(package, name) for package in CONTRACTS for name in registry.names(package)]


def functions(protocol):
    """The functions that a Protocol lists, by name."""
    return {n: f for n, f in vars(protocol).items() if inspect.isfunction(f) and n[0] != "_"}


def constants(protocol):
    return set(inspect.get_annotations(protocol))


def offered(path):
    """Names of a file's public functions: defined there, given a second name, or in `__all__`."""
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            targets = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if targets == {"__all__"}:
                names |= set(ast.literal_eval(node.value))
            names |= {name for name in targets if name.islower()}
    return {name for name in names if not name.startswith("_")}


def complaints(file, protocols):
    """What is wrong with a file, one sentence a fault."""
    required, options = protocols
    known = functions(required) | functions(options)
    for name in sorted(functions(required)):
        if not callable(getattr(file, name, None)):
            yield f"{name}() is missing"
    for name in sorted(constants(required)):
        if not isinstance(getattr(file, name, None), bool):
            yield f"{name} is missing"
    for name in sorted(offered(Path(file.__file__))):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            yield f"{name}() is in no contract" + (f": did you mean {near[0]}()?" if near else "")
        elif arguments(getattr(file, name)) != arguments(known[name])[1:]:
            yield f"{name}() takes {arguments(getattr(file, name))}"


def arguments(function):
    """Names of the positional arguments; what a scheme's law reads besides is its own."""
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]


@pytest.mark.parametrize(("package", "name"), FILES)
def test_a_file_holds_what_its_contract_says_and_nothing_else(package, name):
    assert not list(complaints(registry.load(package, name), CONTRACTS[package]))


def test_schemes_and_forms_load_without_torch():
    """Predictions, tables and the flags of the command line read these files."""
    script = "import sys\nfrom resweep import registry\n"
    for package, name in FILES:
        if package != PROBES:
            script += f"registry.load({package!r}, {name!r})\n"
    script += "print('torch' in sys.modules, 'resweep.nets.schemes.he' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False True\n", "")


@pytest.mark.parametrize("name", registry.names(SCHEMES))
def test_what_a_law_reads_are_fields_of_the_experiment(name):
    parameters = inspect.signature(registry.load(SCHEMES, name).variance).parameters.values()
    assert {p.name for p in parameters if p.kind is p.KEYWORD_ONLY} <= set(Experiment.model_fields)


def planted(folder, code):
    path = folder / "planted.py"
    path.write_text(code)
    spec = importlib.util.spec_from_file_location("planted", path)
    file = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(file)
    return file


VARIANCE = "def variance(site):\n    return 1.0 / site.fan_in\n\n"


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        (
            VARIANCE + "def lr_factr(parameter_name, experiment):\n    return 0.1\n",
            "lr_factr() is in no contract: did you mean lr_factor()?",
        ),
        (
            VARIANCE + "chek = variance\n",
            "chek() is in no contract: did you mean check()?",
        ),
        (
            VARIANCE + "from math import sqrt\n__all__ = ['sqrt', 'variance']\n",
            "sqrt() is in no contract",
        ),
        (VARIANCE + "def scale(place):\n    return 1.0\n", "scale() takes ['place']"),
        ("def scale(site):\n    return 1.0\n", "variance() is missing"),
    ],
    ids=["misspelt", "misspelt second name", "stranger", "other arguments", "required"],
)
def test_a_planted_fault_is_found(tmp_path, code, complaint):
    assert list(complaints(planted(tmp_path, code), CONTRACTS[SCHEMES])) == [complaint]


def test_a_form_that_does_not_say_whether_it_is_normalized_is_found(tmp_path):
    faults = list(complaints(planted(tmp_path, ""), CONTRACTS[BLOCKS]))
    assert "NORMALIZED is missing" in faults
    assert "step() is missing" in faults


def test_what_a_file_may_hold_is_found_by_its_place_in_the_contract():
    stable, he = registry.load(SCHEMES, "stable"), registry.load(SCHEMES, "he")
    assert optional(stable, SchemeOptions.scale) is stable.scale
    assert optional(he, SchemeOptions.scale) is None


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.__name__)
def test_every_entry_of_a_contract_has_its_page(protocol):
    assert functions(protocol)
    assert all(len(f.__doc__.split()) > 5 for f in functions(protocol).values())
