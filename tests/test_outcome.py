import json
import math

from hypothesis import given
from hypothesis import strategies as st

from resweep.experiment import Experiment
from resweep.outcome import STATUSES, Epoch, Outcome, json_safe, succeeded, successes

numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(st.dictionaries(st.text(), numbers), st.lists(numbers))
def test_every_outcome_prints_as_valid_json(metrics, profile):
    outcome = Outcome(
        Experiment().resolve("synthetic", 100),
        "exploded",
        metrics,
        {"grad_norm": tuple(profile)},
        (Epoch(1, math.nan, math.inf, 0.1, 1.0),),
        {"dataset_fingerprint": "f", "nested": {"x": -math.inf}},
    )
    text = json.dumps(outcome.to_json(), allow_nan=False)
    run = json.loads(text)
    assert run["curve"][0]["train_loss"] == "nan"
    assert run["curve"][0]["test_loss"] == "inf"
    assert run["provenance"]["nested"]["x"] == "-inf"
    for name, value in metrics.items():
        written = run["metrics"][name]
        assert float(written) == value or math.isnan(value)


def test_finite_values_are_left_as_they_are():
    value = {"a": [1, 2.5, "x", None, True], "b": (0.1,)}
    assert json_safe(value) == {"a": [1, 2.5, "x", None, True], "b": [0.1]}


def test_a_run_succeeded_if_it_is_ok_and_says_nothing_if_it_failed_or_is_of_another_version():
    known = {status: succeeded(status) for status in STATUSES}
    assert known == {
        "ok": True,
        "exploded": False,
        "vanished": False,
        "trapped": False,
        "undecided": None,
        "error": None,
    }
    assert succeeded("of a later version") is None
    assert successes({"ok": 3, "trapped": 2, "error": 1, "of a later version": 4}) == 3
    assert Outcome(Experiment(), "trapped").succeeded is False
