import json
import os
import sys
from types import SimpleNamespace

import pytest

SMALL = (
    "--recipe",  # two steps of its small head are enough to learn the synthetic classes
    "pooled",
    "--dataset",
    "synthetic",
    "--blocks",
    "2",
    "--channels",
    "4",
    "--kernel",
    "3",
    "--train-size",
    "256",
    "--lr",
    "0.02",
)


@pytest.fixture
def resweep(tmp_path, monkeypatch, capsys):
    """Call the program in a fresh directory; its exit code, stdout, stderr, and stdout as JSON."""
    from resweep.cli import app

    monkeypatch.chdir(tmp_path)
    for name in [
        n for n in os.environ if n.startswith("RESWEEP_") and n != "RESWEEP_CIFAR_ARCHIVE"
    ]:
        monkeypatch.delenv(name)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["resweep", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            app.main()
        out, err = capsys.readouterr()
        return SimpleNamespace(code=end.value.code, out=out, err=err, json=lambda: json.loads(out))

    return call
