"""OpenMP's threads spin briefly, unless the user has said how they wait."""

import os
import subprocess
import sys

import pytest

from resweep.executors import spinning


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    for name in spinning.ASKED:
        monkeypatch.delenv(name, raising=False)


def test_the_user_has_the_last_word(monkeypatch):
    for name in spinning.ASKED[1:]:
        monkeypatch.setenv(name, "1")
        spinning.bound()
        assert "GOMP_SPINCOUNT" not in os.environ
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOMP_SPINCOUNT", "77")
    spinning.bound()
    spinning.unbind()
    assert os.environ["GOMP_SPINCOUNT"] == "77"


def test_stock_pytorch_is_timed_as_it_comes(monkeypatch):
    monkeypatch.setenv("GOMP_SPINCOUNT", "")
    monkeypatch.delenv("GOMP_SPINCOUNT")
    spinning.bound()
    assert os.environ["GOMP_SPINCOUNT"] == spinning.SPINS
    spinning.unbind()
    assert "GOMP_SPINCOUNT" not in os.environ


def test_the_program_sets_it_before_torch_is_loaded():
    code = (
        "import sys, os\n"
        "from resweep.cli import app\n"
        "app.outcome = lambda *_: print('torch' in sys.modules, os.environ['GOMP_SPINCOUNT'])\n"
        "app.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["False", spinning.SPINS]
