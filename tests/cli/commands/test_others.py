"""predict, schemes, sweep, show, db, doctor."""

import subprocess
import sys
from contextlib import nullcontext

import pytest

from resweep import registry
from resweep.scheme_pages import BLOCKS, SCHEMES
from tests.cli.conftest import SMALL


def test_schemes_are_described_without_docstrings_in_memory(tmp_path):
    command = [sys.executable, "-OO", "-m", "resweep", "schemes"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert "depth-scaled" in done.stdout


def test_predict_prints_closed_forms_without_data(resweep, tmp_path):
    found = resweep(
        "predict", "--blocks", "20", "--kernel", "1", "--activation", "identity", "--json"
    ).json()
    assert set(found) == {"experiment", "prediction", "unpredicted"}
    assert found["prediction"]["forward_second_moment"][-1] == pytest.approx((1 + 1 / 20) ** 20)
    several = resweep("predict", "--blocks", "2", "--blocks", "3", "--json").json()
    assert [len(f["prediction"]["forward_second_moment"]) for f in several] == [3, 4]
    assert "the paper's own law" in resweep("predict", "--blocks", "20").out
    assert list(tmp_path.iterdir()) == []


def test_schemes_lists_every_file(resweep):
    found = resweep("schemes", "--json").json()
    assert set(found["schemes"]) == set(registry.names(SCHEMES))
    assert set(found["blocks"]) == set(registry.names(BLOCKS))
    assert "depth-scaled  " in resweep("schemes").out


def test_show_prints_what_run_printed(resweep):
    first = resweep("run", *SMALL)
    key = resweep("ls", "--json").json()[0]["key"]
    assert resweep("show", key[:6]).out.splitlines()[0] == first.out.splitlines()[0]
    assert resweep("show", key, "--json").json()["key"] == key
    assert resweep("show", "0" * 64).code == 4


def test_db_upgrade_and_check(resweep, tmp_path):
    assert resweep("db", "check").code == 4
    resweep("run", *SMALL, "-q")
    assert "up to date" in resweep("db", "upgrade").out
    done = resweep("db", "check")
    assert (done.code, "1 run, whole" in done.out) == (0, True)


def test_doctor_says_what_is_there_and_what_to_do(resweep, monkeypatch):
    found = resweep("doctor", "--json", "--data", ".")
    assert found.code == 4
    facts = found.json()
    assert facts["torch"][0]
    assert facts["kernels"][0]
    assert facts["data"][0] is False
    monkeypatch.setitem(__import__("sys").modules, "torchvision", None)
    shown = []
    monkeypatch.setattr("resweep.cli.commands.doctor.waiting", lambda _: nullcontext(shown.append))
    done = resweep("doctor")
    assert "timing the ways to compute a block, once on this machine ..." in shown
    assert "force-reinstall torch torchvision" in done.out
    assert done.code == 4
