"""What is written down of jobs and workers, and for how long."""

import time

from resweep.executors.slurm import records
from resweep.executors.slurm.records import Submission, Worker, clear_old, enter, record
from resweep.executors.slurm.spool import Spool


def test_logs_and_records_of_old_jobs_that_ended_are_removed(tmp_path):
    spool = Spool(tmp_path / "spool").made("pool")
    old = time.time() - records.KEPT_SECONDS - 1
    for number, submitted in (("17", old), ("170", old), ("18", time.time())):
        enter(spool, Submission(number, 2, "sweep", "pool", submitted))
        record(spool, Worker(f"{number}_0.0", "pool", "host", 1, submitted))
        (spool.folder / "logs" / f"{number}_0_0_log.out").touch()
    clear_old(spool, living={"170_1": "RUNNING"})
    assert [job.number for job in records.submissions(spool)] == ["170", "18"]
    assert [worker.name for worker in records.workers(spool)] == ["18_0.0", "170_0.0"]
    logs = {path.name for path in (spool.folder / "logs").iterdir()}
    assert logs == {"170_0_0_log.out", "18_0_0_log.out"}
