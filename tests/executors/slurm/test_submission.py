"""What Slurm's jobs inherit of where they are submitted, and when they are told of their end."""

import os

import pytest

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


@pytest.mark.parametrize(
    ("limit", "seconds"), [(None, 60), ("1", 10), ("0:02", 1), ("5", 50), ("4:00:00", 60)]
)
def test_of_a_short_time_the_word_on_the_end_does_not_come_at_once(limit, seconds):
    assert submission.warning_seconds(limit) == seconds
