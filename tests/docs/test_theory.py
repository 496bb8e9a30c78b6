"""docs/theory.md is what its generator writes; theory.json is what networks and theory still do."""

import importlib
import json
import math
import sys
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from resweep import registry
from resweep.experiment import Experiment
from resweep.scheme_pages import BLOCKS, SCHEMES

DOCS = Path(__file__).parents[2] / "docs"
AGAIN = "run python docs/make_theory.py --missing, or --predict where theory has changed"
FRESH = range(1000, 1002)  # seeds that theory.json has not seen


@pytest.fixture(scope="module")
def module():
    """Imports a module of the docs folder by its name."""
    sys.path.insert(0, str(DOCS))
    yield importlib.import_module
    sys.path.remove(str(DOCS))


@pytest.fixture(scope="module")
def maker(module):
    return module("make_theory")


@pytest.fixture(scope="module")
def named(module):
    return module("theory_cases")


@pytest.fixture(scope="module")
def pages(module):
    return module("theory_page")


@pytest.fixture(scope="module")
def harness(module):
    return module("monte_carlo")


@pytest.fixture(scope="module")
def rows():
    return json.loads((DOCS / "theory.json").read_text())


@pytest.fixture(scope="module")
def kept(pages, rows):
    """The rows of theory.json by their combination."""
    return {pages.combination_of(row): row for row in rows["combinations"]}


@pytest.fixture(scope="module")
def limit(harness, kept):
    return harness.bound(len(harness.QUANTITIES) * len(kept))


def test_the_page_is_fresh(pages, rows):
    assert (DOCS / "theory.md").read_text() == pages.page(rows), "run python docs/make_theory.py"


def test_every_combination_that_has_a_theory_has_its_row(maker, pages, rows):
    assert [pages.combination_of(row) for row in rows["combinations"]] == maker.wanted(), AGAIN


def test_every_named_network_has_its_row(named, rows):
    assert [named.case_of(row) for row in rows["cases"]] == list(named.cases()), AGAIN


def test_every_combination_of_the_directories_is_drawn_or_left_for_a_reason(harness, maker):
    small = [(x.block, x.scheme, x.activation) for x in harness.combinations() if x.kernel == 1]
    activations = get_args(Experiment.model_fields["activation"].annotation)
    blocks, schemes = registry.names(BLOCKS), registry.names(SCHEMES)
    assert sorted(small) == sorted(product(blocks, schemes, activations))
    padded = [(x.block, x.activation) for x in harness.combinations() if x.kernel == 3]
    assert sorted(padded) == sorted(product(blocks, activations))


def test_theory_is_that_of_the_measured_page(kept):
    assert kept
    for c, row in kept.items():
        for channels, then in zip(c.widths, row["predicted"], strict=True):
            now = c.predicted(channels)
            assert now == pytest.approx(then, rel=1e-6, abs=1e-12), f"{c}: {AGAIN}"


def test_nothing_lies_beyond_the_bound(pages, kept, limit):
    assert kept
    outside = []
    for c, row in kept.items():
        for quantity, gap in pages.gaps_of(row).items():
            if abs(gap.z) > limit:
                outside.append((c, quantity, gap))
    assert outside == []


@pytest.mark.parametrize("block", registry.names(BLOCKS))
def test_networks_drawn_anew_agree_with_theory(harness, kept, limit, block):
    """Two fresh seeds at either width of every combination, with the kept spread over 32."""
    wider = math.sqrt(harness.SEEDS / len(FRESH))
    of_block = {c: row for c, row in kept.items() if c.block == block}
    assert of_block
    for c, row in of_block.items():
        small, large = (
            [
                new._replace(error=old[1] * wider)
                for new, old in zip(harness.measured(c, n, FRESH), series, strict=True)
            ]
            for n, series in zip(c.widths, row["measured"], strict=True)
        )
        gaps = harness.gaps((small, large), [c.predicted(n) for n in c.widths])
        assert {name: g.z for name, g in gaps.items() if abs(g.z) > limit} == {}, c


def test_the_harness_sees_a_defect_of_a_tenth(pages, kept, limit):
    """Of the networks that do anything, most would show a growth predicted 10 % too low."""
    moving = []
    for c, row in kept.items():
        if c.block in ("residual", "preact", "highway"):
            gap = pages.gaps_of(row)["forward"]
            if gap.error > 0:
                moving.append(gap)
    seen = [g for g in moving if abs(g.value + 0.1 * g.scale) > limit * g.error]
    assert len(seen) > 0.5 * len(moving) > 0


@pytest.mark.parametrize("index", [4, 9])
def test_some_named_rows_are_measured_again(named, rows, index):
    row = rows["cases"][index]
    mean, error = named.measured_case(named.case_of(row)._replace(seeds=6))
    assert abs(mean - row["mean"]) < 5 * (error + row["error"])
