"""Arms: what is on offer, what a spec means, and that every experiment has a name."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep import registry
from resweep.arms import LABELLED, Arm, known, label, parse
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.scheme_pages import BLOCKS, SCHEMES, uses


def test_an_arm_is_a_partial_experiment():
    assert parse("he") == Arm("he", {"block": "residual", "scheme": "he"})
    assert parse("bn").fields == {"block": "residual-bn", "scheme": "he"}
    assert parse("plain").fields == {"block": "plain", "scheme": "he"}
    assert parse("depth-scaled:c=0.50, multiplier=2") == Arm(
        "depth-scaled:c=0.5,multiplier=2",
        {"block": "residual", "scheme": "depth-scaled", "c": 0.5, "multiplier": 2.0},
    )
    assert (
        parse("he:batch-size=64,lr=1e-3").fields.items() >= {"batch_size": 64, "lr": 1e-3}.items()
    )


def test_every_scheme_and_block_file_is_an_arm():
    schemes, blocks = set(registry.names(SCHEMES)), set(registry.names(BLOCKS))
    assert schemes <= set(known())
    assert blocks - {"residual"} <= set(known())


def test_an_arm_without_its_files_is_not_offered(monkeypatch):
    monkeypatch.setattr(
        registry,
        "names",
        lambda package: ("residual", "residual-bn") if "blocks" in package else ("he",),
    )
    assert list(known()) == ["bn", "he", "residual-bn"]


@pytest.mark.parametrize("name", known())
def test_every_arm_makes_an_experiment_that_bears_its_name(name):
    experiment = Experiment.parse(**parse(name).fields)
    assert parse(label(experiment)).fields == parse(name).fields
    assert len(label(experiment)) <= len(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hee", "unknown arm 'hee': did you mean 'he'?"),
        ("", "unknown arm ''"),
        ("he:", "'' is not FIELD=VALUE, as in he:multiplier=2"),
        ("he:c", "'c' is not FIELD=VALUE"),
        ("he:lr=", "'lr=' is not FIELD=VALUE"),
        ("he:lr=1,", "'' is not FIELD=VALUE"),
        ("he:multiplyer=2", "unknown field 'multiplyer': did you mean 'multiplier'?"),
        ("he:multiplier=big", "multiplier=big: input should be a valid number"),
        ("he:multiplier=nan", "multiplier=nan: input should be a finite number"),
        ("he:blocks=0", "blocks=0: input should be greater than or equal to 1"),
        ("he:block=bn", "unknown block 'bn'"),
        ("he:lr=1,lr=2", "lr is given twice"),
        ("he:seed=1", "seed cannot stand in an arm, all arms share their seeds"),
        ("he:dataset=synthetic", "dataset cannot stand in an arm"),
    ],
)
def test_a_wrong_arm_is_told_in_one_line(text, message):
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text() | st.text().map("he:{}".format) | st.text().map("he:lr={}".format))
def test_any_text_is_an_arm_or_a_usage_error(text):
    try:
        arm = parse(text)
    except UsageError as error:
        told = str(error)
    else:
        told = arm.label
        assert parse(told).fields == arm.fields
    assert "\n" not in told


@st.composite
def experiments(draw):
    fields = {
        "block": draw(st.sampled_from(registry.names(BLOCKS))),
        "scheme": draw(st.sampled_from(registry.names(SCHEMES))),
        "multiplier": draw(st.floats(0, allow_nan=False, allow_infinity=False)),
        "distribution": draw(st.sampled_from(["normal", "truncated-normal", "uniform"])),
        "activation": draw(st.sampled_from(["relu", "identity", "leaky-relu"])),
        "convs": draw(st.integers(1, 10**6)),
    }
    if "c" in uses(fields["scheme"]):
        fields["c"] = draw(st.floats(0, allow_nan=False, allow_infinity=False))
    return Experiment.model_construct(**fields)


@given(experiments())
def test_label_reads_back(experiment):
    fields = Experiment.model_construct(**parse(label(experiment)).fields)
    assert all(getattr(fields, name) == getattr(experiment, name) for name in LABELLED)
    assert parse(label(experiment)).label == label(experiment)


def test_label_is_short_and_tells_more_on_request():
    experiment = Experiment.parse(scheme="depth-scaled", c=0.5, multiplier=2, lr=1e-3, seed=7)
    assert label(experiment) == "depth-scaled:c=0.5,multiplier=2"
    assert label(experiment, also=("lr",)) == "depth-scaled:c=0.5,multiplier=2,lr=0.001"
    assert label(Experiment.parse(block="residual-bn", scheme="he")) == "bn"
    assert (
        label(Experiment.parse(block="plain", scheme="depth-scaled")) == "depth-scaled:block=plain"
    )


def test_what_has_no_file_is_called_by_its_name():
    def called(**fields):
        return label(Experiment().model_copy(update=fields))

    assert called(scheme="mine") == "mine"
    assert called(scheme="mine", multiplier=2.0) == "mine:multiplier=2"
    assert called(scheme="he", block="own-block") == "own-block"
    assert called(scheme="mine", block="own-block") == "mine:block=own-block"
    assert called(scheme="bn") == "he:scheme=bn"  # bn is an arm, and another one


def test_nothing_heavy_is_imported():
    code = (
        "import sys, resweep.analysis.compare, resweep.report.tables.arms\n"
        "import resweep.report.export.wide, resweep.report.console\n"
        "from resweep.experiment import Experiment\n"
        "Experiment.parse(c=0.5)\n"
        "print(*{'torch', 'numpy', 'scipy', 'sqlalchemy', 'optuna'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
