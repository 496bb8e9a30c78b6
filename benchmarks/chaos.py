"""Random signals against sweeps, studies and boundaries, and what is left of their results.

    python benchmarks/chaos.py --events 1000 --seconds 1200 --json benchmarks/results/chaos.json

Two drivers with a worker process each share one SQLite store. They work on the same sweep, then on
the same study, then on two boundaries, and so on. Meanwhile random processes of theirs get SIGKILL,
SIGHUP, SIGTERM, SIGINT, or SIGSTOP followed by SIGCONT, at random moments. A driver that ended is
started again by the same command. When the events or the seconds are used up, the drivers are left
alone until they are done.

Afterwards every cell must have been stored once and none be missing, a study must have drawn the
trials that it draws undisturbed, a boundary must show the windows that it shows undisturbed, the
database must be whole, no process may be left, and no file may lie beside the store. The exit code
is 0 if all of that holds. The same seed gives the same signals, but not the same moments, since
these depend on how busy the machine is.
"""

import argparse
import contextlib
import datetime
import json
import math
import os
import platform
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resweep.store import Store

ROOT = Path(__file__).parents[1]
SMALL = "--dataset synthetic --blocks 1 --channels 4 --kernel 3 --train-size 512 --batch-size 16"
WORKERS = "--executor processes --workers 1 --device cpu"
CELLS, TRIALS = 16, 10
CALM_SECONDS = 600.0  # how long undisturbed drivers may take to finish a job
ORPHAN_SECONDS = 30.0  # how long workers may outlive their driver

# How an event is drawn: signal, target and weight. A terminal signals the whole process group.
EVENTS = [
    ("KILL", "driver", 16),
    ("KILL", "worker", 4),
    ("KILL", "group", 6),
    ("HUP", "driver", 5),
    ("HUP", "group", 5),
    ("TERM", "driver", 8),
    ("TERM", "group", 3),
    ("INT", "driver", 4),
    ("INT", "group", 8),
    ("STOP", "driver", 15),
    ("STOP", "worker", 13),
    ("STOP", "group", 13),
]
# Exit codes that a signal may lead to. A negative one is the system's own end of a process that had
# not yet installed its handlers.
CODES = {
    "KILL": {-signal.SIGKILL},
    "HUP": {129, 143, -signal.SIGHUP},
    "TERM": {143, -signal.SIGTERM},
    "INT": {130, -signal.SIGINT},
    "STOP": set(),
}
FINISHED = {0, 3}
SAVED = re.compile(r"^\[\d+/\d+\]", re.MULTILINE)
COMPLAINT = re.compile(r"Traceback|\bdefect\b|Error\b|^error:", re.MULTILINE)


@dataclass
class Driver:
    """One command line, started again until it has finished undisturbed."""

    words: list[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    signals: list[str] = field(default_factory=list)
    not_before: float = 0.0  # no deadly signal until then,
    patient: bool = False  # nor, in a patient life, before it has saved a run
    restart_at: float = 0.0
    lives: int = 0
    done: bool = False

    def start(self, draw: random.Random) -> None:
        """Start the command in a session of its own; its messages go to a file."""
        self.lives += 1
        self.signals = []
        self.not_before = time.monotonic() + draw.uniform(0, 5)
        self.patient = draw.random() < 0.6
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.words,
                cwd=self.folder,
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    @property
    def log(self) -> Path:
        """What the present life says on stderr."""
        return self.folder.parent / "logs" / f"{id(self)}-{self.lives}.txt"

    @property
    def alive(self) -> bool:
        """Whether the command runs, stopped or not."""
        return self.process is not None and self.process.poll() is None

    def mortal(self, now: float) -> bool:
        """Whether a deadly signal may meet it."""
        if self.patient and SAVED.search(self.log.read_text(errors="replace")):
            self.patient = False
        return now >= self.not_before and not self.patient

    def members(self) -> list[int]:
        """The other processes of its session: workers and multiprocessing's helpers."""
        assert self.process is not None
        session = self.process.pid
        return [pid for pid, sid in sessions() if sid == session and pid != session]


@dataclass
class Job:
    """What two drivers do together: their command lines, and the name under which it is stored."""

    kind: str
    name: str
    commands: list[list[str]]


@dataclass
class Findings:
    """Everything that is counted or went wrong."""

    events: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    complaints: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def ended(self, driver: Driver, code: int) -> None:
        """Count the end of a life and keep what is unusual about it."""
        cause = "+".join(sorted(set(driver.signals))) or "undisturbed"
        self.exits[f"{cause}: {code}"] += 1
        allowed = FINISHED.union(*(CODES[word.split()[0]] for word in driver.signals))
        said = driver.log.read_text(errors="replace")
        if code not in allowed:
            self.unexpected.append(f"{cause}: exit {code}: {said[-800:]}")
        if COMPLAINT.search(said):
            last = [line for line in said.splitlines() if line.strip()][-1]
            self.complaints[
                f"{cause}: exit {code}: {re.sub(r'[0-9a-f]{6,}|[0-9]+', 'N', last)}"
            ] += 1
            shutil.copy(driver.log, driver.folder.parent / "complaints")


class Storm:
    """Sends the signals, keeps the drivers going, and counts."""

    def __init__(self, folder: Path, events: int, seconds: float, parts: int, seed: int) -> None:
        self.folder, self.events, self.draw = folder, events, random.Random(seed)
        self.ends = time.monotonic() + seconds
        self.gap = 0.5 * seconds / events  # jobs need calm time to end in
        self.part, self.left_of_part = math.ceil(events / parts), 0
        self.next_event = time.monotonic() + self.gap
        self.paused: list[tuple[float, list[int]]] = []  # when to continue which processes
        self.findings = Findings()

    @property
    def over(self) -> bool:
        """Whether no event is left."""
        return self.events <= 0 or time.monotonic() > self.ends

    @property
    def calm(self) -> bool:
        """Whether the present job is to end undisturbed."""
        return self.over or self.left_of_part <= 0

    def weather(self, job: Job) -> None:
        """Run `job` to its end, under signals as long as there are any."""
        drivers = [Driver(words, self.folder) for words in job.commands]
        shared = len(set(map(tuple, job.commands))) == 1
        calm_since: float | None = None
        self.left_of_part = self.part
        while not all(driver.done for driver in drivers):
            now = time.monotonic()
            self.resume(now)
            for driver in drivers:
                self.tend(driver, now)
            if shared and any(driver.done for driver in drivers):
                # The work is finished: a driver that is not running need not come back.
                for driver in drivers:
                    driver.done = driver.done or not driver.alive
            if not self.calm and now >= self.next_event:
                self.strike(drivers, now)
                self.next_event = now + self.draw.expovariate(1 / self.gap)
            if self.calm:
                calm_since = calm_since or now
                if now - calm_since > CALM_SECONDS:
                    self.findings.faults.append(
                        f"{job.name} hangs: {CALM_SECONDS:.0f} s undisturbed"
                    )
                    self.put_down(drivers)
                    return
            time.sleep(0.02)
        self.resume(float("inf"))
        self.await_orphans(drivers, job)

    def tend(self, driver: Driver, now: float) -> None:
        """Take note of a driver's end, and start it when it is due."""
        if driver.done or driver.alive:
            return
        if driver.process is not None:
            code = driver.process.returncode
            self.findings.ended(driver, code)
            driver.process = None
            driver.done = code in FINISHED
            driver.restart_at = now + self.draw.uniform(0, 0.5)
            if not driver.signals and code not in FINISHED and self.calm:
                driver.done = True  # it would fail again, and is reported as unexpected
        elif now >= driver.restart_at:
            driver.start(self.draw)
            self.findings.figures["drivers started"] += 1

    def strike(self, drivers: Sequence[Driver], now: float) -> None:
        """Send one random signal to a random living driver, its group, or one of its workers."""
        living = [driver for driver in drivers if driver.alive]
        if not living:
            return
        driver = self.draw.choice(living)
        weights = [weight for _, _, weight in EVENTS]
        name, target, _ = self.draw.choices(EVENTS, weights)[0]
        if name != "STOP" and target != "worker" and not driver.mortal(now):
            if self.draw.random() < 0.8:
                return  # otherwise nearly all signals would be stops
            name, target = "STOP", self.draw.choice(("driver", "worker", "group"))
        assert driver.process is not None
        pids = [driver.process.pid]
        if target == "group":
            pids += driver.members()
        elif target == "worker":
            members = driver.members()
            if not members:
                return
            pids = [self.draw.choice(members)]
        send(pids, getattr(signal, f"SIG{name}"))
        if name == "STOP":
            self.paused.append((now + self.draw.uniform(0.05, 1.0), pids))
        elif any(pid in self.stopped() for pid in pids) and name != "KILL":
            # A stopped process takes other signals only when it continues.
            self.resume(float("inf"))
        driver.signals.append(f"{name} {target}")
        self.findings.events[f"{name} {target}"] += 1
        self.events -= 1
        self.left_of_part -= 1

    def stopped(self) -> set[int]:
        """The processes that are stopped at present."""
        return {pid for _, pids in self.paused for pid in pids}

    def resume(self, now: float) -> None:
        """Continue the processes whose pause is over."""
        for when, pids in self.paused:
            if when <= now:
                send(pids, signal.SIGCONT)
        self.paused = [pause for pause in self.paused if pause[0] > now]

    def put_down(self, drivers: Sequence[Driver]) -> None:
        """End drivers that hang, with their workers."""
        for driver in drivers:
            if driver.alive and driver.process is not None:
                send([driver.process.pid, *driver.members()], signal.SIGKILL)
                driver.process.wait()

    def await_orphans(self, drivers: Sequence[Driver], job: Job) -> None:
        """Wait until no process of the job is left; those that stay are counted and ended."""
        deadline = time.monotonic() + ORPHAN_SECONDS
        while (left := marked(self.folder)) and time.monotonic() < deadline:
            time.sleep(0.2)
        if left:
            self.findings.figures["orphan processes"] += len(left)
            self.findings.faults.append(f"{job.name}: {len(left)} processes outlive their drivers")
            send(left, signal.SIGKILL)


def environment(folder: Path) -> dict[str, str]:
    """The variables of a driver; CHAOS marks it and all of its descendants."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESWEEP_")}
    own = {
        "CHAOS": str(folder),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder.parent / "tmp"),
        "OMP_NUM_THREADS": "1",
    }
    return kept | own


def sessions() -> Iterator[tuple[int, int]]:
    """(process, session) of every process that can be read."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The command's name, in parentheses, may hold spaces.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                yield int(entry.name), int(fields[3])


def marked(folder: Path) -> list[int]:
    """All living processes that descend from a driver in `folder`."""
    mark = f"CHAOS={folder}\0".encode()
    pids = []
    for pid, _ in sessions():
        with contextlib.suppress(OSError):
            if mark in Path(f"/proc/{pid}/environ").read_bytes():
                pids.append(pid)
    return pids


def send(pids: Sequence[int], number: int) -> None:
    """Send a signal to processes that may have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def resweep(*words: str) -> list[str]:
    """The command line of resweep with these words."""
    return [sys.executable, "-m", "resweep", *words]


def sweep_job(number: int) -> Job:
    """Two drivers on one sweep."""
    name = f"sweep-{number}"
    first = CELLS * number
    words = f"sweep {SMALL} --seed {first}..{first + CELLS - 1}:lin{CELLS} --name {name} {WORKERS}"
    return Job("sweep", name, [resweep(*words.split())] * 2)


def study_job(number: int) -> Job:
    """Two drivers on one study, whose sampler draws by the number of the trial alone."""
    name = f"study-{number}"
    words = (
        f"study {SMALL} --c 0.1..10:log --trials {TRIALS} --sampler random "
        f"--sampler-seed {number} --name {name} {WORKERS}"
    )
    return Job("study", name, [resweep(*words.split())] * 2)


def boundary_job(number: int) -> Job:
    """One driver on each of two boundaries: drivers do not share a bisection."""
    commands = []
    for arm in ("he", "depth-scaled"):
        words = (
            f"boundary {arm} {SMALL} --range 0.001..1000 --resolution 0.5 --seeds 2 "
            f"--lr 1e-{number} {WORKERS}"
        )
        commands.append(resweep(*words.split()))
    return Job("boundary", f"boundary-{number}", commands)


def jobs() -> Iterator[Job]:
    """Sweeps, studies and boundaries in turn; at most six different boundaries."""
    number = 0
    while True:
        yield sweep_job(number)
        yield study_job(number)
        if number < 6:
            yield boundary_job(number + 1)
        number += 1


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


def main() -> None:
    """Run the storm, check what is left, print it, and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--parts", type=int, default=6, help="jobs that share the events")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--keep", action="store_true", help="keep the store and the drivers' messages"
    )
    chosen = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder = base / "work"
    for name in ("work", "logs", "complaints", "tmp"):
        (base / name).mkdir()
    store, reference = folder / "chaos.db", base / "reference.db"
    audit(store)
    begun = time.monotonic()
    storm = Storm(folder, chosen.events, chosen.seconds, chosen.parts, chosen.seed)
    findings = storm.findings
    finished = []
    for job in jobs():
        job.commands = [[*words, "--store", f"sqlite:///{store}"] for words in job.commands]
        storm.weather(job)
        job.commands = [words[:-2] for words in job.commands]
        finished.append(job)
        findings.figures[f"jobs: {job.kind}"] += 1
        print(
            f"{time.monotonic() - begun:6.0f} s  {job.name}  events {findings.events.total()}",
            flush=True,
        )
        if storm.over:
            break
    seconds = time.monotonic() - begun
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_sweeps(store, findings),
        lambda: check_saves(store, findings),
        lambda: check_undisturbed(finished, folder, reference, findings),
        lambda: check_rest(folder, findings),
    )
    for check in checks:
        try:
            check()
        except Exception as error:  # the figures of twenty minutes are not lost to a failing check
            findings.faults.append(f"a check failed: {type(error).__name__}: {error}")
    result = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}",
        "python": platform.python_version(),
        "seed": chosen.seed,
        "seconds": round(seconds),
        "events": findings.events.total(),
        "by signal and target": dict(sorted(findings.events.items())),
        "figures": dict(sorted(findings.figures.items())),
        "ends of drivers": dict(sorted(findings.exits.items())),
        "unexpected ends": findings.unexpected,
        "complaints": dict(findings.complaints.most_common()),
        "faults": findings.faults,
    }
    print(json.dumps(result, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n")
    if chosen.keep:
        print(f"kept: {base}")
    else:
        shutil.rmtree(base)
    sys.exit(bool(findings.faults or findings.unexpected))


if __name__ == "__main__":
    main()
