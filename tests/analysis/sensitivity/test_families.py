"""What is looked at together: families, surveys, planes, heat maps."""

import json

import pytest

from resweep.analysis.compare import Group
from resweep.analysis.sensitivity import grids, survey, surveys
from tests.analysis.sensitivity.groups import group


def plane(edge):
    """Networks of L blocks that train up to c = edge / L."""
    return [
        group([1.0], ["ok" if c <= edge / depth else "exploded"], c=c, blocks=depth)
        for depth in (10, 20, 40, 80)
        for c in (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
    ]


def test_the_critical_scale_falls_as_planted():
    (found,) = survey(plane(40.0), "final_accuracy").criticals
    assert [(depth, is_open) for depth, _, is_open in found.edges] == [
        (10, False),
        (20, False),
        (40, False),
        (80, False),
    ]
    assert [value for _, value, _ in found.edges] == pytest.approx(
        [4 * 2**0.5, 2 * 2**0.5, 2**0.5, 2**-0.5]
    )
    assert found.slope.slope == pytest.approx(-1)
    (capped,) = survey(plane(160.0), "final_accuracy").criticals
    assert [is_open for _, _, is_open in capped.edges] == [True, True, False, False]
    assert capped.slope.n == 2


def test_a_heat_map_has_a_cell_where_something_ran():
    groups = [g for g in plane(40.0) if (g.experiment.c, g.experiment.blocks) != (1.0, 20)]
    (grid,) = grids(groups, "c", "blocks", "final_accuracy")
    assert grid.column_values == (10, 20, 40, 80)
    assert grid.cells[grid.row_values.index(1.0)][1] is None
    exploded = grid.cells[-1][-1]
    assert (exploded.n, exploded.statuses, exploded.mean) == (1, {"exploded": 1}, 0.1)


def test_data_and_other_settings_never_share_a_family():
    groups = [
        group([1.0], multiplier=m, data=data, scheme=s)
        for m in (1.0, 2.0)
        for data in "ab"
        for s in ("he", "lecun")
    ]
    assert [len(s.sensitivities) for s in surveys(groups, "final_accuracy")] == [2, 2]
    assert {s.arm for s in surveys(groups, "final_accuracy")[0].sensitivities} == {"he", "lecun"}
    assert surveys([Group("nothing", None)], "final_accuracy") == []


def test_a_bounded_survey_looks_at_evenly_chosen_kinds_of_arms():
    groups = [
        group([1.0], multiplier=m, blocks=blocks) for blocks in range(1, 11) for m in (0.5, 2.0)
    ]
    whole = survey(groups, "final_accuracy")
    some = survey(groups, "final_accuracy", most=5)
    assert len(whole.sensitivities) == 10
    assert [found.experiment.blocks for found in some.sensitivities] == [1, 3, 5, 7, 9]
    chosen = {found.experiment.blocks: found for found in whole.sensitivities}
    assert all(found == chosen[found.experiment.blocks] for found in some.sensitivities)


def test_json_is_valid_whatever_grew():
    groups = [*plane(40.0), group([400.0], multiplier=0.0), group([1.0], multiplier=2.0)]
    found = survey(groups, "final_accuracy").to_json()
    text = json.dumps(found, allow_nan=False)
    assert "seed" not in found["sensitivities"][0]["experiment"]
    assert [critical["axis"] for critical in json.loads(text)["criticals"]] == ["c"]
