"""Many experiments field by field."""

import pytest

from resweep.experiment import Experiment, differing, reader


def test_only_fields_that_tell_experiments_apart_differ():
    base = Experiment()
    others = [base.model_copy(update={"blocks": 7}), base.model_copy(update={"c": 2.0, "lr": 0.1})]
    assert differing([base, *others]) == ("blocks", "c", "lr")
    assert differing([base, base]) == differing([base]) == differing([]) == ()


@pytest.mark.parametrize(
    ("names", "values"), [((), ()), (("blocks",), (100,)), (("c", "blocks"), (1.0, 100))]
)
def test_fields_are_read_as_a_tuple(names, values):
    assert reader(names)(Experiment()) == values
