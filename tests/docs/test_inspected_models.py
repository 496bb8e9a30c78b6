"""docs/inspected-models.md is what its maker writes from the stored measurements."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_inspected", DOCS / "make_inspected.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(maker):
    assert (DOCS / "inspected-models.md").read_text() == maker.page(maker.results())


def test_every_network_is_there_or_is_said_to_be_missing(maker):
    results = maker.results()
    page = maker.page(results)
    for name in maker.WANTED:
        assert f"torchvision:{name}" in page
    for one in results["models"].values():
        assert one["verdict"].startswith(one["status"])
    some = {"models": {}}
    assert len(maker.missing(some)) == len(maker.WANTED) + 2
    assert "Not measured yet: torchvision:resnet18" in maker.page(results | some)


def test_costs_are_within_what_was_promised(maker):
    """Of a forward and a backward pass: 1.3 times the processor time, 1.2 times the memory.

    So also where the loss sends no gradient into the blocks, as with ViT's head of zeros.
    """
    for spec, one in maker.results()["models"].items():
        seconds, used = one["processor_seconds"], one["bytes"]
        assert seconds["inspect"] < 1.3 * seconds["plain"], spec
        assert used["inspect"] < 1.2 * used["plain"], spec
