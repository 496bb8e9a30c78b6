"""docs/nulls.md is what its generator writes from the measured rates, which keep their bounds."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def maker():
    return loaded(ROOT / "docs" / "make_nulls.py")


def test_the_page_is_fresh(maker):
    assert (ROOT / "docs" / "nulls.md").read_text() == maker.page(maker.results())


def test_equal_arms_are_told_apart_at_most_as_often_as_the_level_says(maker):
    for one in maker.results():
        if one["kind"] == "equal arms":
            assert one["rate"] <= 0.05 + 3 * one["stderr"], one


def test_intervals_cover_and_wrong_laws_are_rare(maker):
    for one in maker.results():
        # Wilson's interval of ten tries covers a share of 0.7 in 91.9% of all cases: it is exact
        # only on average over the shares
        if one["kind"] == "interval" and maker._offered(one):
            least = 0.9 if one["of"].startswith("success") else 0.95 - 3 * one["stderr"]
            assert one["rate"] >= least, one
        if one["kind"] == "depth law":
            assert one["rate"] <= 0.05 + 3 * one["stderr"], one


def test_a_rate_of_the_file_is_what_the_script_measures(maker):
    """Drawn from the same seed, so that every digit is the same."""
    script = loaded(ROOT / "benchmarks" / "nulls.py")
    (stored,) = [
        one
        for one in maker.results()
        if one["kind"] == "interval" and one["seeds"] == 3 and one["of"].startswith("success")
    ]
    assert script._of_shares(3, stored["trials"]) == stored
