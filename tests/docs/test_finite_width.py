"""docs/finite-width.md is what its generator writes, and no predicted growth lies beyond chance."""

import importlib
import json
import math
import sys
from itertools import product
from pathlib import Path

import pytest

from resweep import registry
from resweep.scheme_pages import BLOCKS

DOCS = Path(__file__).parents[2] / "docs"
AGAIN = "run python docs/make_finite_width.py --missing, or --predict where theory has changed"
EVERY = 7  # of the networks, how many apart those are that are predicted anew


@pytest.fixture(scope="module")
def module():
    """Imports a module of the docs folder by its name."""
    sys.path.insert(0, str(DOCS))
    yield importlib.import_module
    sys.path.remove(str(DOCS))


@pytest.fixture(scope="module")
def networks(module):
    return module("finite_networks")


@pytest.fixture(scope="module")
def comparison(module):
    return module("finite_comparison")


@pytest.fixture(scope="module")
def rows():
    return json.loads((DOCS / "finite-width.json").read_text())


@pytest.fixture(scope="module")
def found(comparison, rows):
    return [one for row in rows for one in comparison.compared(row)]


def test_the_page_is_fresh(module, rows):
    written = (DOCS / "finite-width.md").read_text()
    assert written == module("finite_page").page(rows), "run python docs/make_finite_width.py"


def test_every_network_has_its_row(networks, rows):
    assert [networks.network_of(row) for row in rows] == list(networks.networks()), AGAIN


def test_every_form_activation_depth_and_number_of_convolutions_is_there(networks):
    some = {(n.block, n.activation, n.convs, n.blocks, n.kernel) for n in networks.networks()}
    blocks = registry.names(BLOCKS)
    assert set(product(blocks, networks.ACTIVATIONS, (1, 2, 3), (20, 100), (1,))) <= some
    assert set(product(blocks, networks.ACTIVATIONS, (1, 2), (20, 100), (3,))) <= some
    assert all(n.channels == 16 for n in networks.networks() if n not in networks.six())


def test_the_program_predicts_and_withholds_what_the_page_says(networks, rows):
    for row in [*rows[:6], *rows[6::EVERY]]:
        network = networks.network_of(row)
        for way, now in networks.predicted(network).items():
            then = row["predicted"][way]
            if isinstance(then, str):
                assert now == then, f"{network}: {AGAIN}"
                continue
            assert now.count(None) == then.count(None), f"{network}: {AGAIN}"
            numbers = [n for n in then if n is not None]
            assert [n for n in now if n is not None] == pytest.approx(numbers, rel=1e-4), network


def test_no_predicted_growth_lies_beyond_what_its_standard_error_allows(comparison, found):
    assert comparison.outside(found) == []
    assert sum(one.expected is not None for one in found) > len(found) / 2


def test_what_is_withheld_has_a_reason_that_names_the_cause(found):
    for one in found:
        if one.expected is None:
            assert any(word in one.reason for word in ("channels", "units")), one


def test_a_growth_predicted_a_tenth_too_low_would_be_seen_in_most_networks(comparison, found):
    predicted = [one for one in found if one.expected and not one.by_median]
    limit = comparison.bound(len(predicted), 32)
    seen = [one for one in predicted if abs(one.z) + 0.1 / math.hypot(one.error, 0.005) > limit]
    assert len(seen) > 0.7 * len(predicted)


@pytest.mark.parametrize(
    ("block", "kernel", "convs"), [("residual", 1, 2), ("plain", 1, 1), ("preact-bn", 3, 1)]
)
def test_the_programs_own_networks_grow_as_those_of_the_page(
    module, networks, comparison, block, kernel, convs
):
    """A few seeds of the program's ResNet against the median over seeds of the page's networks."""
    drawn = module("monte_carlo").drawn
    rows = json.loads((DOCS / "finite-width.json").read_text())
    for row in rows[6:]:
        n = networks.network_of(row)
        if (n.block, n.kernel, n.convs, n.blocks, n.activation) != (
            block,
            kernel,
            convs,
            20,
            "relu",
        ):
            continue
        if n.scheme != networks.suited(block):
            continue
        e = n.experiment()
        values = []
        for seed in range(8):
            fields = {"seed": seed, "precision": "float64"}
            values.append(drawn(e.model_copy(update=fields), images=n.images, size=n.size)[:2])
        for way, numbers in zip(("forward", "backward"), zip(*values, strict=True), strict=True):
            kept = networks.Growth(*row["measured"][way])
            logs = sorted(math.log10(number) for number in numbers)
            middle = (logs[3] + logs[4]) / 2
            error = comparison.MEDIAN_TO_MEAN * kept.log10_sd / math.sqrt(8)
            assert abs(middle - kept.log10_median) < 4 * error, (n, way)
