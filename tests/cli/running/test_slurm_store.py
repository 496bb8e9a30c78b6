"""A sweep on Slurm whose workers claim and save in PostgreSQL: both are real where they exist."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from resweep.store import Store
from tests.slurm_cluster import wait_for
from tests.store.conftest import new_schema, postgres, server  # noqa: F401  fixtures

ROOT = Path(__file__).parents[3]
SHAPE = "--dataset synthetic --blocks 1 --channels 4 --kernel 3 --train-size 128 --batch-size 16"
SWEEP = ["sweep", *SHAPE.split(), "--seed", "0..11:lin12", "--name", "twelve"]
ON_SLURM = ["--executor", "slurm", "--workers", "2"]
PASSWORD = "s3cr3t-w0rd"


def saves(url):
    """How many runs are stored, and how often one was: each save takes a new id."""
    engine = create_engine(url)
    with engine.connect() as connection:
        count, last = connection.exec_driver_sql("SELECT count(*), max(id) FROM runs").one()
    engine.dispose()
    return count, last


@pytest.mark.cluster
@pytest.mark.postgres
def test_workers_claim_and_save_and_give_their_cells_back_when_they_end(
    slurm,
    new_schema,  # noqa: F811
    resweep,
    tmp_path,
):
    url = new_schema()
    words = [*SWEEP, *ON_SLURM, "--store", url]
    done = resweep(*words, "--detach")
    assert (done.code, done.out) == (0, "")
    assert "12 of 12 runs are with Slurm's workers" in done.err
    wait_for(lambda: saves(url)[0] > 0, "the first run")
    folder = tmp_path / "resweep.slurm"
    records = [json.loads(path.read_text()) for path in (folder / "workers").iterdir()]
    os.kill(records[0]["pid"], signal.SIGKILL)
    slurm.call("scancel", slurm.tasks()[-1])
    driver = subprocess.Popen(
        [sys.executable, "-m", "resweep", *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while "[" not in driver.stderr.readline():
        assert driver.poll() is None
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    done = resweep(*words, "--json")
    assert done.code == 0, done.err
    assert len(done.json()) == 12
    assert saves(url) == (12, 12)
    with Store.open(url) as store:
        assert store.sweeps()[0].cells == {"queued": 0, "running": 0, "done": 12, "failed": 0}
    assert [list((folder / name).rglob("*")) for name in ("taken", "done", "heard")] == [[]] * 3
    listed = resweep("sweep", "--list", "--json", "--store", url).json()[0]["slurm"]
    assert 0 < sum(task["cells"] for task in listed) <= 12  # a killed one has not told its last
    assert all(Path(task["log"]).is_file() for task in listed if task["began"])
    wait_for(lambda: not slurm.tasks(), "the end of the workers")


@pytest.mark.parametrize("where", ["address", "environment"])
def test_slurm_is_told_no_password(resweep, monkeypatch, tmp_path, where):
    pytest.importorskip("submitit")
    monkeypatch.setattr("resweep.executors.slurm.commands.check", lambda: None)
    secret = ""
    if where == "address":
        secret = f":{PASSWORD}"
    else:
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
    done = resweep(*SWEEP, *ON_SLURM, "--store", f"postgresql://me{secret}@127.0.0.1:1/lab")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "~/.pgpass" in done.err
    assert PASSWORD not in done.err
    assert list(tmp_path.iterdir()) == []
