"""A password in `--store` stands in no output, no file and no store, whatever a command does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resweep.store import Store
from tests.store.conftest import new_schema, postgres, server  # noqa: F401

ROOT = Path(__file__).parents[2]
SECRET = "s3cr3t-w0rd"
RUN = [
    "run",
    "--dataset",
    "synthetic",
    "--blocks",
    "1",
    "--channels",
    "4",
    "--kernel",
    "3",
    "--epochs",
    "0",
    "--scheme",
    "he",
]
COMMANDS = [
    RUN,
    [*RUN, "--dry-run"],
    ["sweep", *RUN[1:], "--seed", "0..1:lin2", "--name", "few"],
    ["sweep", "--list"],
    ["sweep", "--list", "--json"],
    ["study", *RUN[1:], "--multiplier", "0.5..2:log", "--trials", "1", "--sampler", "random",
     "--objective", "forward_growth", "--name", "s"],
    ["study", "--importance", "s"],
    ["study", "--importance", "none"],
    ["compare", "he", "lecun", *RUN[1:-2]],
    ["report"],
    ["report", "--html", "page.html", "--figures", "figures"],
    ["report", "--json"],
    ["report", "--where", "depth>3"],
    ["report", "--sweep", "none"],
    ["ls"],
    ["export", "runs.csv"],
    ["show", "0000"],
    ["rm", "0000"],
    ["rm", "--where", "seed=77"],
    ["rm", "--where", "seed=1"],
    ["db", "check"],
    ["db", "upgrade"],
    ["doctor"],
]  # fmt: skip
UNREACHABLE = [
    f"postgresql://me:{SECRET}@127.0.0.1:1/lab",
    f"postgresql://me:{SECRET}@127.0.0.1:1/lab?application_name=x",
    f"postgresql://127.0.0.1:1/lab?user=me&password={SECRET}",
    f"postgresql://me:{SECRET}@{SECRET}@127.0.0.1:1/lab",
    f"postgresql:/me:{SECRET}@127.0.0.1/lab",
    f"mysql://me:{SECRET}@127.0.0.1/lab",
    f"host=127.0.0.1 user=me password={SECRET}",
]


def said(done):
    return done.out + done.err


@pytest.mark.postgres
def test_no_command_says_writes_or_stores_it(resweep, new_schema, tmp_path):  # noqa: F811
    """Trust authentication takes any password, so that every command goes its whole way."""
    url = new_schema().replace("//resweep@", f"//resweep:{SECRET}@")
    codes = set()
    for words in COMMANDS:
        done = resweep(*words, "--store", url)
        assert SECRET not in said(done), words
        codes.add(done.code)
    assert codes == {0, 2, 4}
    for words in (["copy", url, "new.db"], ["merge", "new.db", url], ["copy", "new.db", url]):
        assert SECRET not in said(resweep("db", *words))
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"page.html", "runs.csv", "new.db"} <= {path.name for path in written}
    for path in written:
        assert SECRET.encode() not in path.read_bytes(), path
    with Store.open(url, create=False) as store:
        assert store.count() > 0
        assert SECRET not in repr([o.to_json() for o in store.outcomes()])


@pytest.mark.parametrize("url", UNREACHABLE)
def test_no_complaint_says_it(resweep, url):
    for words in COMMANDS[:3] + COMMANDS[6:10] + COMMANDS[-3:]:
        done = resweep(*words, "--store", url)
        assert SECRET not in said(done), words
        assert "Traceback" not in done.err
    assert SECRET not in said(resweep("db", "copy", url, "x.db"))


@pytest.mark.postgres
def test_how_to_go_on_does_not_say_it(new_schema, tmp_path):  # noqa: F811
    url = new_schema().replace("//resweep@", f"//resweep:{SECRET}@")
    words = "sweep --dataset synthetic --blocks 1 --channels 4 --kernel 3 --seed 0..99:lin100"
    program = subprocess.Popen(
        [sys.executable, "-m", "resweep", *words.split(), f"--store={url}"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    with Store.open(url) as store:
        deadline = time.monotonic() + 200
        while store.count() == 0 and program.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
    program.send_signal(signal.SIGINT)
    heard, _ = program.communicate(timeout=200)
    assert program.returncode == 130, heard
    assert "go on with: resweep sweep" in heard
    assert SECRET not in heard
