"""`run --json-lines`: one object a line, however many experiments ran."""

import json

import pytest

from tests.cli.conftest import SMALL


@pytest.mark.parametrize("seeds", ["0", "0..1"])
def test_every_run_is_a_line(resweep, seeds):
    words = ("run", *SMALL, "--epochs", "0", "--seed", seeds, "-q")
    words = tuple(w for w in words if w not in ("--train-size", "256", "--lr", "0.02"))
    lines = [json.loads(line) for line in resweep(*words, "--json-lines").out.splitlines()]
    whole = resweep(*words, "--json").json()
    assert lines == [whole] if seeds == "0" else lines == whole
    assert resweep(*words, "--json", "--json-lines").code == 2
