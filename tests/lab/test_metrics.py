"""The metrics of a learning curve: what a run that diverged before its last epoch still has."""

import pytest

from resweep.lab.metrics import summary
from resweep.outcome import Epoch

CURVE = (Epoch(1, 2.0, 1.9, 0.3, 2.0), Epoch(2, 1.6, 1.7, 0.4, 3.0))


def test_a_finished_run_has_the_accuracy_of_its_first_and_of_its_last_epoch():
    found = summary(CURVE, 100, epochs=2)
    assert (found["first_epoch_accuracy"], found["final_accuracy"]) == (0.3, 0.4)
    assert (found["train_loss"], found["test_loss"]) == (1.6, 1.7)
    assert found["images_per_second"] == pytest.approx(2 * 100 / 5.0)


def test_a_run_that_diverged_in_epoch_3_of_20_has_no_final_accuracy():
    found = summary(CURVE, 100, epochs=20)
    assert "final_accuracy" not in found
    assert found["first_epoch_accuracy"] == 0.3
    assert summary((), 100, epochs=20) == {}
