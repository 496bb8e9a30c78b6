"""What Slurm's jobs inherit of the environment they are submitted from."""

import os

from resweep.executors.slurm import submission

PASSWORD = "s3cr3t-w0rd"


def test_a_job_inherits_no_job_and_no_password(monkeypatch):
    monkeypatch.setenv("SLURM_CPU_BIND", "mask")
    monkeypatch.setenv("SBATCH_PARTITION", "other")
    monkeypatch.setenv("SLURM_CONF", "/here")
    monkeypatch.setenv("RESWEEP_STORE", PASSWORD)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    before = dict(os.environ)
    with submission.outside_of_jobs():
        assert os.environ.keys() == before.keys() - {
            "SLURM_CPU_BIND",
            "SBATCH_PARTITION",
            "RESWEEP_STORE",
            "PGPASSWORD",
        }
    assert dict(os.environ) == before
