"""Where theory does not describe a network, no command shows a prediction, and each says why."""

import pytest

from tests.cli.conftest import SMALL

FITTED = "its scales are fitted to data, which theory does not see"
MIRRORED = "mirrored weights are not independent"
CASES = [("lsuv", FITTED), ("looks-linear", MIRRORED), ("gradinit", FITTED)]
STEP_0 = (*SMALL[:8], "--epochs", "0")


@pytest.mark.parametrize(("scheme", "reason"), CASES)
def test_predict_says_why_there_is_none(resweep, scheme, reason):
    words = ("predict", "--scheme", scheme, "--blocks", "20", "--kernel", "3")
    done = resweep(*words)
    assert done.code == 0
    (line,) = done.out.splitlines()
    assert line.startswith(f"no prediction for {scheme}: {reason}")
    answer = resweep(*words, "--json").json()
    assert answer["prediction"] is None
    assert answer["unpredicted"].startswith(reason)


def test_predict_goes_on_with_the_networks_that_have_a_theory(resweep):
    done = resweep("predict", "--scheme", "lsuv", "--scheme", "he", "--blocks", "2")
    assert "no prediction for lsuv" in done.out
    assert "prediction for he over 2 blocks" in done.out
    words = ("predict", "--scheme", "lsuv", "--scheme", "he", "--blocks", "2", "--json")
    fitted, he = resweep(*words).json()
    assert (fitted["prediction"], he["unpredicted"]) == (None, None)
    assert len(he["prediction"]["forward_second_moment"]) == 3


@pytest.mark.parametrize(("scheme", "reason"), CASES[:2])
def test_a_run_is_shown_without_a_prediction_and_with_the_reason(resweep, scheme, reason):
    first = resweep("run", *STEP_0, "--scheme", scheme)
    assert first.code == 0
    key = resweep("ls", "--json").json()[0]["key"]
    for done in (first, resweep("show", key)):
        text = " ".join(done.out.split())
        assert f"no prediction: {reason}" in text
        assert "measured" in text
        assert "predicted" not in text
    run = resweep("show", key, "--json").json()
    assert run["prediction"] is None
    assert run["unpredicted"].startswith(reason)
    assert len(run["profiles"]["forward_second_moment"]) == 3


def test_a_run_with_a_theory_gives_no_reason(resweep):
    run = resweep("run", *STEP_0, "--scheme", "he", "--json").json()
    assert run["unpredicted"] is None
    assert run["prediction"] is not None


@pytest.mark.parametrize("command", ["compare", "report"])
def test_a_table_has_a_word_in_the_column_and_the_reason_below(resweep, command):
    words = ("compare", "he", "lsuv", "looks-linear", *SMALL, "--seeds", "1")
    done = resweep(*words, "--wide")
    assert done.code == 0
    if command == "report":
        words = ("report",)
        done = resweep(*words, "--wide")
    text = " ".join(done.out.split())
    assert f"none: theory does not describe lsuv: {FITTED}" in text
    assert f"none: theory does not describe looks-linear: {MIRRORED}" in text
    arms = {arm["arm"]: arm for arm in resweep(*words, "--json").json()["arms"]}
    assert arms["he"]["predicted"] is not None
    assert arms["he"]["unpredicted"] is None
    for name, reason in CASES[:2]:
        assert arms[name]["predicted"] is None
        assert arms[name]["unpredicted"].startswith(reason)


def test_the_page_says_why_an_arm_has_no_prediction(resweep, tmp_path):
    resweep("compare", "he", "lsuv", *SMALL, "--seeds", "1")
    assert resweep("report", "--html", "page.html").code == 0
    page = (tmp_path / "page.html").read_text()
    assert f"No prediction for lsuv: {FITTED}." in page
    assert "lsuv, predicted" not in page
    assert "No prediction for he" not in page


FEW = "2 channels are too few"
EXPLODING = ("--scheme", "he", "--blocks", "30", "--channels", "2")


def test_predict_says_why_a_direction_is_withheld(resweep):
    text = " ".join(resweep("predict", *EXPLODING).out.split())
    assert f"no forward moments: {FEW}" in text
    assert f"no backward moments: {FEW}" in text
    found = resweep("predict", *EXPLODING, "--json").json()["prediction"]
    assert found["forward_second_moment"] is found["log10_forward_second_moment"] is None
    assert found["forward_unpredicted"].startswith(FEW)


def test_a_run_and_a_table_and_the_page_say_why_a_direction_is_withheld(resweep, tmp_path):
    words = ("--scheme", "he", "--block", "plain", "--convs", "2")
    run = resweep("run", *STEP_0, *words)
    assert run.code == 0
    assert "no forward moments predicted:" in " ".join(run.out.split())
    key = resweep("ls", "--json").json()[0]["key"]
    shown = resweep("show", key, "--json").json()
    assert shown["prediction"]["forward_second_moment"] is None
    assert "4 channels" in shown["prediction"]["forward_unpredicted"]
    table = " ".join(resweep("report", "--wide").out.split())
    assert "none: no forward growth of" in table
    (arm,) = resweep("report", "--json").json()["arms"]
    assert arm["predicted"]["log10_forward_growth"] is None
    assert "4 channels" in arm["predicted"]["forward_unpredicted"]
    assert resweep("report", "--html", "page.html").code == 0
    assert "No forward prediction for" in (tmp_path / "page.html").read_text()
