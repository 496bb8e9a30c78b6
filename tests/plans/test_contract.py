"""Every plan of the package keeps to the contract `Plan`, and to nothing beside it."""

import inspect
from importlib import import_module
from types import FunctionType

import pytest

from resweep import registry
from resweep.plans import Plan

METHODS = (FunctionType, classmethod, staticmethod)


def public_methods(kind):
    """The names of the public methods that the class itself defines; properties are no methods."""
    return {
        name
        for name, member in vars(kind).items()
        if not name.startswith("_") and isinstance(inspect.unwrap(member), METHODS)
    }


CONTRACT = public_methods(Plan)


def plans():
    """Every class of the package that is a plan."""
    modules = [
        import_module(f"resweep.plans.{name.replace('-', '_')}")
        for name in registry.names("resweep.plans")
    ]
    defined = [kind for module in modules for kind in vars(module).values()]
    return {
        kind.__name__: kind
        for kind in defined
        if inspect.isclass(kind) and issubclass(kind, Plan) and kind is not Plan
    }


def check(kind):
    """Fail for a public method that is not in the contract, such as a misspelt one."""
    assert public_methods(kind) <= CONTRACT, f"{kind.__name__} has methods that nobody calls"


def test_the_contract_has_two_required_and_four_optional_methods_each_described():
    assert Plan.__abstractmethods__ == {"ask", "tell"}
    assert {"ask", "tell", "judge", "stopped", "withdraw", "lost"} == CONTRACT
    for name in CONTRACT:
        kind = "Required." if name in Plan.__abstractmethods__ else "Optional."
        assert getattr(Plan, name).__doc__.startswith(kind)


def test_every_kind_of_plan_is_here():
    assert {"Boundary", "Cells", "Grid", "Study"} <= set(plans())


@pytest.mark.parametrize("name", plans())
def test_a_plan_has_no_public_method_outside_the_contract(name):
    check(plans()[name])


def test_a_misspelt_method_is_refused():
    class Misspelt(plans()["Grid"]):
        def withdrew(self, experiment):
            """`withdraw` was meant: the loop would never call this."""

    with pytest.raises(AssertionError, match="Misspelt has methods that nobody calls"):
        check(Misspelt)
    with pytest.raises(TypeError, match="abstract"):
        type("Deaf", (Plan,), {"ask": lambda self: None})()


def test_signatures_are_those_of_the_contract():
    for kind in plans().values():
        for name in public_methods(kind):
            theirs, ours = (inspect.signature(getattr(k, name)) for k in (kind, Plan))
            assert list(theirs.parameters) == list(ours.parameters), f"{kind.__name__}.{name}"
