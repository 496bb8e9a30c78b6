"""Which fields a table shows, above it and in its rows."""

from resweep.report import shared_fields
from tests.samples import of_arm


def test_columns_are_the_fields_that_differ_and_the_depth():
    experiments = [of_arm("he", lr=1e-3), of_arm("he", lr=1e-4, seed=1)]
    assert shared_fields.columns(experiments) == ["blocks", "lr", "seed"]
    assert shared_fields.columns(experiments, without=("seed", "blocks")) == ["lr"]
    assert shared_fields.columns([of_arm("depth-scaled")]) == ["blocks", "c"]


def test_shared_are_the_usual_fields_and_any_other_off_its_default():
    arms = [of_arm("he", multiplier=2.0), of_arm("he", multiplier=2.0, blocks=50)]
    text = shared_fields.shared(arms)
    assert text.split()[:3] == ["block=residual", "channels=16", "kernel=8"]
    assert "multiplier=2" in text.split()
    assert "blocks" not in text
    assert "multiplier" not in shared_fields.shared([*arms, of_arm("he")])
    assert shared_fields.shared([]) == ""


def test_arms_of_one_label_are_named_by_the_fewest_fields():
    deep, shallow, fast = of_arm("he"), of_arm("he", blocks=50), of_arm("he", blocks=50, lr=1e-3)
    assert shared_fields.names([deep, shallow], ["he", "he"]) == ["he blocks=100", "he blocks=50"]
    assert shared_fields.names([deep, shallow, fast], ["he"] * 3) == [
        "he blocks=100 lr=0.0001",
        "he blocks=50 lr=0.0001",
        "he blocks=50 lr=0.001",
    ]
    assert shared_fields.names([deep, None], ["he", "bn"]) == ["he", "bn"]


def test_vital_fields_are_those_that_tell_rows_apart():
    experiments = [of_arm("he", lr=lr, epochs=e) for lr, e in ((1e-3, 1), (1e-4, 2), (1e-2, 2))]
    fields = ["blocks", "epochs", "lr"]
    assert shared_fields.vital(experiments, ["he"] * 3, fields) == ["blocks", "lr"]
    assert shared_fields.vital(experiments, ["a", "b", "c"], fields) == ["blocks"]


def test_a_folder_is_named_by_its_fingerprint_already():
    assert shared_fields.data_name("cifar10", "c58f3010ffff") == "cifar10 c58f3010"
    assert shared_fields.data_name("folder:5eed", "5eedffff") == "folder:5eed"
    assert shared_fields.data_name("cifar10", "") == "cifar10"


def test_of_a_scheme_that_has_no_file_c_is_shown_as_stored():
    foreign = of_arm("he").model_copy(update={"scheme": "mine", "c": 2.0})
    assert shared_fields.columns([foreign]) == ["blocks", "c"]
    assert shared_fields.value(foreign, "c") == "2"
    assert shared_fields.value(of_arm("he"), "c") == "–"
