"""What must be true of a store after a storm."""

import contextlib
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.chaos.findings import Findings
from benchmarks.chaos.jobs import TRIALS, Job, resweep
from benchmarks.chaos.processes import environment
from resweep.store import Store


def audit(store: Path) -> None:
    """Make the database note every run that is stored or replaced."""
    Store.open(f"sqlite:///{store}").close()
    with contextlib.closing(sqlite3.connect(store)) as database:
        database.execute("CREATE TABLE chaos_saves (key TEXT, status TEXT)")
        for moment in ("INSERT", "UPDATE"):
            database.execute(
                f"CREATE TRIGGER chaos_{moment} AFTER {moment} ON runs "
                "BEGIN INSERT INTO chaos_saves VALUES (NEW.key, NEW.status); END"
            )
        database.commit()


def query(store: Path, sql: str) -> list[tuple[object, ...]]:
    """The rows of a question to the store."""
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        return database.execute(sql).fetchall()


def check_sweeps(store: Path, findings: Findings) -> None:
    """Every cell has ended, and those that are done have their run."""
    for name, status, stored, tries in query(
        store,
        "SELECT sweeps.name, cells.status, runs.status, cells.tries FROM cells "
        "JOIN sweeps ON sweeps.id = cells.sweep_id LEFT JOIN runs ON runs.key = cells.key "
        "AND runs.dataset_fingerprint = cells.dataset_fingerprint",
    ):
        findings.figures["cells of sweeps"] += 1
        findings.figures[f"cells {status}"] += 1
        if stored is None or status not in ("done", "failed"):
            findings.figures["cells lost"] += 1
            findings.faults.append(f"{name}: a cell is {status}, its run {stored}")
        if status == "failed":
            findings.faults.append(f"{name}: a cell failed after {tries} tries")


def check_saves(store: Path, findings: Findings) -> None:
    """No run was stored twice, and none replaced."""
    saves = Counter(query(store, "SELECT key, status FROM chaos_saves"))
    by_key = Counter(key for key, _ in saves.elements())
    findings.figures["runs stored"] = len(by_key)
    for key, times in by_key.items():
        if times > 1:
            findings.figures["runs stored twice"] += 1
            statuses = [status for k, status in saves.elements() if k == key]
            findings.faults.append(f"run {str(key)[:8]} was stored {times} times: {statuses}")


def check_study(job: Job, store: Path, reference: Path, findings: Findings) -> None:
    """The study has its trials, none is left running, and all are those of the reference."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    drawn: list[dict[int, dict[str, object]]] = []
    for file in (store, reference):
        storage = optuna.storages.RDBStorage(f"sqlite:///{file}")
        study = optuna.load_study(study_name=job.name, storage=storage)
        if file == store:
            states = Counter(trial.state.name for trial in study.trials)
            findings.figures["trials complete"] += states["COMPLETE"]
            # A trial whose worker was killed three times is failed, and one of the total.
            errors = sum(trial.user_attrs.get("status") == "error" for trial in study.trials)
            findings.figures["trials failed with their worker"] += errors
            findings.figures["trials given up at drawing"] += states["FAIL"] - errors
            if states["COMPLETE"] + errors != TRIALS or states["RUNNING"]:
                findings.faults.append(f"{job.name}: {dict(states)} for {TRIALS} trials")
        drawn.append({t.number: t.params for t in study.trials if t.state.name == "COMPLETE"})
        storage.remove_session()
        storage.engine.dispose()  # an open connection would keep the write-ahead log
    ours, theirs = drawn
    differing = [n for n in ours.keys() & theirs.keys() if ours[n] != theirs[n]]
    findings.figures["trials compared with the undisturbed study"] += len(
        ours.keys() & theirs.keys()
    )
    if differing:
        findings.figures["trials drawn otherwise"] += len(differing)
        findings.faults.append(f"{job.name}: trials {differing} differ from the undisturbed study")


def check_boundary(job: Job, folder: Path, reference: Path, findings: Findings) -> None:
    """The windows from the store are those of an undisturbed bisection."""
    for words in job.commands:
        shown = []
        for store in (folder / "chaos.db", reference):
            done = subprocess.run(
                [*words, "--json", "-q", "--store", f"sqlite:///{store}"],
                env=environment(folder),
                cwd=folder,
                capture_output=True,
                check=False,
            )
            shown.append(done.stdout)
        findings.figures["windows compared"] += 2
        if shown[0] != shown[1] or not shown[0]:
            findings.figures["windows that differ"] += 1
            findings.faults.append(f"{job.name}: {words[4]}: the windows differ")


def check_undisturbed(
    done: Sequence[Job], folder: Path, reference: Path, findings: Findings
) -> None:
    """Compare studies and boundaries with undisturbed ones in a store of their own."""
    for job in done:
        if job.kind == "study":
            words = [*job.commands[0], "-q", "--store", f"sqlite:///{reference}"]
            subprocess.run(
                words, env=environment(folder), cwd=folder, check=True, capture_output=True
            )
            check_study(job, folder / "chaos.db", reference, findings)
        elif job.kind == "boundary":
            check_boundary(job, folder, reference, findings)


def check_rest(folder: Path, findings: Findings) -> None:
    """The database is whole, and nothing lies beside it."""
    store = folder / "chaos.db"
    # A reader that closes last folds the write-ahead log of killed drivers into the file.
    listed = subprocess.run(
        resweep("db", "check", "--store", f"sqlite:///{store}"),
        env=environment(folder),
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        findings.faults.append(f"db check: exit {listed.returncode}: {listed.stderr.decode()}")
    with contextlib.closing(sqlite3.connect(store)) as database:
        answer = database.execute("PRAGMA integrity_check").fetchall()
    if answer != [("ok",)]:
        findings.faults.append(f"integrity_check: {answer}")
    findings.figures["integrity_check ok"] = int(answer == [("ok",)])
    stray = sorted(path.name for path in folder.iterdir() if path != store)
    findings.figures["stray files beside the store"] = len(stray)
    if stray:
        findings.faults.append(f"beside the store: {stray[:10]}")
    temporary = sorted(path.name for path in (folder.parent / "tmp").iterdir())
    findings.figures["files left in the temporary directory"] = len(temporary)


def everything(done: Sequence[Job], folder: Path, reference: Path, findings: Findings) -> None:
    """Make every check; one that raises is a fault and keeps none of the others from theirs."""
    store = folder / "chaos.db"
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_sweeps(store, findings),
        lambda: check_saves(store, findings),
        lambda: check_undisturbed(done, folder, reference, findings),
        lambda: check_rest(folder, findings),
    )
    for check in checks:
        try:
            check()
        except Exception as error:  # the figures of twenty minutes are not lost to a failing check
            findings.faults.append(f"a check failed: {type(error).__name__}: {error}")
