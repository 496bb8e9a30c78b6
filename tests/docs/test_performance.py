"""docs/performance.md is what its generator writes from benchmarks/results."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_performance", DOCS / "make_performance.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(maker):
    assert (DOCS / "performance.md").read_text() == maker.page(maker.results())


def test_what_was_not_run_is_said_until_a_gpu_result_is_there(maker):
    found = maker.results()
    assert "No GPU was at hand" in maker.page(found)
    some = next(r for r in found.values() if r["kind"] == "training")
    on_gpu = some | {"where": some["where"] | {"kernels": {"path": "triton"}}}
    assert "No GPU was at hand" not in maker.page(found | {"gpu": on_gpu})
