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
def measured():
    return json.loads((DOCS / "sensitivity.json").read_text())


@pytest.fixture(scope="module")
def windows(measured):
    return measured["windows"]


@pytest.fixture(scope="module")
def runs(measured):
    return measured["runs"]


def variance(edge):
    """s² of two seeds from half of the 95% interval, sqrt(t² (s² + w²/12) / 2 + w²/4)."""
    t = stats.t.ppf(0.975, 1)
    return (edge["high_error"] ** 2 - WIDTH**2 / 4) * 2 / t**2 - WIDTH**2 / 12


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


def test_the_windows_follow_from_the_runs(windows, runs):
    """An edge lies between a run that learned and one that did not, in each seed."""
    for w in windows:
        own = [r for r in runs if (r["arm"], r["blocks"]) == (w["arm"], w["blocks"])]
        learned = [r for r in own if r["status"] == "ok"]
        assert len({r["seed"] for r in learned}) == w["training"]
        if w["high"] is None:
            continue
        tops = [max(r["multiplier"] for r in learned if r["seed"] == seed) for seed in (0, 1)]
        highest = sum(map(math.log10, tops)) / 2
        assert 0 <= math.log10(w["high"]) - highest <= WIDTH / 2 + 1e-3
        assert w["high_bound"] is (100.0 in tops)


def test_the_interval_of_two_seeds_is_as_wide_as_it_says(page, windows):
    reaches = [edge["high_error"] for edge in closed(windows).values()]
    assert f"reaches {min(reaches):.1f} to {max(reaches):.1f} decades" in page


def test_differences_of_edges_are_held_against_the_pooled_error(page, windows):
    edges = closed(windows, ("he", "depth-scaled"))
    assert len(edges) == 7
    spread = math.sqrt(sum(map(variance, edges.values())) / 7)
    reach = math.sqrt((stats.t.ppf(0.975, 7) * spread) ** 2 + 2 * (WIDTH / 2) ** 2)
    assert f"is {spread:.2f} decades (7 degrees of freedom)" in page
    assert f"± {reach:.2f} decades" in page
    log = {key: math.log10(edge["high"]) for key, edge in edges.items()}
    apart = {L: log["depth-scaled", L] - log["he", L] for L in (4, 8, 16)}
    told = f"by {apart[4]:.1f} decades at L = 4, by {apart[8]:.1f} at L = 8 and by {apart[16]:.1f}"
    assert told in page
    assert [apart[L] > reach for L in (4, 8, 16)] == [False, True, True]
    assert all(abs(apart[L] - math.log10(2 * L)) < 0.2 for L in apart)
    assert "by 0.9, 1.2 and 1.5 decades" in page
    for arm in ("he", "depth-scaled"):
        values = [edges[arm, L]["high"] for L in (4, 8, 16)]
        row = re.search(rf"\| {arm} \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \|", page)
        assert [float(v) for v in row.groups()] == pytest.approx(values, rel=0.03)


def test_the_counts_of_runs(page, runs):
    undecided = sum(r["status"] == "undecided" for r in runs)
    assert f"{len(runs)} runs, each with its status" in page
    assert f"Of the {len(runs)} runs {undecided} are undecided" in page
    normalized = [r["accuracy"] for r in runs if (r["arm"], r["blocks"]) == ("bn", 16)]
    told = f"all {len(normalized)} runs reach accuracies between {min(normalized):.3f} and "
    assert told + f"{max(normalized):.3f}" in page
