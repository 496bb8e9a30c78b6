"""Fields that cannot have an effect beside others."""

import pytest

from resweep.errors import UsageError
from resweep.plans import sweep_file
from resweep.plans.effect import idle, where_used


def test_what_is_idle_beside_what():
    assert idle("c", {"scheme": "he"})
    assert not idle("c", {})
    assert idle("momentum", {"optimizer": "adam"})
    assert idle("lr", {"epochs": "0"})
    assert not idle("lr", {"epochs": 1})


def test_a_field_goes_to_those_cells_that_use_it():
    cells = [{"scheme": "he", "c": 2}, {"scheme": "depth-scaled", "c": 2}]
    assert where_used(cells) == [{"scheme": "he"}, cells[1]]
    assert where_used(cells[:1]) == cells[:1]


def test_a_grid_over_schemes_and_c_gives_c_to_those_that_read_it():
    grid = {"scheme": ["he", "depth-scaled"], "c": [0.5, 2]}
    cells = sweep_file.define({"grid": [grid]}).experiments()
    assert [(e.scheme, e.c) for e in cells] == [
        ("he", 1),
        ("depth-scaled", 0.5),
        ("depth-scaled", 2),
    ]
    with pytest.raises(UsageError, match="c=2 has no effect on scheme 'he'"):
        sweep_file.define({"grid": [{"scheme": ["he", "glorot"], "c": [1, 2]}]}).experiments()
