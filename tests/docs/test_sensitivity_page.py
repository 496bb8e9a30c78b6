"""The numbers of docs/sensitivity.md follow from docs/sensitivity.json."""

import json
import math
import re
from pathlib import Path

import pytest
from scipy import stats

DOCS = Path(__file__).parents[2] / "docs"
WIDTH = 0.25  # decades: the resolution that was asked for
NAMES = {"he": "he (residual)", "bn": "bn (residual)"}


@pytest.fixture(scope="module")
def page():
    return " ".join((DOCS / "sensitivity.md").read_text().split())


@pytest.fixture(scope="module")
def windows():
    return json.loads((DOCS / "sensitivity.json").read_text())["windows"]


def variance(edge):
    """s² of two seeds from the former standard error sqrt(s²/2 + w²/12)."""
    return 2 * (edge["high_error"] ** 2 - WIDTH**2 / 12)


def closed(windows, arms=("plain", "he", "depth-scaled", "bn")):
    found = [w for w in windows if w["high"] and not w["high_bound"]]
    return {(w["arm"], w["blocks"]): w for w in found if w["arm"] in arms}


def test_the_table_holds_the_windows(page, windows):
    for w in windows:
        name = NAMES.get(w["arm"], w["arm"])
        seeds = f"{w['training']}/{w['seeds']} | {w['runs']} |"
        row = re.search(rf"\| {re.escape(name)} \| {w['blocks']} \| ([^|]*) \| ([^|]*) \|", page)
        assert seeds in page[row.start() : row.start() + 120], w
        for text, edge in zip(row.groups(), ("low", "high"), strict=True):
            if w[edge] is None:
                assert text == "none"
                continue
            assert text.startswith(("<=", ">=")) is w[f"{edge}_bound"]
            assert float(text.split()[-1]) == pytest.approx(w[edge], rel=5e-3)


def test_the_interval_of_two_seeds_is_as_wide_as_it_says(page, windows):
    t = stats.t.ppf(0.975, 1)
    reaches = []
    for edge in closed(windows).values():
        spread = variance(edge) + WIDTH**2 / 12
        reaches.append(math.sqrt(t * t * spread / 2 + WIDTH**2 / 4))
    assert f"reaches {min(reaches):.1f} to {max(reaches):.1f} decades" in page


def test_differences_of_edges_are_held_against_the_pooled_error(page, windows):
    edges = closed(windows, ("he", "depth-scaled"))
    assert len(edges) == 4
    spread = math.sqrt(sum(map(variance, edges.values())) / 4)
    reach = math.sqrt((stats.t.ppf(0.975, 4) * spread) ** 2 + 2 * (WIDTH / 2) ** 2)
    assert f"standard deviation {spread:.2f} decades" in page
    assert f"± {reach:.2f} decades" in page
    log = {key: math.log10(edge["high"]) for key, edge in edges.items()}
    apart = {L: log["depth-scaled", L] - log["he", L] for L in (8, 16)}
    assert f"by {apart[8]:.1f} decades at L = 8 and by {apart[16]:.1f} at L = 16" in page
    for blocks, difference in apart.items():
        assert difference > reach
        assert abs(difference - math.log10(2 * blocks)) < reach
    assert f"{math.log10(16):.1f} and {math.log10(32):.1f} decades" in page
    falls = {arm: log[arm, 8] - log[arm, 16] for arm in ("depth-scaled", "he")}
    assert f"{falls['depth-scaled']:.1f} decades for depth-scaled and by {falls['he']:.1f}" in page
    assert max(falls.values()) < reach
