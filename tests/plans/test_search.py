import pytest

from resweep.errors import UsageError
from resweep.plans.search import Choices, NumberRange, Search


def search(ranges, **told):
    return Search.parse(ranges=ranges, **told)


def test_ranges_take_the_kind_of_their_field_and_the_order_of_the_experiment():
    found = search(
        {
            "c": "0.1..10:log",
            "blocks": "4..12",
            "scheme": ["he", "depth-scaled"],
            "batch_size": "32,64",
        }
    )
    assert list(found.ranges) == ["blocks", "scheme", "c", "batch_size"]
    assert found.ranges["c"] == NumberRange(0.1, 10.0, log=True, integer=False)
    assert found.ranges["blocks"] == NumberRange(4, 12, log=False, integer=True)
    assert found.ranges["batch_size"] == Choices((32, 64))


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({}, "needs ranges"),
        ({"cc": "1..2"}, "did you mean 'c'"),
        ({"c": "2..1"}, "must rise"),
        ({"c": "1..1"}, "must rise"),
        ({"c": "1..inf"}, "must rise"),
        ({"c": "0..1:log"}, "above 0"),
        ({"c": "1..2:lin"}, "no scale"),
        ({"c": "1..x"}, "needs two numbers"),
        ({"blocks": "4.5..12"}, "two whole numbers"),
        ({"scheme": "he..lecun"}, "list its values"),
        ({"c": [1]}, "not LOW..HIGH"),
        ({"c": "1,1"}, "different values"),
    ],
)
def test_a_range_that_means_nothing_is_refused(ranges, message):
    with pytest.raises(UsageError, match=message):
        search(ranges)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"samplr": "tpe"}, "did you mean 'sampler'"),
        ({"sampler": "grid"}, "tpe.*gp.*cmaes.*qmc.*random"),
        ({"pruner": "all"}, "median"),
        ({"trials": 0}, "search.trials=0"),
        ({"objective": "acuracy"}, "final_accuracy"),
        ({"constraints": ["forward_growth<100"]}, "METRIC<=NUMBER"),
        ({"constraints": ["forward_growth<=nan"]}, "METRIC<=NUMBER"),
        ({"constraints": ["growth<=1"]}, "unknown metric 'growth'"),
        ({"constraints": "forward_growth<=100"}, "is not a list"),
    ],
)
def test_a_key_that_means_nothing_is_refused(told, message):
    with pytest.raises(UsageError, match=message):
        search({"c": "1..2"}, **told)


def test_corners_hold_every_choice_at_both_ends_and_c_only_where_the_scheme_reads_it():
    found = search({"scheme": ["he", "depth-scaled"], "c": "0.5..2", "blocks": "4..12"})
    corners = [(e.scheme, e.blocks, e.c) for e in found.corners({})]
    assert corners == [
        ("he", 4, 1.0),
        ("he", 12, 1.0),
        ("depth-scaled", 4, 0.5),
        ("depth-scaled", 12, 2.0),
    ]


@pytest.mark.parametrize(
    ("ranges", "fixed", "message"),
    [
        ({"c": "1..2"}, {"scheme": "he"}, "no effect anywhere"),
        ({"momentum": "0..0.9"}, {}, "no effect anywhere"),
        ({"c": "1..2"}, {"c": 1}, "both fixed and searched"),
        ({"blocks": "0..2"}, {}, "blocks=0"),
        ({"scheme": "he,hee"}, {}, "unknown scheme 'hee'"),
        ({"seed": "0..9"}, {"c": 2.0, "scheme": "he"}, "no effect on scheme"),
    ],
)
def test_a_search_that_cannot_run_shows_in_its_corners(ranges, fixed, message):
    with pytest.raises(UsageError, match=message):
        list(search(ranges).corners(fixed))


def test_the_definition_forgets_the_total_and_keeps_the_rest():
    ranges = {"c": "0.1..10:log", "scheme": ["he", "depth-scaled"]}
    assert search(ranges, trials=5).definition() == search(ranges, trials=50).definition()
    assert search(ranges).definition() != search(ranges, sampler="gp").definition()
    assert (
        search({"c": "0.12345678..1"}).definition() != search({"c": "0.12345679..1"}).definition()
    )
