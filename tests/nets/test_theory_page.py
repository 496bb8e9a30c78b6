"""docs/theory.md is what its generator writes, and theory.json is what networks and theory still do."""

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
AGAIN = "run python docs/make_theory.py --missing, or --measure where theory has changed"
FRESH = range(1000, 1002)


@pytest.fixture(scope="module")
def maker():
    sys.path.insert(0, str(DOCS))
    try:
        import make_theory

        yield make_theory
    finally:
        sys.path.remove(str(DOCS))


@pytest.fixture(scope="module")
def rows():
    return json.loads((DOCS / "theory.json").read_text())


@pytest.fixture(scope="module")
def kept(maker, rows):
    return {maker.combination_of(found): found for found in rows["combinations"]}


def test_the_page_is_fresh(maker, rows):
    assert (DOCS / "theory.md").read_text() == maker.page(rows), "run python docs/make_theory.py"


def test_every_combination_that_has_a_theory_has_its_row(maker, rows):
    assert [maker.combination_of(found) for found in rows["combinations"]] == maker.wanted(), AGAIN


def test_every_combination_of_the_directories_is_drawn_or_left_for_a_reason(maker):
    small = [
        (x.block, x.scheme, x.activation)
        for x in maker.combinations()
        if getattr(x, "kernel", 1) == 1
    ]
    activations = get_args(Experiment.model_fields["activation"].annotation)
    assert sorted(small) == sorted(
        product(registry.names(BLOCKS), registry.names(SCHEMES), activations)
    )
    padded = [(c.block, c.activation) for c in maker.wanted() if c.kernel == 3]
    assert sorted(padded) == sorted(product(registry.names(BLOCKS), activations))


def test_theory_is_that_of_the_measured_page(kept):
    for c, found in kept.items():
        for channels, then in zip(c.widths, found["predicted"], strict=True):
            assert c.predicted(channels) == pytest.approx(then, rel=1e-6, abs=1e-12), (
                f"{c}: {AGAIN}"
            )


def test_nothing_lies_beyond_the_bound(maker, kept):
    limit = maker.bound(len(maker.QUANTITIES) * len(kept))
    beyond = [
        (c, name)
        for c, found in kept.items()
        for name, g in maker.gaps_of(found).items()
        if abs(g.z) > limit
    ]
    assert not beyond


@pytest.mark.parametrize("block", registry.names(BLOCKS))
def test_networks_drawn_anew_agree_with_theory(maker, kept, block):
    """Two fresh seeds at either width of every combination, with the kept spread over 32."""
    from monte_carlo import SEEDS, measured

    wider = math.sqrt(SEEDS / len(FRESH))
    limit = maker.bound(len(maker.QUANTITIES) * len(kept))
    for c, row in kept.items():
        if c.block != block:
            continue
        small, large = (
            [
                new._replace(error=old[1] * wider)
                for new, old in zip(measured(c, n, FRESH), series, strict=True)
            ]
            for n, series in zip(c.widths, row["measured"], strict=True)
        )
        gaps = maker.gaps((small, large), [c.predicted(n) for n in c.widths])
        assert {name: g.z for name, g in gaps.items() if abs(g.z) > limit} == {}, c


def test_the_harness_sees_a_defect_of_a_tenth(maker, kept):
    """A theory that is wrong by 10 % in growth is beyond the bound for most networks that do anything at all."""
    limit = maker.bound(len(maker.QUANTITIES) * len(kept))
    found = [
        maker.gaps_of(row)["forward"]
        for c, row in kept.items()
        if c.block in ("residual", "preact", "highway")
    ]
    moving = [g for g in found if g.error > 0]
    assert sum(abs(g.value + 0.1 * g.scale) > limit * g.error for g in moving) > 0.5 * len(moving)


@pytest.mark.parametrize("index", [4, 9])
def test_some_named_rows_are_measured_again(maker, rows, index):
    row = rows["cases"][index]
    mean, error = maker.measured_case(maker.case_of(row)._replace(seeds=6))
    assert abs(mean - row["mean"]) < 5 * (error + row["error"])
