"""docs/performance.md is what its generator writes from benchmarks/results."""

import importlib
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def maker():
    sys.path.insert(0, str(DOCS))
    yield importlib.import_module("make_performance")
    sys.path.remove(str(DOCS))


def test_the_page_is_fresh(maker):
    assert (DOCS / "performance.md").read_text() == maker.page(maker.results())


def test_what_was_not_run_is_said_until_a_gpu_result_is_there(maker):
    results = maker.results()
    assert "No GPU was available" in maker.page(results)
    some = next(r for r in results.values() if r["kind"] == "stacking")
    on_gpu = some | {"where": some["where"] | {"kernels": {"path": "triton"}}}
    assert "No GPU was available" not in maker.page(results | {"gpu": on_gpu})


def test_a_training_result_becomes_a_table(maker):
    shape = {
        "blocks": 100,
        "batch_size": 128,
        "batch_norm": True,
        "precision": "float32",
        "rounds": 2,
        "baseline": None,
    }
    own = {
        "seconds_per_step": 1.0,
        "images_per_second": 128.0,
        "peak_mib": 900.0,
        "resweep_times_as_fast": 1.0,
    }
    arms = {
        "resweep": own,
        "vanilla": own | {"seconds_per_step": 12.34, "resweep_times_as_fast": 12.34},
        "tuned": own
        | {"seconds_per_step": 200.0, "from_blocks": [1, 3], "resweep_times_as_fast": 200.0},
        "channels-last": {"reason": "not done after 120 s"},
    }
    where = next(iter(maker.results().values()))["where"]
    page = maker.page({"x": {"kind": "training", "shape": shape, "where": where, "arms": arms}})
    assert "## 100 blocks, batch-normalized, batch 128, float32" in page
    assert "| vanilla | 12.34 | 128.0 | 900 | 12.3 |" in page
    assert "| tuned (continued from 1 and 3 blocks) | 200.00 | 128.0 | 900 | 200.0 |" in page
    assert "| channels-last | not done after 120 s |  |  |  |" in page
