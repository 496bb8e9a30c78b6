"""Which commits of a SQLite store wait for the disk: those of runs, and not those of claims."""

from collections import Counter

from sqlalchemy import event

from resweep.store import Store
from tests.samples import experiment, outcome

WAITS = {2: True, 1: False}  # SQLite's synchronous=FULL and NORMAL, with a write-ahead log


def test_a_saved_run_waits_for_the_disk_and_a_claim_does_not(tmp_path):
    commits = Counter()

    def committed(connection):
        waits = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        commits[WAITS[waits]] += 1

    with Store.open(str(tmp_path / "runs.db")) as store:
        queue = store.queue("two", {}, "d", [experiment(seed=seed) for seed in (0, 1)], "data")
        for engine in (store._database.writer, store._database.claimer):
            event.listen(engine, "commit", committed)
        for seed in (0, 1):
            assert queue.claim() == experiment(seed=seed)
        queue.beat()
        assert commits == {False: 3}
        queue.save(outcome(0))
        queue.release(experiment(seed=1).key)
        assert commits == {False: 3, True: 2}
